"""Progress: what counts as a learner's answer, how it is kept, and that its file never breaks a check."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlcourse.exercises import check, every, progress, record
from tlcourse.exercises.record import Progress, Standing, parse, progress_file, render


@pytest.fixture
def file(monkeypatch, tmp_path):
    """Let a learner answer in a notebook; return the file that progress is kept in."""
    path = tmp_path / "own" / "progress.json"
    monkeypatch.setenv("TLCOURSE_PROGRESS", str(path))
    monkeypatch.delenv("TLCOURSE_STRICT", raising=False)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=object))
    monkeypatch.setattr(record, "_told", set())
    return path


def test_answers_are_counted_until_one_is_right(file):
    check("00.1", np.argmin)
    assert progress().state("00.1") == "tried"
    check("00.1", np.argmax)
    check("00.1", np.argmin)
    kept = parse(file.read_bytes())
    assert set(kept) == {"00.1"}
    assert (kept["00.1"].passed, kept["00.1"].tries) == (True, 2)
    assert (progress().solved, progress().state("00.1"), progress().state("00.2")) == (
        1,
        "solved",
        "untouched",
    )
    assert "argm" not in file.read_text()


@pytest.mark.parametrize("answer", [..., lambda p: ...])
def test_stub_is_no_answer(file, answer):
    check("00.1", answer)
    assert not file.parent.exists()


@pytest.mark.parametrize("why", ["off", "strict", "solutions", "script"])
def test_answers_that_are_not_the_learners_do_not_count(file, monkeypatch, tmp_path, why):
    if why == "off":
        monkeypatch.setenv("TLCOURSE_PROGRESS", "off")
        assert progress_file() is None
    elif why == "strict":
        monkeypatch.setenv("TLCOURSE_STRICT", "1")
    elif why == "solutions":
        (tmp_path / "solutions").mkdir()
        monkeypatch.chdir(tmp_path / "solutions")
    else:
        monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    assert check("00.1", np.argmax).passed
    assert not file.parent.exists()
    assert progress().solved == 0


def test_damaged_file_is_set_aside_each_time_under_a_new_name(file):
    file.parent.mkdir()
    for number, damage in enumerate([b'{"version": 1, "exerci', b"\xff\xfe"], 1):
        file.write_bytes(damage)
        assert "is damaged" in progress().note
        aside = file.with_name(f"progress.damaged-{number}.json")
        feedback = check("00.1", np.argmax)
        assert feedback.passed
        assert str(aside) in feedback.message
        assert aside.read_bytes() == damage
        assert (progress().solved, progress().note) == (1, "")


def test_file_that_cannot_be_written_breaks_no_check_and_is_told_once(file):
    file.parent.write_text("not a folder")
    first, second = check("00.1", np.argmax), check("00.1", np.argmax)
    assert first.passed
    assert "Your progress could not be kept" in first.message
    assert "could not be kept" not in second.message
    assert "cannot be read" in progress().note


def test_write_that_is_interrupted_leaves_the_old_file(file, monkeypatch):
    check("00.1", np.argmax)
    before = file.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(record.os, "replace", full)
    assert "No space left" in check("00.2", np.argmin).message
    assert file.read_bytes() == before


def test_answers_given_at_once_all_count(file):
    names = list(every())[:8] * 4
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda name: record.record(name, False), names)) == {""}
    assert [standing.tries for standing in parse(file.read_bytes()).values()] == [4] * 8


def test_lock_held_by_another_keeps_no_check_waiting(file, monkeypatch):
    from filelock import FileLock

    monkeypatch.setattr(record, "LOCK_TIMEOUT", 0)
    file.parent.mkdir()
    with FileLock(file.with_suffix(".lock")):
        assert "could not be kept" in check("00.1", np.argmax).message


def test_file_lies_in_the_users_data_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("TLCOURSE_PROGRESS")
    monkeypatch.setattr("platformdirs.user_data_path", lambda name, appauthor: tmp_path / name)
    assert progress_file() == tmp_path / "tlcourse" / "progress.json"


def test_panel_tells_the_states_apart_in_text_and_to_a_screen_reader():
    done, tried = Standing(True, 1, "2026-01-31"), Standing(False, 2, "2026-01-31")
    panel = Progress({"00.1": done, "00.2": tried, "01.1": None}, note="<odd>")
    assert repr(panel).splitlines()[:3] == ["1 of 3 exercises solved", "00  ● ◐", "01  ○"]
    page = panel._repr_html_()
    assert 'aria-label="00.2: tried"' in page
    assert "&lt;odd&gt;" in page


names = st.from_regex(r"\A[0-9]{2}\.[0-9]{1,3}\Z")
times = st.datetimes().map(lambda moment: moment.isoformat())
standings = st.builds(Standing, st.booleans(), st.integers(1, 10**6), times)


@given(st.dictionaries(names, standings))
def test_file_read_back_is_what_was_written(kept):
    assert parse(render(kept).encode()) == kept


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["passed", "tries"]), inner),
    max_leaves=8,
)


@given(
    st.binary()
    | json_values.map(lambda value: json.dumps(value).encode())
    | json_values.map(lambda value: json.dumps({"version": 1, "exercises": value}).encode())
    | json_values.map(lambda value: json.dumps({"version": 1, "exercises": {"00.1": value}}).encode())
    | st.just(b"[" * 100_000)
)
def test_any_bytes_are_read_or_refused_with_one_kind_of_error(data):
    try:
        kept = parse(data)
    except ValueError:
        return
    assert parse(render(kept).encode()) == kept


@pytest.mark.parametrize("entry", [{"tries": 0}, {"tries": True}, {"passed": 1}, {"time": "soon"}])
def test_entry_that_makes_no_sense_is_refused(entry):
    good = {"passed": True, "tries": 1, "time": "2026-01-31"}
    parse(json.dumps({"version": 1, "exercises": {"00.1": good}}).encode())
    with pytest.raises(ValueError, match=r"makes no sense|isoformat"):
        parse(json.dumps({"version": 1, "exercises": {"00.1": good | entry}}).encode())
