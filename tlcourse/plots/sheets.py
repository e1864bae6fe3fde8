"""Answers, picture by picture: which were right, and what was said of the others."""

from collections.abc import Mapping

import numpy as np
from matplotlib import pyplot as plt

from tlcourse.datasets import Images
from tlcourse.measure import interval
from tlcourse.plots.style import INK, styled

SIDE, GAP, FADED = 56, 4, 0.22
"""A picture's side and the gap beside it, in pixels; how much is left of one that was named wrong."""


@styled
def answers(pictures: Images, said: Mapping[str, np.ndarray]) -> np.ndarray:
    """Show the same pictures for each method, a row for each class; faded, with what was said, where wrong.

    Parameters
    ----------
    pictures : datasets.Images
        With the right labels.
    said : mapping of str to int array (pictures,)
        What each method said of each picture, as an index into the class names.

    Returns
    -------
    numpy.ndarray of matplotlib Axes
        One for each method, with its accuracy over it and the interval over the pictures.

    Examples
    --------
    >>> from tlcourse import datasets, plots
    >>> stamps = datasets.load("stamps")  # doctest: +SKIP
    >>> plots.answers(stamps, {"always right": stamps.labels})  # doctest: +SKIP
    """
    for name, labels in said.items():
        if np.shape(labels) != (len(pictures),):
            raise ValueError(
                f"plots.answers got {np.shape(labels)} answers of {name!r} for {len(pictures)} pictures: "
                "give one for each, the index of a class."
            )
    names, small = pictures.class_names, pictures.resized(SIDE).images
    members = [np.flatnonzero(pictures.labels == label) for label in range(len(names))]
    cell, columns = SIDE + GAP, max(map(len, members))
    # Nine inches, less one for the names of the classes, are shared by the methods' columns.
    height = 0.6 + len(names) * 8 / len(said) / columns
    axes = plt.subplots(1, len(said), figsize=(9, height), squeeze=False)[1]
    for ax, (name, labels) in zip(axes[0], said.items(), strict=True):
        right = np.asarray(labels) == pictures.labels
        sheet = np.full((len(names) * cell, columns * cell, 3), 255, np.uint8)
        for row, own in enumerate(members):
            for column, at in enumerate(own):
                y, x = row * cell, column * cell
                strength = 1 if right[at] else FADED
                sheet[y : y + SIDE, x : x + SIDE] = 255 - strength * (255.0 - small[at])
                if not right[at]:
                    word = names[labels[at]].replace(" ", "\n") + "?"
                    ax.text(x + SIDE / 2, y + SIDE / 2, word, color=INK, fontsize=7, ha="center", va="center")
        ax.imshow(sheet)
        ax.set_title(f"{name}: {right.sum()} of {len(right)} right\n{interval(right)}", fontsize=11)
        ax.set(xticks=[], yticks=[])
        ax.grid(visible=False)
        ax.spines[:].set_visible(False)
    axes[0, 0].set_yticks(np.arange(len(names)) * cell + SIDE / 2, names)
    return axes[0]
