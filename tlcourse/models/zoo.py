"""The networks that the course knows, by the names people use: facts only, read without TensorFlow."""

from dataclasses import dataclass

from tlcourse import assets
from tlcourse.models.cards import Cards, ModelCard
from tlcourse.models.preprocessing import Preprocessing

_IMAGENET = "ImageNet (1.28 million photos, 1,000 classes)"
_KERAS_HOST = "Keras Applications' own download"
_PLUS_MINUS_ONE = Preprocessing(subtract=127.5, divide=127.5)
_CAFFE = Preprocessing(subtract=(123.68, 116.779, 103.939), blue_first=True)
_VGG_PAPER = (
    "Simonyan and Zisserman, Very Deep Convolutional Networks for Large-Scale Image Recognition, "
    "ICLR 2015 (arXiv:1409.1556)"
)
_VGG = tuple(f"block{block}_pool" for block in range(1, 6))


@dataclass(frozen=True)
class Entry:
    """A network of the zoo.

    `application` is its name in ``keras.applications``, whose official weights it can have if `official`;
    `asset` says that the course's own asset of the same name holds weights.
    """

    facts: dict
    preprocessing: Preprocessing
    application: str = ""
    official: bool = False
    asset: bool = False


def _of_keras(title: str, **facts) -> dict:
    common = {"kind": "network", "version": "Keras Applications", "weights": _KERAS_HOST}
    return {"title": title, **common, "source_data": _IMAGENET, **facts}


ZOO = {
    "efficientnet-lite0": Entry(
        {
            "year": 2019,
            "source_data": _IMAGENET,
            "parameters": 3_413_024,
            "multiply_adds": 383_907_552,
            "input_size": 224,
            "minimum_size": 32,
            "weights": "the course's asset",
            "layers": (
                "stem",
                "block1a",
                "block2a",
                "block2b",
                "block3a",
                "block3b",
                "block4a",
                "block4b",
                "block4c",
                "block5a",
                "block5b",
                "block5c",
                "block6a",
                "block6b",
                "block6c",
                "block6d",
                "block7a",
                "top",
            ),
        },
        Preprocessing(subtract=127, divide=128),
        asset=True,
    ),
    "xception": Entry(
        {
            "year": 2017,
            "source_data": _IMAGENET,
            "parameters": 20_861_480,
            "multiply_adds": 8_355_355_496,
            "input_size": 299,
            "minimum_size": 71,
            "weights": f"the course's asset, else {_KERAS_HOST}",
            "layers": (
                "block1_conv2_act",
                *(f"block{block}_add" for block in range(2, 14)),
                "block14_sepconv1_act",
                "block14_sepconv2_act",
            ),
        },
        _PLUS_MINUS_ONE,
        "Xception",
        official=True,
        asset=True,
    ),
    "vgg16-hed": Entry(
        {
            "year": 2015,
            "source_data": f"{_IMAGENET}, then BSDS500 (outlines that people drew in photos)",
            "parameters": 14_714_688,
            "multiply_adds": 15_346_630_656,
            "input_size": 224,
            "minimum_size": 32,
            "weights": "the course's asset",
            "layers": _VGG,
        },
        Preprocessing(subtract=(122.67892, 116.66877, 104.00699), blue_first=True),
        "VGG16",
        asset=True,
    ),
    "vgg16": Entry(
        _of_keras(
            "VGG-16, trained on ImageNet",
            licence="CC-BY-4.0 (Visual Geometry Group, University of Oxford)",
            citation=_VGG_PAPER,
            homepage="https://keras.io/api/applications/vgg/",
            year=2015,
            parameters=14_714_688,
            multiply_adds=15_346_630_656,
            input_size=224,
            minimum_size=32,
            layers=_VGG,
        ),
        _CAFFE,
        "VGG16",
        official=True,
    ),
    "vgg19": Entry(
        _of_keras(
            "VGG-19, trained on ImageNet",
            licence="CC-BY-4.0 (Visual Geometry Group, University of Oxford)",
            citation=_VGG_PAPER,
            homepage="https://keras.io/api/applications/vgg/",
            year=2015,
            parameters=20_024_384,
            multiply_adds=19_508_428_800,
            input_size=224,
            minimum_size=32,
            layers=_VGG,
        ),
        _CAFFE,
        "VGG19",
        official=True,
    ),
    "inception-v3": Entry(
        _of_keras(
            "Inception V3, trained on ImageNet",
            licence="Apache-2.0",
            citation="Szegedy et al., Rethinking the Inception Architecture for Computer Vision, CVPR 2016 "
            "(arXiv:1512.00567)",
            homepage="https://keras.io/api/applications/inceptionv3/",
            year=2016,
            parameters=21_802_784,
            multiply_adds=5_711_168_096,
            input_size=299,
            minimum_size=75,
            layers=tuple(f"mixed{block}" for block in range(11)),
        ),
        _PLUS_MINUS_ONE,
        "InceptionV3",
        official=True,
    ),
    "resnet50": Entry(
        _of_keras(
            "ResNet-50, trained on ImageNet",
            licence="MIT",
            citation="He, Zhang, Ren and Sun, Deep Residual Learning for Image Recognition, CVPR 2016 "
            "(arXiv:1512.03385)",
            homepage="https://keras.io/api/applications/resnet/",
            year=2016,
            parameters=23_587_712,
            multiply_adds=3_855_925_248,
            input_size=224,
            minimum_size=32,
            layers=(
                "pool1_pool",
                *(
                    f"conv{stage}_block{block}_out"
                    for stage, blocks in ((2, 3), (3, 4), (4, 6), (5, 3))
                    for block in range(1, blocks + 1)
                ),
            ),
        ),
        _CAFFE,
        "ResNet50",
        official=True,
    ),
}


def card(name: str) -> ModelCard:
    """Return the card of a network of the zoo, with what is known of its asset where it has one."""
    entry = ZOO[name]
    known = vars(assets.card(name)) if entry.asset else {"name": name}
    return ModelCard(**known, **entry.facts, preprocessing=str(entry.preprocessing))


def list() -> Cards:
    """List the networks that `load` can give, by their cards; nothing is fetched.

    Examples
    --------
    >>> [card.name for card in list()][:3]
    ['efficientnet-lite0', 'xception', 'vgg16-hed']
    >>> list()[1].input_size
    299
    """
    return Cards(card(name) for name in ZOO)
