"""The few shapes that the course's concept figures are built from, all placed in inches."""

from collections.abc import Sequence

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Polygon, Rectangle, Wedge
from matplotlib.path import Path

from tlcourse.plots.style import INK, MUTED

LINE = 1.4
"""Width of every outline and arrow, in points."""

PANEL = "#F6F6F6"

Point = tuple[float, float]


def canvas(width: float, height: float) -> Axes:
    """Open a figure whose one Axes measures inches from its lower left corner, and shows nothing else."""
    figure = plt.figure(figsize=(width, height), layout="none")
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, width), ylim=(0, height))
    ax.set_axis_off()
    return ax


def tint(colour: str, strength: float) -> tuple[float, ...]:
    """Mix a colour with white: strength 1 leaves it, 0 gives white."""
    return tuple(1 - strength * (1 - channel) for channel in to_rgb(colour))


def text(ax: Axes, at: Point, words: str, size: float = 10, colour=INK, **more) -> None:
    """Write words centred on a point."""
    ax.text(*at, words, **{"fontsize": size, "color": colour, "ha": "center", "va": "center", **more})


def rounded(ax: Axes, centre: Point, size: Point, radius: float, **look) -> None:
    """Draw a rectangle with round corners."""
    corner = centre[0] - size[0] / 2, centre[1] - size[1] / 2
    ax.add_patch(FancyBboxPatch(corner, *size, boxstyle=f"round,pad=0,rounding_size={radius}", **look))


def box(ax: Axes, centre: Point, size: Point, colour: str, words: str, strength: float = 0.14) -> None:
    """Draw a rounded box with words in it."""
    rounded(ax, centre, size, 0.08, facecolor=tint(colour, strength), edgecolor=colour, linewidth=LINE)
    text(ax, centre, words)


def bar(ax: Axes, centre: Point, height: float, colour: str, width: float = 0.12) -> None:
    """Draw a layer as an upright bar."""
    rounded(ax, centre, (width, height), 0.04, facecolor=tint(colour, 0.35), edgecolor=colour, linewidth=LINE)


def panel(ax: Axes, corner: Point, size: Point, title: str, subtitle: str) -> None:
    """Draw a titled background for one half of a comparison."""
    (x, y), (width, height) = corner, size
    rounded(ax, (x + width / 2, y + height / 2), size, 0.12, facecolor=PANEL, linewidth=0, zorder=0)
    text(ax, (x + 0.2, y + height - 0.27), title, 12.5, weight="bold", ha="left")
    text(ax, (x + 0.2, y + height - 0.53), subtitle, 10, MUTED, ha="left")


def arrow(ax: Axes, *points: Point, colour=MUTED, width: float = LINE) -> None:
    """Draw an arrow through the points, in straight lines."""
    ax.add_patch(
        FancyArrowPatch(
            path=Path(points),
            arrowstyle="-|>",
            mutation_scale=9 + 2 * width,
            color=colour,
            linewidth=width,
            joinstyle="miter",
            capstyle="butt",
            zorder=2,
        )
    )


def tiles(ax: Axes, centre: Point, columns: int, rows: int, shape: str = "o") -> None:
    """Draw a data set: one tile for each example, so that more tiles mean more data."""
    pitch, side = 0.2, 0.17
    for column in range(columns):
        for row in range(rows):
            x = centre[0] + pitch * (column - (columns - 1) / 2)
            y = centre[1] + pitch * (row - (rows - 1) / 2)
            corner = (x - side / 2, y - side / 2)
            ax.add_patch(Rectangle(corner, side, side, facecolor="white", edgecolor="#B0B0B0", linewidth=0.8))
            ax.plot(x, y, shape, color=MUTED, markersize=7.5, markeredgewidth=0)


def network(ax: Axes, centre: Point, colours: Sequence[str], height: float = 0.85) -> None:
    """Draw a network as bars, one for each layer, that grow shorter towards its output."""
    last = len(colours) - 1
    for place, colour in enumerate(colours):
        x = centre[0] + 0.27 * (place - last / 2)
        bar(ax, (x, centre[1]), height * (1 - 0.7 * place / last), colour, width=0.17)


def vector(ax: Axes, centre: Point, colour: str) -> None:
    """Draw a feature vector: a strip of cells whose shades stand for numbers."""
    cell = 0.17
    shades = (0.75, 0.2, 0.5, 0.95, 0.3, 0.6, 0.12, 0.8)
    for place, shade in enumerate(shades):
        corner = (centre[0] + (place - len(shades) / 2) * cell, centre[1] - cell / 2)
        look = {"facecolor": tint(colour, shade), "edgecolor": "white", "linewidth": 0.8}
        ax.add_patch(Rectangle(corner, cell, cell, **look))


def person(ax: Axes, centre: Point, colour: str) -> None:
    """Draw a person: head and shoulders."""
    x, y = centre
    ax.add_patch(Circle((x, y + 0.13), 0.1, facecolor=colour, linewidth=0))
    ax.add_patch(Wedge((x, y - 0.17), 0.19, 0, 180, facecolor=colour, linewidth=0))


def photo(ax: Axes, centre: Point, side: float = 0.75) -> None:
    """Draw a photo: hills under a sun."""
    x, y = centre[0] - side / 2, centre[1] - side / 2
    ax.add_patch(
        Rectangle((x, y), side, side, facecolor="#E9EEF2", edgecolor=MUTED, linewidth=LINE, zorder=1)
    )
    hills = ((0, 0), (0, 0.3), (0.28, 0.58), (0.5, 0.36), (0.68, 0.5), (1, 0.22), (1, 0))
    ax.add_patch(Polygon([(x + side * u, y + side * v) for u, v in hills], facecolor="#9AA5AD", linewidth=0))
    ax.add_patch(Circle((x + 0.74 * side, y + 0.75 * side), 0.1 * side, facecolor="#C9CFD4", linewidth=0))
    ax.add_patch(Rectangle((x, y), side, side, fill=False, edgecolor=MUTED, linewidth=LINE))


def slab(ax: Axes, centre: Point, height: float, thickness: float, colour: str) -> None:
    """Draw feature maps as a slab seen from the side: as high as the maps, as thick as there are channels."""
    reach = 0.2 * height
    x, y = centre[0] - (thickness + reach) / 2, centre[1] - height / 2 - reach / 4
    back, top = thickness + reach, height + reach / 2
    for strength, corners in (
        (0.35, ((0, 0), (thickness, 0), (thickness, height), (0, height))),
        (0.15, ((0, height), (thickness, height), (back, top), (reach, top))),
        (0.55, ((thickness, 0), (back, reach / 2), (back, top), (thickness, height))),
    ):
        outline = [(x + dx, y + dy) for dx, dy in corners]
        look = {"facecolor": tint(colour, strength), "edgecolor": colour, "linewidth": 0.9}
        ax.add_patch(Polygon(outline, joinstyle="round", **look))
