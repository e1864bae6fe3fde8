"""What of a lesson goes on slides, and that a deck is one file that needs nothing else."""

import base64
import re
from io import BytesIO

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

slides = pytest.importorskip("build_slides")


def shown(**data):
    return new_output("display_data", data={key.replace("_", "/"): value for key, value in data.items()})


def picture():
    file = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(file, "PNG")
    return shown(image_png=base64.b64encode(file.getvalue()).decode())


def table(rows):
    return shown(text_html=f"<table>{'<tr><td>1</td></tr>' * rows}</table>")


LESSON = [
    new_markdown_cell(
        "# 01 · A topic\n\n**You will be able to**\n\n- say why.\n\n**Time:** 1 minute.\n\n## First\n\n"
        "It begins. A **term** is a word.\n\nThat is plain.\n\nAnother **word** matters. Look:"
    ),
    new_code_cell("plot()", outputs=[picture()]),
    new_markdown_cell("*Figure 1. The curve,\nseen.*\n\nIt rises with $x^2$.\n\n## Limits\n\nFew pictures."),
    new_markdown_cell("## Results\n\nHere they are:"),
    new_code_cell("table()", outputs=[table(3)]),
    new_markdown_cell("## Take-aways\n\n- It works."),
    new_markdown_cell("## Your turn\n\nTry.\n\n**Exercise 01.1** Add two."),
    new_code_cell("answer = ..."),
    new_markdown_cell("**Exercise 01.2** Add three."),
]


def by_slides(notebook):
    """Return the texts of each slide, in order."""
    found = []
    for cell in notebook.cells:
        if cell.metadata["slideshow"]["slide_type"] == "slide":
            found.append([])
        found[-1].append(cell.source or next(iter(cell.outputs[0].data)))
    return found


def test_deck_takes_each_part_of_a_lesson_in_order():
    title, opening, figure, results, numbers, *tasks, last = by_slides(
        slides.deck(new_notebook(cells=LESSON))
    )
    assert title == ["# 01 · A topic\n\n**You will be able to**\n\n- say why."]
    assert opening[0].startswith(
        "## First\n\nIt begins. A **term** is a word.\n\n- Another **word** matters."
    )
    assert "plain" not in opening[0]
    assert figure[1:3] == ["image/png", "*Figure 1. The curve, seen.*"]
    assert results[0].startswith("## Results")
    assert numbers[1] == "text/html"
    assert tasks == [["## Exercise 01.1\n\nAdd two."], ["## Exercise 01.2\n\nAdd three."]]
    assert last == ["## Take-aways\n\n- It works."]


def test_what_a_figure_means_waits_for_a_key():
    cells = slides.deck(new_notebook(cells=LESSON)).cells
    (meaning,) = (cell for cell in cells if cell.metadata["slideshow"]["slide_type"] == "fragment")
    assert re.fullmatch(r"It rises with <math.*<msup>.*</math>\.", meaning.source)


def test_code_is_left_out_unless_asked_for():
    lesson = new_notebook(cells=LESSON)
    assert not any("plot()" in str(texts) for texts in by_slides(slides.deck(lesson)))
    asked = by_slides(slides.deck(lesson, code=True))
    assert asked.index(["### First\n\n```python\nplot()\n```"]) == 2


@pytest.mark.parametrize(("rows", "slide"), [(slides.ROWS, True), (slides.ROWS + 1, False), (1, False)])
def test_table_is_shown_if_it_has_rows_and_room(rows, slide):
    assert slides.on_one_slide([table(rows)]) == [[table(rows)]] * slide


def test_minutes_are_words_things_shown_and_exercises():
    lesson = new_notebook(cells=[*LESSON, new_markdown_cell("## Last\n\n" + "word " * (slides.WORDS + 1))])
    expected = {"First": 2, "Results": 2, "Take-aways": 1, "Your turn": 2 * slides.TASK, "Last": 2}
    assert slides.minutes(lesson) == expected


def test_index_links_each_deck_with_its_minutes(tmp_path):
    page = slides.index({tmp_path / "01.html": new_notebook(cells=LESSON)})
    assert '<h2><a href="01.html">01 · A topic</a>, 21 minutes</h2>' in page
    assert "<li>First: 2</li>" in page


def test_sentence_that_runs_on_into_a_formula_is_left_out():
    assert slides.sentences("It holds. For numbers $x$, which are") == ["It holds."]


def test_number_does_not_end_a_sentence():
    assert slides.sentences("**1. Nothing moves.** Mend it.") == ["**1. Nothing moves.** Mend it."]


def test_section_that_is_a_list_shows_the_list():
    (opening,) = slides.section("A checklist", [new_markdown_cell("1. Look\n   first.\n2. Try.")], False)
    assert opening.source.startswith("## A checklist\n\n1. Look\n   first.\n2. Try.")


def test_deck_is_one_file_that_asks_for_nothing(tmp_path):
    pytest.importorskip("sphinx_revealjs")
    page = slides.write(tmp_path / "out" / "01.html", new_notebook(cells=LESSON)).read_text("utf-8")
    assert "<title>01 · A topic</title>" in page
    assert len(re.findall(r"<section[^>]*>\s*<section", page)) == 8
    assert "Reveal.initialize" in page
    assert not re.search(r"<(?:script|link|img)[^>]*(?:src|href)=[\"'](?!data:)", page)
    assert "@import" not in page


def test_missing_revealjs_says_what_to_install(monkeypatch):
    monkeypatch.setattr(slides, "find_spec", lambda name: None)
    with pytest.raises(slides.CannotBuild, match="extra `book`"):
        slides.revealjs()
