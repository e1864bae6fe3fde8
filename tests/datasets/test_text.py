"""Texts: the collections of the course, and tables and folders of a learner's own."""

import csv
import json
import os
import tracemalloc
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlcourse import assets, datasets
from tlcourse.assets import Card
from tlcourse.datasets import (
    BadOption,
    ClassTooSmall,
    LeftOutWarning,
    MissingColumn,
    NoOfficialSplit,
    NothingToLoad,
    Texts,
    UnreadableTexts,
    load_texts,
)

GOOD = "text,label\nfirst,a\nsecond,b\nthird,a\n"
LINE = '{"text": "a", "label": "b"}\n'


@pytest.fixture
def write(tmp_path):
    def make(content, name="mine.csv"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return make


def pairs(loaded):
    return [
        (text, loaded.class_names[label]) for text, label in zip(loaded.texts, loaded.labels, strict=True)
    ]


def quietly(*arguments, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LeftOutWarning)
        return load_texts(*arguments, **options)


# What any texts offer


@pytest.fixture
def toy():
    labels = np.array([0, 1, 0, 1])
    train = np.array([True, True, False, False])
    return Texts(tuple("wxyz"), labels, ("<a>", "b"), Card("toy", "A toy"), train)


def test_subset_takes_indices_and_masks_alike_and_keeps_all_classes(toy):
    for chosen in ([1, 3], toy.labels == 1):
        part = toy.subset(np.array(chosen))
        assert (part.texts, part.labels.tolist(), part.in_train.tolist()) == (
            ("x", "z"),
            [1, 1],
            [True, False],
        )
        assert part.class_names == toy.class_names


def test_official_parts_are_disjoint_and_whole(toy):
    assert (toy.train.texts, toy.test.texts) == (("w", "x"), ("y", "z"))


def test_html_escapes_class_names(toy):
    assert "&lt;a&gt;" in toy._repr_html_()
    assert "<a>" not in toy._repr_html_()


def test_texts_without_official_split_say_how_to_make_one(write):
    with pytest.raises(
        NoOfficialSplit, match=r"mine.csv has no official split; make one with datasets.split"
    ):
        _ = load_texts(write(GOOD)).train


def test_split_keeps_equal_texts_together():
    texts = tuple(str(number % 10) for number in range(60))
    data = Texts(texts, np.array([number % 2 for number in range(60)]), ("a", "b"), Card("toy", "A toy"))
    parts = [set(part.texts) for part in datasets.split(data, seed=3)]
    assert sum(map(len, parts)) == len(set.union(*parts)) == 10


def test_split_of_a_scarce_class_names_texts(toy):
    with pytest.raises(ClassTooSmall, match=r"too few different texts \(2\)"):
        datasets.split(toy)


# The course's collections


def write_collection(folder, header):
    for part, rows in {"train": [("one two", "x"), ("three", "y")], "test": [("four", "x")]}.items():
        lines = [header, ["d", "string"], ["class", ""], ["", ""]]
        lines += [[text, name] if header[0] == "Text" else [name, text] for text, name in rows]
        body = "".join("\t".join(line) + "\n" for line in lines)
        (folder / f"reuters-r8-{part}.tab").write_text(body)


@pytest.mark.parametrize("header", [["Text", "Category"], ["Category", "Text"]])
def test_collection_is_read_by_the_names_of_its_columns(tmp_path, monkeypatch, header):
    write_collection(tmp_path, header)
    monkeypatch.setattr(assets, "fetch", lambda name: tmp_path)
    data = datasets.load("reuters-r8")
    assert pairs(data) == [("one two", "x"), ("three", "y"), ("four", "x")]
    assert repr(data).startswith("reuters-r8: 3 texts, 2 classes (x 2, y 1)")
    assert (len(data.train), len(data.test), data.labels.dtype) == (2, 1, np.int64)


@pytest.mark.assets
@pytest.mark.parametrize(
    ("name", "train", "test", "classes"),
    [("newsgroups", 11_293, 7_528, 20), ("reuters-r8", 5_485, 2_189, 8), ("reuters-r52", 6_532, 2_568, 52)],
)
def test_collection_has_the_usual_sizes(name, train, test, classes):
    data = datasets.load(name)
    assert (len(data.train), len(data.test), len(data.class_names)) == (train, test, classes)
    assert set(np.unique(data.labels)) == set(np.unique(data.train.labels)) == set(range(classes))
    assert all(data.texts)


# Tables that are right

printable = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1).filter(str.strip)
multiline = st.lists(printable, min_size=1, max_size=3).map("\n".join)
table = st.lists(st.tuples(multiline, printable), min_size=1, max_size=8)


def stripped(rows):
    return [(text.strip(), name.strip()) for text, name in rows]


@settings(deadline=None)
@given(
    rows=table,
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    newline=st.sampled_from(["\n", "\r\n"]),
    kind=st.sampled_from([".csv", ".tsv", ".TAB"]),
)
def test_any_table_a_program_writes_is_read_back(
    tmp_path_factory, rows, delimiter, quoting, encoding, newline, kind
):
    path = tmp_path_factory.mktemp("table") / f"mine{kind}"
    with open(path, "w", encoding=encoding, newline="") as file:
        delimiter = delimiter if kind == ".csv" else "\t"
        writer = csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator=newline)
        writer.writerows([("id", "text", "label"), *((7, *row) for row in rows)])
    assert pairs(quietly(path)) == stripped(rows)


@settings(deadline=None)
@given(rows=table, ascii_only=st.booleans(), encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_json_lines_are_read_back(tmp_path_factory, rows, ascii_only, encoding):
    path = tmp_path_factory.mktemp("lines") / "mine.jsonl"
    lines = [json.dumps({"label": name, "text": text}, ensure_ascii=ascii_only) for text, name in rows]
    path.write_bytes("\n".join(lines).encode(encoding))
    assert pairs(quietly(path)) == stripped(rows)


def test_columns_are_chosen_by_name(write):
    path = write("id;stars;body\n1;five;fine\n2;one;bad, very bad\n")
    assert pairs(load_texts(path, text="body", label="stars")) == [("fine", "five"), ("bad, very bad", "one")]


def test_quotation_marks_of_an_unquoted_tsv_are_letters(write):
    path = write('label\ttext\na\t"Hello" she said\nb\t"unclosed\n', "mine.tsv")
    assert pairs(load_texts(path)) == [('"Hello" she said', "a"), ('"unclosed', "b")]


def test_windows_encoding_is_guessed_with_a_warning(write):
    path = write("text,label\ncafé – “good”,a\nbad,b\n".encode("cp1252"))
    with pytest.warns(LeftOutWarning, match="not UTF-8 and was read as Windows-1252"):
        loaded = load_texts(path)
    assert loaded.texts[0] == "café – “good”"


def test_given_encoding_is_taken(write):
    path = write("text,label\nпривет,a\nbad,b\n".encode("koi8-r"))
    assert load_texts(path, encoding="koi8-r").texts[0] == "привет"


def test_json_labels_may_be_numbers(write):
    path = write('{"text": "x", "label": 1}\n\n{"text": "y", "label": true}\n', "mine.jsonl")
    assert pairs(load_texts(path)) == [("x", "1"), ("y", "True")]


def test_half_a_character_in_json_is_replaced(write):
    path = write('{"text": "a \\ud83d b", "label": "x"}\n{"text": "y", "label": "z"}\n', "mine.jsonl")
    assert load_texts(path).texts[0] == "a ? b"


def test_long_field_is_read_and_the_limit_put_back(write):
    before = csv.field_size_limit()
    path = write(f"text,label\n{'word ' * 100_000},a\nshort,b\n")
    assert len(load_texts(path).texts[0]) == 499_999
    assert csv.field_size_limit() == before


def test_table_is_streamed(write):
    row = "x" * 1000
    path = write("junk,text,label\n" + "".join(f"{row}{number},t{number},a\n" for number in range(20_000)))
    tracemalloc.start()
    quietly(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < os.path.getsize(path) / 2


# Tables with something wrong


@pytest.mark.parametrize(
    ("name", "content", "left_out"),
    [
        ("m.csv", GOOD + "\n,a\n  ,a\n", [("line 6", "no text"), ("line 7", "no text")]),
        ("m.csv", GOOD + "x,\n", [("line 5", "no label")]),
        ("m.csv", GOOD + "a,b,c\n", [("line 5", "3 columns where the first line names 2")]),
        ("m.csv", GOOD + '"two\nlines",a\nlost\n', [("line 7", "1 column where the first line names 2")]),
        ("m.jsonl", LINE + '{"text": \n[1]\n', [("line 2", "not a JSON object")] * 2),
        ("m.jsonl", LINE + '{"text": 3, "label": "b"}\n', [("line 2", "its text is no string")]),
        ("m.jsonl", LINE + '{"text": "c", "label": [1]}\n', [("line 2", "its label is no string")]),
        ("m.jsonl", LINE + '{"text": "c"}\n', [("line 2", "no label")]),
    ],
)  # fmt: skip
def test_unusable_rows_are_left_out_and_named(write, name, content, left_out):
    with pytest.warns(LeftOutWarning, match="left out"):
        loaded = load_texts(write(content, name))
    assert [reason for _, reason in loaded.report.left_out] == [reason for _, reason in left_out]
    assert loaded.report.left_out[0] == left_out[0]
    assert loaded.texts[0] in ("first", "a")


def test_one_class_is_said_at_once(write):
    with pytest.warns(LeftOutWarning, match="only one class, 'a': telling things apart takes two"):
        assert len(load_texts(write("text,label\nx,a\ny,a\nz,a\n"))) == 3


@pytest.mark.parametrize(
    ("name", "content", "error", "says"),
    [
        ("m.csv", "", MissingColumn, "names no column 'text'. It is empty"),
        ("m.csv", "Text,label\nx,a\n", MissingColumn, r"names no column 'text'. Did you mean 'Text'\?"),
        ("m.csv", "text,class\nx,a\n", MissingColumn, "names no column 'label'. Valid names are 'class' and"),
        (
            "m.jsonl",
            '{"txt": "x", "label": "a"}\n',
            MissingColumn,
            r"has the key 'text'. Did you mean 'txt'\?",
        ),
        ("m.csv", "text,label\n", NothingToLoad, "it is empty"),
        ("m.jsonl", "", NothingToLoad, "it is empty"),
        ("m.jsonl", "plain\n", NothingToLoad, r"line 1 \(not a JSON object\)"),
        ("m.csv", GOOD + '"open,a\nmore,b\n', UnreadableTexts, "line 5: a quotation mark is never closed"),
        ("m.csv", GOOD + '"a"b,c\n', UnreadableTexts, "line 5: a quotation mark"),
        ("m.xlsx", GOOD, UnreadableTexts, "ends in '.xlsx': give a .csv, .tsv or .jsonl"),
        ("m.csv", b"PK\x03\x04\0\0", UnreadableTexts, "not a text file"),
        ("m.csv", GOOD.encode() + b"\x81\xff,a\n", UnreadableTexts, "neither UTF-8 nor Windows-1252"),
    ],
)
def test_unusable_file_is_refused_in_a_sentence(write, name, content, error, says):
    with pytest.raises(error, match=says):
        load_texts(write(content, name))


def test_missing_file_and_unknown_encoding_are_refused(write, tmp_path):
    with pytest.raises(UnreadableTexts, match="does not exist"):
        load_texts(tmp_path / "nothing.csv")
    with pytest.raises(BadOption, match="encoding is 'utf9'"):
        load_texts(write(GOOD), encoding="utf9")
    with pytest.raises(UnreadableTexts, match="it is not ascii"):
        load_texts(write("text,label\né,a\n"), encoding="ascii")


# Folders


def test_folder_of_class_folders(write, tmp_path):
    write("\ufeffgood\n", "reviews/pos/1.txt")
    write("fine", "reviews/pos/deep/2")
    write("bad".encode("utf-16"), "reviews/neg/1.txt")
    loaded = load_texts(tmp_path / "reviews")
    assert pairs(loaded) == [("bad", "neg"), ("good", "pos"), ("fine", "pos")]
    assert repr(loaded.report).startswith("Read 3 texts of 2 classes.")


def test_folder_names_what_it_left_out(write, tmp_path):
    write("good", "reviews/pos/1.txt")
    write(" \n", "reviews/pos/2.txt")
    write(b"\x89PNG\0\0", "reviews/neg/1.png")
    os.mkfifo(tmp_path / "reviews/pos/pipe")
    with pytest.warns(LeftOutWarning):
        loaded = load_texts(tmp_path / "reviews")
    assert loaded.report.left_out == (
        ("neg", "no text in it"),
        ("neg/1.png", "not text"),
        ("pos/2.txt", "no text"),
        ("pos/pipe", "not a file"),
    )


def test_empty_folder_is_refused(tmp_path):
    with pytest.raises(NothingToLoad, match="it is empty"):
        load_texts(tmp_path)
