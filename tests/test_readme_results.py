"""The README's results come from a run, and agree with the stored notebooks."""

import importlib.util
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tlcourse import results

SCRIPT = Path(__file__).parents[1] / "tools" / "readme_results.py"
SPEC = importlib.util.spec_from_file_location("readme_results", SCRIPT)
readme_results = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(readme_results)

PIXELS = {"name": "pixels", "mean": 0.5, "low": 0.4, "high": 0.6}
HEADLINES = [
    {"lesson": "01", "text": "ten | shots", "mean": 0.861, "low": 0.84, "high": 0.88, "baseline": PIXELS},
    {"lesson": "01", "text": "gain", "mean": 0.361, "low": 0.3, "high": 0.4, "baseline": None},
]


@pytest.fixture
def clone(tmp_path):
    """A clone with one lesson, its run's results, and an empty block in the README."""
    (tmp_path / "notebooks").mkdir()
    store(tmp_path, HEADLINES)
    run(tmp_path, HEADLINES)
    (tmp_path / "README.md").write_text(
        f"# Course\n\n{readme_results.START}\n{readme_results.END}\n\nMore | words\n"
    )
    return tmp_path


def store(root, headlines, name="01_first"):
    outputs = [new_output("display_data", {results.HEADLINE: headline}) for headline in headlines]
    nbformat.write(
        new_notebook(cells=[new_code_cell("1", outputs=outputs)]), root / "notebooks" / f"{name}.ipynb"
    )


def run(root, headlines, failure=None):
    lesson = {"number": "01", "title": "First", "seconds": 66.0, "peak_bytes": 910_000_000}
    document = {
        "machine": results.machine(),
        "lessons": [{**lesson, "headlines": headlines, "failure": failure}],
    }
    results.write(root, document)


def test_block_is_rewritten_and_the_rest_stays(clone):
    readme_results.update(clone)
    text = (clone / "README.md").read_text()
    assert text.startswith(
        "# Course\n\n<!-- results:start -->\nThe whole course took 1.1 minutes and at most 0.9 GB"
    )
    assert "| 01 | ten \\| shots | 0.86 [0.84, 0.88] | pixels 0.50 [0.40, 0.60] | 1.1 | 0.9 GB |\n" in text
    assert "| 01 | gain | 0.36 [0.30, 0.40] |  | 1.1 | 0.9 GB |\n" in text
    assert text.endswith("\n<!-- results:end -->\n\nMore | words\n")
    readme_results.update(clone)
    assert (clone / "README.md").read_text() == text


def test_check_agrees_whatever_time_and_memory_were(clone):
    readme_results.update(clone)
    readme = clone / "README.md"
    readme.write_text(readme.read_text().replace("1.1 | 0.9 GB", "7.7 | 0.1 GB"))
    readme_results.check(clone)


@pytest.mark.parametrize(
    "stored",
    [HEADLINES[:1], HEADLINES[::-1], [{**HEADLINES[0], "mean": 0.87}, HEADLINES[1]], []],
    ids=["one missing", "other order", "other number", "none"],
)
def test_check_fails_if_the_stored_notebooks_say_otherwise(clone, stored):
    readme_results.update(clone)
    store(clone, stored)
    with pytest.raises(readme_results.ReadmeError, match="run: make notebooks"):
        readme_results.check(clone)


def test_results_of_a_part_of_the_course_are_refused(clone):
    store(clone, [], name="02_second")
    with pytest.raises(readme_results.ReadmeError, match="lacks lessons 02"):
        readme_results.update(clone)


def test_results_of_a_failed_lesson_are_refused(clone):
    run(clone, [], failure={"error": "no"})
    with pytest.raises(readme_results.ReadmeError, match="lacks lessons 01, or they failed"):
        readme_results.update(clone)


def test_readme_without_the_comments_is_refused(clone):
    (clone / "README.md").write_text("# Course\n")
    with pytest.raises(readme_results.ReadmeError, match="must hold <!-- results:start --> once"):
        readme_results.update(clone)


def test_results_that_do_not_exist_are_asked_for(clone):
    (clone / "build" / "results.json").unlink()
    with pytest.raises(readme_results.ReadmeError, match="run: tlcourse run"):
        readme_results.update(clone)
