"""Paired differences."""

import numpy as np
import pytest

from tlcourse.measure import (
    Curve,
    NotPaired,
    UnknownShots,
    cross_validate,
    few_shot_curve,
    interval,
    paired_difference,
)


def test_paired_difference_of_curves_subtracts_repeat_by_repeat(examples):
    features, noise, y = examples
    a, b = (few_shot_curve(X, y, shots=(1, 5), repeats=5) for X in (features, noise))
    difference = paired_difference(a, b, shots=5)
    np.testing.assert_array_equal(difference.values, a.values[:, 1] - b.values[:, 1])
    assert difference.low > 0


def test_paired_difference_of_cross_validations_subtracts_picture_by_picture(examples):
    features, noise, y = examples
    a, b = cross_validate(features, y), cross_validate(noise, y)
    difference = paired_difference(a, b)
    np.testing.assert_array_equal(difference.values, a.correct.astype(int) - b.correct.astype(int))
    assert difference.mean == pytest.approx(a.score.mean - b.score.mean)


def test_paired_difference_is_surer_than_the_two_scores_where_luck_is_shared():
    luck = np.random.default_rng(0).normal(0.6, 0.1, (10, 1))
    a, b = Curve((5,), luck + 0.02, 0.1, ("same",)), Curve((5,), luck + [[0.01], [-0.01]] * 5, 0.1, ("same",))
    assert paired_difference(a, b, shots=5).low > 0
    assert a.at(5).low < b.at(5).high


def test_paired_difference_of_curves_with_other_shots_uses_the_common_one(examples):
    features, noise, y = examples
    a = few_shot_curve(features, y, shots=(1, 5), repeats=3)
    b = few_shot_curve(noise, y, shots=(5,), repeats=3)
    assert len(paired_difference(a, b, shots=5).values) == 3
    with pytest.raises(UnknownShots, match="at 1 shots"):
        paired_difference(a, b, shots=1)


def test_paired_difference_with_itself_is_nought_without_interval(examples):
    features, _, y = examples
    result = cross_validate(features, y)
    assert str(paired_difference(result, result)) == "0.00 [no interval]"


def test_paired_difference_of_unpaired_results_is_refused(examples):
    features, noise, y = examples
    curve, validation = few_shot_curve(features, y, shots=(1,), repeats=3), cross_validate(features, y)
    for other in (
        few_shot_curve(noise, y, shots=(1,), repeats=3, seed=1),
        few_shot_curve(noise, y[::-1], shots=(1,), repeats=3),
        few_shot_curve(noise, y, shots=(1,), repeats=4),
    ):
        with pytest.raises(NotPaired, match="other pictures or draws"):
            paired_difference(curve, other, shots=1)
    with pytest.raises(NotPaired, match="other pictures or draws"):
        paired_difference(validation, cross_validate(noise, y, folds=4))
    with pytest.raises(NotPaired, match="Curve and CrossValidation"):
        paired_difference(curve, validation)
    with pytest.raises(NotPaired, match="Score and Score"):
        paired_difference(interval([0.1, 0.2]), interval([0.1, 0.2]))
    drawn_by_hand = Curve((1,), np.array([[0.4], [0.5]]), 0.1)
    with pytest.raises(NotPaired, match="other pictures or draws"):
        paired_difference(drawn_by_hand, drawn_by_hand, shots=1)


def test_paired_difference_with_shots_missing_or_too_many_says_so(examples):
    features, _, y = examples
    curve, validation = few_shot_curve(features, y, shots=(1,), repeats=3), cross_validate(features, y)
    with pytest.raises(UnknownShots, match=r"choose from \[1\]"):
        paired_difference(curve, curve)
    with pytest.raises(UnknownShots, match="no shots"):
        paired_difference(validation, validation, shots=1)
