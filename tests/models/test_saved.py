"""Networks of one's own: wrapped, cut, saved, read back, and what is refused."""

import json
import os
from dataclasses import replace

import keras
import numpy as np
import pytest

from tlcourse import models
from tlcourse.models import (
    ModelError,
    Preprocessing,
    UnknownLayer,
    UnknownModel,
    UnreadableModel,
    UnusableNetwork,
)

PIXELS = np.random.default_rng(0).integers(0, 256, (3, 28, 28, 3), dtype=np.uint8)


def trained():
    """Make a small CNN as a learner would, and train it for a moment."""
    network = keras.Sequential(
        [
            keras.Input((28, 28, 3)),
            keras.layers.RandomFlip(),
            keras.layers.Conv2D(4, 3, activation="relu", name="conv1"),
            keras.layers.BatchNormalization(name="norm1"),
            keras.layers.Conv2D(6, 3, activation="relu", name="conv2"),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(5, activation="softmax"),
        ]
    )
    network.compile("adam", "sparse_categorical_crossentropy")
    network.fit(PIXELS / 255, np.arange(3), verbose=0)
    return network


@pytest.fixture(scope="module")
def clothes():
    return models.own(
        trained(),
        "clothes",
        Preprocessing(divide=255),
        class_names=("coat", "dress", "bag", "shirt", "boot"),
        source_data="Fashion-MNIST",
        licence="MIT",
    )


def outputs(backbone, network=None):
    return np.asarray((network or backbone.network)(backbone.preprocess(PIXELS), training=False))


def test_own_gives_the_networks_own_outputs_from_a_copy_that_stays_as_it_is():
    network = trained()
    backbone = models.own(network, "clothes", Preprocessing(divide=255))
    before = outputs(backbone)
    np.testing.assert_array_equal(before, outputs(backbone, network))
    network.fit(PIXELS / 255, np.arange(3), verbose=0)
    np.testing.assert_array_equal(outputs(backbone), before)
    assert (outputs(backbone, network) != before).any()
    assert network.trainable_weights
    assert not backbone.network.trainable_weights


def test_own_can_be_cut_at_the_layers_that_give_maps(clothes):
    assert clothes.layers == ("conv1", "norm1", "conv2")
    cut = clothes.cut("conv1")
    assert (cut.network.output_shape, cut.class_names) == ((None, 4), ())
    maps = clothes.activations(PIXELS, "conv1")
    np.testing.assert_allclose(outputs(cut), maps.mean(axis=(1, 2)), atol=1e-5)


def test_own_has_a_card_of_what_it_is_and_what_was_said_of_it(clothes):
    card = clothes.card
    assert (card.name, card.source_data, card.licence) == ("clothes", "Fashion-MNIST", "MIT")
    assert (card.parameters, card.input_size, card.preprocessing) == (385, 28, "pixel / 255")
    # By hand: 3·3·3·4 at 26 × 26 places, 3·3·4·6 at 24 × 24, and 6·5.
    assert card.multiply_adds == 108 * 26 * 26 + 216 * 24 * 24 + 30
    assert card.layers == clothes.layers


@pytest.mark.parametrize("cut", [False, True])
def test_a_saved_backbone_is_read_back_the_same(clothes, tmp_path, cut):
    backbone = clothes.cut("conv2") if cut else clothes
    folder = models.save(backbone, tmp_path / "deep" / "mine")
    for where in (folder, str(folder)):
        back = models.load(where)
        np.testing.assert_array_equal(outputs(back), outputs(backbone))
        for field in ("name", "preprocess", "input_size", "card", "class_names", "layers"):
            assert getattr(back, field) == getattr(backbone, field)
        assert back.network.trainable_weights == []
    np.testing.assert_array_equal(outputs(back.cut("conv1")), outputs(backbone.cut("conv1")))
    assert [path.name for path in folder.parent.iterdir()] == ["mine"]


def test_a_saved_backbone_keeps_its_fingerprint_and_so_its_cached_features(clothes, tmp_path):
    assert models.load(models.save(clothes, tmp_path / "mine")).fingerprint == clothes.fingerprint


def test_a_network_of_the_zoo_can_be_saved(tmp_path):
    backbone = models.load("efficientnet-lite0", weights="random", size=32).cut("block2b")
    back = models.load(models.save(backbone, tmp_path / "cut"))
    assert (back.fingerprint, back.card) == (backbone.fingerprint, backbone.card)


def test_saving_again_replaces_what_was_saved(clothes, tmp_path):
    models.save(clothes, tmp_path / "mine")
    models.save(clothes.cut("conv1"), tmp_path / "mine")
    assert models.load(tmp_path / "mine").network.output_shape == (None, 4)


def test_saving_leaves_other_peoples_folders_alone(clothes, tmp_path):
    (tmp_path / "photo.png").write_bytes(b"precious")
    with pytest.raises(FileExistsError, match="holds something else than a saved network"):
        models.save(clothes, tmp_path)
    with pytest.raises(FileExistsError, match="choose another folder"):
        models.save(clothes, tmp_path / "photo.png")
    assert (tmp_path / "photo.png").read_bytes() == b"precious"


def test_a_save_that_breaks_off_leaves_what_was_there(clothes, tmp_path, monkeypatch):
    models.save(clothes, tmp_path / "mine")

    def full(self, path):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keras.Model, "save", full)
    with pytest.raises(OSError, match="No space left"):
        models.save(clothes.cut("conv1"), tmp_path / "mine")
    assert os.listdir(tmp_path) == ["mine"]
    assert models.load(tmp_path / "mine").class_names == clothes.class_names


def test_preprocessing_that_is_code_cannot_be_saved(clothes, tmp_path):
    with pytest.raises(UnusableNetwork, match=r"no file can hold; give it a models\.Preprocessing"):
        models.save(replace(clothes, preprocess=lambda images: images / 255), tmp_path / "mine")
    assert os.listdir(tmp_path) == []


def network(*layers, size=8):
    return keras.Sequential([keras.Input((size, size, 3)), *layers, keras.layers.GlobalAveragePooling2D()])


@pytest.mark.parametrize(
    ("odd", "message"),
    [
        (
            keras.Sequential([keras.layers.Dense(3)]),
            "a Keras model built for square pictures of a fixed size",
        ),
        (network(size=None), "of a fixed size"),
        (keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(3, 3)]), "one output"),
        (network(keras.layers.Lambda(lambda x: x / 255)), "a layer that is code of one's own"),
        ("clothes", "a Keras model"),
    ],
    ids=["not built", "any size", "maps", "lambda", "text"],
)
def test_networks_of_another_form_are_refused(odd, message):
    with pytest.raises(UnusableNetwork, match=message):
        models.own(odd, "odd")


def test_names_that_do_not_fit_are_refused(clothes):
    with pytest.raises(UnusableNetwork, match="has 5 outputs, but 2 class names were given"):
        models.own(clothes.network, "odd", class_names=("a", "b"))
    with pytest.raises(UnknownLayer, match=r"no layer 'conv3' that gives maps.* 'conv"):
        models.own(clothes.network, "odd", layers=["conv3"])


def test_what_save_did_not_write_is_refused(clothes, tmp_path):
    with pytest.raises(UnreadableModel, match=r"no network that models\.save wrote.*backbone"):
        models.load(tmp_path)
    with pytest.raises(UnknownModel, match=r"no model '.*nothing', nor a folder of one"):
        models.load(tmp_path / "nothing")
    folder = models.save(clothes, tmp_path / "mine")
    with pytest.raises(ModelError, match="loads as it was saved"):
        models.load(folder, size=32)
    facts = json.loads((folder / "backbone.json").read_text())
    for wrong, message in (
        ({**facts, "format": 2}, "of format 2, where 1 can be read"),
        ({**facts, "preprocessing": {"run": "rm"}}, "unexpected keyword"),
        ({"format": 1}, "sha256"),
        ([], "list indices"),
    ):
        (folder / "backbone.json").write_text(json.dumps(wrong))
        with pytest.raises(UnreadableModel, match=message):
            models.load(folder)
    (folder / "backbone.json").write_text(json.dumps(facts)[:50])
    with pytest.raises(UnreadableModel, match="no network that"):
        models.load(folder)


def test_a_damaged_network_is_refused(clothes, tmp_path):
    folder = models.save(clothes, tmp_path / "mine")
    file = folder / "network.keras"
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(UnreadableModel, match=r"network\.keras is damaged"):
        models.load(folder)
    file.unlink()
    with pytest.raises(UnreadableModel, match=r"No such file.*network\.keras"):
        models.load(folder)
