"""The three benefits of transfer, read off learning curves: higher start, higher slope, higher asymptote."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from tlcourse.measure.curves import Curve
from tlcourse.measure.errors import MeasureError, NotPaired
from tlcourse.measure.score import Score, interval


@dataclass(frozen=True, repr=False, eq=False)
class Benefits:
    """What transfer gains over training from scratch, made by `benefits`.

    Attributes
    ----------
    start, slope, asymptote : Score
        Transfer minus scratch, one value for each seed: in accuracy, and for the slope in accuracy a pass.
    scratch, transfer : array of shape (seeds, passes)
        The validation accuracy after each pass, read-only.
    scratch_seconds, transfer_seconds : array of shape (seeds, passes)
        When each pass had ended, in seconds since the run began, read-only.
    chance : float
        The accuracy of a constant guess.
    """

    start: Score
    slope: Score
    asymptote: Score
    scratch: np.ndarray
    transfer: np.ndarray
    scratch_seconds: np.ndarray
    transfer_seconds: np.ndarray
    chance: float

    def time_to(self, accuracy: float) -> tuple[Score, Score]:
        """Return how many seconds scratch and transfer took until they first had this accuracy.

        Raises
        ------
        MeasureError
            If a run never had it.
        """
        return tuple(
            interval(seconds[np.arange(len(curves)), _first(curves, accuracy)])
            for curves, seconds in (
                (self.scratch, self.scratch_seconds),
                (self.transfer, self.transfer_seconds),
            )
        )

    def __repr__(self) -> str:
        return (
            f"transfer minus scratch over {len(self.scratch)} seeds: start {self.start},"
            f" slope {self.slope} a pass, asymptote {self.asymptote}"
        )

    def _repr_html_(self) -> str:
        return f"<span>{escape(repr(self))}</span>"


def benefits(scratch: Sequence, transfer: Sequence, chance: float) -> Benefits:
    """Compute the three benefits from the validation accuracy after each pass over the training examples.

    The *start* is the accuracy after the first pass: before it, both guess, for the head of a transferred
    network is new too. The *asymptote* is the mean of the last fifth of the passes. The *slope*
    is the gain a pass from chance until half of the way to the asymptote is made.

    Parameters
    ----------
    scratch, transfer : sequence of history
        One run for each seed, with the same seeds and the same number of passes: a mapping with
        "val_accuracy" and "seconds", or an object whose `.history` is one.
    chance : float
        The accuracy of the best constant guess, from which the slope is counted.

    Returns
    -------
    Benefits
        Its intervals resample seeds.

    Raises
    ------
    NotPaired
        If the numbers of runs or passes differ.

    References
    ----------
    Torrey and Shavlik, *Transfer Learning*, in Handbook of Research on Machine Learning Applications, 2010.

    Examples
    --------
    >>> low = [{"val_accuracy": [0.1, 0.2, 0.3, 0.4, 0.4], "seconds": [1, 2, 3, 4, 5]}] * 2
    >>> high = [{"val_accuracy": [0.5, 0.8, 0.8, 0.8, 0.8], "seconds": [1, 2, 3, 4, 5]}] * 2
    >>> gain = benefits(low, high, chance=0.1)
    >>> round(gain.start.mean, 2), round(gain.slope.mean, 2), round(gain.asymptote.mean, 2)
    (0.4, 0.33, 0.4)
    """
    runs = [[getattr(run, "history", run) for run in arm] for arm in (scratch, transfer)]
    lengths = [{len(run["val_accuracy"]) for run in arm} for arm in runs]
    if len(runs[0]) != len(runs[1]) or not runs[0] or lengths[0] != lengths[1] or len(lengths[0]) != 1:
        raise NotPaired(
            f"Got {len(runs[0])} runs from scratch and {len(runs[1])} with transfer, of"
            f" {sorted(lengths[0] | lengths[1])} passes; give as many of each, all with the same number."
        )
    curves, seconds = (
        [np.array([run[key] for run in arm], np.float64) for arm in runs]
        for key in ("val_accuracy", "seconds")
    )
    for array in (*curves, *seconds):
        array.setflags(write=False)
    parts = zip(*(_parts(arm, chance) for arm in curves), strict=True)
    return Benefits(*(interval(with_it - without) for without, with_it in parts), *curves, *seconds, chance)


def labels_saved(scratch: Curve, transfer: Curve) -> dict[int, float]:
    """Read off two few-shot curves how many labels a class transfer needs for what scratch reaches.

    Parameters
    ----------
    scratch, transfer : Curve
        From `few_shot_curve`, with the same draws.

    Returns
    -------
    dict of int to float
        For each number of shots of `scratch`, the number at which the mean of `transfer` is as high: on a
        straight line between points over the logarithm of the shots. Where even its first point is higher,
        that point's number of shots, an upper bound; infinity where it never is as high.

    Examples
    --------
    >>> scratch = Curve((1, 10), np.array([[0.2, 0.5]]), 0.1)
    >>> labels_saved(scratch, Curve((1, 10), np.array([[0.5, 0.8]]), 0.1))
    {1: 1.0, 10: 1.0}
    """
    shots, means = np.array(transfer.shots, float), transfer.values.mean(axis=0)
    needed = {}
    for shot, accuracy in zip(scratch.shots, scratch.values.mean(axis=0), strict=True):
        above = np.flatnonzero(means >= accuracy)
        if not len(above):
            needed[shot] = float("inf")
        elif above[0] == 0:
            needed[shot] = float(shots[0])
        else:
            ends = slice(above[0] - 1, above[0] + 1)
            needed[shot] = float(np.exp(np.interp(accuracy, means[ends], np.log(shots[ends]))))
    return needed


def _parts(curves: np.ndarray, chance: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return start, slope and asymptote of each run."""
    runs, passes = curves.shape
    asymptote = curves[:, -max(1, passes // 5) :].mean(axis=1)
    halfway = np.array(
        [_first(curve[None], half)[0] for curve, half in zip(curves, (chance + asymptote) / 2, strict=True)]
    )
    return curves[:, 0], (curves[np.arange(runs), halfway] - chance) / (halfway + 1), asymptote


def _first(curves: np.ndarray, accuracy: float) -> np.ndarray:
    """Return, for each run, the first pass after which it had this accuracy, counted from 0."""
    reached = curves >= accuracy
    if not reached.any(axis=1).all():
        raise MeasureError(
            f"{(~reached.any(axis=1)).sum()} of {len(curves)} runs never had an accuracy of {accuracy:.2f};"
            " ask for a lower one."
        )
    return reached.argmax(axis=1)
