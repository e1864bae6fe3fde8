"""EfficientNet-Lite0: its architecture, the port of its weights, and what it sees in real photos."""

import numpy as np
import pytest

from tlcourse import assets, datasets, models
from tlcourse.models import CorruptCheckpoint, efficientnet_lite

# Height and channels of each block's output for 224 pixels: Tan and Le's table 1, Lite's widths.
SHAPES = {
    "stem": (112, 32),
    "block1a": (112, 16),
    "block2a": (56, 24), "block2b": (56, 24),
    "block3a": (28, 40), "block3b": (28, 40),
    "block4a": (14, 80), "block4b": (14, 80), "block4c": (14, 80),
    "block5a": (14, 112), "block5b": (14, 112), "block5c": (14, 112),
    "block6a": (7, 192), "block6b": (7, 192), "block6c": (7, 192), "block6d": (7, 192),
    "block7a": (7, 320),
    "top": (7, 1280),
}  # fmt: skip


@pytest.fixture(scope="module")
def untrained():
    return models.load("efficientnet-lite0", head=True, weights="random")


@pytest.fixture(scope="module")
def tensors(untrained):
    """A state dict as the checkpoint has it, with values drawn at random."""
    rng = np.random.default_rng(0)
    draw = lambda *shape: rng.normal(size=shape).astype(np.float32)  # noqa: E731
    state = {"_fc.weight": draw(1000, 1280), "_fc.bias": draw(1000)}

    def add(conv, norm, *shape):
        state[f"{conv}.weight"] = draw(*shape)
        for name in ("weight", "bias", "running_mean", "running_var"):
            state[f"{norm}.{name}"] = draw(shape[0])

    add("_conv_stem", "_bn0", 32, 3, 3, 3)
    add("_conv_head", "_bn1", 1280, 320, 1, 1)
    inputs = 32
    for index, (name, (_, outputs)) in enumerate(list(SHAPES.items())[1:-1]):
        block, wide = f"_blocks.{index}", inputs if name == "block1a" else 6 * inputs
        kernel = 5 if name[5] in "356" else 3
        if wide > inputs:
            add(f"{block}._expand_conv", f"{block}._bn0", wide, inputs, 1, 1)
        add(f"{block}._depthwise_conv", f"{block}._bn1", wide, 1, kernel, kernel)
        add(f"{block}._project_conv", f"{block}._bn2", outputs, wide, 1, 1)
        inputs = outputs
    return state


def test_parameters_are_as_many_as_the_original_has(untrained):
    assert untrained.network.count_params() == 4_694_024


def test_layers_to_cut_at_are_the_blocks_from_shallow_to_deep(untrained):
    assert untrained.layers == tuple(SHAPES)


@pytest.mark.parametrize(("layer", "shape"), SHAPES.items())
def test_each_layer_has_its_shape(untrained, layer, shape):
    size, channels = shape
    assert untrained.network.get_layer(layer).output.shape == (None, size, size, channels)


def test_each_tensor_of_a_checkpoint_finds_its_place_and_orientation(tensors):
    network = efficientnet_lite.build(head=True)
    efficientnet_lite.load_weights(network, tensors, "a.pth")
    kernel = lambda name: np.asarray(network.get_layer(name).kernel)  # noqa: E731
    np.testing.assert_array_equal(kernel("stem_conv")[0, 1, 2], tensors["_conv_stem.weight"][:, 2, 0, 1])
    np.testing.assert_array_equal(
        kernel("block3a_depthwise_conv")[4, 1, :, 0], tensors["_blocks.3._depthwise_conv.weight"][:, 0, 4, 1]
    )
    np.testing.assert_array_equal(kernel("probabilities"), tensors["_fc.weight"].T)
    norms = {
        "stem_bn": "_bn0",
        "block1a_depthwise_bn": "_blocks.0._bn1",
        "block2a_expand_bn": "_blocks.1._bn0",
        "block2a": "_blocks.1._bn2",
        "block2b_project_bn": "_blocks.2._bn2",
        "block7a": "_blocks.15._bn2",
        "top_bn": "_bn1",
    }
    for keras_name, torch_name in norms.items():
        got = network.get_layer(keras_name).get_weights()
        names = ("weight", "bias", "running_mean", "running_var")
        for array, name in zip(got, names, strict=True):
            np.testing.assert_array_equal(array, tensors[f"{torch_name}.{name}"])
    assert sum(weight.size for weight in network.get_weights()) == sum(t.size for t in tensors.values())


def test_a_checkpoint_that_lacks_a_tensor_is_refused(tensors):
    partial = {name: tensor for name, tensor in tensors.items() if name != "_blocks.7._bn1.bias"}
    with pytest.raises(CorruptCheckpoint, match=r"a\.pth lacks the tensor '_blocks\.7\._bn1\.bias'"):
        efficientnet_lite.load_weights(efficientnet_lite.build(head=False), partial, "a.pth")


@pytest.mark.parametrize("wrong", [np.zeros((32, 3, 5, 5)), np.zeros(7)], ids=["larger", "flat"])
def test_a_checkpoint_with_a_tensor_of_another_shape_is_refused(tensors, wrong):
    altered = {**tensors, "_conv_stem.weight": wrong}
    with pytest.raises(CorruptCheckpoint, match=r"a\.pth holds a tensor of the wrong shape"):
        efficientnet_lite.load_weights(efficientnet_lite.build(head=False), altered, "a.pth")


def test_preprocess_takes_0_127_and_255_to_what_the_network_was_trained_on(untrained):
    scaled = untrained.preprocess(np.array([0, 127, 255], np.uint8))
    assert scaled.dtype == np.float32
    np.testing.assert_allclose(scaled, [-127 / 128, 0, 1])


def test_random_weights_are_fixed_by_the_seed(untrained):
    load = lambda seed: models.load("efficientnet-lite0", head=True, weights="random", seed=seed)  # noqa: E731
    assert load(0).fingerprint == untrained.fingerprint
    assert load(1).fingerprint != untrained.fingerprint


# Photos among the stamps, what each shows, and how sure the network is of it.
PHOTOS = {
    "animals/birds/peacock.png": ("peafowl", 0.91),
    "animals/mammals/badger.png": ("badger", 0.77),
    "animals/mammals/cats/tiger.png": ("tiger", 0.75),
    "animals/mammals/equines/zebra.png": ("zebra", 0.93),
    "animals/mammals/hippopotamus.png": ("hippopotamus", 0.77),
    "food/fruit/banana.png": ("banana", 0.91),
    "food/fruit/lemon.png": ("lemon", 0.90),
    "food/fruit/strawberry.png": ("strawberry", 0.98),
}


@pytest.fixture(scope="module")
def named():
    return models.load("efficientnet-lite0", head=True)


@pytest.fixture(scope="module")
def photos(named):
    folder = assets.fetch("stamps")
    return np.stack([datasets.read_image(folder / photo, named.input_size, fit="pad") for photo in PHOTOS])


def answers(named, inputs):
    """Say what the network sees: for each photo its name for it, and how sure it is of the right one."""
    probabilities = np.asarray(named.network(inputs, training=False))
    right = [named.class_names.index(name) for name, _ in PHOTOS.values()]
    seen = [named.class_names[index] for index in probabilities.argmax(axis=1)]
    return seen, probabilities[np.arange(len(right)), right]


@pytest.mark.assets
def test_real_photos_are_named_right_and_as_surely_as_measured(named, photos):
    seen, sure = answers(named, named.preprocess(photos))
    assert seen == [name for name, _ in PHOTOS.values()]
    np.testing.assert_allclose(sure, [measured for _, measured in PHOTOS.values()], atol=0.02)


@pytest.mark.assets
@pytest.mark.parametrize(
    "wrong",
    [lambda x: x.astype(np.float32), lambda x: x / np.float32(255), lambda x: (x[..., ::-1] - 127.0) / 128],
    ids=["none", "0 to 1", "blue first"],
)
def test_wrong_preprocessing_shows_in_what_the_photos_are_named(named, photos, wrong):
    _, sure = answers(named, wrong(photos))
    measured = np.array([measured for _, measured in PHOTOS.values()])
    assert np.abs(sure - measured).max() > 0.1


@pytest.mark.assets
def test_the_checkpoint_is_used_to_the_last_tensor(named):
    checkpoint = models.torch_checkpoint.read_checkpoint(
        assets.fetch("efficientnet-lite0") / "efficientnet-lite0.pth"
    )
    wanted = sum(array.size for name, array in checkpoint.items() if not name.endswith("num_batches_tracked"))
    assert sum(weight.size for weight in named.network.get_weights()) == wanted
