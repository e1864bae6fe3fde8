"""Controls above an output."""

import sys

import pytest
from IPython import display

from tlcourse.controls import play


@pytest.fixture
def shown(monkeypatch):
    """Return what is displayed, and after it what that is updated to."""
    seen = []

    class Handle:
        def update(self, thing):
            seen.append(("update", thing))

    monkeypatch.setattr(display, "display", lambda thing, **_: seen.append(thing) or Handle())
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    return seen


def text(widgets):
    return widgets.Text("one")


def test_moving_the_control_shows_the_output_anew_in_its_place(shown):
    play(str.upper, "one", text)
    control, output = shown
    assert output == "ONE"
    control.value = "two"
    assert shown[2:] == [("update", "TWO")]


def test_run_without_a_person_shows_the_output_only(shown, monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "1")
    play(str.upper, "one", text)
    assert shown == ["ONE"]


def test_output_is_shown_alone_where_ipywidgets_is_absent(shown, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    play(str.upper, "one", text)
    assert shown == ["ONE"]
