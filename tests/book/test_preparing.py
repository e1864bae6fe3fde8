"""What the book makes of a notebook before Sphinx sees it."""

import pytest
from nbformat import reads
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, writes

WIDGET = "application/vnd.jupyter.widget-view+json"


def written(tmp_path, *cells):
    path = tmp_path / "05_topic.ipynb"
    path.write_text(
        writes(new_notebook(cells=[new_markdown_cell("# 05 · A topic"), *cells])), encoding="utf-8"
    )
    return path


def prepared(book, tmp_path, *cells):
    return reads(book.lesson(written(tmp_path, *cells)), as_version=4).cells[1:]


def shown(**data):
    return new_output("display_data", data=data)


@pytest.mark.parametrize(
    ("before", "after", "alternative"),
    [
        (
            "The curves:",
            "*Figure 2. Accuracy of\n`pixels`, from [here](x.md).*\n\nMore.",
            "Figure 2. Accuracy of pixels, from here.",
        ),
        ("First.\n\nNow the **curves**:", "No caption.", "Now the curves:"),
        ("The curves:", "*Figure 2. It runs on\n\nand *on*.", "The curves:"),
    ],
    ids=["caption", "no caption", "caption that does not end"],
)
def test_picture_stands_for_its_caption_or_what_led_to_it(book, tmp_path, before, after, alternative):
    picture = new_code_cell("plot()", outputs=[shown(**{"image/png": "AAAA", "text/plain": "<Axes>"})])
    cells = prepared(book, tmp_path, new_markdown_cell(before), picture, new_markdown_cell(after))
    assert cells[1]["metadata"]["mystnb"]["image"]["alt"] == alternative


def test_widget_with_a_picture_leaves_the_picture(book, tmp_path):
    outputs = [shown(**{WIDGET: {"model_id": "1"}, "image/png": "AAAA", "text/plain": "interactive(…)"})]
    (cell,) = prepared(book, tmp_path, new_code_cell("explore()", outputs=outputs))
    assert set(cell["outputs"][0]["data"]) == {"image/png", "text/plain"}


def test_widget_with_nothing_but_its_name_is_left_out(book, tmp_path):
    outputs = [
        shown(**{WIDGET: {"model_id": "1"}, "text/plain": "interactive(…)"}),
        shown(**{"text/plain": "0.9"}),
    ]
    (cell,) = prepared(book, tmp_path, new_code_cell("explore()", outputs=outputs))
    assert [output["data"] for output in cell["outputs"]] == [{"text/plain": "0.9"}]


def test_outputs_for_programs_and_warnings_are_left_out(book, tmp_path):
    outputs = [
        shown(**{"application/vnd.tlcourse.headline+json": {"mean": 0.9}, "text/html": "<p>0.9</p>"}),
        new_output("stream", name="stderr", text="a notice"),
        new_output("stream", name="stdout", text="a result"),
    ]
    (cell,) = prepared(book, tmp_path, new_code_cell("measure()", outputs=outputs))
    assert cell["outputs"][0]["data"] == {"text/html": "<p>0.9</p>"}
    assert [output["name"] for output in cell["outputs"][1:]] == ["stdout"]


def test_proofs_are_folded_away_and_other_code_is_not(book, tmp_path):
    proof, code = prepared(
        book, tmp_path, new_code_cell("assert True", metadata={"tags": ["assert"]}), new_code_cell("plot()")
    )
    assert "hide-input" in proof["metadata"]["tags"]
    assert proof["metadata"]["mystnb"]["code_prompt_show"] == "Show the proof"
    assert "hide-input" not in code["metadata"].get("tags", [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[run it](../README.md#binder-and-colab)", "[run it](../running.md)"),
        ("[the data](../data/README.md#stamps)", "[the data](../data.md#stamps)"),
        ("[lesson 01](01_topic.ipynb)", "[lesson 01](01_topic.ipynb)"),
        ("[its code](../tlcourse/runner.py) and [this](https://x.org)", "its code and [this](https://x.org)"),
        ("[the solutions](solutions/01_topic.ipynb)", "the solutions"),
        ("[![Open in Binder](https://b.org/x.svg)](https://b.org/go)", "[Open in Binder](https://b.org/go)"),
    ],
)
def test_links_lead_to_pages_of_the_book_or_to_none(book, text, expected):
    assert book.relink(text) == expected


REFERENCES = """## References

- A. Caliskan, J. J. Bryson and A. Nara, [*Semantics*](https://x.org/1), Science
  2017: biases.
- T. Mikolov and others, [*Phrases*](https://x.org/2), NIPS 2013: skip-gram. The analogies are from
  T. Mikolov and others, *Estimation*, 2013.
- The stamps: Bill Kendrick, [tuxpaint.org](https://tuxpaint.org/), GPL 2.
"""


def test_bullet_with_two_works_gives_two_and_initials_are_not_the_end_of_a_sentence(book, tmp_path):
    assert book.cited(written(tmp_path, new_markdown_cell(REFERENCES))) == [
        "A. Caliskan, J. J. Bryson and A. Nara, [*Semantics*](https://x.org/1), Science 2017: biases.",
        "T. Mikolov and others, [*Phrases*](https://x.org/2), NIPS 2013: skip-gram.",
        "T. Mikolov and others, *Estimation*, 2013.",
        "The stamps: Bill Kendrick, [tuxpaint.org](https://tuxpaint.org/), GPL 2.",
    ]


def test_works_are_gathered_by_name_with_the_lessons_that_cite_them(book, tmp_path, monkeypatch):
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir(), second.mkdir()
    paths = [written(first, new_markdown_cell(REFERENCES)), written(second, new_markdown_cell(REFERENCES))]
    paths[1] = paths[1].rename(second / "06_other.ipynb")
    monkeypatch.setattr(book, "lessons", lambda: paths)
    both = "Lessons [05](notebooks/05_topic.ipynb), [06](notebooks/06_other.ipynb)."
    assert book.works().splitlines() == [
        f"- A. Caliskan, J. J. Bryson and A. Nara, [*Semantics*](https://x.org/1), Science 2017. {both}",
        f"- T. Mikolov and others, [*Phrases*](https://x.org/2), NIPS 2013. {both}",
        f"- T. Mikolov and others, *Estimation*, 2013. {both}",
        "",
        "## Data, guides and reports",
        "",
        f"- The stamps: Bill Kendrick, [tuxpaint.org](https://tuxpaint.org/), GPL 2. {both}",
    ]
