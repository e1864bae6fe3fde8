"""Exercises of lesson 00, start here."""

import numpy as np

from tlcourse.exercises.answers import compare
from tlcourse.exercises.registry import Mistake, exercise


@exercise(
    "00.1",
    hints=(
        "The answer is a position in the array, not one of its values.",
        "NumPy has a function that finds where an array is largest; its name begins with `arg`.",
        "`return int(np.argmax(probabilities))`, or the method `probabilities.argmax()`.",
    ),
    mistakes=(
        Mistake(
            np.max,
            "That is the probability of the top class; asked for is its index, its place in the array.",
        ),
        Mistake(np.argmin, "That is the least probable class: `argmin` finds the smallest value."),
        Mistake(
            np.argsort,
            "That orders all classes, from the least probable up; the top class is its last element.",
        ),
        Mistake(lambda p: np.argmax(p) + 1, "Your index is one too high: NumPy counts from 0."),
    ),
)
def top_class(answer):
    """Write a function from an array of probabilities to the index of the most probable class."""
    rng = np.random.default_rng(0)
    arrays = [np.array([0.1, 0.2, 0.6, 0.1]), *(rng.dirichlet(np.ones(size)) for size in (5, 10, 1000))]
    return compare(answer, np.argmax, on=arrays, mistakes=top_class.mistakes)
