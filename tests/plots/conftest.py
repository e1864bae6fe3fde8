"""Results to draw, and figures closed after each test."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

from tlcourse import measure


@pytest.fixture(autouse=True)
def no_figures_left():
    yield
    plt.close("all")


@pytest.fixture
def curve():
    values = np.random.default_rng(0).uniform((0.3, 0.4, 0.5), (0.6, 0.7, 0.8), (6, 3))
    return measure.Curve(shots=(1, 3, 10), values=values, chance=0.125, pairing=())


@pytest.fixture
def score():
    return measure.interval([0.4, 0.5, 0.45, 0.6])


@pytest.fixture
def photos():
    return np.random.default_rng(0).integers(0, 256, (12, 16, 16, 3), dtype=np.uint8)
