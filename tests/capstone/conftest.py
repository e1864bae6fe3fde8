"""Small tasks as a learner would have them on disk."""

import csv

import numpy as np
import pytest
from PIL import Image


def picture(label, rng):
    """Make a picture of noise, red for one class and blue for the other."""
    pixels = rng.integers(0, 120, (24, 24, 3), np.uint8)
    pixels[:, :, 2 * label] += 60
    return pixels


@pytest.fixture
def photos(tmp_path):
    """Write a folder of photos: `photos("train", …)`; 16 of each class in each part, or without parts."""

    def make(*parts, number=16):
        rng, root = np.random.default_rng(0), tmp_path / "my photos"
        for part in parts or ("",):
            for label, name in enumerate(("berries", "plums")):
                folder = root / part / name
                folder.mkdir(parents=True)
                for index in range(number):
                    Image.fromarray(picture(label, rng)).save(folder / f"{index:02}.png")
        return root

    return make


@pytest.fixture
def table(tmp_path):
    """Write a table of texts: `table(40)` rows of two classes that a word tells apart."""

    def make(number=40, name="sayings.csv", columns=("text", "label")):
        path = tmp_path / name
        with path.open("w", newline="") as file:
            rows = [
                (f"saying {n} is {('good', 'bad')[n % 2]}", ("praise", "blame")[n % 2]) for n in range(number)
            ]
            csv.writer(file).writerows([columns, *rows])
        return path

    return make
