"""Every exercise of every lesson refuses wrong answers, the known ones with their explanation."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from tlcourse.exercises import check, every

EXERCISES = every()
MISTAKES = [(name, mistake) for name, exercise in EXERCISES.items() for mistake in exercise.mistakes]
SOURCES = Path(__file__).parents[2] / "notebooks" / "src"


def _fails(*_):
    raise RuntimeError("on purpose")


# What is right in no exercise: things that are not answers, and functions that do not answer.
NONSENSE = [
    None,
    "nonsense",
    -12345.678,
    object(),
    [],
    {},
    np.zeros((2, 0)),
    str,
    _fails,
    lambda *_: "nonsense",
]


@pytest.fixture(autouse=True)
def lenient(monkeypatch):
    monkeypatch.delenv("TLCOURSE_STRICT", raising=False)


@pytest.mark.parametrize(("name", "mistake"), MISTAKES)
def test_known_mistake_is_refused_with_its_explanation(name, mistake):
    result = check(name, mistake.answer)
    assert result.passed is False
    assert mistake.why in result.message


@pytest.mark.parametrize("name", EXERCISES)
def test_nonsense_is_refused_without_an_exception(name):
    for answer in NONSENSE:
        assert check(name, answer).passed is False, answer


@pytest.mark.parametrize("name", EXERCISES)
def test_untouched_stub_is_not_judged(name):
    assert check(name, ...).passed is None


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_exercise_has_hints_and_known_mistakes(exercise):
    assert len(exercise.hints) >= 2
    assert len(exercise.mistakes) >= 5
    assert len({mistake.why for mistake in exercise.mistakes}) >= 5


def test_every_wrong_naming_of_the_mistakes_is_explained():
    right = {"a": "rate", "b": "frozen", "c": "preprocessing", "d": "validation"}
    for names in itertools.product(right.values(), repeat=4):
        answer = dict(zip("abcd", names, strict=True))
        result = check("06.1", answer)
        assert result.passed is (answer == right)
        assert answer == right or re.search(r"\([abcd]\)", result.message), answer


def test_exercises_are_exactly_those_the_lessons_ask():
    asked = {
        name
        for path in SOURCES.glob("*.py")
        for name in re.findall(r"""\bcheck\(["'](.+?)["']""", path.read_text(encoding="utf-8"))
    }
    assert asked == set(EXERCISES)
