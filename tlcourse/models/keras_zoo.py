"""The networks of Keras Applications, with their official weights, the course's copies, or none."""

import os
import re
import socket
from pathlib import Path

import numpy as np

from tlcourse import assets
from tlcourse.models.errors import WeightsOutOfReach
from tlcourse.models.zoo import ZOO
from tlcourse.quiet import quiet_stderr

with quiet_stderr():
    import keras
    import tensorflow  # noqa: F401  as in efficientnet_lite


def build(name: str, size: int) -> keras.Model:
    """Build a network without its head, ending in globally average-pooled features, untrained."""
    return _pooled(_application(name, size, head=False, weights=None), name)


def load_official(name: str, head: bool, size: int) -> keras.Model:
    """Build a network with the weights that Keras's own downloader fetches, or has fetched, and checks.

    Raises
    ------
    WeightsOutOfReach
        If they cannot be had, or are not as Keras expects them.
    """
    network, patience = assets.network(), socket.getdefaulttimeout()
    try:
        if not _downloaded(name, head).exists():
            network.require(name)
        # Keras sets no time limit of its own, so that a silent server would keep it for ever.
        socket.setdefaulttimeout(network.timeout)
        model = _application(name, size, head, weights="imagenet")
    except Exception as error:  # Keras raises a bare Exception for whatever befalls its download
        others = ", ".join(repr(other) for other, entry in ZOO.items() if entry.asset and other != name)
        raise WeightsOutOfReach(
            f"The official weights of {name} cannot be had ({str(error).rstrip('.')}): load {others} "
            f"instead, or {name!r} with weights='random', untrained."
        ) from error
    finally:
        socket.setdefaulttimeout(patience)
    return model if head else _pooled(model, name)


def load_xception(file: Path, size: int) -> keras.Model:
    """Build Xception with the weights that are frozen inside the asset's classifier of kitchenware."""
    network = build("xception", size)
    inner = keras.saving.load_model(file, compile=False).get_layer("xception")
    network.set_weights(inner.get_weights())
    return network


def load_hed(file: Path, size: int) -> keras.Model:
    """Build VGG-16 with the convolutions of the asset's edge detector."""
    import h5py

    network = build("vgg16-hed", size)
    with h5py.File(file) as weights:
        for layer in network.layers:
            if match := re.fullmatch(r"(block\d)_conv(\d)", layer.name):
                inside = "conv2d" if match[2] == "1" else f"conv2d_{int(match[2]) - 1}"
                stored = weights[f"{match[1]}/layers/{inside}/vars"]
                layer.set_weights([stored["0"][()], stored["1"][()]])
    return network


def randomise(network: keras.Model, seed: int) -> None:
    """Draw the weights anew from a seed, as before any training: the *random features* baseline.

    Kernels follow He et al.'s normal distribution over their outputs, as EfficientNet's own training did; the
    rest starts where Keras starts it.
    """
    rng = np.random.default_rng(seed)
    for weight in network.weights:
        if weight.name.endswith("kernel"):
            *window, _inputs, outputs = weight.shape
            weight.assign(rng.normal(0, np.sqrt(2 / (np.prod(window) * outputs)), weight.shape))


def _application(name: str, size: int, head: bool, weights: str | None) -> keras.Model:
    function = getattr(keras.applications, ZOO[name].application)
    image = keras.Input((size, size, 3), name="image")
    network = function(include_top=head, weights=weights, input_tensor=image, name=name)
    _name_layers(network)
    return network


def _pooled(network: keras.Model, name: str) -> keras.Model:
    features = keras.layers.GlobalAveragePooling2D(name="features")(network.output)
    return keras.Model(network.inputs[0], features, name=name)


def _name_layers(network: keras.Model) -> None:
    """Give a fixed name to each layer that Keras left without one.

    Keras numbers these through a whole session, so that a second network of the same kind would have other
    names, and another fingerprint. Here the numbers begin anew, as in a fresh session; but Xception's sums,
    at each of which a block ends, are named after the block.
    """
    seen: dict[str, int] = {}
    for layer in network.layers:
        stem = re.sub(r"_\d+$", "", layer.name)
        if stem.replace("_", "") != type(layer).__name__.lower():
            continue
        number = seen[stem] = seen.get(stem, -1) + 1
        if network.name == "xception" and stem == "add":
            layer.name = f"block{number + 2}_add"
        else:
            layer.name = f"{stem}_{number}" if number else stem


def _downloaded(name: str, head: bool) -> Path:
    home = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
    notop = "" if head else "_notop"
    stem = name.replace("-", "_")
    return Path(home, "models", f"{stem}_weights_tf_dim_ordering_tf_kernels{notop}.h5")
