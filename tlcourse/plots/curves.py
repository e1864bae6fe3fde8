"""Measured results with their intervals: few-shot curves, scores, depth of cut; and training curves."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, MultipleLocator, NullLocator
from scipy.optimize import isotonic_regression

from tlcourse.measure import CrossValidation, Curve, Score
from tlcourse.plots.style import FALLBACK, MUTED, ROLES, Role, ink, roles, styled


@styled
def few_shot(curves: Mapping[str, Curve], ax: Axes | None = None) -> Axes:
    """Draw accuracy against the number of labelled examples per class, one line for each method.

    Lines are set slightly apart sideways, so that no interval hides another.

    Parameters
    ----------
    curves : mapping of str to measure.Curve
        The methods and what `measure.few_shot_curve` found for them.
    ax : matplotlib Axes, optional
        Where to draw; a new figure when left out. The names stand to its right: a figure with
        layout="constrained" makes room for them.

    Returns
    -------
    matplotlib Axes
        Accuracy from 0 to 1 against the shots, which are the ticks of a logarithmic scale.

    Examples
    --------
    >>> import numpy as np
    >>> from tlcourse import measure, plots
    >>> curve = measure.Curve((1, 5), np.array([[0.4, 0.7], [0.5, 0.8]]), chance=0.125, pairing=())
    >>> plots.few_shot({"ImageNet features": curve}).get_ylabel()
    'accuracy'
    """
    _check(curves, Curve, "few_shot", "curve")
    ax = _axes(ax)
    shots = sorted({shot for curve in curves.values() for shot in curve.shots})
    margin = (shots[-1] / shots[0]) ** 0.06 if len(shots) > 1 else 1.5
    low, high = shots[0] / margin, shots[-1] * margin
    looks = roles(curves)
    ends = []
    for place, (name, curve) in enumerate(curves.items()):
        sideways = (high / low) ** (0.011 * (place - (len(curves) - 1) / 2))
        points = curve.scores
        _points(ax, np.array(curve.shots) * sideways, points, looks[name], name)
        ends.append((name, curve.shots[-1] * sideways, points[-1].mean, ink(looks[name].colour)))
    for chance in sorted({round(curve.chance, 3) for curve in curves.values()}):
        ax.axhline(chance, color=MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
        ends.append((f"majority class ({chance:.2f})", high, chance, MUTED))
    ax.set(xscale="log", xlim=(low, high), xlabel="labelled examples per class (log scale)")
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xticks(shots, [f"{shot:g}" for shot in shots])
    _accuracy(ax)
    _label_ends(ax, ends)
    return ax


@styled
def layers(
    results: Mapping[str, Score | CrossValidation],
    baselines: Mapping[str, Score | CrossValidation] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw accuracy against the depth at which a network is cut, with baselines as horizontal bands.

    Parameters
    ----------
    results : mapping of str to measure.Score or measure.CrossValidation
        One result for each layer, from shallow to deep.
    baselines : mapping of str to measure.Score or measure.CrossValidation, optional
        Results that do not depend on the layer, each drawn as its mean and a band for its interval.
    ax : matplotlib Axes, optional
        Where to draw; a new figure when left out.

    Returns
    -------
    matplotlib Axes
        Accuracy from 0 to 1 against the layers.

    Examples
    --------
    >>> from tlcourse import measure, plots
    >>> ax = plots.layers({"stem": measure.interval([0.5, 0.6]), "head": measure.interval([0.8, 0.9])})
    >>> [tick.get_text() for tick in ax.get_xticklabels()]
    ['stem', 'head']
    """
    results = _unwrapped(results, "score", Score, "layers")
    baselines = _unwrapped(baselines, "score", Score, "layers") if baselines else {}
    ax = _axes(ax)
    _points(ax, np.arange(len(results)), results.values(), ROLES["ImageNet features"], "cut here")
    edge = len(results) - 0.6
    looks = roles(baselines)
    ends = []
    for name, score in baselines.items():
        ax.axhspan(score.low, score.high, color=looks[name].colour, alpha=0.14, linewidth=0)
        ax.axhline(score.mean, color=looks[name].colour, linewidth=1.2)
        ends.append((name, edge, score.mean, ink(looks[name].colour)))
    ax.set(xlim=(-0.4, edge), xlabel="network cut after layer (shallow to deep)")
    ax.set_xticks(range(len(results)), results, rotation=40, ha="right", rotation_mode="anchor")
    _accuracy(ax)
    _label_ends(ax, ends)
    return ax


@styled
def scores(results: Mapping[str, Score | CrossValidation], ax: Axes | None = None) -> Axes:
    """Draw one dot with its interval for each result, and print the numbers beside it.

    Parameters
    ----------
    results : mapping of str to measure.Score or measure.CrossValidation
        The results, from top to bottom. Differences, which may be negative, get a line at nought.
    ax : matplotlib Axes, optional
        Where to draw; a new figure when left out.

    Returns
    -------
    matplotlib Axes
        The results, one below another, against accuracy.

    Examples
    --------
    >>> from tlcourse import measure, plots
    >>> ax = plots.scores({"pixels": measure.interval([0.4, 0.5, 0.45])})
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['pixels']
    """
    results = _unwrapped(results, "score", Score, "scores")
    ax = _axes(ax, height=1.1 + 0.42 * len(results))
    # Names that are no methods, such as those of classes, have nothing to say by a colour: they share one.
    methods = any(known in name for name in results for known in ROLES)
    looks = roles(results) if methods else dict.fromkeys(results, FALLBACK[0])
    beside = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center"}
    for row, (name, score) in enumerate(results.items()):
        _points(ax, [row], [score], looks[name], name, across=True)
        mean, ends = str(score).replace("-", "−").split(" ", maxsplit=1)
        ax.annotate(mean, (1, row), (12, 0), weight="bold", **beside)
        ax.annotate(ends, (1, row), (54, 0), color=MUTED, **beside)
    # A score whose interval is undefined has NaN for its ends.
    low = np.nanmin([(score.mean, score.low) for score in results.values()])
    high = np.nanmax([(score.mean, score.high) for score in results.values()])
    ax.set(xlim=(0, 1.02), ylim=(len(results) - 0.4, -0.6), xlabel="accuracy")
    if low < 0:
        ax.set(xlim=(1.1 * low, 1.1 * max(high, -0.1 * low)), xlabel="difference in accuracy")
        ax.axvline(0, color=MUTED, linewidth=1, zorder=1)
    ax.set_yticks(range(len(results)), results, fontsize=11)
    ax.grid(axis="x")
    ax.spines.left.set_visible(False)
    return ax


@styled
def learning(histories: Mapping[str, Any]) -> np.ndarray:
    """Draw loss and accuracy against the epoch: training solid, validation dashed.

    Parameters
    ----------
    histories : mapping of str to history
        For each run, what Keras recorded: a mapping with "loss", "accuracy" and, where there was a validation
        set, "val_loss" and "val_accuracy"; or an object whose `.history` is one.

    Returns
    -------
    numpy.ndarray of matplotlib Axes
        The loss on the left, the accuracy on the right.

    Examples
    --------
    >>> from tlcourse import plots
    >>> left, right = plots.learning({"from scratch": {"loss": [2.0, 1.5], "accuracy": [0.2, 0.4]}})
    >>> right.get_xlabel()
    'epoch'
    """
    histories = _unwrapped(histories, "history", Mapping, "learning")
    for name, history in histories.items():
        if missing := sorted({"loss", "accuracy"} - history.keys()):
            raise ValueError(
                f"The history of {name!r} has no {' and no '.join(missing)}: fit a model compiled with "
                'metrics=["accuracy"].'
            )
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6))
    looks = roles(histories)
    for ax, quantity in zip(axes, ("loss", "accuracy"), strict=True):
        for name, history in histories.items():
            colour, marker = looks[name]
            for key, dashes, part in ((quantity, "-", "training"), (f"val_{quantity}", "--", "validation")):
                if key in history:
                    count = len(history[key])
                    look = {"color": colour, "marker": marker, "markersize": 6, "markevery": 1 + count // 8}
                    ax.plot(range(1, count + 1), history[key], dashes, label=f"{name}, {part}", **look)
        ax.set(xlabel="epoch", ylabel=quantity)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes[0].set(ylim=(0, None), ylabel="loss (cross-entropy)")
    _accuracy(axes[1])
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside upper center", ncols=min(4, len(labels)), fontsize=10, handlelength=1.6
    )
    return axes


def _check(results: Mapping, kind: type, function: str, what: str) -> None:
    """Refuse what a function cannot draw, before it opens a figure."""
    wanted = f'plots.{function} draws a dictionary such as {{"pixels": {what}}}'
    if not isinstance(results, Mapping):
        raise TypeError(f"{wanted}, but got a {type(results).__name__}: give each {what} a name.")
    if not results:
        raise ValueError(f"{wanted}, but got an empty one: give at least one {what}.")
    for name, result in results.items():
        if not isinstance(result, kind):
            raise TypeError(f"{wanted}, but got a {type(result).__name__} for {name!r}: give a {what}.")


def _unwrapped(results: Mapping, attribute: str, kind: type, function: str) -> dict[str, Any]:
    """Take each result for what it is, or for the attribute that holds it."""
    if isinstance(results, Mapping):
        results = {name: getattr(result, attribute, result) for name, result in results.items()}
    _check(results, kind, function, attribute)
    return results


def _axes(ax: Axes | None, height: float = 4.5) -> Axes:
    return ax or plt.subplots(figsize=(9, height))[1]


def _points(ax: Axes, at, scores, role: Role, name: str, across: bool = False) -> None:
    """Draw one method's points, each with its interval, upwards or across."""
    mean, low, high = np.array([(score.mean, score.low, score.high) for score in scores]).T
    # Rounding can leave an end a hair on the wrong side of the mean, which errorbar refuses.
    interval = np.maximum(0, (mean - low, high - mean))
    where = {"x": mean, "y": at, "xerr": interval} if across else {"x": at, "y": mean, "yerr": interval}
    ax.errorbar(**where, color=role.colour, marker=role.marker, elinewidth=1.6, label=name)


def _accuracy(ax: Axes) -> None:
    ax.set(ylim=(0, 1.02), ylabel="accuracy")
    ax.yaxis.set_major_locator(MultipleLocator(0.2))


def _label_ends(ax: Axes, ends: list[tuple[str, float, float, Any]]) -> None:
    """Name each line at its right end, moving names apart just as far as they need to be read."""
    ends = sorted(ends, key=lambda end: end[2])
    line_height = 1.35 * plt.rcParams["font.size"] / 72 * ax.figure.dpi
    steps = np.arange(len(ends)) * line_height / ax.bbox.height
    # Least squares under "each at least one line above the last" is an isotonic regression.
    heights = isotonic_regression([y for _, _, y, _ in ends] - steps).x + steps
    for (name, x, y, colour), height in zip(ends, heights, strict=True):
        ax.annotate(
            name,
            (x, y),
            (1.03, height),
            textcoords=ax.get_yaxis_transform(),
            color=colour,
            va="center",
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.7, "shrinkA": 1, "shrinkB": 0},
            zorder=1,
        )
