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
        The mean over seeds with its interval at each pass, the difference at the start and at the end, and
        the slope of each in dots.

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
    passes = np.arange(gain.transfer.shape[1] + 1)
    ends, last = [], passes[-1]
    for name, curves, look in (
        ("with transfer", gain.transfer, ROLES["ImageNet features"]),
        ("from scratch", gain.scratch, ROLES["from scratch"]),
    ):
        points = [interval(column) for column in curves.T]
        mean, low, high = np.array([(gain.chance, gain.chance, gain.chance), *map(_ends, points)]).T
        ax.plot(passes, mean, color=look.colour, marker=look.marker, markevery=max(1, last // 6))
        ax.fill_between(passes, low, high, color=look.colour, alpha=0.18, linewidth=0)
        ends.append((name, last, mean[-1], ink(look.colour)))
    for at, side, share, what in ((1, 1, 0.94, "start"), (last, -1, 0.5, "asymptote")):
        low, high = gain.scratch[:, at - 1].mean(), gain.transfer[:, at - 1].mean()
        reach = {"arrowstyle": "<->", "color": INK, "shrinkA": 4, "shrinkB": 4}
        ax.annotate("", (at, high), (at, low), arrowprops=reach)
        where = (at, low + share * (high - low)), (8 * side, 0)
        words = _words(what, getattr(gain, what))
        ax.annotate(
            words, *where, textcoords="offset points", va="center", ha="left" if side > 0 else "right"
        )
    middle = (gain.chance + gain.transfer[:, 0].mean()) / 2
    pointer = {"arrowstyle": "->", "color": MUTED}
    words = f"{_words('slope', gain.slope)} a pass"
    ax.annotate(words, (0.5, middle), (24, -70), textcoords="offset points", arrowprops=pointer)
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
