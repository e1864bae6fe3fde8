"""Which of two is better, asked picture by picture or repeat by repeat."""

from tlcourse.measure.curves import Curve
from tlcourse.measure.errors import NotPaired, UnknownShots
from tlcourse.measure.score import Score, interval
from tlcourse.measure.validation import CrossValidation


def paired_difference(a, b, shots: int | None = None) -> Score:
    """Subtract two results measured on the same pictures, with an interval of the difference.

    Pairing removes what both share, an easy held-out part or a lucky draw of examples, so a difference can be
    certain where the two scores' own intervals overlap.

    Parameters
    ----------
    a, b : CrossValidation or Curve
        Two of one kind, made with the same labels, seed and settings.
    shots : int, optional
        Where to compare two curves; not for cross-validations.

    Returns
    -------
    Score
        The mean of a − b, positive where a is better. The interval resamples pictures between
        cross-validations and repeats between curves; it covers no more than theirs do.

    Examples
    --------
    >>> import numpy as np
    >>> from tlcourse.measure import cross_validate
    >>> y = np.repeat([0, 1], 20)
    >>> noise = np.random.default_rng(0).normal(size=(40, 2))
    >>> paired_difference(cross_validate(noise + 2 * y[:, None], y), cross_validate(noise, y)).mean > 0.2
    True
    """
    if type(a) is not type(b) or not isinstance(a, Curve | CrossValidation):
        raise NotPaired(
            f"Given {type(a).__name__} and {type(b).__name__}; give two of Curve or two of CrossValidation."
        )
    if not a.pairing or a.pairing != b.pairing:
        raise NotPaired(
            "The two were measured on other pictures or draws; give both the same y, seed and settings."
        )
    if isinstance(a, CrossValidation):
        if shots is not None:
            raise UnknownShots(f"Cross-validations have no shots, and shots is {shots}; leave it out.")
        return interval(a.correct.astype(float) - b.correct)
    if shots is None:
        raise UnknownShots(f"Say at how many shots to compare the curves; choose from {list(a.shots)}.")
    return interval(a.at(shots).values - b.at(shots).values)
