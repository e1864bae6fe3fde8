"""Scores and their intervals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlcourse.measure import MeasureError, NotFinite, Score, TooFewPictures, interval


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30))
@settings(max_examples=60, deadline=None)
def test_interval_of_any_values_holds_their_mean_or_is_undefined(values):
    score = interval(values)
    assert score.mean == pytest.approx(np.mean(values))
    if np.ptp(values) < 1e-12:
        assert np.isnan([score.low, score.high]).all()
    else:
        assert min(values) - 1e-9 <= score.low <= score.mean <= score.high <= max(values) + 1e-9


@pytest.mark.parametrize("values", [[0.7], [1, 1, 1], [0.3 - 0.1, 0.2, 0.2]])
def test_interval_without_spread_is_undefined_and_says_so(values):
    score = interval(values)
    assert np.isnan(score.low)
    assert np.isnan(score.high)
    assert "no interval" in str(score)


@pytest.mark.parametrize("right", [True, False])
def test_interval_of_answers_all_alike_is_wilsons(right):
    score = interval(np.full(25, right))
    # The textbook's bound for no failure in n trials: z² / (n + z²).
    bound = 1.959964**2 / (25 + 1.959964**2)
    assert (score.low, score.high) == pytest.approx((1 - bound, 1) if right else (0, bound), abs=1e-6)


def test_interval_twice_is_the_same_and_with_another_seed_is_not():
    values = np.random.default_rng(0).random(10)
    assert interval(values) == interval(values)
    assert interval(values) != interval(values, seed=1)


def test_interval_at_a_higher_level_is_wider():
    values = np.random.default_rng(0).random(10)
    narrow, wide = interval(values, level=0.8), interval(values, level=0.99)
    assert wide.low < narrow.low
    assert wide.high > narrow.high


def test_interval_of_a_lopsided_sample_is_lopsided():
    """BCa follows the skew; mean ± standard errors would not."""
    score = interval([0.9] * 9 + [0.1])
    assert score.mean - score.low > 2 * (score.high - score.mean)


def test_interval_of_ten_repeats_covers_about_nine_times_in_ten():
    """What the docstring owns up to: with ten values, "95%" is nearer to 90%."""
    rng = np.random.default_rng(0)
    scores = [interval(rng.binomial(79, 0.6, 10) / 79) for _ in range(300)]
    assert 0.85 < np.mean([score.low <= 0.6 <= score.high for score in scores]) < 0.95


def test_interval_over_many_pictures_covers_as_promised():
    rng = np.random.default_rng(0)
    scores = [interval(rng.random(260) < 0.86) for _ in range(100)]
    assert 0.9 < np.mean([score.low <= 0.86 <= score.high for score in scores]) < 0.99


@pytest.mark.parametrize(
    ("values", "level", "error", "message"),
    [
        ([], 0.95, TooFewPictures, r"shape \(0,\)"),
        ([[1, 0]], 0.95, TooFewPictures, r"shape \(1, 2\)"),
        ([0.5, np.nan], 0.95, NotFinite, "1 of 2 values"),
        ([0.5, 0.6], 95, MeasureError, "level is 95"),
    ],
)
def test_interval_of_bad_input_says_what_is_wrong(values, level, error, message):
    with pytest.raises(error, match=message):
        interval(values, level)


def test_score_values_cannot_be_written():
    with pytest.raises(ValueError, match="read-only"):
        interval([0.1, 0.2]).values[0] = 1


def test_score_reads_as_a_number_with_its_interval():
    score = Score(0.861, 0.842, 0.884, np.array([0.8, 0.9]))
    assert str(score) == "0.86 [0.84, 0.88]"
    assert repr(score) == "0.86 [0.84, 0.88] (95% interval of the mean of 2 values)"
    assert score._repr_html_() == f"<span>{score!r}</span>"
