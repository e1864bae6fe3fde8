"""EfficientNet-Lite0 in Keras, with the weights its authors trained on ImageNet.

The checkpoint is a PyTorch port of TensorFlow's network; here it goes back, so the details are TensorFlow's:
'same' padding, a BatchNormalization epsilon of 1e-3, ReLU6, and no squeeze-and-excite anywhere.
"""

import os

import numpy as np

from tlcourse.models.torch_checkpoint import CorruptCheckpoint
from tlcourse.quiet import quiet_stderr

with quiet_stderr():
    import keras
    import tensorflow  # noqa: F401  Keras loads it piecemeal; all notices come out here, and are held back here

_CLASSES = 1000

# (repeats, kernel size, stride of the first, expansion, channels out); the tail of Tan and Le's table 1.
_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
_BLOCKS = [
    (f"block{stage}{'abcd'[repeat]}", kernel, stride if repeat == 0 else 1, expansion, channels)
    for stage, (repeats, kernel, stride, expansion, channels) in enumerate(_STAGES, start=1)
    for repeat in range(repeats)
]
LAYERS = ("stem", *(name for name, *_ in _BLOCKS), "top")


def build(head: bool, size: int = 224) -> keras.Model:
    """Build the network, with Keras's own initial weights.

    Each layer named in `LAYERS` gives the output of its whole block, so that a cut never falls inside one.

    Parameters
    ----------
    head : bool
        End in 1,000 class probabilities rather than in 1,280 pooled features.
    size : int
        Height and width of the pictures to take.
    """
    image = keras.Input((size, size, 3), name="image")
    x = _conv(image, "stem_conv", 32, 3, strides=2)
    x = _relu6(_norm(x, "stem_bn"), "stem")
    for name, kernel, stride, expansion, channels in _BLOCKS:
        x = _block(x, name, kernel, stride, expansion, channels)
    x = _conv(x, "top_conv", 1280, 1)
    x = _relu6(_norm(x, "top_bn"), "top")
    x = keras.layers.GlobalAveragePooling2D(name="features")(x)
    if head:
        x = keras.layers.Dense(_CLASSES, activation="softmax", name="probabilities")(x)
    return keras.Model(image, x, name="efficientnet-lite0")


def _block(x, name, kernel, stride, expansion, channels):
    shortcut = x
    if expansion > 1:
        x = _conv(x, f"{name}_expand_conv", x.shape[-1] * expansion, 1)
        x = _relu6(_norm(x, f"{name}_expand_bn"), f"{name}_expand")
    x = keras.layers.DepthwiseConv2D(
        kernel, strides=stride, padding="same", use_bias=False, name=f"{name}_depthwise_conv"
    )(x)
    x = _relu6(_norm(x, f"{name}_depthwise_bn"), f"{name}_depthwise")
    x = _conv(x, f"{name}_project_conv", channels, 1)
    if stride == 1 and shortcut.shape[-1] == channels:
        return keras.layers.Add(name=name)([_norm(x, f"{name}_project_bn"), shortcut])
    return _norm(x, name)


def _conv(x, name, channels, kernel, strides=1):
    return keras.layers.Conv2D(channels, kernel, strides=strides, padding="same", use_bias=False, name=name)(
        x
    )


def _norm(x, name):
    return keras.layers.BatchNormalization(epsilon=1e-3, name=name)(x)


def _relu6(x, name):
    return keras.layers.ReLU(max_value=6, name=name)(x)


def load_weights(network: keras.Model, tensors: dict[str, np.ndarray], file: str | os.PathLike) -> None:
    """Copy a checkpoint's tensors into the network.

    Parameters
    ----------
    network : keras.Model
        From `build`.
    tensors : dict of str to ndarray
        From `tlcourse.models.torch_checkpoint.read_checkpoint`.
    file : path-like
        What they were read from, for an error to name.

    Raises
    ------
    CorruptCheckpoint
        If a tensor the network needs is not there, or is of another shape.
    """
    try:
        _set_weights(network, tensors)
    except KeyError as error:
        raise CorruptCheckpoint(f"{file} lacks the tensor {error}; fetch it again.") from error
    except ValueError as error:
        raise CorruptCheckpoint(
            f"{file} holds a tensor of the wrong shape ({error}); fetch it again."
        ) from error


def _set_weights(network: keras.Model, tensors: dict[str, np.ndarray]) -> None:
    for layer in network.layers:
        if not layer.weights:
            continue
        prefix = _torch_name(layer)
        if isinstance(layer, keras.layers.BatchNormalization):
            names = ("weight", "bias", "running_mean", "running_var")
            layer.set_weights([tensors[f"{prefix}.{name}"] for name in names])
        elif isinstance(layer, keras.layers.DepthwiseConv2D):
            layer.set_weights([tensors[f"{prefix}.weight"].transpose(2, 3, 0, 1)])
        elif isinstance(layer, keras.layers.Conv2D):
            layer.set_weights([tensors[f"{prefix}.weight"].transpose(2, 3, 1, 0)])
        else:
            layer.set_weights([tensors[f"{prefix}.weight"].T, tensors[f"{prefix}.bias"]])


def _torch_name(layer: keras.layers.Layer) -> str:
    outside = {"stem_conv": "_conv_stem", "stem_bn": "_bn0", "top_conv": "_conv_head", "top_bn": "_bn1"}
    if layer.name in outside:
        return outside[layer.name]
    if not layer.name.startswith("block"):
        return "_fc"
    block, _, part = layer.name.partition("_")
    # Where a block has no shortcut to add, its last normalisation carries the block's own name.
    inside = {"expand_bn": "_bn0", "depthwise_bn": "_bn1", "project_bn": "_bn2", "": "_bn2"}
    return f"_blocks.{LAYERS.index(block) - 1}.{inside.get(part, f'_{part}')}"
