"""Naming what is in photos: which files are meant, and what is said of each."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from tlcourse import classify, models, transfer
from tlcourse.cli import main


@pytest.fixture
def photos(tmp_path):
    """A folder with a red, a green and a blue photo, and with what a folder of photos also holds."""
    for name, colour in [("a.png", "red"), ("b.JPG", "lime"), ("c.webp", "blue")]:
        Image.new("RGB", (40, 30), colour).save(tmp_path / name, quality=100)
    (tmp_path / ".hidden.png").write_bytes((tmp_path / "a.png").read_bytes())
    (tmp_path / "notes.txt").write_text("not a photo")
    (tmp_path / "more").mkdir()
    return tmp_path


@pytest.fixture(autouse=True)
def network(monkeypatch):
    """Stand in for the network: seven classes, of which the first three are told by a photo's own colour."""
    loaded = []

    def probabilities(backbone, pixels, cache, progress):
        assert (cache, progress) == (False, False)
        means = pixels.mean((1, 2)) / 255
        return np.concatenate([means, np.zeros((len(means), 4))], axis=1)

    def load(name, head):
        loaded.append((name, head))
        names = ("red", "green", "blue", "d", "e", "f", "g")
        return SimpleNamespace(class_names=names)

    monkeypatch.setattr(transfer, "extract_features", probabilities)
    monkeypatch.setattr(models, "load", load)
    return loaded


def call(*args):
    return CliRunner().invoke(main, ["classify", *map(str, args)], prog_name="tlcourse")


@pytest.mark.parametrize(
    ("given", "names"),
    [("", "a.png b.JPG c.webp"), ("*.[pw]*", "a.png c.webp"), ("b.JPG", "b.JPG"), ("notes.txt", "notes.txt")],
)
def test_files_folders_and_patterns_are_found(photos, given, names):
    assert [path.name for path in classify.find_photos([str(photos / given)])] == names.split()


@pytest.mark.parametrize("given", ["more", "*.gif"])
def test_folder_or_pattern_without_photos_is_named(photos, given):
    result = call(photos / given)
    assert (result.exit_code, result.stderr) == (
        1,
        f"{photos / given} holds no photo: give files, a folder with photos in it, or a pattern.\n",
    )


def test_five_likeliest_names_are_given_for_each_photo(photos, network, monkeypatch):
    monkeypatch.setattr(classify, "BATCH", 2)
    answer = json.loads(call(photos, "--json").stdout)
    assert [item["top"][0]["name"] for item in answer] == ["red", "green", "blue"]
    assert all(item["top"][0]["probability"] == pytest.approx(1, abs=0.02) for item in answer)
    assert [len(item["top"]) for item in answer] == [5, 5, 5]
    assert network == [("efficientnet-lite0", True)]


def test_unreadable_files_are_named_and_the_others_answered(photos):
    result = call(photos / "notes.txt", photos / "a.png", photos / "none.png")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:2] == [str(photos / "a.png"), "  100.0%  red"]
    assert result.stderr.splitlines() == [
        f"{photos / 'notes.txt'}: not an image.",
        f"{photos / 'none.png'}: no such file.",
    ]
    as_json = json.loads(call(photos / "notes.txt", photos / "a.png", "--json").stdout)
    assert ["error" in item for item in as_json] == [True, False]


def test_network_is_not_loaded_for_nothing(photos, network):
    assert call(photos / "notes.txt").exit_code == 1
    assert network == []
