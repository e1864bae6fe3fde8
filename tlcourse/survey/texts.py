"""The survey's texts: three targets, seven sources, two baselines."""

import dataclasses
import hashlib
from collections.abc import Callable
from functools import cache, partial
from importlib import metadata
from pathlib import Path

import numpy as np

from tlcourse import __version__, assets, datasets, words
from tlcourse.datasets import Texts

# Of each class, at most so many texts to learn from and to be judged by.
_DRAWN = {"20 Newsgroups": (40, 20), "R8": (60, 50), "R52": (25, 10)}
_NAMES = {"20 Newsgroups": "newsgroups", "R8": "reuters-r8", "R52": "reuters-r52"}
# The first words of a text, about as many as MiniLM reads: so all read the same.
_LENGTH = 100
_TRAINING = {"size": 50, "epochs": 5, "subsample": 1e-4, "seed": 0}


def _target(name: str) -> Texts:
    data, rng = datasets.load(_NAMES[name]), np.random.default_rng(0)
    drawn = []
    for label in range(len(data.class_names)):
        for part, most in zip((data.in_train, ~data.in_train), _DRAWN[name], strict=True):
            drawn.append(rng.permutation(np.flatnonzero((data.labels == label) & part))[:most])
    data = data.subset(np.sort(np.concatenate(drawn)))
    return dataclasses.replace(data, texts=_cut(data.texts))


def _cut(texts) -> tuple[str, ...]:
    return tuple(" ".join(text.split()[:_LENGTH]) for text in texts)


def _glove(data: Texts) -> np.ndarray:
    return words.document_vectors(data.texts, words.load_vectors("glove-6b-50d"))


@cache
def _train(kind: str, collection: str):
    """Return vectors learned from the texts of a collection's training part, without their labels."""
    train = {"word2vec": words.train_word2vec, "FastText": words.train_fasttext}[kind]
    return train(_cut(datasets.load(collection).train.texts), **_TRAINING)


def _own(data: Texts, kind: str, collection: str) -> np.ndarray:
    """Return the mean of own vectors; FastText's for every word, by its pieces where it has no vector."""

    def make(path: Path) -> None:
        missing = "subword" if kind == "FastText" else "skip"
        np.save(path, words.document_vectors(data.texts, _train(kind, collection), missing))

    recipe = (kind, collection, _TRAINING, __version__, metadata.version("gensim"))
    key = hashlib.sha256(repr((recipe, data.texts)).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return np.load(assets.derived("survey", key, ".npy", make))


def _encode(data: Texts, encoder: Callable) -> np.ndarray:
    return encoder().encode(data.texts)


def _tfidf(data: Texts):
    from sklearn.feature_extraction.text import TfidfVectorizer

    # A word that one text has cannot be both in a text to learn from and in one to be judged by.
    vectorizer = TfidfVectorizer(sublinear_tf=True, min_df=2, token_pattern=r"\w+", dtype=np.float32)
    return vectorizer.fit(data.train.texts).transform(data.texts)


def _random(data: Texts) -> np.ndarray:
    from gensim.models import KeyedVectors

    known = sorted({word for text in data.texts for word in words.tokenise(text)})
    table = np.random.default_rng(0).normal(size=(len(known), _TRAINING["size"]))
    vectors = KeyedVectors(_TRAINING["size"])
    vectors.add_vectors(known, table.astype(np.float32))
    return words.document_vectors(data.texts, vectors)


TARGETS = {name: partial(_target, name) for name in _NAMES}
SOURCES = {
    "GloVe": _glove,
    "word2vec, Newsgroups": partial(_own, kind="word2vec", collection="newsgroups"),
    "word2vec, Reuters": partial(_own, kind="word2vec", collection="reuters-r52"),
    "FastText, Newsgroups": partial(_own, kind="FastText", collection="newsgroups"),
    "FastText, Reuters": partial(_own, kind="FastText", collection="reuters-r52"),
    "USE": partial(_encode, encoder=cache(lambda: words.sentences.load("use"))),
    "MiniLM": partial(_encode, encoder=cache(lambda: words.sentences.load("minilm"))),
}
BASELINES = {"TF-IDF": _tfidf, "random vectors": _random}
# The subjects of Reuters are of very unequal size; of a rare one, all there are.
_RARE = {"scoring": "macro recall", "up_to": True}
OPTIONS = {"20 Newsgroups": {"up_to": True}, "R8": _RARE, "R52": _RARE}
