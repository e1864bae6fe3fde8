"""What can be wrong with a measurement; each mistake has a class of its own and says how to mend it."""

import numpy as np
from scipy import sparse


class MeasureError(ValueError):
    """Something about the examples or settings makes the measurement impossible or meaningless."""


class LengthMismatch(MeasureError):
    """There is not exactly one label for each example."""


class OneClass(MeasureError):
    """All labels are the same, so there is nothing to tell apart."""


class NotFinite(MeasureError):
    """Features or values contain NaN or infinity."""


class WrongShape(MeasureError):
    """Features are not numbers in rows and columns, one row for each example."""


class NotProbabilities(MeasureError):
    """What is given as a source's answers are no probabilities."""


class TooFewPictures(MeasureError):
    """A class has too few pictures for the shots, folds or values asked for."""


class NotPaired(MeasureError):
    """Two results were not measured on the same pictures in the same way."""


class UnknownShots(MeasureError):
    """A curve was not measured at the number of shots asked for."""


def check_examples(X, y) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return X and y as arrays, with the classes and how many examples each has, or raise what is wrong."""
    X, y = _rows(X), np.asarray(y)
    if X.ndim == 0:
        raise LengthMismatch("X is a single value; give an array with one row for each example.")
    if y.ndim != 1 or X.shape[0] != len(y):
        raise LengthMismatch(
            f"X has {X.shape[0]} examples and y has shape {y.shape}; give one label for each example."
        )
    if len(y) == 0:
        raise TooFewPictures("X and y are empty; give examples of at least two classes.")
    numbers = X.data if sparse.issparse(X) else X
    if np.issubdtype(X.dtype, np.floating) and not np.isfinite(numbers).all():
        dense = X.toarray() if sparse.issparse(X) else X
        bad = int((~np.isfinite(dense.reshape(len(y), -1))).any(axis=1).sum())
        raise NotFinite(f"{bad} of {len(y)} rows of X contain NaN or infinity; leave them out or mend them.")
    classes, counts = np.unique(y, return_counts=True)
    if len(classes) < 2:
        raise OneClass(f"All {len(y)} labels are of {len(classes)} class; give examples of at least two.")
    return X, y, classes, counts


def _rows(X):
    """Return X as an array that can be indexed by row; texts as objects, a sparse matrix as it is."""
    if sparse.issparse(X):
        return X.tocsr()
    if isinstance(X, list | tuple) and X and isinstance(X[0], str):
        # An array of strings gives each the room of the longest.
        return np.array(X, dtype=object)
    return np.asarray(X)
