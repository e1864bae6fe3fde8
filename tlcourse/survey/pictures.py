"""The survey's pictures: three targets, four sources, three baselines."""

from functools import cache
from pathlib import Path

import numpy as np

from tlcourse import assets, datasets, models, transfer
from tlcourse.datasets import Images

# Four kinds that the source made here never sees; it learns from the official training part, its target is
# drawn from the test part.
HELD_OUT = ("dress", "coat", "shirt", "sneaker")
_DIGITS, _CLOTHES, _SOURCE = 500, 400, 12_000
_PASSES, _BATCH, _SMALL = 2, 64, 96


def _stamps() -> Images:
    return datasets.load("stamps")


def _digits() -> Images:
    digits = datasets.load("digits", size=_SMALL)
    return digits.subset(np.random.default_rng(0).permutation(len(digits))[:_DIGITS])


def _clothes() -> Images:
    fashion = datasets.load("fashion-mnist")
    return fashion.subset(_fashion(fashion, held_out=True)[:_CLOTHES])


def _fashion(fashion: Images, held_out: bool) -> np.ndarray:
    """Return the held-out kinds of the official test part, or the others of the training part, shuffled."""
    is_held_out = np.isin(fashion.labels, [fashion.class_names.index(name) for name in HELD_OUT])
    for_training = np.arange(len(fashion)) < 60_000
    wanted = is_held_out & ~for_training if held_out else ~is_held_out & for_training
    return np.random.default_rng(0).permutation(np.flatnonzero(wanted))


def _by(backbone):
    """Return the function that extracts features by a backbone, which is loaded when first needed."""
    loaded = cache(backbone)
    return lambda data: transfer.extract_features(loaded(), data.images)


def clothes_network(trained: bool = True) -> models.Backbone:
    """Load the source made here: a small network that tells six kinds of clothes apart, as in lesson 03.

    Parameters
    ----------
    trained : bool
        Or as it was before training, with random weights: the baseline *random features*.

    Returns
    -------
    Backbone
        Its features are the last convolution's maps, laid out in a row of 576 numbers. It is trained when
        first asked for and then kept.
    """
    from tlcourse.quiet import quiet_stderr

    with quiet_stderr():
        import keras
        from keras import layers

    keras.utils.set_random_seed(0)
    network = keras.Sequential([keras.Input((28, 28, 3)), layers.Rescaling(1 / 255)])
    for width in (16, 32, 64):
        network.add(layers.Conv2D(width, 3, padding="same", activation="relu"))
        network.add(layers.MaxPooling2D())
    network.add(layers.Flatten(name="maps"))
    network.add(layers.Dense(64, activation="relu"))
    network.add(layers.Dense(10, activation="softmax"))

    def train(path: Path) -> None:
        fashion = datasets.load("fashion-mnist")
        source = fashion.subset(_fashion(fashion, held_out=False)[:_SOURCE])
        network.compile("adam", "sparse_categorical_crossentropy")
        network.fit(source.images.astype("float32"), source.labels, _BATCH, _PASSES, verbose=0)
        network.save_weights(path)

    if trained:
        key = f"clothes-{_SOURCE}-{_PASSES}-{_BATCH}-keras-{keras.__version__}"
        network.load_weights(assets.derived("survey", key, ".weights.h5", train))
    features = keras.Model(network.inputs[0], network.get_layer("maps").output)
    return models.own(features, "clothes-net" if trained else "clothes-net, untrained")


TARGETS = {"stamps": _stamps, "digits": _digits, "clothes": _clothes}
SOURCES = {
    "ImageNet": _by(lambda: models.load("efficientnet-lite0")),
    "ImageNet, 96 px": _by(lambda: models.load("efficientnet-lite0", size=_SMALL)),
    "VGG-16, edges": _by(lambda: models.load("vgg16-hed", size=_SMALL)),
    "Fashion-MNIST": _by(clothes_network),
}
BASELINES = {
    "pixels": lambda data: transfer.pixels(data.images),
    "HOG": lambda data: transfer.hog(data.images),
    "random features": _by(lambda: clothes_network(trained=False)),
}
# A class of stamps has fewer than 20 pictures left to learn from: of it, all there are.
OPTIONS = {name: {"up_to": True} for name in TARGETS}
