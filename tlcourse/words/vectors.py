"""Word vectors: pretrained ones by name and any file of one's own, opened without reading them in."""

from __future__ import annotations

import builtins
import hashlib
import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tlcourse import assets
from tlcourse.assets.errors import suggest
from tlcourse.words import gensim_data
from tlcourse.words.errors import UnknownVectors, UnreadableVectors, UnsafePickle

if TYPE_CHECKING:
    from gensim.models import KeyedVectors

_GLOVE = "glove-6b-50d"
# How fastText's own files begin.
_FACEBOOK = (793712314).to_bytes(4, "little")
_GZIP = b"\x1f\x8b"
# All that a pickle of gensim's word vectors is made of.
_HARMLESS = {
    "builtins": {"dict", "list", "set", "tuple"},
    "gensim.models.fasttext": {"FastTextKeyedVectors"},
    "gensim.models.keyedvectors": {"CompatVocab", "KeyedVectors", "Vocab", "Word2VecKeyedVectors"},
    "numpy": {"dtype", "ndarray"},
    "numpy._core.multiarray": {"_reconstruct", "scalar"},
    "numpy.core.multiarray": {"_reconstruct", "scalar"},
}  # fmt: skip


def list() -> builtins.list[str]:
    """Return the names that `load_vectors` knows; only the first time one is opened is it fetched.

    Examples
    --------
    >>> "glove-6b-50d" in list()
    True
    """
    return sorted([_GLOVE, *gensim_data.RELEASES])


def load_vectors(name_or_path: str | os.PathLike) -> KeyedVectors:
    r"""Open word vectors.

    They are mapped into memory, not read: opening takes a fraction of a second, and programs that use the
    same vectors share them. The first time, they are fetched, or a file of text or binary numbers is
    converted; the result is kept in the cache, for as long as the file keeps its size and time.

    Parameters
    ----------
    name_or_path : str or path-like
        One of those in `list`, or a file: word2vec's or GloVe's text form, with or without a first line of
        counts, word2vec's binary form (both perhaps gzipped), vectors saved by gensim (``.kv``), or
        fastText's ``.bin``, which is read in full each time, for the sake of its subwords.

    Returns
    -------
    gensim.models.KeyedVectors
        Its numbers cannot be written to.

    Raises
    ------
    UnknownVectors
        If there is neither a name nor a file like that.
    UnreadableVectors
        If the file holds something else.
    UnsafePickle
        If a ``.kv`` file asks for anything but gensim's and NumPy's own parts; it is not opened then.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:  # doctest: +SKIP
    ...     _ = Path(folder, "tiny.txt").write_text("cat 1 0\ndog 0.9 0.1\n")
    ...     load_vectors(f"{folder}/tiny.txt").most_similar("cat")
    [('dog', 0.9938837289810181)]
    """
    if name_or_path == _GLOVE:
        return _glove()
    if name_or_path in gensim_data.RELEASES:
        return _mapped(str(name_or_path), lambda scratch: _parse(gensim_data.download(name_or_path, scratch)))
    path = Path(name_or_path).expanduser()
    if not path.is_file():
        raise UnknownVectors(
            f"No vectors and no file are called {str(name_or_path)!r}.{suggest(str(name_or_path), list())}"
        )
    if path.suffix == ".kv" or path.name.endswith(".kv.gz"):
        return _unpickle(path)
    with open(path, "rb") as file:
        if file.read(4) == _FACEBOOK:
            from gensim.models.fasttext import load_facebook_vectors

            return load_facebook_vectors(str(path))
    status = path.stat()
    key = hashlib.sha256(f"{path.resolve()} {status.st_size} {status.st_mtime_ns}".encode()).hexdigest()[:32]
    return _mapped(key, lambda scratch: _parse(path))


def _glove() -> KeyedVectors:
    folder = assets.fetch(_GLOVE)

    def make(path: Path) -> None:
        import pyarrow.parquet

        table = pyarrow.parquet.read_table(folder / "words.parquet", columns=["index"])
        path.write_text(json.dumps(table["index"].to_pylist(), ensure_ascii=False), "utf-8")

    words = assets.derived("vectors", _GLOVE, ".json", make)
    return _assemble(words, folder / "vectors.npy")


def _mapped(key: str, parse: Callable[[Path], KeyedVectors]) -> KeyedVectors:
    parsed: builtins.list[KeyedVectors] = []

    def once(scratch: Path) -> KeyedVectors:
        if not parsed:
            parsed.append(parse(scratch))
        return parsed[0]

    def make_matrix(path: Path) -> None:
        np.save(path, once(path.parent).vectors)

    def make_words(path: Path) -> None:
        path.write_text(json.dumps(once(path.parent).index_to_key, ensure_ascii=False), "utf-8")

    matrix = assets.derived("vectors", key, ".npy", make_matrix)
    return _assemble(assets.derived("vectors", key, ".json", make_words), matrix)


def _assemble(words: Path, matrix: Path) -> KeyedVectors:
    from gensim.models import KeyedVectors

    numbers = np.load(matrix, mmap_mode="r")
    vectors = KeyedVectors(numbers.shape[1])
    vectors.index_to_key = json.loads(words.read_bytes())
    vectors.key_to_index = {word: index for index, word in enumerate(vectors.index_to_key)}
    vectors.vectors = numbers
    vectors.next_index = len(numbers)
    return vectors


def _parse(path: Path) -> KeyedVectors:
    """Read a file of text or binary numbers with gensim, whichever it is."""
    from gensim.models import KeyedVectors

    header, binary = _form(path)
    try:
        return KeyedVectors.load_word2vec_format(
            str(path), binary=binary, no_header=not header, unicode_errors="replace"
        )
    except (EOFError, OSError, ValueError, IndexError) as error:
        raise UnreadableVectors(f"{path} is damaged or cut short ({error}); get it once more.") from error


def _form(path: Path) -> tuple[bool, bool]:
    """Return whether a file begins with a line of counts, and whether its numbers are binary."""
    import gzip

    with open(path, "rb") as file:
        opened = gzip.open if file.read(2) == _GZIP else open
    try:
        with opened(path, "rb") as file:
            first, second = file.readline(1 << 16), file.readline(1 << 16)
    except (OSError, EOFError) as error:
        raise UnreadableVectors(f"{path} is damaged or cut short ({error}); get it once more.") from error
    counts = first.split()
    if len(counts) == 2 and all(count.isdigit() for count in counts):
        return True, _width(second) != int(counts[1])
    if not _width(first):
        raise UnreadableVectors(
            f"{path} begins with neither a word and its numbers nor two counts: give word vectors in the "
            "form of word2vec, GloVe, fastText or gensim."
        )
    return False, False


def _width(line: bytes) -> int:
    """Return how many numbers follow the word of a line of text; 0 if something else does."""
    try:
        return len([float(number) for number in line.decode("utf-8").split()[1:]])
    except ValueError:
        return 0


class _Unpickler(pickle.Unpickler):
    """An unpickler that can build gensim's word vectors, and nothing else."""

    def find_class(self, module: str, name: str):
        if name not in _HARMLESS.get(module, ()):
            raise UnsafePickle(
                f"holds {module}.{name}, which word vectors have no need of: if it is a whole gensim model "
                "of yours, save its .wv"
            )
        return super().find_class(module, name)


def _unpickle(path: Path) -> KeyedVectors:
    import gzip

    from gensim.models import KeyedVectors

    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rb") as file:
            vectors = _Unpickler(file).load()
    except UnsafePickle as error:
        raise UnsafePickle(f"{path} {error}. It was not opened.") from None
    except Exception as error:  # pickle raises whatever it trips over in damaged bytes
        raise UnreadableVectors(f"{path} holds no vectors that gensim saved ({error!r}).") from error
    if not isinstance(vectors, KeyedVectors):
        raise UnreadableVectors(f"{path} holds a {type(vectors).__name__} where word vectors were expected.")
    # For these, gensim would open further files with a pickle of its own.
    if getattr(vectors, "__scipys", None) or getattr(vectors, "__recursive_saveloads", None):
        raise UnsafePickle(f"{path} refers to more pickles, which word vectors have no need of.")
    compress, subname = KeyedVectors._adapt_by_suffix(str(path))
    try:
        vectors._load_specials(str(path), None if compress else "r", compress, subname)
    except OSError as error:
        raise UnreadableVectors(
            f"{path} lacks the file of numbers that was saved beside it ({error}); copy that too."
        ) from error
    return vectors
