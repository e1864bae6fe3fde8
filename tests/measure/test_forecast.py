"""Forecasts from learning curves."""

import numpy as np
import pytest

from tlcourse.measure import Curve, Labels, MeasureError, forecast, labels_for

SHOTS = (1, 2, 4, 8, 16)


def curve(rest, scale, power, shots=SHOTS, repeats=10, noise=0.02, seed=0):
    """Draw a curve whose error falls as a power of the labels."""
    errors = rest + scale * np.array(shots, float) ** -power
    drawn = np.random.default_rng(seed).normal(0, noise, (repeats, len(shots)))
    return Curve(tuple(shots), 1 - errors + drawn, 0.1)


def test_interval_holds_the_truth_about_as_often_as_it_says():
    rng, held = np.random.default_rng(0), []
    for seed in range(60):
        rest, power = rng.uniform(0, 0.15), rng.uniform(0.2, 0.9)
        made = curve(rest, 0.5, power, seed=seed)
        for shots, score in zip((32, 160), forecast(made, (32, 160)), strict=True):
            held.append(score.low <= 1 - rest - 0.5 * shots**-power <= score.high)
    # Ignorance of what is beyond the curve makes it cautious rather than bold.
    assert np.mean(held) >= 0.85


def test_forecast_within_the_curve_is_what_was_measured():
    made = curve(0.05, 0.5, 0.5)
    for shots in (2, 8):
        assert forecast(made, shots).mean == pytest.approx(made.at(shots).mean, abs=0.03)


def test_forecast_is_the_less_sure_the_farther_it_goes_and_never_falls():
    near, far, farther = forecast(curve(0.1, 0.5, 0.3), (16, 64, 640))
    assert near.high - near.low < far.high - far.low < farther.high - farther.low
    assert near.mean < far.mean < farther.mean <= 1


def test_fewer_repeats_make_it_less_sure():
    few, many = (forecast(curve(0.1, 0.5, 0.5, repeats=n, noise=0.05), 32) for n in (3, 30))
    assert few.high - few.low > many.high - many.low


def test_forecast_is_fixed_by_the_seed_and_keeps_its_draws():
    made = curve(0.1, 0.5, 0.5)
    assert forecast(made, 32) == forecast(Curve(made.shots, made.values, 0.1), 32)
    assert forecast(made, 32) != forecast(made, 32, seed=1)
    score = forecast(made, 32, level=0.5)
    assert score.level == 0.5
    assert np.mean((score.low <= score.values) & (score.values <= score.high)) == pytest.approx(0.5, abs=0.01)


def test_curve_at_chance_promises_nothing():
    flat = Curve(SHOTS, np.random.default_rng(0).normal(0.5, 0.02, (10, 5)), 0.5)
    assert forecast(flat, 160).mean < 0.6


def test_columns_with_fewer_repeats_are_used_as_far_as_they_go():
    made = curve(0.05, 0.5, 0.5)
    values = made.values.copy()
    values[1:, -1] = np.nan
    assert forecast(Curve(SHOTS, values, 0.1), 32).mean == pytest.approx(forecast(made, 32).mean, abs=0.03)


def test_labels_for_holds_the_number_that_the_power_law_says():
    # 0.5 n**-0.5 is 0.1 at n = 25.
    needed = labels_for(curve(0, 0.5, 0.5), 0.9)
    assert needed.low <= 25 <= needed.high
    assert needed.median == pytest.approx(25, rel=0.4)


def test_labels_for_what_is_out_of_reach_says_how_far_it_looked():
    needed = labels_for(curve(0.3, 0.5, 0.8), 0.99)
    assert needed.median == np.inf
    assert str(needed) == "over 1,600"
    assert repr(needed) == "over 1,600 labels a class for 0.99 (90% interval)"


def test_labels_are_told_with_two_digits():
    assert str(Labels(123.4, 56.7, np.inf, 0.9, 1600)) == "120 [57, over 1,600]"


def test_single_repeat_gives_a_wide_forecast_rather_than_none():
    once = forecast(curve(0.05, 0.5, 0.5, repeats=1), 160)
    many = forecast(curve(0.05, 0.5, 0.5), 160)
    assert once.high - once.low > many.high - many.low


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: forecast(curve(0, 0.5, 0.5, shots=(1, 2)), 8), "at [1, 2] shots; a forecast takes three"),
        (lambda: forecast(curve(0, 0.5, 0.5), 0), "shots is 0; give numbers of labels above 0"),
        (lambda: forecast(curve(0, 0.5, 0.5), 8, level=90), "level is 90; give one between 0 and 1"),
        (lambda: labels_for(curve(0, 0.5, 0.5), 95), "accuracy is 95; give one between 0 and 1"),
    ],
)
def test_mistake_is_named(call, sentence):
    with pytest.raises(MeasureError) as caught:
        call()
    assert sentence in str(caught.value)
