"""From image files to pixels: the one decoder that every part of the course uses."""

from __future__ import annotations

import operator
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import TYPE_CHECKING

import numpy as np

from tlcourse.datasets.errors import BadOption, UnreadableImage

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 64_000_000
FITS = ("crop", "pad")

# A picture of this many pixels takes up to 130 MB while it is read, the largest half a gigabyte.
_LARGE = 16_000_000
_ONE_LARGE_AT_A_TIME = threading.Lock()

# The share of the shorter side that EfficientNet's evaluation keeps: 224 of 256 pixels.
_CROP = 0.875

# Only formats that photos come in: Pillow's others include PostScript, which it hands to an interpreter.
_FORMATS = ("JPEG", "PNG", "GIF", "BMP", "PPM", "WEBP", "TIFF", "JPEG2000", "AVIF")

# The longest scale-down left to the bicubic filter alone; what is beyond is averaged away first, for speed.
_GAP = 2.0


def read_image(path: str | os.PathLike, size: int, fit: str = "crop") -> np.ndarray:
    """Read a picture file as a square of RGB pixels.

    It is read the way a person sees it: turned as its EXIF orientation says, transparent parts on white,
    16-bit greys scaled to 8 bits, the first frame of an animation. Colour profiles are ignored.

    Parameters
    ----------
    path : path-like
        A JPEG, PNG, GIF, BMP, PPM, WebP, TIFF, JPEG 2000 or AVIF file, whatever its name ends in.
    size : int
        Side of the square, in pixels.
    fit : {"pad", "crop"}
        ``"pad"`` keeps the whole picture, in the middle of a white square. ``"crop"`` does what
        EfficientNet's evaluation does: keeps the central square whose side is 87.5 % of the picture's
        shorter side (for 224 pixels: shorter side to 256, then the middle 224). Both resize bicubically.

    Returns
    -------
    numpy.ndarray
        uint8, shape ``(size, size, 3)``.

    Raises
    ------
    UnreadableImage
        If the file is missing, empty, damaged, not an image, or has more than 64 million pixels (which its
        header tells: such a file is never decoded).
    BadOption
        If `size` is not a positive whole number or `fit` is not one of the two.

    Examples
    --------
    >>> import tempfile
    >>> from PIL import Image
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Image.new("RGB", (40, 20), "red").save(f"{folder}/red.png")
    ...     pixels = read_image(f"{folder}/red.png", size=4, fit="pad")
    >>> pixels[:, 0].tolist()
    [[255, 255, 255], [255, 0, 0], [255, 0, 0], [255, 255, 255]]
    """
    from PIL import Image, UnidentifiedImageError

    size, fit = check_size(size), check_fit(fit)
    if not os.path.isfile(path):  # opening a pipe or a device would wait for ever
        raise UnreadableImage(path, "not a file" if os.path.lexists(path) else "no such file")
    try:
        with Image.open(path, formats=_FORMATS) as image:
            return np.array(_square(image, path, size, fit))
    except UnreadableImage:
        raise
    except UnidentifiedImageError as error:
        raise UnreadableImage(path, _why_unidentified(path)) from error
    except Image.DecompressionBombError as error:
        raise UnreadableImage(path, _TOO_LARGE) from error
    except Exception as error:  # Pillow's parsers raise whatever they trip over in damaged bytes
        errno_text = getattr(error, "strerror", None)
        raise UnreadableImage(path, errno_text.lower() if errno_text else "damaged or cut short") from error


def read_images(
    paths: Sequence[str | os.PathLike], size: int, fit: str
) -> tuple[np.ndarray, dict[int, UnreadableImage]]:
    """Read many picture files in parallel threads.

    Returns
    -------
    images : numpy.ndarray
        The pictures that could be read, in the order of `paths`.
    failures : dict
        For each index of `paths` that is missing from `images`, the reason.
    """
    size, fit = check_size(size), check_fit(fit)

    def attempt(path):
        try:
            return read_image(path, size, fit)
        except UnreadableImage as error:
            return error

    images = np.empty((len(paths), size, size, 3), np.uint8)
    failures = {}
    # Pillow decodes outside the interpreter lock, so threads keep every core busy; each holds one picture.
    with ThreadPoolExecutor(max_workers=min(8, usable_cores())) as pool:
        for index, result in enumerate(pool.map(attempt, paths)):
            if isinstance(result, UnreadableImage):
                failures[index] = result
            else:
                images[index - len(failures)] = result
    return images[: len(paths) - len(failures)], failures


def usable_cores() -> int:
    """Return how many cores this process may use, which in a container or a job can be few of many."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check_size(size: int) -> int:
    """Return `size` as an int, or say what is wrong with it."""
    try:
        number = operator.index(size)
    except TypeError:
        number = 0
    if number < 1 or isinstance(size, bool):
        raise BadOption(f"size is {size!r}, but it must be a whole number of pixels, 1 or more, such as 224.")
    return number


def check_fit(fit: str) -> str:
    """Return `fit`, or say which values there are."""
    if fit not in FITS:
        raise BadOption(
            f"fit is {fit!r}, but it must be 'crop' (keep the middle) or 'pad' (keep everything)."
        )
    return fit


_TOO_LARGE = f"over {MAX_PIXELS // 1_000_000} million pixels"


def _square(image: Image.Image, path, size: int, fit: str) -> Image.Image:
    if image.width * image.height > MAX_PIXELS:
        raise UnreadableImage(path, _TOO_LARGE)
    # A JPEG can be decoded at 1/2, 1/4 or 1/8 of its size for a fraction of the work.
    scale = _GAP * size / _side(image, fit)
    if scale < 1:
        image.draft(None, tuple(max(1, round(length * scale)) for length in image.size))
    with _ONE_LARGE_AT_A_TIME if image.width * image.height > _LARGE else nullcontext():
        return _decode(image, path, size, fit)


def _decode(image: Image.Image, path, size: int, fit: str) -> Image.Image:
    from PIL import Image, ImageOps

    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    image = _to_rgb(image, path)

    side = _side(image, fit)
    if fit == "crop":
        left, top = (image.width - side) / 2, (image.height - side) / 2
        box = (left, top, left + side, top + side)
        return image.resize((size, size), Image.Resampling.BICUBIC, box, _GAP)
    inner = [max(1, round(length * size / side)) for length in image.size]
    small = image.resize(inner, Image.Resampling.BICUBIC, reducing_gap=_GAP)
    square = Image.new("RGB", (size, size), "white")
    square.paste(small, ((size - inner[0]) // 2, (size - inner[1]) // 2))
    return square


def _side(image: Image.Image, fit: str) -> float:
    """Side of the part of the picture, in its own pixels, that fills the square."""
    return max(image.size) if fit == "pad" else _CROP * min(image.size)


def _to_rgb(image: Image.Image, path) -> Image.Image:
    from PIL import Image

    if image.mode == "F" or (image.mode == "I" and image.format == "TIFF"):
        raise UnreadableImage(path, "32-bit pixels, whose range is anyone's guess: save it with 8 or 16 bits")
    if image.mode.startswith("I"):  # Pillow's own conversion would clip rather than scale
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        # Pasted, for `alpha_composite` would need twice the memory: it takes and gives RGBA only.
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image)
        return white
    return image if image.mode == "RGB" else image.convert("RGB")


def _why_unidentified(path) -> str:
    with open(path, "rb") as file:
        start = file.read(12)
    if not start:
        return "an empty file"
    if start[4:8] == b"ftyp" and start[8:12] in (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"):
        return "an HEIC photo: save it as JPEG first"
    return "not an image"
