"""The built pages: nothing missing, nothing fetched from elsewhere, and fit to be read aloud."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
# What a browser loads by itself; a link that a reader may follow is another matter.
LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "link": "href"}


class Page(HTMLParser):
    """What the rules below need of a page."""

    def __init__(self, path: Path):
        super().__init__()
        self.path, self.lang = path, None
        self.ids, self.levels = Counter(), []
        self.links, self.loaded, self.images = [], [], []
        text = path.read_text(encoding="utf-8")
        # On paper the theme puts title and contents above the text; on the screen they are not there.
        self.feed(
            re.sub(r'<div id="jb-print-docs-body".*?<div id="print-main-content">', "", text, flags=re.S)
        )

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if "id" in attributes:
            self.ids[attributes["id"]] += 1
        if tag == "html":
            self.lang = attributes.get("lang")
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        # The address of a page's other forms is not loaded.
        if tag in LOADED and attributes.get("rel") not in {"index", "search", "next", "prev", "canonical"}:
            self.loaded += [attributes[LOADED[tag]]] if attributes.get(LOADED[tag]) else []
        if tag == "img":
            self.images.append(attributes)


@pytest.fixture(scope="session")
def pages(site):
    return {path: Page(path) for path in sorted(site.rglob("*.html")) if "_static" not in path.parts}


def test_every_lesson_has_a_page_with_all_of_its_pictures(site, pages):
    assert LESSONS
    for lesson in LESSONS:
        cells = nbformat.read(lesson, as_version=4).cells
        outputs = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
        page = pages[site / "notebooks" / f"{lesson.stem}.html"]
        expected = sum("image/png" in data and "text/html" not in data for data in outputs)
        assert len(page.images) == expected, lesson.name


def test_links_inside_the_book_lead_somewhere(pages):
    broken = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file():
                broken.append(f"{path.name}: {link}")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
                broken.append(f"{path.name}: {link} (no such place on that page)")
    assert not [link for link in broken if not link.endswith(": #")]


def test_pages_load_what_is_beside_them_and_nothing_from_elsewhere(pages):
    for path, page in pages.items():
        for address in page.loaded:
            parts = urlsplit(address)
            assert not parts.netloc, f"{path.name} loads {address}"
            if parts.scheme != "data":
                assert (path.parent / unquote(parts.path)).is_file(), f"{path.name} lacks {address}"


def test_style_sheets_load_nothing_from_elsewhere(site):
    for sheet in site.rglob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.S)
        assert not re.search(r"""(?:url\(\s*|@import\s+)["']?(?:https?:)?//""", text), sheet.name


def test_pictures_say_what_they_show(pages):
    for path, page in pages.items():
        for image in page.images:
            assert len(image.get("alt", "")) > 10, f"{path.name}: {image['src']}"


def test_pages_name_their_language_and_have_one_title(pages):
    for path, page in pages.items():
        assert page.lang == "en", path.name
        assert page.levels.count(1) == 1, path.name


def test_headings_go_down_one_level_at_a_time(pages):
    for path, page in pages.items():
        steps = zip(page.levels, page.levels[1:], strict=False)
        assert all(lower <= upper + 1 for upper, lower in steps), f"{path.name}: {page.levels}"


def test_no_place_on_a_page_has_the_name_of_another(pages):
    for path, page in pages.items():
        assert not [name for name, count in page.ids.items() if count > 1], path.name


def test_every_word_of_the_glossary_names_the_lesson_that_teaches_it(site):
    text = (site / "glossary.html").read_text(encoding="utf-8")
    entries = re.findall(r'<dt id="term-[^"]*">(.*?)<a class="headerlink".*?<dd>(.*?)</dd>', text, flags=re.S)
    assert len(entries) > 40
    assert not [term for term, meaning in entries if not re.search(r"[Ll]esson \d\d", meaning)]


def test_every_address_that_a_lesson_cites_is_among_the_references(site, book, pages):
    cited = {
        link
        for path in LESSONS
        for entry in book.cited(path)
        for link in re.findall(r"\]\((http[^)]*)\)", entry)
    }
    assert cited
    assert not cited - set(pages[site / "references.html"].links)


def test_every_public_name_of_the_package_is_explained(site, pages):
    import tlcourse

    for name in tlcourse._SUBPACKAGES:
        explained = pages[site / "api" / f"tlcourse.{name}.html"].ids
        public = [
            inner
            for inner in getattr(tlcourse, name).__all__
            if inner not in {"errors", "sentences", "wordnet"}
        ]
        assert not [inner for inner in public if f"tlcourse.{name}.{inner}" not in explained]
