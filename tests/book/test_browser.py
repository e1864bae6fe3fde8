"""The book in a browser: axe's rules of accessibility, search, the dark, a telephone's width, the keys."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

DESKTOP, TELEPHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PAGES = [
    "index.html",
    "notebooks/00_start_here.html",
    "notebooks/07_word_vectors.html",
    "api/tlcourse.datasets.html",
    "glossary.html",
    "references.html",
    "results.html",
    "search.html",
]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        """Keep requests out of the tests' output."""


@pytest.fixture(scope="module")
def address(site):
    """Serve the book: a page opened as a file may not read others, and search would have no texts to show."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture
def opened(browser, address):
    """Open pages of the book; whatever goes wrong in the browser meanwhile fails the test."""
    contexts, problems = [], []

    def open(name, size=DESKTOP, theme="light"):
        contexts.append(browser.new_context(viewport=size, color_scheme=theme))
        page = contexts[-1].new_page()
        page.on("console", lambda message: message.type == "error" and problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: request.url.startswith(address) or problems.append(request.url))
        page.goto(address + name)
        return page

    yield open
    for context in contexts:
        context.close()
    assert not problems


@pytest.mark.parametrize(
    ("size", "theme"), [(DESKTOP, "light"), (TELEPHONE, "dark")], ids=["desktop", "telephone"]
)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(opened, name, size, theme):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(name, size, theme)
    # Where colours fade in, axe would measure a contrast that nobody sees for long.
    page.add_style_tag(content="* { transition: none !important; animation: none !important }")
    # Fetching style sheets once more, axe would look for those that they import in the page's own folder.
    options = {"resultTypes": ["violations"], "preload": False}
    found = Axe().run(page, options=options).response["violations"]
    serious = [rule for rule in found if rule["impact"] not in {"minor", None}]
    assert not [
        (rule["id"], rule["nodes"][0]["html"], rule["nodes"][0]["failureSummary"]) for rule in serious
    ]


@pytest.mark.parametrize(
    "name", [*PAGES, "api/tlcourse.models.html", "genindex.html", "notebooks/09_sentence_encoders.html"]
)
def test_page_is_no_wider_than_a_telephone(opened, name):
    page = opened(name, TELEPHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]


def test_search_finds_the_lesson_and_leads_to_it(opened):
    page = opened("search.html?q=negative+sampling")
    found = page.locator("#search-results li a", has_text="07")
    found.first.wait_for()
    found.first.click()
    page.wait_for_url("**/07_word_vectors.html**")


def test_the_dark_is_chosen_by_keyboard_and_stays(opened):
    page = opened("index.html")
    theme = "document.documentElement.dataset.theme"
    page.locator(".bd-header-article .theme-switch-button").press("Enter")
    page.locator(".bd-header-article .theme-change-button[data-mode=dark]").press("Enter")
    assert page.evaluate(theme) == "dark"
    ground = "getComputedStyle(document.body).backgroundColor"
    assert sum(int(part) for part in page.evaluate(ground)[4:-1].split(",")) < 150
    page.reload()
    assert page.evaluate(theme) == "dark"


def test_first_tab_offers_to_skip_to_the_text(opened):
    page = opened("notebooks/00_start_here.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main-content"


def test_on_a_telephone_the_menu_leads_to_every_lesson(opened):
    page = opened("index.html", TELEPHONE)
    lesson = page.locator(".bd-links a", has_text="07 ·")
    assert not lesson.first.is_visible()
    page.locator(".bd-header-article .primary-toggle").click()
    page.locator("dialog .bd-links a", has_text="07 ·").first.click()
    page.wait_for_url("**/07_word_vectors.html")


def test_proof_opens_by_keyboard(opened):
    page = opened("notebooks/07_word_vectors.html")
    proof = page.locator("details.above-input", has=page.get_by_text("Show the proof")).first
    proof.locator("summary").focus()
    page.keyboard.press("Enter")
    assert proof.locator("pre").is_visible()


def test_quiz_opens_by_keyboard_into_the_reason_and_on_paper_by_itself(opened):
    page = opened("notebooks/05_feature_extraction.html")
    first, second = (page.locator(".tlcourse-quiz details").nth(place) for place in (0, 1))
    shown = "element => element.querySelector('div').checkVisibility()"
    assert not first.evaluate(shown)
    first.locator("summary").focus()
    page.keyboard.press("Enter")
    assert first.evaluate(shown)
    assert not second.evaluate(shown)
    page.emulate_media(media="print")
    assert second.evaluate(shown)
