"""Pictures: labelled examples, what a network says of a photo, and what its layers see in it."""

from collections.abc import Mapping, Sequence
from textwrap import shorten, wrap

import numpy as np
from matplotlib import pyplot as plt

from tlcourse.datasets import Images
from tlcourse.plots.style import FAINT, ROLES, styled

# Everything below is laid out in inches, which keeps pictures square and text clear of them at any count.
WIDTH, GAP, BLOCK_GAP = 9.0, 0.07, 0.25
MAX_SIDE, HEADING, TITLE_LINE, CHARACTER = 2.2, 0.3, 0.17, 0.085


@styled
def gallery(
    images: Images | Sequence[np.ndarray],
    titles: Sequence[str] | None = None,
    columns: int = 8,
    per_class: int = 4,
) -> np.ndarray:
    """Show pictures in a grid; those of a data set class by class.

    Parameters
    ----------
    images : datasets.Images, or sequence of uint8 arrays (height, width, 3)
        The pictures.
    titles : sequence of str, optional
        What stands over each picture, where `images` are bare arrays.
    columns : int
        Pictures side by side.
    per_class : int
        Pictures shown of each class of a data set, spread evenly over those it has.

    Returns
    -------
    numpy.ndarray of matplotlib Axes
        One for each picture, in the order they are shown.

    Examples
    --------
    >>> import numpy as np
    >>> from tlcourse import plots
    >>> axes = plots.gallery(np.zeros((2, 8, 8, 3), np.uint8), titles=["black", "also black"])
    >>> axes[1].get_title(loc="left")
    'also black'
    """
    if isinstance(images, Images):
        blocks = {}
        for label, name in enumerate(images.class_names):
            members = np.flatnonzero(images.labels == label)
            places = np.linspace(0, len(members) - 1, min(per_class, len(members))).round().astype(int)
            shown = images.images[members[places]]
            blocks[f"{name} ({len(members)})"] = [(image, "") for image in shown]
        return _mosaic(blocks, columns, per_class)
    _check_photos("gallery", images)
    titles = [""] * len(images) if titles is None else titles
    if len(titles) != len(images):
        raise ValueError(f"plots.gallery got {len(titles)} titles for {len(images)} pictures: give each one.")
    return _mosaic({"": list(zip(images, titles, strict=True))}, columns, columns)


@styled
def activations(
    maps: np.ndarray | Mapping[str, np.ndarray],
    layer: str = "",
    count: int = 16,
    image: np.ndarray | None = None,
    columns: int = 8,
) -> np.ndarray:
    """Show feature maps, each scaled by itself from its lowest value (dark) to its highest (bright).

    Of a layer's channels those that vary most over the picture are shown, in the layer's own order.

    Parameters
    ----------
    maps : float array (height, width, channels), or mapping of str to such arrays
        One picture's activations at one layer, or at each of several.
    layer : str
        The layer's name, where `maps` is one array.
    count : int
        Channels shown of each layer.
    image : uint8 array (height, width, 3), optional
        The picture the network saw, shown first.
    columns : int
        Maps side by side.

    Returns
    -------
    numpy.ndarray of matplotlib Axes
        One for each map, after the input's own if `image` was given.

    Examples
    --------
    >>> import numpy as np
    >>> from tlcourse import plots
    >>> len(plots.activations(np.random.default_rng(0).random((7, 7, 40)), layer="block 7", count=8))
    8
    """
    blocks = {}
    for name, stack in (maps if isinstance(maps, Mapping) else {layer: maps}).items():
        stack = np.asarray(stack)
        if stack.ndim == 4 and len(stack) == 1:
            stack = stack[0]
        if stack.ndim != 3 or stack.dtype.kind != "f":
            raise ValueError(
                f"plots.activations draws float maps of one picture, (height, width, channels), but got "
                f"{stack.dtype} {stack.shape}: take one picture's, as in maps[0]."
            )
        height, width, channels = stack.shape
        varied = most_varied(stack, count)
        heading = f"{name}  {height} × {width}, {len(varied)} of {channels} channels".strip()
        blocks[heading] = [(stack[:, :, channel], "") for channel in varied]
    if image is not None:
        _check_photos("activations", [image])
    return _mosaic(blocks, columns, columns, picture=image)


def most_varied(maps: np.ndarray, count: int) -> np.ndarray:
    """Return the channels, in their own order, of the maps that vary most over the picture."""
    return np.sort(np.argsort(maps.std(axis=(0, 1)), kind="stable")[-count:])


@styled
def predictions(
    images: np.ndarray, names: Sequence[str], probabilities: np.ndarray, top: int = 5
) -> np.ndarray:
    """Show photos, each beside the classes a network holds most probable.

    Parameters
    ----------
    images : uint8 array (height, width, 3), or a sequence of them
        One photo or several.
    names : sequence of str
        The network's classes, in its own order.
    probabilities : float array (classes,) or (photos, classes)
        What the network said of each photo.
    top : int
        Classes shown.

    Returns
    -------
    numpy.ndarray of matplotlib Axes
        For each photo a row of two: the photo, and the bars beside it.

    Examples
    --------
    >>> import numpy as np
    >>> from tlcourse import plots
    >>> photo = np.zeros((8, 8, 3), np.uint8)
    >>> [[left, right]] = plots.predictions(photo, ["cat", "dog"], np.array([0.1, 0.9]), top=2)
    >>> [text.get_text() for text in right.texts]
    ['dog', '0.90', 'cat', '0.10']
    """
    images = [images] if np.ndim(images) == 3 else images
    _check_photos("predictions", images)
    probabilities = np.atleast_2d(probabilities)
    if probabilities.shape != (len(images), len(names)):
        raise ValueError(
            f"plots.predictions needs a row of probabilities for each photo and a column for each name, "
            f"{(len(images), len(names))}, but got {probabilities.shape}."
        )
    abreast = min(2, len(images))
    rows = -(-len(images) // abreast)
    _, axes = plt.subplots(
        rows,
        2 * abreast,
        figsize=(4.5 * abreast, 2.3 * rows),
        width_ratios=(1, 1.4) * abreast,
        squeeze=False,
    )
    axes = axes.reshape(-1, 2)
    for spare in axes[len(images) :].flat:
        spare.remove()
    axes = axes[: len(images)]
    for (left, right), image, row in zip(axes, images, probabilities, strict=True):
        left.imshow(image)
        left.set_axis_off()
        _bars(right, names, row, top)
    return axes


def _bars(ax: plt.Axes, names: Sequence[str], probabilities: np.ndarray, top: int) -> None:
    """Draw the most probable classes as thin bars, each name above its own so that long ones fit."""
    best = np.argsort(-probabilities, kind="stable")[:top]
    height = 0.26
    ax.barh(range(len(best)), 1, height, color=FAINT)
    bars = ax.barh(range(len(best)), probabilities[best], height, color=ROLES["ImageNet features"].colour)
    for place, index in enumerate(best):
        text = {"y": place - 0.18, "va": "bottom", "fontsize": 10}
        ax.text(0, s=shorten(names[index], 28, placeholder="…"), **text)
        ax.text(1, s=f"{probabilities[index]:.2f}", ha="right", weight="bold", **text)
    for bar in bars[1:]:
        bar.set_alpha(0.6)
    ax.set(xlim=(0, 1), ylim=(len(best) - 0.7, -0.75), yticks=[], xticks=[0, 0.5, 1], xlabel="probability")
    ax.spines[:].set_visible(False)
    ax.grid(False)


def _mosaic(
    blocks: Mapping[str, Sequence[tuple[np.ndarray, str]]],
    columns: int,
    block_columns: int,
    picture: np.ndarray | None = None,
) -> np.ndarray:
    """Lay out headed blocks of titled pictures, as many side by side as fit, right of one larger picture."""
    block_columns = min(block_columns, max(map(len, blocks.values())))
    block_rows = max(-(-len(block) // block_columns) for block in blocks.values())
    abreast = min(len(blocks), max(1, columns // block_columns))

    larger = picture is not None
    cells = abreast * block_columns + 2 * larger
    gaps = (cells - 1) * GAP + (abreast - 1 + larger) * BLOCK_GAP
    side = min(MAX_SIDE, (WIDTH - gaps) / cells)
    titles = [
        wrap(title, int(side / CHARACTER), max_lines=2, placeholder="…")
        for block in blocks.values()
        for _, title in block
    ]
    cell_height = side + GAP + TITLE_LINE * max(map(len, titles))
    heading_height = HEADING if any(blocks) else 0
    block_height = heading_height + block_rows * cell_height + GAP

    width, height = cells * side + gaps, -(-len(blocks) // abreast) * block_height
    figure = plt.figure(figsize=(width, height), layout="none")

    def show(image, left, bottom, side, title):
        ax = figure.add_axes((left / width, 1 - bottom / height, side / width, side / height))
        ax.imshow(image)
        ax.set_title(title, fontsize=9, weight="normal", pad=3)
        ax.set_axis_off()
        return ax

    axes = []
    start = 0
    if larger:
        double = 2 * side + GAP
        axes.append(show(picture, 0, heading_height + double, double, ""))
        start = double + GAP + BLOCK_GAP
    for place, (heading, block) in enumerate(blocks.items()):
        down, across = divmod(place, abreast)
        left = start + across * (block_columns * (side + GAP) + BLOCK_GAP)
        top = down * block_height + heading_height
        figure.text(left / width, 1 - (top - 0.08) / height, heading, fontsize=10, weight="bold")
        for cell, (image, _) in enumerate(block):
            row, column = divmod(cell, block_columns)
            title = "\n".join(titles[len(axes) - larger])
            axes.append(
                show(image, left + column * (side + GAP), top + (row + 1) * cell_height - GAP, side, title)
            )
    return np.array(axes)


def _check_photos(function: str, images: Sequence[np.ndarray]) -> None:
    """Refuse what is no picture, before any figure is opened."""
    if not len(images):
        raise ValueError(f"plots.{function} got no picture: give it at least one.")
    for image in images:
        kind = getattr(image, "dtype", type(image).__name__)
        if kind != np.uint8 or image.ndim != 3 or image.shape[-1] != 3:
            raise TypeError(
                f"plots.{function} draws uint8 pictures of shape (height, width, 3), but got {kind} "
                f"{getattr(image, 'shape', '')}: load them with datasets.load or datasets.read_image."
            )
