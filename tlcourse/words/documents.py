"""From a text to its words: how often it has which, and the mean of their vectors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tlcourse.assets.errors import suggest
from tlcourse.words.errors import UnknownVectors, UnusableCorpus, WordsError

if TYPE_CHECKING:
    from gensim.models import KeyedVectors
    from scipy.sparse import csr_array

_WORD = re.compile(r"\w+")
_POLICIES = ("skip", "subword", "idf")


def tokenise(text: str) -> list[str]:
    """Divide a text into its words, in lower case: runs of letters and digits.

    Examples
    --------
    >>> tokenise("Don't panic: it's 42.")
    ['don', 't', 'panic', 'it', 's', '42']
    """
    return _WORD.findall(text.lower())


def count_words(texts: Sequence[str]) -> tuple[csr_array, tuple[str, ...]]:
    """Count how often each text has which word.

    Parameters
    ----------
    texts : sequence of str

    Returns
    -------
    counts : scipy.sparse.csr_array
        float32, shape ``(N, V)``: a row for each text and a column for each word.
    columns : tuple of str
        The word of each column, in the order in which the texts first have them.

    Raises
    ------
    UnusableCorpus
        If `texts` is not a sequence of strings.

    Examples
    --------
    >>> counts, columns = count_words(["Cat, cat and dog", "A dog"])
    >>> columns
    ('cat', 'and', 'dog', 'a')
    >>> counts.toarray().astype(int).tolist()
    [[2, 1, 1, 0], [0, 0, 1, 1]]
    """
    from scipy.sparse import csr_array

    if isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
        raise UnusableCorpus(f"Got a {type(texts).__name__} of something else; give a list of texts.")
    columns: dict[str, int] = {}
    indices, ends = [], [0]
    for text in texts:
        indices += [columns.setdefault(word, len(columns)) for word in tokenise(text)]
        ends.append(len(indices))
    ones = np.ones(len(indices), np.float32)
    counts = csr_array((ones, indices, ends), shape=(len(ends) - 1, len(columns)))
    counts.sum_duplicates()
    return counts, tuple(columns)


def rarity(counts: csr_array) -> np.ndarray:
    """Return the inverse document frequency of each column of counts, smoothed as in scikit-learn.

    Examples
    --------
    >>> rarity(count_words(["the cat", "the dog"])[0]).round(2).tolist()
    [1.0, 1.41, 1.41]
    """
    held_by = np.bincount(counts.indices, minlength=counts.shape[1])
    return np.log((1 + counts.shape[0]) / (1 + held_by)) + 1


def weights_of(words: Iterable[str], idf: Mapping[str, float]) -> np.ndarray:
    """Return the words' inverse document frequencies, float32: that of the rarest for words it lacks.

    Examples
    --------
    >>> weights_of(["the", "cat", "unheard"], {"the": 1.0, "cat": 3.0}).tolist()
    [1.0, 3.0, 3.0]
    """
    rarest = max(idf.values(), default=1.0)
    return np.array([idf.get(word, rarest) for word in words], np.float32)


def document_vectors(
    texts: Sequence[str] | csr_array,
    vectors: KeyedVectors,
    missing: str = "skip",
    idf: Mapping[str, float] | None = None,
    columns: Sequence[str] | None = None,
) -> np.ndarray:
    """Represent each text by the mean of its words' vectors.

    Parameters
    ----------
    texts : sequence of str, or sparse matrix of shape (N, V)
        The texts; or how often each has which word, as `count_words` gives it.
    vectors : gensim.models.KeyedVectors
    missing : {"skip", "subword", "idf"}
        What becomes of words. ``"skip"``: those without a vector are passed over. ``"subword"``: they get
        one from the pieces they are made of, which takes vectors by FastText. ``"idf"``: they are passed
        over, and the others count the more, the fewer of these texts have them (inverse document frequency,
        smoothed as in scikit-learn).
    idf : mapping of str to float, optional
        How rare each word is, for ``"idf"``, from other texts, such as a training part; a word that it lacks
        counts as much as the rarest. Without it, a text's vector depends on the texts it comes with.
    columns : sequence of str, optional
        The word of each column, where `texts` is a matrix.

    Returns
    -------
    numpy.ndarray
        float32, shape ``(N, D)``; zeros where a text has no word with a vector.

    Raises
    ------
    WordsError
        If `missing` is none of these, `idf` is given for another, the vectors have no subwords, or `texts`
        are neither texts nor counts with their `columns`.

    Examples
    --------
    >>> from gensim.models import KeyedVectors
    >>> toy = KeyedVectors(2)
    >>> toy.add_vectors(["cat", "dog"], np.array([[1, 0], [0, 1]], np.float32))
    >>> document_vectors(["Cat, cat and dog", "neither"], toy).round(2).tolist()
    [[0.6700000166893005, 0.33000001311302185], [0.0, 0.0]]
    """
    from scipy.sparse import csr_array, issparse

    if missing not in _POLICIES:
        raise UnknownVectors(f"missing is {missing!r}.{suggest(str(missing), _POLICIES)}")
    if idf is not None and missing != "idf":
        raise WordsError(f"idf is given, and missing is {missing!r}: give missing='idf', or no idf.")
    subwords = missing == "subword"
    if subwords and not hasattr(vectors, "vectors_ngrams"):
        raise WordsError("These vectors have no subwords: give FastText's, or missing='skip'.")
    if not issparse(texts):
        counts, columns = count_words(texts)
    elif columns is None or len(columns) != texts.shape[1]:
        raise UnusableCorpus(
            f"The matrix has {texts.shape[1]} columns; give as many words as `columns`, or the texts."
        )
    else:
        counts = csr_array(texts, dtype=np.float32)
    kept = [at for at, word in enumerate(columns) if subwords or word in vectors.key_to_index]
    if not kept:
        return np.zeros((counts.shape[0], vectors.vector_size), np.float32)
    counts, words = counts[:, kept], [columns[at] for at in kept]
    if missing == "idf":
        weights = rarity(counts).astype(np.float32) if idf is None else weights_of(words, idf)
        counts.data *= weights[counts.indices]
    if subwords:
        table = np.stack([vectors.get_vector(word) for word in words])
    else:
        table = vectors.vectors[[vectors.key_to_index[word] for word in words]]
    totals = np.maximum(counts.sum(axis=1), np.finfo(np.float32).tiny)
    return ((counts @ table) / totals[:, None]).astype(np.float32, copy=False)
