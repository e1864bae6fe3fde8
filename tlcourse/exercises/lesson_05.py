"""Exercises of lesson 05, feature extraction."""

import numpy as np

from tlcourse.exercises.answers import compare
from tlcourse.exercises.registry import Mistake, exercise


@exercise(
    "05.1",
    hints=(
        "The maps have four axes: picture, row, column, channel. Which two should disappear?",
        "`mean` takes a tuple of axes.",
        "`return maps.mean(axis=(1, 2))`",
    ),
    mistakes=(
        Mistake(lambda m: m.max(axis=(1, 2)), "That is the largest value of each map: global *max* pooling."),
        Mistake(lambda m: m.sum(axis=(1, 2)), "A sum grows with the size of the picture; take the mean."),
        Mistake(
            lambda m: m.mean(axis=(1, 2, 3)),
            "That averages over the channels too, and leaves one number a picture.",
        ),
        Mistake(
            lambda m: m.mean(axis=(0, 1, 2)), "That averages over the pictures as well: axis 0 must stay."
        ),
        Mistake(
            lambda m: m.mean(axis=(2, 3)),
            "The channels are the last axis here; rows and columns are 1 and 2.",
        ),
    ),
)
def global_average_pool(answer):
    """Write global average pooling: maps (N, H, W, C) in, features (N, C) out."""
    rng = np.random.default_rng(0)
    maps = [rng.normal(size=shape) for shape in ((2, 3, 4, 5), (1, 7, 7, 3), (3, 1, 1, 2))]
    return compare(answer, lambda m: m.mean(axis=(1, 2)), on=maps, mistakes=global_average_pool.mistakes)


def _best(scores):
    return max(scores, key=scores.get)


@exercise(
    "05.2",
    hints=(
        "Which of the two dictionaries may you look at before the choice is made?",
        "`max(d, key=d.get)` is the key with the largest value; of equal ones it gives the first.",
        "`return max(validation, key=validation.get)`",
    ),
    mistakes=(
        Mistake(
            lambda validation, test: _best(test),
            "That chooses on the test pictures, and then their score is no honest estimate any more.",
        ),
        Mistake(
            lambda validation, test: list(validation)[-1],
            "The deepest layer is the usual choice, not always the best one: look at the scores.",
        ),
        Mistake(lambda validation, test: min(validation, key=validation.get), "That is the worst layer."),
        Mistake(
            lambda validation, test: max(validation.values()),
            "That is the best score; asked for is the name of the layer that has it.",
        ),
        Mistake(
            lambda validation, test: _best({k: validation[k] + test[k] for k in validation}),
            "The test scores had a say in it; the choice must rest on the validation scores alone.",
        ),
        Mistake(
            lambda validation, test: _best(dict(reversed(validation.items()))),
            "Two layers tie, and the shallower one is cheaper: of equal scores take the first.",
        ),
    ),
    moral="`test` was there to tempt you.",
)
def choose_cut(answer):
    """Write a function that chooses the layer to cut at, given validation and test scores by layer."""
    inputs = [
        ({"stem": 0.4, "middle": 0.8, "top": 0.7}, {"stem": 0.6, "middle": 0.5, "top": 0.4}),
        ({"stem": 0.9, "middle": 0.6, "top": 0.5}, {"stem": 0.5, "middle": 0.9, "top": 0.7}),
        ({"stem": 0.5, "middle": 0.7, "top": 0.7}, {"stem": 0.5, "middle": 0.6, "top": 0.8}),
    ]
    return compare(
        answer, lambda validation, test: _best(validation), on=inputs, mistakes=choose_cut.mistakes
    )


def _unit(X):
    return X / np.linalg.norm(X, axis=1, keepdims=True)


@exercise(
    "05.3",
    hints=(
        "`np.linalg.norm(X, axis=1, keepdims=True)` is the length of each row.",
        "Divide each of the two by the lengths of its own rows, then put them side by side.",
        "`np.concatenate([a / …, b / …], axis=1)` makes (N, D + E) out of (N, D) and (N, E).",
    ),
    mistakes=(
        Mistake(
            lambda a, b: np.concatenate([a, b], axis=1),
            "Without equal lengths the features with the larger numbers drown the others.",
        ),
        Mistake(
            lambda a, b: _unit(np.concatenate([a, b], axis=1)),
            "Scaling after joining keeps the larger one larger: bring each to length 1 first.",
        ),
        Mistake(
            lambda a, b: np.concatenate(
                [a / np.linalg.norm(a, axis=0, keepdims=True), b / np.linalg.norm(b, axis=0, keepdims=True)],
                axis=1,
            ),
            "That scales each column; asked for is each row, the feature vector of one picture.",
        ),
        Mistake(
            lambda a, b: np.concatenate([a / np.linalg.norm(a), b / np.linalg.norm(b)], axis=1),
            "That divides by the length of the whole table; each picture has a length of its own (`axis=1`).",
        ),
        Mistake(
            lambda a, b: _unit(a),
            "The second features have vanished: the result has the columns of both.",
        ),
    ),
    moral="In the lesson's own case, HOG's rows are several times as long as those of the colour histograms, "
    "and would have had nearly the only say.",
)
def join_features(answer):
    """Write a function that joins two feature tables, each row of each brought to length 1 first."""
    rng = np.random.default_rng(1)
    inputs = [
        (rng.normal(size=(n, d)), 100 * rng.normal(size=(n, e)))
        for n, d, e in ((3, 2, 4), (5, 5, 5), (4, 8, 1))
    ]
    return compare(
        answer,
        lambda a, b: np.concatenate([_unit(a), _unit(b)], axis=1),
        on=inputs,
        mistakes=join_features.mistakes,
    )


def _rates(correct, labels, names):
    return [correct[labels == c].mean() for c in range(len(names))]


@exercise(
    "05.4",
    hints=(
        "`correct[labels == c]` are the answers on the pictures of class c; what is their mean?",
        "Compute that share for `c in range(len(class_names))`, then find where it is smallest.",
        "`class_names[int(np.argmin(shares))]` is the name you want.",
    ),
    mistakes=(
        Mistake(
            lambda correct, labels, names: names[
                int(np.argmax([(~correct[labels == c]).sum() for c in range(len(names))]))
            ],
            "That class has the most errors because it has the most pictures: compare shares, not counts.",
        ),
        Mistake(
            lambda correct, labels, names: names[int(np.argmax(_rates(correct, labels, names)))],
            "That is the class recognised best.",
        ),
        Mistake(
            lambda correct, labels, names: int(np.argmin(_rates(correct, labels, names))),
            "That is its number; asked for is its name.",
        ),
        Mistake(
            lambda correct, labels, names: min(_rates(correct, labels, names)),
            "That is its share of right answers; asked for is the name of the class.",
        ),
        Mistake(
            lambda correct, labels, names: names[
                int(np.argmin([correct[labels == c].sum() for c in range(len(names))]))
            ],
            "That class has the fewest right answers because it has the fewest pictures: divide by those.",
        ),
    ),
)
def worst_class(answer):
    """Write a function that names the class of which the smallest share was classified rightly."""
    rng = np.random.default_rng(2)
    names = ("ant", "bee", "cat", "dog")
    inputs = []
    for rates in ((0.8, 0.4, 0.7, 0.9), (0.7, 0.6, 0.2, 0.9), (0.9, 0.8, 0.5, 0.7)):
        labels = np.repeat(range(4), (100, 30, 40, 10))
        correct = np.concatenate(
            [np.arange(n) < r * n for r, n in zip(rates, (100, 30, 40, 10), strict=True)]
        )
        order = rng.permutation(len(labels))
        inputs.append((correct[order], labels[order], names))
    return compare(
        answer,
        lambda correct, labels, class_names: class_names[
            int(np.argmin(_rates(correct, labels, class_names)))
        ],
        on=inputs,
        mistakes=worst_class.mistakes,
    )
