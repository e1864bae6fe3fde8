"""Methods against each other on several tasks."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from tlcourse.measure import CrossValidation, Score
from tlcourse.plots.curves import _accuracy, _axes, _unwrapped
from tlcourse.plots.style import INK, roles, styled


@styled
def bars(results: Mapping[str, Mapping[str, Score | CrossValidation]], ax: Axes | None = None) -> Axes:
    """Draw a group of bars for each task, one for each method, with its interval.

    Parameters
    ----------
    results : mapping of str to mapping of str to measure.Score or measure.CrossValidation
        For each task, what each method reached; a method may be missing on a task.
    ax : matplotlib Axes, optional
        Where to draw; a new figure when left out.

    Returns
    -------
    matplotlib Axes
        Accuracy from 0 to 1 against the tasks, from left to right as given.

    Examples
    --------
    >>> from tlcourse import measure, plots
    >>> ax = plots.bars({"stamps": {"pixels": measure.interval([0.4, 0.5])}})
    >>> [tick.get_text() for tick in ax.get_xticklabels()]
    ['stamps']
    """
    if not isinstance(results, Mapping) or not results:
        raise TypeError('plots.bars draws a dictionary such as {"stamps": {"pixels": score}}: give it one.')
    tasks = {task: _unwrapped(methods, "score", Score, "bars") for task, methods in results.items()}
    looks = roles(dict.fromkeys(name for methods in tasks.values() for name in methods))
    ax = _axes(ax)
    width = 0.8 / len(looks)
    for place, (name, look) in enumerate(looks.items()):
        at = [index for index, methods in enumerate(tasks.values()) if name in methods]
        scores = [methods[name] for methods in tasks.values() if name in methods]
        mean, low, high = np.array([(score.mean, score.low, score.high) for score in scores]).T
        x = np.array(at) + (place - (len(looks) - 1) / 2) * width
        error = np.nan_to_num(np.maximum(0, (mean - low, high - mean)))
        ax.bar(x, mean, 0.9 * width, yerr=error, color=look.colour, ecolor=INK, label=name)
    ax.set_xticks(range(len(tasks)), tasks)
    ax.tick_params(axis="x", length=0)
    _accuracy(ax)
    ax.figure.legend(loc="outside upper center", ncols=min(4, len(looks)), fontsize=10)
    return ax
