"""Name what is in a learner's own photos with a pretrained network and its classification head."""

import glob
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from tlcourse import models, transfer
from tlcourse.datasets.decode import read_images

PHOTOS = {".avif", ".bmp", ".gif", ".heic", ".jp2", ".jpeg", ".jpg", ".png", ".ppm", ".tif", ".tiff", ".webp"}
BATCH = 128
TOP = 5


class NoPhotos(Exception):
    """A folder or a pattern holds no photo."""


def find_photos(images: Iterable[str]) -> list[Path]:
    """List the files meant by names of files, folders (the photos directly in them) and glob patterns."""
    paths = []
    for image in images:
        path, found = Path(image), [Path(image)]
        if path.is_dir():
            found = [p for p in path.iterdir() if p.suffix.lower() in PHOTOS and not p.name.startswith(".")]
        elif glob.has_magic(image) and not path.exists():
            found = map(Path, glob.glob(image))
        found = sorted(found)
        if not found:
            raise NoPhotos(f"{image} holds no photo: give files, a folder with photos in it, or a pattern.")
        paths += found
    return paths


def name_photos(paths: list[Path]) -> Iterator[dict]:
    """Yield for each path its likeliest classes with their probabilities, or why it could not be read."""
    backbone = None
    for start in range(0, len(paths), BATCH):
        batch = paths[start : start + BATCH]
        pixels, errors = read_images(batch, size=224, fit="crop")
        if len(pixels):
            backbone = backbone or models.load("efficientnet-lite0", head=True)
            predicted = iter(transfer.extract_features(backbone, pixels, cache=False, progress=False))
        for index, path in enumerate(batch):
            if index in errors:
                yield {"path": str(path), "error": str(errors[index])}
                continue
            probabilities = next(predicted)
            best = np.argsort(-probabilities)[:TOP]
            top = [{"name": backbone.class_names[i], "probability": float(probabilities[i])} for i in best]
            yield {"path": str(path), "top": top}
