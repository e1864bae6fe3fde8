"""What photos and texts can be turned into: the sources, the baselines beside them, and mixtures of both."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

_PART = 256


class Representation:
    """Turns photos or texts into feature vectors; what it learns from them needs no labels.

    Attributes
    ----------
    name : str
    transfer : bool
        Whether it brings knowledge from other data.
    assets : tuple of str
        What must be fetched first.
    loading : float
        Seconds that may pass before the first example is through, TensorFlow's own loading included.
    """

    name: str
    transfer = False
    assets: tuple[str, ...] = ()
    loading = 0.0

    def fit(self, things: Sequence) -> Representation:
        """Learn what it needs from the examples to learn from, such as how rare each word is."""
        return self

    def __call__(self, things, progress: bool = False):
        """Return the features, (N, D), of photos or texts."""
        raise NotImplementedError

    def state(self) -> dict[str, np.ndarray]:
        """Return what `fit` learned, as arrays."""
        return {}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Take up again what `state` gave."""


class Pixels(Representation):
    """The pixels of a thumbnail."""

    name = "pixels"

    def __call__(self, things, progress=False):
        from tlcourse import transfer

        return transfer.pixels(things)


class HandCrafted(Representation):
    """Edge directions and colours: features that people designed."""

    name = "HOG + colour"

    def __call__(self, things, progress=False):
        from tlcourse import transfer

        # In parts, for the pictures are enlarged to floats on the way.
        parts = [things[start : start + _PART] for start in range(0, len(things), _PART)]
        return np.concatenate(
            [np.hstack([unit(transfer.hog(part)), unit(transfer.colour_histogram(part))]) for part in parts]
        )


class ImageNet(Representation):
    """EfficientNet-Lite0, trained on ImageNet and frozen."""

    name, transfer, assets, loading = "ImageNet", True, ("efficientnet-lite0",), 12.0

    def __call__(self, things, progress=False):
        from tlcourse import transfer

        return transfer.extract_features(backbone(), things, progress=progress)


class TfIdf(Representation):
    """How often a text has each word, weighted by how rare the word is."""

    name = "TF-IDF"

    def fit(self, things):
        self._vectoriser = _vectoriser().fit(things)
        return self

    def __call__(self, things, progress=False):
        return self._vectoriser.transform(things)

    def state(self):
        return {"words": _packed(self._vectoriser.get_feature_names_out()), "weights": self._vectoriser.idf_}

    def restore(self, state):
        self._vectoriser = _vectoriser(vocabulary=_unpacked(state["words"]))
        self._vectoriser.idf_ = state["weights"]


class Glove(Representation):
    """The mean of a text's GloVe vectors, the rarer words weighing more."""

    name, transfer, assets = "GloVe", True, ("glove-6b-50d",)

    def fit(self, things):
        from collections import Counter

        from tlcourse.words import tokenise

        texts_with = Counter(word for text in things for word in set(tokenise(text)))
        self._idf = {
            word: float(np.log((1 + len(things)) / (1 + count)) + 1) for word, count in texts_with.items()
        }
        return self

    def __call__(self, things, progress=False):
        from tlcourse import words

        return words.document_vectors(things, glove(), missing="idf", idf=self._idf)

    def state(self):
        return {"words": _packed(self._idf), "weights": np.array([*self._idf.values()])}

    def restore(self, state):
        self._idf = dict(zip(_unpacked(state["words"]), state["weights"].tolist(), strict=True))


class SentenceEncoder(Representation):
    """A pretrained sentence encoder, frozen."""

    transfer = True

    def __init__(self, name: str, key: str, asset: str, loading: float):
        self.name, self._key, self.assets, self.loading = name, key, (asset,), loading

    def __call__(self, things, progress=False):
        return encoder(self._key).encode(things, progress=progress)


class Mixture(Representation):
    """Several representations side by side, each row of each scaled to length 1."""

    def __init__(self, *parts: Representation):
        self.parts = parts
        self.name = " + ".join(part.name for part in parts)
        self.transfer = any(part.transfer for part in parts)
        self.assets = tuple(asset for part in parts for asset in part.assets)

    def fit(self, things):
        for part in self.parts:
            part.fit(things)
        return self

    def __call__(self, things, progress=False):
        return beside(*(part(things, progress) for part in self.parts))

    def state(self):
        return {
            f"{number}.{key}": value
            for number, part in enumerate(self.parts)
            for key, value in part.state().items()
        }

    def restore(self, state):
        for number, part in enumerate(self.parts):
            mark = f"{number}."
            part.restore({k.removeprefix(mark): v for k, v in state.items() if k.startswith(mark)})


def for_photos() -> tuple[Representation, ...]:
    """Make the representations of photos, cheap ones first and each mixture after its parts."""
    pixels, imagenet = Pixels(), ImageNet()
    return pixels, HandCrafted(), imagenet, Mixture(imagenet, pixels)


def for_texts() -> tuple[Representation, ...]:
    """Make the representations of texts, cheap ones first and each mixture after its parts."""
    tfidf = TfIdf()
    use = SentenceEncoder("USE", "use", "use-multilingual-v3", loading=3.0)
    minilm = SentenceEncoder("MiniLM", "minilm", "all-minilm-l6-v2", loading=15.0)
    return tfidf, Glove(), use, Mixture(tfidf, use), minilm, Mixture(tfidf, minilm)


def unit(X):
    """Scale each row to length 1."""
    from sklearn.preprocessing import normalize

    return normalize(X)


def beside(*tables):
    """Put tables of features side by side, the rows of each scaled to length 1."""
    from scipy import sparse

    tables = [unit(table) for table in tables]
    if any(map(sparse.issparse, tables)):
        return sparse.hstack(tables).tocsr()
    return np.hstack(tables)


def turned(X):
    """Turn dense features so that no more columns are left than there are examples.

    All lengths and angles stay as they are, and with them every linear probe on some of these examples, which
    is fitted in a fraction of the time.
    """
    if not isinstance(X, np.ndarray) or X.shape[1] <= len(X):
        return X
    axes, lengths, _ = np.linalg.svd(X.astype(np.float64), full_matrices=False)
    return axes * lengths


def _packed(words) -> np.ndarray:
    """Put words into one row of bytes: an array of strings would give each the room of the longest."""
    return np.frombuffer("\n".join(words).encode("utf-8", "surrogatepass"), np.uint8)


def _unpacked(row: np.ndarray) -> list[str]:
    return row.tobytes().decode("utf-8", "surrogatepass").split("\n")


def _vectoriser(**options):
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(sublinear_tf=True, **options)


def backbone():
    """Return the network, loaded once."""
    from tlcourse import models

    return _at_hand("lite0", lambda: models.load("efficientnet-lite0"))


def glove():
    """Return the word vectors, opened once."""
    from tlcourse import words

    return _at_hand("glove", lambda: words.load_vectors("glove-6b-50d"))


def encoder(name: str):
    """Return a sentence encoder, loaded once."""
    from tlcourse.quiet import quiet_stderr
    from tlcourse.words import sentences

    def load():
        with quiet_stderr():  # TensorFlow's notices on being loaded
            return sentences.load(name)

    return _at_hand(name, load)


_loaded: dict[str, Any] = {}


def _at_hand(name: str, load: Callable[[], Any]):
    """Return a source, and let go of any other first: all of them at a time would take twice the memory."""
    if name not in _loaded:
        _loaded.clear()
        gc.collect()
        _loaded[name] = load()
    return _loaded[name]
