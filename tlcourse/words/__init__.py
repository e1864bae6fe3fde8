"""Words and sentences as vectors: pretrained ones, ones trained on any corpus, and how good they are.

Word vectors are gensim's ``KeyedVectors``, so that all of gensim works on them; `sentences` has the encoders
that read whole texts, and `wordnet` the dictionary whose senses are ImageNet's classes.

Examples
--------
>>> from tlcourse import words
>>> words.list()[:2]
['fasttext-wiki-news-subwords-300', 'glove-6b-50d']
>>> words.sentences.list()
['minilm', 'use']
"""

import importlib

_HOMES = {
    "ASSOCIATION_TESTS": "bias",
    "Association": "bias",
    "Evaluation": "evaluation",
    "UnknownSynset": "errors",
    "UnknownVectors": "errors",
    "UnreadableVectors": "errors",
    "UnsafePickle": "errors",
    "UnusableCorpus": "errors",
    "WordsError": "errors",
    "analogy": "explore",
    "association": "bias",
    "count_words": "documents",
    "document_vectors": "documents",
    "evaluate": "evaluation",
    "explore_analogies": "explore",
    "explore_neighbours": "explore",
    "list": "vectors",
    "load_vectors": "vectors",
    "misspell": "explore",
    "neighbours": "search",
    "tokenise": "documents",
    "train_fasttext": "training",
    "train_word2vec": "training",
}

_MODULES = ("sentences", "wordnet")

__all__ = sorted([*_HOMES, *_MODULES])


def __getattr__(name: str):
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
