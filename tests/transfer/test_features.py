"""Features of pictures: by a network, layer by layer, and as pixels."""

import logging
import os
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image
from tqdm.auto import tqdm

from tlcourse import assets, datasets, models, transfer
from tlcourse.assets import Card
from tlcourse.assets.errors import DiskFull, LockTimeout, ReadOnlyCache
from tlcourse.models import UnknownLayer
from tlcourse.transfer import features, litert
from tlcourse.transfer.features import UnusableImages, extract_features, extract_layers, pixels

SIZE = 16


@pytest.fixture(scope="module")
def backbone():
    """A network small enough to convert in a moment."""
    import keras

    keras.utils.set_random_seed(0)
    image = keras.Input((SIZE, SIZE, 3), name="image")
    x = keras.layers.Conv2D(4, 3, activation="relu", name="low")(image)
    x = keras.layers.Conv2D(6, 3, activation="relu", name="high")(x)
    network = keras.Model(image, keras.layers.GlobalAveragePooling2D(name="features")(x))
    return models.Backbone("tiny", network, halve, SIZE, Card("tiny", "Tiny"), layers=("low", "high"))


def halve(images):
    return images.astype(np.float32) / 128


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).integers(0, 256, (37, SIZE, SIZE, 3), dtype=np.uint8)


@pytest.fixture(autouse=True)
def converted_though_small(monkeypatch):
    monkeypatch.setattr(litert, "LEAST_SIZE", 0)


@pytest.fixture
def files(images, tmp_path):
    paths = [tmp_path / f"{index}.png" for index in range(len(images))]
    for path, image in zip(paths, images, strict=True):
        Image.fromarray(image).save(path)
    return paths


@pytest.fixture
def runs(monkeypatch):
    """Count the times a network is made ready to run."""
    made = []
    runner = litert.runner
    monkeypatch.setattr(litert, "runner", lambda backbone: made.append(backbone) or runner(backbone))
    return made


def by_keras(backbone, images):
    return backbone.network.predict(backbone.preprocess(images), verbose=0)


def test_features_are_the_networks_output_in_order(backbone, images):
    got = extract_features(backbone, images, progress=False)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, by_keras(backbone, images), atol=1e-4)


def test_network_for_small_pictures_is_not_converted(backbone, images, monkeypatch):
    monkeypatch.setattr(litert, "LEAST_SIZE", SIZE + 1)
    monkeypatch.setattr(litert, "convert", None)
    got = extract_features(backbone, images, progress=False)
    np.testing.assert_allclose(got, by_keras(backbone, images), atol=1e-4)


def test_features_without_litert_are_the_same(backbone, images, monkeypatch):
    with_litert = extract_features(backbone, images, cache=False, progress=False)
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    monkeypatch.setattr(litert, "convert", None)
    without = extract_features(backbone, images, cache=False, progress=False)
    np.testing.assert_allclose(without, with_litert, atol=1e-4)
    np.testing.assert_array_equal(without, extract_features(backbone, images, cache=False, progress=False))


def test_features_of_efficientnet_by_litert_are_keras_own():
    untrained = models.load("efficientnet-lite0", weights="random")
    images = np.random.default_rng(0).integers(0, 256, (3, 224, 224, 3), dtype=np.uint8)
    got = extract_features(untrained, images, cache=False, progress=False)
    np.testing.assert_allclose(got, by_keras(untrained, images), atol=1e-4)


def test_files_give_the_features_of_their_middle(backbone, files):
    middles = np.stack([datasets.read_image(path, SIZE, fit="crop") for path in files])
    from_files = extract_features(backbone, files, progress=False)
    np.testing.assert_array_equal(from_files, extract_features(backbone, middles, progress=False))
    as_text = extract_features(backbone, tuple(str(path) for path in files), cache=False, progress=False)
    np.testing.assert_array_equal(as_text, from_files)


def test_each_worker_holds_one_batch_of_pictures_at_a_time(backbone, files, monkeypatch):
    decoded, run = [], []

    def read_image(path, size):
        decoded.append(path)
        assert len(decoded) - sum(run) <= features._BATCH * litert.WORKERS
        return np.zeros((size, size, 3), np.uint8)

    def run_batch(batch):
        run.append(len(batch))
        return np.zeros((len(batch), 6), np.float32)

    monkeypatch.setattr(datasets, "read_image", read_image)
    monkeypatch.setattr(litert, "runner", lambda backbone: run_batch)
    monkeypatch.setattr(litert, "WORKERS", 2)
    monkeypatch.setattr(features, "_BATCH", 4)
    extract_features(backbone, files, cache=False, progress=False)
    assert sum(run) == len(files)


def test_an_unreadable_file_is_named_and_the_rest_not_begun(backbone, files, monkeypatch):
    files[5].write_bytes(b"not a photo")
    begun, read_image = [], datasets.read_image
    monkeypatch.setattr(datasets, "read_image", lambda *args: begun.append(args) or read_image(*args))
    with pytest.raises(datasets.UnreadableImage, match=r"5\.png"):
        extract_features(backbone, files * 50, cache=False, progress=False)
    assert len(begun) < 500


def test_after_an_interruption_nothing_more_is_begun(backbone, images, monkeypatch):
    def interrupt(bar, count):
        raise KeyboardInterrupt

    def run(batch):
        begun.append(batch)
        time.sleep(0.001)
        return np.zeros((len(batch), 6), np.float32)

    begun = []
    monkeypatch.setattr(litert, "runner", lambda backbone: run)
    monkeypatch.setattr(tqdm, "update", interrupt)
    with pytest.raises(KeyboardInterrupt):
        extract_features(backbone, np.tile(images, (200, 1, 1, 1)), cache=False, progress=False)
    assert len(begun) < 500


def test_a_missing_file_is_named(backbone, files):
    files[3].unlink()
    with pytest.raises(datasets.UnreadableImage, match=r"3\.png"):
        extract_features(backbone, files, progress=False)


def test_features_seen_before_come_from_the_cache(backbone, images, files, runs, tmp_path):
    first = extract_features(backbone, images, progress=False)
    np.testing.assert_array_equal(extract_features(backbone, images.copy(), progress=False), first)
    assert len(runs) == 1
    extract_features(backbone, files, progress=False)
    renamed = [path.rename(tmp_path / f"renamed-{path.name}") for path in files]
    extract_features(backbone, renamed, progress=False)
    assert len(runs) == 2


def test_the_cache_tells_other_pictures_orders_and_networks_apart(backbone, images, runs):
    altered = images.copy()
    altered[-1, -1, -1, -1] ^= 1
    for variant in (images, altered, images[::-1], images[:-1]):
        extract_features(backbone, variant, progress=False)
    extract_features(backbone.cut("low"), images, progress=False)
    assert len(runs) == 5


@pytest.mark.parametrize("package", ["pillow", "ai-edge-litert", "keras", "tensorflow", "recipe", "tlcourse"])
def test_what_was_kept_is_not_used_where_other_software_computes_it(
    backbone, images, runs, monkeypatch, package
):
    conversions, convert = [], litert.convert
    monkeypatch.setattr(litert, "convert", lambda network: conversions.append(1) or convert(network))
    if package == "keras":
        monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    extract_features(backbone, images, progress=False)
    version = litert._version
    if package == "recipe":
        monkeypatch.setattr(litert, "RECIPE", litert.RECIPE + 1)
    elif package == "tlcourse":
        monkeypatch.setattr(litert, "__version__", "next")
    else:
        monkeypatch.setattr(
            litert, "_version", lambda *names: "next" if package in names else version(*names)
        )
    extract_features(backbone, images, progress=False)
    assert len(runs) == (1 if package == "tensorflow" else 2)
    extract_features(backbone, images, cache=False, progress=False)
    assert len(conversions) == (0 if package == "keras" else 2)


@pytest.mark.parametrize("error", [DiskFull, LockTimeout, ReadOnlyCache])
@pytest.mark.parametrize("when", ["before", "after"])
def test_features_that_cannot_be_kept_are_given_all_the_same(
    backbone, images, runs, monkeypatch, tmp_path, error, when
):
    def derived(kind, key, suffix, make):
        if when == "after":
            make(tmp_path / f"{kind}{suffix}")
        raise error("The cache is in a bad way.")

    monkeypatch.setattr(assets, "derived", derived)
    with pytest.warns(UserWarning, match="not kept for next time: The cache is in a bad way") as caught:
        got = extract_features(backbone, images, progress=False)
    assert [warning.filename for warning in caught] == [__file__]
    assert len(runs) == 1
    np.testing.assert_allclose(got, by_keras(backbone, images), atol=1e-4)


def test_as_many_workers_run_as_the_process_may_use_cores():
    code = (
        "import os; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])\n"
        "from tlcourse.transfer import litert; print(litert.WORKERS)"
    )
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("this system does not bind processes to cores")
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "1\n"


def test_the_converted_network_is_kept(backbone, images, monkeypatch):
    extract_features(backbone, images, cache=False, progress=False)
    monkeypatch.setattr(litert, "convert", None)
    extract_features(backbone, images[:5], cache=False, progress=False)


def test_converting_says_nothing_even_where_tensorflow_is_talkative(backbone, images, caplog):
    import tensorflow as tf

    logger = tf.get_logger()
    before = logger.level
    logger.setLevel("INFO")  # as it is in a notebook
    logger.addHandler(caplog.handler)
    try:
        extract_features(backbone, images, progress=False)
        assert (caplog.messages, logger.level) == ([], logging.INFO)
    finally:
        logger.removeHandler(caplog.handler)
        logger.setLevel(before)


def test_a_fine_tuned_network_is_converted_anew(backbone, images):
    import keras

    tuned = keras.models.clone_model(backbone.network)
    tuned.set_weights([2 * weight for weight in backbone.network.get_weights()])
    tuned = models.Backbone("tiny", tuned, halve, SIZE, backbone.card)
    extract_features(backbone, images, progress=False)
    np.testing.assert_allclose(
        extract_features(tuned, images, progress=False), by_keras(tuned, images), atol=1e-4
    )


def test_square_pictures_of_another_size_are_resized(backbone, images):
    small = images[:, :8, :8]
    larger = np.stack([np.asarray(Image.fromarray(image).resize((SIZE, SIZE))) for image in small])
    np.testing.assert_array_equal(
        extract_features(backbone, small, progress=False), extract_features(backbone, larger, progress=False)
    )


UNUSABLE = {
    "none at all": (np.zeros((0, 8, 8, 3), np.uint8), "no images"),
    "an empty list": ([], "no images"),
    "floats": (np.zeros((2, 8, 8, 3)), "float64"),
    "a single picture": (np.zeros((8, 8, 3), np.uint8), r"\(8, 8, 3\)"),
    "grey pictures": (np.zeros((2, 8, 8, 1), np.uint8), r"\(2, 8, 8, 1\)"),
    "oblong pictures": (np.zeros((2, 8, 6, 3), np.uint8), "8×6 pixels; crop or pad"),
    "a file on its own": ("photo.jpg", "a str; give .* a list of image files"),
    "pictures in a list": ([np.zeros((8, 8, 3), np.uint8)], "a list of ndarray"),
}


@pytest.mark.parametrize("function", ["extract_features", "pixels"])
@pytest.mark.parametrize(("given", "message"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_what_is_no_pictures_is_refused_with_what_to_give(backbone, function, given, message):
    arguments = (given,) if function == "pixels" else (backbone, given)
    with pytest.raises(UnusableImages, match=message):
        getattr(transfer, function)(*arguments)


def test_layers_come_from_one_pass_and_equal_single_cuts(backbone, images, runs):
    layers = extract_layers(backbone, images, ["high", "low"], progress=False)
    assert len(runs) == 1
    assert list(layers) == ["high", "low"]
    for layer, got in layers.items():
        np.testing.assert_allclose(got, by_keras(backbone.cut(layer), images), atol=1e-4)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ("low", r"must be a list of layers, such as \['low'\]"),
        ([], "no layer"),
        (["low", "low"], "different"),
    ],
)
def test_layers_that_are_no_list_of_different_ones_are_refused(backbone, images, layers, message):
    with pytest.raises(UnknownLayer, match=message):
        extract_layers(backbone, images, layers, progress=False)


def test_progress_is_shown_only_if_wanted(backbone, images, monkeypatch, capfd):
    # Without the second of grace that spares a reader a bar for work that is done at once.
    monkeypatch.setattr(features, "bar", lambda **options: tqdm(**options))
    extract_features(backbone, images, cache=False, progress=False)
    assert capfd.readouterr() == ("", "")
    extract_features(backbone, images, cache=False)
    assert "37/37" in capfd.readouterr().err


def test_extracting_writes_nothing_to_standard_error():
    code = (
        "import numpy as np; from tlcourse import models, transfer\n"
        "backbone = models.load('efficientnet-lite0', weights='random').cut('block1a')\n"
        "transfer.extract_features(backbone, np.zeros((2, 224, 224, 3), np.uint8), progress=False)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_pixels_are_the_shrunken_picture_from_0_to_1(images):
    flat = pixels(np.full((2, 64, 64, 3), 51, np.uint8))
    assert flat.shape == (2, 32 * 32 * 3)
    np.testing.assert_allclose(flat, 0.2)
    np.testing.assert_array_equal(pixels(images, SIZE), images.reshape(37, -1) / np.float32(255))


def test_pixels_of_files_are_those_of_their_middle(files):
    middles = np.stack([datasets.read_image(path, SIZE, fit="crop") for path in files])
    np.testing.assert_array_equal(pixels(files, SIZE), pixels(middles, SIZE))


@pytest.mark.assets
def test_stamps_are_told_apart_by_imagenet_features_and_not_by_pixels():
    from tlcourse import measure

    stamps = datasets.load("stamps")
    X = extract_features(models.load("efficientnet-lite0"), stamps.images, progress=False)
    assert X.shape == (261, 1280)
    assert measure.cross_validate(X, stamps.labels).score.mean >= 0.84
    assert measure.cross_validate(pixels(stamps.images), stamps.labels).score.mean < 0.5
