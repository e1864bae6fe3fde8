"""Estimates of transferability, against their definitions written out, closed forms, and limits."""

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import minimize
from scipy.stats import multivariate_normal, ortho_group
from sklearn.covariance import LedoitWolf

from tlcourse import measure
from tlcourse.measure import LengthMismatch, MeasureError, NotFinite, NotProbabilities, OneClass, WrongShape

# Numbers may be extreme, but none of them is to overflow.
pytestmark = pytest.mark.filterwarnings("error")
OF_FEATURES = [measure.log_me, measure.h_score, measure.kernel_alignment]
BOTH_WAYS = pytest.mark.parametrize("shape", [(60, 8), (40, 40), (30, 70)], ids=["tall", "square", "wide"])


def task(n, d, classes=3, signal=1.5, seed=0):
    """Return features that tell unequal classes apart somewhat, off-centre and of unequal scales."""
    rng = np.random.default_rng(seed)
    y = np.minimum(rng.geometric(0.5, n) - 1, classes - 1)
    y[:classes] = range(classes)
    X = rng.normal(size=(n, d)) + signal * rng.normal(size=(classes, d))[y]
    return (X + 1) * rng.uniform(0.2, 3, d), y


def marginal_likelihood(X, y, alpha, beta):
    """Return log p(y | α, β) by the normal density of y, with its n × n covariance."""
    return multivariate_normal(np.zeros(len(y)), np.eye(len(y)) / beta + X @ X.T / alpha).logpdf(y)


def evidence(X, y, alpha, beta):
    """Return the same by the paper's formula, with its d × d matrix."""
    n, d = X.shape
    A = alpha * np.eye(d) + beta * X.T @ X
    m = beta * np.linalg.solve(A, X.T @ y)
    return (
        n / 2 * np.log(beta)
        + d / 2 * np.log(alpha)
        - n / 2 * np.log(2 * np.pi)
        - beta / 2 * np.sum((X @ m - y) ** 2)
        - alpha / 2 * m @ m
        - np.linalg.slogdet(A)[1] / 2
    )


@BOTH_WAYS
@pytest.mark.parametrize("direct", [marginal_likelihood, evidence])
def test_log_me_is_the_greatest_evidence(shape, direct):
    X, y = task(*shape, signal=0.7)
    expected = []
    for name in np.unique(y):
        one = (y == name).astype(float)
        best = minimize(
            lambda logs, one=one: -direct(X, one, *np.exp(logs)),
            [7, 4],
            method="Nelder-Mead",
            options={"xatol": 1e-4, "fatol": 1e-9},
        )
        assert best.success
        expected.append(-best.fun / len(y))
    assert measure.log_me(X, y) == pytest.approx(np.mean(expected), abs=1e-6)


def test_log_me_of_orthonormal_features_has_a_closed_form():
    n, y = 80, np.repeat([0, 1], 40)
    X = ortho_group.rvs(n, random_state=0)[:, :2]
    expected = []
    for name in (0, 1):
        one = (y == name).astype(float)
        said = np.sum((X.T @ one) ** 2)
        rest = one @ one - said
        # In the features' two directions the labels are normal with the variance v = 1/β + 1/α, in the other
        # 78 with w = 1/β; each has its mean square for its best, unless that made v less than w.
        v, w = said / 2, rest / (n - 2)
        if v < w:
            v = w = (said + rest) / n
        expected.append(
            -(2 * np.log(v) + (n - 2) * np.log(w) + said / v + rest / w + n * np.log(2 * np.pi)) / 2 / n
        )
    assert measure.log_me(3 * X, y) == pytest.approx(np.mean(expected), abs=1e-9)


def test_log_me_falls_as_noise_features_are_added():
    X, y = task(60, 4)
    noise = np.random.default_rng(1).normal(size=(60, 200))
    wider = [measure.log_me(np.hstack([X, noise[:, :more]]), y) for more in (0, 20, 200)]
    assert wider[0] > wider[1] > wider[2]


def test_log_me_of_no_features_is_the_likelihood_of_plain_noise():
    y = np.repeat([0, 1], [30, 10])
    # All that is left is y ~ N(0, 1/β), at the best β: one over the mean square, the share of the class.
    expected = np.mean([-(np.log(2 * np.pi * share) + 1) / 2 for share in (0.75, 0.25)])
    assert measure.log_me(np.zeros((40, 3)), y) == pytest.approx(expected)
    # Features orthogonal to both classes' labels say as little.
    assert measure.log_me(np.tile([[1.0], [-1.0]], (20, 1)), y) == pytest.approx(expected)


def test_log_me_of_perfect_features_is_large_and_finite():
    y = np.repeat([0, 1, 2], 20)
    perfect = measure.log_me(np.eye(3)[y], y)
    assert np.isfinite(perfect)
    assert perfect > 5 > measure.log_me(*task(60, 3))


@BOTH_WAYS
def test_h_score_is_the_trace_written_out(shape):
    X, y = task(*shape)
    means = np.stack([X[y == name].mean(axis=0) for name in y])
    found = LedoitWolf().fit(X)
    between = np.cov(means.T, bias=True)
    expected = np.trace(np.linalg.solve(found.covariance_, (1 - found.shrinkage_) * between))
    assert 0 < found.shrinkage_ < 1
    assert measure.h_score(X, y) == pytest.approx(expected, rel=1e-8)
    if shape[0] > shape[1]:
        plain = np.trace(np.linalg.solve(np.cov(X.T, bias=True), between))
        assert measure.h_score(X, y, shrinkage=0) == pytest.approx(plain, rel=1e-8)


def test_h_score_of_one_feature_is_the_share_of_variance_between_classes():
    X = np.array([[0.0], [2.0], [5.0], [7.0]])
    # Class means 1 and 6: variance between 6.25, within 1.
    for shrinkage in (None, 0):
        assert measure.h_score(X, [0, 0, 1, 1], shrinkage) == pytest.approx(6.25 / 7.25)


def test_h_score_of_perfect_features_is_the_number_of_classes_less_one():
    y = np.repeat([0, 1, 2, 3], [5, 10, 20, 5])
    assert measure.h_score(np.eye(4)[y], y, shrinkage=0) == pytest.approx(3)


def test_plain_h_score_is_blind_where_dimensions_outnumber_examples():
    noise = np.random.default_rng(0).normal(size=(40, 200))
    y = np.repeat([0, 1, 2, 3], 10)
    assert measure.h_score(noise, y, shrinkage=0) == pytest.approx(3)
    assert measure.h_score(noise, y) < 0.6


def test_plain_h_score_of_noise_is_what_chance_gives():
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1, 2], 100)
    found = [measure.h_score(rng.normal(size=(300, 20)), y, shrinkage=0) for _ in range(100)]
    assert np.mean(found) == pytest.approx(2 * 20 / 299, rel=0.05)


def test_h_score_is_nought_when_fully_shrunk():
    assert measure.h_score(*task(30, 4), shrinkage=1) == 0


@BOTH_WAYS
def test_kernel_alignment_is_the_cosine_of_the_centred_kernels(shape):
    X, y = task(*shape)
    n = len(y)
    H = np.eye(n) - 1 / n
    K, L = H @ X @ X.T @ H, H @ (y[:, None] == y) @ H
    expected = (K * L).sum() / np.linalg.norm(K) / np.linalg.norm(L)
    assert measure.kernel_alignment(X, y) == pytest.approx(expected, rel=1e-9)


def test_kernel_alignment_is_one_for_perfect_features_and_small_for_noise():
    y = np.repeat([0, 1, 2], [5, 10, 15])
    assert measure.kernel_alignment(np.eye(3)[y] * 7 - 100, y) == pytest.approx(1)
    noise = np.random.default_rng(0).normal(size=(3_000, 5))
    assert 0 <= measure.kernel_alignment(noise, np.tile([0, 1, 2], 1_000)) < 0.01


@pytest.mark.parametrize("estimate", [measure.h_score, measure.kernel_alignment])
@pytest.mark.parametrize("value", [0.0, 1 / 3, 1e9])
@pytest.mark.parametrize("width", [3, 300])
def test_constant_features_tell_nothing(estimate, value, width):
    assert estimate(np.full((40, width), value), np.repeat([0, 1], 20)) == 0


@pytest.mark.parametrize("estimate", OF_FEATURES)
@BOTH_WAYS
def test_rotation_scale_order_and_the_labels_names_change_nothing(estimate, shape):
    X, y = task(*shape)
    expected = estimate(X, y)
    order = np.random.default_rng(0).permutation(len(y))
    rotation = ortho_group.rvs(X.shape[1], random_state=0)
    for other, labels in (
        (X @ rotation, y),
        (1e-200 * X, y),
        (1e200 * X, y),
        (X[order], y[order]),
        (X, np.array(["c", "b", "a"])[y]),
        (sparse.csr_matrix(X), y),
    ):
        assert estimate(other, labels) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("estimate", [measure.h_score, measure.kernel_alignment])
@BOTH_WAYS
def test_where_the_features_lie_changes_nothing(estimate, shape):
    X, y = task(*shape)
    assert estimate(X + 1e4, y) == pytest.approx(estimate(X, y), rel=1e-6)


@BOTH_WAYS
def test_log_me_stays_calm_where_labels_are_matched_perfectly_or_not_at_all(shape):
    n, d = shape
    y = np.arange(n) % 2
    assert np.isfinite(measure.log_me(np.eye(n, d), y))
    assert np.isfinite(measure.log_me(np.random.default_rng(0).normal(size=(n, d)) + 50 * y[:, None], y))


@BOTH_WAYS
def test_features_given_twice_say_nothing_new(shape):
    X, y = task(*shape)
    twice = np.hstack([X, X])
    assert measure.log_me(twice, y) == pytest.approx(measure.log_me(X, y))
    assert measure.h_score(twice, y, shrinkage=0) == pytest.approx(measure.h_score(X, y, shrinkage=0))
    assert measure.kernel_alignment(twice, y) == pytest.approx(measure.kernel_alignment(X, y))


@pytest.mark.parametrize("estimate", OF_FEATURES)
def test_estimates_rise_with_the_signal(estimate):
    found = [estimate(*task(90, 12, signal=signal)) for signal in (0, 0.5, 1, 2)]
    assert found == sorted(found)


def test_leep_is_its_definition_written_out():
    rng = np.random.default_rng(0)
    answers, y = rng.dirichlet(np.ones(4), 30), rng.integers(0, 3, 30)
    joint = np.array([[answers[y == name, z].sum() for z in range(4)] for name in range(3)]) / 30
    given = joint / joint.sum(axis=0)
    expected = np.mean(
        [np.log(sum(given[name, z] * row[z] for z in range(4))) for row, name in zip(answers, y, strict=True)]
    )
    assert measure.leep(answers, y) == pytest.approx(expected)
    assert measure.leep(answers[:, ::-1], np.array(["x", "b", "q"])[y]) == pytest.approx(expected)


def test_leep_is_nought_for_a_perfect_mapping():
    # Two of the source's classes go with target class 0, one with 1, and one is never named.
    answers = np.eye(4)[[0, 1, 0, 2, 2]]
    assert measure.leep(answers, [0, 0, 0, 1, 1]) == 0


def test_leep_of_answers_that_tell_nothing_is_minus_the_labels_entropy():
    y = np.repeat([0, 1, 2], [10, 20, 70])
    shares = np.array([0.1, 0.2, 0.7])
    always_the_same = np.tile([0.2, 0.5, 0.3], (100, 1))
    assert measure.leep(always_the_same, y) == pytest.approx((shares * np.log(shares)).sum())


def test_leep_of_two_noisy_answers_has_a_closed_form():
    # The source names its class with probability p; the target's are the same two classes.
    p = 0.8
    answers = np.repeat([[p, 1 - p], [1 - p, p]], 10, axis=0)
    assert measure.leep(answers, np.repeat([0, 1], 10)) == pytest.approx(np.log(p**2 + (1 - p) ** 2))


def test_leep_takes_single_precision():
    rng = np.random.default_rng(0)
    answers, y = rng.dirichlet(np.ones(1_000), 20).astype(np.float32), np.repeat([0, 1], 10)
    expected = measure.leep(answers.astype(float), y)
    assert measure.leep(answers, y) == pytest.approx(expected, abs=1e-5)
    # Half precision leaves sums a little off 1.
    assert measure.leep(1.0005 * answers, y) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    "answers", [[[2.0, 1.0], [0.5, 0.5]], [[1.5, -0.5], [0.5, 0.5]], [[0.0, 0.0], [1, 0]]]
)
def test_leep_refuses_what_are_no_probabilities(answers):
    with pytest.raises(NotProbabilities, match="softmax"):
        measure.leep(answers, [0, 1])


@pytest.mark.parametrize("estimate", [*OF_FEATURES, measure.leep])
def test_bad_examples_are_refused(estimate):
    X, y = np.full((6, 2), 0.5), np.array([0, 0, 0, 1, 1, 1])
    with pytest.raises(LengthMismatch, match="one label for each"):
        estimate(X, y[:5])
    with pytest.raises(OneClass, match="at least two"):
        estimate(X, np.zeros(6))
    with pytest.raises(NotFinite, match="1 of 6 rows"):
        estimate(np.vstack([X[:5], [[np.nan, 1]]]), y)
    for wrong in (X[:, 0], X[:, :, None], X[:, :0], X.astype(str)):
        with pytest.raises(WrongShape, match="one row for each example"):
            estimate(wrong, y)


@pytest.mark.parametrize("shrinkage", [-0.1, 1.1, np.nan])
def test_h_score_refuses_a_shrinkage_out_of_range(shrinkage):
    with pytest.raises(MeasureError, match="from 0 to 1"):
        measure.h_score(*task(30, 4), shrinkage=shrinkage)
