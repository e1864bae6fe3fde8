"""A figure with a slider that draws it anew for another option."""

from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO
from typing import Any

import numpy as np
import PIL.Image
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from tlcourse.assets.errors import suggest
from tlcourse.controls import play


def explore(
    draw: Callable[[Any], Axes | np.ndarray], options: Sequence, label: str, start: Any | None = None
) -> None:
    """Show a figure for one option, and above it a slider that shows those for the others.

    Each is drawn when it is first asked for and then kept, so measure before you draw: the slider answers as
    fast as `draw` does. Without a running kernel the figure for `start` is all there is to see.

    Parameters
    ----------
    draw : callable
        From an option to the Axes, or an array of Axes, of a new figure, as the functions of this package
        return them. Give every option the same size and limits, so that only what differs moves.
    options : sequence
        From left to right; what stands beside the slider is their text.
    label : str
        What the options are.
    start : object, optional
        The option shown first; the last one when left out.

    Raises
    ------
    ValueError
        If there is no option, or `start` is none of them.

    Examples
    --------
    >>> from tlcourse import plots
    >>> plots.explore(draw_layer, backbone.layers, label="cut after", start="block6c")  # doctest: +SKIP
    """
    options = list(options)
    if not options:
        raise ValueError("plots.explore got no options: give it at least one.")
    start = options[-1] if start is None else start
    if start not in options:
        hint = suggest(str(start), [str(option) for option in options])
        raise ValueError(f"plots.explore cannot start at {start!r}, which is no option.{hint}")

    @cache
    def picture(option):
        from IPython.display import Image

        figure = np.ravel(draw(option))[0].get_figure(root=True)
        # Closed, or the notebook would show it a second time, and each move would leave one behind.
        plt.close(figure)
        pixels, png = BytesIO(), BytesIO()
        figure.savefig(pixels, format="rgba")
        size = figure.canvas.get_width_height(physical=True)
        full = PIL.Image.frombytes("RGBA", size, pixels.getvalue()).convert("RGB")
        # With 256 colours a figure takes a third of the room, in the notebook and of what is kept here, and
        # this way of choosing them takes no time.
        full.quantize(256, method=PIL.Image.Quantize.FASTOCTREE).save(png, format="png")
        return Image(png.getvalue())

    def slider(widgets):
        return widgets.SelectionSlider(
            options=[(str(option), option) for option in options],
            value=start,
            description=label,
            style={"description_width": "initial"},
            layout=widgets.Layout(width="95%", max_width="40em"),
        )

    play(picture, start, slider)
