"""Labelled pictures: the course's own data sets, and a learner's folder of photos.

Examples
--------
>>> from tlcourse import datasets
>>> datasets.list()
['digits', 'stamps', 'stamps-rare']
"""

from tlcourse.datasets.decode import read_image
from tlcourse.datasets.errors import (
    BadOption,
    ClassTooSmall,
    DatasetError,
    LeftOutWarning,
    NotAFolder,
    NothingToLoad,
    UnknownDataset,
    UnreadableImage,
)
from tlcourse.datasets.folder import FolderReport, load_folder
from tlcourse.datasets.images import Images, list, load
from tlcourse.datasets.split import Split, split

__all__ = [
    "BadOption",
    "ClassTooSmall",
    "DatasetError",
    "FolderReport",
    "Images",
    "LeftOutWarning",
    "NotAFolder",
    "NothingToLoad",
    "Split",
    "UnknownDataset",
    "UnreadableImage",
    "list",
    "load",
    "load_folder",
    "read_image",
    "split",
]
