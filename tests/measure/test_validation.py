"""Cross-validation."""

from itertools import chain

import numpy as np
import pytest

from tlcourse.measure import LengthMismatch, NotFinite, OneClass, TooFewPictures, cross_validate
from tlcourse.transfer import majority_class


def test_cross_validate_asks_about_each_picture_once_and_never_one_it_learned(recorder):
    y = np.arange(23) % 3
    cross_validate(np.arange(23)[:, None], y, fit=recorder, folds=4)
    assert sorted(chain.from_iterable(recorder.asked)) == list(range(23))
    for learned, asked in zip(recorder.learned, recorder.asked, strict=True):
        assert sorted(learned + asked) == list(range(23))
    assert len(set(recorder.seeds)) == 4


def test_cross_validate_puts_the_same_pictures_together_whatever_the_features(recorder):
    y = np.arange(30) % 2
    cross_validate(np.arange(30)[:, None], y, fit=recorder, seed=3)
    cross_validate(np.stack([np.arange(30), np.ones(30)], axis=1), y, fit=recorder, seed=3)
    cross_validate(np.arange(30)[:, None], y, fit=recorder, seed=4)
    assert recorder.asked[:5] == recorder.asked[5:10]
    assert recorder.asked[:5] != recorder.asked[10:]


def test_cross_validate_scores_in_the_order_of_the_data():
    y = np.repeat([0, 1], [30, 10])
    result = cross_validate(np.zeros((40, 2)), y, fit=majority_class)
    np.testing.assert_array_equal(result.correct, y == 0)
    assert result.score.mean == 0.75
    assert result.fold_scores == (0.75,) * 5
    assert repr(result).startswith("accuracy 0.75 [")
    assert "over 40 pictures" in result._repr_html_()


def test_cross_validate_on_images_hands_them_over_whole():
    images = np.zeros((20, 8, 8, 3), np.uint8)

    def fit(X, y, seed):
        assert X.shape == (16, 8, 8, 3)
        assert X.dtype == np.uint8
        return majority_class(X, y)

    cross_validate(images, np.arange(20) % 2, fit=fit)


def test_cross_validate_twice_gives_the_same_numbers(examples):
    features, _, y = examples
    first, second = cross_validate(features, y), cross_validate(features, y)
    assert first.score == second.score
    assert first.fold_scores == second.fold_scores


@pytest.mark.parametrize(
    ("X", "y", "folds", "error", "message"),
    [
        (np.zeros((4, 2)), [0, 1, 0], 2, LengthMismatch, r"X has 4 examples and y has shape \(3,\)"),
        (np.zeros((4, 2)), [[0], [1], [0], [1]], 2, LengthMismatch, r"shape \(4, 1\)"),
        (0.5, [0, 1, 0], 2, LengthMismatch, "X is a single value"),
        (np.zeros((0, 2)), [], 2, TooFewPictures, "X and y are empty"),
        (np.zeros((4, 2)), [0, 0, 0, 0], 2, OneClass, "All 4 labels are of 1 class"),
        (np.array([[0], [np.nan], [0], [np.inf]]), [0, 1, 0, 1], 2, NotFinite, "2 of 4 rows"),
        (np.zeros((4, 2)), ["a", "a", "a", "b"], 2, TooFewPictures, "Class b has 1 pictures and folds is 2"),
        (np.zeros((4, 2)), [0, 1, 0, 1], 1, TooFewPictures, "folds is 1"),
    ],
)
def test_cross_validate_of_bad_input_says_what_is_wrong(X, y, folds, error, message):
    with pytest.raises(error, match=message):
        cross_validate(X, y, folds=folds)
