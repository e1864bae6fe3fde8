"""A learner's own photos: a folder whose sub-folders are the classes."""

from __future__ import annotations

import dataclasses
import html
import os
import unicodedata
import warnings
from pathlib import Path

import numpy as np

from tlcourse import assets
from tlcourse.datasets.decode import check_fit, check_size, read_images
from tlcourse.datasets.errors import LeftOutWarning, NotAFolder, NothingToLoad
from tlcourse.datasets.images import Images

# What operating systems and archivers leave in folders without being asked.
_LITTER = {"thumbs.db", "desktop.ini", "__macosx", "@eadir"}
_SHOWN = 10


@dataclasses.dataclass(frozen=True, repr=False)
class FolderReport:
    """What `load_folder` or `load_texts` made of what it was given.

    Attributes
    ----------
    read : int
        Photos, or texts, read.
    classes : int
        Classes they belong to.
    left_out : tuple of (str, str)
        Each thing that was left out, as its path inside the folder and the reason.
    remarks : tuple of str
        What was read but will be in the way later, such as a class with one photo.
    thing : str
        What was read, in the singular.

    Examples
    --------
    >>> FolderReport(212, 3, (("cats/broken.jpg", "not an image"),), ("Only one photo of 'dogs'.",))
    Read 212 photos of 3 classes; left out 1: cats/broken.jpg (not an image). Only one photo of 'dogs'.
    """

    read: int
    classes: int
    left_out: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
    thing: str = "photo"

    def _headline(self) -> str:
        text = f"Read {_count(self.read, self.thing)} of {_count(self.classes, 'class')}"
        return f"{text}; left out {len(self.left_out):,}" if self.left_out else text

    def listing(self) -> str:
        """Name the first of what was left out, and why."""
        text = ", ".join(f"{path} ({reason})" for path, reason in self.left_out[:_SHOWN])
        more = len(self.left_out) - _SHOWN
        return f"{text} and {more:,} more, which .report.left_out lists" if more > 0 else text

    def __repr__(self) -> str:
        text = self._headline()
        if self.left_out:
            text += f": {self.listing()}"
        return " ".join([f"{text}.", *self.remarks])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(path)}</td><td>{html.escape(reason)}</td></tr>"
            for path, reason in self.left_out
        )
        table = f"<table><tr><th>left out</th><th>because</th></tr>{rows}</table>" if rows else ""
        text = " ".join([f"{self._headline()}.", *self.remarks])
        return f"<p>{html.escape(text)}</p>{table}"


def load_folder(
    path: str | os.PathLike, size: int = 224, fit: str = "crop", most: int | None = None, seed: int = 0
) -> Images:
    """Load your own photos from a folder with one sub-folder per class.

    Every file in a class's folder, however deep, belongs to that class. What cannot be read is left out and
    named in one warning, and in `.report` of the result; the rest loads. Hidden files and the litter of
    operating systems (``Thumbs.db``, ``__MACOSX`` and such) are passed over in silence.

    Parameters
    ----------
    path : path-like
        The folder that holds the class folders.
    size : int
        Side of the square pictures, in pixels.
    fit : {"crop", "pad"}
        Keep the middle of each photo, or all of it on white: see `read_image`.
    most : int, optional
        Read no more files than this, drawn at random from all; a remark in the report says so.
    seed : int
        Of that draw.

    Returns
    -------
    Images
        Sorted by class, then by path, so that the order is the same everywhere.

    Warns
    -----
    LeftOutWarning
        If anything was left out, or will be in the way later: a single class, a class with too few photos.

    Raises
    ------
    NotAFolder
        If `path` does not exist or is a file.
    NothingToLoad
        If not one photo could be loaded.

    Examples
    --------
    >>> import tempfile
    >>> from PIL import Image
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("ripe", "unripe"):
    ...         Path(folder, name).mkdir()
    ...         for number in range(3):
    ...             Image.new("RGB", (40, 30)).save(f"{folder}/{name}/{number}.png")
    ...     tomatoes = load_folder(folder, size=32)
    >>> tomatoes.class_names, tomatoes.images.shape
    (('ripe', 'unripe'), (6, 32, 32, 3))
    >>> tomatoes.report
    Read 6 photos of 2 classes.
    """
    size, fit = check_size(size), check_fit(fit)
    root = Path(path).expanduser()
    if not root.is_dir():
        problem = "is a file, not a folder" if root.exists() else "does not exist"
        raise NotAFolder(
            f"{readable(str(path))} {problem}: give a folder with one sub-folder of photos per class."
        )
    files, classes, left_out = survey(root)
    drawn = ()
    if most is not None and len(files) > most:
        drawn = (f"Of {len(files):,} files {most:,} were read, drawn at random.",)
        files = [files[i] for i in sorted(np.random.default_rng(seed).permutation(len(files))[:most])]
        classes = [name for name in classes if any(file.parts[0] == name for file in files)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's remarks on odd files: ours is the one report
        images, failures = read_images([root / file for file in files], size, fit)
    left_out += [(files[index], error.reason) for index, error in failures.items()]
    kept = [file for index, file in enumerate(files) if index not in failures]

    folders = sorted({file.parts[0] for file in kept})
    labels = np.array([folders.index(file.parts[0]) for file in kept], np.int64)
    left_out += [(Path(name), "no photo in it") for name in classes if name not in folders]
    class_names = tuple(map(readable, folders))
    report = FolderReport(
        read=len(kept),
        classes=len(folders),
        left_out=tuple((readable(file.as_posix()), reason) for file, reason in sorted(left_out)),
        remarks=drawn + remarks_on(class_names, labels),
    )
    if not kept:
        raise NothingToLoad(
            f"No photo could be loaded from {readable(str(path))}, which should hold one sub-folder of "
            f"photos per class: {report.listing() or 'it is empty'}.",
            report,
        )
    if left_out or report.remarks:
        warnings.warn(str(report), LeftOutWarning, stacklevel=2)
    return Images(
        images=images,
        labels=labels,
        class_names=class_names,
        card=assets.Card(
            name=readable(root.resolve().name),
            title="photos of one's own",
            kind="folder",
            licence="whatever their owners say",
        ),
        paths=tuple(str(root / file) for file in kept),
        report=report,
    )


def survey(root: Path) -> tuple[list[Path], list[str], list[tuple[Path, str]]]:
    """List the files of all classes, the classes, and what is no part of a class; paths are inside `root`."""
    files, classes, left_out = [], [], []

    def refused(error: OSError):
        left_out.append((Path(error.filename).relative_to(root), error.strerror.lower()))

    for name in os.listdir(root):
        if _is_litter(name):
            continue
        if not (root / name).is_dir():
            left_out.append((Path(name), "not in a class folder"))
            continue
        classes.append(name)
        for folder, subfolders, names in os.walk(root / name, onerror=refused):
            here = Path(folder).relative_to(root)
            files += [here / name for name in names if not _is_litter(name)]
            subfolders[:] = [name for name in subfolders if not _is_litter(name)]
            # Following a link could lead back here, round and round.
            links = [here / name for name in subfolders if os.path.islink(root / here / name)]
            left_out += [(link, "a link to another folder") for link in links]
    return sorted(files), classes, left_out


def _is_litter(name: str) -> bool:
    return name.startswith(".") or name.casefold() in _LITTER


def remarks_on(class_names: tuple[str, ...], labels: np.ndarray, thing: str = "photo") -> tuple[str, ...]:
    """Say what of a data set will be in the way later."""
    counts = np.bincount(labels, minlength=len(class_names))
    scarce = [f"{name} ({count})" for name, count in zip(class_names, counts, strict=True) if count < 3]
    remarks = []
    if len(class_names) == 1:
        remarks.append(f"There is only one class, {class_names[0]!r}: telling things apart takes two.")
    if scarce:
        remarks.append(f"Too few {thing}s to split, which takes three of a class: {', '.join(scarce)}.")
    return tuple(remarks)


def readable(name: str) -> str:
    """Make a file's name safe to print: whole accents, and no line ends or bytes that are not text."""
    text = unicodedata.normalize("NFC", name)
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "es" if noun.endswith("s") else "s")
