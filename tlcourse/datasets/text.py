"""Labelled texts, and the collections of the course that hold them."""

from __future__ import annotations

import dataclasses
import html
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from tlcourse import assets
from tlcourse.datasets.errors import NoOfficialSplit

if TYPE_CHECKING:
    from tlcourse.datasets.folder import FolderReport

# For each collection, its asset and what its files' names begin with.
COLLECTIONS = {
    "newsgroups": ("newsgroups", "20newsgroups"),
    "reuters-r8": ("reuters", "reuters-r8"),
    "reuters-r52": ("reuters", "reuters-r52"),
}
# More classes than a line can name are counted only.
_SHOWN = 20


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Texts:
    """Texts with their labels.

    Attributes
    ----------
    texts : tuple of str
    labels : numpy.ndarray
        int64, shape ``(N,)``: indices into `class_names`.
    class_names : tuple of str
    card : tlcourse.assets.Card
        What the data set is, its licence and whom to cite.
    in_train : numpy.ndarray or None
        bool, shape ``(N,)``: whether the collection's makers put a text in the part to learn from; None where
        there is no such official split.
    report : FolderReport or None
        For texts of one's own: what was read and what was left out.

    Examples
    --------
    >>> card = assets.Card("toy", "A toy")
    >>> toy = Texts(("good", "bad", "fine"), np.array([0, 1, 0]), ("praise", "blame"), card)
    >>> toy.subset([0, 1])
    toy: 2 texts, 2 classes (praise 1, blame 1)
    """

    texts: tuple[str, ...]
    labels: np.ndarray
    class_names: tuple[str, ...]
    card: assets.Card
    in_train: np.ndarray | None = None
    report: FolderReport | None = None

    def __len__(self) -> int:
        return len(self.labels)

    def subset(self, indices: np.ndarray) -> Texts:
        """Return the texts at `indices` (an index array or a boolean mask), with all class names kept."""
        chosen = np.arange(len(self))[indices]
        return dataclasses.replace(
            self,
            texts=tuple(self.texts[i] for i in chosen),
            labels=self.labels[chosen],
            in_train=None if self.in_train is None else self.in_train[chosen],
        )

    @property
    def train(self) -> Texts:
        """The part to learn from, by the official split."""
        return self.subset(self._official())

    @property
    def test(self) -> Texts:
        """The part to be judged by, by the official split."""
        return self.subset(~self._official())

    def _official(self) -> np.ndarray:
        if self.in_train is None:
            raise NoOfficialSplit(f"{self.card.name} has no official split; make one with datasets.split(…).")
        return self.in_train

    def _counts(self) -> list[tuple[str, int]]:
        counts = np.bincount(self.labels, minlength=len(self.class_names))
        return list(zip(self.class_names, counts.tolist(), strict=True))

    def _headline(self) -> str:
        return f"{self.card.name}: {len(self):,} texts, {len(self.class_names)} classes"

    def __repr__(self) -> str:
        if len(self.class_names) > _SHOWN:
            return self._headline()
        return f"{self._headline()} ({', '.join(f'{name} {count}' for name, count in self._counts())})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(name)}</td><td>{count:,}</td></tr>" for name, count in self._counts()
        )
        return (
            f"<table><caption>{html.escape(self._headline())}</caption>"
            f"<tr><th>class</th><th>texts</th></tr>{rows}</table>"
        )


def load_collection(name: str) -> Texts:
    """Load one of `COLLECTIONS`, its classes in alphabetical order."""
    asset, prefix = COLLECTIONS[name]
    folder = assets.fetch(asset)
    texts, categories, sizes = [], [], []
    for part in ("train", "test"):
        with open(folder / f"{prefix}-{part}.tab", encoding="utf-8") as file:
            columns = next(file).rstrip("\n").split("\t")
            text, category = columns.index("Text"), columns.index("Category")
            # Two lines, of types and roles, follow the names, and then an empty one.
            rows = [line.rstrip("\n").split("\t") for line in islice(file, 2, None) if len(line) > 2]
        texts += [row[text] for row in rows]
        categories += [row[category] for row in rows]
        sizes.append(len(rows))
    class_names, labels = np.unique(categories, return_inverse=True)
    return Texts(
        texts=tuple(texts),
        labels=labels.astype(np.int64),
        class_names=tuple(class_names.tolist()),
        card=dataclasses.replace(assets.card(asset), name=name),
        in_train=np.repeat([True, False], sizes),
    )
