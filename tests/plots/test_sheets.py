"""Answers picture by picture."""

import numpy as np
import pytest

from tlcourse import plots
from tlcourse.assets import Card
from tlcourse.datasets import Images


@pytest.fixture
def pictures():
    card = Card("toy", "Toy", "images", "CC0", "", "", "1", "")
    images = np.zeros((4, 8, 8, 3), np.uint8)
    return Images(images, np.array([0, 0, 1, 1]), ("cats", "road signs"), card)


def test_wrong_answers_are_faded_and_said_and_right_ones_are_not(pictures):
    said = {"pixels": np.array([0, 1, 0, 1]), "ImageNet features": pictures.labels}
    left, right = plots.answers(pictures, said)
    assert [text.get_text() for text in left.texts] == ["road\nsigns?", "cats?"]
    sheet = left.images[0].get_array()
    assert sheet[28, 28].tolist() == [0, 0, 0]
    assert min(sheet[28, 88]) > 180
    assert not right.texts
    assert left.get_title(loc="left").startswith("pixels: 2 of 4 right\n0.50 [")
    assert [label.get_text() for label in left.get_yticklabels()] == ["cats", "road signs"]


def test_answers_to_other_pictures_are_refused(pictures):
    with pytest.raises(ValueError, match="'pixels' for 4 pictures"):
        plots.answers(pictures, {"pixels": np.array([0, 1])})
