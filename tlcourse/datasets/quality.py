"""What is wrong with a data set before anything is learned from it: copies, contradictions, leaks, labels."""

from __future__ import annotations

import dataclasses
import html
import re

import numpy as np

from tlcourse.datasets.images import Images
from tlcourse.datasets.split import identical
from tlcourse.datasets.text import Texts

FEWEST = 6
"""Different examples that a class takes, to be learned from and judged by."""

_WORD = re.compile(r"\w+")
_THUMBNAIL = 16
# Two pictures differ by less than this share of their own contrast if one is the other saved anew.
_NEAR = 0.08
_ROWS = 1_000
# Remarks on loading that have a finding of their own.
_SAID_ABOVE = ("There is only one class", "Too few")
_SHOWN = 3


@dataclasses.dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a data set.

    Attributes
    ----------
    kind : str
        "identifiers", "one class", "few labels", "leak", "untested", "contradictions", "copies",
        "unreadable" or "remark".
    sentence : str
        What was found.
    remedy : str
        What to do about it; empty for a remark.
    fatal : bool
        Whether nothing can be learned from the data as they are.
    """

    kind: str
    sentence: str
    remedy: str = ""
    fatal: bool = False

    def __str__(self) -> str:
        return f"{self.sentence}: {self.remedy}." if self.remedy else f"{self.sentence}."


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class DataReport:
    """What `inspect` found.

    Attributes
    ----------
    counts : dict of str to int
        How many examples each class has, those for testing included.
    findings : tuple of Finding
        The gravest first; empty where nothing is wrong.
    copy : bool array of shape (N,)
        Which examples are copies, or nearly, of an earlier one with the same label.
    contradicted : bool array of shape (N,)
        Which examples are there with two labels.
    leaked : bool array of shape (N,)
        Which test examples are also in the training part.
    test : bool array of shape (N,)
        Which examples are in the test part; none where the data are not divided.
    """

    counts: dict[str, int]
    findings: tuple[Finding, ...]
    copy: np.ndarray
    contradicted: np.ndarray
    leaked: np.ndarray
    test: np.ndarray

    def __getitem__(self, kind: str) -> Finding | None:
        """Return the finding of a kind, or None."""
        return next((finding for finding in self.findings if finding.kind == kind), None)

    def __repr__(self) -> str:
        head = f"{sum(self.counts.values()):,} examples of {len(self.counts)} classes: "
        if not self.findings:
            return head + "nothing found."
        return "\n".join([f"{head}{len(self.findings)} found.", *map(str, self.findings)])

    def _repr_html_(self) -> str:
        return "<br>".join(map(html.escape, repr(self).splitlines()))


def inspect(data: Images | Texts, test: Images | Texts | None = None) -> DataReport:
    """Look for what makes measurements on a data set wrong, or impossible.

    Pictures are copies if they agree in every pixel after decoding, and nearly so if their thumbnails hardly
    differ, as after saving anew or resizing; not if one is mirrored, cut otherwise, or in other colours.
    Texts are copies if they are equal, and nearly so if their words are, whatever the letters' case and the
    punctuation. The time this takes grows with the square of the number of pictures.

    Parameters
    ----------
    data : Images or Texts
        What there is, or its training part. Texts with an official split need no second argument.
    test : Images or Texts, optional
        The part to test on, with the same class names.

    Returns
    -------
    DataReport

    Examples
    --------
    >>> from tlcourse.assets import Card
    >>> texts = ("good", "Good!", "bad", "good", "awful", "fine")
    >>> toy = Texts(texts, np.array([0, 0, 1, 1, 1, 0]), ("praise", "blame"), Card("toy", "A toy"))
    >>> report = inspect(toy)
    >>> print(report["contradictions"])
    3 texts are there with different labels ('good' as praise and as blame): give each its right label.
    """
    thing = "text" if isinstance(data, Texts) else "photo"
    held = np.zeros(len(data), bool) if getattr(data, "in_train", None) is None else ~data.in_train
    if test is not None:
        held = np.repeat([False, True], [len(data), len(test)])
    labels = data.labels if test is None else np.concatenate([data.labels, test.labels])
    groups = _alike(data, test)
    counts = np.bincount(labels, minlength=len(data.class_names))

    order = np.arange(len(labels))
    # The first of each group and label, training examples before test ones.
    keys = groups * (len(data.class_names) + 1) + labels
    by_part = np.lexsort((order, held))
    first = by_part[np.unique(keys[by_part], return_index=True)[1]]
    copy = ~np.isin(order, first)
    labels_of_group = np.bincount(groups[first], minlength=groups.max() + 1)
    contradicted = labels_of_group[groups] > 1
    in_training = np.bincount(groups[~held], minlength=groups.max() + 1) > 0
    leaked = held & in_training[groups]

    names = _names(data) + (() if test is None else _names(test))
    classes = [data.class_names[label] for label in labels]

    def pair(chosen: np.ndarray, among: np.ndarray) -> str:
        """Name the first of the chosen and what it is like among others."""
        one = np.flatnonzero(chosen)[0]
        other = np.flatnonzero((groups == groups[one]) & among & (order != one))[0]
        # Twice the same name, as of a file in both parts, says no more than once.
        return " and ".join(dict.fromkeys((names[min(one, other)], names[max(one, other)])))

    findings = []
    different = np.bincount(labels[~copy & ~contradicted], minlength=len(counts))
    some = np.flatnonzero(counts)
    if len(labels) >= 2 * FEWEST and len(some) > len(labels) / 2:
        findings.append(Finding(
            "identifiers",
            f"The labels look like identifiers: {len(some):,} different ones for {len(labels):,} {thing}s",
            "give the column or the folders that say the class",
            fatal=True,
        ))  # fmt: skip
    elif len(some) == 1:
        findings.append(Finding(
            "one class",
            f"All {len(labels):,} {thing}s are of one class, {data.class_names[some[0]]!r}",
            "add a second class, for telling things apart takes two",
            fatal=True,
        ))  # fmt: skip
    elif (scarce := some[different[some] < FEWEST]).size:
        listing = ", ".join(f"{data.class_names[label]} {different[label]}" for label in scarce[:_SHOWN])
        more = f" and {len(scarce) - _SHOWN} more" if len(scarce) > _SHOWN else ""
        findings.append(Finding(
            "few labels",
            f"{_number(len(scarce), 'class')} {_have(len(scarce))} fewer than {FEWEST} different {thing}s "
            f"({listing}{more})",
            "add some, or leave the class out",
            fatal=len(some) - len(scarce) < 2,
        ))  # fmt: skip
    if leaked.any():
        findings.append(Finding(
            "leak",
            f"{leaked.sum():,} of {held.sum():,} {thing}s to test on are also in the training part "
            f"({pair(leaked, ~held)})",
            "take them out of one of the two, for a test on what was learned from flatters",
        ))  # fmt: skip
    if held.any() and (absent := np.setdiff1d(some, labels[held])).size:
        listing = ", ".join(data.class_names[label] for label in absent[:_SHOWN])
        findings.append(
            Finding(
                "untested",
                f"The part to test on has no {thing} of {_number(len(absent), 'class')}, such as {listing}",
                "add some, for so the accuracy is that of the other classes",
            )
        )
    if contradicted.any():
        one = np.flatnonzero(contradicted)[0]
        other = np.flatnonzero((groups == groups[one]) & (labels != labels[one]))[0]
        where = f"{names[one]} and {names[other]}"
        if thing == "text":
            where = f"{names[one]} as {classes[one]} and as {classes[other]}"
        findings.append(Finding(
            "contradictions",
            f"{contradicted.sum():,} {thing}s are there with different labels ({where})",
            "give each its right label",
        ))  # fmt: skip
    plain = copy & ~contradicted & ~leaked
    if plain.any():
        findings.append(Finding(
            "copies",
            f"{_number(plain.sum(), thing)} {'is a copy' if plain.sum() == 1 else 'are copies'}, or nearly, "
            f"of others with the same label ({pair(plain, ~plain)})",
            "remove them, for they teach nothing and a test on them flatters",
        ))  # fmt: skip
    reports = [part.report for part in (data, test) if part is not None and part.report is not None]
    if left_out := [item for read in reports for item in read.left_out]:
        listing = ", ".join(f"{path}: {reason}" for path, reason in left_out[:_SHOWN])
        more = f", and {len(left_out) - _SHOWN:,} more" if len(left_out) > _SHOWN else ""
        findings.append(
            Finding(
                "unreadable",
                f"{len(left_out):,} could not be read or used ({listing}{more})",
                "mend or remove them",
            )
        )
    remarks = dict.fromkeys(remark for read in reports for remark in read.remarks)
    findings += [
        Finding("remark", remark.rstrip(".")) for remark in remarks if not remark.startswith(_SAID_ABOVE)
    ]
    findings.sort(key=lambda finding: not finding.fatal)
    named = {data.class_names[label]: int(counts[label]) for label in some}
    return DataReport(named, tuple(findings), copy, contradicted, leaked, held)


def _alike(data: Images | Texts, test: Images | Texts | None) -> np.ndarray:
    """Number the examples so that copies and near copies, and only those, share a number."""
    parts = [data] if test is None else [data, test]
    if isinstance(data, Texts):
        texts = [text for part in parts for text in part.texts]
        # A text without a word, such as one of emoji, stays as it is.
        return identical([" ".join(_WORD.findall(text.casefold())) or text for text in texts])
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    groups = identical(image.tobytes() for part in parts for image in part.images)
    first = np.unique(groups, return_index=True)[1]
    small = np.concatenate([part.resized(_THUMBNAIL).images for part in parts])[first]
    small = small.reshape(len(first), -1).astype(np.float32) - 128
    squares, contrast = (small**2).sum(axis=1), small.var(axis=1) * small.shape[1]
    rows, columns = [], []
    for start in range(0, len(small), _ROWS):
        part = slice(start, start + _ROWS)
        apart = squares[part, None] + squares[None, start:] - 2 * small[part] @ small[start:].T
        near = apart <= _NEAR**2 * np.minimum(contrast[part, None], contrast[None, start:])
        here, there = np.nonzero(near)
        rows.append(here + start)
        columns.append(there + start)
    rows, columns = np.concatenate(rows), np.concatenate(columns)
    near = coo_array((np.ones(len(rows), bool), (rows, columns)), shape=(len(small), len(small)))
    return connected_components(near, directed=False)[1].astype(np.int64)[groups]


def _names(data: Images | Texts) -> tuple[str, ...]:
    if isinstance(data, Texts):
        return tuple(repr(text if len(text) <= 40 else text[:39] + "…") for text in data.texts)
    if data.paths:
        return tuple("/".join(path.replace("\\", "/").split("/")[-2:]) for path in data.paths)
    return tuple(f"picture {number}" for number in range(len(data)))


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "es" if noun.endswith("s") else "s")


def _have(count: int) -> str:
    return "has" if count == 1 else "have"
