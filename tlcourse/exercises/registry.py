"""What an exercise is, and how one is found by name."""

import importlib
import pkgutil
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


class Wrong(Exception):
    """Raised by an exercise's check: the message says why the answer is wrong."""


class UnknownExercise(LookupError):
    """No exercise has this name; the message gives the nearest ones."""


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that learners are known to give, and why it is wrong."""

    answer: Any
    why: str


@dataclass(frozen=True)
class Exercise:
    """One exercise: its name, its hints from gentle to plain, its known mistakes, and its check.

    `verify(answer)` returns None when the answer is right; otherwise it returns, or raises as `Wrong`,
    one sentence on why it is not.
    """

    name: str
    hints: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    verify: Callable[[Any], str | None]
    moral: str


def exercise(name: str, *, hints: Sequence[str], mistakes: Sequence[Mistake], moral: str = "") -> Callable:
    """Turn a check into an exercise; write it in the module of its lesson, ``lesson_NN.py``.

    Parameters
    ----------
    name
        Lesson and number, such as ``"01.2"``.
    hints
        Revealed one at a time, each saying more than the one before.
    mistakes
        Wrong answers with their explanation. The tests give each one to the check, which must refuse it
        with that explanation; `compare` recognises them.
    moral
        What a right answer goes to show; said when it is given.

    Examples
    --------
    >>> @exercise("01.9", hints=["Count the folders."], mistakes=[Mistake(9, "One class is left out.")])
    ... def classes(answer):
    ...     return compare(answer, 8, mistakes=classes.mistakes)
    >>> from tlcourse.exercises import compare
    >>> classes.verify(8)
    >>> classes.verify(9)
    'One class is left out.'
    """
    return lambda verify: Exercise(name, tuple(hints), tuple(mistakes), verify, moral)


def every() -> dict[str, Exercise]:
    """Return all exercises of all lessons by name, in order.

    Examples
    --------
    >>> "00.1" in every()
    True
    """
    package = importlib.import_module("tlcourse.exercises")
    modules = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return {
        name: found
        for module in modules
        if module.startswith("lesson_")
        for name, found in _lesson(module.removeprefix("lesson_")).items()
    }


def find(name: str) -> Exercise:
    """Return the exercise called `name`, loading only its lesson's module.

    Examples
    --------
    >>> find("00.1").name
    '00.1'
    >>> len(find("00.1").hints)
    3
    """
    # A number is what one gets by forgetting the quotes: check(1.2, …).
    name = str(name)
    if re.fullmatch(r"\d\d\.\d+", name) and name in (lesson := _lesson(name[:2])):
        return lesson[name]
    from tlcourse.assets.errors import suggest

    raise UnknownExercise(f"There is no exercise {name!r}.{suggest(name, list(every()))}")


def _lesson(number: str) -> dict[str, Exercise]:
    module = f"tlcourse.exercises.lesson_{number}"
    try:
        members = vars(importlib.import_module(module)).values()
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return {}
    return {member.name: member for member in members if isinstance(member, Exercise)}
