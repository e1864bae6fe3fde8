"""A learner's folder: every file is read right or named, and the good ones always load."""

import errno
import os
import warnings

import numpy as np
import pytest
from PIL import Image

from tlcourse.datasets import (
    BadOption,
    FolderReport,
    LeftOutWarning,
    NotAFolder,
    NothingToLoad,
    load_folder,
)


def save(path, colour="red", **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (40, 30), colour).save(path, **options)


@pytest.fixture
def folder(tmp_path):
    """Make a folder of two classes with three good photos each, and nothing else."""
    root = tmp_path / "photos"
    for number in range(3):
        save(root / "cats" / f"{number}.png", (number, 0, 0))
        save(root / "dogs" / f"{number}.png", (number + 10, 0, 0))
    return root


def load_quietly(root, **options):
    """Load and fail on any warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return load_folder(root, size=16, **options)


def test_a_good_folder_loads_in_order_without_a_warning(folder):
    mine = load_quietly(folder)
    assert mine.class_names == ("cats", "dogs")
    assert mine.labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert mine.labels.dtype == np.int64
    assert mine.images[:, 8, 8, 0].tolist() == [0, 1, 2, 10, 11, 12]
    assert mine.paths == tuple(
        str(folder / name / f"{number}.png") for name in ("cats", "dogs") for number in range(3)
    )
    assert mine.card.name == "photos"
    assert repr(mine.report) == "Read 6 photos of 2 classes."


def test_fit_reaches_the_decoder(folder):
    assert (load_quietly(folder, fit="pad").images[:, 0] == 255).all()
    assert (load_quietly(folder, fit="crop").images[:, 0, :, 1] == 0).all()


def test_everything_unreadable_is_named_once_and_the_rest_loads(folder):
    (folder / "cats" / "a.jpg").write_bytes(b"")
    (folder / "cats" / "b.jpg").write_text("my cat")
    save(folder / "dogs" / "cut.jpg")
    whole = (folder / "dogs" / "cut.jpg").read_bytes()
    (folder / "dogs" / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    save(folder / "loose.png")
    (folder / "nothing").mkdir()
    with pytest.warns(LeftOutWarning) as caught:
        mine = load_folder(folder, size=16)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert str(caught[0].message) == repr(mine.report)
    assert repr(mine.report) == (
        "Read 6 photos of 2 classes; left out 5: cats/a.jpg (an empty file), cats/b.jpg (not an image), "
        "dogs/cut.jpg (damaged or cut short), loose.png (not in a class folder), nothing (no photo in it)."
    )
    assert mine.images[:, 8, 8, 0].tolist() == [0, 1, 2, 10, 11, 12]
    assert mine.labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert len(mine.paths) == 6


def test_a_class_none_of_whose_photos_can_be_read_is_no_class(folder):
    (folder / "ants").mkdir()
    (folder / "ants" / "a.jpg").write_bytes(b"")
    with pytest.warns(LeftOutWarning):
        mine = load_folder(folder, size=16)
    assert mine.class_names == ("cats", "dogs")
    assert mine.report.left_out == (("ants", "no photo in it"), ("ants/a.jpg", "an empty file"))


def test_litter_is_passed_over_in_silence(folder):
    for name in (".DS_Store", "cats/Thumbs.db", "cats/._0.png", "dogs/desktop.ini", "__MACOSX/cats/._0.png"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"litter")
    save(folder / ".thumbnails" / "0.png")
    save(folder / "cats" / ".hidden" / "0.png")
    assert repr(load_quietly(folder).report) == "Read 6 photos of 2 classes."


def test_nested_folders_belong_to_the_class_at_the_top(folder):
    save(folder / "cats" / "tabby" / "kittens" / "0.png")
    mine = load_quietly(folder)
    assert mine.class_names == ("cats", "dogs")
    assert mine.paths[3] == str(folder / "cats" / "tabby" / "kittens" / "0.png")
    assert mine.labels[3] == 0


def test_odd_names_load_and_can_be_printed(tmp_path):
    names = ("Кошки", "日本 猫", "a'b\"<c>&", "line\nend", "é", os.fsdecode(b"latin-\xe9"), "  ", "🐈")
    for name in names:
        for number in range(3):
            save(tmp_path / name / f"{name} {number}.jpg")
    mine = load_quietly(tmp_path)
    assert len(mine) == 3 * len(names)
    assert {"é", "Кошки", "🐈", "latin-\N{REPLACEMENT CHARACTER}"} <= set(mine.class_names)
    for text in (repr(mine), repr(mine.report), mine._repr_html_()):
        assert text.encode()
        assert "\n" not in text
    assert "<c>" not in mine._repr_html_()


def test_decomposed_accents_become_whole_ones(tmp_path):
    save(tmp_path / "cafe\N{COMBINING ACUTE ACCENT}" / "0.png")
    with pytest.warns(LeftOutWarning):
        assert load_folder(tmp_path).class_names == ("café",)


def test_one_class_and_scarce_classes_load_with_a_warning(tmp_path):
    save(tmp_path / "cats" / "only.png")
    with pytest.warns(LeftOutWarning) as caught:
        mine = load_folder(tmp_path, size=16)
    assert [str(warning.message) for warning in caught] == [repr(mine.report)]
    assert len(mine) == 1
    assert mine.report.remarks == (
        "There is only one class, 'cats': telling things apart takes two.",
        "Too few photos to split, which takes three of a class: cats (1).",
    )


def test_links_to_files_and_classes_are_followed_but_not_in_circles(folder):
    save(folder.parent / "elsewhere" / "0.png")
    (folder / "linked class").symlink_to(folder.parent / "elsewhere")
    (folder / "cats" / "linked.png").symlink_to(folder / "dogs" / "0.png")
    (folder / "cats" / "circle").symlink_to(folder)
    with pytest.warns(LeftOutWarning):
        mine = load_folder(folder, size=16)
    assert len(mine) == 8
    assert mine.report.left_out == (("cats/circle", "a link to another folder"),)


def test_a_folder_that_may_not_be_entered_is_named(folder, monkeypatch):
    (folder / "dogs" / "closed").mkdir()
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("closed"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)  # taking the right away for real does not stop root
    with pytest.warns(LeftOutWarning, match=r"left out 1: dogs/closed \(permission denied\)"):
        assert len(load_folder(folder, size=16)) == 6


def test_pillows_own_remarks_are_kept_out_of_the_way(folder):
    Image.new("1", (10_000, 10_000)).save(folder / "cats" / "a.png")  # Pillow warns, then we refuse
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        load_folder(folder, size=16)
    assert [warning.category for warning in caught] == [LeftOutWarning]
    assert "cats/a.png (over 64 million pixels)" in str(caught[0].message)


@pytest.mark.parametrize(
    ("name", "problem"), [("absent", "does not exist"), ("file", "is a file, not a folder")]
)
def test_a_path_that_is_no_folder_is_refused(tmp_path, name, problem):
    (tmp_path / "file").write_text("")
    with pytest.raises(NotAFolder, match=f"{name} {problem}: give a folder with one sub-folder"):
        load_folder(tmp_path / name)


def test_a_home_folder_is_found_by_its_tilde(folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder.parent))
    assert len(load_quietly("~/photos")) == 6


def test_a_folder_without_a_photo_is_refused_and_the_error_carries_the_report(tmp_path):
    save(tmp_path / "loose.png")
    with pytest.raises(NothingToLoad, match=r"per class: loose\.png \(not in a class folder\)\.$") as caught:
        load_folder(tmp_path)
    assert caught.value.report.left_out == (("loose.png", "not in a class folder"),)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(NothingToLoad, match=r"^No photo could be loaded from .*: it is empty\.$"):
        load_folder(tmp_path)


def test_options_are_checked_before_anything_is_read(tmp_path):
    with pytest.raises(BadOption, match="fit is 'squash'"):
        load_folder(tmp_path / "absent", fit="squash")
    with pytest.raises(BadOption, match="size is 0"):
        load_folder(tmp_path / "absent", size=0)


def test_a_long_report_is_cut_in_text_and_whole_in_html():
    report = FolderReport(1, 1, tuple((f"cats/<{number}>.jpg", "not an image") for number in range(25)))
    assert repr(report).count("not an image") == 10
    assert "and 15 more" in repr(report)
    assert report._repr_html_().count("<td>not an image</td>") == 25
    assert "cats/&lt;24&gt;.jpg" in report._repr_html_()
    assert repr(report).startswith("Read 1 photo of 1 class; left out 25: cats/<0>.jpg (not an image), ")
