"""Examples to measure on."""

import numpy as np
import pytest


@pytest.fixture
def examples():
    """Sixty examples of three unequal classes, which features tell apart, and noise, which does not."""
    rng = np.random.default_rng(0)
    y = np.repeat(["ant", "bee", "cat"], [30, 20, 10])
    noise = rng.normal(size=(60, 4))
    return noise + 2 * np.eye(3, 4)[np.repeat(range(3), [30, 20, 10])], noise, y


class Recorder:
    """A fit function that remembers which rows it learned from and which it was asked about.

    Give it ``X = np.arange(N)[:, None]``, so that a row says which it is.
    """

    def __init__(self):
        self.learned, self.asked, self.seeds = [], [], []

    def __call__(self, X, y, seed):
        self.learned.append(X[:, 0].tolist())
        self.seeds.append(seed)
        return self

    def predict(self, X):
        self.asked.append(X[:, 0].tolist())
        return np.zeros(len(X))


@pytest.fixture(scope="session")
def new_recorder():
    return Recorder


@pytest.fixture
def recorder(new_recorder):
    return new_recorder()
