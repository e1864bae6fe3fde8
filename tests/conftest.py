"""Fixtures shared by all tests."""

import pytest


@pytest.fixture(autouse=True)
def cache(request, monkeypatch, tmp_path):
    """Give each test an empty cache of its own; tests marked `assets` keep the learner's real one."""
    if request.node.get_closest_marker("assets"):
        return None
    monkeypatch.setenv("TLCOURSE_DATA", str(tmp_path / "cache"))
    return tmp_path / "cache"
