"""Fixtures shared by all tests."""

import pytest


@pytest.fixture(autouse=True)
def cache(request, monkeypatch, tmp_path):
    """Give each test an empty cache of its own; tests marked `assets` keep the learner's real one.

    No test, nor a kernel that it starts, answers exercises in the learner's name.
    """
    monkeypatch.setenv("TLCOURSE_PROGRESS", "off")
    if request.node.get_closest_marker("assets"):
        return None
    monkeypatch.setenv("TLCOURSE_DATA", str(tmp_path / "cache"))
    return tmp_path / "cache"
