"""Word vectors trained on any corpus, with gensim, such that the same seed gives the same vectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tlcourse.progress import bar
from tlcourse.words.documents import tokenise
from tlcourse.words.errors import UnusableCorpus

if TYPE_CHECKING:
    from gensim.models import KeyedVectors
    from gensim.models.fasttext import FastTextKeyedVectors


def train_word2vec(
    texts: Iterable[str | list[str]],
    size: int = 100,
    epochs: int = 5,
    window: int = 5,
    min_count: int = 5,
    skip_gram: bool = True,
    subsample: float = 1e-3,
    seed: int = 0,
    workers: int = 1,
    progress: bool = True,
) -> KeyedVectors:
    """Learn a vector for each word of a corpus from the words around it.

    Parameters
    ----------
    texts : iterable of str, or of lists of words
        Gone through once to count words and then once for each epoch: a list, or anything that can be
        iterated again, such as an object that reads a file anew each time. A text is cut into words each
        time; lists of words, as `tokenise` returns, save that.
    size : int
        Numbers in a vector.
    epochs : int
        Times to go through the corpus.
    window : int
        How many words away another one still is a neighbour.
    min_count : int
        Rarer words get no vector.
    skip_gram : bool
        Predict the neighbours from the word (slower, better for rare words), rather than the word from its
        neighbours' mean (CBOW).
    subsample : float
        Words that make up more than this share of the corpus are often passed over, the more often, the
        commoner they are. Less takes less time and lets rarer words meet over a greater distance.
    seed : int
        With one worker, the same corpus and seed give the same vectors.
    workers : int
        Threads. More are faster, about in proportion up to the number of cores, but take turns as it happens:
        no two runs give the same vectors then.
    progress : bool
        Show a progress bar.

    Returns
    -------
    gensim.models.KeyedVectors

    Raises
    ------
    UnusableCorpus
        If no word occurs `min_count` times, or the texts cannot be gone through again.

    Examples
    --------
    >>> vectors = train_word2vec(["the cat sat on the mat"] * 20, size=8, epochs=1, progress=False)
    >>> vectors.vectors.shape, vectors.index_to_key[0]
    ((5, 8), 'the')
    """
    from gensim.models import Word2Vec

    options = _options(size, window, min_count, skip_gram, subsample)
    return _train(Word2Vec, texts, options, epochs, seed, workers, progress)


def train_fasttext(
    texts: Iterable[str | list[str]],
    size: int = 100,
    epochs: int = 5,
    window: int = 5,
    min_count: int = 5,
    skip_gram: bool = True,
    subsample: float = 1e-3,
    seed: int = 0,
    workers: int = 1,
    progress: bool = True,
    buckets: int = 200_000,
) -> FastTextKeyedVectors:
    """Learn a vector for each word of a corpus and for each piece of three to six letters.

    The pieces give a vector to any word, typing errors included. It takes about twice as long as
    `train_word2vec`, whose parameters it shares.

    Parameters
    ----------
    texts, size, epochs, window, min_count, skip_gram, subsample, seed, workers, progress
        As for `train_word2vec`.
    buckets : int
        Vectors for pieces; more pieces than that share. fastText's own default of two million would take
        800 MB at 100 numbers each, more than a small corpus can fill.

    Returns
    -------
    gensim.models.fasttext.FastTextKeyedVectors

    Examples
    --------
    >>> vectors = train_fasttext(["the cat sat"] * 20, size=8, epochs=1, progress=False, buckets=100)
    >>> vectors["catz"].shape
    (8,)
    """
    from gensim.models import FastText

    options = _options(size, window, min_count, skip_gram, subsample)
    return _train(FastText, texts, {**options, "bucket": buckets}, epochs, seed, workers, progress)


def _options(size: int, window: int, min_count: int, skip_gram: bool, subsample: float) -> dict:
    return {
        "vector_size": size,
        "window": window,
        "min_count": min_count,
        "sg": int(skip_gram),
        "sample": subsample,
    }


def _train(
    kind: type,
    texts: Iterable[str | list[str]],
    options: dict,
    epochs: int,
    seed: int,
    workers: int,
    progress: bool,
):
    if isinstance(texts, str) or iter(texts) is texts:
        raise UnusableCorpus(
            f"Got a {type(texts).__name__}, which can be gone through only once or letter by letter; "
            "give a list of texts."
        )
    model = kind(**options, seed=seed, workers=workers, epochs=epochs)
    rounds = 1 + epochs
    total = rounds * len(texts) if hasattr(texts, "__len__") else None
    with bar(total=total, desc=kind.__name__, unit="text", disable=not progress) as shown:
        corpus = _Watched(texts, shown)
        model.build_vocab(corpus)
        if not len(model.wv):
            raise UnusableCorpus(
                f"No word occurs {options['min_count']} times in {model.corpus_count:,} texts; "
                "give more texts, or a lower min_count."
            )
        model.train(corpus, total_examples=model.corpus_count, epochs=epochs)
    return model.wv


class _Watched:
    """A corpus as gensim wants it, lists of words, moving a progress bar as it is read."""

    def __init__(self, texts: Iterable[str | list[str]], bar):
        self._texts, self._bar = texts, bar

    def __iter__(self) -> Iterator[list[str]]:
        for text in self._texts:
            yield tokenise(text) if isinstance(text, str) else text
            self._bar.update()
