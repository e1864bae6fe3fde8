"""Loading a network, of the zoo by its name or of one's own from its folder."""

import operator
import os
from dataclasses import replace
from pathlib import Path

from tlcourse import assets
from tlcourse.assets.errors import AssetError, suggest
from tlcourse.models import zoo
from tlcourse.models.backbone import Backbone
from tlcourse.models.errors import ModelError, NoHead, UnknownModel, UnknownWeights, UnsuitableSize
from tlcourse.models.names import imagenet_class_names
from tlcourse.models.saved import is_saved, read
from tlcourse.models.zoo import ZOO, Entry


def load(
    name: str | os.PathLike,
    head: bool = False,
    weights: str = "imagenet",
    seed: int = 0,
    size: int | None = None,
) -> Backbone:
    """Load a pretrained network.

    Parameters
    ----------
    name : str or path-like
        One of those in `list`, or the folder of a network of one's own, from `save`.
    head : bool
        Keep the classifier: the network then gives the probabilities of ImageNet's 1,000 classes. For a
        network of Keras Applications this takes its official weights, at its own size.
    weights : {"imagenet", "random"}
        What was learned (on ImageNet, and by ``vgg16-hed`` on edges after that), or an untrained network
        drawn from `seed`: the *random features* baseline.
    seed : int
        For random weights only: the same seed gives the same weights.
    size : int, optional
        Height and width of the pictures to feed it, if other than the size it was made for.

    Returns
    -------
    Backbone
        Its network is frozen, ready to extract features from.

    Raises
    ------
    UnknownModel
        If there is no model of this name, nor a folder.
    UnknownWeights
        If `weights` is neither of the two.
    UnsuitableSize
        If `size` is under what the network can take.
    NoHead
        If `head` is asked for where there is none.
    WeightsOutOfReach
        If the host of the official weights cannot be reached; the message names what can be had.
    CheckpointError
        If the file of weights is damaged or not this network's.
    UnreadableModel
        If a folder is not, or no longer, what `save` wrote.

    Examples
    --------
    >>> load("efficientnet-lite0").network.output_shape  # doctest: +SKIP
    (None, 1280)
    >>> load("xception", size=150)  # doctest: +SKIP
    Backbone('xception': 150×150 pixels -> 2,048 features, 20,861,480 parameters)
    """
    if name not in ZOO:
        folder = Path(name).expanduser()
        if not folder.is_dir() or not (isinstance(name, os.PathLike) or is_saved(folder)):
            raise UnknownModel(
                f"There is no model {str(name)!r}, nor a folder of one.{suggest(str(name), ZOO)}"
            )
        if head or weights != "imagenet" or size is not None:
            raise ModelError(f"{name} is a saved network: it loads as it was saved, without other options.")
        return read(folder)
    entry = ZOO[name]
    if weights not in ("imagenet", "random"):
        raise UnknownWeights(f"{name} has no weights {weights!r}; give 'imagenet' or 'random'.")
    size = _check_size(name, entry, size)
    _check_head(name, entry, head, weights, size)
    card = zoo.card(name)
    if weights == "random":
        card = replace(card, weights=f"random, seed {seed}: an untrained control")
    network = _network(name, head, weights, seed, size)
    network.trainable = False
    return Backbone(
        name=name,
        network=network,
        preprocess=entry.preprocessing,
        input_size=size,
        card=card,
        class_names=imagenet_class_names() if head else (),
        layers=card.layers,
    )


def _network(name: str, head: bool, weights: str, seed: int, size: int):
    entry = ZOO[name]
    from tlcourse.models import keras_zoo

    if not entry.application:
        from tlcourse.models import efficientnet_lite, torch_checkpoint

        network = efficientnet_lite.build(head, size)
        if weights == "imagenet":
            checkpoint = assets.fetch(name) / f"{name}.pth"
            efficientnet_lite.load_weights(network, torch_checkpoint.read_checkpoint(checkpoint), checkpoint)
            return network
    elif weights == "random":
        network = keras_zoo.build(name, size)
    elif head or not entry.asset:
        return keras_zoo.load_official(name, head, size)
    elif name == "vgg16-hed":
        return keras_zoo.load_hed(assets.fetch(name) / "hed.weights.h5", size)
    else:
        try:
            file = assets.fetch(name) / "kitchenware.keras"
        except AssetError:
            return keras_zoo.load_official(name, head, size)
        return keras_zoo.load_xception(file, size)
    keras_zoo.randomise(network, seed)
    return network


def _check_size(name: str, entry: Entry, size: int | None) -> int:
    own, least = entry.facts["input_size"], entry.facts["minimum_size"]
    if size is None:
        return own
    try:
        number = operator.index(size)
    except TypeError:
        number = 0
    if number < least or isinstance(size, bool):
        raise UnsuitableSize(
            f"{name} was to take pictures of size {size!r}; give a whole number of pixels, at least {least} "
            f"(its own size is {own})."
        )
    return number


def _check_head(name: str, entry: Entry, head: bool, weights: str, size: int) -> None:
    if not head or not entry.application:
        return
    if not entry.official:
        raise NoHead(f"{name} has no head that names classes; leave head out.")
    own = entry.facts["input_size"]
    if weights != "imagenet" or size != own:
        raise NoHead(
            f"{name} has its head only with its official weights and for pictures of {own} × {own}; leave "
            "out head, or weights and size."
        )
