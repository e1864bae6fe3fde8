"""What a model is worth on the part that was set aside."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from tlcourse import capstone
from tlcourse.adviser import representations
from tlcourse.adviser.pipeline import Pipeline

TRUTH = np.array([0, 0, 0, 1, 1, 2])
PROBABILITIES = np.array(
    [[0.8, 0.1, 0.1], [0.3, 0.6, 0.1], [0.5, 0.3, 0.2], [0.9, 0.1, 0.0], [0.2, 0.7, 0.1], [0.1, 0.2, 0.7]]
)


@pytest.fixture
def result():
    data = SimpleNamespace(labels=TRUTH, texts=tuple("abcdef"))
    task = SimpleNamespace(
        test=data, learn=SimpleNamespace(labels=np.array([1, 1, 0, 2])), class_names=("ant", "bee", "cat")
    )
    model = SimpleNamespace(name="Guessing", predict_proba=lambda things: PROBABILITIES)
    return capstone.judge(task, model)


def test_accuracy_has_an_interval_and_the_commonest_class_beside_it(result):
    assert result.accuracy.mean == pytest.approx(4 / 6)
    assert result.accuracy.low < 4 / 6 < result.accuracy.high
    assert result.commonest == pytest.approx(2 / 6)  # the commonest to learn from, not to test on


def test_confusion_has_the_truth_in_rows(result):
    result = dataclasses.replace(result, truth=np.array([0, 0, 0, 0, 1, 2]))
    assert result.counts.tolist() == [[3, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert result.confusion.columns == ("ant", "bee", "cat")
    assert result.confusion.rows == (("ant", "3", "1", "0"), ("bee", "0", "1", "0"), ("cat", "0", "0", "1"))


def test_mistakes_come_surest_first(result):
    assert [mistake.index for mistake in result.mistakes] == [3, 1]
    assert str(result.mistakes[0]) == "bee, taken for ant (0.90)"


def test_each_class_has_its_share(result):
    assert [row[:2] for row in result.classes.rows] == [
        ("ant", "2 of 3"),
        ("bee", "1 of 2"),
        ("cat", "1 of 1"),
    ]


def test_words_and_html_say_the_same(result):
    assert "Guessing: accuracy 0.67" in repr(result)
    assert "commonest class: 0.33" in result._repr_html_()


def test_training_leaves_the_trials_own_representation_alone(table):
    task = capstone.prepare(table(40))
    fitting = representations.TfIdf().fit(["quite other words"])
    before = fitting.state()
    model = capstone.train(task, SimpleNamespace(fitting=fitting), progress=False)
    assert isinstance(model, Pipeline)
    assert np.array_equal(fitting.state()["words"], before["words"])
    assert capstone.judge(task, model).accuracy.mean == 1
