"""Images a second of `extract_features`, against Keras's own `predict` and the bare LiteRT interpreter.

    python benchmarks/features.py

Every way has the same weights, the same pictures and two threads, and none uses a cache. The two rivals are
given their pictures ready, preprocessed and in memory; `extract_features` preprocesses them itself, and in
its second row reads and decodes them from JPEG files first. The ways take turns, several rounds long, and
each ratio is the median of its rounds. Before that, a fresh process streams 1,000 and 20,000 files, for the
memory that takes. The exit status is 1 if a bound is missed.
"""

import multiprocessing
import os
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import psutil
from PIL import Image

from tlcourse import datasets, models, transfer
from tlcourse.transfer import litert

THREADS = 2
os.environ["TF_NUM_INTRAOP_THREADS"] = os.environ["TF_NUM_INTEROP_THREADS"] = str(THREADS)
litert.WORKERS = THREADS
PICTURES = 512
ROUNDS = 7
FEW, MANY = 1_000, 20_000
MEGABYTE = 2**20
# Bounds on the ratios, and on what the memory of 20,000 files may exceed that of 1,000 by, results apart.
PREDICT, BARE, BARE_FROM_FILES, GROWTH = 1.8, 0.85, 0.7, 50 * MEGABYTE


def write_photos(folder: Path) -> list[Path]:
    """Write JPEG files of 500×375 pixels, each another part of a photo that scikit-image brings along."""
    import skimage.data

    photos = [
        Image.fromarray(getattr(skimage.data, name)())
        for name in ("astronaut", "chelsea", "coffee", "rocket")
    ]
    rng = np.random.default_rng(0)
    paths = [folder / f"{index:03}.jpg" for index in range(PICTURES)]
    for index, path in enumerate(paths):
        photo = photos[index % len(photos)]
        width = rng.uniform(0.5, 1) * min(photo.width, photo.height / 0.75)
        left, top = rng.uniform(0, photo.width - width), rng.uniform(0, photo.height - 0.75 * width)
        box = (left, top, left + width, top + 0.75 * width)
        photo.resize((500, 375), Image.Resampling.BICUBIC, box).save(path, quality=90)
    return paths


def bare_litert(backbone: models.Backbone):
    """Return what a person would write who only wants LiteRT: one interpreter, two threads, a loop."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(litert.converted(backbone)), num_threads=THREADS)
    interpreter.allocate_tensors()
    source = interpreter.get_input_details()[0]["index"]
    sink = interpreter.get_output_details()[0]["index"]

    def run(inputs):
        features = []
        for image in inputs:
            interpreter.set_tensor(source, image[None])
            interpreter.invoke()
            features.append(interpreter.get_tensor(sink)[0])
        return np.array(features)

    return run


def speeds(backbone: models.Backbone, paths: list[Path]) -> dict[str, list[float]]:
    """Return images a second of each way, in each round."""
    pixels = np.stack([datasets.read_image(path, backbone.input_size) for path in paths])
    inputs = backbone.preprocess(pixels)
    extract = lambda images: transfer.extract_features(backbone, images, cache=False, progress=False)  # noqa: E731
    expected = extract(pixels)
    bare = bare_litert(backbone)
    ways = {
        "model.predict, batch 32": lambda: backbone.network.predict(inputs, batch_size=32, verbose=0),
        "bare LiteRT interpreter": lambda: bare(inputs),
        "extract_features, pixels in memory": lambda: extract(pixels),
        "extract_features, JPEG files": lambda: extract(paths),
    }
    for way in ways.values():
        np.testing.assert_allclose(way(), expected, atol=1e-4)
    rates = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            rates[name].append(len(paths) / (time.perf_counter() - started))
    return rates


def memory(paths: list[Path]) -> list[int]:
    """Return the highest resident memory while few and many files are streamed, their features apart."""
    backbone = models.load("efficientnet-lite0")
    return [_peak(backbone, paths, number) for number in (FEW, MANY)]


def _peak(backbone: models.Backbone, paths: list[Path], number: int) -> int:
    process, peak, done = psutil.Process(), 0, threading.Event()

    def watch():
        nonlocal peak
        while not done.wait(0.05):
            peak = max(peak, process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    files = [paths[index % len(paths)] for index in range(number)]
    features = transfer.extract_features(backbone, files, cache=False, progress=sys.stderr.isatty())
    done.set()
    watcher.join()
    return peak - features.nbytes


def main() -> int:
    """Measure, print the tables, and say whether every bound is kept."""
    with tempfile.TemporaryDirectory() as folder:
        paths = write_photos(Path(folder))
        backbone = models.load("efficientnet-lite0")
        transfer.extract_features(backbone, paths[:1], cache=False, progress=False)  # converts the network
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
            few, many = fresh.submit(memory, paths).result()
        rates = speeds(backbone, paths)

    predict, bare, from_pixels, from_files = rates
    title = f"{PICTURES} pictures, {THREADS} threads, {ROUNDS} rounds"
    print(f"{title:40}{'images a second':>21}{'lowest':>8}{'highest':>9}")
    for name, rounds in rates.items():
        print(f"{name:40}{statistics.median(rounds):21.0f}{min(rounds):8.0f}{max(rounds):9.0f}")
    kept = True
    print(f"\n{'ratio':62}{'measured':>9}{'bound':>7}")
    for way, rival, bound in (
        (from_pixels, predict, PREDICT),
        (from_pixels, bare, BARE),
        (from_files, bare, BARE_FROM_FILES),
    ):
        ratio = statistics.median(a / b for a, b in zip(rates[way], rates[rival], strict=True))
        kept &= ratio >= bound
        print(f"{way + ' / ' + rival:62}{ratio:9.2f}{bound:7.2f}{'' if ratio >= bound else '  MISSED'}")
    growth = many - few
    kept &= growth <= GROWTH
    print(f"\n{'memory at its peak, result apart':62}{'MB':>9}{'bound':>7}")
    print(f"{f'{FEW:,} files':62}{few / MEGABYTE:9.0f}\n{f'{MANY:,} files':62}{many / MEGABYTE:9.0f}")
    missed = "" if growth <= GROWTH else "  MISSED"
    print(f"{'growth':62}{growth / MEGABYTE:9.0f}{GROWTH / MEGABYTE:7.0f}{missed}")
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main())
