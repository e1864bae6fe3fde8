"""Labelled pictures and texts: the course's own data sets, and a learner's photos or texts.

Examples
--------
>>> from tlcourse import datasets
>>> datasets.list()
['digits', 'fashion-mnist', 'newsgroups', 'reuters-r52', 'reuters-r8', 'stamps', 'stamps-rare']
"""

from tlcourse.datasets.catalogue import list, load
from tlcourse.datasets.decode import read_image
from tlcourse.datasets.errors import (
    BadOption,
    ClassTooSmall,
    DatasetError,
    LeftOutWarning,
    MissingColumn,
    NoOfficialSplit,
    NotAFolder,
    NothingToLoad,
    UnknownDataset,
    UnreadableImage,
    UnreadableTexts,
)
from tlcourse.datasets.folder import FolderReport, load_folder
from tlcourse.datasets.images import Images
from tlcourse.datasets.languages import load_languages
from tlcourse.datasets.quality import DataReport, Finding, inspect
from tlcourse.datasets.split import Split, split
from tlcourse.datasets.text import Texts
from tlcourse.datasets.text_files import load_texts

__all__ = [
    "BadOption",
    "ClassTooSmall",
    "DataReport",
    "DatasetError",
    "Finding",
    "FolderReport",
    "Images",
    "LeftOutWarning",
    "MissingColumn",
    "NoOfficialSplit",
    "NotAFolder",
    "NothingToLoad",
    "Split",
    "Texts",
    "UnknownDataset",
    "UnreadableImage",
    "UnreadableTexts",
    "inspect",
    "list",
    "load",
    "load_folder",
    "load_languages",
    "load_texts",
    "read_image",
    "split",
]
