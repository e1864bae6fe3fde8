"""Fine-tuning for texts, on toy vectors and toy posts."""

from functools import partial

import numpy as np
import pytest
from scipy import sparse

from tlcourse import measure, transfer
from tlcourse.transfer import CannotFineTune, fine_tune_words

ANIMALS, ENGINES = ("cat", "dog", "horse", "goat"), ("wheel", "brake", "gear", "clutch")


@pytest.fixture(scope="module")
def toy():
    """Word vectors in which animals lie to one side and parts of engines to the other."""
    from gensim.models import KeyedVectors

    vectors = KeyedVectors(6)
    numbers = np.random.default_rng(0).normal(0, 0.3, (9, 6)) + 5
    numbers[:4, 0] += 2
    numbers[4:8, 0] -= 2
    vectors.add_vectors([*ANIMALS, *ENGINES, "the"], numbers.astype(np.float32))
    return vectors


@pytest.fixture(scope="module")
def posts():
    """Posts of the last words of each kind, of which those in `few` know nothing."""
    rng = np.random.default_rng(1)
    texts = [
        " ".join(["the", *rng.choice(kind, 2), "qqq"])
        for kind in (ANIMALS[2:], ENGINES[2:])
        for _ in range(8)
    ]
    return texts, np.repeat(["animal", "engine"], 8)


FEW = ["the cat the dog", "the wheel the brake"], ["animal", "engine"]


@pytest.mark.parametrize("trainable", [True, False])
def test_words_no_training_text_has_count_by_their_pretrained_vectors(toy, posts, trainable):
    texts, labels = posts
    tuned = fine_tune_words(*FEW, vectors=toy, trainable=trainable)
    assert (tuned.predict(texts) == labels).all()


def test_random_vectors_know_only_what_the_training_texts_taught():
    tuned = fine_tune_words(*FEW)
    assert tuned.predict([FEW[0][0], FEW[0][1]]).tolist() == FEW[1]
    unknown = tuned.predict_proba(["horse goat", "gear clutch"])
    np.testing.assert_array_equal(unknown[0], unknown[1])


def test_frozen_table_does_not_move_and_a_trained_one_does(toy, posts):
    frozen, trained = (fine_tune_words(*posts, vectors=toy, trainable=on) for on in (False, True))
    rows = np.stack([toy[word] for word in frozen.vocabulary])
    # Shifted and scaled alike, so all differences keep their proportions.
    was, now = rows - rows[0], frozen.vectors - frozen.vectors[0]
    np.testing.assert_allclose(now * (np.abs(was).max() / np.abs(now).max()), was, atol=1e-4)
    again = fine_tune_words(*posts, vectors=toy, trainable=False, seed=5)
    np.testing.assert_array_equal(again.vectors, frozen.vectors)
    shared = [trained.vocabulary[word] for word in frozen.vocabulary]
    assert np.abs(trained.vectors[shared] - frozen.vectors).max() > 0.05
    assert not frozen.network.get_layer("words").trainable_variables


def test_words_without_a_vector_are_passed_over_when_frozen_and_learned_when_not(toy, posts):
    frozen, trained = (fine_tune_words(*posts, vectors=toy, trainable=on) for on in (False, True))
    assert "qqq" not in frozen.vocabulary
    assert "qqq" in trained.vocabulary
    np.testing.assert_allclose(frozen.predict_proba(["horse qqq"]), frozen.predict_proba(["horse"]))


def test_given_vectors_are_left_as_they_are(toy, posts):
    before = toy.vectors.copy()
    fine_tune_words(*posts, vectors=toy)
    np.testing.assert_array_equal(toy.vectors, before)


@pytest.mark.parametrize("given", [True, False])
def test_equal_seeds_give_equal_networks_whatever_was_fitted_between(toy, posts, given):
    options = {"vectors": toy if given else None}
    first = fine_tune_words(*posts, seed=3, **options)
    before = first.predict_proba(posts[0])
    other = fine_tune_words(*posts, seed=4, **options)
    again = fine_tune_words(*posts, seed=3, **options)
    np.testing.assert_array_equal(again.predict_proba(posts[0]), before)
    np.testing.assert_array_equal(first.predict_proba(posts[0]), before)
    assert not np.array_equal(other.predict_proba(posts[0]), before)


def test_network_and_prediction_agree_on_words_of_the_table(posts):
    from tlcourse.transfer.text import _count, _sparse_tensor, _weighted

    tuned = fine_tune_words(*posts)
    counts, words = _count(posts[0], None)
    weights = _weighted(counts, tuned._source.weights(words))
    room = tuned.network.input_shape[1]
    direct = np.asarray(tuned.network(_sparse_tensor(weights, room), training=False))
    np.testing.assert_allclose(direct, tuned.predict_proba(posts[0]), atol=1e-5)


def test_counts_with_their_columns_do_as_well_as_texts(toy, posts):
    from sklearn.feature_extraction.text import CountVectorizer

    texts, labels = posts
    counter = CountVectorizer(vocabulary=["qqq", "the", *ENGINES, *ANIMALS])
    counts = counter.transform(texts)
    columns = counter.get_feature_names_out()
    as_counts = fine_tune_words(counts, labels, vectors=toy, trainable=False, columns=columns)
    as_texts = fine_tune_words(texts, labels, vectors=toy, trainable=False)
    np.testing.assert_allclose(as_counts.predict_proba(counts), as_texts.predict_proba(texts), atol=0.02)
    idf = {"qqq": 3.0, "the": 1.0}
    tuned = fine_tune_words(counts, labels, columns=columns, idf=idf)
    assert tuned.predict_proba(sparse.csr_array((0, len(columns)))).shape == (0, 2)


def test_noughts_stored_in_a_matrix_of_counts_are_no_words(toy):
    counts = sparse.csr_array(np.array([[2, 1], [1, 3]]))
    counts.data[1] = 0
    tuned = fine_tune_words(counts, FEW[1], vectors=toy, columns=["cat", "wheel"])
    assert counts.nnz == 4
    assert np.isfinite(tuned.predict_proba(counts)).all()


def test_rarer_words_count_more(toy):
    idf = {"cat": 1.0, "wheel": 9.0}
    tuned = fine_tune_words(*FEW, vectors=toy, trainable=False, idf=idf)
    assert tuned.predict(["cat wheel"]).tolist() == ["engine"]


def test_fasttext_gives_words_it_has_not_seen_a_vector():
    from tlcourse import words

    vectors = words.train_fasttext(["the cat sat"] * 20, size=8, epochs=1, progress=False, buckets=100)
    tuned = fine_tune_words(["cat", "sat"], [0, 1], vectors=vectors, trainable=False)
    assert not np.allclose(tuned.predict_proba(["cats"]), tuned.predict_proba(["satt"]))


def test_fine_tuning_is_a_fit_that_few_shot_curves_take(toy, posts):
    texts, labels = posts
    curve = measure.few_shot_curve(
        texts, labels, shots=(1, 4), repeats=2, fit=partial(fine_tune_words, vectors=toy, trainable=False)
    )
    assert curve.at(4).mean == 1


def test_history_and_repr(posts):
    tuned = fine_tune_words(*posts)
    assert {name: len(values) for name, values in tuned.history.items()} == {"loss": 100, "accuracy": 100}
    assert tuned.history["loss"][-1] < tuned.history["loss"][0]
    assert repr(tuned) == "TunedWords: 6 trained word vectors, 2 classes"


@pytest.mark.parametrize(
    ("texts", "labels", "options", "message"),
    [
        (["a", "b"], [1, 1], {}, "The 2 labels are of 1 class; give two at least"),
        ([], [], {}, "The 0 labels are of 0 class"),
        (["", "!"], [0, 1], {}, "No text has a word with a vector"),
        (["a", "b", "c"], [0, 1], {}, "There are 3 texts and 2 labels"),
        ("ab", [0, 1], {}, "Got a str of something else; give a list of texts"),
        ([1, 2], [0, 1], {}, "give a list of texts"),
        (["a", "b"], [0, 1], {"vectors": {"a": [1.0]}}, "vectors is a dict; give gensim's KeyedVectors"),
        (sparse.eye_array(2), [0, 1], {"columns": ["a"]}, "The matrix has 2 columns; give as many words"),
    ],
)
def test_what_cannot_be_learned_from_is_refused_in_a_sentence(texts, labels, options, message):
    with pytest.raises(CannotFineTune, match=message):
        fine_tune_words(texts, labels, **options)


def test_vectors_of_another_language_are_refused(toy):
    with pytest.raises(CannotFineTune, match="of one language"):
        fine_tune_words(["chat", "chien"], [0, 1], vectors=toy)


def test_names_are_there_without_loading_them():
    assert {"fine_tune_words", "fine_tune_sentences", "token_states"} <= set(dir(transfer))
