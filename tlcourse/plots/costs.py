"""What accuracy costs: results against the time, memory or labels that they took."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator
from matplotlib.transforms import Bbox

from tlcourse.measure import CrossValidation, Score
from tlcourse.plots.curves import _axes, _check, _points
from tlcourse.plots.style import MUTED, ink, roles, styled

# Where a name may stand: the directions from its point, the best first, and how far, in points.
_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
_DISTANCES = (10, 18, 30, 44, 60, 80)
# Beyond this distance a line leads from the name to its point.
_NEAR = 20


@styled
def cost(
    results: Mapping[str, tuple[Score | CrossValidation, float]], xlabel: str, ax: Axes | None = None
) -> Axes:
    """Draw accuracy against what it costs, with the results that no cheaper one reaches joined by a line.

    That line is the Pareto front: what lies on it is the cheapest way to its accuracy, and for what lies
    below it there is something as cheap and more accurate.

    Parameters
    ----------
    results : mapping of str to (measure.Score or measure.CrossValidation, float)
        The methods, each with its result and its cost, a number above nought.
    xlabel : str
        What the cost is, with its unit.
    ax : matplotlib Axes, optional
        Where to draw; a new figure when left out.

    Returns
    -------
    matplotlib Axes
        Accuracy with its interval, in the range that the results take up, against cost on a logarithmic
        scale; each point bears its name.

    Examples
    --------
    >>> from tlcourse import measure, plots
    >>> cheap, dear = measure.interval([0.5, 0.6]), measure.interval([0.8, 0.9])
    >>> ax = plots.cost({"pixels": (cheap, 0.1), "ImageNet features": (dear, 9.5)}, "seconds")
    >>> ax.get_xlabel()
    'seconds (log scale)'
    """
    scores, costs = _divided(results)
    ax = _axes(ax)
    looks = roles(results)
    for name, score in scores.items():
        _points(ax, [costs[name]], [score], looks[name], name)
    _limits(ax, scores, costs)
    ax.set(xlabel=f"{xlabel} (log scale)", ylabel="accuracy")
    front = _front(ax, scores, costs)
    _name_points(ax, scores, costs, front, {name: ink(look.colour) for name, look in looks.items()})
    return ax


def _divided(results) -> tuple[dict[str, Score], dict[str, float]]:
    """Return the scores and the costs, or raise what is wrong with them."""
    _check(results, tuple, "cost", "(score, cost)")
    scores, costs = {}, {}
    for name, pair in results.items():
        if len(pair) != 2:
            raise ValueError(f"plots.cost takes a score and a cost for {name!r}, but got {len(pair)} values.")
        score, amount = getattr(pair[0], "score", pair[0]), pair[1]
        if not isinstance(score, Score):
            raise TypeError(
                f"plots.cost got a {type(score).__name__} as the result of {name!r}: give a score or a "
                "cross-validation."
            )
        if not isinstance(amount, int | float | np.number):
            raise TypeError(
                f"plots.cost got a {type(amount).__name__} as the cost of {name!r}: give a number."
            )
        if not (np.isfinite(amount) and amount > 0):
            raise ValueError(
                f"plots.cost got {amount} as the cost of {name!r}: a logarithmic scale takes numbers above 0."
            )
        scores[name], costs[name] = score, float(amount)
    return scores, costs


def _limits(ax: Axes, scores: Mapping[str, Score], costs: Mapping[str, float]) -> None:
    # A score whose interval is undefined has NaN for its ends.
    ends = [value for score in scores.values() for value in (score.mean, score.low, score.high)]
    low, high = np.nanmin(ends), np.nanmax(ends)
    room = max(0.3 * (high - low), 0.05)
    cheapest, dearest = min(costs.values()), max(costs.values())
    margin = max((dearest / cheapest) ** 0.15, 1.5)
    decades = np.log10(dearest / cheapest * margin**2)
    start = cheapest / margin
    if decades > 2.5:  # Only powers of ten are labelled then: one must stand left of the cheapest.
        start = min(start, 10.0 ** np.floor(np.log10(cheapest)) / 1.05)
    ax.set(
        xscale="log",
        xlim=(start, dearest * margin),
        ylim=(max(0, low - room), min(1.02, high + room)),
    )
    ax.xaxis.set_major_locator(LogLocator(subs=(1,) if decades > 2.5 else (1, 2, 5)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_locator(MaxNLocator(6, steps=(1, 2, 5, 10)))


def _front(ax: Axes, scores: Mapping[str, Score], costs: Mapping[str, float]) -> np.ndarray:
    """Draw the Pareto front, and return the corners of its steps."""
    at, reached = [], []
    for name in sorted(scores, key=lambda name: (costs[name], -scores[name].mean)):
        if not reached or scores[name].mean > reached[-1]:
            # Level until something better, then up.
            at += [costs[name], costs[name]]
            reached += [reached[-1] if reached else scores[name].mean, scores[name].mean]
    corners = np.array([*zip(at, reached, strict=True), (ax.get_xlim()[1], reached[-1])])[1:]
    ax.plot(*corners.T, color=MUTED, linewidth=1, alpha=0.5, zorder=1, label="Pareto front")
    return corners


def _name_points(ax: Axes, scores, costs, front: np.ndarray, colours) -> None:
    """Write each name beside its point, where it covers no other name, point or interval."""
    # Only a figure that has been laid out knows where its points are.
    ax.figure.draw_without_rendering()
    pixel = ax.figure.dpi / 72
    reach = 5 * pixel
    steps = pairwise(ax.transData.transform(front))
    lines = [Bbox([np.minimum(a, b) - pixel, np.maximum(a, b) + pixel]) for a, b in steps]
    points, sizes, covered = {}, {}, []
    for name, score in scores.items():
        ends = np.nan_to_num((score.low, score.mean, score.high), nan=score.mean)
        (x, low), (_, y), (_, high) = ax.transData.transform([(costs[name], end) for end in ends])
        points[name] = np.array([x, y])
        covered.append(Bbox([[x - reach, min(low, y - reach)], [x + reach, max(high, y + reach)]]))
        draft = ax.text(0, 0, name)
        sizes[name] = np.array(draft.get_window_extent().size) + 2 * pixel
        draft.remove()
    placed: dict[str, tuple[np.ndarray, float, Bbox]] = {}
    # A name placed late may find a better place for an early one taken: go round once more.
    for name in [*scores, *scores]:
        taken = covered + [box for other, (_, _, box) in placed.items() if other != name]
        placed[name] = min(
            _places(points[name], sizes[name], pixel),
            key=lambda place, taken=taken: _badness(*place[1:], taken, lines, ax.bbox),
        )
    for name, (shift, distance, _) in placed.items():
        leader = {"arrowstyle": "-", "color": colours[name], "linewidth": 0.7, "shrinkA": 1, "shrinkB": 5}
        ax.annotate(
            name,
            (costs[name], scores[name].mean),
            tuple(shift / pixel),
            textcoords="offset points",
            color=colours[name],
            ha="center",
            va="center",
            annotation_clip=False,
            arrowprops=leader if distance > _NEAR else None,
        )


def _places(point, size, pixel):
    """Yield the places for a name: the way to its centre, the distance in points, and the box it fills."""
    for distance in _DISTANCES:
        for side in _SIDES:
            shift = np.array(side) * (distance * pixel + size / 2)
            yield shift, distance, Bbox([point + shift - size / 2, point + shift + size / 2])


def _badness(distance: float, box: Bbox, taken: list[Bbox], lines: list[Bbox], inside: Bbox) -> float:
    """Weigh what a name covers, in square pixels, against how far it is from its point."""
    outside = box.width * box.height - _overlap(box, inside)
    covers = outside + sum(_overlap(box, other) for other in taken)
    # A faint line behind a name is a lesser evil than a name far away, or one across another.
    return 100 * covers + sum(_overlap(box, line) for line in lines) + 3 * distance


def _overlap(a: Bbox, b: Bbox) -> float:
    shared = Bbox.intersection(a, b)
    return 0.0 if shared is None else shared.width * shared.height
