"""Fine-tuning the top of a sentence encoder, on a tiny BERT of random weights."""

from types import SimpleNamespace

import numpy as np
import pytest

from tlcourse.transfer import CannotFineTune, fine_tune_sentences, token_states

CONFIG = {
    "hidden_size": 8,
    "num_attention_heads": 2,
    "layer_norm_eps": 1e-12,
    "hidden_dropout_prob": 0.1,
    "vocab_size": 30,
    "max_position_embeddings": 12,
    "num_hidden_layers": 3,
    "intermediate_size": 16,
}


class Tiny(SimpleNamespace):
    """An encoder whose word pieces are letters."""

    __hash__ = object.__hash__

    def tokenise(self, texts):
        longest = max(map(len, texts))
        tokens = np.array([[ord(letter) - 96 for letter in text.ljust(longest, "`")] for text in texts])
        return tokens.astype(np.int32), (tokens > 0).astype(np.int32)


@pytest.fixture(scope="module")
def tiny():
    import keras

    from tlcourse.words import bert

    keras.utils.set_random_seed(0)
    network = bert.build(CONFIG)
    # Before any training, where a letter stands says more than which it is.
    positions = network.get_layer("embeddings").positions.embeddings
    positions.assign(0 * positions)
    return Tiny(name="tiny", dimensions=8, network=network)


@pytest.fixture(scope="module")
def posts():
    rng = np.random.default_rng(0)
    texts = ["".join(rng.choice([*letters], rng.integers(2, 9))) for letters in ("abcd", "wxyz") * 10]
    return texts, np.array(["first", "last"] * 10)


@pytest.mark.parametrize("blocks", [1, 2])
def test_states_and_the_top_give_what_the_whole_encoder_does(tiny, posts, blocks):
    from tlcourse.transfer.text_encoder import _call, _parts

    texts, _ = posts
    whole = np.asarray(tiny.network([*tiny.tokenise(texts)], training=False))
    states = token_states(texts, tiny, blocks, tokens=10)
    assert (states.shape, states.dtype) == ((20, 10, 8), np.float16)
    np.testing.assert_allclose(_call(_parts(tiny, blocks)[1], states), whole, atol=5e-3)


def test_states_stop_after_so_many_tokens(tiny):
    whole, cut = token_states(["abcdef", "ab"], tiny), token_states(["abcdef", "ab"], tiny, tokens=4)
    assert (whole.any(axis=2).sum(axis=1).tolist(), cut.shape[1]) == ([6, 2], 4)


def test_tuning_moves_the_top_and_leaves_the_encoder_and_its_lower_blocks(tiny, posts):
    before = [weights.copy() for weights in tiny.network.get_weights()]
    tuned = fine_tune_sentences(*posts, encoder=tiny)
    for was, now in zip(before, tiny.network.get_weights(), strict=True):
        np.testing.assert_array_equal(now, was)
    names = {layer.name for layer in tuned.network.layers}
    assert "block_3_wide" in names
    assert not any(name.startswith(("block_2", "embeddings")) for name in names if name != "block_2_output")
    moved = tuned.network.get_layer("block_3_wide").kernel - tiny.network.get_layer("block_3_wide").kernel
    assert np.abs(moved).max() > 1e-3


def test_tuned_encoder_names_new_texts_of_what_it_learned(tiny, posts):
    tuned = fine_tune_sentences(*posts, encoder=tiny, blocks=2)
    assert tuned.predict(["abba", "dacab", "wyzx", "zzyx"]).tolist() == ["first", "first", "last", "last"]
    assert len(tuned.history["loss"]) == 30
    assert repr(tuned) == "TunedSentences: the top 2 of tiny's blocks, 2 classes"


def test_states_do_as_well_as_texts_and_equal_seeds_give_equal_networks(tiny, posts):
    texts, labels = posts
    first = fine_tune_sentences(texts, labels, seed=1, encoder=tiny)
    other = fine_tune_sentences(texts, labels, seed=2, encoder=tiny)
    states = token_states(texts, tiny)
    again = fine_tune_sentences(states, labels, seed=1, encoder=tiny)
    np.testing.assert_array_equal(again.predict_proba(states), first.predict_proba(texts))
    assert not np.array_equal(other.predict_proba(states), first.predict_proba(states))


def test_three_classes_start_from_the_probe(tiny, posts):
    texts, _ = posts
    labels = np.arange(20) % 3
    assert fine_tune_sentences(texts, labels, encoder=tiny).predict_proba(texts).shape == (20, 3)


@pytest.mark.parametrize(
    ("texts", "labels", "blocks", "message"),
    [
        (["a", "b"], [1, 1], 1, "The 2 labels are of 1 class"),
        (["a", "b"], [0, 1], 3, "blocks is 3; tiny has 3: give from 1 to 2"),
        (["a", "b"], [0, 1], 0, "blocks is 0"),
        (["a", "b", "c"], [0, 1], 1, "There are 3 texts and 2 labels"),
        ("ab", [0, 1], 1, "give a list of texts"),
    ],
)
def test_what_cannot_be_tuned_is_refused_in_a_sentence(tiny, texts, labels, blocks, message):
    with pytest.raises(CannotFineTune, match=message):
        fine_tune_sentences(texts, labels, encoder=tiny, blocks=blocks)
