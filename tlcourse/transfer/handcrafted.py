"""Features designed by people rather than learned: the state of the art until about 2012, and still quick."""

import numpy as np

from tlcourse.transfer.features import pixels

_LEVELS = 8


def colour_histogram(images) -> np.ndarray:
    """Describe each picture by how much of it has which colour, and by nothing else.

    Parameters
    ----------
    images : ndarray or sequence of paths
        As for `extract_features`; each is resized to 96 × 96 first.

    Returns
    -------
    ndarray of float32
        (N, 512): the share of pixels in each of 8 × 8 × 8 RGB cells, as its square root, so that a few
        dominant colours (a white background) do not drown the others. The squares of a row sum to 1.

    Examples
    --------
    >>> white_then_black = np.stack([np.full((4, 4, 3), 255, np.uint8), np.zeros((4, 4, 3), np.uint8)])
    >>> colour_histogram(white_then_black).argmax(axis=1).tolist()
    [511, 0]
    """
    levels = np.minimum(_small(images) * _LEVELS, _LEVELS - 1).astype(np.intp)
    cells = levels @ [_LEVELS**2, _LEVELS, 1]
    counts = [np.bincount(picture.ravel(), minlength=_LEVELS**3) for picture in cells]
    return np.sqrt(counts / np.sum(counts[0])).astype(np.float32)


def hog(images) -> np.ndarray:
    """Describe each picture by the directions of its edges: a histogram of oriented gradients for each cell.

    Parameters
    ----------
    images : ndarray or sequence of paths
        As for `extract_features`; each is resized to 96 × 96 first.

    Returns
    -------
    ndarray of float32
        (N, 1764): 9 directions in cells of 12 × 12 pixels, normalised over blocks of 2 × 2 cells, by
        scikit-image.

    Examples
    --------
    >>> hog(np.zeros((2, 32, 32, 3), np.uint8)).shape
    (2, 1764)
    """
    from skimage.feature import hog

    options = {"pixels_per_cell": (12, 12), "cells_per_block": (2, 2), "channel_axis": -1}
    return np.array([hog(picture, **options) for picture in _small(images)], np.float32)


def _small(images) -> np.ndarray:
    return pixels(images, 96).reshape(-1, 96, 96, 3)
