"""A classifier for texts whose first layer is a table of word vectors, frozen or fine-tuned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from sklearn.utils.sparsefuncs import inplace_row_scale

# First, for it silences what TensorFlow has to say when it is loaded.
from tlcourse.transfer.text_training import CannotFineTune, Trainer, targets_of  # isort: skip
import keras
import tensorflow as tf

from tlcourse.words.documents import count_words, rarity, weights_of
from tlcourse.words.errors import UnusableCorpus

if TYPE_CHECKING:
    from gensim.models import KeyedVectors

_BATCH, _LEAST_UPDATES, _LEAST_PASSES, _DROPOUT = 64, 100, 2, 0.5
_RATE, _TABLE_RATE = 0.05, 0.04
# The table's rows are this or a power of two times as many, some of them spare: an update's cost grows with
# them, and draws alike in size share a compiled network.
_ROOM = 2_048


@dataclass(frozen=True, repr=False, eq=False)
class TunedWords:
    """A classifier on word vectors, made by `fine_tune_words`.

    Attributes
    ----------
    network : keras.Model
        Takes how much of each word of the table a text has, sparse (N, rows); gives a probability for each
        class. The layer `words` is the table, of which the last rows may be spare.
    vocabulary : dict of str to int
        The table's row for each word of the training texts.
    classes : ndarray
        The labels, in the order of the probabilities.
    history : dict of str to list of float
        Loss and accuracy on the batch of each update.
    """

    network: Any
    vocabulary: dict[str, int]
    classes: np.ndarray
    history: dict[str, list[float]]
    _source: _Source

    def __repr__(self) -> str:
        kind = "trained" if self.network.get_layer("words").trainable else "frozen"
        return f"TunedWords: {len(self.vocabulary):,} {kind} word vectors, {len(self.classes)} classes"

    @property
    def vectors(self) -> np.ndarray:
        """The table as it is now, float32 (len(vocabulary), D)."""
        return np.asarray(self.network.get_layer("words").kernel)[: len(self.vocabulary)]

    def predict_proba(self, texts) -> np.ndarray:
        """Return the probability of each class, (N, classes), for texts as `fine_tune_words` took them."""
        counts, words = _count(texts, self._source.columns)
        table, known = self._source.rows(words)
        rows = np.array([self.vocabulary.get(word, -1) for word in words], int)
        table[rows >= 0] = self.vectors[rows[rows >= 0]]
        weights = _weighted(counts, self._source.weights(words) * (known | (rows >= 0)))
        return np.asarray(self.network.get_layer("head")(weights @ table))

    def predict(self, texts) -> np.ndarray:
        """Return the likeliest label of each text."""
        return self.classes[self.predict_proba(texts).argmax(axis=1)]


def fine_tune_words(
    texts,
    y,
    seed: int = 0,
    vectors: KeyedVectors | None = None,
    trainable: bool = True,
    idf: Mapping[str, float] | None = None,
    columns: Sequence[str] | None = None,
    size: int = 50,
) -> TunedWords:
    """Train a classifier whose first layer is a table of word vectors: random, pretrained, or frozen.

    A text is the sum of its words' vectors, each weighted by TF-IDF, the weights scaled to length 1; dropout
    and a softmax layer follow.

    Parameters
    ----------
    texts : sequence of str, or sparse matrix of shape (N, V)
        The texts; or how often each has which word, with the words in `columns`, which saves dividing the
        same texts into words for each of many fits.
    y : array of shape (N,)
        The label of each text.
    seed : int
        Of random vectors, order and dropout.
    vectors : gensim.models.KeyedVectors, optional
        What the table starts from; random vectors when left out. Each word of the training texts gets a row.
        Other words that have a vector here keep it as it is, so that a new text's words count even where no
        training text had them. Vectors by FastText have one for any word.
    trainable : bool
        Train the table too, words without a vector starting from nought, which is the mean of the others.
        Otherwise the table is frozen, words without a vector are passed over, and only the softmax layer
        learns.
    idf : mapping of str to float, optional
        How rare each word is, from any texts, which need no labels; from `texts` when left out. A word that
        is missing counts as much as the rarest.
    columns : sequence of str, optional
        The word of each column, where `texts` is a matrix.
    size : int
        Numbers in a random vector.

    Returns
    -------
    TunedWords

    Raises
    ------
    CannotFineTune
        If all labels are of one class, no text has a word with a vector, or `vectors` are none.

    Notes
    -----
    The rules were chosen once, on a fifth of 20 Newsgroups' training part held back, and nothing is chosen
    on the texts given: 100 updates of 64 texts with Adam, or twice through all texts if that is more, while
    rates of 0.05 for the softmax layer and 0.04 for the table fall as half a cosine. Pretrained vectors are
    shifted by their mean over the training texts' words and scaled to a length of 1 on average, as random
    ones have. There, with GloVe and 10 texts a class, weighting by TF-IDF gained 0.06 over the plain mean of
    fastText's classifier; twice as many updates, half the rates, and dropping 0.7 instead of half changed
    accuracy by 0.02 at most, from 1 to 100 texts a class.

    Examples
    --------
    >>> tuned = fine_tune_words(posts, groups, vectors=words.load_vectors("glove-6b-50d"))  # doctest: +SKIP
    >>> tuned.predict(["the shuttle is in orbit"])  # doctest: +SKIP
    array(['sci.space'], dtype='<U24')
    """
    classes, targets = targets_of(y)
    counts, words = _count(texts, columns)
    if counts.shape[0] != len(targets):
        raise CannotFineTune(
            f"There are {counts.shape[0]} texts and {len(targets)} labels; give one for each."
        )
    if vectors is not None and not (hasattr(vectors, "key_to_index") and len(vectors)):
        raise CannotFineTune(
            f"vectors is a {type(vectors).__name__}; give gensim's KeyedVectors, of one word at least."
        )
    kept = np.unique(counts.indices)
    if not idf:
        weights = rarity(counts)
        idf = {words[column]: weights[column] for column in kept}
    source = _Source(vectors, idf, size, None if columns is None else words)
    table, known = source.start(counts[:, kept], [words[column] for column in kept], seed)
    if not trainable:
        kept, table = kept[known], table[known]
    if not known.any():
        raise CannotFineTune("No text has a word with a vector; give texts and vectors of one language.")
    vocabulary = {words[column]: row for row, column in enumerate(kept)}
    weights = _weighted(counts[:, kept], source.weights(vocabulary))

    room = _ROOM << max(0, (len(kept) - 1) // _ROOM).bit_length()
    trainer = _word_trainer(room, table.shape[1], len(classes), trainable)
    keras.utils.set_random_seed(seed)
    network = _build(room, table.shape[1], len(classes), trainable)
    network.get_layer("words").kernel.assign(np.pad(table, ((0, room - len(kept)), (0, 0))))
    history = trainer.train(
        network,
        lambda part: _sparse_tensor(weights[part], room),
        targets,
        seed,
        rate=_RATE,
        size=_BATCH,
        updates=max(_LEAST_UPDATES, _LEAST_PASSES * -(-len(targets) // _BATCH)),
    )
    return TunedWords(network, vocabulary, classes, history, source)


def _count(texts, columns) -> tuple[sparse.csr_array, tuple[str, ...]]:
    """Return how often each text has which word, and the word of each column."""
    if sparse.issparse(texts):
        counts = sparse.csr_array(texts, dtype=np.float32, copy=True)
        counts.sum_duplicates()
        counts.eliminate_zeros()
        if columns is None or len(columns) != counts.shape[1]:
            raise CannotFineTune(
                f"The matrix has {counts.shape[1]} columns; give as many words as `columns`, or the texts."
            )
        return counts, tuple(columns)
    try:
        return count_words(texts)
    except UnusableCorpus as error:
        raise CannotFineTune(str(error)) from None


def _weighted(counts: sparse.csr_array, weights: np.ndarray) -> sparse.csr_array:
    """Return the TF-IDF of texts, each row scaled to length 1."""
    data = (1 + np.log(counts.data)) * weights[counts.indices]
    weighted = sparse.csr_array((data, counts.indices, counts.indptr), shape=counts.shape)
    lengths = np.sqrt(weighted.power(2).sum(axis=1))
    inplace_row_scale(weighted, 1 / np.maximum(lengths, np.finfo(np.float32).tiny))
    return weighted


class _Source:
    """What gives a word its first vector and its weight."""

    def __init__(self, vectors, idf: Mapping[str, float], size: int, columns: tuple[str, ...] | None):
        self._vectors, self._idf, self.columns = vectors, idf, columns
        self._size = size if vectors is None else vectors.vector_size
        self._shift, self._scale = np.zeros(self._size, np.float32), np.float32(1)

    def weights(self, words: Sequence[str]) -> np.ndarray:
        return weights_of(words, self._idf)

    def start(self, counts, words: Sequence[str], seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the words' first vectors and which have one; remember how all are shifted and scaled."""
        if self._vectors is None:
            table = np.random.default_rng(seed).normal(0, self._size**-0.5, (len(words), self._size))
            return table.astype(np.float32), np.ones(len(words), bool)
        raw, known = self.rows(words)
        if known.any():
            weights = _weighted(counts, self.weights(words) * known).sum(axis=0)
            self._shift = (weights @ raw / weights.sum()).astype(np.float32)
            self._scale = np.sqrt(np.mean(np.sum((raw[known] - self._shift) ** 2, axis=1))) or np.float32(1)
        return self.rows(words)

    def rows(self, words: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return the words' vectors, nought where there is none, and which there are."""
        rows = np.zeros((len(words), self._size), np.float32)
        if self._vectors is None:
            return rows, np.zeros(len(words), bool)
        indices = np.array([self._vectors.key_to_index.get(word, -1) for word in words], int)
        known = indices >= 0
        rows[known] = self._vectors.vectors[indices[known]]
        if hasattr(self._vectors, "vectors_ngrams"):
            for at in np.flatnonzero(~known):
                rows[at] = self._vectors.get_vector(words[at])
            known[:] = True
        rows[known] = (rows[known] - self._shift) / self._scale
        return rows, known


def _build(room: int, size: int, classes: int, trainable: bool):
    weights = keras.Input((room,), sparse=True)
    # A weighted sum of an embedding's rows is a product with its table, for which no text need be padded.
    text = keras.layers.Dense(size, use_bias=False, name="words", trainable=trainable)(weights)
    text = keras.layers.Dropout(_DROPOUT)(text)
    return keras.Model(weights, keras.layers.Dense(classes, "softmax", name="head")(text))


def _sparse_tensor(rows: sparse.csr_array, room: int):
    rows = rows.tocoo()
    return tf.SparseTensor(
        np.stack([rows.row, rows.col], axis=1).astype(np.int64), rows.data, (rows.shape[0], room)
    )


@lru_cache(maxsize=8)
def _word_trainer(room: int, size: int, classes: int, trainable: bool) -> Trainer:
    network = _build(room, size, classes, trainable)
    factors = {network.get_layer("words").kernel.path: _TABLE_RATE / _RATE}
    return Trainer(network, factors, tf.SparseTensorSpec((None, room), tf.float32))
