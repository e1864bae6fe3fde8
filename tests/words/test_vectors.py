"""Opening word vectors, of every form and of none."""

import gzip
import hashlib
import os
import pickle
import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlcourse import words
from tlcourse.assets import carriers
from tlcourse.assets.errors import HashMismatch, Offline
from tlcourse.words import UnknownVectors, UnreadableVectors, UnsafePickle, gensim_data, vectors


def same(loaded, expected):
    assert loaded.index_to_key == expected.index_to_key
    np.testing.assert_allclose(loaded.vectors, expected.vectors, rtol=1e-6)
    assert [loaded.key_to_index[word] for word in loaded.index_to_key] == [*range(len(loaded))]


# There is no binary form without a header.
@pytest.mark.parametrize(("binary", "header"), [(False, False), (False, True), (True, True)])
@pytest.mark.parametrize("zipped", [False, True])
def test_any_form_of_file_is_opened(toy, tmp_path, binary, header, zipped):
    path = tmp_path / "toy.txt"
    toy.save_word2vec_format(str(path), binary=binary, write_header=header)
    if zipped:
        path.write_bytes(gzip.compress(path.read_bytes()))
        path = path.rename(tmp_path / "toy.txt.gz")
    same(words.load_vectors(path), toy)


def test_file_is_converted_once_and_mapped(toy, tmp_path, monkeypatch):
    path = tmp_path / "toy.txt"
    toy.save_word2vec_format(str(path))
    words.load_vectors(path)
    monkeypatch.setattr(vectors, "_parse", None)
    again = words.load_vectors(str(path))
    same(again, toy)
    assert isinstance(again.vectors, np.memmap)
    assert not again.vectors.flags.writeable


def test_changed_file_is_converted_anew(toy, tmp_path):
    path = tmp_path / "toy.txt"
    toy.save_word2vec_format(str(path))
    words.load_vectors(path)
    path.write_text("one 1 2\ntwo 3 4\n")
    assert words.load_vectors(path).index_to_key == ["one", "two"]


def test_most_similar_works_on_mapped_vectors(toy, tmp_path):
    path = tmp_path / "toy.txt"
    toy.save_word2vec_format(str(path))
    found = [word for word, _ in words.load_vectors(path).most_similar("cat")]
    assert found == [word for word, _ in toy.most_similar("cat")]


@settings(deadline=None, max_examples=25)
@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=9),
        st.lists(st.floats(-9, 9, width=32), min_size=3, max_size=3),
        min_size=1,
        max_size=6,
    )
)
def test_any_words_survive_the_text_form(tmp_path_factory, entries):
    from gensim.models import KeyedVectors

    original = KeyedVectors(3)
    original.add_vectors([*entries], np.array([*entries.values()], np.float32))
    path = tmp_path_factory.mktemp("vectors") / "any.txt"
    original.save_word2vec_format(str(path))
    same(words.load_vectors(path), original)


# gensim's own files


@pytest.mark.parametrize("separately", [[], ["vectors"]])
def test_saved_vectors_are_opened(toy, tmp_path, separately):
    path = tmp_path / "toy.kv"
    toy.save(str(path), separately=separately)
    same(words.load_vectors(path), toy)


def test_saved_fasttext_keeps_its_subwords(tmp_path):
    trained = words.train_fasttext(["the cat sat"] * 10, size=4, epochs=1, progress=False, buckets=50)
    trained.save(str(tmp_path / "mine.kv"))
    loaded = words.load_vectors(tmp_path / "mine.kv")
    np.testing.assert_array_equal(loaded["catt"], trained["catt"])


class Evil:
    def __reduce__(self):
        return os.mkdir, ("/nowhere/at/all",)


def test_pickle_that_would_run_something_is_refused(tmp_path):
    (tmp_path / "evil.kv").write_bytes(pickle.dumps(Evil()))
    with pytest.raises(UnsafePickle, match=r"evil.kv holds posix.mkdir, .* It was not opened"):
        words.load_vectors(tmp_path / "evil.kv")


def test_pickle_that_refers_to_another_is_refused(toy, tmp_path):
    setattr(toy, "__scipys", ["norms"])
    (tmp_path / "sly.kv").write_bytes(pickle.dumps(toy))
    with pytest.raises(UnsafePickle, match="refers to more pickles"):
        words.load_vectors(tmp_path / "sly.kv")


def test_saved_vectors_without_their_numbers_say_so(toy, tmp_path):
    toy.save(str(tmp_path / "toy.kv"), separately=["vectors"])
    (tmp_path / "toy.kv.vectors.npy").unlink()
    with pytest.raises(UnreadableVectors, match="lacks the file of numbers"):
        words.load_vectors(tmp_path / "toy.kv")


# What cannot be opened


def test_mistyped_name_suggests_the_right_one():
    with pytest.raises(UnknownVectors, match=r"called 'glove-6b-50'. Did you mean 'glove-6b-50d'"):
        words.load_vectors("glove-6b-50")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "begins with neither"),
        (b"just some prose\nof two lines\n", "begins with neither"),
        (b"3 2\ncat 1 2\n", "damaged or cut short"),
        (b"3 2\ncat \0\0", "damaged or cut short"),
        (b"cat 1 2\ndog 1 2 3\n", "damaged or cut short"),
        (gzip.compress(b"1 2\ncat 1 2\n")[:-9], "damaged or cut short"),
    ],
)
def test_file_without_vectors_is_refused_in_a_sentence(tmp_path, content, says):
    path = tmp_path / ("bad.gz" if content.startswith(b"\x1f") else "bad.txt")
    path.write_bytes(content)
    with pytest.raises(UnreadableVectors, match=says):
        words.load_vectors(path)


# gensim's downloads


@pytest.fixture
def release(toy, tmp_path, monkeypatch):
    """Publish the toy vectors as a release; return its name and its file."""
    text, file = tmp_path / "toy.txt", tmp_path / "published.gz"
    toy.save_word2vec_format(str(text))
    file.write_bytes(gzip.compress(text.read_bytes()))
    checksum = hashlib.md5(file.read_bytes()).hexdigest()
    monkeypatch.setitem(gensim_data.RELEASES, "toy-4", (checksum, 100))
    monkeypatch.setenv("GENSIM_DATA_DIR", str(tmp_path / "gensim-data"))
    monkeypatch.setattr(carriers, "download", lambda url, target, network: shutil.copy(file, target))
    return "toy-4", file


def test_release_is_downloaded_verified_and_kept(release, toy, monkeypatch):
    name, _ = release
    same(words.load_vectors(name), toy)
    monkeypatch.setenv("TLCOURSE_OFFLINE", "1")
    same(words.load_vectors(name), toy)


def test_release_that_gensim_has_is_taken_from_there(release, toy, tmp_path, monkeypatch):
    name, file = release
    monkeypatch.setenv("TLCOURSE_OFFLINE", "1")
    with pytest.raises(Offline, match="toy-4 needs the network"):
        words.load_vectors(name)
    (tmp_path / "gensim-data" / name).mkdir(parents=True)
    shutil.copy(file, tmp_path / "gensim-data" / name / f"{name}.gz")
    same(words.load_vectors(name), toy)


def test_release_with_other_bytes_is_refused(release):
    name, file = release
    file.write_bytes(b"other")
    with pytest.raises(HashMismatch, match="thrown away"):
        words.load_vectors(name)


@pytest.mark.assets
def test_glove_has_its_words():
    glove = words.load_vectors("glove-6b-50d")
    assert (len(glove), glove.vector_size) == (400_000, 50)
    assert glove.index_to_key[:3] == ["the", ",", "."]
    assert "toad" in [word for word, _ in glove.most_similar("frog")]
