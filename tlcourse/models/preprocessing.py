"""What a network wants done to pixels before it sees them, as numbers rather than as code."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tlcourse.models.errors import WrongRange


@dataclass(frozen=True)
class Preprocessing:
    """Subtract, divide, and perhaps put blue first: what most networks ask for is one of these.

    Attributes
    ----------
    subtract : float or three floats
        For all three channels, or for red, green and blue.
    divide : float
        By what the difference is divided.
    blue_first : bool
        Whether the channels come as blue, green and red, as the networks of the Caffe library had them.

    Examples
    --------
    >>> scale = Preprocessing(subtract=127, divide=128)
    >>> scale
    (pixel - 127) / 128
    >>> scale(np.array([[255, 127, 63]], np.uint8))
    array([[ 1. ,  0. , -0.5]], dtype=float32)
    >>> scale(np.array([[1.0, 0.5, 0.25]]))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    tlcourse.models.errors.WrongRange: These pixels run from 0.25 to 1 instead of 0 to 255: ...
    """

    subtract: float | tuple[float, float, float] = 0.0
    divide: float = 1.0
    blue_first: bool = False

    def __post_init__(self):
        if isinstance(self.subtract, Sequence):  # what comes out of JSON is a list
            object.__setattr__(self, "subtract", tuple(self.subtract))
        try:
            usable = np.shape(self.subtract) in ((), (3,)) and self.divide != 0
            usable = usable and all(map(math.isfinite, (*np.ravel(self.subtract), self.divide)))
        except TypeError:
            usable = False
        if not usable:
            raise ValueError(
                f"Preprocessing was to subtract {self.subtract!r} and divide by {self.divide!r}; give one "
                "number, or three, to subtract, and one other than 0 to divide by."
            )

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Preprocess pixels 0…255, (…, 3), ``uint8`` or floating point, to float32.

        Raises
        ------
        WrongRange
            If floating-point pictures were scaled already: all within -1…1, or far below 0.
        """
        pixels = np.asarray(images)
        # The classic mistake, and a silent one. A little outside of 0…255 is what smooth resizing gives.
        if pixels.dtype.kind == "f" and pixels.size:
            low, high = float(pixels.min()), float(pixels.max())
            if (high <= 1 and low != high) or low < -64:
                why = "the network was trained on such"
                if self != Preprocessing():
                    why = f"{self} is done to them here"
                raise WrongRange(
                    f"These pixels run from {low:.3g} to {high:.3g} instead of 0 to 255: give them unscaled, "
                    f"for {why}."
                )
        pixels = pixels.astype(np.float32) - np.asarray(self.subtract, np.float32)
        pixels *= np.float32(1 / self.divide)
        return np.ascontiguousarray(pixels[..., ::-1]) if self.blue_first else pixels

    def __repr__(self) -> str:
        if self == Preprocessing():
            return "none (pixels 0…255)"
        text = "pixel"
        if np.any(self.subtract):
            numbers = ", ".join(f"{number:g}" for number in np.ravel(self.subtract))
            text = f"pixel - ({numbers})" if np.ndim(self.subtract) else f"pixel - {numbers}"
        if self.divide != 1:
            text = f"({text}) / {self.divide:g}" if " " in text else f"{text} / {self.divide:g}"
        return f"{text}, blue first" if self.blue_first else text
