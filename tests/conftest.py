"""Fixtures shared by all tests."""

import os
import shutil

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


@pytest.fixture(scope="module")
def browser():
    """Start the machine's Chromium, headless; without it the test is skipped, except in CI."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("CI has no Chromium: .ci/run installs it.")
        pytest.skip("needs Chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Chromium refuses its sandbox to root, as whom CI runs; it only opens pages of the course's own.
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def sources(monkeypatch):
    """Set what the adviser tries: `sources(Kind, …)`, and no network."""
    from tlcourse.adviser import networks, pipeline, representations

    def choose(*kinds):
        for module in (representations, pipeline):
            for name in ("for_photos", "for_texts"):
                monkeypatch.setattr(module, name, lambda: tuple(kind() for kind in kinds))
        monkeypatch.setattr(networks, "for_photos", tuple)

    return choose
