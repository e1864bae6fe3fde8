"""The dear candidates for photos: a network trained from scratch, and one fine-tuned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tlcourse import models, transfer
from tlcourse.adviser.representations import backbone
from tlcourse.assets import Card
from tlcourse.datasets import Images, Split

_VALIDATION = 5


@dataclass(frozen=True)
class Network:
    """A network that is trained on the pictures themselves.

    Attributes
    ----------
    name : str
    transfer : bool
        Whether it starts from a source.
    fit : callable
        ``fit(images, y, seed, progress=False) -> fitted`` with ``fitted.predict(images)``.
    bare : callable
        Makes of what was fitted, and of the names of its classes, a network that `models.save` can save.
    seconds_each : float
        What a fit takes for each picture, at most, on a slow machine: for the first, the others are measured.
    shape_of : str
        The probe whose learning curve stands in for its own, which would take too long to measure.
    """

    name: str
    transfer: bool
    fit: Callable
    bare: Callable
    seconds_each: float
    shape_of: str


def for_photos() -> tuple[Network, ...]:
    """Make the networks there are, the one without a source first."""
    return (
        Network("from scratch", False, transfer.small_cnn, _bare_scratch, 0.1, "pixels"),
        Network("ImageNet, fine-tuned", True, _fine_tune, _bare_tuned, 0.1, "ImageNet"),
    )


def _fine_tune(images: np.ndarray, y: np.ndarray, seed: int, progress: bool = False):
    """Train a head and then the topmost block; every fifth picture of a class decides when to stop."""
    rng = np.random.default_rng(seed)
    names, labels = np.unique(y, return_inverse=True)
    held = np.zeros(len(y), bool)
    for label in range(len(names)):
        members = rng.permutation(np.flatnonzero(labels == label))
        held[members[: max(1, len(members) // _VALIDATION)]] = True
    data = Images(images, labels, tuple(map(str, names)), Card("mine", "photos of one's own"))
    parts = Split(data.subset(~held), data.subset(held), data.subset([]))
    tuned = transfer.fine_tune(backbone(), parts, unfreeze=1, seed=seed, progress=progress)
    return _Relabelled(tuned, names)


@dataclass(frozen=True)
class _Relabelled:
    tuned: transfer.FineTuned
    names: np.ndarray

    def predict(self, images: np.ndarray) -> np.ndarray:
        return self.names[self.tuned.predict(images)]


def _bare_scratch(fitted, class_names: tuple[str, ...]) -> models.Backbone:
    scale = models.Preprocessing(divide=255)
    return models.own(fitted.network, "from scratch", scale, layers=(), class_names=class_names)


def _bare_tuned(fitted: _Relabelled, class_names: tuple[str, ...]) -> models.Backbone:
    network, source = fitted.tuned.network, backbone()
    return models.own(
        network,
        "ImageNet, fine-tuned",
        source.preprocess,
        layers=(),
        class_names=class_names,
        licence=source.card.licence,
        citation=source.card.citation,
    )
