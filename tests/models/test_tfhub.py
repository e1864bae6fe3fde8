"""Modules of TensorFlow Hub as layers of Keras 3, and networks as modules."""

import logging
import shutil
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from tlcourse.assets import Card
from tlcourse.assets.errors import Offline
from tlcourse.models import tfhub
from tlcourse.models.backbone import Backbone
from tlcourse.models.hub_layer import HubError, NotASavedModel, UnfitInput
from tlcourse.models.tfhub import UnknownSignature, UnreachableModule, export_hub, load_hub

X = np.random.default_rng(0).normal(size=(12, 6, 6, 3)).astype(np.float32)
Y = np.arange(12) % 2


def network():
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.Input((6, 6, 3), name="pictures"),
            keras.layers.Conv2D(4, 3),
            keras.layers.BatchNormalization(),
            keras.layers.GlobalAveragePooling2D(),
        ]
    )


@pytest.fixture
def folder(tmp_path):
    return export_hub(network(), tmp_path / "module")


def classifier(layer, *entry):
    keras.utils.set_random_seed(1)
    model = keras.Sequential([*entry, layer, keras.layers.Dense(2, activation="softmax")])
    model.compile(keras.optimizers.Adam(0.05), "sparse_categorical_crossentropy")
    return model


def fitted(layer):
    model = classifier(layer, keras.Input((6, 6, 3)))
    model.fit(X, Y, epochs=2, verbose=0)
    return model


def reload(model, path):
    model.save(path)
    return keras.models.load_model(path, safe_mode=False)


def save_module(module, folder, **signatures):
    tf.saved_model.save(module, str(folder), signatures=signatures)
    return folder


class Words(tf.Module):
    """Numbers words by a vocabulary that it keeps in a file."""

    def __init__(self, vocabulary):
        super().__init__()
        source = tf.lookup.TextFileInitializer(
            str(vocabulary), tf.string, tf.lookup.TextFileIndex.WHOLE_LINE,
            tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER,
        )  # fmt: skip
        self.table = tf.lookup.StaticHashTable(source, -1)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def number(self, words):
        return {"numbers": self.table.lookup(words)}


class Pair(tf.Module):
    """Has two inputs, two outputs, and a weight."""

    def __init__(self):
        super().__init__()
        self.weight = tf.Variable(2.0)

    @tf.function(input_signature=[tf.TensorSpec([None, 3]), tf.TensorSpec([None, 3])])
    def join(self, left, right):
        return {"sum": left + self.weight * right, "product": left * right}


def test_exported_network_loads_back_with_equal_outputs(folder):
    expected = network()
    np.testing.assert_allclose(load_hub(folder)(X), expected(X, training=False), rtol=0, atol=1e-6)


def test_backbone_is_exported_by_its_network(tmp_path):
    backbone = Backbone("tiny", network(), lambda x: x, 6, Card("tiny", "Tiny", kind="network"))
    module = load_hub(export_hub(backbone, tmp_path / "module"))
    np.testing.assert_allclose(module(X), backbone.network(X, training=False), rtol=0, atol=1e-6)


def test_layer_works_in_sequential_with_and_without_an_input(folder):
    expected = network()(X, training=False)
    for entry in ([keras.Input((6, 6, 3))], []):
        model = keras.Sequential([*entry, load_hub(folder)])
        np.testing.assert_allclose(model(X), expected, atol=1e-6)
    assert keras.Sequential([keras.Input((6, 6, 3)), load_hub(folder)]).output_shape == (None, 4)


def test_layer_works_in_a_functional_model_of_any_batch(folder):
    inputs = keras.Input((6, 6, 3))
    features = load_hub(folder)(inputs)
    assert (features.shape, features.dtype) == ((None, 4), "float32")
    assert load_hub(folder)(keras.Input(batch_shape=(5, 6, 6, 3))).shape == (5, 4)
    model = keras.Model(inputs, keras.layers.Dense(3)(features))
    assert model.predict(X, batch_size=5, verbose=0).shape == (12, 3)


def test_frozen_layer_is_unmoved_by_training(folder):
    layer = load_hub(folder)
    before = layer.get_weights()
    model = fitted(layer)
    assert layer.trainable_weights == []
    assert len(model.trainable_weights) == 2
    assert all(np.array_equal(a, b) for a, b in zip(before, layer.get_weights(), strict=True))
    np.testing.assert_allclose(layer(X), network()(X, training=False), atol=1e-6)


def test_trainable_layer_is_moved_by_training_but_for_its_averages(folder):
    layer = load_hub(folder, trainable=True)
    output = layer(X).numpy()
    before = {weight.path: weight.numpy() for weight in layer.weights}
    fitted(layer)
    moved = {
        weight.path for weight in layer.weights if not np.array_equal(before[weight.path], weight.numpy())
    }
    assert moved == {weight.path for weight in layer.trainable_weights}
    assert {path.rpartition("_")[2] for path in before.keys() - moved} == {"mean", "variance"}
    # It is the function that learned, not a copy of its weights.
    assert np.abs(layer(X) - output).max() > 1e-3


def test_trainable_can_be_switched_later(folder):
    layer = load_hub(folder)
    layer.trainable = True
    assert len(layer.trainable_weights) == 4
    layer.trainable = False
    assert layer.trainable_weights == []


def test_trained_model_is_read_back_without_the_module_it_was_made_of(folder, tmp_path):
    model = fitted(load_hub(folder, trainable=True))
    expected = model.predict(X, verbose=0)
    shutil.rmtree(folder)
    again = reload(model, tmp_path / "model.keras")
    np.testing.assert_array_equal(again.predict(X, verbose=0), expected)
    assert again.layers[0].trainable
    assert again.layers[0].signature == model.layers[0].signature
    # A second generation too, and training goes on where it was: the optimiser still knows its weights.
    twice = reload(again, tmp_path / "again.keras")
    for one in (model, again, twice):
        one.fit(X, Y, shuffle=False, verbose=0)
    np.testing.assert_allclose(again.predict(X, verbose=0), model.predict(X, verbose=0), atol=1e-6)
    np.testing.assert_allclose(twice.predict(X, verbose=0), model.predict(X, verbose=0), atol=1e-6)
    assert np.abs(model.predict(X, verbose=0) - expected).max() > 1e-3


def test_weights_alone_are_saved_and_restored(folder, tmp_path):
    model = fitted(load_hub(folder, trainable=True))
    model.save_weights(tmp_path / "w.weights.h5")
    fresh = classifier(load_hub(folder), keras.Input((6, 6, 3)))
    fresh.load_weights(tmp_path / "w.weights.h5")
    np.testing.assert_array_equal(fresh.predict(X, verbose=0), model.predict(X, verbose=0))


def test_model_with_a_module_is_refused_in_safe_mode(folder, tmp_path):
    classifier(load_hub(folder), keras.Input((6, 6, 3))).save(tmp_path / "model.keras")
    with pytest.raises(HubError, match="safe_mode=False"):
        keras.models.load_model(tmp_path / "model.keras")


def test_model_with_a_module_is_exported_as_a_module(folder, tmp_path):
    model = fitted(load_hub(folder, trainable=True))
    layer = load_hub(export_hub(model, tmp_path / "whole"))
    np.testing.assert_allclose(layer(X), model.predict(X, verbose=0), atol=1e-6)
    assert len(layer.weights) == 8


def test_frozen_network_that_was_itself_read_back_can_still_be_trained_as_a_module(tmp_path):
    frozen = network()
    frozen.trainable = False
    frozen = reload(frozen, tmp_path / "frozen.keras")
    layer = load_hub(export_hub(frozen, tmp_path / "module"), trainable=True)
    assert len(layer.trainable_weights) == 4


def test_signature_is_readable(folder):
    assert repr(load_hub(folder).signature) == (
        "serving_default(pictures: float32 (None, 6, 6, 3)) -> output_0: float32 (None, 4)"
    )
    assert load_hub(folder, signature="serve").signature.name == "serve"


def test_layer_of_strings_keeps_its_vocabulary_through_two_savings(tmp_path):
    (tmp_path / "words.txt").write_text("tea\ncake\n")
    words = Words(tmp_path / "words.txt")
    layer = load_hub(save_module(words, tmp_path / "words", serving_default=words.number))
    assert layer(["cake", "tea", "?"]).numpy().tolist() == [1, 0, -1]
    model = keras.Sequential([keras.Input((), dtype="string"), layer])
    for generation in ("one", "two"):
        model = reload(model, tmp_path / f"{generation}.keras")
        shutil.rmtree(tmp_path / "words", ignore_errors=True)
    assert model(tf.constant(["cake"])).numpy().tolist() == [1]
    with pytest.raises(HubError, match="nothing to train"):
        load_hub(save_module(words, tmp_path / "again", serving_default=words.number), trainable=True)


def test_signature_of_several_inputs_and_outputs_takes_and_names_them(tmp_path):
    pair = Pair()
    folder = save_module(pair, tmp_path / "pair", serving_default=pair.join)
    with pytest.raises(UnknownSignature, match=r"several outputs \(product, sum\); choose one with output="):
        load_hub(folder)
    with pytest.raises(UnknownSignature, match=r"has no output 'sun'\. Did you mean 'sum'"):
        load_hub(folder, output="sun")
    layer = load_hub(folder, output="sum")
    ones = np.ones((2, 3))  # doubles, which are cast
    assert layer({"left": ones, "right": ones}).numpy().tolist() == [[3.0] * 3] * 2
    inputs = {"left": keras.Input((3,)), "right": keras.Input((3,))}
    model = reload(keras.Model(inputs, layer(inputs)), tmp_path / "pair.keras")
    assert model.predict({"left": ones, "right": 2 * ones}, verbose=0).tolist() == [[5.0] * 3] * 2
    for wrong in (ones, {"left": ones}, {"left": ones, "right": ones, "other": ones}):
        with pytest.raises(UnfitInput, match="give a dictionary of left: float32"):
            layer(wrong)


def test_unknown_signature_names_the_nearest(folder):
    with pytest.raises(UnknownSignature, match=r"has no signature 'servng'\. Did you mean .*'serv"):
        load_hub(folder, signature="servng")


def test_module_of_several_unusual_signatures_asks_to_choose(tmp_path):
    pair = Pair()
    folder = save_module(pair, tmp_path / "pair", one=pair.join, two=pair.join)
    with pytest.raises(UnknownSignature, match=r"several signatures \(one, two\); choose one"):
        load_hub(folder)
    assert load_hub(folder, signature="two", output="sum").signature.name == "two"


def test_module_of_no_signature_says_so(tmp_path):
    tf.saved_model.save(tf.Module(), str(tmp_path / "none"))
    with pytest.raises(UnknownSignature, match="has no signature to call"):
        load_hub(tmp_path / "none")


@pytest.mark.parametrize(
    "wrong",
    [X[:, :5], X[0], X.astype(np.uint8), np.array(["text"]), keras.Input((8, 8, 3))],
    ids=["size", "one picture", "integers", "text", "symbolic"],
)
def test_input_that_does_not_fit_is_refused_in_one_sentence(folder, wrong):
    with pytest.raises(UnfitInput) as refusal:
        load_hub(folder)(wrong)
    message = str(refusal.value)
    assert message.startswith("The signature 'serving_default' was given ")
    assert message.endswith("; give pictures: float32 (None, 6, 6, 3).")
    assert "\n" not in message


def test_input_that_does_not_fit_is_refused_while_a_model_is_built(folder):
    with pytest.raises(UnfitInput, match=r"was given float32 \(None, 8, 8, 3\); give pictures"):
        keras.Sequential([keras.Input((8, 8, 3)), load_hub(folder)])


def test_path_that_is_no_saved_model_is_refused(folder, tmp_path):
    (tmp_path / "text").write_text("no model")
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotASavedModel, match="is no folder"):
        load_hub(tmp_path / "nowhere")
    with pytest.raises(NotASavedModel, match="is no folder"):
        load_hub(tmp_path / "text")
    with pytest.raises(NotASavedModel, match=r"has no file saved_model.pb; give the folder"):
        load_hub(tmp_path / "empty")


@pytest.mark.parametrize("damage", ["saved_model.pb", "variables/variables.index"])
def test_damaged_saved_model_is_refused_in_one_sentence(folder, damage):
    (folder / damage).write_bytes(b"rubbish")
    with pytest.raises(NotASavedModel, match="cannot load the SavedModel") as refusal:
        load_hub(folder)
    assert "\n" not in str(refusal.value)


def test_export_never_writes_among_other_files(folder, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "thesis.txt").write_text("mine")
    for taken in (tmp_path / "notes", tmp_path / "notes" / "thesis.txt"):
        with pytest.raises(NotASavedModel, match="no SavedModel; give a new folder"):
            export_hub(network(), taken)
    assert export_hub(network(), folder) == folder


def test_export_says_nothing_and_leaves_the_log_as_it_was(tmp_path, caplog):
    logger = logging.getLogger("tensorflow")
    level = logger.level
    logger.addHandler(caplog.handler)
    logger.setLevel(logging.INFO)
    try:
        export_hub(network(), tmp_path / "module")
        assert (caplog.messages, logger.level) == ([], logging.INFO)
    finally:
        logger.removeHandler(caplog.handler)
        logger.setLevel(level)


def test_handle_offline_says_what_to_do(monkeypatch):
    monkeypatch.setenv("TLCOURSE_OFFLINE", "1")
    with pytest.raises(Offline, match="TLCOURSE_OFFLINE forbids; give a module's folder instead"):
        load_hub("https://hub.invalid/module/1")


def test_handle_without_the_library_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_hub", None)
    with pytest.raises(UnreachableModule, match=r"needs the package tensorflow-hub; install tlcourse\[hub\]"):
        load_hub("https://hub.invalid/module/1")


def test_handle_is_followed_by_the_library_and_its_failure_told(monkeypatch, folder):
    import tensorflow_hub

    def resolve(handle):
        if handle.endswith("/1"):
            return str(folder)
        raise OSError("no route to host\nfurther lines")

    monkeypatch.setattr(tensorflow_hub, "resolve", resolve)
    assert load_hub("https://hub.invalid/module/1").signature.name == "serving_default"
    with pytest.raises(UnreachableModule, match=r"cannot be fetched \(no route to host\); check the handle"):
        load_hub("https://hub.invalid/module/2")


def test_copy_without_its_module_says_so(folder):
    copy = keras.models.clone_model(classifier(load_hub(folder), keras.Input((6, 6, 3))))
    assert copy.output_shape == (None, 2)
    with pytest.raises(HubError, match="a copy without its module"):
        copy(X)


def test_hub_names_are_exported_lazily():
    from tlcourse import models

    assert models.load_hub is tfhub.load_hub
    assert models.HubError is HubError
