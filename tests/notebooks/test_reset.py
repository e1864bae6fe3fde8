"""Putting a lesson back: what it becomes, and that no copy of the learner's is ever lost."""

import json

import build_notebooks
import nbformat
import pytest
import reset_lesson
from build_notebooks import drift
from click.testing import CliRunner

from tlcourse import runner
from tlcourse.cli import main


@pytest.fixture
def lesson(built):
    """Return a lesson's notebook, built by a build that pretends to execute."""
    return built / "notebooks" / "00_small.ipynb"


def change(lesson, text):
    notebook = nbformat.read(lesson, as_version=4)
    notebook.cells[-2].source = text
    nbformat.write(notebook, lesson)


def kept(lesson):
    return {path.name: path.read_bytes() for path in lesson.parent.glob("mine-*")}


def test_lesson_is_as_shipped_again_and_every_copy_stays(lesson, root, source, capsys):
    shipped, mine = nbformat.read(lesson, as_version=4), {}
    for number, text in enumerate(["mine", "mine again"], 1):
        change(lesson, text)
        mine[f"mine-{number}_00_small.ipynb"] = lesson.read_bytes()
        assert reset_lesson.main(["0"], root) == 0
        assert f"yours is kept as notebooks/mine-{number}_00_small.ipynb" in capsys.readouterr().out
        assert kept(lesson) == mine
        assert drift(source, root) == []
    again = nbformat.read(lesson, as_version=4)
    code = [(a, b) for a, b in zip(shipped.cells, again.cells, strict=True) if a.cell_type == "code"]
    # The solved notebook lends the outputs of all cells but the exercise.
    assert [a.outputs == b.outputs for a, b in code] == [True] * (len(code) - 1) + [False]


def test_lesson_that_was_not_changed_is_left_alone(lesson, root, capsys):
    before = lesson.read_bytes()
    assert reset_lesson.main(["00"], root) == 0
    assert "nothing to do" in capsys.readouterr().out
    assert (lesson.read_bytes(), kept(lesson)) == (before, {})


@pytest.mark.parametrize("damage", [b"{", b"[]", b"\xff", None])
def test_lesson_that_is_damaged_or_gone_comes_back(lesson, root, source, damage):
    lesson.unlink()
    if damage is not None:
        lesson.write_bytes(damage)
    assert reset_lesson.main(["00"], root) == 0
    assert drift(source, root) == []
    assert list(kept(lesson).values()) == ([] if damage is None else [damage])


@pytest.mark.parametrize("damage", [None, b"{"])
def test_outputs_are_empty_where_no_solved_notebook_lends_them(lesson, root, capsys, damage):
    solved = root / "notebooks" / "solutions" / "00_small.ipynb"
    solved.unlink()
    if damage:
        solved.write_bytes(damage)
    change(lesson, "mine")
    assert reset_lesson.main(["00"], root) == 0
    assert "5 of its cells show no output" in capsys.readouterr().out


def test_copy_that_cannot_be_made_leaves_the_lesson(lesson, root, monkeypatch, capsys):
    change(lesson, "mine")
    before = lesson.read_bytes()
    real = type(lesson).read_bytes

    def full(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(lesson), "read_bytes", full)
    assert reset_lesson.main(["00"], root) == 1
    monkeypatch.setattr(type(lesson), "read_bytes", real)
    assert "No space left" in capsys.readouterr().err
    assert (lesson.read_bytes(), kept(lesson)) == (before, {})


def test_kept_copy_is_no_lesson_and_no_stray(lesson, root):
    change(lesson, "mine")
    reset_lesson.main(["00"], root)
    assert build_notebooks.main(["--check"], root) == 0
    assert [found.path for found in runner.lessons(root)] == [lesson]


def test_wrong_number_names_the_nearest(lesson, root, capsys):
    assert reset_lesson.main(["1"], root) == 1
    told = capsys.readouterr().err
    assert told.startswith("There is no lesson '01'. ")
    assert "'00'" in told


def test_command_hands_on_what_was_wrong(capfd):
    assert CliRunner().invoke(main, ["reset", "77"]).exit_code == 1
    assert "There is no lesson '77'." in capfd.readouterr().err


def test_command_without_sources_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(runner, "course_folder", lambda: tmp_path)
    result = CliRunner().invoke(main, ["reset", "00"])
    assert result.exit_code == 1
    assert "install.sh" in result.stderr


def test_progress_command_shows_the_file_and_what_it_holds(monkeypatch, tmp_path):
    path = tmp_path / "progress.json"
    entry = {"passed": True, "tries": 2, "time": "2026-01-31"}
    path.write_text(json.dumps({"version": 1, "exercises": {"00.1": entry}}))
    monkeypatch.setenv("TLCOURSE_PROGRESS", str(path))
    page = CliRunner().invoke(main, ["progress"]).stdout
    assert "00  ● ○ ○" in page
    assert str(path) in page
    document = json.loads(CliRunner().invoke(main, ["progress", "--json"]).stdout)
    assert (document["solved"], document["file"]) == (1, str(path))
    assert document["exercises"][0] == {"exercise": "00.1", "state": "solved", **entry}
