"""A fitted pipeline, from photos or texts to classes: used, saved without any code, and read back."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from tlcourse import models
from tlcourse.adviser.errors import CannotSave, OtherSize
from tlcourse.adviser.representations import Representation, for_photos, for_texts, unit

_FACTS, _ARRAYS, _NETWORK, _CARD, _FORMAT = "pipeline.json", "arrays.npz", "network", "README.md", 1


@dataclass(frozen=True, repr=False, eq=False)
class Pipeline:
    """From photos or texts to their classes.

    Attributes
    ----------
    kind : str
        "photos" or "texts".
    class_names : tuple of str
    representation : Representation or None
        What makes the features, for a linear probe.
    weights, bias : ndarray or None
        The probe's, (D, classes) and (classes,).
    network : models.Backbone or None
        Instead of these three, a network that ends in the classes.
    size : int or None
        Height and width of the photos it was fitted on, in pixels.
    """

    kind: str
    class_names: tuple[str, ...]
    representation: Representation | None = None
    weights: np.ndarray | None = None
    bias: np.ndarray | None = None
    network: Any = None
    size: int | None = None

    @property
    def name(self) -> str:
        """What its candidate was called."""
        return self.network.name if self.network else self.representation.name

    def predict_proba(self, things) -> np.ndarray:
        """Return the probability of each class, (N, classes).

        Parameters
        ----------
        things
            For photos, files or uint8 pixels, (N, size, size, 3); for texts, a list of them.

        Raises
        ------
        OtherSize
            If pixels are of another size: what is enlarged has other features than what was taken large.
        """
        if self.size and isinstance(things, np.ndarray) and things.shape[1:3] != (self.size, self.size):
            raise OtherSize(
                f"The pictures are of {things.shape[1]} by {things.shape[2]} pixels, and this was fitted on "
                f"{self.size} by {self.size}: give the files, or `images.resized({self.size})`."
            )
        if self.network:
            from tlcourse import transfer

            return transfer.extract_features(self.network, things, cache=False, progress=False)
        scores = np.asarray(unit(self.representation(things)) @ self.weights) + self.bias
        likelihoods = np.exp(scores - scores.max(axis=1, keepdims=True))
        return likelihoods / likelihoods.sum(axis=1, keepdims=True)

    def features(self, things) -> np.ndarray:
        """Return what the weights are for, float32 (N, D), given what `predict_proba` takes."""
        X = self.representation(things)
        return np.asarray(X if isinstance(X, np.ndarray) else X.toarray(), np.float32)

    def predict(self, things) -> list[str]:
        """Return the likeliest class of each photo or text."""
        return [self.class_names[index] for index in self.predict_proba(things).argmax(axis=1)]

    def __repr__(self) -> str:
        return f"Pipeline: {self.kind} by {self.name} to {len(self.class_names)} classes"

    def save(self, folder: str | os.PathLike, card: str) -> Path:
        """Save it with a card, so that `load` reads it back in another process.

        Parameters
        ----------
        folder : path-like
            A new or an empty one, or one that this wrote before, which is replaced.
        card : str
            What the folder's README is to say.

        Returns
        -------
        pathlib.Path
            The folder.

        Raises
        ------
        CannotSave
            If the folder holds something else.
        """
        path = Path(folder).expanduser().absolute()
        if path.exists() and not (path / _FACTS).is_file() and (not path.is_dir() or any(path.iterdir())):
            raise CannotSave(f"{path} holds something else than a saved pipeline: choose another folder.")
        path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".saving-", dir=path.parent) as scratch:
            fresh = Path(scratch, "fresh")
            fresh.mkdir()
            facts = {
                "format": _FORMAT,
                "kind": self.kind,
                "candidate": self.name,
                "class_names": self.class_names,
                "size": self.size,
            }
            (fresh / _FACTS).write_text(json.dumps(facts, indent=2, ensure_ascii=False), "utf-8")
            (fresh / _CARD).write_text(card, "utf-8")
            if self.network:
                models.save(self.network, fresh / _NETWORK)
            else:
                state = {f"representation.{k}": v for k, v in self.representation.state().items()}
                np.savez_compressed(fresh / _ARRAYS, weights=self.weights, bias=self.bias, **state)
            if path.exists():
                os.rename(path, Path(scratch, "old"))
            os.rename(fresh, path)
        return path


def of_probe(kind: str, class_names: Sequence[str], representation, probe, size: int | None) -> Pipeline:
    """Take the weights out of a fitted `transfer.linear_probe` whose labels are 0, 1, … of `class_names`."""
    regression = probe[-1]
    kernel, bias = regression.coef_, regression.intercept_
    # With two classes there is one set of weights, for the second against the first.
    if len(kernel) == 1:
        kernel, bias = np.concatenate([0 * kernel, kernel]), np.array([0, bias[0]])
    weights = kernel.T
    if len(probe) == 3:  # words that no text had were left out
        weights = np.zeros((len(probe[1].variances_), kernel.shape[0]))
        weights[probe[1].get_support()] = kernel.T
    return Pipeline(kind, tuple(class_names), representation, weights, bias, size=size)


def load(folder: str | os.PathLike) -> Pipeline:
    """Read a pipeline that `Advice.save` wrote; nothing in its files is executed.

    Parameters
    ----------
    folder : path-like

    Returns
    -------
    Pipeline
        With ``.predict(files)`` for photos and ``.predict(texts)`` for texts. A source it builds on is
        fetched if it is not here.

    Raises
    ------
    CannotSave
        If there is no such pipeline.

    Examples
    --------
    >>> load("sorter").predict(["new.jpg"])  # doctest: +SKIP
    ['cats']
    """
    path = Path(folder).expanduser()
    try:
        facts = json.loads((path / _FACTS).read_text("utf-8"))
        if facts["format"] != _FORMAT:
            raise ValueError(f"it is of format {facts['format']!r}, where {_FORMAT} can be read")
        kind, names, size = facts["kind"], tuple(facts["class_names"]), facts["size"]
        if (path / _NETWORK).is_dir():
            return Pipeline(kind, names, network=models.load(str(path / _NETWORK)), size=size)
        known = {made.name: made for made in (for_photos() if kind == "photos" else for_texts())}
        representation = known[facts["candidate"]]
        with np.load(path / _ARRAYS, allow_pickle=False) as arrays:
            mark = "representation."
            state = {key.removeprefix(mark): arrays[key] for key in arrays.files if key.startswith(mark)}
            weights, bias = arrays["weights"], arrays["bias"]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise CannotSave(
            f"{path} holds no pipeline that can be read ({error}): give a folder that tlcourse advise --save "
            "wrote."
        ) from error
    representation.restore(state)
    return Pipeline(kind, names, representation, weights, bias, size=size)
