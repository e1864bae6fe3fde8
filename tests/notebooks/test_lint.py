"""The linter: a notebook that breaks one rule is caught by that rule, and by no other."""

import nbformat
import pytest
from build_notebooks import compose, targets
from lint_notebooks import RULES, lint, main
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output


@pytest.fixture
def books(root, source):
    """Return the two notebooks of a lesson without fault."""
    made = {kind: compose(source, kind, root) for kind in targets(source)}
    for book in made.values():
        number(book)
    return made


def number(book):
    for count, cell in enumerate((cell for cell in book.cells if cell.cell_type == "code"), 1):
        cell.execution_count = count


def findings(books, source):
    for kind, path in targets(source).items():
        path.parent.mkdir(exist_ok=True)
        nbformat.write(books[kind], path)
    return lint(targets(source)["lesson"])


def say(text, **metadata):
    """Add a markdown cell after the setup's."""
    return lambda book: book.cells.insert(3, new_markdown_cell(text, metadata=metadata))


def code(text, at=6, said="It shows.", **metadata):
    """Add an executed code cell, and before it a sentence."""

    def change(book):
        book.cells.insert(at, new_code_cell(text, metadata=metadata))
        book.cells.insert(at, new_markdown_cell(said))
        number(book)

    return change


def output(index, *outputs):
    return lambda book: book.cells[index].update(outputs=list(outputs))


def replace(index, old, new):
    def change(book):
        assert old in book.cells[index].source
        book.cells[index].source = book.cells[index].source.replace(old, new)

    return change


def retag(index, *tags):
    return lambda book: book.cells[index].metadata.update(tags=list(tags))


HTML = {"text/html": "<p><img src='data:x'></p>"}
BREACHES = [
    ("one-title-first", replace(0, "# A lesson", "A lesson")),
    ("one-title-first", say("# Another title")),
    ("says-what-it-takes", replace(0, "you will be able to", "you can")),
    ("says-what-it-takes", replace(0, "1 minute", "a moment")),
    ("says-what-it-takes", replace(0, "200 MB", "little")),
    ("setup-then-parameters", retag(2)),
    ("setup-then-parameters", retag(4)),
    ("setup-then-parameters", code("1", **{"tags": ["parameters"]})),
    ("setup-then-parameters", lambda book: (retag(2, "parameters")(book), retag(4, "setup")(book))),
    ("setup-then-parameters", code("1", at=1)),
    ("sentence-before-code", code("1", said="## Only a heading")),
    ("sentence-before-code", lambda book: (book.cells.insert(5, new_code_cell("1")), number(book))),
    ("short-cells", code("\n".join(["1"] * 26))),
    ("executed-in-order", lambda book: book.cells[4].update(execution_count=9)),
    ("executed-in-order", lambda book: book.cells[4].update(execution_count=None)),
    ("no-error-stored", output(4, new_output("error", ename="ValueError", evalue="x", traceback=[]))),
    ("no-stderr-stored", output(4, new_output("stream", name="stderr", text="Warning: x"))),
    ("silent-assertions", output(5, new_output("stream", text="fine"))),
    ("closing-sections", replace(6, "## Limits", "## Bounds")),
    ("closing-sections", lambda book: book.cells.append(new_markdown_cell("## More"))),
    ("asks-its-quiz", replace(7, 'quiz("00")', "every()")),
    ("asks-its-quiz", replace(7, 'quiz("00")', 'quiz("01")')),
    ("asks-its-quiz", code('exercises.quiz("00")')),
    ("asks-its-quiz", lambda book: (book.cells.pop(7), code('exercises.quiz("00")')(book))),
    ("no-typed-results", say("It reaches 0.86 on photos.")),
    ("no-typed-results", say("It reaches 87.5 of a hundred.")),
    ("no-typed-results", say("It is right in 86% of cases.")),
    ("no-typed-results", say("It is right in 86 per cent of cases.")),
    ("no-typed-results", say("### References\n\nYear .5\n\n### Results\n\nIt reaches .86.")),
    ("stubs-and-checks", replace(9, "...", "None")),
    ("exercises-are-solved", replace(9, "00.1", "00.2")),
    ("images-have-alt-text", say("![](https://example.org/a.png)")),
    ("images-have-alt-text", say('<img src="https://example.org/a.png">')),
    ("images-have-alt-text", say('<img src="https://example.org/a.png" alt="">')),
    ("images-have-alt-text", output(4, new_output("display_data", data=HTML))),
    ("small-file", output(4, new_output("stream", text="x" * 1_000_000))),
    ("secure-links", say("[page](http://example.org)")),
    ("secure-links", code("'http://example.org'")),
    ("links-lead-somewhere", say("[page](nowhere.ipynb)")),
    ("no-exclamation-marks", say("It works!")),
]
FINE = [
    say("### References\n\nIts table gives 0.86."),
    say("### Licences\n\nCC BY 4.0, and 99.9% of it."),
    say("The paper reports 0.86.", tags=["sourced"]),
    say("`rate=0.001`, Python 3.11, CC BY-SA 4.0, exercise 00.1, TensorFlow 2.21, 30 photos, ImageNet-1k."),
    say("```python\nx = 0.5  # good!\nassert x != 1\n# # no title\n```"),
    say(
        '![A curve that rises](https://example.org/a.png) <img alt="a cat" src="https://example.org/a0.5.png">'
    ),
    say("[page](https://example.org/v1.25/) and [start](../README.md#binder)"),
    code("1", **{"tags": ["assert"]}),
    code("\n".join(["1"] * 25)),
]


def test_notebook_without_fault_has_no_findings(books, source):
    assert findings(books, source) == []
    assert lint(targets(source)["solutions"]) == []
    assert main([str(path) for path in targets(source).values()]) == 0


@pytest.mark.parametrize(("rule", "breach"), BREACHES)
def test_breach_is_found_by_its_rule_alone(books, source, rule, breach):
    breach(books["lesson"])
    assert {finding.rule for finding in findings(books, source)} == {rule}


@pytest.mark.parametrize("change", FINE)
def test_what_is_allowed_is_not_reported(books, source, change):
    change(books["lesson"])
    assert findings(books, source) == []


def test_every_rule_is_broken_by_some_test():
    assert {rule for rule, _ in BREACHES} == set(RULES)


def test_solution_without_check_or_exercise_is_found(books, source):
    books["solutions"].cells[9].source = "exercises.check('00.7', 1)"
    told = " ".join(str(finding) for finding in findings(books, source))
    assert "exercise 00.1 has no solution" in told
    assert "solution 00.7 has no exercise" in told
    books["solutions"].cells[9].source = "1"
    findings(books, source)
    assert "checks nothing" in str(lint(targets(source)["solutions"])[0])


def test_missing_solutions_are_found(books, source):
    findings(books, source)
    targets(source)["solutions"].unlink()
    assert "no notebook of solutions" in str(lint(targets(source)["lesson"])[0])


def test_finding_names_file_cell_rule_and_remedy(books, source, capsys):
    say("It works!")(books["lesson"])
    findings(books, source)
    path = targets(source)["lesson"]
    assert main([str(path)]) == 1
    assert (
        f"{path}, cell 4: no-exclamation-marks: an exclamation mark in 'It works!'. State it plainly"
        in capsys.readouterr().out
    )
