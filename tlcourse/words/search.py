"""Nearest neighbours of many vectors at once, as products of matrices that fit a processor's cache."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from tlcourse.assets.errors import suggest
from tlcourse.words.errors import UnknownVectors

if TYPE_CHECKING:
    from gensim.models import KeyedVectors

# Scores of one step: 256 x 2,048 of four bytes are 2 MB, which a core keeps to itself.
_QUERIES, _WORDS = 256, 2048
_WORKERS = 2


def neighbours(vectors: KeyedVectors, words: Sequence[str], n: int = 10) -> list[list[tuple[str, float]]]:
    """Find the nearest words of many words at once, by cosine.

    Parameters
    ----------
    vectors : gensim.models.KeyedVectors
    words : sequence of str
        Words that `vectors` has.
    n : int
        Neighbours for each, at most.

    Returns
    -------
    list of list of (str, float)
        For each word what ``vectors.most_similar(word, topn=n)`` gives, in far less time.

    Raises
    ------
    UnknownVectors
        If one of the words is not among the vectors; it names near spellings.

    Examples
    --------
    >>> from gensim.models import KeyedVectors
    >>> toy = KeyedVectors(2)
    >>> toy.add_vectors(["cat", "dog", "car"], np.array([[1, 0], [0.9, 0.1], [0, 1]], np.float32))
    >>> [[word for word, cosine in row] for row in neighbours(toy, ["cat", "car"], n=1)]
    [['dog'], ['dog']]
    """
    unknown = next((word for word in words if word not in vectors.key_to_index), None)
    if unknown is not None:
        # All words would be too many to compare with; those that begin alike are near enough.
        alike = [word for word in vectors.index_to_key if word[:2] == unknown[:2]]
        raise UnknownVectors(f"There is no vector for {unknown!r}.{suggest(unknown, alike) if alike else ''}")
    rows = np.array([vectors.key_to_index[word] for word in words], np.int64)
    unit = normalised(vectors.vectors)
    found, cosines = nearest(unit, unit[rows], n + 1)
    answers = []
    for row, indices, values in zip(rows, found, cosines, strict=True):
        others = indices != row
        pairs = zip(indices[others][:n], values[others][:n], strict=True)
        answers.append([(vectors.index_to_key[index], float(value)) for index, value in pairs])
    return answers


def normalised(matrix: np.ndarray) -> np.ndarray:
    """Return the rows of a matrix scaled to length 1, as float32; rows of zeros stay."""
    norms = np.sqrt(np.einsum("ij,ij->i", matrix, matrix))[:, None]
    return (matrix / np.where(norms > 0, norms, 1)).astype(np.float32, copy=False)


def nearest(matrix: np.ndarray, queries: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Find for each query the `n` rows of `matrix` with the largest products, the largest first.

    Parameters
    ----------
    matrix : array of shape (N, D)
    queries : array of shape (Q, D)
    n : int

    Returns
    -------
    indices : int64 array of shape (Q, min(n, N))
        Of equal rows, the earlier comes first.
    products : float32 array of the same shape

    Examples
    --------
    >>> nearest(np.eye(3, dtype=np.float32), np.array([[0.0, 2, 1]], np.float32), n=2)[0].tolist()
    [[1, 2]]
    """
    from threadpoolctl import threadpool_limits

    n = min(n, len(matrix))
    indices = np.empty((len(queries), n), np.int64)
    products = np.empty((len(queries), n), np.float32)

    def work(start: int) -> None:
        part = slice(start, start + _QUERIES)
        indices[part], products[part] = _nearest(matrix, queries[part], n)

    # A product of this size is over before a second thread of the BLAS has begun: share out queries instead.
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(_WORKERS) as pool:
        for _ in pool.map(work, range(0, len(queries), _QUERIES)):
            pass
    return indices, products


def _nearest(matrix: np.ndarray, queries: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    best = np.full((len(queries), n), -np.inf, np.float32)
    where = np.zeros((len(queries), n), np.int64)
    for start in range(0, len(matrix), _WORDS):
        scores = queries @ matrix[start : start + _WORDS].T
        # After a few steps most queries find nothing better in the next one, and a maximum shows that.
        improved = np.flatnonzero(scores.max(axis=1) > best[:, -1])
        if not len(improved):
            continue
        better = scores[improved]
        rows, columns = np.nonzero(better > best[improved, -1:])
        counts = np.bincount(rows, minlength=len(improved))
        place = n + np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        pool = np.full((len(improved), n + counts.max()), -np.inf, np.float32)
        pool_where = np.zeros(pool.shape, np.int64)
        pool[:, :n], pool_where[:, :n] = best[improved], where[improved]
        pool[rows, place], pool_where[rows, place] = better[rows, columns], start + columns
        order = np.argsort(-pool, axis=1, kind="stable")[:, :n]
        best[improved] = np.take_along_axis(pool, order, axis=1)
        where[improved] = np.take_along_axis(pool_where, order, axis=1)
    return where, best
