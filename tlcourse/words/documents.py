"""From word vectors to a vector for a whole text: the mean of its words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tlcourse.assets.errors import suggest
from tlcourse.words.errors import UnknownVectors, UnusableCorpus, WordsError

if TYPE_CHECKING:
    from gensim.models import KeyedVectors

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


def document_vectors(
    texts: Sequence[str],
    vectors: KeyedVectors,
    missing: str = "skip",
    idf: Mapping[str, float] | None = None,
) -> np.ndarray:
    """Represent each text by the mean of its words' vectors.

    Parameters
    ----------
    texts : sequence of str
    vectors : gensim.models.KeyedVectors
    missing : {"skip", "subword", "idf"}
        What becomes of words. ``"skip"``: those without a vector are passed over. ``"subword"``: they get
        one from the pieces they are made of, which takes vectors by FastText. ``"idf"``: they are passed
        over, and the others count the more, the fewer of these texts have them (inverse document frequency,
        smoothed as in scikit-learn).
    idf : mapping of str to float, optional
        How rare each word is, for ``"idf"``, from other texts, such as a training part; a word that it lacks
        counts as much as the rarest. Without it, a text's vector depends on the texts it comes with.

    Returns
    -------
    numpy.ndarray
        float32, shape ``(N, D)``; zeros where a text has no word with a vector.

    Raises
    ------
    WordsError
        If `missing` is none of these, `idf` is given for another, or the vectors have no subwords.

    Examples
    --------
    >>> from gensim.models import KeyedVectors
    >>> toy = KeyedVectors(2)
    >>> toy.add_vectors(["cat", "dog"], np.array([[1, 0], [0, 1]], np.float32))
    >>> document_vectors(["Cat, cat and dog", "neither"], toy).round(2).tolist()
    [[0.6700000166893005, 0.33000001311302185], [0.0, 0.0]]
    """
    from scipy.sparse import csr_array

    if missing not in _POLICIES:
        raise UnknownVectors(f"missing is {missing!r}.{suggest(str(missing), _POLICIES)}")
    if idf is not None and missing != "idf":
        raise WordsError(f"idf is given, and missing is {missing!r}: give missing='idf', or no idf.")
    subwords = missing == "subword"
    if subwords and not hasattr(vectors, "vectors_ngrams"):
        raise WordsError("These vectors have no subwords: give FastText's, or missing='skip'.")
    if isinstance(texts, str):
        raise UnusableCorpus("Got one text; give a list of texts.")
    columns: dict[str, int] = {}
    indices, ends = [], [0]
    for text in texts:
        for word in tokenise(text):
            if subwords or word in vectors.key_to_index:
                indices.append(columns.setdefault(word, len(columns)))
        ends.append(len(indices))
    shape = (len(ends) - 1, len(columns))
    counts = csr_array((np.ones(len(indices), np.float32), indices, ends), shape=shape)
    if not columns:
        return np.zeros((shape[0], vectors.vector_size), np.float32)
    counts.sum_duplicates()
    if missing == "idf":
        if idf is None:
            held_by = np.bincount(counts.indices, minlength=shape[1])
            weights = np.log((1 + shape[0]) / (1 + held_by)) + 1
        else:
            rarest = max(idf.values(), default=1.0)
            weights = np.array([idf.get(word, rarest) for word in columns])
        counts.data *= weights[counts.indices].astype(np.float32)
    if subwords:
        table = np.stack([vectors.get_vector(word) for word in columns])
    else:
        table = vectors.vectors[[vectors.key_to_index[word] for word in columns]]
    totals = np.maximum(counts.sum(axis=1), np.finfo(np.float32).tiny)
    return ((counts @ table) / totals[:, None]).astype(np.float32, copy=False)
