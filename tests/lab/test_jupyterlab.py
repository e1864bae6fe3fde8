"""The course in real JupyterLab, in a real browser: a lesson runs, an exercise teaches, a widget answers."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tlcourse import assets

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
# Else it asks whether to show news, from a public server, and keeps only the cells in sight in the page.
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none"},
}
START, RUN = 90, 180  # seconds; idle, it takes a quarter of that

pytestmark = [pytest.mark.assets, pytest.mark.timeout(360)]


def blank(name):
    """Read a lesson without its outputs, so that what is seen in the browser was computed there."""
    notebook = nbformat.read(next(NOTEBOOKS.glob(name)), as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def explorer():
    """Take the cell with the table of neighbours from lesson 07, without the minute of training before it."""
    cells = blank("07_*.ipynb").cells
    before = 'from tlcourse import words\n\neveryone = {"GloVe": words.load_vectors("glove-6b-50d")}'
    shown = next(cell for cell in cells if cell.source.startswith("words.explore_neighbours("))
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return new_notebook(cells=[new_code_cell(before), shown], metadata=kernel)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Prepare a learner's folder and home: no settings of this machine's, and a record of its own."""
    home = tmp_path_factory.mktemp("home")
    (home / "course").mkdir()
    nbformat.write(blank("00_*.ipynb"), home / "course" / "00_start_here.ipynb")
    nbformat.write(explorer(), home / "course" / "explorer.ipynb")
    for name, settings in SETTINGS.items():
        path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings), encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def lab(home):
    """Start JupyterLab; return a function from a notebook's name to its address, with the token."""
    own = {
        name: str(home / name.lower()) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
    }
    own |= {"HOME": str(home), "JUPYTER_RUNTIME_DIR": str(home / "runtime")}
    own |= {"JUPYTERLAB_SETTINGS_DIR": str(home / "settings"), "TLCOURSE_STRICT": "0"}
    # The data stay where they are; without this they would be looked for in the new home.
    own |= {"TLCOURSE_DATA": str(assets.cache_dir()), "TLCOURSE_PROGRESS": str(home / "progress.json")}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", "--port=0"]
    # It lets root in only when told; CI is root.
    command += ["--allow-root", f"--ServerApp.root_dir={home / 'course'}"]
    with (home / "log").open("wb") as log:
        # A run without a person sets this, and then there are no widgets.
        here = {name: value for name, value in os.environ.items() if name != "TQDM_DISABLE"}
        server = subprocess.Popen(command, env=here | own, stdout=log, stderr=log)
    try:
        running = answers(home, server)
        assert running["token"]
        # In a workspace of its own a notebook does not find the one before it still open.
        yield lambda name: f"{running['url']}lab/workspaces/{name[:2]}/tree/{name}?token={running['token']}"
    finally:
        server.terminate()
        server.wait(START)


def answers(home, server):
    """Wait until the server has written down where it listens."""
    end = time.monotonic() + START
    while time.monotonic() < end and server.poll() is None:
        for path in (home / "runtime").glob("jpserver-*.json"):
            if text := path.read_text(encoding="utf-8"):
                return json.loads(text)
        time.sleep(0.2)
    raise AssertionError((home / "log").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def opened(browser, lab):
    """Open notebooks and run all their cells; what goes wrong in the browser meanwhile fails the test."""
    contexts, problems = [], []

    def open(name):
        address = lab(name)
        host = address.partition("/lab/")[0]
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}))
        page = contexts[-1].new_page()
        page.set_default_timeout(1000 * RUN)
        page.on("console", lambda message: message.type == "error" and problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: _local(request.url, host) or problems.append(request.url))
        page.goto(address)
        # Asked to run before the kernel is there, JupyterLab would ask which one to use.
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.wait_for_function(ALL_RUN)
        return page

    yield open
    for context in contexts:
        context.close()
    assert not problems


def _local(url, host):
    return url.startswith((host, host.replace("http", "ws", 1), "data:", "blob:"))


# A proof's cell is folded and shows no number.
ALL_RUN = r"""() => {
    const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")];
    const texts = prompts.map(prompt => prompt.textContent.trim()).filter(text => text);
    return texts.length > 0 && texts.every(text => /^\[\d+\]:$/.test(text));
}"""


@pytest.fixture(scope="module")
def lesson(opened):
    return opened("00_start_here.ipynb")


def check_cell(page, name):
    return page.locator(".jp-CodeCell", has_text=f'exercises.check("{name}"')


def answer(page, cell, old, new):
    """Replace what stands after `return` as a learner would, run the cell, and wait for the result."""
    line = cell.locator(".cm-line", has_text=f"return {old}")
    line.click()
    page.keyboard.press("End")
    for _ in old:
        page.keyboard.press("Backspace")
    page.keyboard.type(new)
    before = cell.locator(".jp-InputPrompt").text_content()
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(
        "([prompt, before]) => /\\d/.test(prompt.textContent) && prompt.textContent !== before",
        arg=[cell.locator(".jp-InputPrompt").element_handle(), before],
    )


def test_lesson_runs_without_an_error_and_shows_its_figures(lesson):
    assert lesson.locator(".jp-CodeCell").count() > 10
    broken = lesson.locator("[data-mime-type='application/vnd.jupyter.error'], [data-mime-type$='stderr']")
    assert broken.all_text_contents() == []
    figures = lesson.locator(".jp-OutputArea img")
    assert figures.count() >= 2
    assert all(figure.evaluate("image => image.naturalWidth") > 300 for figure in figures.all())
    assert "ok" in lesson.locator(".jp-OutputArea-output", has_text="TensorFlow").first.text_content()


def test_exercise_goes_from_wrong_to_hint_to_right(lesson, home):
    cell = check_cell(lesson, "00.1")
    told = cell.locator(".jp-OutputArea-output")
    assert "not answered yet" in told.text_content()
    answer(lesson, cell, "...", "probabilities.argmin()")
    assert "`argmin` finds the smallest value".replace("`", "") in told.text_content()
    assert 'exercises.hint("00.1")' in told.text_content()

    # After Shift+Enter the next cell is chosen: A puts one above it.
    lesson.keyboard.press("a")
    lesson.keyboard.press("Enter")
    lesson.keyboard.type('exercises.hint("00.1")')
    lesson.keyboard.press("Shift+Enter")
    lesson.locator(".jp-OutputArea-output", has_text="Hint 1 of 3 for exercise 00.1").wait_for()

    answer(lesson, cell, "probabilities.argmin()", "probabilities.argmax()")
    assert "Correct." in told.text_content()
    kept = json.loads((home / "progress.json").read_text(encoding="utf-8"))["exercises"]
    assert (kept["00.1"]["passed"], kept["00.1"]["tries"]) == (True, 2)


def test_quiz_opens_an_answer_into_its_reason(lesson):
    choice = lesson.locator(".tlcourse-quiz details").first
    assert not choice.locator("div").is_visible()
    choice.locator("summary").focus()
    lesson.keyboard.press("Enter")
    assert re.match(r"[✓✗] (Right|Not so)\.", choice.locator("div").text_content())
    assert choice.locator("div").is_visible()


def test_widget_answers_to_what_is_typed(opened):
    page = opened("explorer.ipynb")
    box = page.locator(".jp-OutputArea input[type=text]")
    table = page.locator(".jp-OutputArea table")
    assert "hockey" in table.text_content()
    box.fill("violin")
    box.press("Enter")
    page.locator(".jp-OutputArea table", has_text="cello").wait_for()
    assert "hockey" not in table.text_content()
