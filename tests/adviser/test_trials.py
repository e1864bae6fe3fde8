"""Cross-validation and learning curves against the clock."""

import numpy as np
import pytest

from tlcourse import transfer
from tlcourse.adviser import trials
from tlcourse.adviser.clock import Clock, TooDear


@pytest.fixture
def examples():
    rng = np.random.default_rng(0)
    y = np.arange(90) % 3
    return rng.normal(size=(90, 5)) + 2 * np.eye(3, 5)[y], y


def test_every_example_is_judged_by_a_fit_that_did_not_see_it(examples):
    X, y = np.arange(90)[:, None], examples[1]
    seen = []

    class Recall:
        def __init__(self, X, y, seed):
            seen.append(set(X[:, 0].tolist()))
            self.known = dict(zip(X[:, 0].tolist(), y.tolist(), strict=True))

        def predict(self, X):
            return np.array([self.known.get(row, -1) for row in X[:, 0].tolist()])

    correct, _ = trials.cross_validate(X, y, Recall, Clock(60), seed=0)
    assert not correct.any()
    assert [len(part) for part in seen] == [72] * 5


def test_folds_are_broken_off_when_they_would_not_fit(examples):
    X, y = examples
    fits = []

    def slow(X, y, seed):
        fits.append(1)
        trials.time.sleep(0.3)
        return transfer.linear_probe(X, y)

    with pytest.raises(TooDear):
        trials.cross_validate(X, y, slow, Clock(1), seed=0)
    assert len(fits) < 5


def test_curve_keeps_the_proportions_of_the_classes_and_rises(examples):
    X, y = examples
    rare = np.flatnonzero((y < 2) | (np.arange(90) < 30))
    curve = trials.learning_curve(X[rare], y[rare], Clock(60), seed=0, fold=0.0)
    assert curve.values.shape == (10, 5)
    # 22, 22 and 8 are learned from, and of each at least one.
    assert curve.shots[-1] == pytest.approx((22 + 22 + 8) / 3)
    assert curve.shots[0] == pytest.approx((1 + 1 + 1) / 3)
    assert curve.values[:, -1].mean() > curve.values[:, 0].mean()


def test_curve_is_broken_off_or_not_begun_when_there_is_no_time(examples):
    X, y = examples
    with pytest.raises(TooDear, match="no time was left"):
        trials.learning_curve(X, y, Clock(60), seed=0, fold=50.0)

    class Hurried:
        budget, left = 10, 20

        def __getattribute__(self, name):
            if name == "left":
                type(self).left -= 2
            return object.__getattribute__(self, name)

    curve = trials.learning_curve(X, y, Hurried(), seed=0, fold=1.0)
    assert 3 <= len(curve.values) < 10


def test_too_few_labels_give_no_curve():
    with pytest.raises(TooDear, match="too few labels to see"):
        trials.learning_curve(np.ones((4, 2)), np.array([0, 0, 1, 1]), Clock(60), seed=0, fold=0.0)
