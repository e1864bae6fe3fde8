"""Pictures of word vectors: a piece of their space, and how they do in the parts of a test."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from tlcourse.measure import Score
from tlcourse.plots.curves import _axes, _check, _unwrapped
from tlcourse.plots.style import FALLBACK, MUTED, ROLES, ink, roles, styled

# For groups of words, which are no methods: each a colour and a marker that no other has.
_GROUPS = (ROLES["ImageNet features"], ROLES["from scratch"], ROLES["fine-tuned"], *FALLBACK[1:3])
# Where a word may stand: sides of its point, and how far from it, in points.
_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
_DISTANCES = (8, 14, 22)


@styled
def word_map(
    vectors,
    groups: Mapping[str, Sequence[str]],
    links: Sequence[tuple[str, str]] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw groups of words on the plane that shows most of how they differ (principal components).

    Parameters
    ----------
    vectors : gensim.models.KeyedVectors
    groups : mapping of str to sequence of str
        The words, at most five groups of them, each with a colour and a marker.
    links : sequence of (str, str)
        Pairs of words to join by a line.
    ax : matplotlib Axes, optional
        Where to draw; a new figure when left out.

    Returns
    -------
    matplotlib Axes
        Each axis says how much of the words' variance it shows.

    Examples
    --------
    >>> from gensim.models import KeyedVectors
    >>> from tlcourse import plots
    >>> toy = KeyedVectors(3)
    >>> toy.add_vectors(["cat", "dog", "car"], np.eye(3, dtype=np.float32))
    >>> ax = plots.word_map(toy, {"animals": ["cat", "dog"], "things": ["car"]})
    >>> sorted(text.get_text() for text in ax.texts)
    ['car', 'cat', 'dog']
    """
    from sklearn.decomposition import PCA

    if not isinstance(groups, Mapping) or not 0 < len(groups) <= len(_GROUPS):
        raise ValueError(f"plots.word_map draws a dictionary of one to {len(_GROUPS)} groups of words.")
    shown = [word for group in groups.values() for word in group]
    if unknown := [word for word in shown if word not in vectors.key_to_index]:
        raise ValueError(f"There is no vector for {', '.join(map(repr, unknown))}: leave it out.")
    if len(shown) < 3:
        raise ValueError(f"A map takes at least three words; got {len(shown)}.")
    ax = ax or plt.subplots(figsize=(9, 7))[1]
    fitted = PCA(2, svd_solver="full").fit(vectors[shown].astype(np.float64))
    places = dict(zip(shown, fitted.transform(vectors[shown].astype(np.float64)), strict=True))
    for start, end in links:
        ax.plot(*zip(places[start], places[end], strict=True), color=MUTED, linewidth=0.8, zorder=1)
    colours = {}
    for (name, group), (colour, marker) in zip(groups.items(), _GROUPS, strict=False):
        x, y = np.array([places[word] for word in group]).T
        ax.plot(x, y, marker=marker, linestyle="none", color=colour, label=name, zorder=2)
        colours |= dict.fromkeys(group, ink(colour))
    share = [f"{ratio:.0%}" for ratio in fitted.explained_variance_ratio_]
    ax.set(
        xlabel=f"first principal component ({share[0]} of the variance)",
        ylabel=f"second principal component ({share[1]})",
    )
    ax.grid(True)
    ax.margins(x=0.1, y=0.08)
    ax.figure.legend(loc="outside upper center", ncols=len(groups))
    _name_words(ax, places, colours)
    return ax


def _name_words(ax: Axes, places: Mapping[str, np.ndarray], colours: Mapping) -> None:
    """Write each word beside its point, on the side where it covers least of the others."""
    # Only a figure that has been laid out knows where its points are.
    ax.figure.draw_without_rendering()
    pixel = ax.figure.dpi / 72
    points = {word: ax.transData.transform(place) for word, place in places.items()}
    taken = [Bbox([point - 5 * pixel, point + 5 * pixel]) for point in points.values()]
    for word, point in points.items():
        name = ax.annotate(word, places[word], (0, 0), textcoords="offset points", color=colours[word])
        name.set(fontsize=10, ha="center", va="center")
        extent = name.get_window_extent()
        size = np.array([extent.width, extent.height])
        boxes = {}
        for distance, side in product(_DISTANCES, _SIDES):
            shift = np.array(side) * (distance * pixel + size / 2)
            boxes[tuple(shift / pixel)] = Bbox([point + shift - size / 2, point + shift + size / 2])
        # Of equally good places the first: the nearest, and right of the point rather than left.
        best = min(
            boxes,
            key=lambda shift: (
                _covered(boxes[shift], taken),
                _misleads(boxes[shift], point, points.values()),
            ),
        )
        name.set_position(best)
        taken.append(boxes[best])


def _covered(box: Bbox, taken: list[Bbox]) -> float:
    shared = [Bbox.intersection(box, other) for other in taken]
    return sum(part.width * part.height for part in shared if part is not None)


def _misleads(box: Bbox, own: np.ndarray, points: Iterable[np.ndarray]) -> int:
    """Count the points that a name stands nearer to than to its own."""
    x, y = np.array([*points, own]).T
    apart = np.hypot(np.maximum(box.x0 - x, x - box.x1).clip(0), np.maximum(box.y0 - y, y - box.y1).clip(0))
    return int((apart[:-1] < apart[-1]).sum())


@styled
def parts(
    results: Mapping[str, Mapping[str, Score]], xlabel: str = "share of right answers", ax: Axes | None = None
) -> Axes:
    """Draw how several methods do in each part of a test.

    Parameters
    ----------
    results : mapping of str to mapping of str to measure.Score
        For each method, its result in each part; all methods have the same parts.
    xlabel : str
        What the scores are.
    ax : matplotlib Axes, optional
        Where to draw; a new figure when left out.

    Returns
    -------
    matplotlib Axes
        A row for each part, from top to bottom, in which each method has its dot and interval.

    Examples
    --------
    >>> from tlcourse import measure, plots
    >>> score = measure.interval([0.4, 0.5, 0.45])
    >>> ax = plots.parts({"GloVe": {"plurals": score}, "word2vec": {"plurals": score}})
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['plurals']
    """
    _check(results, Mapping, "parts", "dictionary of scores")
    rows = list(next(iter(results.values())))
    for name, scores in results.items():
        _unwrapped(scores, "score", Score, "parts")
        if list(scores) != rows:
            raise ValueError(f"plots.parts takes the same parts for all methods; those of {name!r} differ.")
    ax = _axes(ax, height=1.4 + 0.13 * len(rows) * (1 + len(results)))
    looks = roles(results)
    for number, (name, scores) in enumerate(results.items()):
        offset = (number - (len(results) - 1) / 2) * 0.7 / len(results)
        mean, low, high = np.array([(score.mean, score.low, score.high) for score in scores.values()]).T
        interval = np.maximum(0, (mean - low, high - mean))
        colour, marker = looks[name]
        ax.errorbar(
            mean,
            np.arange(len(rows)) + offset,
            xerr=interval,
            color=colour,
            marker=marker,
            linestyle="none",
            elinewidth=1.6,
            label=name,
        )
    for row in range(1, len(rows)):
        ax.axhline(row - 0.5, color=MUTED, linewidth=0.4, alpha=0.5, zorder=0)
    ax.set(xlim=(-0.025, 1.025), ylim=(len(rows) - 0.4, -0.6), xlabel=xlabel)
    ax.set_yticks(range(len(rows)), rows)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x")
    ax.spines.left.set_visible(False)
    ax.figure.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=len(results))
    return ax
