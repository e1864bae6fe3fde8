"""Write the README's results from a run of the course, or check them against the stored notebooks.

    tlcourse run && python tools/readme_results.py     rewrite the block between the two results comments
    python tools/readme_results.py --check             compare it with the outputs stored in notebooks/*.ipynb

The check leaves out time and memory, which differ from machine to machine.
"""

import argparse
import json
import re
import sys
from pathlib import Path

import nbformat

from tlcourse import results

ROOT = Path(__file__).resolve().parents[1]
START, END = "<!-- results:start -->", "<!-- results:end -->"
NUMBERED = "[0-9][0-9]_*.ipynb"


class ReadmeError(Exception):
    """The README's results cannot be written or do not hold; the message says what to do."""


def block(document: dict) -> str:
    """Write a run's document as Markdown: a sentence on the machine, then the table."""
    machine, lessons = document["machine"], document["lessons"]
    minutes = sum(lesson["seconds"] for lesson in lessons) / 60
    peak = max(lesson["peak_bytes"] for lesson in lessons)
    lines = [
        f"The whole course took {minutes:.1f} minutes and at most {peak / 1e9:.1f} GB of memory on "
        f"{machine['cores']} cores of {machine['cpu']} ({machine['system']}, Python {machine['python']}, "
        f"TensorFlow {machine['tensorflow']}). Square brackets hold 95 % intervals.",
        "",
        "| lesson | measured | result | baseline | minutes | peak memory |",
        "|---|---|---|---|---|---|",
    ]
    for lesson, cells in results.rows(lessons):
        cost = f"{lesson['seconds'] / 60:.1f} | {lesson['peak_bytes'] / 1e9:.1f} GB"
        lines.append(f"{_row(cells)} {cost} |")
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _split(readme: str) -> tuple[str, str, str]:
    if readme.count(START) != 1 or readme.count(END) != 1 or readme.index(START) > readme.index(END):
        raise ReadmeError(f"README.md must hold {START} once and then {END} once.")
    before, rest = readme.split(START)
    inside, after = rest.split(END)
    return before, inside, after


def update(root: Path) -> None:
    """Rewrite the README's block from build/results.json."""
    path = root / "build" / "results.json"
    if not path.exists():
        raise ReadmeError(f"{path} does not exist; run: tlcourse run")
    document = json.loads(path.read_text("utf-8"))
    ran = {lesson["number"] for lesson in document["lessons"] if not lesson["failure"]}
    missing = sorted({notebook.name[:2] for notebook in (root / "notebooks").glob(NUMBERED)} - ran)
    if missing:
        raise ReadmeError(f"{path} lacks lessons {', '.join(missing)}, or they failed; run: tlcourse run")
    before, _, after = _split((root / "README.md").read_text("utf-8"))
    results.write_atomically(root / "README.md", f"{before}{START}\n{block(document)}\n{END}{after}")


def check(root: Path) -> None:
    """Compare the block's numbers with the headline results stored in the notebooks."""
    stored = []
    for path in sorted((root / "notebooks").glob(NUMBERED)):
        notebook = nbformat.read(path, as_version=4)
        lesson = {"number": path.name[:2], "headlines": results.headlines(notebook)}
        stored += [_row(cells) for _, cells in results.rows([lesson])]
    _, inside, _ = _split((root / "README.md").read_text("utf-8"))
    # The row's first cells, without the two of time and memory.
    written = [
        re.sub(r"[^|]*\|[^|]*\|$", "", line).strip() for line in inside.splitlines() if line.startswith("| ")
    ][1:]
    if stored != written:
        differing = sorted(set(stored) ^ set(written)) or ["only their order differs"]
        raise ReadmeError(
            "README.md's results are not those stored in the notebooks; run: make notebooks\n"
            + "\n".join(differing)
        )


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="only compare the README with the stored notebooks"
    )
    try:
        (check if parser.parse_args().check else update)(ROOT)
    except ReadmeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
