"""Nearest neighbours, document vectors and the three tests of the literature."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlcourse import words
from tlcourse.words import UnknownVectors, UnusableCorpus, WordsError, search
from tlcourse.words.search import nearest


@settings(deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(1, 90),
    queries=st.integers(1, 9),
    n=st.integers(1, 12),
    block=st.integers(1, 40),
)
def test_nearest_is_what_sorting_everything_gives(seed, rows, queries, n, block):
    rng = np.random.default_rng(seed)
    # Small whole numbers make equal products common.
    matrix = rng.integers(-3, 4, (rows, 2)).astype(np.float32)
    targets = rng.integers(-3, 4, (queries, 2)).astype(np.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_WORDS", block)
        patch.setattr(search, "_QUERIES", 4)
        indices, products = nearest(matrix, targets, n)
    full = targets @ matrix.T
    expected = np.argsort(-full, axis=1, kind="stable")[:, :n]
    np.testing.assert_array_equal(indices, expected)
    np.testing.assert_array_equal(products, np.take_along_axis(full, expected, axis=1))


def test_neighbours_are_gensims(toy):
    for word, row in zip(toy.index_to_key, words.neighbours(toy, toy.index_to_key, n=3), strict=True):
        theirs = toy.most_similar(word, topn=3)
        assert [other for other, _ in row] == [other for other, _ in theirs]
        np.testing.assert_allclose([c for _, c in row], [c for _, c in theirs], atol=1e-6)


def test_neighbours_of_an_unknown_word_name_near_ones(toy):
    with pytest.raises(UnknownVectors, match=r"no vector for 'catt'. Did you mean 'cat'"):
        words.neighbours(toy, ["dog", "catt"])


# Tests of the literature


def test_evaluation_gives_gensims_answers(monkeypatch):
    from gensim.models import KeyedVectors
    from gensim.test.utils import datapath

    # Words of the tests with random vectors, some in capitals, so that spellings and ties are met.
    rng = np.random.default_rng(0)
    with open(datapath("questions-words.txt")) as file:
        vocabulary = list(dict.fromkeys(" ".join(line for line in file if line[0] != ":").split()))[:120]
    vocabulary += [word.lower() for word in vocabulary[:60]] + [
        "love",
        "sex",
        "tiger",
        "cat",
        "old",
        "new",
        "smart",
    ]
    toy = KeyedVectors(3)
    toy.add_vectors(vocabulary, rng.normal(size=(len(vocabulary), 3)).astype(np.float32))
    ours = words.evaluate(toy)
    _, theirs = toy.evaluate_word_analogies(datapath("questions-words.txt"))
    for section, their in zip(
        ours.sections, (s for s in theirs if s["section"] != "Total accuracy"), strict=False
    ):
        if their["section"] == section.section:
            assert section.correct == len(their["correct"])
            assert section.covered == len(their["correct"]) + len(their["incorrect"])
    assert ours.analogies.correct == len(theirs[-1]["correct"]) > 0
    assert ours.analogies.asked == 19_544


def test_evaluation_shows_scores_and_coverage(toy):
    shown = repr(words.evaluate(toy))
    assert "Google analogies nan% 0 of 19,544" in " ".join(shown.split())
    assert "<td>0 of 19,544</td>" in words.evaluate(toy)._repr_html_()


@pytest.mark.assets
def test_glove_scores_as_published():
    result = words.evaluate(words.load_vectors("glove-6b-50d"))
    assert result.analogies.accuracy == pytest.approx(0.464, abs=0.005)
    assert result.wordsim.correlation == pytest.approx(0.50, abs=0.02)
    assert result.simlex.correlation == pytest.approx(0.26, abs=0.02)
    assert result.wordsim.covered == 353


# Document vectors


def test_document_vector_is_the_mean_of_known_words(toy):
    found = words.document_vectors(["The cat, the unheard-of!", "", "nothing"], toy)
    np.testing.assert_allclose(found[0], (2 * toy["the"] + toy["cat"]) / 3, rtol=1e-5)
    assert found.dtype == np.float32
    assert not found[1:].any()


def test_idf_weighs_rare_words_more(toy):
    texts = ["the cat", "the dog", "the mat"]
    found = words.document_vectors(texts, toy, missing="idf")
    the, cat = np.log(4 / 4) + 1, np.log(4 / 2) + 1
    np.testing.assert_allclose(found[0], (the * toy["the"] + cat * toy["cat"]) / (the + cat), rtol=1e-5)


def test_idf_from_other_texts_makes_a_text_independent_of_its_company(toy):
    idf = {"the": 1.0, "cat": 3.0}
    alone = words.document_vectors(["the cat mat"], toy, missing="idf", idf=idf)
    np.testing.assert_allclose(alone[0], (toy["the"] + 3 * toy["cat"] + 3 * toy["mat"]) / 7, rtol=1e-5)
    beside = words.document_vectors(["the cat mat", "the cat"], toy, missing="idf", idf=idf)
    np.testing.assert_allclose(beside[0], alone[0], rtol=1e-6)
    with pytest.raises(WordsError, match="give missing='idf', or no idf"):
        words.document_vectors(["the"], toy, idf=idf)


def test_subwords_stand_in_for_unknown_words(toy):
    trained = words.train_fasttext(["the cat sat"] * 10, size=4, epochs=1, progress=False, buckets=50)
    found = words.document_vectors(["the catt"], trained, missing="subword")
    np.testing.assert_allclose(found[0], (trained["the"] + trained["catt"]) / 2, rtol=1e-5)
    with pytest.raises(WordsError, match="no subwords: give FastText's"):
        words.document_vectors(["the"], toy, missing="subword")


def test_unknown_policy_and_single_text_are_refused(toy):
    with pytest.raises(UnknownVectors, match=r"missing is 'skp'. Did you mean 'skip'"):
        words.document_vectors(["the"], toy, missing="skp")
    with pytest.raises(UnusableCorpus, match="give a list"):
        words.document_vectors("the", toy)


# Training


@pytest.mark.parametrize("train", [words.train_word2vec, words.train_fasttext])
def test_training_repeats_with_its_seed_only(train):
    texts = [f"a b c d e {word}" for word in "fghij" * 20]
    options = {"size": 6, "epochs": 2, "progress": False}
    first, second, other = (train(texts, seed=seed, **options).vectors for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)


def test_training_takes_texts_already_cut_into_words():
    texts = ["The cat sat", "on the mat"] * 10
    options = {"size": 4, "epochs": 1, "progress": False}
    whole = words.train_word2vec(texts, **options)
    cut = words.train_word2vec([words.tokenise(text) for text in texts], **options)
    assert cut.index_to_key == whole.index_to_key
    np.testing.assert_array_equal(cut.vectors, whole.vectors)


def test_training_takes_anything_that_can_be_read_again():
    class Corpus:
        def __iter__(self):
            return iter(["the cat sat"] * 9)

    assert len(words.train_word2vec(Corpus(), size=4, epochs=1, progress=False)) == 3


@pytest.mark.parametrize("texts", ["one long text", (text for text in ["a"])])
def test_corpus_that_can_be_read_only_once_is_refused(texts):
    with pytest.raises(UnusableCorpus, match="give a list of texts"):
        words.train_word2vec(texts, progress=False)


def test_corpus_without_frequent_words_is_refused():
    with pytest.raises(UnusableCorpus, match="No word occurs 5 times in 2 texts"):
        words.train_word2vec(["a b", "c d"], progress=False)
