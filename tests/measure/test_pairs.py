"""Intervals over the things that values share, and of rank correlations."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from tlcourse import measure
from tlcourse.measure import LengthMismatch


def questions(things, rng):
    """Return answers whose rightness hangs on both of their things, and the things."""
    pairs = np.array([(i, j) for i in range(things) for j in range(things) if i != j])
    ease = rng.normal(size=things)
    return ease[pairs].sum(axis=1) + rng.normal(size=len(pairs)) > 0, pairs


def test_interval_over_pairs_has_the_plain_mean_and_is_the_wider_one():
    values, pairs = questions(30, np.random.default_rng(0))
    score, plain = measure.interval_over_pairs(values, pairs), measure.interval(values)
    assert score.mean == pytest.approx(values.mean())
    assert score.high - score.low > 2 * (plain.high - plain.low)
    assert not score.values.flags.writeable


def test_interval_over_pairs_covers_the_true_mean_where_the_plain_one_does_not():
    rng = np.random.default_rng(1)
    covered = {"pairs": 0, "plain": 0}
    for _ in range(60):
        values, pairs = questions(30, rng)
        score = measure.interval_over_pairs(values, pairs)
        # Ease and noise are symmetric about nought, so half of all answers are right.
        covered["pairs"] += score.low <= 0.5 <= score.high
        error = 1.96 * values.std() / np.sqrt(len(values))
        covered["plain"] += abs(values.mean() - 0.5) <= error
    assert covered["pairs"] >= 50
    assert covered["plain"] <= 40


def test_interval_over_pairs_does_not_depend_on_the_things_names():
    values, pairs = questions(6, np.random.default_rng(2))
    assert measure.interval_over_pairs(values, pairs) == measure.interval_over_pairs(values, 10 * pairs + 7)


def test_interval_over_pairs_refuses_other_shapes():
    with pytest.raises(LengthMismatch, match=r"3 values take pairs of shape \(3, 2\), not \(2, 2\)"):
        measure.interval_over_pairs([1, 0, 1], [(0, 1), (1, 0)])


def test_rank_correlation_is_spearmans_with_ties():
    rng = np.random.default_rng(0)
    a = rng.normal(size=200)
    b = np.round(a + rng.normal(size=200))
    score = measure.rank_correlation(a, b)
    assert score.mean == pytest.approx(spearmanr(a, b).statistic)
    assert score.low < score.mean < score.high


def test_rank_correlation_covers_the_true_one():
    rng = np.random.default_rng(3)
    true = 6 / np.pi * np.arcsin(0.5 / 2)
    covered = 0
    for _ in range(40):
        a, b = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], 100).T
        score = measure.rank_correlation(a, b)
        covered += score.low <= true <= score.high
    assert covered >= 34


def test_rank_correlation_refuses_unequal_lengths():
    with pytest.raises(LengthMismatch, match="equally long"):
        measure.rank_correlation([1, 2, 3], [1, 2])
