"""What five labels a class could have told about each cell of the survey before any of it was measured."""

import json
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from tlcourse import measure, transfer
from tlcourse.datasets import Texts

DRAWS, LABELS = 10, 5
FORESIGHT = Path(__file__).with_name("foresight.json")
WAYS = {
    "LogME": measure.log_me,
    "H-score": measure.h_score,
    "kernel alignment": measure.kernel_alignment,
    "five-label probe": lambda X, y: probe(X, y),
}


def probe(X, y) -> float:
    """Just try it: fit a linear probe to four labels a class and ask it about the fifth, for each in turn.

    Returns
    -------
    float
        The share of all examples that were named right, when they were the fifth.

    Examples
    --------
    >>> probe(np.repeat(np.eye(2), 5, axis=0), np.repeat([0, 1], 5))
    1.0
    """
    place = np.empty(len(y), int)
    for name in np.unique(y):
        members = np.flatnonzero(y == name)
        place[members] = np.arange(len(members))
    right = np.zeros(len(y), bool)
    for held in (place == number for number in range(place.max() + 1)):
        right[held] = transfer.linear_probe(X[~held], y[~held]).predict(X[held]) == y[held]
    return float(right.mean())


def draws(data, number: int = DRAWS) -> Iterable[np.ndarray]:
    """Draw five labelled examples of each class, of a rarer one all; of texts, from the training part."""
    pool = np.flatnonzero(data.in_train) if isinstance(data, Texts) else np.arange(len(data.labels))
    for draw in range(number):
        order = np.random.default_rng([1, draw]).permutation(pool)
        yield np.concatenate([order[data.labels[order] == name][:LABELS] for name in np.unique(data.labels)])


def foresee(X, data, number: int = DRAWS) -> dict[str, list[float]]:
    """Return what each way says of some features, draw by draw, and what it took of processor time."""
    said, seconds = {way: [] for way in WAYS}, dict.fromkeys(WAYS, 0.0)
    for chosen in draws(data, number):
        for way, estimate in WAYS.items():
            start = time.process_time()
            said[way].append(estimate(X[chosen], data.labels[chosen]))
            seconds[way] += (time.process_time() - start) / number
    return {**said, "seconds": seconds}


def stored() -> dict[tuple[str, str], dict]:
    """Return `foresee` of all targets and representations of the survey, as it was measured once."""
    return {(row.pop("target"), row.pop("name")): row for row in json.loads(FORESIGHT.read_text("utf-8"))}
