"""Build a deck of slides for each lesson from its notebook: one HTML file that needs no network.

    python tools/build_slides.py [--code] [--output build/slides] [NN …]

A lesson's deck follows from the lesson by rule, so that nobody keeps it up: its title and aims; for each
section its first sentences, and those with a term in bold; every figure with its caption, every short table,
and then, at a key, what it means; the exercises as tasks; the take-aways last. Quiz, limits and references
stay in the lesson. With `--code`, the code of a figure or table comes before it. `index.html` lists the
decks, with the minutes that each section takes to teach.
"""

import argparse
import re
import sys
from html import escape
from importlib.util import find_spec
from itertools import accumulate
from math import ceil
from pathlib import Path

import nbformat
from latex2mathml.converter import convert
from nbconvert import SlidesExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = Path(__file__).with_name("slides_template")
LEFT_OUT = {"Check yourself", "Limits", "References"}
ROWS, LETTERS, CODE_LINES, ROOM = 10, 900, 25, 700  # what a slide has room for
START_OF_SENTENCE = re.compile(r"(?<=[.?!:])(?<![ *]\d\.) (?=[A-Z*`(“\"])")
PICTURES = ("image/svg+xml", "image/png", "image/jpeg")
WORDS, TASK = 120, 8  # words explained in a minute, and minutes for an exercise
HEADLINE = "application/vnd.tlcourse.headline+json"


class CannotBuild(Exception):
    """A deck cannot be built."""


def deck(notebook, code: bool = False):
    """Choose what of a lesson goes on slides, and return it as a notebook that says where each begins."""
    slides, closing = [], []
    for title, cells in sections(notebook.cells):
        if not title:
            # Heading, "You will be able to", aims; how long it takes and how to run it is for learners.
            slides.append(new_markdown_cell("\n\n".join(cells[0].source.split("\n\n")[:3])))
        elif title == "Your turn":
            slides += tasks(cells)
        elif title == "Take-aways":
            closing = [new_markdown_cell(f"## {title}\n\n{cells[0].source}")]
        elif title not in LEFT_OUT:
            slides += section(title, cells, code)
    chosen = [*slides, *closing]
    for cell in chosen:
        cell.metadata.setdefault("slideshow", {"slide_type": "slide"})
        if cell.cell_type == "markdown":
            cell.source = with_formulas(cell.source)
    return new_notebook(cells=chosen, metadata={"title": notebook.cells[0].source.splitlines()[0][2:]})


def minutes(notebook) -> dict[str, int]:
    """Return how long each section takes to teach: its words, a minute for each thing shown, its exercises.

    Every minute is rounded up. What is left out of a deck is for reading at home.
    """
    found = {}
    for title, cells in sections(notebook.cells):
        texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
        shows = sum(len(on_one_slide(cell.outputs)) for cell in cells if cell.cell_type == "code")
        talk = ceil(len(" ".join(texts).split()) / WORDS) + shows
        if title and title not in LEFT_OUT:
            found[title] = TASK * len(tasks(cells)) if title == "Your turn" else talk
    return found


INDEX = """\
<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Slides</title>
<style>body { font-family: sans-serif; max-width: 50em; margin: 2em auto; padding: 0 1em; }</style>
<h1>Slides</h1>
<p>Minutes are for explaining and looking together; the exercises may be homework.</p>"""


def index(decks: dict[Path, object]) -> str:
    """Return the page that lists the decks, each with its sections and their minutes."""
    lines = [INDEX]
    for path, notebook in decks.items():
        parts = minutes(notebook)
        title = notebook.cells[0].source.splitlines()[0][2:]
        lines.append(f'<h2><a href="{path.name}">{escape(title)}</a>, {sum(parts.values())} minutes</h2>')
        lines += ["<ul>", *(f"<li>{escape(name)}: {time}</li>" for name, time in parts.items()), "</ul>"]
    return "\n".join([*lines, "</html>", ""])


def sections(cells: list) -> list[tuple[str, list]]:
    """Divide a lesson at its headings of the second level; what stands before the first has no title."""
    found = [("", [])]
    for cell in cells:
        if cell.cell_type != "markdown":
            found[-1][1].append(cell)
            continue
        before, *rest = re.split(r"^## (.*)\n?", cell.source, flags=re.M)
        if before.strip():
            found[-1][1].append(new_markdown_cell(before.strip()))
        for title, text in zip(rest[::2], rest[1::2], strict=True):
            found.append((title.strip(), [new_markdown_cell(text.strip())]))
    return found


def section(title: str, cells: list, code: bool) -> list:
    """Return a section's slides: how it begins, its terms, its tables, and what its cells show."""
    opening = beginning(cells[0].source) or listed(cells[0].source)
    texts = [cell.source if cell.cell_type == "markdown" else "" for cell in cells]
    slides, headlines = [new_markdown_cell(f"## {title}\n\n{opening}\n\n{terms(texts, opening)}")], []
    for cell, before, after in zip(cells, ["", *texts], [*texts[1:], ""], strict=False):
        if cell.cell_type == "markdown":
            slides += [new_markdown_cell(f"### {title}\n\n{table}") for table in written_tables(cell.source)]
            continue
        headlines += [output for output in cell.outputs if HEADLINE in output.get("data", {})]
        for outputs in on_one_slide(cell.outputs):
            lead = beginning(before.split("\n\n")[-1], 260)
            slides += shown(title, cell, outputs, "" if opening.startswith(lead) else lead, after, code)
    if headlines:
        slides.insert(1, joined(new_code_cell(outputs=headlines)))
    return slides


def on_one_slide(outputs: list) -> list[list]:
    """Return what a cell shows, by slides: each figure alone, the short tables together."""
    shown = [output for output in outputs if HEADLINE not in output.get("data", {})]
    figures = [[output] for output in shown if any(kind in output.get("data", {}) for kind in PICTURES)]
    tables = [output for output in shown if rows(output) > 1 and [output] not in figures]
    letters = len(re.sub("<[^>]*>", "", "".join(output.data["text/html"] for output in tables)))
    return [*figures, *[tables] * (0 < sum(map(rows, tables)) <= ROWS and letters <= LETTERS)]


def rows(output) -> int:
    """Return the number of rows of an output's table."""
    return output.get("data", {}).get("text/html", "").count("<tr")


def shown(title: str, cell, outputs: list, lead: str, after: str, code: bool) -> list:
    """Return the slide of a figure or of tables, with its caption, or what led to it, and what it means."""
    caption, meaning = captioned(after)
    heading = new_markdown_cell(f"### {title}\n\n{'' if caption else lead}")
    slide = [heading, joined(new_code_cell(outputs=outputs))]
    if caption:
        slide.append(joined(new_markdown_cell(caption)))
    if meaning and not meaning.endswith(":"):
        slide.append(joined(new_markdown_cell(meaning), "fragment"))
    if code and len(cell.source.splitlines()) <= CODE_LINES:
        source = new_markdown_cell(f"### {title}\n\n```python\n{cell.source}\n```")
        return [source, *slide]
    return slide


def joined(cell, kind: str = "-"):
    """Let a cell go on the slide before it: at once, or at a key if it is a "fragment"."""
    cell.metadata["slideshow"] = {"slide_type": kind}
    return cell


def captioned(text: str) -> tuple[str, str]:
    r"""Divide the text after a figure into its caption and what the next paragraph begins with.

    Examples
    --------
    >>> captioned("*Figure 1. The curves.*\n\nThey cross. So be it.")
    ('*Figure 1. The curves.*', 'They cross. So be it.')
    """
    caption = re.match(r"\*Figure.*?\*(?=\n\n|\Z)", text, flags=re.S)
    rest = text[caption.end() :] if caption else text
    return " ".join(caption[0].split()) if caption else "", beginning(rest, 200)


def beginning(text: str, room: int = 420) -> str:
    r"""Return the first sentences of a text's first plain paragraph that fit into so many characters.

    Examples
    --------
    >>> beginning("### A heading\n\nOne is short. Two is longer.", room=14)
    'One is short.'
    """
    plain = filter(None, map(sentences, text.split("\n\n")))
    return " ".join(within(room, next(plain, [])))


def sentences(paragraph: str) -> list[str]:
    """Return the sentences of a plain paragraph; of a heading, table, list or caption none."""
    if re.match(r"#|\||- |\d+\. |>|`{3}|\$\$|\*Figure", paragraph):
        return []
    parts = START_OF_SENTENCE.split(" ".join(paragraph.split()))
    # One that ends otherwise runs on, into a formula or a list.
    return [part for part in parts if re.search(r"[.?!:][)*\"”]*$", part)]


def within(room: int, parts: list[str]) -> list[str]:
    """Return the first of the parts, at least one, that together have at most so many letters."""
    return parts[: max(1, sum(length <= room for length in accumulate(map(len, parts))))]


def listed(text: str) -> str:
    """Return the points of the list that a section consists of."""
    return "\n".join(within(LETTERS, re.findall(r"^(?:- |\d+\. ).*(?:\n +.*)*", text, flags=re.M)))


def terms(texts: list[str], opening: str) -> str:
    """Return the sentences of a section in which something is set in bold, mostly terms, as a list."""
    points = [point for text in texts for part in text.split("\n\n") for point in sentences(part)]
    bold = [point for point in points if "**" in point and point not in opening and not point.endswith(":")]
    return "\n".join(f"- {point}" for point in within(ROOM - len(opening), bold))


def written_tables(text: str) -> list[str]:
    """Return the tables written in a text that a slide has room for."""
    tables = re.findall(r"(?:^\|.*\n?){3,}", text, flags=re.M)
    return [table for table in tables if len(table.splitlines()) <= ROWS and len(table) <= LETTERS]


def tasks(cells: list) -> list:
    """Return a slide for each exercise, without its stub."""
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    found = re.split(r"^\*\*(Exercise \d\d\.\d)\*\*", text, flags=re.M)[1:]
    return [
        new_markdown_cell(f"## {name}\n\n{task.strip()}")
        for name, task in zip(found[::2], found[1::2], strict=True)
    ]


def with_formulas(text: str) -> str:
    """Write formulas as MathML, which browsers draw without a script."""
    text = re.sub(r"\$\$(.+?)\$\$", lambda found: convert(found[1], display="block"), text, flags=re.S)
    return re.sub(r"(?<![\\$])\$([^$\n]+?)\$", lambda found: convert(found[1]), text)


def revealjs() -> Path:
    """Return the folder of reveal.js, which the package sphinx-revealjs brings along."""
    package = find_spec("sphinx_revealjs")
    if package is None:
        raise CannotBuild(
            "The slides need sphinx-revealjs, which brings reveal.js; install the extra `book`."
        )
    return Path(package.origin).with_name("_static") / "revealjs" / "dist"


def write(path: Path, notebook, code: bool = False) -> Path:
    """Build the deck of one lesson and return its file."""
    exporter = SlidesExporter(
        template_name="slides_template", extra_template_basedirs=[str(TEMPLATES.parent)]
    )
    exporter.exclude_input = exporter.exclude_input_prompt = exporter.exclude_output_prompt = True
    exporter.exclude_anchor_links = True
    files = {name: (revealjs() / f"reveal.{name}").read_text("utf-8") for name in ("css", "js")}
    page, _ = exporter.from_notebook_node(deck(notebook, code), {"revealjs": files})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, "utf-8")
    return path


def main() -> int:
    """Build the decks that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("lessons", nargs="*", metavar="NN", help="only these lessons; else all")
    parser.add_argument("--code", action="store_true", help="show the code of each figure and table")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "slides", metavar="FOLDER")
    asked = parser.parse_args()
    paths = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    chosen = [path for path in paths if not asked.lessons or path.name[:2] in asked.lessons]
    try:
        if not chosen:
            raise CannotBuild(f"No lesson {' or '.join(asked.lessons)} is in {ROOT / 'notebooks'}.")
        decks = {asked.output / f"{path.stem}.html": nbformat.read(path, as_version=4) for path in chosen}
        for path, notebook in decks.items():
            print(f"slides: {write(path, notebook, asked.code)}")
        (asked.output / "index.html").write_text(index(decks), "utf-8")
    except CannotBuild as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
