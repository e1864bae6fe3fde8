"""The builder: what it composes, what it refuses, what it leaves behind."""

import ast
import re

import build_notebooks
import nbformat
import pytest
from build_notebooks import BuildError, compose, drift, main, targets
from notebook_template import launch, repository, setup_code

REPOSITORY = "https://github.com/example/course"


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.fixture
def built(root, source, monkeypatch):
    """Return the root after a build that pretends to execute."""
    monkeypatch.setattr(build_notebooks, "execute", lambda notebook, folder, strict: None)
    assert main([], root) == 0
    return root


def tags(notebook):
    return [tag for cell in notebook.cells for tag in cell.metadata.get("tags", [])]


def test_lesson_holds_stubs_and_solutions_hold_solutions(source, root):
    assert tags(compose(source, "lesson", root)) == ["setup", "parameters", "assert", "exercise"]
    assert tags(compose(source, "solutions", root)) == ["setup", "parameters", "assert", "solution"]


def test_opening_gives_time_memory_and_prerequisites(source, root):
    opening = compose(source, "lesson", root).cells[0].source
    assert "about 1 minute on" in opening
    assert "200 MB" in opening
    assert "[the start](../README.md)" in opening


def test_solutions_lie_a_folder_deeper_and_so_do_their_links(source, root):
    edit(source, "After it", "See [this](../README.md). After it")
    assert "[this](../../README.md)" in compose(source, "solutions", root).cells[0].source


def test_ids_stay_when_a_cell_is_inserted(source, root):
    before = {cell.source: cell.id for cell in compose(source, "lesson", root).cells}
    edit(source, "# %% [markdown]\n# This may", "# %% [markdown]\n# New.\n\n# %% [markdown]\n# This may")
    after = {cell.source: cell.id for cell in compose(source, "lesson", root).cells}
    assert before.items() < after.items()


def test_ids_of_equal_cells_differ_and_repeat(source, root):
    source.write_text(source.read_text() + "\n# %%\nN\n\n# %%\nN\n")
    ids, again = ([cell.id for cell in compose(source, "lesson", root).cells] for _ in range(2))
    assert len(set(ids)) == len(ids)
    assert ids == again


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"solution"', '"solutions"', "unknown tag"),
        ('"parameters"', '"setup"', "unknown tag"),
        ("memory_mb", "memory", "expected"),
        ("#   lesson:\n", "#   other:\n", "gives nothing"),
        ("# %% [markdown]\n# # A lesson", "# %%\n# # A lesson", "first cell must be markdown"),
    ],
)
def test_source_that_would_go_wrong_is_refused(source, root, old, new, message):
    edit(source, old, new)
    with pytest.raises(BuildError, match=message):
        compose(source, "lesson", root)


def test_repository_unset_gives_a_plain_link_and_a_sentence_on_what_to_do():
    assert "http" not in launch("00_small", "") + setup_code("")
    assert "make lab" in setup_code("")
    ast.parse(setup_code(""))


def test_repository_set_gives_badges_and_an_installing_cell():
    row = launch("00_small", REPOSITORY)
    assert "mybinder.org/v2/gh/example/course/HEAD?labpath=notebooks/00_small.ipynb" in row
    assert "colab.research.google.com/github/example/course/" in row
    assert f"git+{REPOSITORY}" in setup_code(REPOSITORY)
    ast.parse(re.sub(r"%pip .*", "pass", setup_code(REPOSITORY)))


def test_repository_is_read_from_pyproject(root):
    (root / "pyproject.toml").write_text(f'[tool.tlcourse]\nrepository = "{REPOSITORY}/"\n')
    assert repository(root) == REPOSITORY
    (root / "pyproject.toml").write_text("[project]\n")
    assert repository(root) == ""


def test_check_passes_on_what_was_just_built(built, capsys):
    assert main(["--check"], built) == 0
    assert capsys.readouterr().err == ""


def test_check_names_the_first_differing_cell_of_an_edited_source(built, source, capsys):
    edit(source, "N = 2", "N = 3")
    assert main(["--check"], built) == 1
    told = capsys.readouterr().err
    assert "notebooks/00_small.ipynb: cell 5 differs in its source" in told
    assert "solutions/00_small.ipynb: cell 5 differs in its source" in told


@pytest.mark.parametrize("kind", ["lesson", "solutions"])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda book: book.cells[0].update(source="# Other"), "cell 1 differs in its source"),
        (lambda book: book.cells[4].metadata.update(tags=[]), "cell 5 differs in its metadata"),
        (lambda book: book.cells.pop(), "is missing"),
        (lambda book: book.cells.append(nbformat.v4.new_markdown_cell("More.")), "is not in the source"),
        (
            lambda book: book.metadata.update(kernelspec={"name": "r", "display_name": "R"}),
            "metadata differs",
        ),
    ],
)
def test_check_finds_an_edited_notebook(built, source, kind, change, message):
    target = targets(source)[kind]
    book = nbformat.read(target, as_version=4)
    change(book)
    nbformat.write(book, target)
    (problem,) = drift(source, built)
    assert message in problem


def test_check_ignores_outputs(built, source):
    target = targets(source)["lesson"]
    book = nbformat.read(target, as_version=4)
    book.cells[4].outputs = [nbformat.v4.new_output("stream", text="3")]
    book.cells[4].execution_count = 7
    nbformat.write(book, target)
    assert drift(source, built) == []


def test_check_finds_missing_and_stray_notebooks(built, source, capsys):
    targets(source)["solutions"].rename(built / "notebooks" / "solutions" / "09_gone.ipynb")
    assert main(["--check"], built) == 1
    told = capsys.readouterr().err
    assert "solutions/00_small.ipynb is missing" in told
    assert "solutions/09_gone.ipynb has no source" in told


def test_unknown_lesson_number_is_an_error(root, capsys):
    with pytest.raises(SystemExit):
        main(["07"], root)
    assert "no lesson 07; there are 00" in capsys.readouterr().err


def test_too_large_a_notebook_is_refused_and_not_written(root, source, monkeypatch, capsys):
    def flood(notebook, folder, strict):
        notebook.cells[4].outputs = [nbformat.v4.new_output("stream", text="x" * 1_000_000)]

    monkeypatch.setattr(build_notebooks, "execute", flood)
    assert main([], root) == 1
    assert "the largest is cell 5" in capsys.readouterr().err
    assert not list((root / "notebooks").glob("*.ipynb"))


def test_interrupted_write_leaves_the_old_notebook_and_no_debris(built, source, monkeypatch):
    target = targets(source)["lesson"]
    before = target.read_bytes()

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(build_notebooks.os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        main([], built)
    assert target.read_bytes() == before
    assert sorted(path.name for path in (built / "notebooks").iterdir()) == [
        "00_small.ipynb",
        "solutions",
        "src",
    ]


def test_build_executes_stores_and_repeats_itself(root, source):
    assert main([], root) == 0
    first = {path: path.read_bytes() for path in targets(source).values()}
    book = nbformat.read(targets(source)["solutions"], as_version=4)
    assert "Correct" in str([cell.get("outputs") for cell in book.cells])
    assert drift(source, root) == []
    assert main(["00"], root) == 0
    assert first == {path: path.read_bytes() for path in targets(source).values()}


def test_wrong_solution_fails_the_build_and_writes_nothing(root, source, capsys):
    edit(source, "p.argmax()", "p.argmin()")
    assert main([], root) == 1
    told = capsys.readouterr().err
    assert "solutions/00_small.ipynb: cell 10 failed with ExerciseFailed" in told
    assert "p.argmin()" in told
    assert not list((root / "notebooks").glob("*.ipynb"))
