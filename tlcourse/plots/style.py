"""The course's look: one style sheet, and one colour and marker for each method, in every figure."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import NamedTuple

from matplotlib import pyplot as plt
from matplotlib import style
from matplotlib.colors import to_rgb

STYLE = "tlcourse.plots.tlcourse"
"""The style sheet's name, as `matplotlib.style` knows it."""

INK, MUTED, FAINT = "#262626", "#6B6B6B", "#E6E6E6"


def styled(draw: Callable) -> Callable:
    """Make a function draw in the course's style, and leave the reader's own settings as they were."""

    @wraps(draw)
    def drawn(*args, **kwargs):
        # A notebook's backend turns interactive drawing on when it is first used. Used here, before the
        # style's settings are laid over the reader's, it is not turned off again with them.
        plt.draw_if_interactive()
        with style.context(STYLE):
            return draw(*args, **kwargs)

    return drawn


class Role(NamedTuple):
    """How one method is drawn: its colour, and the marker that tells it apart in black and white."""

    colour: str
    marker: str | tuple[int, int, int]


ROLES = {
    "majority class": Role("#A0A0A0", "P"),
    "pixels": Role("#595959", "o"),
    "random features": Role("#A0A0A0", "s"),
    "from scratch": Role("#D55E00", "X"),
    "HOG": Role("#E69F00", "v"),
    "colour histogram": Role("#704A00", "<"),
    "ImageNet features": Role("#0072B2", "D"),
    "fine-tuned": Role("#009E73", "^"),
    "TF-IDF": Role("#595959", "h"),
    "GloVe": Role("#56B4E9", "p"),
    "word2vec": Role("#CC79A7", ">"),
    "FastText": Role("#E69F00", "8"),
    "USE": Role("#0072B2", "d"),
    "MiniLM": Role("#009E73", "*"),
}
"""The methods with a colour of their own, from the palette of Okabe and Ito; baselines are grey."""

# The letters for filled markers are used up: these are stars and polygons by (corners, 1 for a star, turn).
FALLBACK = (
    Role("#D55E00", "H"),
    Role("#000000", (4, 1, 0)),
    Role("#56B4E9", (6, 1, 0)),
    Role("#CC79A7", (5, 0, 180)),
    Role("#009E73", (3, 1, 0)),
    Role("#704A00", (8, 1, 0)),
)


def use_style() -> None:
    """Draw everything that follows in the course's style, your own figures too."""
    style.use(STYLE)


def roles(names: Iterable[str]) -> dict[str, Role]:
    """Give each method its role in one figure.

    A name takes the role of the first known name in it ("small CNN from scratch" is drawn as "from scratch");
    a second claim to the same role, or an unknown name, takes the next free one of the fallback cycle.

    Parameters
    ----------
    names : iterable of str
        The methods, in the order they are drawn.

    Returns
    -------
    dict of str to Role
        A role for every name.

    Examples
    --------
    >>> roles(["pixels", "ImageNet features, block 3"])["ImageNet features, block 3"].marker
    'D'
    """
    names = list(names)
    given: dict[str, Role] = {}
    # Exact names first, so that a variant listed earlier cannot take the role of the method itself; then
    # names with a role in them, so that none of the fallback cycle has the colour of a method drawn with it.
    for name in sorted(names, key=lambda name: name not in ROLES):
        claimed = sorted((name.find(known), role) for known, role in ROLES.items() if known in name)
        if free := [role for _, role in claimed if role not in given.values()]:
            given[name] = free[0]
    for name in names:
        if name not in given:
            taken = {role.colour for role in given.values()}
            free = [role for role in FALLBACK if role not in given.values()]
            free.sort(key=lambda role: role.colour in taken)
            given[name] = free[0] if free else FALLBACK[len(given) % len(FALLBACK)]
    return {name: given[name] for name in names}


def ink(colour: str) -> tuple[float, float, float]:
    """Darken a colour until text in it reads on white (contrast 4.5 to 1, as WCAG 2 asks)."""
    rgb = to_rgb(colour)
    while luminance(rgb) > 1.05 / 4.5 - 0.05:
        rgb = tuple(0.95 * channel for channel in rgb)
    return rgb


def luminance(rgb: tuple[float, float, float]) -> float:
    """Relative luminance of an sRGB colour, from 0 (black) to 1 (white)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
