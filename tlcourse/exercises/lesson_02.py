"""Exercises of lesson 02, why use transfer learning."""

import numpy as np

from tlcourse.exercises.answers import compare
from tlcourse.exercises.registry import Mistake, exercise


def _start(scratch, transfer):
    return (transfer[:, 0] - scratch[:, 0]).mean()


def _end(scratch, transfer, last):
    return (transfer[:, -last:] - scratch[:, -last:]).mean()


@exercise(
    "02.1",
    hints=(
        "Rows are seeds and columns are passes: the first column is the accuracy after the first pass.",
        "The start is `transfer[:, 0] - scratch[:, 0]`, averaged over the seeds.",
        "For the asymptote take the last `scratch.shape[1] // 5` columns of both.",
    ),
    mistakes=(
        Mistake(
            lambda scratch, transfer: (
                -_start(scratch, transfer),
                -_end(scratch, transfer, scratch.shape[1] // 5),
            ),
            "The sign is turned round: a benefit is transfer minus scratch.",
        ),
        Mistake(
            lambda scratch, transfer: (_start(scratch, transfer), _end(scratch, transfer, 1)),
            "One last pass is a jagged thing to measure by: average the last fifth of the passes.",
        ),
        Mistake(
            lambda scratch, transfer: (
                _start(scratch, transfer),
                transfer.max(axis=1).mean() - scratch.max(axis=1).mean(),
            ),
            "The best of all passes was picked on the pictures it is measured on, which flatters both.",
        ),
        Mistake(
            lambda scratch, transfer: (_start(scratch, transfer), _end(scratch, transfer, 6)),
            "Six is a fifth of thirty passes; other tables have other numbers of passes.",
        ),
        Mistake(
            lambda scratch, transfer: (
                _start(scratch, transfer),
                _end(scratch, transfer, -(-scratch.shape[1] // 5)),
            ),
            "Of twelve passes the last fifth is two, not three: round down, as `//` does.",
        ),
        Mistake(
            lambda scratch, transfer: (
                (transfer[0] - scratch[0]).mean(),
                (transfer[-len(transfer) // 5 :] - scratch[-len(transfer) // 5 :]).mean(),
            ),
            "Those are rows, and rows are seeds; passes are the columns.",
        ),
    ),
    moral="A mean of several passes is steadier than a single one, so of the two trust the asymptote more.",
)
def start_and_asymptote(answer):
    """Write a function that reads start and asymptote off two tables of accuracies (seeds, passes)."""
    rng = np.random.default_rng(0)
    inputs = [(rng.random(shape), 0.5 + rng.random(shape)) for shape in ((5, 30), (3, 10), (2, 12))]
    return compare(
        answer,
        lambda scratch, transfer: (_start(scratch, transfer), _end(scratch, transfer, scratch.shape[1] // 5)),
        on=inputs,
        mistakes=start_and_asymptote.mistakes,
    )


def _first(accuracies, seconds, target):
    return next((s for a, s in zip(accuracies, seconds, strict=True) if a >= target), None)


@exercise(
    "02.2",
    hints=(
        "Go through the passes from the first; which is the first whose accuracy is at least `target`?",
        "`zip(accuracies, seconds)` gives both numbers of each pass together.",
        "After the loop, `return None`: the target was never reached.",
    ),
    mistakes=(
        Mistake(
            lambda accuracies, seconds, target: next(
                (number for number, a in enumerate(accuracies, 1) if a >= target), None
            ),
            "That is the number of the pass; asked for is how many seconds had gone by.",
        ),
        Mistake(
            lambda accuracies, seconds, target: next(
                (number for number, a in enumerate(accuracies) if a >= target), None
            ),
            "That is the pass's place in the list; asked for is how many seconds had gone by.",
        ),
        Mistake(
            lambda accuracies, seconds, target: seconds[(accuracies >= target).argmax()],
            "`argmax` says 0 also where the target was never reached: return None then.",
        ),
        Mistake(
            lambda accuracies, seconds, target: next(
                (s for a, s in zip(accuracies, seconds, strict=True) if a > target), None
            ),
            "An accuracy of exactly `target` counts as reached: use `>=`.",
        ),
        Mistake(
            lambda accuracies, seconds, target: _first(accuracies, seconds, target) or seconds[-1],
            "A run that never gets there has no time to the target: return None, or the slowest looks fast.",
        ),
        Mistake(
            lambda accuracies, seconds, target: next(
                (s for a, s in reversed(list(zip(accuracies, seconds, strict=True))) if a >= target), None
            ),
            "That is the last pass that is good enough; the first is wanted.",
        ),
    ),
    moral="Say the accuracy with the time: some accuracies only one of the two learners ever reaches.",
)
def time_to(answer):
    """Write a function that returns after how many seconds a run first had an accuracy, or None."""
    inputs = [
        ([0.3, 0.5, 0.4, 0.6], [2.0, 3.5, 5.0, 6.5], 0.5),
        ([0.3, 0.5, 0.4, 0.6], [2.0, 3.5, 5.0, 6.5], 0.7),
        ([0.8, 0.7], [9.0, 9.5], 0.1),
        ([0.1, 0.2, 0.9], [1.0, 4.0, 9.0], 0.3),
    ]
    inputs = [(np.array(accuracies), np.array(seconds), target) for accuracies, seconds, target in inputs]
    return compare(answer, _first, on=inputs, mistakes=time_to.mistakes)


@exercise(
    "02.3",
    hints=(
        "Both lists run from the special to the general, so the first shared link is the nearest.",
        "Walk along `a` and ask of each link whether it is in `b`.",
        "`for link in a:`, `if link in b:`, `return link`.",
    ),
    mistakes=(
        Mistake(
            lambda a, b: [link for link in a if link in b][-1],
            "That is the most general thing they share, which everything shares; the nearest is wanted.",
        ),
        Mistake(
            lambda a, b: [link for link in a if link in b],
            "Those are all the links they share; asked for is the nearest.",
        ),
        Mistake(
            lambda a, b: next((x for x, y in zip(a, b, strict=False) if x == y), None),
            "The two chains may be of different lengths, so the shared link may stand at different places.",
        ),
        Mistake(
            lambda a, b: set(a) & set(b),
            "Those are all the links they share, and a set has no order: walk along `a` and take the first.",
        ),
        Mistake(
            lambda a, b: next(place for place, link in enumerate(a) if link in b),
            "That is its place in the chain; asked for is the link that stands there.",
        ),
        Mistake(
            lambda a, b: [link for link in a if link in b][:1],
            "The link is right; return it by itself, not in a list.",
        ),
    ),
    moral="The more links there are above it, the more closely the two classes are related.",
)
def nearest_shared(answer):
    """Write a function that finds the nearest thing of which both ends of two chains are a kind."""
    top = ["animal", "organism", "entity"]
    inputs = [
        (["feline", "carnivore", "mammal", *top], ["hunting dog", "dog", "carnivore", "mammal", *top]),
        (["bird", *top], ["dog", "carnivore", "mammal", *top]),
        (["insect", *top], ["car", "motor vehicle", "vehicle", "artifact", "entity"]),
        (["cat", "feline", *top], ["big cat", "feline", *top]),
    ]
    return compare(
        answer,
        lambda a, b: next(link for link in a if link in b),
        on=inputs,
        mistakes=nearest_shared.mistakes,
    )


@exercise(
    "02.4",
    hints=(
        "Ask of each: would the learner with transfer look better even if the two were equally good?",
        "Three of the four favour transfer.",
        "Measuring both on the same pictures favours neither.",
    ),
    mistakes=(
        Mistake({"b"}, "That is what makes a comparison fair: the same pictures for both."),
        Mistake({"a", "b", "c", "d"}, "One of them favours neither side."),
        Mistake({"a", "c"}, "Reading the features is part of what transfer costs: leaving it out is unfair."),
        Mistake({"a", "d"}, "The best of thirty looks at the same pictures is high partly by luck: see (c)."),
        Mistake({"c", "d"}, "To have more labelled pictures to learn from is an advantage too: see (a)."),
        Mistake({"a"}, "More pictures are one unfair advantage, and there are two more."),
        Mistake({"c"}, "Picking the best pass is one unfair advantage, and there are two more."),
        Mistake({"d"}, "Leaving out a cost is one unfair advantage, and there are two more."),
        Mistake(["a", "c", "d"], "The letters are right; give them as a set, in curly brackets."),
    ),
)
def unfair(answer):
    """Name those of four ways to measure that would be unfair to the learner from scratch."""
    return compare(answer, {"a", "c", "d"}, mistakes=unfair.mistakes)
