"""Running lessons: what a run yields, how a failure is shown, what an interruption leaves behind."""

import io
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from rich.console import Console

from tlcourse import assets, results, runner
from tlcourse.assets.errors import NoSourceReachable
from tlcourse.cli import main

HEADLINE = {"lesson": "01", "text": "ten shots", "mean": 0.861, "low": 0.84, "high": 0.88, "baseline": None}
EMIT = f"from IPython.display import display\ndisplay({{{results.HEADLINE!r}: {HEADLINE!r}}}, raw=True)"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A clone of a course without lessons, and a function that adds one."""
    (tmp_path / "notebooks").mkdir()
    monkeypatch.setattr(runner, "course_folder", lambda: tmp_path)

    def add(name, *cells, needs=()):
        notebook = new_notebook(cells=[new_markdown_cell(f"# Lesson {name} [bold]\n\n# Not this"), *cells])
        notebook.metadata["tlcourse"] = {"assets": list(needs)}
        # A kernel that no machine has: the runner must not ask for it.
        notebook.metadata["kernelspec"] = {
            "name": "somebody-elses",
            "display_name": "?",
            "language": "python",
        }
        path = tmp_path / "notebooks" / f"{name}.ipynb"
        nbformat.write(notebook, path)
        return path

    return add


def run(*args):
    return CliRunner().invoke(main, ["run", *args], prog_name="tlcourse")


def test_run_yields_headlines_costs_and_executed_copies(course, tmp_path):
    path = course(
        "01_adding",
        new_code_cell("import os, sys\nprint(sys.executable, os.getcwd(), os.environ['TQDM_DISABLE'])"),
        new_code_cell(EMIT),
    )
    untouched = path.read_bytes()
    result = run("--json")
    document = json.loads(result.stdout)
    lesson = document["lessons"][0]
    assert result.exit_code == 0
    assert (lesson["number"], lesson["title"], lesson["failure"]) == ("01", "Lesson 01_adding [bold]", None)
    assert lesson["headlines"] == [HEADLINE]
    assert lesson["seconds"] > 0
    assert 20e6 < lesson["peak_bytes"] < 1e9
    assert document["machine"]["python"] == sys.version.split()[0]
    assert json.loads((tmp_path / "build" / "results.json").read_text()) == document
    assert path.read_bytes() == untouched
    copy = nbformat.read(tmp_path / "build" / "notebooks" / path.name, as_version=4)
    assert copy.cells[1].outputs[0].text == f"{sys.executable} {path.parent} 1\n"


def test_failing_lesson_is_shown_and_the_others_still_run(course, tmp_path):
    course(
        "01_wrong", new_code_cell("total = 1"), new_code_cell("parts = 0\ntotal / parts"), new_code_cell("2")
    )
    course("02_right", new_code_cell(EMIT))
    result = run()
    assert result.exit_code == 1
    assert (
        "Lesson 01 (Lesson 01_wrong [bold]) failed in cell 2 of 3: ZeroDivisionError: division by zero"
        in result.stderr
    )
    assert "  | total / parts\n" in result.stderr
    assert "\x1b[" not in result.stderr
    assert "1 of 2 lessons failed: 01" in result.stderr
    assert "0.86 [0.84, 0.88]" in result.stdout


def test_dead_kernel_is_named_with_its_last_words(course):
    course("01_dies", new_code_cell("import os\nos.write(2, b'no ' + b'room')\nos._exit(1)"))
    result = run()
    assert result.exit_code == 1
    assert "failed in cell 1 of 1: The kernel died" in result.stderr
    assert "no room" in result.stderr


def test_cell_without_end_is_stopped(course, monkeypatch):
    monkeypatch.setattr(runner, "CELL_TIMEOUT", 1)
    course("01_waits", new_code_cell("import time\ntime.sleep(60)"))
    assert "failed in cell 1 of 1: The cell did not finish in 1 seconds." in run().stderr


def test_memory_of_child_processes_counts(course):
    course(
        "01_grows",
        new_code_cell(
            "import subprocess, sys\n"
            "subprocess.run([sys.executable, '-c', \"import time; x = b'x' * 400_000_000; time.sleep(1)\"])"
        ),
    )
    assert json.loads(run("--json").stdout)["lessons"][0]["peak_bytes"] > 400e6


def test_lesson_whose_asset_cannot_be_had_is_not_tried(course, monkeypatch):
    def fetch(name):
        raise NoSourceReachable(f"{name} could not be had.")

    monkeypatch.setattr(assets, "has", lambda name: name == "digits")
    monkeypatch.setattr(assets, "fetch", fetch)
    course("01_needs", new_code_cell("print('tried')"), needs=["stamps", "digits"])
    course("02_needs_none", new_code_cell(EMIT))
    result = run("--json")
    first, second = json.loads(result.stdout)["lessons"]
    assert first["failure"]["error"] == "stamps could not be had."
    assert (first["seconds"], second["headlines"]) == (0, [HEADLINE])
    assert "assets: fetching stamps …\nassets: stamps could not be had.\n" in result.stderr
    assert "assets: 1 present (digits)\n" in result.stderr


def test_lessons_are_chosen_by_number(course, tmp_path):
    for name in ("00_a", "01_b", "05_c"):
        course(name)
    assert [lesson.number for lesson in runner.lessons(tmp_path)] == ["00", "01", "05"]
    assert [lesson.number for lesson in runner.lessons(tmp_path, ["5", "00"])] == ["00", "05"]
    result = run("7")
    assert result.exit_code == 1
    assert result.stderr == "There is no lesson '07'. Valid names are '00', '01' and '05'.\n"


def test_lesson_that_does_not_say_needs_every_asset(course, tmp_path):
    path = course("01_silent")
    notebook = nbformat.read(path, as_version=4)
    del notebook.metadata["tlcourse"]
    nbformat.write(notebook, path)
    assert set(runner.lessons(tmp_path)[0].assets) == {asset.name for asset in assets.list()}


def test_damaged_notebook_is_named(course, tmp_path):
    (tmp_path / "notebooks" / "01_cut.ipynb").write_text('{"cells": [')
    result = run()
    assert result.exit_code == 1
    assert "01_cut.ipynb is not a readable notebook" in result.stderr


def test_progress_on_a_terminal_shows_cells_time_and_memory(course, tmp_path):
    course("01_adding", new_code_cell("1"), new_code_cell("import time; time.sleep(1)"))
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=120)
    list(runner.execute_all(runner.lessons(tmp_path), tmp_path, {}, console))
    assert "01 Lesson 01_adding [bold]" in screen.getvalue()
    assert "cell 1/2" in screen.getvalue()
    assert "cell 2/2" in screen.getvalue()
    assert " GB" in screen.getvalue()


INTERRUPTED = """
import pathlib, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a test run in the background hands down "ignore"
from tlcourse import cli, runner
runner.course_folder = lambda: pathlib.Path(sys.argv[1])
cli.main(["run"])
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interruption_leaves_no_kernel_and_nothing_half_written(course, tmp_path, number):
    course("01_quick", new_code_cell("1"))
    sleep = "import os, pathlib, time\npathlib.Path('pid').write_text(str(os.getpid()))\ntime.sleep(120)"
    course("02_endless", new_code_cell(sleep))
    command = [sys.executable, "-c", INTERRUPTED, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        pid = tmp_path / "notebooks" / "pid"
        deadline = time.monotonic() + 60
        while not (pid.exists() and pid.read_text()) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(number)
        _, stderr = process.communicate(timeout=30)
    assert process.returncode == 130
    assert stderr.endswith("Interrupted. Lessons finished: 01 of 2.\n")
    assert not psutil.pid_exists(int(pid.read_text()))
    left = {str(path.relative_to(tmp_path)) for path in (tmp_path / "build").rglob("*") if path.is_file()}
    assert left == {str(Path("build/notebooks/01_quick.ipynb"))}


def test_headlines_are_taken_in_order_from_stored_outputs():
    cells = [
        new_code_cell("x", outputs=[new_output("display_data", {results.HEADLINE: {"text": text}})])
        for text in "ab"
    ]
    notebook = new_notebook(
        cells=[cells[0], new_code_cell("y", outputs=[new_output("stream", text="")]), cells[1]]
    )
    assert [headline["text"] for headline in results.headlines(notebook)] == ["a", "b"]


def test_interrupted_writing_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "results.json"
    results.write_atomically(path, "old")
    monkeypatch.setattr(Path, "replace", lambda *args: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        results.write_atomically(path, "new")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("results.json", "old")]
