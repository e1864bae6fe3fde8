"""Looking over one's own data and setting the test part aside."""

import shutil

import numpy as np
import pytest

from tlcourse import capstone
from tlcourse.adviser import UnusableData
from tlcourse.capstone.task import _divide
from tlcourse.datasets import DataReport

NAMES = ("ant", "bee", "cat")


def report_of(number, test=(), copy=(), leaked=()):
    def mask(places):
        return np.isin(np.arange(number), list(places))

    return DataReport({}, (), mask(copy), mask(()), mask(leaked), mask(test))


def test_part_to_test_on_is_drawn_from_every_class_and_fixed_by_the_seed(photos):
    root = photos()
    task = capstone.prepare(root, seed=1)
    assert (task.name, task.kind, task.class_names) == ("my photos", "photos", ("berries", "plums"))
    assert np.bincount(task.test.labels).tolist() == [4, 4]
    assert np.bincount(task.learn.labels).tolist() == [12, 12]
    assert not task.divided
    assert not set(task.learn.paths) & set(task.test.paths)
    assert capstone.prepare(root, seed=1).test.paths == task.test.paths
    assert capstone.prepare(root, seed=2).test.paths != task.test.paths


def test_learners_own_division_is_honoured_and_leaks_are_not_tested_on(photos):
    root = photos("train", "test")
    shutil.copy(root / "train" / "plums" / "03.png", root / "test" / "plums" / "leak.png")
    task = capstone.prepare(root)
    assert task.divided
    assert (len(task.learn), len(task.test)) == (32, 32)
    assert all("/test/" in path for path in task.test.paths)
    assert not any(path.endswith("leak.png") for path in task.test.paths)
    assert "1 of 33 photos" in task.report["leak"].sentence
    assert "as you divided them. 1 of all are used in neither part" in repr(task)
    assert task.counts.rows[-1] == ("all", "65", "32", "32")


def test_texts_have_no_official_split_any_more(table):
    task = capstone.prepare(table(40))
    assert task.kind == "texts"
    assert task.learn.in_train is None
    assert not set(task.learn.texts) & set(task.test.texts)


def test_enough_to_learn_from_is_left_and_a_scarce_class_is_left_out():
    labels = np.repeat([0, 1, 2], [40, 7, 6])
    learn, test = _divide(labels, NAMES, report_of(53), 1_000, 0)
    assert np.bincount(labels[learn]).tolist() == [30, 6, 6]
    assert np.bincount(labels[test]).tolist() == [10, 1]
    learn, test = _divide(np.repeat([0, 1, 2], [40, 40, 5]), NAMES, report_of(85), 1_000, 0)
    assert np.concatenate([learn, test]).max() < 80
    assert (len(learn), len(test)) == (60, 20)


def test_no_more_are_taken_than_asked_for():
    labels = np.arange(400) % 2
    learn, test = _divide(labels, NAMES, report_of(400), 100, 0)
    assert len(learn) + len(test) == 100
    assert 24 <= len(test) <= 26
    learn, test = _divide(labels, NAMES, report_of(400, test=range(300, 400)), 100, 0)
    assert (len(learn), len(test)) == (75, 25)
    assert test.min() >= 300


def test_class_with_too_few_to_learn_from_is_not_dropped_in_silence():
    labels = np.repeat([0, 1, 2], [20, 20, 9])
    report = report_of(49, test=[*range(15, 20), *range(35, 40), *range(45, 49)])
    with pytest.raises(UnusableData, match=r"Class 'cat' has 5 different .* at least 6, or leave it out"):
        _divide(labels, NAMES, report, 1_000, 0)


def test_scarce_class_is_kept_whole_where_not_all_are_taken():
    labels = np.repeat([0, 1, 2], [600, 600, 9])
    divided = report_of(1_209, test=[*range(500, 700), *range(1_206, 1_209)])
    for report, scarce in ((divided, (6, 3)), (report_of(1_209), (6, 2))):
        learn, test = _divide(labels, NAMES, report, 120, 0)
        assert len(learn) + len(test) == 120
        assert ((labels[learn] == 2).sum(), (labels[test] == 2).sum()) == scarce


def test_small_part_to_learn_from_is_not_cut_below_what_it_takes():
    learn, test = _divide(np.arange(1_000) % 2, NAMES, report_of(1_000, test=range(20, 1_000)), 100, 0)
    assert (len(learn), len(test)) == (12, 98)


def test_copies_are_used_in_neither_part():
    learn, test = _divide(np.arange(60) % 2, NAMES, report_of(60, copy=range(10)), 1_000, 0)
    assert np.concatenate([learn, test]).min() == 10


@pytest.mark.parametrize(
    ("labels", "report", "sentence"),
    [
        (np.arange(20) % 2, report_of(20, test=range(8, 20)), "Class 'ant' has 4 different examples"),
        (np.arange(30) % 2, report_of(30, test=(28, 29), leaked=(28, 29)), "Nothing is left to test on"),
    ],
)
def test_too_little_on_either_side_is_said(labels, report, sentence):
    with pytest.raises(UnusableData, match=sentence):
        _divide(labels, NAMES, report, 1_000, 0)


def test_what_cannot_be_learned_from_is_refused(table):
    with pytest.raises(UnusableData, match="identifiers"):
        capstone.prepare(table(40), label="text")
