"""Pretrained networks: from bytes to something that turns pictures into features.

Examples
--------
>>> [card.name for card in list()]
['efficientnet-lite0', 'xception', 'vgg16-hed', 'vgg16', 'vgg19', 'inception-v3', 'resnet50']
"""

import importlib

from tlcourse.models.backbone import Backbone
from tlcourse.models.cards import ModelCard
from tlcourse.models.catalogue import load
from tlcourse.models.errors import (
    ModelError,
    NoHead,
    UnknownLayer,
    UnknownModel,
    UnknownWeights,
    UnreadableModel,
    UnsuitableSize,
    UnusableNetwork,
    WeightsOutOfReach,
    WrongRange,
)
from tlcourse.models.names import imagenet_class_names
from tlcourse.models.preprocessing import Preprocessing
from tlcourse.models.saved import own, save
from tlcourse.models.torch_checkpoint import CheckpointError, CorruptCheckpoint, UnsafePickle
from tlcourse.models.zoo import list

# Their modules are TensorFlow through and through, and are imported when first used.
_HUB = {
    "HubError": "hub_layer",
    "HubLayer": "hub_layer",
    "NotASavedModel": "hub_layer",
    "UnfitInput": "hub_layer",
    "UnknownSignature": "tfhub",
    "UnreachableModule": "tfhub",
    "export_hub": "tfhub",
    "load_hub": "tfhub",
}

__all__ = [
    *_HUB,
    "Backbone",
    "CheckpointError",
    "CorruptCheckpoint",
    "ModelCard",
    "ModelError",
    "NoHead",
    "Preprocessing",
    "UnknownLayer",
    "UnknownModel",
    "UnknownWeights",
    "UnreadableModel",
    "UnsafePickle",
    "UnsuitableSize",
    "UnusableNetwork",
    "WeightsOutOfReach",
    "WrongRange",
    "imagenet_class_names",
    "list",
    "load",
    "own",
    "save",
]


def __getattr__(name: str):
    if name in _HUB:
        return getattr(importlib.import_module(f"{__name__}.{_HUB[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
