"""Few-shot curves: accuracy against labelled examples per class."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from tlcourse.measure.errors import MeasureError, TooFewPictures, UnknownShots, check_examples
from tlcourse.measure.score import Score, interval
from tlcourse.measure.validation import derived_seed
from tlcourse.progress import bar
from tlcourse.transfer.probe import linear_probe


@dataclass(frozen=True, repr=False, eq=False)
class Curve:
    """Accuracy at several numbers of shots, made by `few_shot_curve`.

    Attributes
    ----------
    shots : tuple of int
        Labelled examples per class, ascending.
    values : array of shape (repeats, len(shots))
        The accuracy on the held-out part, read-only.
    chance : float
        The best a constant guess can do on the held-out part: the share of its commonest class.
    pairing : tuple
        What two curves must share to be compared repeat by repeat.
    """

    shots: tuple[int, ...]
    values: np.ndarray
    chance: float
    pairing: tuple = ()

    def at(self, shots: int) -> Score:
        """Return the score at a number of shots that was measured, with an interval over repeats."""
        if shots not in self.shots:
            raise UnknownShots(
                f"This curve was not measured at {shots} shots; choose from {list(self.shots)}."
            )
        return interval(self.values[:, self.shots.index(shots)])

    @property
    def scores(self) -> tuple[Score, ...]:
        """The score at each number of shots."""
        return tuple(self.at(shots) for shots in self.shots)

    def __repr__(self) -> str:
        points = ", ".join(f"{shots}: {score}" for shots, score in zip(self.shots, self.scores, strict=True))
        return f"accuracy by shots {{{points}}} over {len(self.values)} repeats, chance {self.chance:.2f}"

    def _repr_html_(self) -> str:
        return f"<span>{escape(repr(self))}</span>"


def few_shot_curve(
    X,
    y,
    shots: Sequence[int] = (1, 3, 5, 10),
    repeats: int = 10,
    fit: Callable = linear_probe,
    test_fraction: float = 0.3,
    seed: int = 0,
) -> Curve:
    """Measure accuracy on held-out pictures after fitting on a few labelled ones of each class.

    In each repeat a stratified part is held out, and of the rest each class's pictures are shuffled once; `s`
    shots are the first `s` of each class, so a larger training set always contains the smaller ones.

    Parameters
    ----------
    X : array of shape (N, …)
        Feature vectors or images, one entry of the first axis for each picture.
    y : array of shape (N,)
        The labels.
    shots : sequence of int
        Labelled examples per class.
    repeats : int
        How many times to draw held-out part and training sets anew.
    fit : callable
        ``fit(X, y, seed) -> estimator`` with ``estimator.predict(X)``.
    test_fraction : float
        The share of each class that is held out.
    seed : int
        Decides the draws, together with y alone: whatever X and fit are, they get the same pictures.

    Returns
    -------
    Curve
        Its intervals resample repeats. They cover the luck of which of these pictures were drawn. Repeats
        share pictures, so they do not cover another collection of photos; `interval` says how sure ten
        repeats can make one.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat([0, 1], 30)
    >>> curve = few_shot_curve(rng.normal(size=(60, 2)) + 2 * y[:, None], y, shots=(1, 10), repeats=5)
    >>> curve.shots, curve.values.shape, curve.chance
    ((1, 10), (5, 2), 0.5)
    """
    X, y, classes, counts = check_examples(X, y)
    shots = tuple(sorted(set(shots)))
    if not shots or shots[0] < 1 or repeats < 1 or not 0 < test_fraction < 1:
        raise MeasureError(
            f"Shots are {shots}, repeats {repeats}, test_fraction {test_fraction};"
            " give shots and repeats of at least 1 and a test_fraction between 0 and 1."
        )
    held_out = np.maximum(1, np.round(test_fraction * counts).astype(int))
    left = counts - held_out
    if left.min() < shots[-1]:
        raise TooFewPictures(
            f"Class {classes[left.argmin()]!s} has {counts[left.argmin()]} pictures, of which"
            f" {left.min()} are left to learn from, fewer than {shots[-1]} shots;"
            " lower shots or test_fraction, or leave the class out."
        )
    values = np.empty((repeats, len(shots)))
    with bar(total=values.size, desc="few-shot curve", unit="fit") as progress:
        for repeat in range(repeats):
            test, train = _draw(y, classes, held_out, np.random.default_rng([seed, repeat]))
            for column, number in enumerate(shots):
                chosen = np.concatenate([order[:number] for order in train])
                estimator = fit(X[chosen], y[chosen], derived_seed(seed, repeat))
                values[repeat, column] = (estimator.predict(X[test]) == y[test]).mean()
                progress.update()
    values.setflags(write=False)
    chance = float(held_out.max() / held_out.sum())
    return Curve(shots, values, chance, (tuple(y.tolist()), repeats, test_fraction, seed))


def _draw(y, classes, held_out, rng) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return the held-out pictures and, for each class, the order in which its others are learned from."""
    orders = [rng.permutation(np.flatnonzero(y == name)) for name in classes]
    test = np.concatenate([order[:number] for order, number in zip(orders, held_out, strict=True)])
    return test, [order[number:] for order, number in zip(orders, held_out, strict=True)]
