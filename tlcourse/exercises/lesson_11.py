"""Exercises of lesson 11, choosing a source."""

import numpy as np

from tlcourse.exercises.answers import compare
from tlcourse.exercises.registry import Mistake, exercise


def _leep(answers, labels):
    targets = np.eye(labels.max() + 1)[labels]
    joint = targets.T @ answers
    given = joint / joint.sum(axis=0)
    return np.log((answers @ given.T)[np.arange(len(labels)), labels]).mean()


def _other_leep(answers, labels, axis):
    joint = np.eye(labels.max() + 1)[labels].T @ answers
    given = joint / joint.sum(axis=axis, keepdims=True)
    return np.log((answers @ given.T)[np.arange(len(labels)), labels]).mean()


def _sure_leep(answers, labels):
    named = np.eye(answers.shape[1])[answers.argmax(axis=1)]
    joint = np.eye(labels.max() + 1)[labels].T @ named
    given = joint / np.maximum(joint.sum(axis=0), 1e-12)
    return np.log((named @ given.T)[np.arange(len(labels)), labels]).mean()


def _likelihoods(answers, labels):
    joint = np.eye(labels.max() + 1)[labels].T @ answers
    return (answers @ (joint / joint.sum(axis=0)).T)[np.arange(len(labels)), labels]


@exercise(
    "11.1",
    hints=(
        "The probability of a target class, given a source class: divide the table so that each of its "
        "columns sums to 1.",
        "`given = joint / joint.sum(axis=0)`; then `answers @ given.T` holds, for each example and target "
        "class, the probability that the source foretells.",
        "`return np.log((answers @ given.T)[np.arange(len(labels)), labels]).mean()`",
    ),
    mistakes=(
        Mistake(
            lambda a, y: _other_leep(a, y, axis=1),
            "The table is to say how probable a *target* class is, given a source class: divide by the sums "
            "of the columns, `joint.sum(axis=0)`, not of the rows.",
        ),
        Mistake(
            lambda a, y: _other_leep(a, y, axis=(0, 1)),
            "That table says how often both come *together*; given the source class means divided by how "
            "often that one comes: `joint / joint.sum(axis=0)`.",
        ),
        Mistake(
            lambda a, y: _likelihoods(a, y).mean(),
            "The logarithm is missing: LEEP is the mean *log* likelihood.",
        ),
        Mistake(
            lambda a, y: np.log(_likelihoods(a, y).mean()),
            "Take the logarithm of each example first, and the mean of the logarithms then.",
        ),
        Mistake(
            lambda a, y: np.log(_likelihoods(a, y)).sum(),
            "That is the sum over examples; their mean does not grow with their number.",
        ),
        Mistake(
            lambda a, y: -_leep(a, y),
            "The sign is the other way about: a log likelihood is nought at best, and negative otherwise.",
        ),
        Mistake(
            _sure_leep,
            "That takes the likeliest source class for certain; LEEP weighs all by their probability.",
        ),
    ),
    moral="Nothing was trained: counting and one matrix product say what a head of counts would reach.",
)
def leep(answer):
    """Write LEEP: a source's probabilities (n, classes) and labels 0, 1, … in, one number out."""
    rng = np.random.default_rng(0)
    inputs = []
    for n, sources, targets in ((12, 3, 2), (20, 5, 3), (9, 2, 2)):
        labels = np.concatenate([np.arange(targets), rng.integers(0, targets, n - targets)])
        inputs.append((rng.dirichlet(np.ones(sources), n), labels))
    return compare(answer, _leep, on=inputs, mistakes=leep.mistakes)


def _regret(estimates, accuracies):
    picked = max(estimates, key=estimates.get)
    return max(accuracies.values()) - accuracies[picked]


@exercise(
    "11.2",
    hints=(
        "Which source would one pick? `max(estimates, key=estimates.get)`.",
        "The regret is the best accuracy there was, less the accuracy of the one picked.",
        "`return max(accuracies.values()) - accuracies[max(estimates, key=estimates.get)]`",
    ),
    mistakes=(
        Mistake(
            lambda e, a: a[max(e, key=e.get)],
            "That is the accuracy of the one picked; the regret is how far it stays behind the best.",
        ),
        Mistake(
            lambda e, a: a[max(e, key=e.get)] - max(a.values()),
            "The sign is the other way about: the best less the picked, which is never negative.",
        ),
        Mistake(
            lambda e, a: max(a.values()) - max(e.values()),
            "An estimate is no accuracy, and has another scale: it only picks.",
        ),
        Mistake(
            lambda e, a: a[max(e, key=e.get)] - np.mean([*a.values()]),
            "That compares with picking blindly; asked for is the distance from the best.",
        ),
        Mistake(
            lambda e, a: max(a.values()) - a[min(e, key=e.get)],
            "That picks the source with the lowest estimate; the highest is the one to take.",
        ),
        Mistake(
            lambda e, a: float(max(e, key=e.get) != max(a, key=a.get)),
            "That asks whether the pick was the best; one that is nearly as good is hardly to be regretted.",
        ),
    ),
    moral="A ranking may be poor and its first place still a good pick: regret is what one pays.",
)
def regret(answer):
    """Write the regret: dictionaries of estimates and of accuracies in, both by source; a number out."""
    inputs = [
        ({"ImageNet": -0.2, "pixels": -0.5, "HOG": -0.3}, {"ImageNet": 0.6, "pixels": 0.8, "HOG": 0.75}),
        ({"USE": 3.0, "GloVe": 4.5}, {"USE": 0.7, "GloVe": 0.4}),
        ({"a": 1.0, "b": 2.0, "c": 0.5}, {"a": 0.3, "b": 0.9, "c": 0.5}),
    ]
    return compare(answer, _regret, on=inputs, mistakes=regret.mistakes)


def _evidence(p_values, level):
    return np.asarray(p_values) <= (1 - level) / len(p_values)


@exercise(
    "11.3",
    hints=(
        "All comparisons together may be wrong with the probability `1 - level`. Share it out equally.",
        "Each comparison has the part `(1 - level) / len(p_values)`.",
        "`return p_values <= (1 - level) / len(p_values)`",
    ),
    mistakes=(
        Mistake(
            lambda p, level: p <= 1 - level,
            "Each comparison alone has that chance of a false alarm, so among many there will be some: share "
            "it out between them.",
        ),
        Mistake(
            lambda p, level: p <= level / len(p),
            "What is shared out is the chance of error, `1 - level`, not the level.",
        ),
        Mistake(
            lambda p, level: p > (1 - level) / len(p),
            "A *small* p-value is evidence: chance alone would hardly bring about such a difference.",
        ),
        Mistake(
            lambda p, level: p <= (1 - level) * len(p),
            "Divide by the number of comparisons: with more of them, each has to meet more.",
        ),
        Mistake(
            lambda p, level: p * len(p),
            "Those are corrected p-values; asked for is whether each is evidence: compare with `1 - level`.",
        ),
        Mistake(
            lambda p, level: int((p <= (1 - level) / len(p)).sum()),
            "That counts them; asked for is one True or False for each.",
        ),
    ),
    moral="The correction is named after Bonferroni, and it is the one of the matrix.",
)
def evidence(answer):
    """Write the correction: an array of p-values and a level in, one True or False for each out."""
    inputs = [
        (np.array([0.001, 0.03, 0.2, 0.012]), 0.95),
        (np.array([0.004, 0.006, 0.5, 0.0001, 0.04, 0.04, 0.9, 0.2, 0.01, 0.03]), 0.95),
        (np.array([0.04, 0.06]), 0.9),
    ]
    return compare(answer, _evidence, on=inputs, mistakes=evidence.mistakes)


def _coverage(lows, highs, truths):
    return np.mean((lows <= truths) & (truths <= highs))


@exercise(
    "11.4",
    hints=(
        "A forecast holds if the truth is at least its low end *and* at most its high end.",
        "With arrays, *and* is `&`, and each comparison needs its own brackets.",
        "`return np.mean((lows <= truths) & (truths <= highs))`",
    ),
    mistakes=(
        Mistake(
            lambda low, high, truth: np.sum((low <= truth) & (truth <= high)),
            "That is how many forecasts hold; asked for is their share.",
        ),
        Mistake(
            lambda low, high, truth: np.mean((truth < low) | (truth > high)),
            "That is the share of forecasts that fail.",
        ),
        Mistake(
            lambda low, high, truth: np.mean(low <= truth),
            "The high end counts too: a truth above it is missed as well.",
        ),
        Mistake(
            lambda low, high, truth: np.mean(truth <= high),
            "The low end counts too: a truth below it is missed as well.",
        ),
        Mistake(
            lambda low, high, truth: np.mean((low < truth) & (truth < high)),
            "A truth exactly at an end is inside: `<=`.",
        ),
        Mistake(
            lambda low, high, truth: np.mean(high - low),
            "That is how wide the intervals are. Wide ones hold more often, but holding is another matter.",
        ),
    ),
    moral="A forecaster is calibrated if this is near the level stated: below is boasting, above is hedging.",
)
def coverage(answer):
    """Write the coverage: arrays of low ends, high ends and truths in, the share that holds out."""
    rng = np.random.default_rng(1)
    inputs = []
    for count in (8, 15):
        truths = rng.uniform(0.3, 0.9, count)
        middles = truths + rng.normal(0, 0.1, count)
        inputs.append((middles - 0.1, middles + 0.1, truths))
    inputs.append((np.array([0.25, 0.5, 0.75]), np.array([0.5, 0.75, 1.0]), np.array([0.25, 0.75, 0.5])))
    return compare(answer, _coverage, on=inputs, mistakes=coverage.mistakes)
