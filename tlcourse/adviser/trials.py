"""Trying candidates within the time there is: what each costs, and how right it is on what it never saw."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tlcourse import measure, transfer
from tlcourse.adviser.clock import Clock, TooDear
from tlcourse.adviser.networks import Network
from tlcourse.adviser.representations import Mixture, Representation, beside, turned
from tlcourse.measure.validation import derived_seed
from tlcourse.memory import give_back

LEVEL = 0.9
_FOLDS, _REPEATS, _FEWEST_REPEATS = 5, 10, 3
_SHARES = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1)
_TRIED_FIRST = 24
# A first few may be quicker than the rest, as short texts are.
_CAUTION = 1.3
# The share of the budget that is left over at the end.
_MARGIN = 0.1


@dataclass(frozen=True, eq=False)
class Trial:
    """How a candidate did in cross-validation.

    Attributes
    ----------
    name : str
    transfer : bool
        Whether it uses a source.
    pure : bool
        Whether it uses a source and nothing beside it.
    correct : bool array of shape (N,)
        Whether it named each example of the part to learn from, when that was held back from it.
    score : measure.Score
        Its accuracy with an interval over examples.
    seconds : float
        What it took, its parts' features included.
    fold : float
        What the longest of its fits took.
    fitting : Any
        The representation, or the kind of network.
    """

    name: str
    transfer: bool
    pure: bool
    correct: np.ndarray
    score: measure.Score
    seconds: float
    fold: float
    fitting: Any


class Tables:
    """Features of all examples, computed when first asked for if there is time, and kept."""

    def __init__(self, things, learn: np.ndarray, clock: Clock, progress: bool):
        self._things, self._learn, self._clock, self._progress = things, learn, clock, progress
        self._kept: dict[str, Any] = {}
        self._given_up: set[str] = set()
        self.seconds: dict[str, float] = {}

    def of(self, representation: Representation):
        """Return the features, (N, D), of all examples; what needs fitting saw only those to learn from."""
        if isinstance(representation, Mixture):
            if lacking := [part.name for part in representation.parts if part.name in self._given_up]:
                raise TooDear(f"it needs {lacking[0]}")
            parts = [self.of(part) for part in representation.parts]
            self.seconds[representation.name] = sum(self.seconds[p.name] for p in representation.parts)
            return beside(*parts)
        if representation.name not in self._kept:
            start = time.perf_counter()
            try:
                self._clock.check(representation.loading)
                representation.fit(take(self._things, self._learn))
                self._rehearse(representation)
            except TooDear:
                self._given_up.add(representation.name)
                raise
            self._kept[representation.name] = representation(self._things, self._progress)
            give_back()
            self.seconds[representation.name] = time.perf_counter() - start
        return self._kept[representation.name]

    def _rehearse(self, representation: Representation) -> None:
        """Measure a few examples before all are begun."""
        number = len(self._things)
        few = np.random.default_rng(0).permutation(number)[:_TRIED_FIRST]
        representation(take(self._things, few[:2]))  # loading and warming up come once
        start = time.perf_counter()
        representation(take(self._things, few))
        self._clock.check(_CAUTION * (time.perf_counter() - start) * number / len(few))


def take(things, indices: np.ndarray):
    """Return some of the pictures or texts."""
    return things[indices] if isinstance(things, np.ndarray) else [things[index] for index in indices]


def cross_validate(X, y: np.ndarray, fit: Callable, clock: Clock, seed: int) -> tuple[np.ndarray, float]:
    """Say of each example whether it is named right by what was fitted without it, and how long a fit took.

    The folds are the same whatever X and fit are.
    """
    from sklearn.model_selection import StratifiedKFold

    folds = min(_FOLDS, np.bincount(y)[np.unique(y)].min())
    parts = StratifiedKFold(folds, shuffle=True, random_state=seed).split(np.zeros(len(y)), y)
    correct, longest = np.empty(len(y), bool), 0.0
    for number, (train, held) in enumerate(parts):
        clock.check(longest * (folds - number))
        start = time.perf_counter()
        fitted = fit(X[train], y[train], derived_seed(seed, number))
        correct[held] = fitted.predict(X[held]) == y[held]
        longest = max(longest, time.perf_counter() - start)
    correct.setflags(write=False)
    return correct, longest


def try_probe(representation: Representation, tables: Tables, learn, y, clock: Clock, seed: int) -> Trial:
    """Cross-validate a linear probe on a representation, or raise that there is no time for it."""
    X = tables.of(representation)[learn]
    start = time.perf_counter()
    X = turned(X)
    correct, fold = cross_validate(X, y, transfer.linear_probe, clock, seed)
    seconds = tables.seconds[representation.name] + time.perf_counter() - start
    pure = representation.transfer and not isinstance(representation, Mixture)
    score = measure.interval(correct, LEVEL)
    return Trial(
        representation.name, representation.transfer, pure, correct, score, seconds, fold, representation
    )


def try_network(kind: Network, images: np.ndarray, y, clock: Clock, seed: int) -> Trial:
    """Cross-validate a network that is trained on the pictures themselves, or raise that there is no time."""
    clock.check(kind.seconds_each * len(y))
    start = time.perf_counter()
    correct, fold = cross_validate(images, y, kind.fit, clock, seed)
    score, seconds = measure.interval(correct, LEVEL), time.perf_counter() - start
    return Trial(kind.name, kind.transfer, kind.transfer, correct, score, seconds, fold, kind)


def learning_curve(X, y: np.ndarray, clock: Clock, seed: int, fold: float) -> measure.Curve:
    """Measure accuracy at growing shares of the examples, each class in its proportion.

    Unlike `measure.few_shot_curve`, which draws as many of each class, this goes the way on which more of the
    same data would continue. Its shots are labels a class on average. `fold` is about what a fit takes.
    """
    X, (classes, y) = turned(X), np.unique(y, return_inverse=True)
    counts = np.bincount(y)
    held_out = np.maximum(1, np.round(0.25 * counts).astype(int))
    sizes = {}
    for share in _SHARES:
        size = np.maximum(1, np.round(share * (counts - held_out)).astype(int))
        sizes[size.sum() / len(classes)] = size
    if len(sizes) < 3:
        raise TooDear("there are too few labels to see how accuracy grows with them")
    # Each size takes half as long as the next.
    rows, longest = [], 2 * fold
    for repeat in range(_REPEATS):
        left = clock.left - _MARGIN * clock.budget
        if repeat >= _FEWEST_REPEATS and left < 2 * longest:
            break
        if left < longest * max(1, _FEWEST_REPEATS - repeat):
            raise TooDear("no time was left to see how accuracy grows with labels")
        start = time.perf_counter()
        rng = np.random.default_rng([seed, repeat])
        orders = [rng.permutation(np.flatnonzero(y == label)) for label in range(len(classes))]
        held = np.concatenate([order[:n] for order, n in zip(orders, held_out, strict=True)])
        row = []
        for size in sizes.values():
            chosen = [order[n : n + s] for order, n, s in zip(orders, held_out, size, strict=True)]
            probe = transfer.linear_probe(X[np.concatenate(chosen)], y[np.concatenate(chosen)])
            row.append(np.mean(probe.predict(X[held]) == y[held]))
        rows.append(row)
        longest = max(longest, time.perf_counter() - start)
    values = np.array(rows)
    values.setflags(write=False)
    return measure.Curve(tuple(sizes), values, float(held_out.max() / held_out.sum()))
