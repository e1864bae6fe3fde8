"""Preprocessing as numbers: what it computes, and which pictures it refuses."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from tlcourse.models import Preprocessing, WrongRange

PIXELS = np.array([[[0, 100, 255], [3, 2, 1]]], np.uint8)


def test_nothing_is_done_unless_asked():
    done = Preprocessing()(PIXELS)
    assert done.dtype == np.float32
    np.testing.assert_array_equal(done, PIXELS)


def test_numbers_are_subtracted_from_red_green_and_blue_before_blue_comes_first():
    done = Preprocessing(subtract=(1, 2, 3), divide=2, blue_first=True)(PIXELS)
    np.testing.assert_array_equal(done, [[[126, 49, -0.5], [-1, 0, 1]]])
    assert done.flags.c_contiguous


def test_floating_point_pixels_are_taken_as_they_are():
    np.testing.assert_array_equal(Preprocessing(127, 128)(PIXELS * 1.0), Preprocessing(127, 128)(PIXELS))


@pytest.mark.parametrize("way", [Preprocessing(127, 128), Preprocessing((1, 2, 3), blue_first=True)])
@pytest.mark.parametrize(
    "scaled",
    [PIXELS / 255, PIXELS / 127.5 - 1, PIXELS - np.array([123.68, 116.779, 103.939])],
    ids=["0 to 1", "-1 to 1", "mean subtracted"],
)
def test_pictures_scaled_already_are_refused(way, scaled):
    with pytest.raises(WrongRange, match=r"instead of 0 to 255: give them unscaled, for .*pixel - "):
        way(scaled)


def test_a_network_that_takes_pixels_as_they_are_says_so_of_scaled_ones():
    with pytest.raises(WrongRange, match="give them unscaled, for the network was trained on such"):
        Preprocessing()(PIXELS / 255)


@pytest.mark.parametrize(
    "fine",
    [np.zeros((1, 1, 3)), np.array([[[-6.0, 100, 260]]]), np.zeros((0, 4, 4, 3)), np.array([[[0, 1, 1]]])],
    ids=["black", "resized smoothly", "none", "integers"],
)
def test_pictures_that_may_be_pixels_are_taken(fine):
    assert Preprocessing(1)(fine).shape == fine.shape


def test_json_gives_it_back():
    for way in (Preprocessing(127, 128), Preprocessing((1.5, 2, 3), blue_first=True)):
        assert Preprocessing(**json.loads(json.dumps(asdict(way)))) == way


@pytest.mark.parametrize(
    "wrong",
    [{"divide": 0}, {"subtract": (1, 2)}, {"subtract": "1"}, {"divide": float("nan")}, {"divide": None}],
)
def test_numbers_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=r"was to subtract .* give one number, or three"):
        Preprocessing(**wrong)


@pytest.mark.parametrize(
    ("way", "text"),
    [
        (Preprocessing(), "none (pixels 0…255)"),
        (Preprocessing(blue_first=True), "pixel, blue first"),
        (Preprocessing(divide=255), "pixel / 255"),
        (Preprocessing(127.5, 127.5), "(pixel - 127.5) / 127.5"),
        (Preprocessing((1, 2, 3), blue_first=True), "pixel - (1, 2, 3), blue first"),
    ],
)
def test_repr_is_a_formula(way, text):
    assert repr(way) == text
