"""Launch badges: where the address goes, and that nothing computed is lost."""

import re

import badges
import nbformat
import pytest
from build_notebooks import BuildError, drift
from click.testing import CliRunner
from notebook_template import repository

from tlcourse import runner
from tlcourse.cli import main

ADDRESS = "https://github.com/ada/course"


@pytest.fixture
def built(built):
    """Return the built root with a README that has a place for badges."""
    (built / "README.md").write_text(f"# Course\n\n{badges.START}\n{badges.END}\n\nMore.\n")
    return built


def everything(root):
    return {path: path.read_text() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "text",
    ["ada/course", "https://github.com/ada/course", "https://github.com/ada/course.git", "ada/course/"],
)
def test_address_is_found_in_what_people_paste(text):
    assert badges.address(text) == ADDRESS


@pytest.mark.parametrize(
    "text", ["course", "ada/b/c", "ada/", 'ada/c"\nx = 1', "https://example.org/ada/course"]
)
def test_what_is_no_repository_is_refused(text):
    with pytest.raises(BuildError, match="is not OWNER/NAME"):
        badges.address(text)


def test_address_goes_everywhere_and_outputs_stay(built, source):
    path = built / "notebooks" / "00_small.ipynb"
    before = nbformat.read(path, as_version=4)
    assert badges.main(["ada/course"], built) == 0
    after = nbformat.read(path, as_version=4)
    assert repository(built) == ADDRESS
    assert "mybinder.org/v2/gh/ada/course/HEAD?labpath=notebooks/00_small.ipynb" in after.cells[0].source
    assert f'"tlcourse @ git+{ADDRESS}"' in after.cells[2].source
    assert [cell.get("outputs") for cell in after.cells] == [cell.get("outputs") for cell in before.cells]
    assert drift(source, built) == []
    readme = (built / "README.md").read_text()
    assert "ada/course/blob/main/notebooks/00_start_here.ipynb" in readme
    assert (readme.startswith(f"# Course\n\n{badges.START}\n["), readme.endswith("\n\nMore.\n")) == (
        True,
        True,
    )


def test_second_time_replaces_the_first(built):
    badges.main(["ada/course"], built)
    once = everything(built)
    badges.main(["grace/fork"], built)
    assert not [path for path, text in everything(built).items() if "ada/course" in text]
    badges.main(["ada/course"], built)
    assert everything(built) == once


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        (
            "notebooks/src/00_small.py",
            "N = 2",
            "N = 3",
            r"differs from its source; run .*build_notebooks\.py 00",
        ),
        ("README.md", badges.END, "", "has no line <!-- badges:start --> followed by"),
        ("pyproject.toml", "repository =", "repo =", "should have a line `repository"),
    ],
)
def test_failure_changes_nothing(built, capsys, file, old, new, complaint):
    path = built / file
    path.write_text(path.read_text().replace(old, new))
    before = everything(built)
    assert badges.main(["ada/course"], built) == 1
    assert everything(built) == before
    assert re.search(complaint, capsys.readouterr().err)


def test_lesson_that_was_never_built_is_named(built, capsys):
    (built / "notebooks" / "solutions" / "00_small.ipynb").unlink()
    assert badges.main(["ada/course"], built) == 1
    assert "00_small.ipynb is missing; run tools/build_notebooks.py 00" in capsys.readouterr().err


def test_command_hands_over_to_the_clones_own_script(tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "course_folder", lambda: tmp_path)
    call = ["badges", "--repo", "ada/course"]
    result = CliRunner().invoke(main, call)
    assert (result.exit_code, "is not here; run this in a clone of the course." in result.stderr) == (1, True)
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "badges.py").write_text(
        "import sys\nsys.exit(3 * (sys.argv[1:] == ['ada/course']))\n"
    )
    assert CliRunner().invoke(main, call).exit_code == 3
