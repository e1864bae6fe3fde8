"""Exercises of lesson 01, traditional versus transfer learning."""

import numpy as np

from tlcourse.exercises.answers import compare
from tlcourse.exercises.registry import Mistake, exercise
from tlcourse.measure import Curve, Score


@exercise(
    "01.1",
    hints=(
        "Ask of each situation: does the model used in the end start from something that was learned "
        "on *another* task?",
        "Testing a model on new pictures of its own task carries nothing over; every model does that.",
        "Two of the four are transfer, one with pictures and one with words.",
    ),
    mistakes=(
        Mistake(
            {"b"}, "One is missing: word vectors are weights too, and they were learned on another task."
        ),
        Mistake(
            {"c"}, "One is missing: a network whose last layer is new keeps what the other layers learned."
        ),
        Mistake({"a", "b", "c"}, "(a) starts from random weights, so nothing is carried over into it."),
        Mistake(
            {"b", "c", "d"},
            "(d) is the same model on the same task; it only meets new pictures, as every model does.",
        ),
        Mistake(
            {"a", "d"}, "It is just the other two: in (a) and (d) nothing that another task taught is reused."
        ),
        Mistake({"b", "d"}, "(d) is not transfer: it is the same model on the same task. One other is."),
    ),
    moral="What is carried over may be a network's layers or a table of word vectors: weights that another "
    "task has paid for.",
)
def situations(answer):
    """Name the situations in which something learned on one task is reused for another."""
    letters = set(answer) if isinstance(answer, list | tuple | str) else answer
    return compare(letters, {"b", "c"}, mistakes=situations.mistakes)


_NOT_INDICES = "The answer must be one list or array of whole numbers: the positions of all chosen labels."
_UNBALANCED = "Some class does not appear exactly `shots` times: draw within each class, not from all labels."
_REPEATED = "A position was drawn more than once: `rng.choice` needs `replace=False`."
_LABELS = "Those are labels, not positions: use `np.flatnonzero(labels == c)` to find where class c stands."
_FIXED = "Every seed gives the same pictures: they are taken in order, and the first are rarely typical."
_UNSTEADY = "The same seed gave two different answers: make the generator from the seed, inside the function."


def _draw(labels, shots, seed, replace=False):
    rng = np.random.default_rng(seed)
    return np.concatenate(
        [rng.choice(np.flatnonzero(labels == c), shots, replace) for c in np.unique(labels)]
    )


@exercise(
    "01.2",
    hints=(
        "Go through the classes one by one, `for c in np.unique(labels)`, and collect positions of each.",
        "`np.flatnonzero(labels == c)` is where class c stands; `np.random.default_rng(seed)` draws.",
        "`rng.choice(where, shots, replace=False)` draws from one class; `np.concatenate` joins the classes.",
    ),
    mistakes=(
        Mistake(
            lambda labels, shots, seed: np.random.default_rng(seed).choice(
                len(labels), shots * len(np.unique(labels)), replace=False
            ),
            _UNBALANCED,
        ),
        Mistake(
            lambda labels, shots, seed: np.concatenate(
                [np.flatnonzero(labels == c)[:shots] for c in np.unique(labels)]
            ),
            _FIXED,
        ),
        Mistake(lambda labels, shots, seed: _draw(labels, shots, seed, replace=True), _REPEATED),
        Mistake(lambda labels, shots, seed: labels[_draw(labels, shots, seed)], _LABELS),
        Mistake(lambda labels, shots, seed: _draw(labels, shots, None), _UNSTEADY),
    ),
)
def balanced_subset(answer):
    """Write a function that draws `shots` positions of every class, at random but fixed by the seed."""
    if not callable(answer):
        return "The answer must be a function of labels, shots and seed."
    labels = np.random.default_rng(3).permutation(np.repeat([3, 5, 8], [40, 25, 20]))
    shots = 12
    drawn = [np.asarray(answer(labels.copy(), shots, seed)) for seed in (0, 0, 1)]
    first = drawn[0]
    if first.ndim != 1 or first.dtype.kind not in "iu":
        return _NOT_INDICES
    if set(first) <= {3, 5, 8}:
        return _LABELS
    if first.size and (first.min() < 0 or first.max() >= len(labels)):
        return _NOT_INDICES
    if any((labels[first] == c).sum() != shots for c in np.unique(labels)):
        return _UNBALANCED
    if len(set(first)) < len(first):
        return _REPEATED
    if not np.array_equal(np.sort(first), np.sort(drawn[1])):
        return _UNSTEADY
    if np.array_equal(np.sort(first), np.sort(drawn[2])):
        return _FIXED
    return None


def _needed(shots, accuracies, target):
    return next((s for s, a in zip(shots, accuracies, strict=True) if a >= target), None)


@exercise(
    "01.3",
    hints=(
        "Go through the two lists side by side with `zip(shots, accuracies)`.",
        "The shots are in rising order, so the first accuracy that is at least the target decides.",
        "`return` inside the loop leaves the function; `return None` after it says that none reached it.",
    ),
    mistakes=(
        Mistake(
            lambda s, a, t: next((i for i, x in enumerate(a) if x >= t), None),
            "That is the place in the list; asked for is the number of shots that stands there.",
        ),
        Mistake(
            lambda s, a, t: next((x for x in a if x >= t), None),
            "That is the accuracy that was reached; asked for is the number of shots that reached it.",
        ),
        Mistake(
            lambda s, a, t: next((n for n, x in zip(s, a, strict=True) if x > t), None),
            "An accuracy equal to the target reaches it: compare with `>=`.",
        ),
        Mistake(
            lambda s, a, t: next((n for n, x in zip(s, a, strict=True) if x >= t), s[-1]),
            "Where the target is never reached, the last number of shots did not reach it: return None.",
        ),
        Mistake(
            lambda s, a, t: max((n for n, x in zip(s, a, strict=True) if x >= t), default=None),
            "That is the largest number of shots that reaches the target; asked for is the smallest.",
        ),
        Mistake(
            lambda s, a, t: s[int(np.argmax(np.array(a) >= t))],
            "Where no number of shots reaches the target, the answer is None; `argmax` of all False is 0.",
        ),
    ),
)
def labels_needed(answer):
    """Write a function that reads off a curve how many shots reach a target accuracy, None if none does."""
    inputs = [
        ((1, 3, 5, 10), (0.3, 0.5, 0.6, 0.8), 0.55),
        ((1, 3, 5, 10), (0.3, 0.5, 0.6, 0.8), 0.9),
        ((2, 4, 8), (0.25, 0.5, 0.75), 0.5),
        ((1, 10, 100), (0.6, 0.7, 0.9), 0.1),
    ]
    return compare(answer, _needed, on=inputs, mistakes=labels_needed.mistakes)


_NO_INTERVAL = (
    "A difference without its interval may be luck: give the Score that `paired_difference` returns."
)
_CURVE = "That is a whole curve: `measure.paired_difference` makes one Score out of two of them."
_REVERSED = "The sign is reversed: the curve on the network's features comes first, the one on pixels second."
_ON_STAMPS = "That is about the difference on the stamps: take pictures and labels from `digits` everywhere."
_ACCURACY = (
    "That is an accuracy; asked for is the difference of two, which `measure.paired_difference` takes."
)
_NO_DIFFERENCE = (
    "That difference is too small for 5 shots: check that one curve is on `transfer.pixels(digits.images)`, "
    "the other on `transfer.extract_features(backbone, digits.images)`, both on the labels of the digits."
)


@exercise(
    "01.4",
    hints=(
        "It is the same as in the lesson with `digits` in place of `stamps`, and `shots=(5,)` will do.",
        "`measure.few_shot_curve(X, digits.labels, shots=(5,))` once on the network's features and once on "
        "`transfer.pixels(digits.images)`.",
        "Call the two curves `on_features` and `on_pixels`: "
        "`difference = measure.paired_difference(on_features, on_pixels, shots=5)`",
    ),
    moral="Transfer loses here, and not by chance. The digits are centred and alike in size, so the pixels "
    "already say nearly everything; what photographs taught the network seems of little use for strokes.",
    mistakes=(
        Mistake(-0.14, _NO_INTERVAL),
        Mistake(Curve((5,), np.array([[0.68], [0.66]]), 0.1), _CURVE),
        Mistake(Score(0.14, 0.12, 0.16, (0.12, 0.16)), _REVERSED),
        Mistake(Score(0.48, 0.44, 0.51, (0.44, 0.51)), _ON_STAMPS),
        Mistake(Score(-0.48, -0.51, -0.44, (-0.51, -0.44)), _ON_STAMPS),
        Mistake(Score(0.68, 0.66, 0.7, (0.66, 0.7)), _ACCURACY),
        Mistake(Score(0.01, -0.01, 0.02, (-0.01, 0.02)), _NO_DIFFERENCE),
    ),
)
def digits_difference(answer):
    """Measure, at 5 shots on the digits, what ImageNet features gain over pixels; it is a loss."""
    if isinstance(answer, Curve):
        return _CURVE
    if not isinstance(answer, Score):
        return _NO_INTERVAL
    if answer.mean > 0.6:
        return _ACCURACY
    if abs(answer.mean) > 0.3:
        return _ON_STAMPS
    if answer.mean > 0.05:
        return _REVERSED
    return None if answer.high < -0.05 else _NO_DIFFERENCE
