"""Turn pictures into feature vectors: by a frozen network, or as plain pixels."""

import hashlib
import os
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from tlcourse import assets, datasets
from tlcourse.models import Backbone, UnknownLayer
from tlcourse.progress import bar

# Pictures a worker decodes, holds and runs at a time: enough that handing out work costs nothing.
_BATCH = 8


class UnusableImages(ValueError):
    """What was given as images is not pictures that features can be extracted from."""


def extract_features(
    backbone: Backbone, images: np.ndarray | Sequence, cache: bool = True, progress: bool = True
) -> np.ndarray:
    """Compute the output of a backbone's frozen network for every picture.

    Files are read, decoded and forgotten as they are needed, in parallel, so that any number of them fits in
    memory.

    Parameters
    ----------
    backbone : Backbone
        From `tlcourse.models.load`.
    images : ndarray or sequence of paths
        Pixels 0…255 as ``uint8``, (N, H, W, 3), or files. Square pictures of another size than the network's
        are resized to it; of files the middle is taken, as `datasets.load_folder` does.
    cache : bool
        Keep the result under a digest of the network, of the pictures' contents and of the versions of what
        reads and runs them, for when all come again.
    progress : bool
        Show a progress bar.

    Returns
    -------
    ndarray of float32
        (N, D), in the order of `images`; (N, h, w, channels) of a network that ends in maps.

    Raises
    ------
    UnusableImages
        If there are no images, or the array is of another type or shape.

    Warns
    -----
    UserWarning
        If the result cannot be kept.

    Examples
    --------
    >>> extract_features(backbone, stamps.images).shape  # doctest: +SKIP
    (261, 1280)
    """
    from tlcourse.transfer.litert import CANNOT_KEEP, recipe

    pictures = Pictures(images)
    if not cache:
        return _compute(backbone, pictures, progress)
    computed = []

    def make(path: Path) -> None:
        computed.append(_compute(backbone, pictures, progress))
        with path.open("wb") as file:
            np.save(file, computed[0])

    text = f"{backbone.fingerprint} {pictures.digest()} {recipe(backbone)}"
    key = hashlib.sha256(text.encode()).hexdigest()[:32]
    try:
        return np.load(assets.derived("features", key, ".npy", make))
    except CANNOT_KEEP as error:
        warnings.warn(f"The features are not kept for next time: {error}", stacklevel=2)
        return computed[0] if computed else _compute(backbone, pictures, progress)


def extract_layers(
    backbone: Backbone,
    images: np.ndarray | Sequence,
    layers: Sequence[str],
    cache: bool = True,
    progress: bool = True,
) -> dict[str, np.ndarray]:
    """Compute the pooled activations of several layers, in one pass over the pictures.

    Parameters
    ----------
    backbone : Backbone
        From `tlcourse.models.load`.
    images : ndarray or sequence of paths
        As for `extract_features`.
    layers : sequence of str
        Some of ``backbone.layers``.
    cache, progress : bool
        As for `extract_features`.

    Returns
    -------
    dict of str to ndarray
        For each layer, float32 (N, the layer's channels).

    Raises
    ------
    UnknownLayer
        If `layers` is empty, names a layer twice, or one that the backbone does not have.
    """
    if isinstance(layers, str):
        raise UnknownLayer(f"layers is {layers!r}, but it must be a list of layers, such as [{layers!r}].")
    features = extract_features(backbone.cut(*layers), images, cache, progress)
    widths = [backbone.network.get_layer(layer).output.shape[-1] for layer in layers]
    return dict(zip(layers, np.split(features, np.cumsum(widths)[:-1], axis=1), strict=True))


def pixels(images: np.ndarray | Sequence, size: int = 32) -> np.ndarray:
    """Use the pixels themselves as features: the *pixels* baseline.

    Parameters
    ----------
    images : ndarray or sequence of paths
        As for `extract_features`.
    size : int
        Each picture is shrunk to ``size`` × ``size`` first.

    Returns
    -------
    ndarray of float32
        (N, 3 × ``size`` × ``size``), from 0 to 1.

    Examples
    --------
    >>> pixels(np.zeros((4, 64, 64, 3), np.uint8)).shape
    (4, 3072)
    """
    pictures = Pictures(images)
    small = [pictures.read(index, size).ravel() for index in range(len(pictures))]
    return np.array(small, np.float32) / 255


def _compute(backbone: Backbone, pictures: "Pictures", progress: bool) -> np.ndarray:
    from tlcourse.transfer.litert import WORKERS, runner

    run = runner(backbone)

    def work(indices: range) -> np.ndarray:
        batch = np.stack([pictures.read(index, backbone.input_size) for index in indices])
        return run(backbone.preprocess(batch))

    total = len(pictures)
    features = np.empty((total, *backbone.network.output_shape[1:]), np.float32)
    batches = [range(start, min(start + _BATCH, total)) for start in range(0, total, _BATCH)]
    shown = bar(total=total, desc=backbone.name, unit="image", disable=not progress)
    with shown, ThreadPoolExecutor(WORKERS) as pool:
        # After an error or Ctrl-C the map's iterator is dropped, and with it all batches not yet begun.
        for indices, rows in zip(batches, pool.map(work, batches), strict=True):
            features[indices.start : indices.stop] = rows
            shown.update(len(indices))
    return features


class Pictures:
    """Pictures in memory or in files, read one at a time."""

    def __init__(self, images: np.ndarray | Sequence):
        wanted = "give uint8 pixels of shape (N, H, W, 3) or a list of image files"
        if isinstance(images, np.ndarray):
            if images.dtype != np.uint8 or images.ndim != 4 or images.shape[3] != 3:
                raise UnusableImages(f"Got an array of {images.dtype}, shape {images.shape}; {wanted}.")
            if images.shape[1] != images.shape[2]:
                size = f"{images.shape[1]}×{images.shape[2]}"
                raise UnusableImages(f"Got pictures of {size} pixels; crop or pad them to a square first.")
        elif isinstance(images, str) or not isinstance(images, Sequence):
            raise UnusableImages(f"Got a {type(images).__name__}; {wanted}.")
        else:
            strange = next((image for image in images if not isinstance(image, str | Path)), None)
            if strange is not None:
                raise UnusableImages(f"Got a list of {type(strange).__name__}; {wanted}.")
            images = [os.fspath(path) for path in images]
        if len(images) == 0:
            raise UnusableImages(f"Got no images; {wanted}.")
        self._images = images

    def __len__(self) -> int:
        return len(self._images)

    def read(self, index: int, size: int) -> np.ndarray:
        from PIL import Image

        image = self._images[index]
        if isinstance(image, str):
            return datasets.read_image(image, size)
        if len(image) == size:
            return image
        return np.asarray(Image.fromarray(image).resize((size, size), Image.Resampling.BICUBIC))

    def digest(self) -> str:
        """Name the contents: the same pictures under other file names are the same."""
        digest = hashlib.sha256()
        for image in self._images:
            try:
                content = Path(image).read_bytes() if isinstance(image, str) else np.ascontiguousarray(image)
            except OSError as error:
                raise datasets.UnreadableImage(image, error.strerror.lower()) from error
            digest.update(hashlib.sha256(content).digest())
        kind = "files" if isinstance(self._images, list) else f"pixels {self._images.shape}"
        return f"{kind} {digest.hexdigest()}"
