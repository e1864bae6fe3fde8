"""Backbones: loading, cutting, looking inside, telling one from another."""

import subprocess
import sys
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from tlcourse import models
from tlcourse.assets import Card
from tlcourse.models import UnknownLayer, UnknownModel, UnknownWeights


@pytest.fixture(scope="module")
def untrained():
    return models.load("efficientnet-lite0", weights="random")


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).integers(0, 256, (2, 224, 224, 3), dtype=np.uint8)


def test_an_unknown_model_suggests_the_nearest():
    with pytest.raises(UnknownModel, match="Did you mean 'efficientnet-lite0'"):
        models.load("efficientnet-lite")


def test_unknown_weights_are_refused_with_those_there_are():
    with pytest.raises(UnknownWeights, match="'imagenet' or 'random'"):
        models.load("efficientnet-lite0", weights="places365")


def test_a_loaded_network_is_frozen(untrained):
    assert untrained.network.trainable_weights == []


def test_a_cut_gives_the_average_of_the_layers_activations(untrained, images):
    maps = untrained.activations(images, "block4a")
    assert maps.shape == (2, 14, 14, 80)
    pooled = untrained.cut("block4a").network(untrained.preprocess(images), training=False)
    np.testing.assert_allclose(pooled, maps.mean(axis=(1, 2)), rtol=1e-4, atol=1e-5)


def test_a_cut_at_the_top_is_the_backbone_itself(untrained, images):
    inputs = untrained.preprocess(images)
    np.testing.assert_allclose(
        untrained.cut("top").network(inputs, training=False), untrained.network(inputs, training=False)
    )


def test_a_cut_at_several_layers_gives_them_side_by_side(untrained):
    both = untrained.cut("block6a", "stem")
    assert both.network.output_shape == (None, 192 + 32)
    assert both.layers[-1] == "block6a"


def test_the_card_of_a_cut_speaks_of_what_is_left(untrained):
    cut = untrained.cut("block4a")
    assert cut.card.parameters == cut.network.count_params() < untrained.card.parameters / 4
    assert cut.card.multiply_adds == cut.multiply_adds < untrained.card.multiply_adds
    assert cut.card.layers == cut.layers == untrained.layers[: len(cut.layers)]
    assert cut.layers[-1] == "block4a"
    same = dict.fromkeys(("parameters", "multiply_adds", "layers"))
    assert replace(cut.card, **same) == replace(untrained.card, **same)
    assert untrained.cut("top").card == untrained.card


def test_a_card_without_such_facts_survives_a_cut(untrained):
    plain = Card("plain", "A card of a data set's kind")
    assert replace(untrained, card=plain).cut("stem").card == plain


def test_a_cut_at_an_unknown_layer_suggests_the_nearest(untrained):
    with pytest.raises(UnknownLayer, match=r"Did you mean .*'block4a'"):
        untrained.cut("block4")


def test_a_cut_backbone_cannot_be_cut_deeper(untrained):
    with pytest.raises(UnknownLayer, match="'block7a'"):
        untrained.cut("block4a").cut("block7a")


@pytest.mark.parametrize(
    ("layers", "given"),
    [((), "no layer"), (("top", "top"), "'top', 'top'"), ((["stem", "top"],), r"\['stem', 'top'\]")],
)
def test_a_cut_at_no_layer_or_twice_at_one_is_refused(untrained, layers, given):
    with pytest.raises(UnknownLayer, match=f"cut at {given}"):
        untrained.cut(*layers)


def test_fingerprints_tell_preprocessing_apart_by_what_it_does(untrained):
    ways = [lambda x: x / 255, lambda x: x / 128, partial(np.multiply, 2), lambda x: np.divide(x, 255)]
    prints = [replace(untrained, preprocess=way).fingerprint for way in ways]
    assert len(set(prints)) == 3
    assert prints[0] == prints[3]


def test_fingerprints_tell_cuts_apart_and_are_the_same_each_time(untrained):
    prints = [untrained.cut(layer).fingerprint for layer in ("block1a", "block1a", "block2a")]
    assert prints[0] == prints[1] != prints[2]
    assert untrained.fingerprint not in prints


def test_fingerprint_changes_with_a_single_weight():
    backbone = models.load("efficientnet-lite0", weights="random")
    before = backbone.fingerprint
    bias = backbone.network.get_layer("top_bn").beta
    bias.assign(np.asarray(bias) + np.eye(1, 1280, 7)[0])
    assert backbone.fingerprint != before


def test_repr_says_what_goes_in_and_out(untrained):
    assert repr(untrained) == (
        "Backbone('efficientnet-lite0': 224×224 pixels -> 1,280 features, 3,413,024 parameters)"
    )


def test_importing_models_does_not_import_tensorflow():
    code = "import sys, tlcourse.models; sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_loading_writes_nothing_to_standard_error():
    code = "from tlcourse import models; models.load('efficientnet-lite0', weights='random')"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
