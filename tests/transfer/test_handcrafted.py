"""Colour histograms and histograms of oriented gradients."""

import numpy as np
import pytest

from tlcourse.transfer import colour_histogram, hog


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (3, 96, 96, 3), np.uint8)


def test_colour_histogram_counts_what_numpy_counts(images):
    expected, _ = np.histogramdd(images[1].reshape(-1, 3), bins=(8, 8, 8), range=[(0, 256)] * 3)
    np.testing.assert_allclose(colour_histogram(images)[1] ** 2 * 96**2, expected.ravel(), atol=1e-2)


def test_colour_histogram_of_shuffled_pixels_is_unchanged(images):
    shuffled = np.random.default_rng(1).permutation(images.reshape(3, -1, 3), axis=1).reshape(images.shape)
    np.testing.assert_array_equal(colour_histogram(shuffled), colour_histogram(images))


def test_hog_of_another_size_has_the_same_length(images):
    features = hog(images)
    assert features.shape == (3, 1764)
    assert features.dtype == np.float32
    assert hog(images[:, :40, :40]).shape == (3, 1764)


def test_hog_of_inverted_brightness_is_unchanged_and_of_a_turned_picture_is_not():
    stripes = np.tile(np.array([0, 0, 0, 0, 255, 255, 255, 255], np.uint8), 12)
    upright = np.broadcast_to(stripes[None, None, :, None], (1, 96, 96, 3)).copy()
    np.testing.assert_allclose(hog(255 - upright), hog(upright), atol=1e-6)
    assert np.abs(hog(upright.transpose(0, 2, 1, 3)) - hog(upright)).max() > 0.1
