"""What the model is worth on the part that nothing has looked at: accuracy, confusions, mistakes."""

from __future__ import annotations

import html
from dataclasses import dataclass

import numpy as np

from tlcourse import measure
from tlcourse.adviser.pipeline import Pipeline
from tlcourse.capstone.task import Task, things
from tlcourse.measure import Score, Table


@dataclass(frozen=True)
class Mistake:
    """A test example that was given to the wrong class.

    Attributes
    ----------
    index : int
        Its place in ``task.test``.
    truth, said : str
        Its class, and the one the model named.
    probability : float
        What the model gave to the class it named.
    """

    index: int
    truth: str
    said: str
    probability: float

    def __str__(self) -> str:
        return f"{self.truth}, taken for {self.said} ({self.probability:.2f})"


@dataclass(frozen=True, eq=False, repr=False)
class Judgement:
    """How a model did on the test part; made by `judge`.

    Attributes
    ----------
    name : str
        The candidate's.
    class_names : tuple of str
    truth : int array of shape (N,)
    probabilities : float array of shape (N, classes)
    accuracy : measure.Score
        With an interval over test examples.
    commonest : float
        The accuracy of always naming the class that is the commonest in the part to learn from.
    """

    name: str
    class_names: tuple[str, ...]
    truth: np.ndarray
    probabilities: np.ndarray
    accuracy: Score
    commonest: float

    @property
    def said(self) -> np.ndarray:
        """The class that was named, as an index."""
        return self.probabilities.argmax(axis=1)

    @property
    def counts(self) -> np.ndarray:
        """How often each class, a row, was given to each, a column, (classes, classes)."""
        size = len(self.class_names)
        return np.bincount(self.truth * size + self.said, minlength=size**2).reshape(size, size)

    @property
    def confusion(self) -> Table:
        """The counts, with the names of the classes."""
        rows = [(name, *map(str, row)) for name, row in zip(self.class_names, self.counts, strict=True)]
        return Table(self.class_names, tuple(rows), "Rows: what it was. Columns: what the model said.")

    @property
    def classes(self) -> Table:
        """The share of each class that was recognised, with its interval."""
        rows = []
        for label, name in enumerate(self.class_names):
            right = self.said[self.truth == label] == label
            score = str(measure.interval(right)) if len(right) else "none to test on"
            rows.append((name, f"{right.sum()} of {len(right)}", score))
        return Table(("recognised", "share"), tuple(rows), "In brackets: 95% interval.")

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Everything that was given to a wrong class, what the model was surest of first."""
        found = [
            Mistake(int(i), self.class_names[self.truth[i]], self.class_names[said], float(row[said]))
            for i, (said, row) in enumerate(zip(self.said, self.probabilities, strict=True))
            if said != self.truth[i]
        ]
        return tuple(sorted(found, key=lambda mistake: -mistake.probability))

    def __repr__(self) -> str:
        lines = [f"{self.name}: accuracy {self.accuracy} on {len(self.truth):,} test examples"]
        lines += [f"always naming the commonest class: {self.commonest:.2f}", "", repr(self.confusion)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        head = "<br>".join(map(html.escape, repr(self).split("\n\n")[0].splitlines()))
        return f"<p>{head}</p>{self.confusion._repr_html_()}"


def judge(task: Task, model: Pipeline) -> Judgement:
    """Test a model on the part that was set aside.

    Once, for the model that was chosen, and for the best without transfer to stand beside it: whoever tests
    many and keeps the best of them has chosen by the test.

    Parameters
    ----------
    task : Task
    model : adviser.pipeline.Pipeline
        From `train`.

    Returns
    -------
    Judgement

    Examples
    --------
    >>> result = judge(task, model)  # doctest: +SKIP
    >>> result.accuracy  # doctest: +SKIP
    0.91 [0.84, 0.95] (95% interval of the mean of 75 values)
    """
    truth, probabilities = task.test.labels, model.predict_proba(things(task.test))
    right = probabilities.argmax(axis=1) == truth
    commonest = np.bincount(task.learn.labels).argmax()
    return Judgement(
        name=model.name,
        class_names=task.class_names,
        truth=truth,
        probabilities=probabilities,
        accuracy=measure.interval(right),
        commonest=float(np.mean(truth == commonest)),
    )
