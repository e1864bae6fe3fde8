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
        Mistake(
            lambda p: np.argsort(-p),
            "That orders all classes, from the most probable down; the top class is its first element.",
        ),
        Mistake(
            lambda p: (np.argmax(p), np.max(p)),
            "The index is right, and the probability beside it is too much: return the index alone.",
        ),
        Mistake(lambda p: np.argmax(p) + 1, "Your index is one too high: NumPy counts from 0."),
    ),
)
def top_class(answer):
    """Write a function from an array of probabilities to the index of the most probable class."""
    rng = np.random.default_rng(0)
    arrays = [np.array([0.1, 0.2, 0.6, 0.1]), *(rng.dirichlet(np.ones(size)) for size in (5, 10, 1000))]
    return compare(answer, np.argmax, on=arrays, mistakes=top_class.mistakes)


def _top_names(probabilities, names, k):
    return [names[i] for i in np.argsort(probabilities)[::-1][:k]]


@exercise(
    "00.2",
    hints=(
        "`np.argsort` gives the indices in the order of the values, the smallest first.",
        "`[::-1]` turns an array round, and `[:k]` keeps its first k elements.",
        "`[names[i] for i in np.argsort(probabilities)[::-1][:k]]` is the list you want.",
    ),
    mistakes=(
        Mistake(
            lambda p, names, k: [names[i] for i in np.argsort(p)[:k]],
            "Those are the k least probable classes: `argsort` puts the smallest first.",
        ),
        Mistake(
            lambda p, names, k: [names[i] for i in np.argsort(p)[-k:]],
            "Those are the right classes in the wrong order: the most probable comes first.",
        ),
        Mistake(
            lambda p, names, k: np.argsort(p)[::-1][:k],
            "Those are the right indices; asked for are the names that stand there.",
        ),
        Mistake(
            lambda p, names, k: names[int(np.argmax(p))],
            "That is one name; asked for is a list of k names.",
        ),
        Mistake(
            lambda p, names, k: list(names[:k]),
            "Those are the first k names of the list, whatever the network answered.",
        ),
        Mistake(
            lambda p, names, k: sorted(p, reverse=True)[:k],
            "Those are the k largest probabilities; asked for are the names of their classes.",
        ),
    ),
)
def top_names(answer):
    """Write a function that returns the names of the k most probable classes, the most probable first."""
    rng = np.random.default_rng(1)
    inputs = [
        (rng.dirichlet(np.ones(size)).round(3), [f"class {i}" for i in range(size)], k)
        for size, k in ((4, 2), (10, 5), (50, 3))
    ]
    return compare(answer, _top_names, on=inputs, mistakes=top_names.mistakes)


@exercise(
    "00.3",
    hints=(
        "For each picture only the largest of its probabilities counts: `probabilities.max(axis=1)`.",
        "A comparison such as `x >= 0.5` gives an array of True and False, and their mean is a share.",
        "`return (probabilities.max(axis=1) >= threshold).mean()`",
    ),
    mistakes=(
        Mistake(
            lambda p, t: (p >= t).mean(),
            "That looks at every class of every picture; only the likeliest class of each picture counts.",
        ),
        Mistake(
            lambda p, t: (p.max(axis=0) >= t).mean(),
            "`axis=0` takes the largest over the pictures; the classes of one picture lie along `axis=1`.",
        ),
        Mistake(
            lambda p, t: (p.max(axis=1) >= t).sum(),
            "That counts the pictures; a share is the count divided by the number of pictures.",
        ),
        Mistake(
            lambda p, t: (p.max(axis=1) > t).mean(),
            "A probability equal to the threshold reaches it: compare with `>=`.",
        ),
        Mistake(
            lambda p, t: (p.max(axis=1) < t).mean(),
            "That is the share of the hesitant answers; asked for are those that reach the threshold.",
        ),
        Mistake(
            lambda p, t: p.max(axis=1).mean(),
            "That is the mean of the largest probabilities, and it does not use the threshold.",
        ),
    ),
)
def share_confident(answer):
    """Write a function that returns the share of pictures whose top probability reaches a threshold."""
    rng = np.random.default_rng(2)
    inputs = [(rng.dirichlet(np.full(size, 0.3), pictures), t) for size, pictures, t in _CONFIDENT]
    inputs.append((np.array([[0.5, 0.5], [0.25, 0.75], [0.625, 0.375]]), 0.625))
    return compare(
        answer, lambda p, t: (p.max(axis=1) >= t).mean(), on=inputs, mistakes=share_confident.mistakes
    )


# Classes, pictures, threshold.
_CONFIDENT = ((4, 12, 0.5), (5, 40, 0.7), (10, 100, 0.4))
