"""The course's own data sets, and what all of them offer."""

import gzip

import numpy as np
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
