"""The learner's data, looked over and divided once: a part to learn from, and one that nothing looks at."""

from __future__ import annotations

import dataclasses
import html
import os
from pathlib import Path

import numpy as np

from tlcourse import datasets
from tlcourse.adviser import UnusableData
from tlcourse.adviser.loading import MOST_PHOTOS, MOST_TEXTS, check_enough, load
from tlcourse.datasets import DataReport, Images, Texts
from tlcourse.datasets.folder import readable
from tlcourse.datasets.quality import FEWEST
from tlcourse.measure import Table

_TEST_SHARE = 0.25


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Task:
    """Photos or texts of one's own, ready to learn from; made by `prepare`.

    Attributes
    ----------
    name : str
        What the data are called.
    learn, test : Images or Texts
        The part to learn and to choose by, and the part to be judged by, once. Both have the same class
        names, and no copies, contradictions or leaks.
    report : datasets.DataReport
        What was found in the data as they came.
    divided : bool
        Whether the learner said what is to test on; else it was drawn.
    """

    name: str
    learn: Images | Texts
    test: Images | Texts
    report: DataReport
    divided: bool

    @property
    def kind(self) -> str:
        """Either "photos" or "texts"."""
        return "photos" if isinstance(self.learn, Images) else "texts"

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes that are learned, in the order of the labels."""
        return self.learn.class_names

    @property
    def counts(self) -> Table:
        """How many examples each class has, in all and in either part."""
        parts = [
            dict(
                zip(self.class_names, np.bincount(part.labels, minlength=len(self.class_names)), strict=True)
            )
            for part in (self.learn, self.test)
        ]
        rows = [
            (name, f"{count:,}", *(f"{part.get(name, 0):,}" for part in parts))
            for name, count in self.report.counts.items()
        ]
        rows.append(("all", *(f"{n:,}" for n in (self.number, len(self.learn), len(self.test)))))
        how = "as you divided them" if self.divided else "drawn from every class"
        out = self.number - len(self.learn) - len(self.test)
        caption = f"The part to test on is {how}." + f" {out:,} of all are used in neither part." * (out > 0)
        return Table((self.kind, "to learn from", "to test on"), tuple(rows), caption)

    @property
    def number(self) -> int:
        """How many examples there were, the unused ones included."""
        return sum(self.report.counts.values())

    def __repr__(self) -> str:
        found = [f"- {finding}" for finding in self.report.findings]
        head = f"{self.name}: {self.number:,} {self.kind} of {len(self.report.counts)} classes"
        return "\n".join([head, repr(self.counts), *found])

    def _repr_html_(self) -> str:
        found = "".join(f"<li>{html.escape(str(finding))}</li>" for finding in self.report.findings)
        return self.counts._repr_html_() + (f"<ul>{found}</ul>" if found else "<p>Nothing was found.</p>")


def prepare(path: str | os.PathLike, text: str = "text", label: str = "label", seed: int = 0) -> Task:
    """Load photos or texts, look for what is wrong with them, and set aside what to test on.

    Of copies one is kept, and whatever contradicts itself is left out. What is also in the part to learn from
    is taken out of the part to test on. Where the data are not divided, a quarter of each class is drawn to
    test on, as long as enough to learn from are left.

    Parameters
    ----------
    path : path-like
        A folder with one sub-folder of photos or of text files a class, or a table of texts. Folders "train"
        and "test", or a column "split", are taken for what they say.
    text, label : str
        The columns of a table.
    seed : int
        Of what is drawn.

    Returns
    -------
    Task

    Raises
    ------
    UnusableData
        If nothing can be learned, or nothing is left to test on; the message says what to do.

    Examples
    --------
    >>> task = prepare("my-photos")  # doctest: +SKIP
    >>> task.counts  # doctest: +SKIP
    """
    data, test = load(path, text, label, seed)
    report = datasets.inspect(data, test)
    if fatal := next((finding for finding in report.findings if finding.fatal), None):
        raise UnusableData(str(fatal), report)
    labels = data.labels if test is None else np.concatenate([data.labels, test.labels])
    most = MOST_PHOTOS if isinstance(data, Images) else MOST_TEXTS
    learn, held = _divide(labels, data.class_names, report, most, seed)
    # The labels are numbered anew, for a class may have been left out.
    names = np.unique(labels[learn])
    whole = data if test is None else _joined(data, test)
    parts = [
        dataclasses.replace(
            whole.subset(part),
            class_names=tuple(data.class_names[name] for name in names),
            labels=np.searchsorted(names, labels[part]),
            report=None,
            **({"in_train": None} if isinstance(data, Texts) else {}),
        )
        for part in (learn, held)
    ]
    # Not the card's, which for divided data is that of the first part.
    name = readable(Path(path).expanduser().resolve().name)
    return Task(name, *parts, report, bool(report.test.any()))


def _divide(
    labels: np.ndarray, names, report: DataReport, most: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the examples to learn from and those to test on."""
    good = ~(report.copy | report.contradicted | report.leaked)
    # Of the others, the report says that they are too few.
    enough = np.flatnonzero(np.bincount(labels[good]) >= FEWEST)
    order = np.random.default_rng(seed).permutation(np.flatnonzero(good))
    order = order[np.isin(labels[order], enough)]
    held = report.test if report.test.any() else _drawn(order, labels)
    share = min(1, most / len(order))
    learn, test = (
        _thinned(part, labels, round(share * len(part))) for part in (order[~held[order]], order[held[order]])
    )
    check_enough(labels[learn], enough, names, FEWEST, report)
    if not len(test):
        raise UnusableData(f"Nothing is left to test on. {report['leak'] or 'Add some examples.'}", report)
    return np.sort(learn), np.sort(test)


def _drawn(order: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Draw a quarter of each class to test on, as long as enough to learn from are left."""
    held = np.zeros(len(labels), bool)
    for label in np.unique(labels[order]):
        members = order[labels[order] == label]
        spare = len(members) - FEWEST
        held[members[: min(spare, max(1, round(_TEST_SHARE * len(members))))]] = True
    return held


def _thinned(part: np.ndarray, labels: np.ndarray, number: int) -> np.ndarray:
    """Return no more than a number of examples, unless it takes more for each class to have enough."""
    place = np.zeros(len(part), int)
    for label in np.unique(labels[part]):
        members = labels[part] == label
        place[members] = np.arange(members.sum())
    spare = place >= FEWEST
    return part[np.argsort(spare, kind="stable")][: max(number, (~spare).sum())]


def _joined(data: Images | Texts, test: Images | Texts) -> Images | Texts:
    if isinstance(data, Texts):
        return dataclasses.replace(
            data, texts=data.texts + test.texts, labels=np.concatenate([data.labels, test.labels])
        )
    return dataclasses.replace(
        data,
        images=np.concatenate([data.images, test.images]),
        labels=np.concatenate([data.labels, test.labels]),
        paths=data.paths + test.paths,
    )


def things(data: Images | Texts) -> np.ndarray | list[str]:
    """Return what is to be sorted, without its labels."""
    return data.images if isinstance(data, Images) else list(data.texts)
