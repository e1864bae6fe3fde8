"""The course's own data sets, and what all of them offer."""

import gzip
from types import SimpleNamespace

import numpy as np
import psutil
import pytest
from PIL import Image

from tlcourse import assets, datasets
from tlcourse.assets import Card
from tlcourse.datasets import BadOption, Images, UnknownDataset


@pytest.fixture
def toy():
    pixels = np.arange(5, dtype=np.uint8).repeat(8 * 8 * 3).reshape(5, 8, 8, 3)
    labels = np.array([0, 0, 1, 1, 1])
    return Images(pixels, labels, ("<a>", "b"), Card("toy", "A toy"), tuple("vwxyz"))


def test_subset_takes_indices_and_masks_alike_and_keeps_all_classes(toy):
    for chosen in ([3, 4], toy.images[:, 0, 0, 0] > 2):
        part = toy.subset(np.array(chosen))
        assert part.images[:, 0, 0, 0].tolist() == [3, 4]
        assert part.labels.tolist() == [1, 1]
        assert part.paths == ("y", "z")
        assert part.class_names == toy.class_names


def test_subset_of_nothing_is_empty(toy):
    assert len(toy.subset(np.array([], int))) == 0
    assert repr(toy.subset(np.zeros(5, bool))) == "toy: 0 pictures of 8 x 8, 2 classes (<a> 0, b 0)"


def test_resized_gives_every_picture_that_size(toy):
    larger = toy.resized(12)
    assert larger.images.shape == (5, 12, 12, 3)
    assert larger.images[:, 6, 6, 0].tolist() == [0, 1, 2, 3, 4]
    assert larger.labels is toy.labels
    with pytest.raises(BadOption, match="size is -1"):
        toy.resized(-1)


def test_repr_counts_the_classes(toy):
    assert repr(toy) == "toy: 5 pictures of 8 x 8, 2 classes (<a> 2, b 3)"
    assert "<td>&lt;a&gt;</td><td>2</td>" in toy._repr_html_()


def test_a_mistyped_name_suggests_the_nearest():
    with pytest.raises(UnknownDataset, match=r"No data set is called 'stamp'\. Did you mean 'stamps'"):
        datasets.load("stamp")


@pytest.mark.parametrize("size", [0, 1.5, "96"])
def test_a_bad_size_is_refused_before_anything_is_fetched(size):
    with pytest.raises(BadOption, match="size is"):
        datasets.load("stamps", size=size)


@pytest.fixture
def fetched(tmp_path, monkeypatch):
    """Stand small files in for the assets."""
    for folder, count in {"animals/mammals/cats": 18, "food/fruit": 17, "animals/fish": 1}.items():
        (tmp_path / folder).mkdir(parents=True)
        for number in range(count):
            Image.new("RGBA", (20, 10), (number, 0, 0, 255)).save(tmp_path / folder / f"{number:02}.png")
    with gzip.open(tmp_path / "digits.csv.gz", "wt") as file:
        file.write(f"{'0,' * 64}3\n{'16,' * 64}7\n")
    for part, first in {"train": 10, "t10k": 30}.items():
        images = bytes(16) + np.repeat(np.array([first, first + 1], np.uint8), 28 * 28).tobytes()
        (tmp_path / f"{part}-images-idx3-ubyte").write_bytes(images)
        (tmp_path / f"{part}-labels-idx1-ubyte").write_bytes(bytes(8) + bytes([first // 10, 9]))
    monkeypatch.setattr(assets, "fetch", lambda name: tmp_path)
    return tmp_path


def test_stamps_leaves_scarce_classes_out(fetched):
    stamps = datasets.load("stamps", size=20)
    assert stamps.class_names == ("mammals",)
    assert stamps.images[:, 10, 10, 0].tolist() == list(range(18))
    assert (stamps.images[:, 0] == 255).all()
    assert stamps.paths[0] == str(fetched / "animals/mammals/cats/00.png")
    assert stamps.card == assets.card("stamps")


def test_stamps_rare_keeps_them(fetched):
    stamps = datasets.load("stamps-rare", size=20)
    assert stamps.class_names == ("mammals", "fruit", "fish")
    assert np.bincount(stamps.labels).tolist() == [18, 17, 1]
    assert stamps.labels.dtype == np.int64


def test_digits_span_black_to_white(fetched):
    digits = datasets.load("digits", size=12)
    assert digits.images.shape == (2, 12, 12, 3)
    assert digits.images[:, 5, 5].tolist() == [[0, 0, 0], [255, 255, 255]]
    assert digits.labels.tolist() == [3, 7]
    assert digits.class_names == tuple("0123456789")


def test_fashion_mnist_is_28_pixels_unless_asked_and_in_its_makers_order(fetched):
    fashion = datasets.load("fashion-mnist")
    assert fashion.images.shape == (4, 28, 28, 3)
    assert fashion.images[:, 27, 0].tolist() == [[grey] * 3 for grey in (10, 11, 30, 31)]
    assert fashion.labels.tolist() == [1, 9, 3, 9]
    assert fashion.labels.dtype == np.int64
    assert (fashion.class_names[1], fashion.class_names[9]) == ("trousers", "ankle boot")
    assert datasets.load("fashion-mnist", size=40).images[:, 20, 20, 0].tolist() == [10, 11, 30, 31]
    assert datasets.load("digits").images.shape == (2, 224, 224, 3)


def test_pictures_that_memory_has_no_room_for_are_refused(toy, monkeypatch):
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=1_000_000))
    assert len(toy.resized(250)) == 5
    with pytest.raises(BadOption, match=r"5 pictures of 300 x 300 take 0\.0 GB"):
        toy.resized(300)


@pytest.mark.assets
def test_the_real_fashion_mnist_has_its_makers_split():
    fashion = datasets.load("fashion-mnist")
    for part, each in ((slice(60_000), 6_000), (slice(60_000, None), 1_000)):
        assert np.bincount(fashion.subset(part).labels).tolist() == [each] * 10
    # The mean and spread that everyone normalises by.
    train = fashion.images[:60_000, ..., 0]
    assert round(train.mean() / 255, 3) == 0.286
    assert round(train.std() / 255, 3) == 0.353


@pytest.mark.assets
def test_the_real_stamps_have_their_known_classes():
    stamps = datasets.load("stamps", size=16)
    counts = dict(zip(stamps.class_names, np.bincount(stamps.labels).tolist(), strict=True))
    assert counts == {
        "mammals": 67, "fruit": 41, "birds": 38, "houses": 32, "flowers": 25, "road signs": 20, "insects": 20,
        "vegetables": 18,
    }  # fmt: skip
    assert len(datasets.load("stamps-rare", size=16)) == 272


@pytest.mark.assets
def test_the_real_digits_are_those_of_scikit_learn():
    from sklearn.datasets import load_digits

    digits = datasets.load("digits", size=8)
    theirs = load_digits()
    assert np.array_equal(digits.labels, theirs.target)
    assert np.abs(digits.images[..., 0] / 255 * 16 - theirs.images).max() < 0.05
