"""Results over two settings at once."""

from collections.abc import Mapping

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from tlcourse.measure import Score
from tlcourse.plots.curves import _check
from tlcourse.plots.style import INK, luminance, styled


@styled
def heat_map(
    results: Mapping[tuple[str, str], Score], xlabel: str, ylabel: str, ax: Axes | None = None
) -> Axes:
    """Draw a score for each pair of settings as a coloured cell, with its mean and interval written in it.

    Parameters
    ----------
    results : mapping of (str, str) to measure.Score
        Row and column of each cell; rows from top to bottom and columns from left to right in the order in
        which they first come. A pair that is not there stays blank.
    xlabel, ylabel : str
        What columns and rows are.
    ax : matplotlib Axes, optional
        Where to draw; a new figure when left out.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> from tlcourse import measure, plots
    >>> ax = plots.heat_map({("head", "0.001"): measure.interval([0.8, 0.9])}, "rate", "trained")
    >>> ax.get_ylabel()
    'trained'
    """
    _check(results, Score, "heat_map", "score")
    rows, columns = (list(dict.fromkeys(key[axis] for key in results)) for axis in (0, 1))
    means = np.full((len(rows), len(columns)), np.nan)
    for (row, column), score in results.items():
        means[rows.index(row), columns.index(column)] = score.mean
    ax = ax or plt.subplots(figsize=(min(9, 2.5 + 1.5 * len(columns)), 1.2 + 0.7 * len(rows)))[1]
    shades = ax.pcolormesh(means, cmap="cividis", edgecolor="white", linewidth=2)
    for (row, column), score in results.items():
        y, x = rows.index(row), columns.index(column)
        dark = luminance(shades.cmap(shades.norm(score.mean))[:3]) < 0.3
        mean, ends = str(score).split(" ", maxsplit=1)
        look = {"ha": "center", "color": "white" if dark else INK}
        ax.text(x + 0.5, y + 0.5, mean, va="bottom", weight="bold", **look)
        ax.text(x + 0.5, y + 0.54, ends, va="top", fontsize=9, **look)
    ax.set_xticks(np.arange(len(columns)) + 0.5, columns)
    ax.set_yticks(np.arange(len(rows)) + 0.5, rows)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.invert_yaxis()
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    return ax
