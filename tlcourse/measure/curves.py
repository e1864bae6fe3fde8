"""Few-shot curves: accuracy, or mean recall, against labelled examples per class."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape

import numpy as np

from tlcourse.assets.errors import suggest
from tlcourse.measure.errors import MeasureError, TooFewPictures, UnknownShots, check_examples
from tlcourse.measure.score import Score, interval
from tlcourse.measure.validation import derived_seed
from tlcourse.progress import bar
from tlcourse.transfer.probe import linear_probe


@dataclass(frozen=True, repr=False, eq=False)
class Curve:
    """Scores at several numbers of shots, made by `few_shot_curve`.

    Attributes
    ----------
    shots : tuple of int
        Labelled examples per class, ascending.
    values : array of shape (repeats, len(shots))
        The score on the held-out part, read-only; NaN at the end of columns with fewer repeats.
    chance : float
        The best a constant guess can do on the held-out part: in accuracy, the share of its commonest class.
    pairing : tuple
        What two curves must share to be compared repeat by repeat.
    scoring : str
        What was measured, "accuracy" or "macro recall".
    """

    shots: tuple[int, ...]
    values: np.ndarray
    chance: float
    pairing: tuple = ()
    scoring: str = "accuracy"

    def at(self, shots: int) -> Score:
        """Return the score at a number of shots that was measured, with an interval over repeats."""
        if shots not in self.shots:
            raise UnknownShots(
                f"This curve was not measured at {shots} shots; choose from {list(self.shots)}."
            )
        values = self.values[:, self.shots.index(shots)]
        return interval(values[~np.isnan(values)])

    @property
    def scores(self) -> tuple[Score, ...]:
        """The score at each number of shots."""
        return tuple(self.at(shots) for shots in self.shots)

    def __repr__(self) -> str:
        points = ", ".join(f"{shots}: {score}" for shots, score in zip(self.shots, self.scores, strict=True))
        counts = [len(self.values) - missing for missing in np.isnan(self.values).sum(axis=0)]
        repeats = " to ".join(str(count) for count in sorted({min(counts), max(counts)}))
        return f"{self.scoring} by shots {{{points}}} over {repeats} repeats, chance {self.chance:.2f}"

    def _repr_html_(self) -> str:
        return f"<span>{escape(repr(self))}</span>"


def few_shot_curve(
    X,
    y,
    shots: Iterable[int] = (1, 3, 5, 10),
    repeats: int | Mapping[int, int] = 10,
    fit: Callable = linear_probe,
    test_fraction: float = 0.3,
    seed: int = 0,
    scoring: str = "accuracy",
    test: np.ndarray | None = None,
    up_to: bool = False,
) -> Curve:
    """Measure how well held-out pictures are classified after fitting on a few labelled ones of each class.

    In each repeat a stratified part is held out, and of the rest each class's pictures are shuffled once; `s`
    shots are the first `s` of each class, so a larger training set always contains the smaller ones.

    Parameters
    ----------
    X : array of shape (N, …), sparse matrix, or sequence of str
        Feature vectors, images or texts, one entry of the first axis for each.
    y : array of shape (N,)
        The labels.
    shots : iterable of int
        Labelled examples per class.
    repeats : int or mapping of int to int
        How many times to draw held-out part and training sets anew; or for each number of shots how many
        times, so that dear ones get fewer: the first of the same draws.
    fit : callable
        ``fit(X, y, seed) -> estimator`` with ``estimator.predict(X)``.
    test_fraction : float
        The share of each class that is held out.
    seed : int
        Decides the draws, together with y alone: whatever X and fit are, they get the same pictures.
    scoring : {"accuracy", "macro recall"}
        The share of all held-out pictures that are named right, or that share in each class, averaged over
        classes: then a rare class counts as much as a common one.
    test : bool array of shape (N,), optional
        The part to hold out, the same in each repeat, such as an official split; `test_fraction` has no say
        then.
    up_to : bool
        Take all there are of a class that has too few pictures for the shots, rather than refuse.

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
    times = repeats if isinstance(repeats, Mapping) else dict.fromkeys(shots, repeats)
    times = [times.get(number, 0) for number in shots]
    if not shots or shots[0] < 1 or min(times) < 1 or not 0 < test_fraction < 1:
        raise MeasureError(
            f"Shots are {shots}, repeats {repeats}, test_fraction {test_fraction};"
            " give shots and repeats of at least 1 and a test_fraction between 0 and 1."
        )
    if scoring not in _SCORING:
        raise MeasureError(f"scoring is {scoring!r}.{suggest(str(scoring), list(_SCORING))}")
    held_out = np.maximum(1, np.round(test_fraction * counts).astype(int))
    if test is not None:
        held_out = _count_official(test, y, classes)
        test, test_fraction = np.asarray(test), np.asarray(test).tobytes()
    left = counts - held_out
    if left.min() < (1 if up_to else shots[-1]):
        raise TooFewPictures(
            f"Class {classes[left.argmin()]!s} has {counts[left.argmin()]} pictures, of which"
            f" {left.min()} are left to learn from, fewer than {shots[-1]} shots;"
            " lower shots or test_fraction, or leave the class out."
        )
    score = _SCORING[scoring]
    values = np.full((max(times), len(shots)), np.nan)
    with bar(total=sum(times), desc="few-shot curve", unit="fit") as progress:
        for repeat in range(max(times)):
            held, train = _draw(y, classes, held_out, np.random.default_rng([seed, repeat]), test)
            asked = X[held]
            for column, number in enumerate(shots):
                if repeat >= times[column]:
                    continue
                chosen = np.concatenate([order[:number] for order in train])
                estimator = fit(X[chosen], y[chosen], derived_seed(seed, repeat))
                values[repeat, column] = score(estimator.predict(asked) == y[held], y[held])
                progress.update()
    values.setflags(write=False)
    chance = float(held_out.max() / held_out.sum()) if scoring == "accuracy" else 1 / len(classes)
    repeats = tuple(sorted(repeats.items())) if isinstance(repeats, Mapping) else repeats
    pairing = (tuple(y.tolist()), repeats, test_fraction, seed)
    if (scoring, up_to) != ("accuracy", False):
        pairing += (scoring, up_to)
    return Curve(shots, values, chance, pairing, scoring)


def _macro_recall(right: np.ndarray, y: np.ndarray) -> float:
    return float(np.mean([right[y == name].mean() for name in np.unique(y)]))


_SCORING = {"accuracy": lambda right, y: right.mean(), "macro recall": _macro_recall}


def _count_official(test, y, classes) -> np.ndarray:
    """Return how many of each class an official split holds out, or raise what is wrong with it."""
    test = np.asarray(test)
    if test.dtype != bool or test.shape != y.shape:
        raise MeasureError(
            f"test is of {test.dtype} and shape {test.shape}; give a bool for each of {len(y)} examples."
        )
    held_out = np.array([np.count_nonzero(test[y == name]) for name in classes])
    if not held_out.all():
        raise TooFewPictures(f"Class {classes[held_out.argmin()]!s} has no picture in the test part given.")
    return held_out


def _draw(y, classes, held_out, rng, test=None) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return the held-out pictures and, for each class, the order in which its others are learned from."""
    if test is not None:
        return np.flatnonzero(test), [
            rng.permutation(np.flatnonzero((y == name) & ~test)) for name in classes
        ]
    orders = [rng.permutation(np.flatnonzero(y == name)) for name in classes]
    held = np.concatenate([order[:number] for order, number in zip(orders, held_out, strict=True)])
    return held, [order[number:] for order, number in zip(orders, held_out, strict=True)]
