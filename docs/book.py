"""What the book takes from the rest of the course when it is built.

The lessons are copied from `notebooks/`, made fit for a page that cannot compute; the API pages list the
public names of each subpackage; the tables of lessons and results are the README's, and the works cited are
gathered from the lessons. Nothing of this is committed.
"""

import inspect
import re
import sys
from pathlib import Path

import nbformat
from docutils import nodes
from latex2mathml.converter import convert
from sphinx.errors import ExtensionError
from sphinx.pycode import ModuleAnalyzer
from sphinx.util import logging

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
WIDGET = "application/vnd.jupyter.widget-view+json"
# What a browser can show without a script; the rest of an output is for programs.
SHOWN = ("text/html", "image/svg+xml", "image/png", "image/jpeg", "text/latex", "text/markdown", "text/plain")

log = logging.getLogger(__name__)


def setup(app):
    """Connect the steps below to Sphinx."""
    app.connect("builder-inited", write_generated_pages)
    # Pages that gather from the lessons and the README change when those do.
    app.connect(
        "env-get-outdated",
        lambda app, env, added, changed, removed: ["glossary", "index", "references", "results"],
    )
    app.connect("source-read", fill_in)
    app.connect("include-read", lambda app, name, parent, text: text.__setitem__(0, relink(text[0])))
    app.add_html_math_renderer(
        "mathml", inline_renderers=(inline_math, None), block_renderers=(block_math, None)
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_generated_pages(app):
    """Write the lessons and the API pages into the book's source folder, and remove those that have gone."""
    pages = {f"notebooks/{path.name}": lesson(path) for path in lessons()}
    pages |= {f"api/{name}.rst": text for name, text in api_pages().items()}
    source = Path(app.srcdir)
    for folder in ("notebooks", "api"):
        (source / folder).mkdir(exist_ok=True)
        for stale in {*(source / folder).iterdir()} - {source / page for page in pages}:
            stale.unlink()
    for page, text in pages.items():
        target = source / page
        # Sphinx reads again what is newer than its last build.
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")


# The lessons


def lessons() -> list[Path]:
    """Return the executed notebooks, in order."""
    return sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def lesson(path: Path) -> str:
    """Return a lesson as the book shows it, as a notebook's JSON."""
    notebook = nbformat.read(path, as_version=4)
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            cell.source = relink(cell.source)
            continue
        outputs = [output for output in map(static, cell.outputs) if output]
        # What a run printed in pieces is one block: warnings are for whoever runs the lesson.
        cell.outputs = [output for output in outputs if output.get("name") != "stderr"]
        tags = set(cell.metadata.get("tags", []))
        if tags & {"assert", "setup"}:
            cell.metadata["tags"] = sorted(tags | {"hide-input"})
        cell.metadata["mystnb"] = {
            "image": {"alt": alternative(notebook.cells, number)},
            "code_prompt_show": "Show the proof" if "assert" in tags else "Show the code",
            "code_prompt_hide": "Hide the proof" if "assert" in tags else "Hide the code",
        }
    return nbformat.writes(notebook) + "\n"


def static(output):
    """Return what a page can show of an output; None for a widget that has no picture or text of its own."""
    if "data" not in output:
        return output
    output.data = {kind: value for kind, value in output.data.items() if kind in SHOWN or kind == WIDGET}
    if output.data.pop(WIDGET, None) is not None and list(output.data) == ["text/plain"]:
        return None
    return output


def alternative(cells: list, number: int) -> str:
    """Say what stands for a cell's pictures where they cannot be seen: its caption, else the text before."""
    after = next((cell.source for cell in cells[number + 1 :] if cell.cell_type == "markdown"), "")
    if caption := re.match(r"\*(Figure.*?)\*(?:\n\n|\Z)", after, flags=re.S):
        return plain(caption[1])
    before = next((cell.source for cell in reversed(cells[:number]) if cell.cell_type == "markdown"), "")
    return plain(before.strip().split("\n\n")[-1]) or "A figure drawn by the code above."


def plain(text: str) -> str:
    """Return Markdown as the sentence it is read as."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return " ".join(re.sub(r"[*`$]|^#+ ", "", text, flags=re.M).split())


def relink(text: str) -> str:
    """Let links that lead out of the notebooks' folder lead to the book's own pages, or be plain text."""
    text = text.replace("](../README.md#binder-and-colab)", "](../running.md)")
    text = text.replace("](../data/README.md", "](../data.md")
    # A badge is a picture from another site: its words do.
    text = re.sub(r"\[!\[([^\]]*)\]\(https?:[^)]*\)\]", r"[\1]", text)
    return re.sub(
        r"\[([^\]]+)\]\((?:\.\./(?!running\.md|data\.md)|solutions/|notebooks/solutions)[^)]*\)", r"\1", text
    )


# Tables of the README, works cited in the lessons


def fill_in(app, page, text):
    """Replace the marks in the book's pages by what they name."""
    marks = {"lessons": lesson_table, "lesson links": lesson_links, "results": results, "works": works}
    for mark, make in marks.items():
        if (comment := f"<!-- {mark} -->") in text[0]:
            text[0] = text[0].replace(comment, make())


def lesson_table() -> str:
    """Return the README's table of lessons, with a row for every notebook that is there."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| \d\d \| \[[^\]]*\]\(notebooks/([^)]*)\) \| (.*) \|$", readme, flags=re.M))
    table = ["| lesson | the question it answers by measurement |", "|---|---|"]
    for path in lessons():
        table.append(f"| [{title(path)}](notebooks/{path.name}) | {rows.get(path.name, '')} |")
    return "\n".join(table)


def lesson_links() -> str:
    """Return what makes "[Lesson NN]" a link; a lesson that is still to come stays plain text."""
    return "\n".join(f"[Lesson {path.stem[:2]}]: notebooks/{path.name}" for path in lessons())


def title(path: Path) -> str:
    """Return a lesson's title."""
    return nbformat.read(path, as_version=4).cells[0].source.splitlines()[0].removeprefix("# ")


def results() -> str:
    """Return the README's measured results."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.search(r"<!-- results:start -->\n(.*?)<!-- results:end -->", readme, flags=re.S)[1]


WORK = re.compile(
    r"(?P<authors>[A-Z]\. .*?), \[?\*(?P<title>.+?)\*(?:\]\((?P<url>[^)]*)\))?(?P<rest>.*)", flags=re.S
)


def works() -> str:
    """Return every work that the lessons cite, by its first author's name, with the lessons that cite it."""
    known: dict[str, dict] = {}
    other: dict[str, list[str]] = {}
    for path in lessons():
        link = f"[{path.stem[:2]}](notebooks/{path.name})"
        for entry in cited(path):
            if not (work := WORK.match(entry)):
                other.setdefault(entry.rstrip("."), []).append(link)
                continue
            # What the lesson takes from it follows a colon; a second address of the work itself stays.
            where = re.match(r"(?:, )?((?:[^:;]|; \[[^]]*\]\([^)]*\))*)", work["rest"])[1].strip(" .")
            found = known.setdefault(work["url"] or work["title"], {"title": "", "lessons": []})
            if len(work["title"]) > len(found["title"]):
                found |= {"authors": work["authors"], "title": work["title"], "where": where}
            found |= {"url": work["url"], "lessons": list(dict.fromkeys([*found["lessons"], link]))}
    lines = []
    for work in sorted(known.values(), key=lambda work: (surname(work["authors"]), work["where"][-4:])):
        named = f"[*{work['title']}*]({work['url']})" if work["url"] else f"*{work['title']}*"
        where = f", {work['where']}" if work["where"] else ""
        lines.append(f"- {work['authors']}, {named}{where}. {cited_in(work['lessons'])}")
    lines += ["", "## Data, guides and reports", ""]
    lines += [f"- {entry}. {cited_in(links)}" for entry, links in sorted(other.items())]
    return "\n".join(lines)


def cited(path: Path) -> list[str]:
    """Return the works under a lesson's References, one an entry, though one bullet may hold several."""
    cells = nbformat.read(path, as_version=4).cells
    section = next(cell.source for cell in reversed(cells) if cell.source.startswith("## References"))
    entries = []
    for bullet in re.findall(r"^- (.*?)(?=^- |\Z)", section, flags=re.M | re.S):
        text = relink(" ".join(bullet.split()))
        for part in re.split(
            r"(?<![A-Z][.])(?<=[.;]) (?=(?:[A-Z]\. |The [a-z ]+ from )[^*\[]{3,90}, \[?\*)", text
        ):
            entries.append(re.sub(r"^The [a-z ]+ from ", "", part).rstrip(";"))
    return entries


def surname(authors: str) -> str:
    """Return the first author's name without initials."""
    first = re.split(r",| and ", authors)[0].removesuffix(" (ed.)")
    return re.sub(r"^(?:[A-Z]\. ?)+", "", first).lower()


def cited_in(links: list[str]) -> str:
    return f"Lesson{'s' * (len(links) > 1)} {', '.join(links)}."


# The API


def api_pages() -> dict[str, str]:
    """Return a page for each public module, by its name, and one that lists them."""
    import tlcourse
    from tlcourse.quiet import quiet_stderr

    with quiet_stderr():
        import tensorflow  # noqa: F401  Else the first subpackage that needs it prints its notices.

    pages = {}
    for name in tlcourse._SUBPACKAGES:
        module = getattr(tlcourse, name)
        pages[f"tlcourse.{name}"] = api_page(module)
        for inner in (getattr(module, inner) for inner in sorted(module.__all__)):
            if inspect.ismodule(inner):
                pages[inner.__name__] = api_page(inner)
    listed = "\n".join(f"   {name}" for name in pages)
    return {"index": API_INDEX.format(listed=listed)} | pages


API_INDEX = """\
The package
===========

Every public name of the package, by subpackage, from its own documentation. Data flow one way, from bytes to
figures; ``list()`` stands beside every ``load()``.

.. autosummary::

{listed}
"""

SECTIONS = {"Functions": "autofunction", "Classes": "autoclass", "Data": "py:data", "Errors": "autoexception"}


def api_page(module) -> str:
    """Return the page of one module: its docstring, then its public names by kind."""
    names = getattr(module, "__all__", None) or own_names(module)
    kinds: dict[str, list[str]] = {section: [] for section in SECTIONS}
    for name in sorted(names, key=str.lower):
        if section := kind(getattr(module, name)):
            kinds[section].append(name)
    lines = [
        module.__name__,
        "=" * len(module.__name__),
        "",
        f".. automodule:: {module.__name__}",
        "   :no-members:",
    ]
    for section, directive in SECTIONS.items():
        if not kinds[section]:
            continue
        lines += ["", section, "-" * len(section)]
        if section != "Data":
            lines += ["", ".. autosummary::", "   :nosignatures:", ""]
            lines += [f"   {name}" for name in kinds[section]]
        for name in kinds[section]:
            lines += ["", f".. {directive}:: {name}"]
            lines += ["   :members:"] * (section == "Classes")
            if section == "Data":
                lines += ["", *(f"   {line}" for line in data_doc(module, name))]
    return "\n".join(lines) + "\n"


def own_names(module) -> list[str]:
    """Return the public names that a module without ``__all__`` defines itself."""
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    ]


def kind(value) -> str | None:
    """Return the section that a public name belongs in; modules have pages of their own."""
    if inspect.ismodule(value):
        return None
    if inspect.isclass(value):
        return "Errors" if issubclass(value, BaseException) else "Classes"
    return "Functions" if callable(value) else "Data"


def data_doc(module, name: str) -> list[str]:
    """Return what is written below a value where it is defined: autodoc finds only its type's docstring."""
    value = getattr(module, name)
    inside = [inner for inner in sys.modules if inner.startswith(f"{module.__name__}.")]
    for home in [inner for inner in inside if getattr(sys.modules[inner], name, None) is value]:
        if lines := ModuleAnalyzer.for_module(home).find_attr_docs().get(("", name)):
            return lines
    raise ExtensionError(f"{module.__name__}.{name} has no docstring below its definition; write one.")


# Formulas as MathML, which browsers draw and screen readers speak without any script


def mathml(formula: str, node, display: str) -> str:
    """Return a formula as MathML, with a warning where a command of it is not known."""
    written = convert(formula, display=display)
    if "\\" in written:
        log.warning("cannot translate all of the formula %r", formula, location=node)
    return written


def inline_math(translator, node):
    """Write a formula inside a sentence."""
    translator.body.append(mathml(node.astext(), node, "inline"))
    raise nodes.SkipNode


def block_math(translator, node):
    """Write a formula on a line of its own."""
    translator.body.append(f'<div class="math" tabindex="0">{mathml(node.astext(), node, "block")}</div>')
    raise nodes.SkipNode
