"""Put a lesson's notebook back as the course ships it; the learner's copy is kept beside it first.

    python tools/reset_lesson.py 03

The notebook is composed from its source, as in a build, but not executed: its outputs are those that the
solved notebook stores for the same cells.
"""

import argparse
import sys
from itertools import count
from pathlib import Path

import nbformat
from build_notebooks import ROOT, BuildError, compose, targets

from tlcourse import results
from tlcourse.assets.errors import suggest


def reset(number: str, root: Path = ROOT) -> str:
    """Put lesson `number` back and say what was done."""
    sources = {path.name[:2]: path for path in (root / "notebooks" / "src").glob("[0-9][0-9]_*.py")}
    number = number.zfill(2)
    if number not in sources:
        raise BuildError(f"There is no lesson {number!r}.{suggest(number, sorted(sources))}")
    source = sources[number]
    shipped, target = compose(source, "lesson", root), targets(source)["lesson"]
    name = target.relative_to(root).as_posix()
    if _cells(target) == [(cell.cell_type, cell.source) for cell in shipped.cells]:
        return f"{name}: its cells are as the course ships them; nothing to do."
    kept = keep(target)
    empty = fill(shipped, targets(source)["solutions"])
    results.write_atomically(target, nbformat.writes(shipped) + "\n")
    yours = f"; yours is kept as {kept.relative_to(root).as_posix()}" if kept else ""
    rest = f" {empty} of its cells show no output until you run them." if empty else ""
    opened = "If it is open in JupyterLab, choose File, Reload Notebook from Disk."
    return f"{name}: put back as the course ships it{yours}.{rest} {opened}"


def keep(notebook: Path) -> Path | None:
    """Copy a notebook to a new name beside it and return that; None if there is no notebook."""
    if not notebook.exists():
        return None
    for number in count(1):
        # No name of a lesson's begins like this, so that a kept copy is never run or built as one.
        copy = notebook.with_name(f"mine-{number}_{notebook.name}")
        try:
            file = copy.open("xb")
        except FileExistsError:
            continue
        try:
            with file:
                file.write(notebook.read_bytes())
        except BaseException:
            copy.unlink()
            raise
        return copy


def fill(notebook: nbformat.NotebookNode, solved: Path) -> int:
    """Give code cells the outputs that the same cells have in `solved`; return how many got none."""
    try:
        cells = nbformat.read(solved, as_version=4).cells
    except (OSError, ValueError, nbformat.ValidationError):
        cells = []
    found = {cell.get("id"): cell for cell in cells if cell.cell_type == "code" and cell.execution_count}
    empty = 0
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        same = found.get(cell.id)
        if same is None or same.source != cell.source:
            empty += 1
        else:
            cell.outputs, cell.execution_count = same.outputs, same.execution_count
    return empty


def _cells(notebook: Path) -> list | None:
    try:
        return [(cell.cell_type, cell.source) for cell in nbformat.read(notebook, as_version=4).cells]
    # A notebook that is gone or cannot be read is a reason to put it back.
    except (OSError, ValueError, AttributeError, nbformat.ValidationError):
        return None


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run the command; the exit status is 1 when the lesson stays as it was."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("lesson", metavar="NN", help="the lesson's number")
    try:
        print(reset(parser.parse_args(arguments).lesson, root))
    except (BuildError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
