"""Give a public copy of the course its launch badges, in the README and in every lesson.

    python tools/badges.py OWNER/NAME

The address goes to `[tool.tlcourse] repository` in pyproject.toml. The notebooks are composed from their
sources again and keep the outputs they have, because nothing that they compute has changed.
"""

import argparse
import re
import sys
from pathlib import Path

import nbformat
from build_notebooks import ROOT, BuildError, compose, targets
from notebook_template import launch

from tlcourse import results

START, END = "<!-- badges:start -->", "<!-- badges:end -->"
_NAME = re.compile(r"(?:https://github\.com/)?([A-Za-z0-9-]+/[A-Za-z0-9._-]+?)(?:\.git)?/?")
_SETTING = re.compile(r'(?<=\[tool\.tlcourse\]\n)((?:#.*\n)*)repository = "[^"\n]*"$', re.M)


def address(text: str) -> str:
    """Return the address of a repository given as OWNER/NAME, or as GitHub's own address of it.

    Examples
    --------
    >>> address("ada/course")
    'https://github.com/ada/course'
    >>> address("https://github.com/ada/course.git")
    'https://github.com/ada/course'
    """
    if not (match := _NAME.fullmatch(text)):
        raise BuildError(f"{text!r} is not OWNER/NAME, such as ada/course.")
    return f"https://github.com/{match[1]}"


def set_repository(path: Path, repository: str) -> None:
    """Write the address into pyproject.toml, from which everything else takes it."""
    text, count = _SETTING.subn(rf'\1repository = "{repository}"', path.read_text("utf-8"))
    if count != 1:
        raise BuildError(f'{path} should have a line `repository = "…"` under [tool.tlcourse]; put it back.')
    results.write_atomically(path, text)


def label_readme(root: Path, repository: str) -> str:
    """Return the README's text with the badges, which open the first lesson, between its two markers."""
    path = root / "README.md"
    before, start, rest = path.read_text("utf-8").partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise BuildError(f"{path} has no line {START} followed by {END}; put them where the badges belong.")
    row = launch("00_start_here", repository)
    return f"{before}{START}\n{row}\n{END}{after}"


def relabel(path: Path, root: Path) -> dict[Path, str]:
    """Return the texts of both notebooks of a source, composed again with the outputs they had."""
    texts = {}
    for kind, target in targets(path).items():
        if not target.exists():
            raise BuildError(f"{target} is missing; run tools/build_notebooks.py {path.stem[:2]}.")
        fresh, stored = compose(path, kind, root), nbformat.read(target, as_version=4)
        ours, theirs = ([cell for cell in book.cells if cell.cell_type == "code"] for book in (fresh, stored))
        # The setup cell names the repository, and prints what it printed before.
        if _code(ours) != _code(theirs):
            raise BuildError(
                f"{target} differs from its source; run tools/build_notebooks.py {path.stem[:2]}."
            )
        for cell, was in zip(ours, theirs, strict=True):
            cell.outputs, cell.execution_count = was.outputs, was.execution_count
        texts[target] = nbformat.writes(fresh) + "\n"
    return texts


def _code(cells: list) -> list[str]:
    return [cell.source for cell in cells if "setup" not in cell.metadata.get("tags", [])]


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run the command; if the exit status is 1, nothing was changed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("repository", metavar="OWNER/NAME", help="your public copy on GitHub")
    options = parser.parse_args(arguments)
    pyproject = root / "pyproject.toml"
    before = pyproject.read_text("utf-8")
    try:
        repository = address(options.repository)
        set_repository(pyproject, repository)
        texts = {root / "README.md": label_readme(root, repository)}
        for path in sorted((root / "notebooks" / "src").glob("[0-9][0-9]_*.py")):
            texts |= relabel(path, root)
    except BuildError as error:
        results.write_atomically(pyproject, before)
        print(error, file=sys.stderr)
        return 1
    for target, text in texts.items():
        results.write_atomically(target, text)
    print(
        f"{repository}: badges in README.md and {len(texts) - 1} notebooks; commit them with pyproject.toml"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
