"""What a path holds: photos, texts, and a part to test on."""

import numpy as np
import pytest
from PIL import Image

from tlcourse.adviser import UnusableData, loading
from tlcourse.datasets import Images, MissingColumn, NothingToLoad, Texts


def load(path):
    return loading.load(path, "text", "label", seed=0)


def photos(folder, number, classes=("ants", "bees"), seed=0):
    rng = np.random.default_rng(seed)
    for name in classes:
        (folder / name).mkdir(parents=True, exist_ok=True)
        for index in range(number):
            pixels = rng.integers(0, 256, (8, 8, 3), np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{index}.png")
    return folder


def texts(folder, number):
    for name in ("praise", "blame"):
        (folder / name).mkdir(parents=True)
        for index in range(number):
            (folder / name / f"{index}").write_text(f"{name} number {index}")
    return folder


def test_folder_of_photos_is_told_from_a_folder_of_texts(tmp_path):
    data, test = load(photos(tmp_path / "p", 3))
    assert (type(data), len(data), test) == (Images, 6, None)
    data, test = load(texts(tmp_path / "t", 3))
    assert (type(data), len(data), test) == (Texts, 6, None)


def test_broken_photos_are_still_photos_and_reported(tmp_path):
    folder = photos(tmp_path, 3)
    (folder / "ants" / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    data, _ = load(folder)
    assert [path for path, _ in data.report.left_out] == ["ants/bad.png"]
    for file in folder.rglob("[0-9].png"):
        file.write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(32)))
    with pytest.raises(NothingToLoad, match="No photo could be loaded"):
        load(folder)


def test_folders_train_and_test_are_taken_as_such(tmp_path):
    photos(tmp_path / "train", 3)
    photos(tmp_path / "Validation", 1, seed=1)
    photos(tmp_path / "test", 2, ("bees", "cats"), seed=2)
    data, test = load(tmp_path)
    assert (len(data), len(test)) == (8, 4)
    assert data.class_names == test.class_names == ("ants", "bees", "cats")
    assert [test.class_names[label] for label in test.labels] == ["bees"] * 2 + ["cats"] * 2


def test_tables_train_and_test_are_taken_as_such(tmp_path):
    (tmp_path / "train.csv").write_text("text,label\nfine,1\nbad,0\n")
    (tmp_path / "test.csv").write_text("text,label\nso so,0\n")
    data, test = load(tmp_path)
    assert (data.texts, test.texts) == (("fine", "bad"), ("so so",))
    assert [test.class_names[label] for label in test.labels] == ["0"]


def test_photos_beside_texts_are_refused(tmp_path):
    photos(tmp_path / "train", 2)
    texts(tmp_path / "test", 2)
    with pytest.raises(UnusableData, match="photos in one part and texts in another"):
        load(tmp_path)


def test_column_that_says_the_part_is_taken_as_such(tmp_path):
    table = tmp_path / "reviews.csv"
    table.write_text("text,label,split\nfine,1,train\nbad,0,Train\nso so,0,test\n")
    data, test = load(table)
    assert data.in_train.tolist() == [True, True, False]
    assert test is None
    table.write_text("text,label,split\nfine,1,left\nbad,0,right\n")
    assert load(table)[0].in_train is None
    table.write_text("text,label,split\nfine,1,train\nbad,,train\nso so,0,test\n")
    with pytest.raises(UnusableData, match=r"Some rows of reviews\.csv have a label and no 'split'"):
        load(table)


def test_more_photos_than_can_be_looked_at_are_drawn_from(tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "MOST_PHOTOS", 4)
    data, _ = load(photos(tmp_path, 5))
    assert len(data) == 4
    assert "Of 10 files 4 were read, drawn at random." in data.report.remarks


def test_missing_column_is_named_with_what_there_is(tmp_path):
    table = tmp_path / "reviews.csv"
    table.write_text("review,stars\nfine,1\n")
    with pytest.raises(MissingColumn, match="names no column 'text'"):
        load(table)
