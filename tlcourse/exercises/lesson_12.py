"""Exercises of lesson 12, the capstone."""

from collections.abc import Mapping

import numpy as np

from tlcourse.exercises.answers import compare
from tlcourse.exercises.registry import Mistake, exercise


def _recalls(confusion):
    return np.diag(confusion) / confusion.sum(axis=1)


@exercise(
    "12.1",
    hints=(
        "What was recognised stands on the diagonal: `np.diag(confusion)`.",
        "A row holds everything that truly was of a class: `confusion.sum(axis=1)` counts it.",
        "`return np.diag(confusion) / confusion.sum(axis=1)`",
    ),
    mistakes=(
        Mistake(
            lambda c: np.diag(c) / c.sum(axis=0),
            "Those are shares of the columns: of what was *said* to be a class, how much was. Asked for is "
            "how much of each true class, a row, was recognised.",
        ),
        Mistake(
            lambda c: np.diag(c).sum() / c.sum(),
            "That is the accuracy, one number for all; asked for is one for each class.",
        ),
        Mistake(
            lambda c: np.diag(c) / c.sum(),
            "Divide by the number of examples *of that class*, its row, not of all.",
        ),
        Mistake(lambda c: np.diag(c), "Those are counts; divide each by how many there were of its class."),
        Mistake(
            lambda c: 1 - np.diag(c) / c.sum(axis=1),
            "That is the share that was missed; asked for is the share recognised.",
        ),
        Mistake(
            lambda c: np.mean(np.diag(c) / c.sum(axis=1)),
            "The mean over classes hides the worst one: return them all.",
        ),
    ),
    moral="One accuracy can hide a class that is never recognised; this row of numbers cannot.",
)
def recalls(answer):
    """Write the share recognised of each class, from a confusion matrix whose rows are the truth."""
    inputs = [
        np.array([[8, 2], [5, 15]]),
        np.array([[9, 1, 0], [2, 3, 5], [0, 0, 4]]),
        np.array([[3, 1, 1, 0], [0, 6, 0, 2], [1, 1, 1, 1], [0, 0, 5, 5]]),
    ]
    return compare(answer, _recalls, on=inputs, mistakes=recalls.mistakes)


def _surest(probabilities, truth, number):
    said = probabilities.argmax(axis=1)
    wrong = np.flatnonzero(said != truth)
    return wrong[np.argsort(-probabilities[wrong, said[wrong]], kind="stable")][:number]


def _all_sorted(probabilities, truth, number):
    return np.argsort(-probabilities.max(axis=1), kind="stable")[:number]


def _by_truth(probabilities, truth, number):
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != truth)
    return wrong[np.argsort(-probabilities[wrong, truth[wrong]], kind="stable")][:number]


def _least_sure(probabilities, truth, number):
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != truth)
    return wrong[np.argsort(probabilities[wrong].max(axis=1), kind="stable")][:number]


def _places_among_wrong(probabilities, truth, number):
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != truth)
    return np.argsort(-probabilities[wrong].max(axis=1), kind="stable")[:number]


@exercise(
    "12.2",
    hints=(
        "First the places of what is wrong: `wrong = np.flatnonzero(probabilities.argmax(axis=1) != truth)`.",
        "How sure the model was of each of these: `probabilities[wrong].max(axis=1)`. `np.argsort` of its "
        "negative puts the surest first.",
        "`return wrong[np.argsort(-probabilities[wrong].max(axis=1))][:number]`",
    ),
    mistakes=(
        Mistake(
            _all_sorted, "Those are the surest answers, right ones among them: keep the wrong ones first."
        ),
        Mistake(
            _least_sure,
            "Those are the *least* sure of the mistakes: `np.argsort` sorts upwards, so sort the negative.",
        ),
        Mistake(
            _by_truth,
            "That sorts by what the true class got. How sure the model was is what the class it *named* got.",
        ),
        Mistake(
            _places_among_wrong,
            "Those count among the mistakes only: look them up in `wrong`, to get places in the test part.",
        ),
        Mistake(
            lambda p, y, n: np.flatnonzero(p.argmax(axis=1) != y)[:n],
            "Those are the first mistakes in the order of the test part; sort them by how sure it was.",
        ),
        Mistake(
            lambda p, y, n: _surest(p, y, len(y)),
            "Those are all mistakes; asked for are the first `number` of them.",
        ),
    ),
    moral=(
        "A confident mistake can be a wrong label, two things in one picture, or a kind of picture nobody "
        "had thought of."
    ),
)
def surest_mistakes(answer):
    """Write the search for the surest mistakes: probabilities, true labels and a number in, places out."""
    rng = np.random.default_rng(3)
    inputs = [
        (rng.dirichlet(np.ones(classes), size), rng.integers(0, classes, size), number)
        for classes, size, number in ((3, 20, 4), (2, 15, 2), (5, 30, 6))
    ]
    return compare(answer, _surest, on=inputs, mistakes=surest_mistakes.mistakes)


def _leaked(train, test):
    seen = {" ".join(text.casefold().split()) for text in train}
    return sum(" ".join(text.casefold().split()) in seen for text in test) / len(test)


def _share_of_train(train, test):
    seen = {" ".join(text.casefold().split()) for text in test}
    return sum(" ".join(text.casefold().split()) in seen for text in train) / len(train)


@exercise(
    "12.3",
    hints=(
        "Bring every text into one form first: small letters, and single spaces. `text.casefold().split()` "
        'gives its words in small letters, and `" ".join(…)` puts them together again.',
        "Make a set of the training texts in that form; then count the test texts whose form is in it.",
        '`form = lambda text: " ".join(text.casefold().split())`, then `seen = set(map(form, train))` and '
        "`return sum(form(text) in seen for text in test) / len(test)`",
    ),
    mistakes=(
        Mistake(
            lambda train, test: sum(text in train for text in test) / len(test),
            "A copy with other capitals or more spaces is a copy too: bring both into one form first.",
        ),
        Mistake(
            lambda train, test: sum(text.casefold() in map(str.casefold, train) for text in test) / len(test),
            "Capitals are dealt with; a copy with other spaces or line ends is a copy too.",
        ),
        Mistake(
            _share_of_train,
            "That is the share of the *training* texts that are in the test part. The test is what is "
            "spoilt: count there.",
        ),
        Mistake(
            lambda train, test: _leaked(train, test) * len(test),
            "That is how many; asked for is their share of the test texts.",
        ),
        Mistake(
            lambda train, test: 1 - _leaked(train, test),
            "That is the share that is clean; asked for is the share that leaked.",
        ),
        Mistake(
            lambda train, test: float(_leaked(train, test) > 0),
            "That says whether any leaked; asked for is how large a share.",
        ),
    ),
    moral="`datasets.inspect` does this, for photos too; a look costs nothing, a leak costs the test.",
)
def leaked(answer):
    """Write the share of test texts that are also among the training texts."""
    inputs = [
        (["Good film", "bad  film", "So so"], ["GOOD film", "bad film", "great", "so so\n"]),
        (["one", "two", "three", "four"], ["five", "two"]),
        (["A b", "c d", "e f"], ["a  B", "x", "y", "C d", "c  D"]),
    ]
    return compare(answer, _leaked, on=inputs, mistakes=leaked.mistakes)


def _answered(probabilities, truth, least):
    sure = probabilities.max(axis=1) >= least
    right = probabilities.argmax(axis=1) == truth
    return sure.mean(), right[sure].mean()


def _right(probabilities, truth):
    return probabilities.argmax(axis=1) == truth


@exercise(
    "12.4",
    hints=(
        "Which are answered? `sure = probabilities.max(axis=1) >= least`.",
        "Which are right? `right = probabilities.argmax(axis=1) == truth`. Of the answered ones: "
        "`right[sure]`.",
        "`return sure.mean(), right[sure].mean()`",
    ),
    mistakes=(
        Mistake(
            lambda p, y, t: ((p.max(axis=1) >= t).mean(), (_right(p, y) & (p.max(axis=1) >= t)).mean()),
            "The second number is to be the accuracy among those *answered*: divide by their number, not by "
            "that of all.",
        ),
        Mistake(
            lambda p, y, t: ((p.max(axis=1) >= t).mean(), _right(p, y).mean()),
            "The second number is the accuracy of all; asked for is that of the answered ones.",
        ),
        Mistake(
            lambda p, y, t: ((p.max(axis=1) < t).mean(), _right(p, y)[p.max(axis=1) >= t].mean()),
            "The first number is the share left *unanswered*; asked for is the share answered.",
        ),
        Mistake(
            lambda p, y, t: ((p.max(axis=1) >= t).mean(), _right(p, y)[p.max(axis=1) < t].mean()),
            "The second number is the accuracy of those that were *not* answered.",
        ),
        Mistake(
            lambda p, y, t: ((p[:, 0] >= t).mean(), _right(p, y)[p[:, 0] >= t].mean()),
            "That looks at the first class alone; how sure the model is, is its highest probability.",
        ),
        Mistake(
            lambda p, y, t: _answered(p, y, t)[::-1],
            "The two are the other way about: the share answered first, then the accuracy.",
        ),
    ),
    moral=(
        "A model that may say `I do not know` is often right more often when it answers; what it costs is "
        "answers."
    ),
)
def answered(answer):
    """Write what a threshold does: probabilities, true labels and the least probability to answer in."""
    rng = np.random.default_rng(4)
    inputs = []
    for classes, size, least in ((3, 40, 0.6), (2, 30, 0.7), (4, 50, 0.5)):
        probabilities = rng.dirichlet(np.full(classes, 0.6), size)
        said = probabilities.argmax(axis=1)
        truth = np.where(rng.random(size) < 0.7, said, rng.integers(0, classes, size))
        inputs.append((probabilities, truth, least))
    return compare(answer, _answered, on=inputs, mistakes=answered.mistakes)


_GOOD = {
    "classes": ["ripe", "unripe"],
    "learned_from": 150,
    "tested_on": 50,
    "findings": [],
    "test": {"mean": 0.9, "low": 0.79, "high": 0.96, "level": 0.95},
    "without_transfer": {"name": "HOG + colour", "mean": 0.8, "low": 0.67, "high": 0.89, "level": 0.95},
    "files": [{"file": "model.keras", "same_class": 50}, {"file": "model.tflite", "same_class": 50}],
}
_FEWEST_TESTED = 20


@exercise(
    "12.5",
    hints=(
        'Make a folder with one sub-folder of photos a class, or a table with columns "text" and "label". '
        "A hundred examples are enough to begin with; thirty a class are better than ten.",
        "In a terminal: `tlcourse try MY-FOLDER --out my-model`. Or in a cell: "
        '`capstone.run("MY-FOLDER", "my-model")`.',
        "`import json`, then "
        '`report = json.loads(Path("my-model/results.json").read_text(encoding="utf-8"))`',
    ),
    mistakes=(
        Mistake(
            {**_GOOD, "findings": ["3 of 50 photos to test on are also in the training part (a and b): …"]},
            "Photos or texts to test on were also in the training part. They were left out of the test, but "
            "mend the data, for whoever uses your folders next will not know.",
        ),
        Mistake(
            {**_GOOD, "tested_on": 8},
            "With fewer than 20 examples to test on the interval is so wide that hardly anything follows: "
            "add some.",
        ),
        Mistake(
            {**_GOOD, "without_transfer": None},
            "Nothing without transfer stands beside it: with a larger budget the baselines are tried as "
            "well. (If a baseline itself was the best, take other data for this exercise: "
            "there is nothing to transfer.)",
        ),
        Mistake(
            {**_GOOD, "test": {**_GOOD["test"], "low": None, "high": None}},
            "The accuracy has no interval: one number alone says too little.",
        ),
        Mistake(
            {**_GOOD, "files": [{"file": "model.keras", "same_class": 41}, _GOOD["files"][1]]},
            "The files do not give all test examples the same class: look at what differs before using them.",
        ),
        Mistake(
            {**_GOOD["test"]},
            "That is a part of it: give the whole of `results.json`, as a dictionary.",
        ),
    ),
    moral="Now say in one sentence what would make this accuracy untrue, and collect ten such examples.",
)
def own_report(answer):
    """Give the numbers of a model of one's own, as `tlcourse try` wrote them."""
    whole, small, bare, unsure, apart, part = (mistake.why for mistake in own_report.mistakes)
    if not isinstance(answer, Mapping):
        return "Give what `results.json` holds, read with `json.loads`: a dictionary."
    if not _GOOD.keys() <= answer.keys():
        return part
    tested = answer["tested_on"]
    if any("are also in the training part" in finding for finding in answer["findings"]):
        return whole
    if tested < _FEWEST_TESTED:
        return small
    if answer["without_transfer"] is None:
        return bare
    if answer["test"]["low"] is None:
        return unsure
    if any(file["same_class"] < tested for file in answer["files"]):
        return apart
    return None
