"""Comparing answers: what counts as equal, and what is said of what is not."""

import numpy as np
import pytest

from tlcourse.exercises import Mistake, compare, same


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, 1.0),
        (np.int64(3), 3),
        ([1, 2], np.array([1.0, 2.0])),
        (0.1 + 0.2, 0.3),
        (float("nan"), np.nan),
        ("cat", "cat"),
        (["a", "b"], ("a", "b")),
        ({"a": 1}, {"a": 1}),
        (None, None),
        (True, np.bool_(True)),
    ],
)
def test_same_accepts_what_means_the_same(a, b):
    assert same(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, True),
        ("1", 1),
        ([1, 2], [1, 2, 3]),
        ([1, 2], [[1, 2]]),
        (0.3, 0.31),
        ("cat", "Cat"),
        ({"a": 1}, {"a": 2}),
        ({"a": np.zeros(3)}, {"a": np.zeros(3)}),
        ([[1], [1, 2]], [[1], [1, 2]]),
        (object(), 1),
        (None, 0),
    ],
)
def test_same_refuses_what_differs_or_cannot_be_compared(a, b):
    assert not same(a, b)


def test_compare_tries_functions_on_every_input():
    inputs = [1, 2, 3]
    assert compare(lambda x: x + x, lambda x: 2 * x, on=inputs) is None
    assert "Given 3" in compare(lambda x: 2 * x if x < 3 else 0, lambda x: 2 * x, on=inputs)


def test_compare_spreads_a_tuple_over_the_arguments():
    assert compare(lambda a, b: b - a, lambda a, b: b - a, on=[(1, 2), (5, 3)]) is None


def test_compare_recognises_hard_coding():
    assert "whatever it is given" in compare(lambda x: 4, lambda x: x * x, on=[2, 3])


def test_compare_recognises_a_missing_return():
    assert "returns nothing" in compare(lambda x: None, lambda x: x * x, on=[2, 3])


def test_compare_asks_for_a_function():
    assert "must be a function" in compare(7, lambda x: x, on=[1])


def test_compare_explains_only_a_mistake_that_agrees_everywhere():
    mistakes = [Mistake(lambda x: x + x, "That doubles.")]
    assert compare(lambda x: 2 * x, lambda x: x * x, on=[3, 4], mistakes=mistakes) == "That doubles."
    assert "Given" in compare(lambda x: 6 if x == 3 else 9, lambda x: x * x, on=[3, 4], mistakes=mistakes)


def test_compare_survives_a_function_that_changes_its_argument():
    def spoil(array):
        array.sort()
        return array[-1]

    array = np.array([3.0, 1.0, 2.0])
    assert compare(spoil, np.max, on=[array]) is None
    assert list(array) == [3.0, 1.0, 2.0]
