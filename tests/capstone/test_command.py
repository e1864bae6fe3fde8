"""The command `tlcourse try`."""

import json

import pytest
from click.testing import CliRunner

from tlcourse import adviser
from tlcourse.adviser import representations
from tlcourse.cli import main


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch, sources):
    monkeypatch.chdir(tmp_path)
    sources(representations.TfIdf)


def call(*args):
    return CliRunner().invoke(main, ["try", *map(str, args)], prog_name="tlcourse")


def test_table_becomes_a_model_beside_it(table, tmp_path):
    result = call(table(60, columns=("words", "kind")), "--text", "words", "--label", "kind")
    assert result.exit_code == 0, result.stderr
    for words in ("60 texts of 2 classes", "Use TF-IDF", "accuracy 1.00", "model.tflite", "report.html in a"):
        assert words in result.stdout
    folder = tmp_path / "sayings-model"
    assert adviser.load(folder / "pipeline").predict(["it is bad"]) == ["blame"]
    text = (folder / "report.html").read_text()
    assert "saying 1" in text
    assert "makes TF-IDF of a text" in text


def test_json_alone_is_printed_when_asked_for(table):
    result = call(table(60), "--out", "sorter", "--json", "--seed", 3)
    assert result.exit_code == 0, result.stdout
    document = json.loads(result.stdout)
    assert (document["model"], document["tested_on"], document["files_begin_at"]) == (
        "TF-IDF",
        16,
        "features",
    )
    assert document["without_transfer"] is None


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["nowhere"], "nowhere does not exist"),
        (["TABLE", "--text", "word"], "names no column 'word'"),
        (["TABLE", "--label", "text"], "look like identifiers"),
        (["TABLE", "--budget", "1"], "1.0 is not in the range"),
        (["TABLE", "--out", "TAKEN"], "holds something else"),
        (["FOLDER", "--out", "FOLDER/model"], "lies inside the data"),
    ],
)
def test_mistake_becomes_one_sentence_and_leaves_no_trace(table, tmp_path, args, sentence):
    path, taken = table(60), tmp_path / "taken"
    taken.mkdir()
    (taken / "mine.txt").write_text("mine")
    names = {"TABLE": path, "TAKEN": taken, "FOLDER": taken, "FOLDER/model": taken / "model"}
    result = call(*(names.get(arg, arg) for arg in args))
    assert (result.exit_code, result.stdout) == (1, "")
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert {item.name for item in tmp_path.iterdir() if item.name != "cache"} == {"sayings.csv", "taken"}
    assert [item.name for item in taken.iterdir()] == ["mine.txt"]


def test_help_says_what_the_folder_will_hold():
    text = " ".join(call("--help").stdout.split())
    assert "a report to open in a browser" in text
    assert "Nothing leaves your machine" in text
