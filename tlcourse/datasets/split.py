"""Dividing a data set into what one learns from, chooses by, and is judged by."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from tlcourse.datasets.errors import BadOption, ClassTooSmall
from tlcourse.datasets.images import Images
from tlcourse.datasets.text import Texts


class Split(NamedTuple):
    """Three parts of one data set, with no picture or text in two of them."""

    train: Images | Texts
    validation: Images | Texts
    test: Images | Texts


def split(data: Images | Texts, seed: int = 0, validation: float = 0.2, test: float = 0.2) -> Split:
    """Divide a data set into train, validation and test parts, class by class.

    The same data and seed give the same parts. Pictures that agree in every pixel, and equal texts, always go
    to the same part, whatever their labels: a copy of a training picture in the test part would flatter the
    result.

    Parameters
    ----------
    data : Images or Texts
    seed : int
    validation, test : float
        Share of each class's different pictures that each part gets, as nearly as whole pictures allow
        and never less than one. The rest is for training.

    Returns
    -------
    Split

    Raises
    ------
    ClassTooSmall
        If a class has fewer than three different pictures or texts.
    BadOption
        If the shares are not between 0 and 1, or leave nothing for training.

    Examples
    --------
    >>> from tlcourse.assets import Card
    >>> pixels = np.random.default_rng(0).integers(0, 255, (20, 4, 4, 3), np.uint8)
    >>> data = Images(pixels, np.arange(20) % 2, ("odd", "even"), Card("noise", "Random pixels"))
    >>> train, validation, test = split(data)
    >>> test
    noise: 4 pictures of 4 x 4, 2 classes (odd 2, even 2)
    """
    if not (validation > 0 and test > 0 and validation + test < 1):
        raise BadOption(
            f"validation={validation!r} and test={test!r} must each be above 0 and together below 1, "
            "such as 0.2 and 0.2."
        )
    groups = identical(data.texts if isinstance(data, Texts) else (image.tobytes() for image in data.images))
    first = np.unique(groups, return_index=True)[1]
    group_labels = data.labels[first]
    rng = np.random.default_rng(seed)
    part_of_group = np.empty(len(first), np.int64)
    # scikit-learn's stratified splitters may leave a small class out of a part, so each class is dealt here.
    for label, name in enumerate(data.class_names):
        members = rng.permutation(np.flatnonzero(group_labels == label))
        if len(members) < 3:
            raise ClassTooSmall(
                f"Class {name!r} has too few different {_THINGS[type(data)]} ({len(members)}) for a split, "
                "which takes 3 (one for each part): add some, or leave the class out."
            )
        shares = _deal(len(members), (1 - validation - test, validation, test))
        part_of_group[members] = np.repeat(np.arange(3), shares)
    part = part_of_group[groups]
    return Split(*(data.subset(part == number) for number in range(3)))


_THINGS = {Images: "pictures", Texts: "texts"}


def identical(contents: Iterable[str | bytes]) -> np.ndarray:
    """Number the examples so that those with the same content, and only those, share a number."""
    # Digests, for the bytes of all pictures would take as much memory again.
    digests = [
        hashlib.blake2b(content, digest_size=16).digest() if isinstance(content, bytes) else content
        for content in contents
    ]
    numbers = {digest: number for number, digest in enumerate(dict.fromkeys(digests))}
    return np.array([numbers[digest] for digest in digests], np.int64)


def _deal(count: int, shares: tuple[float, ...]) -> np.ndarray:
    """Divide `count` things among parts, at least one each, each within one of its share where one allows."""
    quotas = count * np.array(shares)
    dealt = np.ones(len(shares), np.int64)
    for _ in range(count - len(shares)):
        dealt[np.argmax(quotas - dealt)] += 1
    return dealt
