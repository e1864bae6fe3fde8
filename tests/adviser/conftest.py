"""Small tasks, and sources that stand in for the pretrained ones."""

import numpy as np
import pytest

from tlcourse.adviser import representations
from tlcourse.assets import Card
from tlcourse.datasets import Images, Texts

CARD = Card("mine", "Made here")


class Knowing(representations.Representation):
    """A source that sees the class, which a corner of each picture gives away."""

    name, transfer = "Knowing", True

    def __call__(self, things, progress=False):
        return np.eye(3)[np.asarray(things)[:, 0, 0, 0] // 100] + 0.01


class Blind(representations.Representation):
    """A source that sees nothing of use."""

    name, transfer = "Blind", True

    def __call__(self, things, progress=False):
        return np.array([[thing.sum() % 7, 1.0] for thing in np.asarray(things)])


def noise(number, seed=0, classes=3):
    """Make pictures of noise, with their class in one corner."""
    pixels = np.random.default_rng(seed).integers(0, 256, (number, 32, 32, 3), np.uint8)
    labels = np.arange(number) % classes
    pixels[:, 0, 0, 0] = labels * 100
    return Images(pixels, labels, ("ants", "bees", "cats")[:classes], CARD)


def sayings(number, seed=0):
    """Make texts of two classes that a few words tell apart, no two of them alike."""
    rng = np.random.default_rng(seed)
    words = [("good", "fine", "lovely"), ("bad", "awful", "poor")]
    labels = np.arange(number) % 2
    texts = [
        " ".join([f"word{n}", *rng.choice(words[label], 2), *rng.choice(["it", "was", "so"], 2)])
        for n, label in enumerate(labels)
    ]
    return Texts(tuple(texts), labels, ("praise", "blame"), CARD)


@pytest.fixture
def make():
    """The makers of tasks."""
    return noise, sayings


@pytest.fixture
def sources(sources):
    """Set what is tried; by default pixels and the source that knows."""
    sources(representations.Pixels, Knowing)
    sources.knowing, sources.blind = Knowing, Blind
    return sources
