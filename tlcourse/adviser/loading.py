"""From a path to photos or texts, with the part to test on where the learner has divided them."""

from __future__ import annotations

import dataclasses
import os
import warnings
from pathlib import Path

import numpy as np

from tlcourse import datasets
from tlcourse.adviser.errors import UnusableData
from tlcourse.datasets import Images, LeftOutWarning, Texts
from tlcourse.datasets.folder import survey

MOST_PHOTOS, MOST_TEXTS = 2_000, 4_000
"""How many are looked at: enough to choose a source by, few enough for a budget of minutes."""

_TRAIN = ("train", "training", "validation", "valid", "val", "dev")
_TEST = ("test", "testing")
_SPLIT_COLUMNS = ("split", "part", "set", "subset")
_SAMPLE = 10


def load(
    path: str | os.PathLike, text: str, label: str, seed: int
) -> tuple[Images | Texts, Images | Texts | None]:
    """Load what is at a path, and the part to test on if it is divided by name.

    Parameters
    ----------
    path : path-like
        A folder of photos or of text files, one sub-folder a class; a table of texts; or either of them
        divided: a folder with "train" and "test" in it, or a table with a column "split" that says so.
    text, label : str
        The columns of a table.
    seed : int
        Decides which photos are read where there are more than `MOST_PHOTOS`.
    """
    root = Path(path).expanduser()
    if not root.exists():
        raise UnusableData(
            f"{root} does not exist: give a folder of photos or of texts, or a table of texts."
        )
    with warnings.catch_warnings():
        # What was left out is among the adviser's own findings.
        warnings.simplefilter("ignore", LeftOutWarning)
        if parts := _divided(root):
            loaded = [[_load(part, text, label, seed) for part in side] for side in parts]
            if len({type(data) for side in loaded for data in side}) > 1:
                raise UnusableData(f"{root} holds photos in one part and texts in another: give one of them.")
            names = sorted({name for side in loaded for data in side for name in data.class_names})
            train, test = (_join([_renamed(data, names) for data in side]) for side in loaded)
            return train, test
        data = _load(root, text, label, seed)
        if root.is_file() and (in_train := _split_column(root, text, data)) is not None:
            data = dataclasses.replace(data, in_train=in_train)
    return data, None


def check_enough(labels: np.ndarray, classes: np.ndarray, names, fewest: int, report) -> None:
    """Refuse labels to learn from that are too few of one of the classes, where the learner divided them."""
    counts = np.bincount(labels, minlength=len(names))[classes]
    if counts.min() < fewest:
        raise UnusableData(
            f"Class {names[classes[counts.argmin()]]!r} has {counts.min()} different examples to learn "
            f"from: give it at least {fewest}, or leave it out of both parts.",
            report,
        )


def _divided(root: Path) -> tuple[list[Path], list[Path]] | None:
    """Return the paths of the training parts and of the test parts, if that is how a folder is divided."""
    if not root.is_dir():
        return None
    found = sorted(path for path in root.iterdir() if not path.name.startswith("."))
    sides = tuple([path for path in found if path.stem.casefold() in names] for names in (_TRAIN, _TEST))
    return sides if all(sides) else None


def _load(path: Path, text: str, label: str, seed: int) -> Images | Texts:
    if path.is_dir() and not _holds_texts(path):
        return datasets.load_folder(path, most=MOST_PHOTOS, seed=seed)
    return datasets.load_texts(path, text, label)


def _holds_texts(folder: Path) -> bool:
    """Look into some files, for what their names end in says little: none is a picture, and some are text."""
    files = survey(folder)[0]
    files = [folder / files[index] for index in range(0, len(files), max(1, len(files) // _SAMPLE))]
    for file in files:
        try:
            datasets.read_image(file, size=8)
        except datasets.UnreadableImage:
            continue
        return False
    return any(map(_is_text, files))


def _is_text(file: Path) -> bool:
    try:
        start = file.read_bytes()[:1000] if file.is_file() else b""
    except OSError:
        return False
    # Damaged photos hold bytes that no text has.
    return bool(start) and not any(byte < 9 or 13 < byte < 27 for byte in start)


def _split_column(path: Path, text: str, data: Texts) -> np.ndarray | None:
    """Return which rows of a table are to learn from, if a column says so."""
    for column in _SPLIT_COLUMNS:
        try:
            parts = datasets.load_texts(path, text, column)
        except datasets.MissingColumn:
            continue
        known = {name: name.casefold() in _TRAIN for name in parts.class_names
                 if name.casefold() in (*_TRAIN, *_TEST)}  # fmt: skip
        if len(known) < len(parts.class_names) or len(set(known.values())) < 2:
            continue
        if parts.texts != data.texts:
            raise UnusableData(
                f"Some rows of {path.name} have a label and no {column!r}, or a {column!r} and no label: "
                "fill both in."
            )
        return np.array([known[parts.class_names[index]] for index in parts.labels])
    return None


def _renamed(data: Images | Texts, names: list[str]) -> Images | Texts:
    places = np.array([names.index(name) for name in data.class_names])
    return dataclasses.replace(data, class_names=tuple(names), labels=places[data.labels])


def _join(parts: list[Images | Texts]) -> Images | Texts:
    first = parts[0]
    if len(parts) == 1:
        return first
    together = {"labels": np.concatenate([part.labels for part in parts])}
    if isinstance(first, Texts):
        together["texts"] = tuple(text for part in parts for text in part.texts)
    else:
        together["images"] = np.concatenate([part.images for part in parts])
        together["paths"] = tuple(path for part in parts for path in part.paths)
    left_out = tuple(item for part in parts for item in part.report.left_out)
    remarks = tuple(remark for part in parts for remark in part.report.remarks)
    report = dataclasses.replace(first.report, left_out=left_out, remarks=remarks)
    return dataclasses.replace(first, report=report, **together)
