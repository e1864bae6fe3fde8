"""Intervals where values are not independent, or where the score is no plain mean."""

import numpy as np

from tlcourse.measure.errors import LengthMismatch
from tlcourse.measure.score import Score

_RESAMPLES = 2_000


def interval_over_pairs(values, pairs, level: float = 0.95, seed: int = 0) -> Score:
    """Average values each of which belongs to two things, with a bootstrap interval over the things.

    In a test of analogies, each question joins two pairs of words, and each pair is in dozens of questions;
    one pair that is hard makes all of its questions hard. So it is the pairs that are drawn anew, and a
    question counts as often as both of its pairs were drawn.

    Parameters
    ----------
    values : array of shape (n,)
        One score for each question.
    pairs : int array of shape (n, 2)
        The two things that a question joins.
    level : float
        How much the interval is to cover.
    seed : int
        Of the resampling.

    Returns
    -------
    Score
        The plain mean, and its percentile interval.

    Raises
    ------
    LengthMismatch
        If there are not two things for each value.

    Examples
    --------
    >>> pairs = [(i, j) for i in range(5) for j in range(5) if i != j]
    >>> interval_over_pairs([i < 3 for i, j in pairs], pairs)
    0.60 [0.25, 1.00] (95% interval of the mean of 20 values)
    """
    values = np.array(values, dtype=np.float64)
    pairs = np.asarray(pairs)
    if pairs.shape != (len(values), 2):
        raise LengthMismatch(
            f"{len(values)} values take pairs of shape {(len(values), 2)}, not {pairs.shape}."
        )
    things, numbers = np.unique(pairs, return_inverse=True)
    first, second = numbers.reshape(pairs.shape).T
    # All questions of the same two things, in that order, fall into one place of these tables.
    asked, total = (np.zeros((len(things), len(things))) for _ in range(2))
    np.add.at(asked, (first, second), 1)
    np.add.at(total, (first, second), values)
    drawn = np.random.default_rng(seed).integers(0, len(things), (_RESAMPLES, len(things)))
    weights = np.stack([np.bincount(row, minlength=len(things)) for row in drawn]).astype(np.float64)
    sums, counts = (((weights @ table) * weights).sum(axis=1) for table in (total, asked))
    # Where only things were drawn that no question joins, there is nothing to average.
    means = np.divide(sums, counts, out=np.full(_RESAMPLES, np.nan), where=counts > 0)
    return _score(values, means, level)


def rank_correlation(a, b, level: float = 0.95, seed: int = 0) -> Score:
    """Compute Spearman's rank correlation, with a bootstrap interval over the pairs of values.

    Parameters
    ----------
    a, b : array of shape (n,)
    level : float
        How much the interval is to cover.
    seed : int
        Of the resampling.

    Returns
    -------
    Score
        The correlation, which is the mean of the products of the standardised ranks, and its percentile
        interval.

    Raises
    ------
    LengthMismatch
        If the two are not equally long.

    Examples
    --------
    >>> str(rank_correlation([1, 2, 3, 4, 5, 6], [1, 2, 4, 3, 6, 5]))[:4]
    '0.89'
    """
    from scipy.stats import rankdata

    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if a.shape != b.shape or a.ndim != 1:
        raise LengthMismatch(f"The two have shapes {a.shape} and {b.shape}; give two equally long rows.")

    def products(a, b):
        x, y = (rankdata(side, axis=-1) for side in (a, b))
        x, y = (side - side.mean(axis=-1, keepdims=True) for side in (x, y))
        with np.errstate(invalid="ignore"):
            return x * y / (x.std(axis=-1, keepdims=True) * y.std(axis=-1, keepdims=True))

    drawn = np.random.default_rng(seed).integers(0, len(a), (_RESAMPLES, len(a)))
    return _score(products(a, b), products(a[drawn], b[drawn]).mean(axis=-1), level)


def _score(values, means, level: float) -> Score:
    values.setflags(write=False)
    low, high = np.nanquantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Score(float(values.mean()), float(low), float(high), values, level)
