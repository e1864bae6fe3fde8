"""The ideas of the course as drawings: what is transferred, and where features come from."""

from collections.abc import Mapping, Sequence
from math import log2, sqrt

from matplotlib.axes import Axes

from tlcourse.assets.errors import suggest
from tlcourse.plots import drawing as d
from tlcourse.plots.style import INK, MUTED, ROLES, ink, styled

SCRATCH, LEARNED, NEW, CRAFTED = (
    ROLES[name].colour for name in ("from scratch", "ImageNet features", "fine-tuned", "HOG")
)
LEFT_OUT = "#B0B0B0"
_MOST_LAYERS = 11


@styled
def traditional_vs_transfer() -> Axes:
    """Draw learning each task from nothing beside learning the second from what the first one taught.

    Returns
    -------
    matplotlib Axes
        The whole drawing, measured in inches.

    Examples
    --------
    >>> from tlcourse import plots
    >>> "Transfer learning" in [text.get_text() for text in plots.traditional_vs_transfer().texts]
    True
    """
    ax = d.canvas(9, 4.7)
    upper, lower = 3.1, 1.0
    left, right, middle = 0.05, 4.6, 1.93
    d.panel(ax, (left, 0.05), (4.35, 4.6), "Traditional learning", "each task starts from nothing")
    d.panel(
        ax,
        (right, 0.05),
        (4.35, 4.6),
        "Transfer learning",
        "the second task starts from what the first taught",
    )

    def task(start, height, data, tiles, model, origin, colours, goal):
        d.tiles(ax, (start + 0.86, height), *tiles)
        d.text(ax, (start + 0.86, height - 0.62), data)
        d.arrow(ax, (start + 1.48, height), (start + 1.8, height))
        d.network(ax, (start + 2.45, height), colours)
        d.text(ax, (start + 2.45, height - 0.62), model)
        d.text(ax, (start + 2.45, height - 0.8), origin, 9, MUTED)
        d.arrow(ax, (start + 3.1, height), (start + 3.42, height))
        d.box(ax, (start + 3.83, height), (0.7, 0.5), MUTED, goal, strength=0)

    many, other, few = (5, 4, "o"), (5, 4, "^"), (2, 2, "^")
    fresh, reused = "from random weights", "layers kept, head new"
    task(left, upper, "data set 1", many, "model 1", fresh, [SCRATCH] * 4, "task 1")
    task(left, lower, "data set 2", other, "model 2", fresh, [SCRATCH] * 4, "task 2")
    task(right, upper, "much source data", many, "source model", fresh, [LEARNED] * 4, "source\ntask")
    layers = [LEARNED] * 3 + [NEW]
    task(right, lower, "little target data", few, "target model", reused, layers, "target\ntask")

    ax.plot((left + 0.3, left + 4.05), (middle, middle), color="#B0B0B0", linewidth=1, linestyle=(0, (4, 3)))
    d.text(ax, (left + 2.175, middle), "nothing is passed on", 9, MUTED, backgroundcolor=d.PANEL)
    d.arrow(ax, (right + 2.45, upper - 0.95), (right + 2.45, lower + 0.52), colour=LEARNED, width=5)
    beside = {"colour": ink(LEARNED), "ha": "left"}
    d.text(ax, (right + 2.67, middle + 0.02), "knowledge", 11, weight="bold", va="bottom", **beside)
    d.text(ax, (right + 2.67, middle - 0.02), "features, weights", 10, va="top", **beside)
    return ax


@styled
def featurization() -> Axes:
    """Draw hand-crafted and learned features: two ways to the same vector, and to the same classifier.

    Returns
    -------
    matplotlib Axes
        The whole drawing, measured in inches.

    Examples
    --------
    >>> from tlcourse import plots
    >>> "Learned features" in [text.get_text() for text in plots.featurization().texts]
    True
    """
    ax = d.canvas(9, 5.4)
    for bottom, title, subtitle, colour in (
        (2.75, "Hand-crafted features", "an expert designs them, anew for each kind of data", CRAFTED),
        (0.05, "Learned features", "a network found them on source data; reused as they are", LEARNED),
    ):
        height, origin = bottom + 0.7, bottom + 1.47
        d.panel(ax, (0.05, bottom), (8.9, 2.6), title, subtitle)
        d.photo(ax, (0.85, height))
        d.arrow(ax, (1.38, height), (1.78, height))
        if colour == CRAFTED:
            d.person(ax, (3.05, origin), colour)
            d.text(ax, (3.35, origin), "expert's knowledge", ha="left")
            d.box(ax, (3.05, height), (2.3, 0.62), colour, "edges, textures, colours\n(HOG, histograms)")
        else:
            d.tiles(ax, (3.05, origin), 7, 2)
            d.text(ax, (3.85, origin), "source data", ha="left")
            d.network(ax, (3.05, height), [colour] * 8, 0.62)
            d.text(ax, (3.05, height - 0.47), "pretrained layers")
        d.arrow(ax, (3.05, origin - 0.22), (3.05, height + 0.34), colour=colour)
        d.arrow(ax, (4.32, height), (4.72, height))
        d.vector(ax, (5.5, height), colour)
        d.text(ax, (5.5, height - 0.25), "feature vector")
        d.arrow(ax, (6.28, height), (6.63, height))
        d.box(ax, (7.2, height), (1, 0.5), NEW, "classifier")
        d.arrow(ax, (7.77, height), (8.12, height))
        d.text(ax, (8.45, height), "label")
    return ax


@styled
def feature_extraction(
    shapes: Mapping[str, Sequence[int | None]], cut: str | None = None, target: str = "target\nclasses"
) -> Axes:
    """Draw a network as its layers' outputs, cut before its own answer and given a new classifier.

    Parameters
    ----------
    shapes : mapping of str to sequence of int
        The shape of each layer's output, from shallow to deep, as Keras states it: (None, height, width,
        channels) or (None, features), with or without the leading None. The last is the network's output.
        Up to eleven are drawn; heights are on a square-root scale, thicknesses on a logarithmic one.
    cut : str, optional
        The layer whose output becomes the feature vector; the last before the output when left out.
    target : str
        What the new classifier tells apart.

    Returns
    -------
    matplotlib Axes
        The whole drawing, measured in inches.

    Examples
    --------
    >>> from tlcourse import plots
    >>> ax = plots.feature_extraction({"conv": (32, 32, 16), "pool": (16,), "output": (10,)}, cut="conv")
    >>> "16 features" in [text.get_text() for text in ax.texts]
    True
    """
    shapes = {name: tuple(size for size in shape if size is not None) for name, shape in shapes.items()}
    if len(shapes) > _MOST_LAYERS:
        raise ValueError(
            f"plots.feature_extraction has room for {_MOST_LAYERS} layers, but got {len(shapes)}: "
            "choose some, such as one for each stage."
        )
    if {len(shape) for shape in shapes.values()} != {1, 3}:
        raise ValueError(
            "plots.feature_extraction draws layers of shape (height, width, channels), then (features,), "
            f"but got {list(shapes.values())}."
        )
    names = list(shapes)
    cut = names[-2] if cut is None else cut
    if cut not in names[:-1]:
        raise ValueError(f"plots.feature_extraction cannot cut at {cut!r}.{suggest(cut, names[:-1])}")
    kept = names.index(cut)

    ax = d.canvas(9, 4.5)
    row, brace, flow = 3.05, 1.72, 0.65
    pitch = 8.7 / (len(names) + 1)
    centres = [0.15 + pitch * (place + 1.5) for place in range(len(names))]
    tallest = max(shape[0] for shape in shapes.values() if len(shape) == 3)

    d.photo(ax, (0.15 + pitch / 2, row), 0.6)
    for place, (x, (name, shape)) in enumerate(zip(centres, shapes.items(), strict=True)):
        colour, words = (LEARNED, INK) if place <= kept else (LEFT_OUT, MUTED)
        if len(shape) == 3:
            height = 1.5 * sqrt(shape[0] / tallest)
            d.slab(ax, (x, row), height, 0.035 * log2(shape[2]), colour)
            size = f"{shape[0]} × {shape[1]}\n× {shape[2]}"
        else:
            height, size = 0.9, str(shape[0])
            d.bar(ax, (x, row), height, colour)
        d.text(ax, (x, row + height / 2 + 0.15), size, 8.5, MUTED, va="bottom")
        d.text(ax, (x, row - 1.03), name, 9, words)
    for rise in (-0.35, 0.35):
        ax.plot((centres[-1] - 0.2, centres[-1] + 0.2), (row - rise, row + rise), color=SCRATCH, linewidth=3)

    for first, last, words, colour in (
        (0, kept, "kept, frozen", LEARNED),
        (kept + 1, -1, "left out", LEFT_OUT),
    ):
        ends = centres[first] - 0.42 * pitch, centres[last] + 0.42 * pitch
        ax.plot(ends, (brace, brace), color=colour, linewidth=d.LINE)
        d.text(ax, (sum(ends) / 2, brace - 0.14), words, colour=ink(colour))

    x, start = min(centres[kept], 4.9), centres[kept]
    d.arrow(
        ax,
        (start, brace),
        (start, brace - 0.35),
        (x, brace - 0.35),
        (x, flow + 0.14),
        colour=LEARNED,
        width=2.5,
    )
    d.vector(ax, (x, flow), LEARNED)
    d.text(ax, (x, flow - 0.25), f"{shapes[cut][-1]} features")
    if len(shapes[cut]) == 3:
        d.text(ax, (x + 0.12, flow + 0.4), "averaged over the map", 9, MUTED, ha="left")
    d.arrow(ax, (x + 0.78, flow), (x + 1.18, flow))
    d.box(ax, (x + 1.92, flow), (1.35, 0.5), NEW, "new classifier")
    d.arrow(ax, (x + 2.66, flow), (x + 3.06, flow))
    d.text(ax, (x + 3.5, flow), target)
    return ax
