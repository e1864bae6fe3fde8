"""The three benefits of transfer, drawn from measured learning curves."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from tlcourse.measure import Benefits, Score, interval
from tlcourse.plots.curves import _accuracy, _axes, _label_ends
from tlcourse.plots.style import INK, MUTED, ROLES, ink, styled


@styled
def benefits(gain: Benefits, ax: Axes | None = None) -> Axes:
    """Draw accuracy against passes over the data, from scratch and with transfer, and where they differ.

    Parameters
    ----------
    gain : measure.Benefits
        From `measure.benefits`.
    ax : matplotlib Axes, optional
        Where to draw; a new figure when left out.

    Returns
    -------
    matplotlib Axes
        The mean over seeds with its interval after each pass, and the differences: at the start, in slope,
        and over the last fifth of the passes. From chance to the first pass, where nothing was measured, the
        lines are dotted.

    Examples
    --------
    >>> from tlcourse import measure, plots
    >>> low = [{"val_accuracy": [0.1, 0.2, 0.3], "seconds": [1, 2, 3]}] * 2
    >>> high = [{"val_accuracy": [0.5, 0.7, 0.8], "seconds": [1, 2, 3]}] * 2
    >>> plots.benefits(measure.benefits(low, high, chance=0.1)).get_xlabel()
    'passes over the training pictures'
    """
    if not isinstance(gain, Benefits):
        raise TypeError(
            f"plots.benefits draws what measure.benefits returns, but got a {type(gain).__name__}."
        )
    ax = _axes(ax)
    passes = np.arange(1, gain.transfer.shape[1] + 1)
    ends, last = [], passes[-1]
    for name, curves, look in (
        ("with transfer", gain.transfer, ROLES["ImageNet features"]),
        ("from scratch", gain.scratch, ROLES["from scratch"]),
    ):
        points = [interval(column) for column in curves.T]
        mean, low, high = np.array([*map(_ends, points)]).T
        every = max(1, last // 6)
        ax.plot(passes, mean, color=look.colour, marker=look.marker, markevery=(every - 1, every))
        ax.plot((0, 1), (gain.chance, mean[0]), color=look.colour, linestyle=":")
        ax.fill_between(passes, low, high, color=look.colour, alpha=0.18, linewidth=0)
        ends.append((name, last, mean[-1], ink(look.colour)))
    fifth = max(1, last // 5)
    for at, side, share, columns, what in (
        (1, 1, 0.94, slice(1), "start"),
        (last - (fifth - 1) / 2, -1, 0.5, slice(-fifth, None), "asymptote"),
    ):
        low, high = gain.scratch[:, columns].mean(), gain.transfer[:, columns].mean()
        reach = {"arrowstyle": "<->", "color": INK, "shrinkA": 4, "shrinkB": 4}
        ax.annotate("", (at, high), (at, low), arrowprops=reach)
        where = (at, low + share * (high - low)), (8 * side, 0)
        words = _words(what, getattr(gain, what))
        ax.annotate(
            words, *where, textcoords="offset points", va="center", ha="left" if side > 0 else "right"
        )
    middle = (gain.chance + gain.transfer[:, 0].mean()) / 2
    # Straight up from where the words begin, left of the arrow of the start.
    pointer = {"arrowstyle": "->", "color": MUTED, "relpos": (0, 1)}
    words = f"{_words('slope', gain.slope)} per pass"
    ax.annotate(words, (0.5, middle), (0.5, gain.chance / 2), va="center", arrowprops=pointer)
    ax.axhline(gain.chance, color=MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    ends.append((f"majority class ({gain.chance:.2f})", last, gain.chance, MUTED))
    ax.set(xlim=(0, last), xlabel="passes over the training pictures")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    _accuracy(ax)
    _label_ends(ax, ends)
    return ax


def _words(what: str, score: Score) -> str:
    return f"{'higher' if score.mean > 0 else 'lower'} {what}: {score}"


def _ends(score: Score) -> tuple[float, float, float]:
    """Return mean and interval; where all runs agree there is none to draw."""
    return score.mean, *(score.mean if np.isnan(end) else end for end in (score.low, score.high))
