"""The course's own registry, and the functions a notebook calls."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import tlcourse
from tlcourse import assets
from tlcourse.assets import errors
from tlcourse.assets.registry import Registry
from tlcourse.assets.sources import WheelSource
from tlcourse.assets.store import Store

ROOT = Path(tlcourse.__file__).parents[1]
NAMES = [asset.name for asset in assets.list()]


def test_stamps_are_the_nine_folders_without_variants():
    files = assets.get("stamps").files
    folders = {}
    for file in files:
        folder = "/".join(file.split("/")[:2])
        folders[folder] = folders.get(folder, 0) + 1
    assert folders == {
        "animals/mammals": 67, "food/fruit": 41, "animals/birds": 38, "town/houses": 32, "plants/flowers": 25,
        "town/roadsigns": 20, "animals/insects": 20, "food/vegetables": 18, "animals/fish": 11,
    }  # fmt: skip
    assert not [file for file in files if re.search(r"(_mirror|_flip|mask)\.png$", file)]
    assert len(set(files.values())) == 272


@pytest.mark.parametrize("name", NAMES)
def test_each_asset_says_what_it_is_and_whose(name):
    card = assets.card(name)
    assert all([card.title, card.kind, card.licence, card.citation, card.homepage, card.version, card.notes])
    assert f"## {name}\n" in (ROOT / "data" / "README.md").read_text("utf-8")


def test_digits_come_from_the_scikit_learn_of_the_lock_file():
    [source] = assets.get("digits").sources
    assert re.search(
        rf"^{re.escape(source.requirement)}( |$)", (ROOT / "requirements/lock.txt").read_text(), re.M
    )


@pytest.mark.parametrize("name", NAMES)
def test_wheels_are_pinned(name):
    for source in assets.get(name).sources:
        assert not isinstance(source, WheelSource) or source.pinned


def test_cache_moves_with_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("TLCOURSE_DATA", str(tmp_path / "elsewhere"))
    assert assets.cache_dir() == tmp_path / "elsewhere"
    monkeypatch.delenv("TLCOURSE_DATA")
    assert assets.cache_dir() == ROOT / "data" / "cache"


def test_cache_outside_a_clone_is_the_users(monkeypatch, tmp_path):
    monkeypatch.delenv("TLCOURSE_DATA")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(assets, "__file__", str(tmp_path / "site-packages/tlcourse/assets/__init__.py"))
    assert assets.cache_dir().name == "tlcourse"
    assert ROOT not in assets.cache_dir().parents


def test_digits_are_fetched_without_network(monkeypatch, cache):
    monkeypatch.setenv("TLCOURSE_OFFLINE", "1")
    folder = assets.fetch("digits")
    assert folder == cache / "digits"
    assert hashlib.sha256((folder / "digits.csv.gz").read_bytes()).hexdigest().startswith("09f66e6d")
    assert assets.has("digits")
    assert assets.verify("digits").ok
    assert assets.reach("digits")[0].detail.startswith("installed here")


def test_offline_is_obeyed(monkeypatch):
    monkeypatch.setenv("TLCOURSE_OFFLINE", "1")
    with pytest.raises(errors.Offline, match=r"\n  wheel efficientnet-lite0-.*: needs the network"):
        assets.fetch("efficientnet-lite0")
    monkeypatch.setenv("TLCOURSE_OFFLINE", "0")
    assert not assets._store().network.offline


def test_derived_goes_to_the_users_own_cache_if_the_shared_one_is_read_only(monkeypatch, tmp_path):
    shared = assets.cache_dir()

    def alone(self, task, usual=Store._alone):
        if self.root == shared:
            raise errors.ReadOnlyCache
        return usual(self, task)

    monkeypatch.setattr(Store, "_alone", alone)
    monkeypatch.setattr(assets, "_own_cache_dir", lambda: tmp_path / "own")
    path = assets.derived("kind", "key", ".txt", lambda path: path.write_text("made"))
    assert path == tmp_path / "own" / "derived/kind/key.txt"
    assert path.read_text() == "made"


def test_import_is_light():
    heavy = [
        "filelock",
        "subprocess",
        "urllib.request",
        "tarfile",
        "importlib.metadata",
        "platformdirs",
        "keras",
    ]
    code = f"import sys, tlcourse.assets; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"


@pytest.mark.assets
@pytest.mark.parametrize("name", NAMES)
def test_fetched_asset_is_intact(name):
    assets.fetch(name)
    report = assets.verify(name)
    assert report.ok, str(report)
    assert report.files == len(Registry.packaged().get(name).files)
