"""The linear probe and the majority class."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

from tlcourse.transfer import linear_probe, majority_class
from tlcourse.transfer.probe import REGULARISATION


@pytest.fixture
def wide():
    """Twenty examples in two hundred dimensions: as in few shots, fewer than there are dimensions."""
    rng = np.random.default_rng(0)
    y = np.repeat(["a", "b", "c", "d"], 5)
    X = rng.normal(size=(20, 200)) + 3 * np.eye(4, 200)[np.repeat(range(4), 5)]
    return X.astype(np.float32), y


def test_probe_looks_at_the_direction_of_a_feature_vector_and_not_its_length(wide):
    X, y = wide
    longer = X * np.random.default_rng(1).uniform(0.1, 100, size=(len(X), 1))
    np.testing.assert_allclose(
        linear_probe(longer, y).predict_proba(X), linear_probe(X, y).predict_proba(X), atol=1e-3
    )


def test_probe_twice_gives_identical_probabilities(wide):
    X, y = wide
    first, second = linear_probe(X, y, seed=0), linear_probe(X, y, seed=1)
    np.testing.assert_array_equal(first.predict_proba(X), second.predict_proba(X))


def test_probe_has_the_weights_that_the_usual_solver_finds(wide):
    X, y = wide
    unit = normalize(X.astype(float))
    usual = LogisticRegression(C=REGULARISATION, tol=1e-8, max_iter=10_000).fit(unit, y)
    probe = linear_probe(X, y)
    assert probe[-1].coef_.shape == (4, 200)
    np.testing.assert_allclose(probe[-1].coef_, usual.coef_, atol=1e-3)
    np.testing.assert_allclose(probe.predict_proba(X), usual.predict_proba(unit), atol=1e-3)


def test_probe_of_two_classes_and_of_an_example_given_twice(wide):
    X, y = wide
    X, y = np.concatenate([X[:10], X[:1], 0 * X[:1]]), np.concatenate([y[:10], y[:1], y[:1]])
    unit = normalize(X.astype(float))
    usual = LogisticRegression(C=REGULARISATION, tol=1e-8, max_iter=10_000).fit(unit, y)
    np.testing.assert_allclose(linear_probe(X, y).predict_proba(X), usual.predict_proba(unit), atol=1e-3)


def test_probe_is_the_same_for_sparse_and_dense_features():
    X = sparse.random_array((60, 300), density=0.1, format="csr", rng=np.random.default_rng(0))
    y = np.arange(60) % 3
    np.testing.assert_allclose(
        linear_probe(X, y).predict_proba(X), linear_probe(X.toarray(), y).predict_proba(X), atol=0.01
    )


@pytest.mark.parametrize(("shots", "expected"), [(1, 0.64), (5, 0.84), (20, 0.92)])
def test_probe_on_digits_pixels_reaches_the_known_accuracy(shots, expected):
    X, y = load_digits(return_X_y=True)
    rng = np.random.default_rng(0)
    scores = []
    for _ in range(5):
        order = rng.permutation(len(y))
        train = np.concatenate([order[y[order] == digit][:shots] for digit in range(10)])
        test = np.setdiff1d(order, train)
        scores.append(linear_probe(X[train], y[train]).score(X[test], y[test]))
    assert np.mean(scores) == pytest.approx(expected, abs=0.05)


@given(
    seed=st.integers(0, 1_000),
    examples=st.integers(4, 30),
    dimensions=st.integers(1, 60),
    scale=st.sampled_from([1e-6, 1.0, 255.0, 1e6]),
    constant=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_probe_on_any_features_converges_without_warning(seed, examples, dimensions, scale, constant):
    rng = np.random.default_rng(seed)
    X = (rng.normal(size=(examples, dimensions)) * scale).astype(np.float32)
    if constant:
        X[:, 0] = 7
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        linear_probe(X, np.arange(examples) % 3)


def test_majority_class_names_the_commonest_whatever_it_sees():
    images = np.zeros((5, 8, 8, 3), np.uint8)
    fitted = majority_class(images, np.array([2, 7, 7, 2, 7]))
    assert fitted.predict(images + 200).tolist() == [7] * 5
