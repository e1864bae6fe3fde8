"""What `inspect` finds, and what it leaves alone."""

import io

import numpy as np
import pytest
from PIL import Image

from tlcourse.assets import Card
from tlcourse.datasets import FolderReport, Images, Texts, inspect

CARD = Card("mine", "Made here")


def scene(seed):
    """Draw a picture of a few smooth blobs, unlike any other."""
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((64, 64), Image.Resampling.BICUBIC))


def saved_anew(picture, quality=60):
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file).convert("RGB"))


def photos(pictures, labels, names=("cats", "dogs"), **more):
    paths = tuple(f"/home/me/pets/{names[label]}/{number}.jpg" for number, label in enumerate(labels))
    return Images(np.stack(pictures), np.array(labels, np.int64), names, CARD, paths, **more)


def texts(rows, names=("praise", "blame"), **more):
    return Texts(tuple(text for text, _ in rows), np.array([label for _, label in rows]), names, CARD, **more)


@pytest.fixture
def clean():
    return photos([scene(seed) for seed in range(16)], [0, 1] * 8)


def test_clean_photos_have_no_finding(clean):
    report = inspect(clean)
    assert report.findings == ()
    assert report.counts == {"cats": 8, "dogs": 8}
    assert repr(report) == "16 examples of 2 classes: nothing found."
    for marked in (report.copy, report.contradicted, report.leaked, report.test):
        assert not marked.any()


@pytest.mark.parametrize("change", [lambda picture: picture, saved_anew])
def test_copy_and_near_copy_of_a_photo_are_found(clean, change):
    data = photos([*clean.images, change(clean.images[3])], [*clean.labels, 1])
    report = inspect(data)
    assert np.flatnonzero(report.copy).tolist() == [16]
    assert str(report["copies"]) == (
        "1 photo is a copy, or nearly, of others with the same label (dogs/3.jpg and dogs/16.jpg): remove "
        "them, for they teach nothing and a test on them flatters."
    )


def test_photo_in_two_classes_is_a_contradiction_and_no_copy(clean):
    report = inspect(photos([*clean.images, saved_anew(clean.images[3])], [*clean.labels, 0]))
    assert np.flatnonzero(report.contradicted).tolist() == [3, 16]
    assert "2 photos are there with different labels (dogs/3.jpg and cats/16.jpg)" in str(
        report["contradictions"]
    )
    assert report["copies"] is None


def test_pictures_that_only_look_alike_are_left_alone():
    # Mostly white, as icons are, with a small mark in another place each.
    icons = np.full((16, 64, 64, 3), 255, np.uint8)
    for number, icon in enumerate(icons):
        icon[4 * number : 4 * number + 4, 10:30] = 0
    assert inspect(photos([*icons], [0, 1] * 8)).findings == ()


def test_leak_between_training_and_test_part_is_found_whatever_the_label(clean):
    test = photos([saved_anew(clean.images[0]), clean.images[1], scene(99)], [0, 0, 1])
    report = inspect(clean, test)
    assert report.test.sum() == 3
    assert np.flatnonzero(report.leaked).tolist() == [16, 17]
    assert str(report["leak"]).startswith(
        "2 of 3 photos to test on are also in the training part (cats/0.jpg): take them out"
    )


def test_leak_in_an_official_split_of_texts_is_found():
    rows = [(f"text number {number}", number % 2) for number in range(16)] + [("Text, number 3!", 1)]
    report = inspect(texts(rows, in_train=np.arange(17) < 14))
    assert np.flatnonzero(report.leaked).tolist() == [16]
    assert "1 of 3 texts to test on" in str(report["leak"])


def test_class_without_a_test_example_is_named(clean):
    found = inspect(clean, photos([scene(99)], [0]))["untested"]
    assert "no photo of 1 class, such as dogs" in str(found)
    assert inspect(clean, photos([scene(99), scene(98)], [0, 1]))["untested"] is None


def test_texts_of_the_same_words_are_copies_and_other_texts_are_not():
    rows = [(f"text number {number}", number % 2) for number in range(16)]
    report = inspect(texts([*rows, ("TEXT -- number 4.", 0), ("☺", 0), ("☹", 0), ("number text 4", 0)]))
    assert np.flatnonzero(report.copy).tolist() == [16]


def test_labels_that_look_like_identifiers_are_fatal():
    names = tuple(f"id {number}" for number in range(20))
    report = inspect(texts([(f"text {number}", number) for number in range(20)], names))
    assert [(finding.kind, finding.fatal) for finding in report.findings] == [("identifiers", True)]
    assert "20 different ones for 20 texts" in str(report["identifiers"])


def test_one_class_is_fatal(clean):
    report = inspect(photos(clean.images, [0] * 16))
    assert report["one class"].fatal
    assert "All 16 photos are of one class, 'cats': add a second class" in str(report["one class"])


def test_class_of_few_photos_is_fatal_only_where_no_two_others_are_left(clean):
    few = photos(clean.images[:10], [0] * 8 + [1] * 2)
    assert inspect(few)["few labels"].fatal
    names = ("cats", "dogs", "fish")
    three = photos([*clean.images, scene(50)], [*clean.labels, 2], names)
    found = inspect(three)["few labels"]
    assert not found.fatal
    assert "1 class has fewer than 6 different photos (fish 1)" in str(found)


def test_copies_do_not_make_a_class_large_enough(clean):
    report = inspect(photos([*clean.images[:6], *[scene(70)] * 8], [0] * 6 + [1] * 8))
    assert "(dogs 1)" in str(report["few labels"])


def test_what_was_left_out_on_loading_is_repeated(clean):
    left_out = tuple((f"cats/{number}.png", "not an image") for number in range(5))
    report = inspect(photos(clean.images, clean.labels, report=FolderReport(16, 2, left_out)))
    assert str(report["unreadable"]) == (
        "5 could not be read or used (cats/0.png: not an image, cats/1.png: not an image, cats/2.png: not an "
        "image, and 2 more): mend or remove them."
    )


def test_report_shows_as_html_without_letting_names_through(clean):
    report = inspect(photos(clean.images, [0] * 16, ("<b>", "dogs")))
    assert "&lt;b&gt;" in report._repr_html_()


def test_what_loading_remarked_is_repeated(clean):
    remark = "The file is not UTF-8 and was read as Windows-1252."
    report = inspect(
        photos(
            clean.images,
            clean.labels,
            report=FolderReport(16, 2, (), (remark, "Too few photos to split: cats (2).")),
        )
    )
    assert list(map(str, report.findings)) == [remark]
