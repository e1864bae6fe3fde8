"""Pretrained networks: from bytes to something that turns pictures into features.

Examples
--------
>>> [card.name for card in list()]
['efficientnet-lite0']
"""

from tlcourse import assets
from tlcourse.assets.errors import suggest
from tlcourse.models.backbone import Backbone, UnknownLayer
from tlcourse.models.names import imagenet_class_names
from tlcourse.models.torch_checkpoint import CheckpointError, CorruptCheckpoint, UnsafePickle

__all__ = [
    "Backbone",
    "CheckpointError",
    "CorruptCheckpoint",
    "UnknownLayer",
    "UnknownModel",
    "UnknownWeights",
    "UnsafePickle",
    "imagenet_class_names",
    "list",
    "load",
]

_NAMES = ("efficientnet-lite0",)


class UnknownModel(ValueError):
    """A model was asked for by a name that does not exist."""


class UnknownWeights(ValueError):
    """A model was asked for with a kind of weights that does not exist."""


def list() -> list[assets.Card]:
    """List the networks that `load` can give, by their cards; nothing is fetched."""
    return [assets.card(name) for name in _NAMES]


def load(name: str, head: bool = False, weights: str = "imagenet", seed: int = 0) -> Backbone:
    """Load a pretrained network.

    Parameters
    ----------
    name : str
        One of those in `list`.
    head : bool
        Keep the classifier: the network then gives the probabilities of ImageNet's 1,000 classes.
    weights : {"imagenet", "random"}
        What was learned on ImageNet, or an untrained network drawn from `seed`: the *random features*
        baseline.
    seed : int
        For random weights only: the same seed gives the same weights.

    Returns
    -------
    Backbone
        Its network is frozen, ready to extract features from.

    Raises
    ------
    UnknownModel
        If there is no model of this name.
    UnknownWeights
        If `weights` is neither of the two.
    CheckpointError
        If the file of weights is damaged or not this network's.

    Examples
    --------
    >>> load("efficientnet-lite0").network.output_shape  # doctest: +SKIP
    (None, 1280)
    """
    if name not in _NAMES:
        raise UnknownModel(f"There is no model {name!r}.{suggest(name, _NAMES)}")
    if weights not in ("imagenet", "random"):
        raise UnknownWeights(f"{name} has no weights {weights!r}; give 'imagenet' or 'random'.")

    from tlcourse.models import efficientnet_lite, torch_checkpoint

    network = efficientnet_lite.build(head)
    if weights == "random":
        efficientnet_lite.randomise(network, seed)
    else:
        checkpoint = assets.fetch(name) / f"{name}.pth"
        efficientnet_lite.load_weights(network, torch_checkpoint.read_checkpoint(checkpoint), checkpoint)
    network.trainable = False
    return Backbone(
        name=name,
        network=network,
        preprocess=efficientnet_lite.preprocess,
        input_size=efficientnet_lite.INPUT_SIZE,
        card=assets.card(name),
        class_names=imagenet_class_names() if head else (),
        layers=efficientnet_lite.LAYERS,
    )
