"""Make the notebooks learners open from the percent-format sources authors edit.

    python tools/build_notebooks.py            build and execute every lesson
    python tools/build_notebooks.py 01 05      only these
    python tools/build_notebooks.py --check    say whether the notebooks still follow from their sources

Each `notebooks/src/NN_topic.py` becomes `notebooks/NN_topic.ipynb`, where exercises are stubs, and
`notebooks/solutions/NN_topic.ipynb`, where they are solved and every check must pass.
"""

import argparse
import hashlib
import os
import sys
import time
from collections import Counter
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from notebook_template import KERNEL, MAX_BYTES, SETUP_SENTENCE, facts, launch, repository, setup_code

from tlcourse import results

ROOT = Path(__file__).resolve().parents[1]
TAGS = {"parameters", "exercise", "solution", "assert", "sourced"}
FACTS = {"minutes", "memory_mb", "assets", "prerequisites"}
CELL_TIMEOUT = 300


class BuildError(Exception):
    """A lesson cannot be built; the message names it and says what to do."""


def read_source(path: Path) -> nbformat.NotebookNode:
    """Read a lesson's source and refuse what would silently go wrong later."""
    source = jupytext.read(path, fmt="py:percent")
    lesson = source.metadata.get("lesson", {})
    if set(lesson) != FACTS:
        raise BuildError(
            f"{path.name}: its header gives {sorted(lesson) or 'nothing'} under `jupyter: lesson:`, "
            f"expected {sorted(FACTS)}."
        )
    if not source.cells or source.cells[0].cell_type != "markdown":
        raise BuildError(f"{path.name}: the first cell must be markdown and hold the title.")
    for number, cell in enumerate(source.cells, 1):
        # A mistyped "solution" would show learners the answer, so tags are a closed list.
        if unknown := set(cell.metadata.get("tags", [])) - TAGS:
            raise BuildError(
                f"{path.name}, cell {number}: unknown tag {sorted(unknown)}; use one of {sorted(TAGS)} "
                "(the setup cell is added when building)."
            )
    return source


def compose(path: Path, kind: str, root: Path = ROOT) -> nbformat.NotebookNode:
    """Return a lesson's notebook without outputs; `kind` is "lesson" or "solutions"."""
    source, address = read_source(path), repository(root)
    lesson = source.metadata["lesson"]
    row = launch(path.stem, address)
    if kind == "solutions":
        row = f"These are the solutions; the lesson itself is [here](../{path.stem}.ipynb)."
    # Paths in the sources are written as seen from notebooks/, and solutions lie one folder deeper.
    deeper = (lambda text: text.replace("](../", "](../../")) if kind == "solutions" else str
    title, *rest = source.cells
    cells = [
        new_markdown_cell(f"{deeper(title.source)}\n\n{deeper(facts(lesson))}\n\n{row}"),
        new_markdown_cell(SETUP_SENTENCE),
        new_code_cell(setup_code(address), metadata={"tags": ["setup"]}),
    ]
    dropped = "solution" if kind == "lesson" else "exercise"
    for cell in rest:
        tags = sorted(cell.metadata.get("tags", []))
        metadata = {"tags": tags} if tags else {}
        if dropped in tags:
            continue
        if cell.cell_type == "markdown":
            cells.append(new_markdown_cell(deeper(cell.source), metadata=metadata))
        else:
            if "assert" in tags:
                metadata["jupyter"] = {"source_hidden": True}
            cells.append(new_code_cell(cell.source, metadata=metadata))
    _number(cells)
    notebook = new_notebook(cells=cells, metadata=_metadata(lesson))
    nbformat.validate(notebook)
    return notebook


def _metadata(lesson: dict) -> dict:
    return {"kernelspec": dict(KERNEL), "language_info": {"name": "python"}, "tlcourse": dict(lesson)}


def _number(cells: list) -> None:
    # Ids follow from the text, not the position: inserting a cell leaves the others' ids alone.
    seen: Counter[str] = Counter()
    for cell in cells:
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:10]
        seen[digest] += 1
        cell["id"] = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"


def execute(notebook: nbformat.NotebookNode, folder: Path, strict: bool) -> None:
    """Run every cell in a fresh kernel started in `folder`; with `strict` a failed check is an error."""
    course = {"TLCOURSE_STRICT": "1" if strict else "0", "TLCOURSE_PROGRESS": "off"}
    environment = {**os.environ, "TQDM_DISABLE": "1", **course}
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name=KERNEL["name"],
        extra_arguments=["--log-level=40"],  # else each kernel warns that it talks over a local port
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
    )
    metadata = dict(notebook.metadata)
    client.execute(env=environment)
    # The kernel writes its exact Python version here, which would differ from machine to machine.
    notebook.metadata = nbformat.from_dict(metadata)


def targets(path: Path) -> dict[str, Path]:
    """Return where the two notebooks of a source go."""
    notebooks = path.parents[1]
    return {
        "lesson": notebooks / f"{path.stem}.ipynb",
        "solutions": notebooks / "solutions" / f"{path.stem}.ipynb",
    }


def build(path: Path, root: Path = ROOT) -> None:
    """Build and execute both notebooks of one source; neither is written unless both succeed."""
    texts = {}
    for kind, target in targets(path).items():
        start = time.perf_counter()
        notebook = compose(path, kind, root)
        target.parent.mkdir(exist_ok=True)
        try:
            execute(notebook, target.parent, strict=kind == "solutions")
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise BuildError(f"{_name(target)}: {_failure(notebook, error)}") from error
        text = nbformat.writes(notebook) + "\n"
        size = len(text.encode())
        if size >= MAX_BYTES:
            number, cell = max(enumerate(notebook.cells, 1), key=lambda pair: len(str(pair[1])))
            raise BuildError(
                f"{_name(target)}: {size:,} bytes with its outputs, over {MAX_BYTES:,}; the largest is cell "
                f"{number} ({len(str(cell)):,}): draw fewer or smaller pictures."
            )
        texts[target] = text
        print(f"{_name(target)}: {time.perf_counter() - start:.1f} s, {size / 1e6:.2f} MB", flush=True)
    for target, text in texts.items():
        results.write_atomically(target, text)


def _failure(notebook: nbformat.NotebookNode, error: Exception) -> str:
    ran = [number for number, cell in enumerate(notebook.cells, 1) if cell.get("execution_count")]
    failed = [n for n in ran if any(o.output_type == "error" for o in notebook.cells[n - 1].outputs)]
    number = (failed or ran or [1])[-1]
    if isinstance(error, CellExecutionError):
        what = f"{error.ename}: {error.evalue}"
    else:
        what = f"{type(error).__name__}: {error}"
    return f"cell {number} failed with {what}\n\n{notebook.cells[number - 1].source}\n"


def _name(target: Path) -> str:
    return "/".join(target.parts[-2:])


def drift(path: Path, root: Path = ROOT) -> list[str]:
    """Return one sentence for each notebook of `path` that no longer follows from it."""
    problems = []
    for kind, target in targets(path).items():
        if not target.exists():
            problems.append(f"{_name(target)} is missing.")
            continue
        expected, found = compose(path, kind, root), nbformat.read(target, as_version=4)
        if problem := _first_difference(expected, found):
            problems.append(f"{_name(target)}: {problem}.")
    return problems


def _first_difference(expected, found) -> str | None:
    for number, (ours, theirs) in enumerate(zip(expected.cells, found.cells, strict=False), 1):
        for key in ("cell_type", "source", "metadata", "id"):
            if ours.get(key) != theirs.get(key):
                return f"cell {number} differs in its {key} ({theirs.source[:60]!r})"
    if len(expected.cells) != len(found.cells):
        number = min(len(expected.cells), len(found.cells)) + 1
        side = "is missing" if len(found.cells) < number else "is not in the source"
        return f"cell {number} {side}"
    return "the notebook's metadata differs" if expected.metadata != found.metadata else None


def strays(sources: list[Path], notebooks: Path) -> list[str]:
    """Return one sentence for each notebook that has no source."""
    made = {target for path in sources for target in targets(path).values()}
    # A copy that a reset has kept is the learner's own.
    kept = set(notebooks.glob("mine-*.ipynb"))
    found = [*notebooks.glob("*.ipynb"), *notebooks.glob("solutions/*.ipynb")]
    return [f"{_name(path)} has no source in notebooks/src." for path in sorted(set(found) - made - kept)]


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run the command; the exit status is 1 when a lesson fails to build or has drifted."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("lessons", nargs="*", metavar="NN", help="lesson numbers; all when none is given")
    parser.add_argument("--check", action="store_true", help="only compare, execute nothing")
    options = parser.parse_args(arguments)
    every = sorted((root / "notebooks" / "src").glob("[0-9][0-9]_*.py"))
    numbers = [path.stem[:2] for path in every]
    if unknown := set(options.lessons) - set(numbers):
        parser.error(f"no lesson {', '.join(sorted(unknown))}; there are {', '.join(numbers) or 'none'}")
    sources = [path for path in every if not options.lessons or path.stem[:2] in options.lessons]
    problems = strays(every, root / "notebooks") if options.check and not options.lessons else []
    for path in sources:
        try:
            if options.check:
                problems += drift(path, root)
            else:
                build(path, root)
        except BuildError as error:
            problems.append(str(error))
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems and options.check:
        print("Edit the source in notebooks/src, then run `make notebooks`.", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
