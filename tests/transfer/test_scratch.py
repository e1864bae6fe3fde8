"""The small network trained from scratch."""

import numpy as np
import pytest

from tlcourse.transfer import small_cnn


@pytest.fixture(scope="module")
def stripes():
    """Forty noisy pictures of upright or lying stripes, which take a convolution to tell apart."""
    rng = np.random.default_rng(0)
    labels = np.array(["lying", "upright"])[np.arange(40) % 2]
    waves = np.where(np.arange(32) // 4 % 2, 190, 60)
    images = [
        np.broadcast_to(np.roll(waves, shift)[None, :], (32, 32)).T
        if label == "lying"
        else np.broadcast_to(np.roll(waves, shift)[None, :], (32, 32))
        for label, shift in zip(labels, rng.integers(0, 8, 40), strict=True)
    ]
    noisy = np.stack(images)[..., None] + rng.normal(0, 30, (40, 32, 32, 3))
    return noisy.clip(0, 255).astype(np.uint8), labels


@pytest.fixture(scope="module")
def fitted(stripes):
    images, labels = stripes
    return small_cnn(images[:20], labels[:20], seed=0)


def test_small_cnn_names_new_pictures_of_what_it_learned(fitted, stripes):
    images, labels = stripes
    assert (fitted.predict(images[20:]) == labels[20:]).mean() >= 0.9


def test_small_cnn_probabilities_belong_to_its_classes(fitted, stripes):
    images, _ = stripes
    probabilities = fitted.predict_proba(images)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(fitted.classes[probabilities.argmax(axis=1)], fitted.predict(images))


def test_small_cnn_history_has_loss_accuracy_and_time_of_each_epoch(fitted):
    lengths = {name: len(values) for name, values in fitted.history.items()}
    assert lengths == {"accuracy": 30, "loss": 30, "seconds": 30}
    assert fitted.history["seconds"] == sorted(fitted.history["seconds"])
    assert fitted.history["loss"][-1] < fitted.history["loss"][0]
    assert repr(fitted).endswith("after 30 epochs")


def test_small_cnn_after_other_fits_is_the_same_and_earlier_ones_are_unmoved(fitted, stripes):
    """Fits share one compiled network; nothing of one may reach another."""
    images, labels = stripes
    before = fitted.predict_proba(images)
    other = small_cnn(images[:20], labels[:20], seed=1)
    again = small_cnn(images[:20], labels[:20], seed=0)
    np.testing.assert_array_equal(again.predict_proba(images), before)
    np.testing.assert_array_equal(fitted.predict_proba(images), before)
    assert not np.array_equal(other.predict_proba(images), before)


def test_small_cnn_measures_on_validation_pictures_and_is_not_changed_by_them(fitted, stripes):
    images, labels = stripes
    watched = small_cnn(images[:20], labels[:20], seed=0, validation=(images[20:], labels[20:]))
    right = (watched.predict(images[20:]) == labels[20:]).mean()
    assert watched.history["val_accuracy"][-1] == pytest.approx(right)
    np.testing.assert_array_equal(watched.predict_proba(images), fitted.predict_proba(images))


def test_small_cnn_on_one_picture_of_each_class_makes_sixty_updates(stripes):
    images, labels = stripes
    assert len(small_cnn(images[:2], labels[:2]).history["loss"]) == 60
