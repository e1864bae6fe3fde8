"""Transfer matrices: which source helps which target, at a glance."""

from textwrap import fill

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch, Rectangle

from tlcourse.measure import TransferMatrix
from tlcourse.plots.style import FAINT, INK, MUTED, luminance, styled

# From the palette of Okabe and Ito: a pair that the colour-blind can tell apart.
_COLOURS = {"helps": "#0072B2", "hurts": "#D55E00", "no evidence": FAINT}
_HATCHED = {"hatch": "////", "edgecolor": "white", "linewidth": 0}
_SIGNS = {"helps": "▲", "hurts": "▼"}
# Gains from here on have the full colour; near nought it is this share of it.
_FULL, _PALEST = 0.3, 0.35


@styled
def verdicts(matrix: TransferMatrix, shots: int, ax: Axes | None = None) -> Axes:
    """Draw what each source is worth on each target, at a number of shots.

    A cell shows the gain over the best baseline, in points (hundredths of the score), and the ends of its
    corrected interval. Where the source helps it is blue and has a ▲, where it hurts, orange and a ▼, the
    stronger the larger the gain or loss; where there is no evidence it is hatched in grey, with its gain in
    brackets. A pair that was not measured is left blank.

    Parameters
    ----------
    matrix : measure.TransferMatrix
    shots : int
        Which of the matrix's numbers of shots.
    ax : matplotlib Axes, optional
        Where to draw; a new figure when left out.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> from tlcourse import measure, plots
    >>> matrix = measure.transfer_matrix(...)  # doctest: +SKIP
    >>> ax = plots.verdicts(matrix, shots=5)  # doctest: +SKIP
    """
    if not isinstance(matrix, TransferMatrix):
        raise TypeError(
            f"verdicts got a {type(matrix).__name__}; give it a matrix, from measure.transfer_matrix."
        )
    # By first appearance, so that the sources of one target stand together.
    pairs = dict.fromkeys((target, source) for target, source, _ in matrix.cells)
    targets, sources = (list(dict.fromkeys(pair[axis] for pair in pairs)) for axis in (0, 1))
    size = 2 + 0.95 * len(sources), 1.6 + 0.75 * len(targets)
    ax = ax or plt.subplots(figsize=(min(11, size[0]), size[1]), layout="constrained")[1]
    for target, source in pairs:
        _cell(ax, sources.index(source), targets.index(target), matrix, (target, source, shots))
    ax.set_xlim(0, len(sources))
    ax.set_ylim(len(targets), 0)
    ax.set_xticks(np.arange(len(sources)) + 0.5, [fill(name, 11) for name in sources])
    ax.set_yticks(
        np.arange(len(targets)) + 0.5,
        [f"{target}\nover {matrix.best_baseline(target, shots)}" for target in targets],
    )
    labels = "label" if shots == 1 else "labels"
    ax.set_xlabel(
        f"source ({shots} {labels} a class; gain in points, {matrix.level:.0%} interval for all cells)"
    )
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    handles = [
        Patch(
            facecolor=colour,
            label=f"{_SIGNS.get(verdict, '')} {verdict}".strip(),
            **(_HATCHED if verdict == "no evidence" else {}),
        )
        for verdict, colour in _COLOURS.items()
    ]
    ax.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False)
    return ax


def _cell(ax: Axes, x: int, y: int, matrix: TransferMatrix, cell: tuple[str, str, int]) -> None:
    gain, verdict = matrix.gain(*cell), matrix.verdict(*cell)
    colour = np.array(to_rgb(_COLOURS[verdict]))
    unsure = verdict == "no evidence"
    if not unsure:
        strength = _PALEST + (1 - _PALEST) * min(1, abs(gain.mean) / _FULL)
        colour = 1 - strength * (1 - colour)
    look = _HATCHED if unsure else {"edgecolor": "white"}
    ax.add_patch(Rectangle((x + 0.02, y + 0.03), 0.96, 0.94, facecolor=tuple(colour), **look))
    points = f"{100 * gain.mean:+.0f}".replace("-", "−")
    ends = "no interval" if np.isnan(gain.low) else f"{100 * gain.low:+.0f} … {100 * gain.high:+.0f}"
    ink = MUTED if unsure else "white" if luminance(tuple(colour)) < 0.3 else INK
    main = f"({points})" if unsure else f"{_SIGNS[verdict]} {points}"
    weight = "normal" if unsure else "bold"
    ax.text(x + 0.5, y + 0.5, main, ha="center", va="bottom", weight=weight, color=ink)
    ax.text(x + 0.5, y + 0.56, ends.replace("-", "−"), ha="center", va="top", fontsize=8, color=ink)
