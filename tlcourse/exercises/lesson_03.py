"""Exercises of lesson 03, the develop-model approach."""

import numpy as np

from tlcourse.exercises.answers import compare
from tlcourse.exercises.registry import Mistake, exercise


@exercise(
    "03.1",
    hints=(
        "Which of the two lists speaks of pictures that the network has not learned from?",
        "`np.argmax` gives the place of the largest value, the first of equal ones, counted from 0.",
        "`return int(np.argmax(validation)) + 1`",
    ),
    mistakes=(
        Mistake(
            lambda training, validation: int(np.argmax(training)) + 1,
            "That chooses by the pictures it learned from, where more passes nearly always look better.",
        ),
        Mistake(
            lambda training, validation: int(np.argmax(validation)),
            "That counts from 0; the first pass is pass 1.",
        ),
        Mistake(
            lambda training, validation: len(validation),
            "That always keeps the last pass; on new pictures it may be worse than an earlier one.",
        ),
        Mistake(
            lambda training, validation: max(validation),
            "That is the best accuracy; asked for is the number of the pass that reached it.",
        ),
        Mistake(
            lambda training, validation: len(validation) - int(np.argmax(validation[::-1])),
            "Two passes tie: of equal ones keep the first, which took less training.",
        ),
        Mistake(
            lambda training, validation: int(np.argmin(np.subtract(training, validation))) + 1,
            "That seeks the smallest gap between the two, which may also mean that nothing is learned yet.",
        ),
    ),
)
def best_pass(answer):
    """Write a function that says which pass over the source to keep, given both accuracies."""
    inputs = [
        ([0.5, 0.7, 0.8, 0.9], [0.4, 0.8, 0.7, 0.6]),
        ([0.6, 0.8, 0.9, 0.95], [0.5, 0.6, 0.9, 0.9]),
        ([0.3, 0.5, 0.4], [0.7, 0.6, 0.5]),
        ([0.2, 0.9], [0.2, 0.8]),
    ]
    return compare(
        answer,
        lambda training, validation: int(np.argmax(validation)) + 1,
        on=inputs,
        mistakes=best_pass.mistakes,
    )


def _parts(labels, target):
    chosen = np.flatnonzero(~np.isin(labels, target))
    return chosen, np.unique(labels[chosen], return_inverse=True)[1]


def _by_appearance(labels, target):
    chosen = _parts(labels, target)[0]
    number = {kind: i for i, kind in enumerate(dict.fromkeys(labels[chosen].tolist()))}
    return chosen, np.array([number[kind] for kind in labels[chosen].tolist()])


@exercise(
    "03.2",
    hints=(
        "`np.isin(labels, target)` says of each picture whether it is of a target kind.",
        "`np.flatnonzero(mask)` gives the positions where a mask is true.",
        "`np.unique(labels[chosen], return_inverse=True)[1]` numbers what is left anew, from 0.",
    ),
    mistakes=(
        Mistake(
            lambda labels, target: (_parts(labels, target)[0], labels[_parts(labels, target)[0]]),
            "The labels still have their old numbers, with gaps: number the kinds that are left from 0.",
        ),
        Mistake(
            lambda labels, target: (
                np.flatnonzero(np.isin(labels, target)),
                np.unique(labels[np.isin(labels, target)], return_inverse=True)[1],
            ),
            "Those are the target's pictures; the source must not see them.",
        ),
        Mistake(
            lambda labels, target: (np.arange(len(labels)), np.unique(labels, return_inverse=True)[1]),
            "That keeps the target's pictures too, and then its kinds are not new to the source.",
        ),
        Mistake(
            lambda labels, target: _parts(labels, target)[::-1],
            "Right, but in the wrong order: first the positions, then the labels.",
        ),
        Mistake(
            _by_appearance,
            "That numbers the kinds as they appear; keep the order that their old numbers had.",
        ),
        Mistake(
            lambda labels, target: _parts(labels, target)[0],
            "Return two things: the positions, and their new labels.",
        ),
    ),
)
def source_part(answer):
    """Write a function that picks the source's pictures and numbers their kinds from 0."""
    rng = np.random.default_rng(0)
    inputs = [
        (rng.integers(0, kinds, 30), target) for kinds, target in ((5, [1, 3]), (10, [0, 4, 9]), (4, [2]))
    ]
    return compare(answer, _parts, on=inputs, mistakes=source_part.mistakes)


@exercise(
    "03.3",
    hints=(
        "What would you need to feed the network your own picture, and to be allowed to?",
        "If the kinds it learned are not named, can you tell whether your task was among them?",
        "Three of the five: one on pixels, one on the source's kinds, one on rights.",
    ),
    mistakes=(
        Mistake(
            {"a", "b", "c", "d"},
            "Accuracy on the pictures it learned from says next to nothing of new ones: leave (c) out.",
        ),
        Mistake(
            {"a", "b"},
            "Without a licence nobody else may use it, however good it is.",
        ),
        Mistake(
            {"b", "d"},
            "With other pixels than it was trained on it goes wrong without a word: that must be there.",
        ),
        Mistake(
            {"a", "d"},
            "A user must know what it was trained on, or they may test it on what it has seen.",
        ),
        Mistake(
            {"a", "b", "c", "d", "e"},
            "Not all of them help a user: think of (c) and of (e).",
        ),
        Mistake(
            {"a", "b", "d", "e"},
            "How many cores trained it says nothing of how to use it: leave (e) out.",
        ),
    ),
    moral="Without (a) a network fails in silence: it still answers, only wrongly.",
)
def card_facts(answer):
    """Say which facts the card of a network must hold so that others can use it rightly."""
    answer = set(answer) if isinstance(answer, set | frozenset | tuple | list | str) else answer
    return compare(answer, {"a", "b", "d"}, mistakes=card_facts.mistakes)


@exercise(
    "03.4",
    hints=(
        "A `Score` has `.mean`, `.low` and `.high`; which of them must be above 0?",
        "Go through `differences.items()` and keep the names whose whole interval is above 0.",
        "`return {name for name, score in differences.items() if score.low > 0}`",
    ),
    mistakes=(
        Mistake(
            lambda d: {name for name, score in d.items() if score.mean > 0},
            "A mean above 0 may be luck; ask that the whole interval lies above.",
        ),
        Mistake(
            lambda d: {name for name, score in d.items() if score.high > 0},
            "That keeps all that *might* have helped; ask for the lower end.",
        ),
        Mistake(
            lambda d: {name for name, score in d.items() if score.low > 0 or score.high < 0},
            "One of them is below 0 for certain: it did harm, and does not belong in the set.",
        ),
        Mistake(
            lambda d: {max(d, key=lambda name: d[name].mean)},
            "That is the best one only; asked for are all that helped.",
        ),
        Mistake(
            lambda d: [name for name, score in d.items() if score.low > 0],
            "That is a list; asked for is a set of names.",
        ),
    ),
)
def that_helped(answer):
    """Write a function that names the sources whose gain over the untrained network is no luck."""
    from tlcourse.measure.score import Score

    def scores(**ends):
        return {name: Score(mean, low, high, np.array([mean])) for name, (mean, low, high) in ends.items()}

    inputs = [
        scores(large=(0.2, 0.1, 0.3), small=(0.05, -0.02, 0.1), shuffled=(-0.1, -0.2, -0.05)),
        scores(near=(0.15, 0.05, 0.2), far=(0.05, 0.01, 0.1), naive=(-0.02, -0.1, 0.05)),
        scores(only=(0.01, -0.01, 0.03), edge=(0.02, 0.0, 0.04)),
    ]
    return compare(
        answer,
        lambda differences: {name for name, score in differences.items() if score.low > 0},
        on=inputs,
        mistakes=that_helped.mistakes,
    )
