"""Few-shot curves."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from tlcourse.measure import (
    Curve,
    MeasureError,
    NotFinite,
    NotPaired,
    OneClass,
    TooFewPictures,
    UnknownShots,
    few_shot_curve,
    paired_difference,
)
from tlcourse.transfer import majority_class


@given(
    counts=st.lists(st.integers(5, 12), min_size=2, max_size=4),
    test_fraction=st.sampled_from([0.2, 0.3, 0.5]),
    seed=st.integers(0, 100),
)
@settings(max_examples=40, deadline=None)
def test_few_shot_curve_learns_from_nested_balanced_sets_apart_from_the_test_part(
    new_recorder, counts, test_fraction, seed
):
    recorder = new_recorder()
    y = np.repeat(range(len(counts)), counts)
    few_shot_curve(
        np.arange(len(y))[:, None],
        y,
        shots=(2, 1),
        repeats=3,
        fit=recorder,
        test_fraction=test_fraction,
        seed=seed,
    )
    for one, two, asked, again in zip(
        recorder.learned[::2], recorder.learned[1::2], recorder.asked[::2], recorder.asked[1::2], strict=True
    ):
        assert set(one) < set(two)
        assert set(Counter(y[one].tolist()).values()) == {1}
        assert set(Counter(y[two].tolist()).values()) == {2}
        assert len(Counter(y[two].tolist())) == len(counts)
        assert not set(two) & set(asked)
        assert asked == again
        assert Counter(y[asked].tolist()) == {
            label: max(1, round(test_fraction * count)) for label, count in enumerate(counts)
        }


def test_few_shot_curve_draws_the_same_pictures_whatever_features_and_other_shots(recorder):
    y = np.arange(40) % 2
    few_shot_curve(np.arange(40)[:, None], y, shots=(2,), repeats=4, fit=recorder)
    few_shot_curve(np.stack([np.arange(40)] * 3, axis=1), y, shots=(2, 5), repeats=4, fit=recorder)
    assert recorder.learned[:4] == recorder.learned[4::2]
    assert recorder.asked[:4] == recorder.asked[4::2]


def test_few_shot_curve_draws_anew_in_each_repeat_and_for_each_seed(recorder):
    y = np.arange(40) % 2
    for seed in (0, 1):
        few_shot_curve(np.arange(40)[:, None], y, shots=(2,), repeats=4, fit=recorder, seed=seed)
    assert len({tuple(learned) for learned in recorder.learned}) == 8
    assert len(set(recorder.seeds)) == 8


def test_few_shot_curve_on_telling_features_rises_with_shots(examples):
    features, _, y = examples
    curve = few_shot_curve(features, y, shots=(1, 5))
    assert curve.values.shape == (10, 2)
    assert curve.at(5).mean > curve.at(1).mean + 0.05
    assert curve.scores == (curve.at(1), curve.at(5))


def test_few_shot_curve_chance_is_what_the_majority_class_gets(examples):
    _, noise, y = examples
    curve = few_shot_curve(
        noise, y, shots=(1,), repeats=2, fit=lambda X, y, seed: majority_class(X, ["ant"] * 3)
    )
    assert curve.chance == 0.5
    np.testing.assert_array_equal(curve.values, 0.5)


def test_few_shot_curve_on_images_hands_them_over_whole():
    shapes = []

    def fit(X, y, seed):
        shapes.append(X.shape)
        return majority_class(X, y)

    few_shot_curve(np.zeros((20, 8, 8, 3), np.uint8), np.arange(20) % 2, shots=(1, 3), repeats=1, fit=fit)
    assert shapes == [(2, 8, 8, 3), (6, 8, 8, 3)]


@pytest.mark.parametrize(
    ("labels", "settings", "error", "message"),
    [
        (
            ["a"] * 20 + ["b"] * 10,
            {"shots": (1, 8)},
            TooFewPictures,
            "Class b has 10 pictures, of which 7 are left to learn from, fewer than 8 shots",
        ),
        (["a"] * 20, {}, OneClass, "All 20 labels"),
        ([0, 1] * 10, {"shots": ()}, MeasureError, "Shots are"),
        ([0, 1] * 10, {"shots": (0, 1)}, MeasureError, r"Shots are \(0, 1\)"),
        ([0, 1] * 10, {"repeats": 0}, MeasureError, "repeats 0"),
        ([0, 1] * 10, {"test_fraction": 30}, MeasureError, "test_fraction 30"),
        ([0, 1] * 10, {"shots": (1, 3), "repeats": {1: 2}}, MeasureError, "repeats"),
        (
            [0, 1] * 10,
            {"scoring": "recall"},
            MeasureError,
            "scoring is 'recall'. Did you mean 'macro recall'",
        ),
        ([0, 1] * 10, {"test": [0, 1]}, MeasureError, "give a bool for each of 20 examples"),
        ([0, 1] * 10, {"test": np.arange(20) % 2 == 0}, TooFewPictures, "Class 1 has no picture in the test"),
    ],
)
def test_few_shot_curve_of_bad_input_says_what_is_wrong(labels, settings, error, message):
    with pytest.raises(error, match=message):
        few_shot_curve(np.zeros((len(labels), 2)), labels, **settings)


def test_curve_at_shots_not_measured_names_those_that_were():
    curve = Curve((1, 5), np.array([[0.4, 0.7], [0.5, 0.8]]), chance=0.125)
    with pytest.raises(UnknownShots, match=r"at 3 shots; choose from \[1, 5\]"):
        curve.at(3)


def test_curve_reads_as_scores_by_shots():
    curve = Curve((1, 5), np.array([[0.4, 0.7], [0.5, 0.8]]), chance=0.125)
    assert repr(curve) == (
        "accuracy by shots {1: 0.45 [0.40, 0.50], 5: 0.75 [0.70, 0.80]} over 2 repeats, chance 0.12"
    )
    assert curve._repr_html_() == f"<span>{curve!r}</span>"


OFFICIAL = np.arange(60) % 3 == 0
UNEVEN = np.repeat([0, 1], (50, 10))


def test_few_shot_curve_with_an_official_split_always_asks_about_that_part(recorder):
    few_shot_curve(np.arange(60)[:, None], UNEVEN, shots=(2,), repeats=3, fit=recorder, test=OFFICIAL)
    assert all(asked == np.flatnonzero(OFFICIAL).tolist() for asked in recorder.asked)
    assert not any(set(learned) & set(recorder.asked[0]) for learned in recorder.learned)
    assert len({tuple(learned) for learned in recorder.learned}) == 3


def test_few_shot_curve_up_to_takes_all_of_a_class_that_has_too_few(recorder):
    few_shot_curve(
        np.arange(60)[:, None], UNEVEN, shots=(20,), repeats=1, fit=recorder, test=OFFICIAL, up_to=True
    )
    assert Counter(UNEVEN[recorder.learned[0]].tolist()) == {0: 20, 1: (~OFFICIAL[50:]).sum()}


def test_few_shot_curve_repeats_by_shots_are_the_first_of_the_same_draws(recorder):
    X = np.arange(60)[:, None]
    curve = few_shot_curve(X, UNEVEN, shots=(1, 3), repeats={1: 3, 3: 2}, fit=recorder)
    learned = recorder.learned.copy()
    recorder.learned.clear()
    few_shot_curve(X, UNEVEN, shots=(1, 3), repeats=3, fit=recorder)
    assert learned == recorder.learned[:5]
    assert [len(score.values) for score in curve.scores] == [3, 2]
    assert "over 2 to 3 repeats" in repr(curve)


def test_few_shot_curve_in_macro_recall_counts_classes_alike():
    def fit(X, y, seed):
        return majority_class(X, [0] * len(y))

    X = np.zeros((60, 1))
    accuracy = few_shot_curve(X, UNEVEN, shots=(1,), repeats=2, fit=fit)
    recall = few_shot_curve(X, UNEVEN, shots=(1,), repeats=2, fit=fit, scoring="macro recall")
    assert accuracy.at(1).mean == pytest.approx(15 / 18)
    assert recall.at(1).mean == recall.chance == 0.5
    assert repr(recall).startswith("macro recall by shots")
    with pytest.raises(NotPaired):
        paired_difference(accuracy, recall, 1)


def test_few_shot_curve_of_sparse_features_is_that_of_dense_ones(examples):
    features, _, y = examples
    features = np.where(np.abs(features) < 0.5, 0, features)
    dense = few_shot_curve(features, y, shots=(1, 3), repeats=2)
    thin = few_shot_curve(sparse.csr_array(features), y, shots=(1, 3), repeats=2)
    np.testing.assert_array_equal(thin.values, dense.values)


def test_few_shot_curve_of_texts_hands_over_texts():
    asked = []

    def fit(X, y, seed):
        asked.extend(X)
        return majority_class(X, y)

    few_shot_curve(["short", "x" * 10_000] * 10, [0, 1] * 10, shots=(1,), repeats=1, fit=fit)
    assert sorted(map(len, asked)) == [5, 10_000]


def test_few_shot_curve_of_sparse_features_that_are_not_finite_counts_the_rows():
    X = sparse.csr_array(np.diag([1.0, np.nan, np.inf, 2.0]))
    with pytest.raises(NotFinite, match="2 of 4 rows"):
        few_shot_curve(X, [0, 1, 0, 1], shots=(1,))
