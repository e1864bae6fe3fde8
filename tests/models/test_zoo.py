"""The zoo: each network against its card, Keras's own preprocessing and the pictures it must refuse."""

import functools
import hashlib
import http.server
import importlib
import threading
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from tlcourse import assets, datasets, models, transfer
from tlcourse.assets.errors import Offline
from tlcourse.models import NoHead, UnsuitableSize, WeightsOutOfReach, catalogue, efficientnet_lite, keras_zoo
from tlcourse.models.zoo import ZOO

NAMES = list(ZOO)
OFFICIAL = [name for name in NAMES if ZOO[name].official]


@functools.cache
def untrained(name, size=None):
    return models.load(name, weights="random", size=size)


def smallest(name):
    return untrained(name, ZOO[name].facts["minimum_size"])


def noise(size, count=2):
    return np.random.default_rng(0).integers(0, 256, (count, size, size, 3), dtype=np.uint8)


# The cards


def test_list_gives_a_card_of_each_with_whose_it_is_and_where_from():
    cards = models.list()
    assert [card.name for card in cards] == NAMES
    for card in cards:
        assert all(vars(card)[field] for field in vars(card) if field != "notes"), card
    assert "<b>resnet50</b>" in cards._repr_html_()


@pytest.mark.parametrize("name", NAMES)
def test_a_card_counts_what_the_network_has(name):
    backbone = untrained(name)
    card = backbone.card
    assert (card.parameters, card.multiply_adds) == (backbone.network.count_params(), backbone.multiply_adds)
    assert backbone.network.input_shape == (None, card.input_size, card.input_size, 3)
    assert (card.preprocessing, card.layers) == (str(backbone.preprocess), backbone.layers)


def test_the_layers_of_efficientnet_are_those_it_is_built_of():
    assert ZOO["efficientnet-lite0"].facts["layers"] == efficientnet_lite.LAYERS


def test_random_weights_are_labelled_a_control():
    assert models.load("vgg16", weights="random", seed=7, size=32).card.weights == (
        "random, seed 7: an untrained control"
    )


# The networks


@pytest.mark.parametrize("name", NAMES)
def test_a_network_takes_pictures_of_its_least_size_and_can_be_cut_at_every_layer(name):
    backbone = smallest(name)
    inputs = backbone.preprocess(noise(backbone.input_size))
    features = np.asarray(backbone.network(inputs, training=False))
    assert features.shape == (2, backbone.network.output_shape[-1])
    assert np.isfinite(features).all()
    # The features are the last layer's, averaged; all the layers in one pass.
    pooled = np.asarray(backbone.cut(*backbone.layers).network(inputs, training=False))
    np.testing.assert_allclose(pooled[:, -features.shape[1] :], features, rtol=1e-4, atol=1e-4)
    assert backbone.network.trainable_weights == []


@pytest.mark.parametrize("name", NAMES)
def test_layers_are_in_order_from_shallow_to_deep(name):
    backbone = smallest(name)
    order = [layer.name for layer in backbone.network.layers]
    assert sorted(backbone.layers, key=order.index) == list(backbone.layers)


@pytest.mark.parametrize("name", ["xception", "inception-v3"])
def test_random_weights_are_fixed_by_the_seed_however_many_networks_came_before(name):
    # These two have layers that Keras numbers through the session.
    first, size = smallest(name), ZOO[name].facts["minimum_size"]
    assert models.load(name, weights="random", size=size).fingerprint == first.fingerprint


def test_random_weights_change_with_the_seed():
    one, other = (models.load("vgg16", weights="random", size=32, seed=seed) for seed in (0, 1))
    assert one.fingerprint != other.fingerprint


def test_drawing_random_weights_leaves_the_sessions_own_generator_alone():
    np.random.seed(3)  # noqa: NPY002
    expected = np.random.random(2)  # noqa: NPY002
    np.random.seed(3)  # noqa: NPY002
    assert np.random.random() == expected[0]  # noqa: NPY002
    models.load("vgg16", weights="random", size=32)
    assert np.random.random() == expected[1]  # noqa: NPY002


def test_another_size_of_efficientnet_keeps_weights_and_head():
    large, small = untrained("efficientnet-lite0"), untrained("efficientnet-lite0", 64)
    for one, other in zip(large.network.get_weights(), small.network.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    named = models.load("efficientnet-lite0", head=True, weights="random", size=96)
    assert (named.input_size, named.network.output_shape) == (96, (None, 1000))


# Preprocessing


@pytest.mark.parametrize("name", OFFICIAL)
def test_preprocessing_is_kerass_own(name):
    module = "resnet" if name == "resnet50" else name.replace("-", "_")
    theirs = importlib.import_module(f"keras.applications.{module}").preprocess_input
    pixels = noise(8)
    ours = ZOO[name].preprocessing(pixels)
    np.testing.assert_allclose(ours, theirs(pixels.astype(np.float32)), atol=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_pictures_from_0_to_1_are_refused(name):
    backbone = smallest(name)
    with pytest.raises(models.WrongRange, match=r"from .* to 1 instead of 0 to 255"):
        backbone.preprocess(noise(backbone.input_size) / 255)


# What is refused


@pytest.mark.parametrize("name", NAMES)
def test_a_size_under_the_least_is_refused_with_both(name):
    facts = ZOO[name].facts
    least, own = facts["minimum_size"], facts["input_size"]
    for size in (least - 1, 64.5, True, "64"):
        with pytest.raises(UnsuitableSize, match=rf"{name} .* at least {least} \(its own size is {own}\)"):
            models.load(name, size=size)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": "vgg16-hed"}, "has no head that names classes"),
        ({"name": "vgg16", "weights": "random"}, "official weights and for pictures of 224 × 224"),
        ({"name": "xception", "size": 150}, "official weights and for pictures of 299 × 299"),
    ],
)
def test_a_head_that_there_is_not_is_refused(options, message):
    with pytest.raises(NoHead, match=message):
        models.load(**options, head=True)


# Official weights, from a server of our own


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """Write a file as Keras publishes them, for VGG-16 without its head; return it and the weights in it."""
    folder = tmp_path_factory.mktemp("official")
    network = keras.applications.VGG16(weights=None, include_top=False)
    keras_zoo.randomise(network, seed=5)
    network.save(folder / "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5")
    [file] = folder.iterdir()
    return file, network.get_weights()


@pytest.fixture
def host(weights, tmp_path, monkeypatch):
    """Serve a folder in place of Keras's host; Keras checks for the MD5 of the file in `weights`."""
    folder, home = tmp_path / "host", tmp_path / "keras"
    folder.mkdir()
    home.mkdir()
    hits = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(folder))

        def log_message(self, *args):
            hits.append(args)

    module = importlib.import_module("keras.src.applications.vgg16")
    get_file, md5 = module.file_utils.get_file, hashlib.md5(weights[0].read_bytes()).hexdigest()

    def get(*args, **options):
        return get_file(*args, **{**options, "file_hash": md5, "cache_dir": home})

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        monkeypatch.setattr(
            module, "WEIGHTS_PATH_NO_TOP", f"http://127.0.0.1:{server.server_port}/{weights[0].name}"
        )
        monkeypatch.setattr(
            module, "file_utils", SimpleNamespace(get_file=get, exists=module.file_utils.exists)
        )
        monkeypatch.setenv("KERAS_HOME", str(home))
        yield SimpleNamespace(folder=folder, hits=hits)
        server.shutdown()


def test_official_weights_are_downloaded_once_and_then_used_offline(host, weights, monkeypatch):
    file, expected = weights
    (host.folder / file.name).symlink_to(file)
    backbone = models.load("vgg16", size=32)
    for got, right in zip(backbone.network.get_weights(), expected, strict=True):
        np.testing.assert_array_equal(got, right)
    assert "Keras" in backbone.card.weights
    monkeypatch.setenv("TLCOURSE_OFFLINE", "1")
    assert models.load("vgg16", size=32).fingerprint == backbone.fingerprint
    assert len(host.hits) == 1


def test_official_weights_that_are_not_as_expected_are_refused(host, weights):
    (host.folder / weights[0].name).write_bytes(b"other bytes")
    with pytest.raises(WeightsOutOfReach, match=r"vgg16 cannot be had \(Incomplete or corrupted file"):
        models.load("vgg16", size=32)


def test_a_host_that_cannot_give_them_says_what_can_be_had(host):
    with pytest.raises(WeightsOutOfReach) as error:
        models.load("vgg16", size=32)
    assert "404" in str(error.value)
    assert "load 'efficientnet-lite0', 'xception', 'vgg16-hed' instead, or 'vgg16' with weights='random'" in (
        str(error.value)
    )


def test_offline_the_host_is_not_asked(host, monkeypatch):
    monkeypatch.setenv("TLCOURSE_OFFLINE", "1")
    with pytest.raises(WeightsOutOfReach, match="TLCOURSE_OFFLINE forbids"):
        models.load("vgg16", size=32)
    assert host.hits == []


def test_xception_falls_back_on_the_official_weights(monkeypatch):
    def fetch(name):
        raise Offline

    given = untrained("xception", 71).network
    monkeypatch.setattr(assets, "fetch", fetch)
    monkeypatch.setattr(keras_zoo, "load_official", lambda name, head, size: given)
    assert catalogue.load("xception", size=71).network is given


# Real weights


@pytest.mark.assets
def test_xception_tells_birds_from_houses():
    stamps = datasets.load("stamps", size=71)
    chosen = np.isin(stamps.labels, [stamps.class_names.index(name) for name in ("birds", "houses")])
    two = stamps.subset(chosen)
    learned = models.load("xception", size=71)
    X = learned.network.predict(learned.preprocess(two.images), verbose=0)
    shown = np.arange(len(two)) % 2 == 0
    right = transfer.linear_probe(X[shown], two.labels[shown]).predict(X[~shown]) == two.labels[~shown]
    assert right.mean() > 0.9


@pytest.mark.assets
def test_hed_sees_edges_and_nothing_where_there_are_none():
    """Its own edge output reads the third block: over the outline of a square it fires, and not inside."""
    import h5py

    backbone = models.load("vgg16-hed", size=128)
    picture = np.full((1, 128, 128, 3), 60, np.uint8)
    picture[:, 32:96, 32:96] = (200, 120, 40)
    block = keras.Model(backbone.network.inputs[0], backbone.network.get_layer("block3_conv3").output)
    maps = np.asarray(block(backbone.preprocess(picture), training=False))[0]
    with h5py.File(assets.fetch("vgg16-hed") / "hed.weights.h5") as file:
        edges = maps @ file["dsn3/vars/0"][0, 0, :, 0] + file["dsn3/vars/1"][()]
    outline = np.concatenate([edges[8, 10:22], edges[10:22, 8]])
    inside = edges[12:20, 12:20]
    assert outline.min() > inside.max()
    assert inside.max() < 0
