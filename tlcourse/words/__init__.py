"""Words and sentences as vectors: pretrained ones, ones trained on any corpus, and how good they are.

Word vectors are gensim's ``KeyedVectors``, so that all of gensim works on them; `sentences` has the encoders
that read whole texts.

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
    "Evaluation": "evaluation",
    "UnknownVectors": "errors",
    "UnreadableVectors": "errors",
    "UnsafePickle": "errors",
    "UnusableCorpus": "errors",
    "WordsError": "errors",
    "document_vectors": "documents",
    "evaluate": "evaluation",
    "list": "vectors",
    "load_vectors": "vectors",
    "neighbours": "search",
    "tokenise": "documents",
    "train_fasttext": "training",
    "train_word2vec": "training",
}

__all__ = sorted([*_HOMES, "sentences"])


def __getattr__(name: str):
    if name == "sentences":
        return importlib.import_module(f"{__name__}.sentences")
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
