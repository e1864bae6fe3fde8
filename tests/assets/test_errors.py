"""Suggestions for mistyped names."""

import pytest

from tlcourse.assets import errors


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("stamp", " Did you mean 'stamps'?"),
        ("STAMPS", " Did you mean 'stamps'?"),
        ("glove", " Valid names are 'digits' and 'stamps'."),
        ("", " Valid names are 'digits' and 'stamps'."),
    ],
)
def test_suggest_names_the_near_or_all(given, expected):
    assert errors.suggest(given, ["stamps", "digits"]) == expected


def test_suggest_gives_back_names_as_they_are_spelt():
    assert errors.suggest("vgg16", ["VGG16", "VGG19"]).startswith(" Did you mean 'VGG16'")


def test_every_refusal_is_an_asset_error():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert len(kinds) == 11
    assert all(issubclass(kind, errors.AssetError) for kind in kinds)
