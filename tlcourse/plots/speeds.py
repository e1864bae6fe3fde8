"""How much faster the same work is done in other ways."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from tlcourse.measure import Score
from tlcourse.plots.curves import _axes, _check, _points
from tlcourse.plots.style import MUTED, roles, styled


@styled
def speed_ups(
    results: Mapping[str, Mapping[int, Score]], xlabel: str, ideal: float = 2, ax: Axes | None = None
) -> Axes:
    """Draw how many times as fast some ways are as one that is not drawn, against the amount of work.

    Ways are set slightly apart sideways, so that no interval hides another.

    Parameters
    ----------
    results : mapping of str to mapping of int to measure.Score
        For each way and amount, how many times as fast it was.
    xlabel : str
        What the amounts count.
    ideal : float
        What would be reached if nothing were lost.
    ax : matplotlib Axes, optional
        Where to draw; a new figure when left out.

    Returns
    -------
    matplotlib Axes
        The ratios, with lines where nothing is gained and where nothing is lost, against the amounts, which
        are the ticks of a logarithmic scale.

    Examples
    --------
    >>> from tlcourse import measure, plots
    >>> gain = measure.interval([1.4, 1.5, 1.7])
    >>> plots.speed_ups({"two workers": {16: gain, 64: gain}}, "pictures in a batch").get_ylabel()
    'times as fast as one core'
    """
    _check(results, Mapping, "speed_ups", "{16: score}")
    ax = _axes(ax)
    amounts = sorted({amount for gains in results.values() for amount in gains})
    looks = roles(results)
    for place, (name, gains) in enumerate(results.items()):
        sideways = (amounts[-1] / amounts[0]) ** (0.015 * (place - (len(results) - 1) / 2))
        _points(ax, np.array([*gains]) * sideways, gains.values(), looks[name], name)
    for height, words in ((1, "nothing gained"), (ideal, "nothing lost")):
        ax.axhline(height, color=MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
        ax.annotate(
            words, (1, height), (-3, 3), ("axes fraction", "data"), "offset points", color=MUTED, ha="right"
        )
    highest = max(
        np.nanmax([score.mean, score.high]) for gains in results.values() for score in gains.values()
    )
    margin = (amounts[-1] / amounts[0]) ** 0.08 if len(amounts) > 1 else 1.5
    ax.set(xscale="log", xlim=(amounts[0] / margin, amounts[-1] * margin), xlabel=f"{xlabel} (log scale)")
    ax.set(ylim=(0, max(highest, ideal) * 1.15), ylabel="times as fast as one core")
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xticks(amounts, [f"{amount:,}" for amount in amounts])
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.17), frameon=False)
    return ax
