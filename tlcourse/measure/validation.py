"""Cross-validation in which every picture is a test picture exactly once."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import numpy as np

from tlcourse.measure.errors import TooFewPictures, check_examples
from tlcourse.measure.score import Score, interval
from tlcourse.progress import bar
from tlcourse.transfer.probe import linear_probe


@dataclass(frozen=True, repr=False, eq=False)
class CrossValidation:
    """How an estimator did on pictures it was not fitted on, made by `cross_validate`.

    Attributes
    ----------
    correct : bool array of shape (N,)
        Whether each picture was named right, in the order of the data.
    score : Score
        The accuracy, with an interval over pictures.
    fold_scores : tuple of float
        The accuracy in each fold.
    pairing : tuple
        What two cross-validations must share to be compared picture by picture.
    """

    correct: np.ndarray
    score: Score
    fold_scores: tuple[float, ...]
    pairing: tuple = ()

    def __repr__(self) -> str:
        folds = ", ".join(f"{score:.2f}" for score in self.fold_scores)
        return f"accuracy {self.score} over {len(self.correct)} pictures (folds: {folds})"

    def _repr_html_(self) -> str:
        return f"<span>{escape(repr(self))}</span>"


def cross_validate(X, y, fit: Callable = linear_probe, folds: int = 5, seed: int = 0) -> CrossValidation:
    """Fit on all folds but one and predict that one, for each fold in turn.

    Parameters
    ----------
    X : array of shape (N, …)
        Feature vectors or images, one entry of the first axis for each picture.
    y : array of shape (N,)
        The labels.
    fit : callable
        ``fit(X, y, seed) -> estimator`` with ``estimator.predict(X)``.
    folds : int
        How many parts to make; each has every class in its proportion.
    seed : int
        Decides who is in which fold, together with y alone: whatever X is, the folds are the same.

    Returns
    -------
    CrossValidation
        Its interval resamples pictures. It covers having drawn these pictures rather than others of the same
        kind. It does not cover that the estimators were fitted on overlapping parts of them, nor photos taken
        by someone else, of other things, in another way.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["cat", "dog"], 20)
    >>> X = rng.normal(size=(40, 2)) + 3 * np.eye(2)[np.repeat([0, 1], 20)]
    >>> cross_validate(X, y).score.mean > 0.8
    True
    """
    from sklearn.model_selection import StratifiedKFold

    X, y, classes, counts = check_examples(X, y)
    if folds < 2 or counts.min() < folds:
        raise TooFewPictures(
            f"Class {classes[counts.argmin()]!s} has {counts.min()} pictures and folds is {folds};"
            " each fold needs one of every class, and there must be two folds at least."
        )
    correct = np.empty(len(y), bool)
    fold_scores = []
    parts = StratifiedKFold(folds, shuffle=True, random_state=seed).split(np.zeros(len(y)), y)
    for number, (train, test) in enumerate(bar(parts, total=folds, desc="folds", unit="fold")):
        estimator = fit(X[train], y[train], derived_seed(seed, number))
        correct[test] = estimator.predict(X[test]) == y[test]
        fold_scores.append(float(correct[test].mean()))
    correct.setflags(write=False)
    return CrossValidation(correct, interval(correct), tuple(fold_scores), (tuple(y.tolist()), folds, seed))


def derived_seed(seed: int, number: int) -> int:
    """Return the seed of one of several fits, unrelated to those of its neighbours."""
    return int(np.random.SeedSequence([seed, number]).generate_state(1)[0] >> 1)
