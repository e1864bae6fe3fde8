"""Tables and headlines."""

import json
from html.parser import HTMLParser

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from tlcourse.measure import CrossValidation, Curve, MeasureError, Score, headline, table
from tlcourse.measure.report import HEADLINE_MIME

SCORE = Score(0.86, 0.84, 0.88, np.array([0.8, 0.9]))
CURVE = Curve((1, 5), np.array([[0.4, 0.7], [0.5, 0.8]]), chance=0.125)


def test_table_of_scores_and_curves_puts_each_in_its_columns():
    shown = table({"ImageNet features": CURVE, "all labels": CrossValidation(np.ones(4), SCORE, (0.8, 0.9))})
    assert shown.columns == ("score", "1 shot", "5 shots")
    assert shown.rows == (
        ("ImageNet features", "", "0.45 [0.40, 0.50]", "0.75 [0.70, 0.80]"),
        ("all labels", "0.86 [0.84, 0.88]", "", ""),
    )


def test_table_as_text_is_aligned():
    lines = repr(table({"a": CURVE, "longer name": CURVE})).splitlines()
    assert len({line.index("0.75") for line in lines[1:3]} | {lines[0].index("5 shots")}) == 1
    assert lines[-1] == "In brackets: 95% interval."


def test_table_as_html_has_scopes_and_escapes_names():
    class Cells(HTMLParser):
        found = ()

        def handle_starttag(self, tag, attributes):
            self.found += ((tag, dict(attributes).get("scope")),)

    parser = Cells()
    html = table({"<b>bold</b> & co": SCORE})._repr_html_()
    parser.feed(html)
    assert [cell for cell in parser.found if cell[0] == "th"] == [("th", "col"), ("th", "row")]
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; co" in html
    assert ("b", None) not in parser.found


def test_table_of_something_else_names_what_was_given():
    with pytest.raises(MeasureError, match="Given float"):
        table({"typed in": 0.86})


def test_headline_outside_a_notebook_prints_one_line(capsys):
    headline("05 features", "pixels, all labels", SCORE)
    assert capsys.readouterr().out == "05 features: pixels, all labels: 0.86 [0.84, 0.88]\n"


@pytest.fixture
def published():
    """What a notebook would receive, from a shell that lives for this test only."""
    shell = InteractiveShell.instance()
    with pytest.MonkeyPatch.context() as patch:
        seen = []
        patch.setattr(shell.display_pub, "publish", lambda data, **rest: seen.append(data))
        yield seen
    InteractiveShell.clear_instance()


def test_headline_in_a_notebook_publishes_text_html_and_data(published):
    undefined = Score(0.4, np.nan, np.nan, np.array([0.4]))
    headline("05", "<5 shots", SCORE, baseline=("pixels", undefined))
    (bundle,) = published
    line = "05: <5 shots: 0.86 [0.84, 0.88] (pixels: 0.40 [no interval])"
    assert bundle["text/plain"] == line
    assert bundle["text/html"] == f"<p><strong>{line.replace('<', '&lt;')}</strong></p>"
    assert json.loads(json.dumps(bundle[HEADLINE_MIME], allow_nan=False)) == {
        "lesson": "05",
        "text": "<5 shots",
        "mean": 0.86,
        "low": 0.84,
        "high": 0.88,
        "baseline": {"name": "pixels", "mean": 0.4, "low": None, "high": None},
    }


def test_headline_without_baseline_publishes_none(published):
    headline("05", "text", SCORE)
    assert published[0][HEADLINE_MIME]["baseline"] is None


def test_headline_with_a_baseline_known_exactly_gives_it_no_interval(published):
    headline("00", "animals", SCORE, baseline=("a blind guess", 0.398))
    (bundle,) = published
    assert bundle["text/plain"].endswith("(a blind guess: 0.40)")
    assert bundle[HEADLINE_MIME]["baseline"] == {"name": "a blind guess", "mean": 0.398}
