"""Fine-tuning a network small enough to train in a moment."""

import numpy as np
import pytest

from tlcourse import models, transfer
from tlcourse.assets import Card
from tlcourse.datasets import Images, Split
from tlcourse.transfer import CannotFineTune, Schedule, fine_tune, finetune

SIZE = 16
QUICK = Schedule(head_epochs=4, epochs=4, rate=1e-2, head_rate=1e-2, patience=None)


@pytest.fixture(scope="module")
def backbone():
    import keras

    keras.utils.set_random_seed(0)
    x = image = keras.Input((SIZE, SIZE, 3), name="image")
    for name in ("low", "middle", "high"):
        x = keras.layers.Conv2D(8, 3, padding="same", name=f"{name}_conv")(x)
        x = keras.layers.BatchNormalization(name=f"{name}_bn")(x)
        x = keras.layers.ReLU(name=name)(x)
    network = keras.Model(image, keras.layers.GlobalAveragePooling2D(name="features")(x))
    network.trainable = False
    layers = ("low", "middle", "high")
    return models.Backbone("tiny", network, halve, SIZE, Card("tiny", "Tiny"), layers=layers)


def halve(images):
    return np.asarray(images, np.float32) / 128


@pytest.fixture(scope="module")
def split():
    """Dark pictures and bright ones."""
    rng = np.random.default_rng(0)
    labels = np.arange(40) % 2
    pixels = rng.integers(0, 120, (40, SIZE, SIZE, 3)) + 100 * labels[:, None, None, None]
    data = Images(pixels.astype(np.uint8), labels, ("dark", "bright"), Card("shades", "Shades"))
    return Split(data.subset(np.arange(20)), data.subset(np.arange(20, 30)), data.subset(np.arange(30, 40)))


@pytest.fixture(scope="module")
def tuned(backbone, split):
    return fine_tune(backbone, split, unfreeze=2, schedule=QUICK)


def test_fine_tuned_network_names_new_pictures(tuned, split):
    assert (tuned.predict(split.test.images) == split.test.labels).all()


def test_fine_tuning_leaves_the_backbone_and_its_frozen_part_unmoved(backbone, split):
    before = backbone.network.get_weights()
    tuned = fine_tune(backbone, split, unfreeze="high", schedule=QUICK)
    for weight, now in zip(before, backbone.network.get_weights(), strict=True):
        np.testing.assert_array_equal(weight, now)
    np.testing.assert_array_equal(tuned.lower.get_layer("low_conv").kernel, before[0])
    assert tuned.unfrozen == ("high",)
    assert not np.array_equal(
        tuned.tail.get_layer("high_conv").kernel, backbone.network.get_layer("high_conv").kernel
    )


@pytest.mark.parametrize("mode", ["inference", "training"])
def test_batch_norm_keeps_the_sources_statistics_unless_asked(backbone, split, mode):
    schedule = Schedule(head_epochs=0, epochs=3, patience=None, batch_norm=mode)
    tuned = fine_tune(backbone, split, unfreeze=3, schedule=schedule)
    for name in ("low_bn", "middle_bn", "high_bn"):
        unmoved = np.array_equal(
            tuned.tail.get_layer(name).moving_mean, backbone.network.get_layer(name).moving_mean
        )
        assert unmoved == (mode == "inference")


@pytest.mark.parametrize("depth", [0, 1, 3])
def test_whole_network_agrees_with_its_halves(backbone, split, depth):
    tuned = fine_tune(backbone, split, unfreeze=depth, schedule=QUICK)
    whole = np.asarray(tuned.network(backbone.preprocess(split.test.images)))
    np.testing.assert_allclose(whole, tuned.predict_proba(split.test.images), atol=1e-5)


def test_body_gives_the_features_that_the_head_classifies(tuned, backbone, split):
    features = transfer.extract_features(tuned.body, split.test.images, cache=False)
    scaled = 10 * features / np.linalg.norm(features, axis=1, keepdims=True)
    head = tuned.tail.get_layer("head")
    np.testing.assert_allclose(np.asarray(head(scaled)), tuned.predict_proba(split.test.images), atol=1e-4)
    original = transfer.extract_features(backbone, split.test.images, cache=False)
    assert not np.allclose(features, original, atol=1e-3)


def test_body_below_a_head_alone_is_the_backbone(backbone, split):
    assert fine_tune(backbone, split, schedule=QUICK).body is backbone


def test_head_alone_trains_nothing_else(backbone, split):
    tuned = fine_tune(backbone, split, unfreeze=0, schedule=QUICK)
    assert tuned.unfrozen == ()
    assert set(tuned.history["phase"]) == {"head"}
    assert [layer.name for layer in tuned.tail.layers if layer.weights] == ["head"]


def test_same_seed_gives_the_same_network_after_other_fits(backbone, split, tuned):
    other = fine_tune(backbone, split, unfreeze=2, schedule=QUICK, seed=1)
    again = fine_tune(backbone, split, unfreeze=2, schedule=QUICK)
    images = split.test.images
    np.testing.assert_array_equal(again.predict_proba(images), tuned.predict_proba(images))
    assert not np.array_equal(other.predict_proba(images), tuned.predict_proba(images))


def test_history_has_both_phases_in_order(tuned):
    assert tuned.history["phase"] == ["head"] * 4 + ["blocks"] * 4
    assert tuned.history["seconds"] == sorted(tuned.history["seconds"])


def test_weights_of_the_lowest_validation_loss_are_kept(backbone, split):
    wild = Schedule(head_epochs=10, head_rate=1e-2, epochs=6, rate=1.0, patience=None)
    tuned = fine_tune(backbone, split, unfreeze=3, schedule=wild)
    losses = tuned.history["val_loss"]
    assert losses[-1] > min(losses)
    probabilities = tuned.predict_proba(split.validation.images)
    kept = -np.log(probabilities[np.arange(10), split.validation.labels]).mean()
    assert kept == pytest.approx(min(losses), rel=1e-3)
    right = (tuned.predict(split.validation.images) == split.validation.labels).mean()
    assert tuned.validation_accuracy == pytest.approx(right)


def test_patience_ends_a_phase_that_no_longer_improves(backbone, split):
    schedule = Schedule(head_epochs=50, head_rate=10.0, epochs=0, patience=2)
    assert len(fine_tune(backbone, split, schedule=schedule).history["loss"]) < 50


def test_lower_blocks_learn_at_a_lower_rate(backbone, split):
    def moved(decay):
        schedule = Schedule(head_epochs=0, epochs=1, rate=1e-3, decay=decay, batch_size=20, patience=None)
        tuned = fine_tune(backbone, split, unfreeze=3, schedule=schedule)
        return [
            np.abs(tuned.tail.get_layer(name).kernel - backbone.network.get_layer(name).kernel).max()
            for name in ("low_conv", "middle_conv", "high_conv")
        ]

    # One update of Adam moves each weight by its rate.
    np.testing.assert_allclose(moved(1.0), [1e-3] * 3, rtol=0.05)
    np.testing.assert_allclose(moved(0.1), [1e-5, 1e-4, 1e-3], rtol=0.05)


def test_pull_keeps_source_weights_near_the_source_and_leaves_the_head_free(backbone, split):
    import keras

    def moved(l2_sp):
        schedule = Schedule(head_epochs=0, epochs=60, batch_size=20, rate=1e-3, patience=None, l2_sp=l2_sp)
        tail = fine_tune(backbone, split, unfreeze=2, schedule=schedule).tail
        starts = {
            "high_conv": backbone.network.get_layer("high_conv").kernel,
            "head": keras.initializers.GlorotUniform(0)((8, 2)),
        }
        return [np.abs(tail.get_layer(name).kernel - start).max() for name, start in starts.items()]

    free, weak, strong = (moved(l2_sp)[0] for l2_sp in (0.0, 1.0, 100.0))
    assert 3 * strong < weak < 0.8 * free
    assert moved(1e6)[1] > 5e-3


def test_only_training_pictures_are_mirrored(backbone, split, monkeypatch):
    seen = []
    run = finetune._maps
    monkeypatch.setattr(finetune, "_maps", lambda b, lower, x: seen.append(x) or run(b, lower, x))
    fine_tune(backbone, split, unfreeze=1, schedule=QUICK)
    assert [len(images) for images in seen] == [20, 20, 10]
    np.testing.assert_array_equal(seen[1], split.train.images[:, :, ::-1])
    np.testing.assert_array_equal(seen[2], split.validation.images)


@pytest.mark.parametrize("unfreeze", [-1, 4, "hihg"])
def test_depth_that_does_not_exist_is_refused(backbone, split, unfreeze):
    with pytest.raises(CannotFineTune, match="'high'" if unfreeze == "hihg" else "from 0"):
        fine_tune(backbone, split, unfreeze=unfreeze)


def test_data_that_cannot_be_learned_from_are_refused(backbone, split):
    one = split.train.subset(split.train.labels == 0)
    with pytest.raises(CannotFineTune, match="two classes"):
        fine_tune(backbone, split._replace(train=one))
    with pytest.raises(CannotFineTune, match="validation"):
        fine_tune(backbone, split._replace(validation=one.subset(np.arange(0))))
    with pytest.raises(CannotFineTune, match=r"datasets\.split"):
        fine_tune(backbone, split.train)


@pytest.mark.parametrize(
    "setting", [{"rate": 0}, {"epochs": -1}, {"batch_size": 0}, {"l2_sp": -1}, {"batch_norm": "off"}]
)
def test_schedule_that_makes_no_sense_is_refused(setting):
    with pytest.raises(CannotFineTune, match=next(iter(setting))):
        Schedule(**setting)
