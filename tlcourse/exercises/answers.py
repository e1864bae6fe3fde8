"""Comparing an answer with the right one, and with the mistakes one is known to make."""

import copy
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from tlcourse.exercises.registry import Mistake


def compare(
    answer: Any,
    expected: Any,
    *,
    on: Iterable[Any] | None = None,
    mistakes: Sequence[Mistake] = (),
    tolerance: float = 1e-6,
) -> str | None:
    """Return None if `answer` agrees with `expected`, else one sentence on why it does not.

    Parameters
    ----------
    answer, expected
        Two values; or, when `on` is given, two functions.
    on
        Inputs the learner does not see, on which both functions are called; a tuple is several arguments.
    mistakes
        Tried in this order when the answer is wrong: one that agrees with it explains it.
    tolerance
        Largest difference between two numbers, relative or absolute, that still counts as equal.

    Examples
    --------
    >>> compare(0.5, 1 / 2)
    >>> compare(2, 4, mistakes=[Mistake(2, "That is the root of the number, not the number.")])
    'That is the root of the number, not the number.'
    >>> compare(lambda x: x, lambda x: x * x, on=[1, 3])
    'Given 3, your function returns 3; that is not right.'
    """
    if on is None:
        if same(answer, expected, tolerance):
            return None
        return _explain([answer], lambda mistake: [mistake], mistakes, tolerance) or (
            f"{show(answer)} is not right."
        )
    if not callable(answer):
        return f"The answer must be a function; yours is {show(answer)}, of type {type(answer).__name__}."
    inputs = [item if isinstance(item, tuple) else (item,) for item in on]
    got = _outputs(answer, inputs)
    right = _outputs(expected, inputs)
    wrong = [i for i, pair in enumerate(zip(got, right, strict=True)) if not same(*pair, tolerance)]
    if not wrong:
        return None
    if all(value is None for value in got):
        return "Your function returns nothing: end it with `return` and the value."
    if why := _explain(got, lambda mistake: _outputs(mistake, inputs), mistakes, tolerance):
        return why
    if len(inputs) > 1 and all(same(value, got[0]) for value in got):
        constant = f"Your function returns {show(got[0])} whatever it is given"
        return f"{constant}: compute the answer from the argument."
    first = wrong[0]
    given = ", ".join(show(argument) for argument in inputs[first])
    return f"Given {given}, your function returns {show(got[first])}; that is not right."


def same(a: Any, b: Any, tolerance: float = 1e-6) -> bool:
    """Say whether two values agree; numbers and arrays of numbers within `tolerance`, the rest exactly.

    Examples
    --------
    >>> same([1, 2], np.array([1.0, 2.0]))
    True
    >>> same(1, True), same("8", 8), same([1], [1, 2])
    (False, False, False)
    """
    try:
        x, y = np.asarray(a), np.asarray(b)
        if x.dtype.kind in "iufc" and y.dtype.kind in "iufc":
            return x.shape == y.shape and bool(np.allclose(x, y, tolerance, tolerance, equal_nan=True))
        if x.dtype.kind == y.dtype.kind != "O":
            return bool(np.array_equal(x, y))
        return x.dtype.kind == y.dtype.kind and bool(a == b)
    # An answer may be anything at all; what cannot be compared is not the right answer.
    except Exception:
        return False


def show(value: Any) -> str:
    """Return a value as it fits into a sentence.

    Examples
    --------
    >>> show(np.array([0.25, 0.75]))
    '[0.25 0.75]'
    >>> show(np.zeros((40, 40)))
    'an array of shape (40, 40)'
    """
    if isinstance(value, np.ndarray) and value.size > 12:
        return f"an array of shape {value.shape}"
    text = str(value) if isinstance(value, np.ndarray | np.generic) else repr(value)
    text = " ".join(text.split())
    return text if len(text) <= 80 else f"{text[:77]}…"


def _outputs(function: Callable, inputs: list[tuple]) -> list[Any]:
    # Each function gets its own copy: one that sorts its argument in place must not spoil the next.
    return [function(*copy.deepcopy(arguments)) for arguments in inputs]


def _explain(got: list, outputs: Callable, mistakes: Sequence[Mistake], tolerance: float) -> str | None:
    for mistake in mistakes:
        pairs = zip(got, outputs(mistake.answer), strict=True)
        if all(same(*pair, tolerance) for pair in pairs):
            return mistake.why
    return None
