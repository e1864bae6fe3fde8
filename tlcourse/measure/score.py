"""A number that says how far it can be trusted."""

from dataclasses import dataclass, field
from html import escape

import numpy as np

from tlcourse.measure.errors import MeasureError, NotFinite, TooFewPictures


@dataclass(frozen=True, repr=False)
class Score:
    """A mean with its interval, made by `interval`.

    Attributes
    ----------
    mean, low, high : float
        The mean of `values` and the ends of its interval; both ends are NaN where it is undefined.
    values : array of shape (n,)
        What was averaged, read-only.
    level : float
        How much the interval means to cover, 0.95 unless another was asked for.
    """

    mean: float
    low: float
    high: float
    values: np.ndarray = field(compare=False)
    level: float = 0.95

    def __str__(self) -> str:
        ends = "no interval" if np.isnan(self.low) else f"{self.low:.2f}, {self.high:.2f}"
        return f"{self.mean:.2f} [{ends}]"

    def __repr__(self) -> str:
        return f"{self} ({self.level:.0%} interval of the mean of {len(self.values)} values)"

    def _repr_html_(self) -> str:
        return f"<span>{escape(repr(self))}</span>"


def interval(values, level: float = 0.95, seed: int = 0) -> Score:
    """Average the values, with a bootstrap interval of their mean.

    Parameters
    ----------
    values : array of shape (n,)
        Independent measurements: one score for each repeat, or right/wrong for each picture.
    level : float
        How much the interval is to cover, between 0 and 1.
    seed : int
        Of the resampling, so that the same values always give the same interval.

    Returns
    -------
    Score
        The mean and its BCa interval (bias-corrected and accelerated, by SciPy). Where all values are equal,
        resampling sees no spread, which is not certainty: answers that are all right, or all wrong, given as
        ``bool``, get Wilson's interval of a proportion instead; for numbers both ends are NaN.

    Notes
    -----
    A bootstrap is too sure of itself when there are few values. In simulations a nominal 95% interval covered
    the true mean in 71% of cases with 3 values, 84% with 5, 90% with 10, 94% with 30, and 96% with 261
    pictures right or wrong; the tests repeat those for ten repeats and for pictures.

    Examples
    --------
    >>> interval([0.80, 0.84, 0.79, 0.86, 0.81])
    0.82 [0.80, 0.85] (95% interval of the mean of 5 values)
    >>> interval([1, 1, 1])
    1.00 [no interval] (95% interval of the mean of 3 values)
    >>> interval([True] * 25)
    1.00 [0.87, 1.00] (95% interval of the mean of 25 values)
    """
    from scipy.stats import binomtest, bootstrap

    answers = np.asarray(values).dtype == bool
    values = np.array(values, dtype=np.float64)
    if values.ndim != 1 or not len(values):
        raise TooFewPictures(f"Values have shape {values.shape}; give one row of at least one number.")
    if not np.isfinite(values).all():
        raise NotFinite(
            f"{(~np.isfinite(values)).sum()} of {len(values)} values are NaN or infinite; leave them out."
        )
    if not 0 < level < 1:
        raise MeasureError(f"The level is {level}; give one between 0 and 1, such as 0.95.")
    values.setflags(write=False)
    mean = float(values.mean())
    # Differences of equal scores may still differ by rounding.
    if np.ptp(values) < 1e-12:
        if not answers:
            return Score(mean, np.nan, np.nan, values, level)
        ends = binomtest(int(values.sum()), len(values)).proportion_ci(level, method="wilson")
        return Score(mean, float(ends.low), float(ends.high), values, level)
    ends = bootstrap(
        (values,),
        np.mean,
        n_resamples=9_999,
        batch=max(1, 2_000_000 // len(values)),
        confidence_level=level,
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Score(mean, float(ends.low), float(ends.high), values, level)
