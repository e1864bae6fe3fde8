"""One depth of a network at a time: what is seen and reached there, and what is trained from there on."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from tlcourse.assets.errors import suggest
from tlcourse.measure import CrossValidation, Score
from tlcourse.plots.curves import layers, scores
from tlcourse.plots.drawing import tint
from tlcourse.plots.pictures import most_varied
from tlcourse.plots.style import FAINT, INK, MUTED, ROLES, styled

MAPS = 7


@styled
def cut_at(
    layer: str,
    image: np.ndarray,
    maps: np.ndarray,
    results: Mapping[str, Score | CrossValidation],
    baselines: Mapping[str, Score | CrossValidation] | None = None,
) -> Axes:
    """Show one layer: a picture's activation maps there, over the accuracy reached when cut at each layer.

    Parameters
    ----------
    layer : str
        One of `results`.
    image : uint8 array (height, width, 3)
    maps : float array (height, width, channels)
        Its activations at the layer; those that vary most are shown.
    results, baselines : mapping of str to measure.Score or measure.CrossValidation
        As for `layers`.

    Returns
    -------
    matplotlib Axes
        Those of `layers`, with the layer marked.

    Examples
    --------
    >>> import numpy as np
    >>> from tlcourse import measure, plots
    >>> results = {"stem": measure.interval([0.5, 0.6]), "top": measure.interval([0.8, 0.9])}
    >>> maps = np.random.default_rng(0).random((7, 7, 40))
    >>> plots.cut_at("top", np.zeros((8, 8, 3), np.uint8), maps, results).get_xticklabels()[1].get_weight()
    'bold'
    """
    _check(layer, results, "cut_at")
    figure = plt.figure(figsize=(9, 5.6))
    upper, lower = figure.subfigures(2, 1, height_ratios=(1.45, 4.15))
    maps = np.asarray(maps)
    row = upper.subplots(1, 1 + MAPS)
    for ax, picture in zip(row, [image, *maps.transpose(2, 0, 1)[most_varied(maps, MAPS)]], strict=False):
        ax.imshow(picture)
    for ax in row:
        ax.set_axis_off()
    height, width, channels = maps.shape
    score = getattr(results[layer], "score", results[layer])
    upper.suptitle(
        f"{layer}: {height} × {width} positions, {channels:,} maps; accuracy {score}", x=0.01, ha="left"
    )
    ax = layers(results, baselines, ax=lower.subplots())
    at = list(results).index(layer)
    ax.axvspan(at - 0.45, at + 0.45, color=FAINT, linewidth=0, zorder=0)
    ax.get_xticklabels()[at].set(weight="bold", color=INK)
    return ax


@styled
def unfreezing(
    blocks: Sequence[str], lowest: str | None, results: Mapping[str, Score | CrossValidation], note: str = ""
) -> np.ndarray:
    """Show how deep a network is trained, block by block, over what that reaches.

    Parameters
    ----------
    blocks : sequence of str
        From shallow to deep.
    lowest : str or None
        The lowest block that is trained with all above it; None where the head alone is.
    results : mapping of str to measure.Score or measure.CrossValidation
        As for `scores`.
    note : str
        What it costs, say; it stands above the drawing.

    Returns
    -------
    numpy.ndarray of matplotlib Axes
        The drawing of the blocks, and the scores.

    Examples
    --------
    >>> from tlcourse import measure, plots
    >>> score = measure.interval([0.8, 0.9])
    >>> above, below = plots.unfreezing(["stem", "top"], "top", {"rate 0.001": score}, "1,000 weights")
    >>> [text.get_text() for text in above.texts]
    ['stem', 'top', 'head']
    """
    if lowest is not None:
        _check(lowest, blocks, "unfreezing")
    first = len(blocks) if lowest is None else list(blocks).index(lowest)
    axes = plt.subplots(2, 1, figsize=(9, 3.6), height_ratios=(1.2, 3))[1]
    above, below = axes
    for place, block in enumerate([*blocks, "head"]):
        trained = place >= first
        colour = ROLES["fine-tuned"].colour if trained else MUTED
        look = {"color": tint(colour, 0.45 if trained else 0.08), "edgecolor": colour, "linewidth": 1.2}
        above.bar(place, 1, 0.8, hatch="" if trained else "///", **look)
        above.text(place, -0.12, block, rotation=40, ha="right", va="top", fontsize=9, rotation_mode="anchor")
    above.set(xlim=(-0.6, len(blocks) + 0.6), ylim=(0, 1))
    above.set_axis_off()
    above.set_title(note)
    scores(results, ax=below)
    return axes


def _check(layer: str, layers: Sequence[str] | Mapping, function: str) -> None:
    if layer not in layers:
        raise ValueError(f"plots.{function} knows no layer {layer!r}.{suggest(str(layer), list(layers))}")
