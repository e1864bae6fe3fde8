"""What more labels would give: a power law fitted to a few-shot curve, and how far it can be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tlcourse.measure.curves import Curve
from tlcourse.measure.errors import MeasureError
from tlcourse.measure.score import Score

_DRAWS, _KEPT = 20_000, 2_000
# What such curves are like: `forecast` says how these were chosen.
_SLOPES = (0.1, 1.0)
_MISFIT, _SPREAD = 0.01, 0.05
# Beyond this many times the most labels measured, a fitted curve is no ground to stand on.
FARTHEST = 100


@dataclass(frozen=True)
class Labels:
    """How many labels a class an accuracy takes, made by `labels_for`.

    Attributes
    ----------
    median, low, high : float
        The middle and the ends of the interval; infinite where not even `farthest` labels are enough.
    accuracy : float
        The accuracy asked for.
    farthest : float
        The most labels a class that the curve was followed to.
    level : float
        How much the interval means to cover.
    """

    median: float
    low: float
    high: float
    accuracy: float
    farthest: float
    level: float = 0.9

    def __str__(self) -> str:
        median, low, high = (self._round(value) for value in (self.median, self.low, self.high))
        return median if low == high else f"{median} [{low}, {high}]"

    def __repr__(self) -> str:
        return f"{self} labels a class for {self.accuracy:.2f} ({self.level:.0%} interval)"

    def _round(self, value: float) -> str:
        if np.isinf(value):
            return f"over {self._round(self.farthest)}"
        # Two digits are more than such a number is good for.
        return f"{float(f'{value:.2g}'):,.0f}" if value >= 1 else "1"


def forecast(
    curve: Curve, shots: float | Sequence[float], level: float = 0.9, seed: int = 0
) -> Score | tuple[Score, ...]:
    """Continue a learning curve to more labels than were measured.

    Parameters
    ----------
    curve : Curve
        From `few_shot_curve`, with at least three numbers of shots, better five, and a few repeats.
    shots : float or sequence of float
        Labels a class to forecast for; they may lie within the curve.
    level : float
        How much the interval is to cover.
    seed : int
        Of the resampling.

    Returns
    -------
    Score or tuple of Score
        The expected accuracy, the mean of thousands of possible continuations, with the interval that holds
        the middle `level` of them.

    Raises
    ------
    MeasureError
        If the curve has fewer than three numbers of shots, or shots or level are no such numbers.

    Notes
    -----
    The error is taken to fall as ``c + a (n + d)**-b`` with the labels n: by a power b, towards a rest c that
    no label takes away; d allows for learning that starts slowly. A few points cannot tell a low rest
    reached late from a high one reached soon, and the two part just where one wants to know. So no single fit
    is trusted: each of thousands of curves gets a b, c and d drawn at random, the mean of repeats drawn with
    replacement, and its a by least squares; it counts as much as it agrees with that mean. What b, c and d
    are drawn from was set once, on ten curves of the course's data: measured to 8 or 16 labels a class,
    forecast to twice and ten times as many, and compared with what was then measured.

    The interval holds the luck of the repeats and the ignorance of the curve's further course. It holds
    neither that the examples themselves are a sample, nor that later labels may be of another kind.

    References
    ----------
    Viering and Loog, *The Shape of Learning Curves: a Review*, IEEE TPAMI, 2023.

    Examples
    --------
    >>> noise = np.random.default_rng(0).normal(0, 0.01, (10, 5))
    >>> shots = np.array([1, 2, 4, 8, 16])
    >>> curve = Curve((1, 2, 4, 8, 16), 0.9 - 0.5 * shots**-0.5 + noise, 0.1)
    >>> score = forecast(curve, 64)
    >>> score.low < 0.9 - 0.5 * 64**-0.5 < score.high
    True
    """
    _check_level(level)
    wanted = np.atleast_1d(np.asarray(shots, float))
    if wanted.ndim != 1 or not (np.isfinite(wanted) & (wanted > 0)).all():
        raise MeasureError(f"shots is {shots!r}; give numbers of labels above 0.")
    scores = tuple(
        score_of(1 - errors, level) for errors in possible_errors(curve, tuple(wanted.tolist()), seed).T
    )
    return scores[0] if np.ndim(shots) == 0 else scores


def labels_for(curve: Curve, accuracy: float, level: float = 0.9, seed: int = 0) -> Labels:
    """Estimate how many labels a class an accuracy takes.

    Parameters
    ----------
    curve : Curve
        As for `forecast`.
    accuracy : float
        The accuracy to reach, between 0 and 1.
    level, seed
        As for `forecast`.

    Returns
    -------
    Labels
        Followed to a hundred times the most labels measured, and no further.

    Examples
    --------
    >>> shots = np.array([1, 2, 4, 8, 16])
    >>> curve = Curve((1, 2, 4, 8, 16), np.tile(1 - 0.5 * shots**-0.5, (5, 1)), 0.1)
    >>> needed = labels_for(curve, 0.9)
    >>> needed.low < 25 < needed.high
    True
    >>> str(labels_for(curve, 0.1))
    '1'
    """
    _check_level(level)
    if not 0 < accuracy < 1:
        raise MeasureError(f"The accuracy is {accuracy}; give one between 0 and 1, such as 0.9.")
    most = curve.shots[-1] * FARTHEST
    steps = np.geomspace(min(1.0, curve.shots[0]), most, 200)
    return first_reaching(steps, possible_errors(curve, tuple(steps.tolist()), seed), accuracy, level)


def first_reaching(steps: np.ndarray, errors: np.ndarray, accuracy: float, level: float) -> Labels:
    """Read off many possible curves, (curves, steps), after how many labels each has an accuracy."""
    reached = errors <= 1 - accuracy
    needed = np.where(reached.any(axis=1), steps[reached.argmax(axis=1)], np.inf)
    # Of infinities no quantile can be interpolated.
    low, median, high = np.quantile(needed, [(1 - level) / 2, 0.5, (1 + level) / 2], method="nearest")
    return Labels(float(median), float(low), float(high), accuracy, float(steps[-1]), level)


@lru_cache(maxsize=8)
def possible_errors(curve: Curve, shots: tuple[float, ...], seed: int = 0) -> np.ndarray:
    """Draw possible courses of a curve, (draws, shots): the errors, each draw as likely as any other."""
    measured = np.array(curve.shots, float)
    if len(measured) < 3:
        raise MeasureError(
            f"The curve was measured at {list(curve.shots)} shots; a forecast takes three, better five."
        )
    errors = 1 - curve.values
    counts = (~np.isnan(errors)).sum(axis=0)
    rng = np.random.default_rng(seed)
    # Repeats are drawn whole, for what is easy in one repeat is so at all its shots.
    drawn = rng.integers(0, len(errors), (_DRAWS, len(errors)))
    means = _means(errors, drawn)
    several = counts > 1
    # Where there is one repeat, its doubt is that of the others; where there is one of all, a guess.
    spread = np.full(len(measured), _SPREAD)
    if several.any():
        spread[several] = np.nanstd(errors[:, several], axis=0, ddof=1)
        spread[~several] = spread[several].mean()
    noise = np.sqrt(spread**2 / counts + _MISFIT**2)

    slope = rng.uniform(*_SLOPES, _DRAWS)
    # A third of all tasks may be learned completely, which a rest drawn evenly would hardly allow for.
    rest = np.where(rng.random(_DRAWS) < 1 / 3, 0, rng.random(_DRAWS)) * means[:, -1]
    late = np.where(rng.random(_DRAWS) < 1 / 2, 0, np.geomspace(measured[0] / 2, measured[-1], _DRAWS))[
        :, None
    ]
    falls = (measured + late) ** -slope[:, None]
    left = means - rest[:, None]
    scale = np.maximum(0, (left * falls / noise**2).sum(axis=1) / (falls**2 / noise**2).sum(axis=1))
    misfit = (((left - scale[:, None] * falls) / noise) ** 2).sum(axis=1)
    weights = np.exp((misfit.min() - misfit) / 2)
    kept = rng.choice(_DRAWS, _KEPT, p=weights / weights.sum())
    wanted = (np.array(shots) + late[kept]) ** -slope[kept, None]
    return np.clip(rest[kept, None] + scale[kept, None] * wanted, 0, 1)


def _means(errors: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Average the drawn repeats; where all drawn lack a value, take the mean of those that have it."""
    values = errors[drawn]
    missing = np.isnan(values)
    sums, counts = np.where(missing, 0, values).sum(axis=1), (~missing).sum(axis=1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nanmean(errors, axis=0))


def score_of(values: np.ndarray, level: float) -> Score:
    """Summarise possible values by their mean and the middle `level` of them."""
    values = np.array(values)
    values.setflags(write=False)
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Score(float(values.mean()), float(low), float(high), values, level)


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise MeasureError(f"The level is {level}; give one between 0 and 1, such as 0.9.")
