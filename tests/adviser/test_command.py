"""The command `tlcourse advise`."""

import json

import pytest
from click.testing import CliRunner

from tlcourse.adviser import load, representations
from tlcourse.cli import main


@pytest.fixture
def table(tmp_path, make, sources):
    sources(representations.TfIdf)
    data, path = make[1](60), tmp_path / "sayings.csv"
    rows = [f"{text},{data.class_names[label]}" for text, label in zip(data.texts, data.labels, strict=True)]
    path.write_text("\n".join(["saying,kind", *rows]))
    return path


def call(*args):
    return CliRunner().invoke(main, ["advise", *map(str, args)], prog_name="tlcourse")


def test_answer_is_a_table_and_two_sentences(table):
    result = call(table, "--text", "saying", "--label", "kind", "--target-accuracy", 0.9)
    assert result.exit_code == 0, result.stderr
    assert "sayings.csv: 60 texts of 2 classes" in result.stdout
    assert "TF-IDF  your data only  " in result.stdout
    assert "Use TF-IDF: expect an accuracy of" in result.stdout
    assert "Whether transfer helps cannot be told" in result.stdout


def test_json_is_complete_and_the_pipeline_is_saved(table, tmp_path):
    result = call(table, "--text", "saying", "--label", "kind", "--json", "--save", tmp_path / "sorter")
    document = json.loads(result.stdout)
    assert document["best"] == "TF-IDF"
    assert document["counts"] == {"blame": 30, "praise": 30}
    assert load(document["saved"]).predict(["lovely fine"]) == ["praise"]


@pytest.mark.parametrize(
    ("args", "kind", "sentence"),
    [
        (["nowhere"], "UnusableData", "does not exist: give a folder of photos or of texts"),
        (["TABLE"], "MissingColumn", "names no column 'text'"),
        (["TABLE", "--text", "saying", "--label", "saying"], "UnusableData", "look like identifiers"),
        (["TABLE", "--budget", "1"], "BudgetTooSmall", "give at least 10"),
        (["TABLE", "--target-accuracy", "95"], "MeasureError", "between 0 and 1"),
    ],
)
def test_mistake_becomes_one_sentence_or_json(table, args, kind, sentence):
    args = [table if arg == "TABLE" else arg for arg in args]
    result = call(*args)
    assert (result.exit_code, result.stdout) == (1, "")
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    document = json.loads(call(*args, "--json").stdout)
    assert document["kind"] == kind
    assert sentence in document["error"]


def test_help_says_what_is_read_and_what_is_answered():
    result = call("--help")
    assert result.exit_code == 0
    assert "helps, hurts, or cannot be told" in " ".join(result.stdout.split())
