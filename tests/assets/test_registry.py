"""The registry: what it accepts, and how it refuses the rest."""

import string
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tlcourse.assets.errors import RegistryError, UnknownAsset
from tlcourse.assets.registry import Card, Registry, parse_manifest
from tlcourse.assets.sources import UrlSource

SHA = "0" * 64
ENTRY = f"""
[toy]
title = "A toy"
size = 3
files = {{ "a/b.txt" = "{SHA}" }}
[[toy.sources]]
kind = "url"
url = "https://example.org/x.zip"
archive = "zip"
root = "top"
"""


def test_registry_reads_an_entry():
    toy = Registry.parse(ENTRY).get("toy")
    assert toy.card == Card("toy", "A toy")
    assert toy.files == {"a/b.txt": SHA}
    assert toy.sources == (UrlSource(url="https://example.org/x.zip", archive="zip", root="top"),)
    assert toy.sources[0].member("a/b.txt") == "top/a/b.txt"


def test_registry_reads_a_manifest(tmp_path):
    (tmp_path / "toy.sha256").write_text(f"{SHA}  a b.png\n")
    text = ENTRY.replace(f'files = {{ "a/b.txt" = "{SHA}" }}', 'manifest = "toy.sha256"')
    assert Registry.parse(text, tmp_path).get("toy").files == {"a b.png": SHA}


def test_registry_get_suggests_the_nearest_name():
    with pytest.raises(UnknownAsset, match=r"No asset is called 'toyy'\. Did you mean 'toy'\?"):
        Registry.parse(ENTRY).get("toyy")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[toy]", "[toy", "not valid TOML"),
        ('title = "A toy"', "", "title"),
        ('title = "A toy"', "title = 3", "'title' should be of type str, got 3"),
        ('title = "A toy"', 'title = "A toy"\nlicense = "MIT"', "unexpected keyword argument 'license'"),
        ("size = 3", "", "'size' should be of type int, got None"),
        (SHA, SHA[1:], "'a/b.txt' needs a SHA-256"),
        ('"a/b.txt"', '"../b.txt"', "'../b.txt' is not a plain relative path"),
        ('"a/b.txt"', '"/b.txt"', "'/b.txt' is not a plain relative path"),
        ('"a/b.txt"', '"a\\\\b.txt"', "is not a plain relative path"),
        ('kind = "url"', 'kind = "ulr"', r"'ulr' is not a kind of source\. Did you mean 'url'"),
        ('kind = "url"', "", "'kind' should be of type str"),
        ('archive = "zip"', 'archive = "rar"', "an archive is 'zip' or 'tar', got 'rar'"),
        ('archive = "zip"', "checksum = 1", "'checksum' should be of type str"),
        ('kind = "url"\nurl = "https://example.org/x.zip"\narchive = "zip"',
         'kind = "wheel"\nrequirement = "toy"', "pinned as name==version, got 'toy'"),
    ],
)  # fmt: skip
def test_registry_refuses_an_entry_that_makes_no_sense(old, new, message):
    assert old in ENTRY
    with pytest.raises(RegistryError, match=message):
        Registry.parse(ENTRY.replace(old, new))


@given(st.data())
def test_registry_raises_nothing_but_its_own_error(data):
    """Whatever value stands where, parsing ends in a registry or in a RegistryError."""
    lines = {"title": '"A toy"', "size": "3", "files": f'{{ "f" = "{SHA}" }}', "sources": "[]"}
    key = data.draw(st.sampled_from([*lines, "notes", "manifest"]))
    values = ["1", "true", "[]", "{}", "[[]]", '["x"]', "2020-01-01", "{ x = 'y' }"]
    lines[key] = data.draw(st.sampled_from(values))
    with suppress(RegistryError):
        Registry.parse("[toy]\n" + "\n".join(f"{key} = {value}" for key, value in lines.items()))


NAMES = st.text(string.ascii_letters + string.digits + " ._-é", min_size=1)
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
HASHES = st.text("0123456789abcdef", min_size=64, max_size=64)


@given(st.dictionaries(PATHS, HASHES), st.sampled_from(["  ", " *"]))
def test_manifest_reads_what_sha256sum_writes(files, separator):
    text = "".join(f"{sha256}{separator}{path}\n" for path, sha256 in files.items())
    assert parse_manifest(text) == files


@given(st.text())
@example(f"{SHA}  a\n{SHA}  a")
@example(f"\\{SHA}  a\\nb")
def test_manifest_raises_nothing_but_its_own_error(text):
    with suppress(RegistryError):
        assert len(parse_manifest(text)) == len(text.splitlines())


def test_card_shows_what_is_known_and_escapes_it():
    card = Card("toy", "A <toy>", licence="CC0-1.0")
    assert repr(card) == "toy: A <toy>\n  licence   CC0-1.0"
    html = card._repr_html_()
    assert "A &lt;toy&gt;" in html
    assert "CC0-1.0" in html
    assert "citation" not in html
