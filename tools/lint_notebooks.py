"""Hold the built notebooks to the course's rules; each rule is one small function.

    python tools/lint_notebooks.py                              every notebook of the course
    python tools/lint_notebooks.py notebooks/01_topic.ipynb     only this one

Cells are counted from 1, markdown and code alike.
"""

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from notebook_template import MAX_BYTES

ROOT = Path(__file__).resolve().parents[1]
MAX_LINES = 25
CLOSING = ["Take-aways", "Limits", "Check yourself", "Your turn", "References"]


@dataclass(frozen=True)
class Cell:
    """A cell with its number, and its prose freed of what is not prose."""

    number: int
    kind: str
    source: str
    tags: frozenset[str]
    outputs: list
    count: int | None

    @property
    def prose(self) -> str:
        """The text without fenced or inline code, HTML tags and link targets."""
        text = re.sub(r"^(```|~~~).*?^\1", "", self.source, flags=re.M | re.S)
        text = re.sub(r"`[^`]*`|<[^>]*>", "", text)
        return re.sub(r"\]\([^)]*\)|https?://\S+", "]", text)

    @property
    def headings(self) -> list[tuple[int, str]]:
        """Level and title of each heading in the cell."""
        found = re.findall(r"^(#{1,6}) +(.+?) *$", self.prose, flags=re.M)
        return [(len(marks), title) for marks, title in found]

    @property
    def exercises(self) -> list[str]:
        """Names of the exercises that the cell checks."""
        return re.findall(r"""\bcheck\(\s*["']([^"']+)["']""", self.source)


class Notebook:
    """A notebook as the rules see it."""

    def __init__(self, path: Path):
        self.path = path
        self.cells = [
            Cell(
                number,
                cell.cell_type,
                cell.source,
                frozenset(cell.metadata.get("tags", [])),
                cell.get("outputs", []),
                cell.get("execution_count"),
            )
            for number, cell in enumerate(nbformat.read(path, as_version=4).cells, 1)
        ]
        self.code = [cell for cell in self.cells if cell.kind == "code"]
        self.markdown = [cell for cell in self.cells if cell.kind == "markdown"]

    def tagged(self, tag: str) -> list[Cell]:
        """Return the cells that bear a tag."""
        return [cell for cell in self.cells if tag in cell.tags]


@dataclass(frozen=True)
class Finding:
    """One breach of one rule."""

    path: Path
    cell: int | None
    rule: str
    what: str
    remedy: str

    def __str__(self) -> str:
        where = f", cell {self.cell}" if self.cell else ""
        return f"{self.path}{where}: {self.rule}: {self.what}. {self.remedy}"


Check = Callable[[Notebook], Iterator[tuple[int | None, str]]]
RULES: dict[str, tuple[Check, str]] = {}


def rule(remedy: str) -> Callable[[Check], Check]:
    """Register a rule; it yields the cell's number and what is wrong, `remedy` says what to do."""

    def register(function: Check) -> Check:
        RULES[function.__name__.replace("_", "-")] = (function, remedy)
        return function

    return register


def lint(path: Path) -> list[Finding]:
    """Return every breach in one notebook."""
    notebook = Notebook(path)
    return [
        Finding(path, cell, name, what, remedy)
        for name, (function, remedy) in RULES.items()
        for cell, what in function(notebook)
    ]


@rule("Begin the notebook with one '# Title', and use '##' and deeper below it.")
def one_title_first(notebook):
    titles = [
        (cell.number, title) for cell in notebook.markdown for level, title in cell.headings if level == 1
    ]
    if not notebook.cells or notebook.cells[0].prose.lstrip()[:2] != "# ":
        yield 1, "the notebook does not begin with a title"
    for number, title in titles[1:]:
        yield number, f"a second title, {title!r}"


@rule("Say it before the first code cell: 'you will be able to …'; time and memory come from the header.")
def says_what_it_takes(notebook):
    first = notebook.code[0].number if notebook.code else len(notebook.cells) + 1
    opening = " ".join(" ".join(cell.prose for cell in notebook.markdown if cell.number < first).split())
    for pattern in (r"you will be able to", r"\d+ minutes?\b", r"\d+ [MG]B\b"):
        if not re.search(pattern, opening, re.IGNORECASE):
            yield 1, f"the opening has nothing like {pattern!r}"


@rule("Have one cell tagged 'parameters', after the setup cell that the builder adds.")
def setup_then_parameters(notebook):
    order = []
    for tag in ("setup", "parameters"):
        cells = notebook.tagged(tag)
        order += [cell.number for cell in cells]
        if len(cells) != 1:
            yield None, f"{len(cells)} cells are tagged {tag!r}, not 1"
    if order != sorted(order):
        yield order[0], "the setup cell comes after the parameters"
    elif notebook.code and "setup" not in notebook.code[0].tags:
        yield notebook.code[0].number, "a code cell comes before the setup"


@rule("Put a markdown cell with a sentence before it that says what the code is about to show.")
def sentence_before_code(notebook):
    previous = None
    for cell in notebook.cells:
        if cell.kind == "code" and not _introduced(cell, previous):
            yield cell.number, "no sentence introduces the code"
        previous = cell


def _introduced(cell: Cell, previous: Cell | None) -> bool:
    if previous is None:
        return False
    if previous.kind == "markdown":
        return any(
            re.search(r"\w", line) and not line.startswith("#") for line in previous.prose.splitlines()
        )
    answers = {"exercise", "solution"}
    return "assert" in cell.tags or bool(cell.tags & answers and previous.tags & answers)


@rule("Move long code into the package, or split the cell where a result can be shown.")
def short_cells(notebook):
    for cell in notebook.code:
        if (lines := len(cell.source.splitlines())) > MAX_LINES:
            yield cell.number, f"{lines} lines of code, over {MAX_LINES}"


@rule("Run `make notebooks`, so that every cell is stored as run, in order, in a fresh kernel.")
def executed_in_order(notebook):
    for expected, cell in enumerate(notebook.code, 1):
        if cell.count != expected:
            yield cell.number, f"execution count {cell.count}, expected {expected}"
            return


@rule("Mend the code that fails, and run `make notebooks`.")
def no_error_stored(notebook):
    for cell in notebook.code:
        for output in cell.outputs:
            if output.output_type == "error":
                yield cell.number, f"a stored {output.ename}"


@rule("Silence the warning where it arises, or deal with what it warns of.")
def no_stderr_stored(notebook):
    for cell in notebook.code:
        for output in cell.outputs:
            if output.get("name") == "stderr":
                yield cell.number, f"stored on stderr: {output.text.strip().splitlines()[0][:80]!r}"


@rule("An assertion proves what the prose says and shows nothing: print in another cell.")
def silent_assertions(notebook):
    for cell in notebook.tagged("assert"):
        if cell.outputs:
            yield cell.number, "an assertion cell has an output"


@rule(f"End with these second-level headings, in this order: {', '.join(CLOSING)}.")
def closing_sections(notebook):
    titles = [title for cell in notebook.markdown for level, title in cell.headings if level == 2]
    if titles[-len(CLOSING) :] != CLOSING:
        yield None, f"the notebook ends with {', '.join(titles[-len(CLOSING) :]) or 'no headings'}"


@rule('Write `exercises.quiz("NN")`, with the lesson\'s own number, once, under "Check yourself".')
def asks_its_quiz(notebook):
    heading, asked = "", []
    for cell in notebook.cells:
        heading = next((title for _, title in reversed(cell.headings)), heading)
        asked += [(heading, name) for name in re.findall(r"""\bquiz\(\s*["']([^"']+)["']""", cell.source)]
    if asked != [("Check yourself", notebook.path.name[:2])]:
        yield None, f"the quizzes asked are {asked or 'none'}"


# What looks like a measured result, but is part of a name.
_NAMES = re.compile(
    r"\b(?:Python|TensorFlow|Keras|NumPy|version|exercises?|CC[ -]BY[\w-]*) \d+(?:\.\d+)+"
    r"|\b95 % (?:bootstrap )?intervals?\b",
    re.IGNORECASE,
)
_RESULT = re.compile(r"(?<![\w.-])[-−]?\d*\.\d+(?![\w.]\d)|\d\s*(?:%|per ?cent\b)")


@rule(
    "Print it in a code cell or assert it there; tag the markdown cell 'sourced' when a reference gives it."
)
def no_typed_results(notebook):
    exempt = None
    for cell in notebook.markdown:
        for line in cell.prose.splitlines():
            if heading := re.match(r"(#+) +(.+)", line):
                level, title = len(heading[1]), heading[2]
                if exempt is None or level <= exempt:
                    exempt = level if re.search(r"references|licen[cs]e", title, re.IGNORECASE) else None
            found = _RESULT.search(_NAMES.sub("", line))
            if found and exempt is None and "sourced" not in cell.tags:
                yield cell.number, f"the number {found[0]!r} is typed into the prose"


@rule('End an exercise cell with `check("NN.k", …)` on an answer that is `...`, and its solution likewise.')
def stubs_and_checks(notebook):
    for tag in ("exercise", "solution"):
        for cell in notebook.tagged(tag):
            if not cell.exercises:
                yield cell.number, f"the {tag} cell checks nothing"
    for cell in notebook.tagged("exercise"):
        if "..." not in cell.source:
            yield cell.number, "the exercise cell has no `...` to fill in"


@rule("Write one cell tagged 'solution' for each cell tagged 'exercise', checking the same names.")
def exercises_are_solved(notebook):
    if notebook.path.parent.name == "solutions":
        return
    path = notebook.path.parent / "solutions" / notebook.path.name
    if not path.exists():
        yield None, "there is no notebook of solutions"
        return
    asked = [(cell.number, name) for cell in notebook.tagged("exercise") for name in cell.exercises]
    solved = [name for cell in Notebook(path).tagged("solution") for name in cell.exercises]
    for number, name in asked:
        if name not in solved:
            yield number, f"exercise {name} has no solution"
    for name in sorted(set(solved) - {name for _, name in asked}):
        yield None, f"solution {name} has no exercise"


@rule('Describe the picture for those who cannot see it: ![what it shows](…) or alt="…".')
def images_have_alt_text(notebook):
    for cell in notebook.cells:
        texts = [cell.source] if cell.kind == "markdown" else _pages(cell)
        for text in texts:
            for tag in re.findall(r"!\[\s*\]\([^)]*\)|<img\b[^>]*>", text):
                if tag.startswith("!") or not re.search(r"""\balt=(["'])\s*[^\s"']""", tag):
                    yield cell.number, f"no alternative text on {tag[:60]!r}"


def _pages(cell: Cell) -> list[str]:
    return [output.data["text/html"] for output in cell.outputs if "text/html" in output.get("data", {})]


@rule("Draw fewer or smaller pictures.")
def small_file(notebook):
    if (size := notebook.path.stat().st_size) >= MAX_BYTES:
        yield None, f"{size:,} bytes, not under {MAX_BYTES:,}"


@rule("Use https, or a source that has it.")
def secure_links(notebook):
    for cell in notebook.cells:
        for link in re.findall(r"http://[^\s)\"']+", cell.source):
            yield cell.number, f"the link {link}"


@rule("Correct the path, as seen from notebooks/.")
def links_lead_somewhere(notebook):
    for cell in notebook.markdown:
        for target in re.findall(r"\]\(([^)#\s]+)", cell.source):
            if not re.match(r"[a-z]+:", target) and not (notebook.path.parent / target).exists():
                yield cell.number, f"the link to {target}, where there is nothing"


@rule("State it plainly, with a full stop.")
def no_exclamation_marks(notebook):
    for cell in notebook.markdown:
        for line in cell.prose.splitlines():
            if re.search(r"!(?!\[)", line):
                yield cell.number, f"an exclamation mark in {line.strip()[:60]!r}"


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit status is 1 when a rule is broken."""
    folder = ROOT / "notebooks"
    given = [Path(argument) for argument in (sys.argv[1:] if arguments is None else arguments)]
    paths = given or sorted([*folder.glob("[0-9]*.ipynb"), *folder.glob("solutions/*.ipynb")])
    findings = [finding for path in paths for finding in lint(path)]
    for finding in findings:
        print(finding)
    print(f"{len(paths)} notebooks, {len(findings)} findings")
    return 1 if findings or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
