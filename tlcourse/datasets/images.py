"""Labelled pictures, and the data sets of the course that hold them."""

from __future__ import annotations

import dataclasses
import gzip
import html
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tlcourse import assets
from tlcourse.datasets.decode import check_size, read_images
from tlcourse.datasets.errors import BadOption

if TYPE_CHECKING:
    from tlcourse.datasets.folder import FolderReport

# Folders of the stamps asset, and the word a learner would use for what is in them.
_STAMPS = {
    "animals/mammals": "mammals",
    "food/fruit": "fruit",
    "animals/birds": "birds",
    "town/houses": "houses",
    "plants/flowers": "flowers",
    "town/roadsigns": "road signs",
    "animals/insects": "insects",
    "food/vegetables": "vegetables",
    "animals/fish": "fish",
}
# In the order of the labels, 0 to 9.
_CLOTHES = (
    "T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Images:
    """Pictures of one size with their labels.

    Attributes
    ----------
    images : numpy.ndarray
        uint8, shape ``(N, height, width, 3)``.
    labels : numpy.ndarray
        int64, shape ``(N,)``: indices into `class_names`.
    class_names : tuple of str
    card : tlcourse.assets.Card
        What the data set is, its licence and whom to cite.
    paths : tuple of str
        The file each picture was read from; empty where there was none.
    report : FolderReport or None
        For a folder of one's own: what was read and what was left out.
    """

    images: np.ndarray
    labels: np.ndarray
    class_names: tuple[str, ...]
    card: assets.Card
    paths: tuple[str, ...] = ()
    report: FolderReport | None = None

    def __len__(self) -> int:
        return len(self.labels)

    def subset(self, indices: np.ndarray) -> Images:
        """Return the pictures at `indices` (an index array or a boolean mask), with all class names kept."""
        chosen = np.arange(len(self))[indices]
        return dataclasses.replace(
            self,
            images=self.images[chosen],
            labels=self.labels[chosen],
            paths=tuple(self.paths[i] for i in chosen) if self.paths else (),
        )

    def resized(self, size: int) -> Images:
        """Return the same pictures as squares of `size` pixels (bilinear, averaging when shrinking).

        Raises
        ------
        BadOption
            If `size` is no number of pixels, or memory has no room for so many pictures of it.
        """
        from PIL import Image
        from psutil import virtual_memory

        size = check_size(size)
        needed, free = len(self) * size * size * 3, virtual_memory().available
        if needed > free:
            raise BadOption(
                f"{len(self):,} pictures of {size} x {size} take {needed / 1e9:.1f} GB, and "
                f"{free / 1e9:.1f} GB of memory are free: choose a smaller size, or take a subset first."
            )
        images = np.empty((len(self), size, size, 3), np.uint8)
        for image, target in zip(self.images, images, strict=True):
            target[:] = Image.fromarray(image).resize((size, size), Image.Resampling.BILINEAR)
        return dataclasses.replace(self, images=images)

    def _counts(self) -> list[tuple[str, int]]:
        counts = np.bincount(self.labels, minlength=len(self.class_names))
        return list(zip(self.class_names, counts.tolist(), strict=True))

    def _headline(self) -> str:
        height, width = self.images.shape[1:3]
        return (
            f"{self.card.name}: {len(self):,} pictures of {width} x {height}, {len(self.class_names)} classes"
        )

    def __repr__(self) -> str:
        return f"{self._headline()} ({', '.join(f'{name} {count}' for name, count in self._counts())})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(name)}</td><td>{count:,}</td></tr>" for name, count in self._counts()
        )
        return (
            f"<table><caption>{html.escape(self._headline())}</caption>"
            f"<tr><th>class</th><th>pictures</th></tr>{rows}</table>"
        )


def load_stamps(size: int, at_least: int = 1) -> Images:
    """Load those stamps whose class has `at_least` so many."""
    root = assets.fetch("stamps")
    found = {name: sorted((root / folder).rglob("*.png")) for folder, name in _STAMPS.items()}
    found = {name: paths for name, paths in found.items() if len(paths) >= at_least}
    paths = [path for paths in found.values() for path in paths]
    images, failures = read_images(paths, size, fit="pad")
    for error in failures.values():  # verified files: one that cannot be read is not the learner's to mend
        raise error
    return Images(
        images=images,
        labels=np.repeat(np.arange(len(found)), [len(paths) for paths in found.values()]),
        class_names=tuple(found),
        card=assets.card("stamps"),
        paths=tuple(map(str, paths)),
    )


def load_digits(size: int) -> Images:
    """Load the digits, enlarged to `size` pixels."""
    with gzip.open(Path(assets.fetch("digits")) / "digits.csv.gz") as file:
        table = np.loadtxt(file, delimiter=",")
    grey = np.round(table[:, :64] * (255 / 16)).astype(np.uint8).reshape(-1, 8, 8, 1)
    digits = Images(
        images=np.repeat(grey, 3, axis=3),
        labels=table[:, 64].astype(np.int64),
        class_names=tuple("0123456789"),
        card=assets.card("digits"),
    )
    return digits.resized(size)


def load_fashion_mnist(size: int) -> Images:
    """Load Fashion-MNIST in its makers' order: 60,000 images to train on, then 10,000 to test on."""
    folder = Path(assets.fetch("fashion-mnist"))

    def read(kind: str, header: int) -> np.ndarray:
        # The IDX format: a header of 32-bit numbers, of which the sizes are known, then one byte a value.
        parts = [folder / f"{part}-{kind}-ubyte" for part in ("train", "t10k")]
        return np.concatenate([np.fromfile(part, np.uint8, offset=header) for part in parts])

    fashion = Images(
        images=np.repeat(read("images-idx3", 16).reshape(-1, 28, 28, 1), 3, axis=3),
        labels=read("labels-idx1", 8).astype(np.int64),
        class_names=_CLOTHES,
        card=assets.card("fashion-mnist"),
    )
    return fashion if size == 28 else fashion.resized(size)
