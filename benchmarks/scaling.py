"""Fine-tuning and feature extraction on one core, on two workers of one core each, and on both cores at once.

    python benchmarks/scaling.py [--write]

A worker is a process held to one core, which stands for a small machine of a cluster; what passes between two
of them goes through a socket, as it would between machines, but faster. Training is data-parallel:
`tf.distribute.MultiWorkerMirroredStrategy` over `TF_CONFIG`, each worker taking its share of every batch, so
that the batch as a whole, and with it what is learned, stays the same. Features are extracted by a Dask
cluster from files. The ways take turns, round by round; every time has the same work in all of them.

It prints a table, fails if the results of the ways differ, and with `--write` puts what it measured where
lesson 06 reads it (`tlcourse.survey.scaling`). On two idle cores it takes about three minutes.
"""

import json
import logging
import multiprocessing
import os
import platform
import socket
import sys
import time
from contextlib import contextmanager
from functools import cache
from importlib import metadata
from pathlib import Path

import numpy as np

from tlcourse.survey.scaling import RESULTS, TASKS, WAYS, Scaling

ROUNDS = 5
NETWORK, SIZE, LOWEST, CLASSES = "efficientnet-lite0", 112, "block6a", 8
PICTURES, BATCHES = 256, (8, 64, 256)  # one pass over so many pictures, in batches of these sizes
FILES = (64, 256, 1024)
# What the ways may differ by: features, and the loss of a step in the first pass, as a share of it.
FEATURES, LOSS = 1e-4, 1e-3


# What runs inside a process that is held to some cores


def serve(pipe, cores: set[int], cluster: list[str] = (), index: int = 0) -> None:
    """Answer what is asked through the pipe, on the given cores alone, until nothing is."""
    pin(cores)
    if cluster:
        task = {"type": "worker", "index": index}
        os.environ["TF_CONFIG"] = json.dumps({"cluster": {"worker": list(cluster)}, "task": task})
    ask = {"train": learner(bool(cluster), index), "extract": extract}
    pipe.send("ready")
    while question := pipe.recv():
        task, *given = question
        start = time.perf_counter()
        answer = ask[task](*given)
        pipe.send((time.perf_counter() - start, answer))


def pin(cores: set[int]) -> None:
    """Hold this process to some cores; TensorFlow and LiteRT then start as many threads."""
    os.sched_setaffinity(0, cores)
    os.environ["TF_NUM_INTRAOP_THREADS"] = str(len(cores))
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"


def learner(distributed: bool, index: int):
    """Return the function that fine-tunes for one pass, and gives the loss of each step."""
    from dataclasses import replace

    from tlcourse import datasets, models, transfer
    from tlcourse.transfer.trainer import Trainer, keras, tf

    strategy = tf.distribute.MultiWorkerMirroredStrategy() if distributed else tf.distribute.get_strategy()
    workers = strategy.num_replicas_in_sync
    backbone = models.load(NETWORK, size=SIZE)
    depth = len(backbone.layers) - backbone.layers.index(LOWEST)
    with strategy.scope():
        trainer = Trainer(backbone, depth, CLASSES, "inference", 1.0, False)
        network, optimiser = trainer.tail_phase.network, trainer.tail_phase.optimiser
    stamps = datasets.load("stamps", size=SIZE)
    chosen = np.random.default_rng(0).permutation(len(stamps))[:PICTURES]
    lower = replace(backbone, network=trainer.lower)
    maps = transfer.extract_features(lower, stamps.images, progress=False)[chosen]
    labels = stamps.labels[chosen].astype(np.int32)

    def step(x, y, batch):
        with tf.GradientTape() as tape:
            losses = keras.losses.sparse_categorical_crossentropy(y, network(x, training=True))
            loss = tf.reduce_sum(losses) / batch  # a sum over workers of these is the mean of the batch
        variables = network.trainable_variables
        optimiser.apply(tape.gradient(loss, [variable.value for variable in variables]), variables)
        return loss

    signature = [
        tf.TensorSpec((None, *maps.shape[1:]), tf.float32),
        tf.TensorSpec((None,), tf.int32),
        tf.TensorSpec((), tf.float32),
    ]

    @tf.function(input_signature=signature, autograph=False)
    def everywhere(x, y, batch):
        return strategy.reduce("SUM", strategy.run(step, args=(x, y, batch)), axis=None)

    def train(batch: int) -> list[float]:
        # A worker takes every second picture of a batch: of an even one, as many as the other.
        shares = [slice(start + index, start + batch, workers) for start in range(0, PICTURES, batch)]
        return [float(everywhere(maps[share], labels[share], batch)) for share in shares]

    def pass_from_the_start(batch: int) -> list[float]:
        trainer.reset(0, 0.0)
        optimiser.learning_rate.assign(1e-4)  # which the reset had set to nought
        return train(batch)

    for batch in BATCHES:  # The first step of a size is slower: memory is laid out for it.
        train(batch)
    return pass_from_the_start


@cache
def backbone():
    """Load the network, once in each process."""
    from tlcourse import models

    return models.load(NETWORK)


def extract(files: list[Path]) -> np.ndarray:
    """Return the features of some files."""
    from tlcourse import transfer

    return transfer.extract_features(backbone(), files, cache=False, progress=False)


# What starts and asks them


@contextmanager
def processes(*given: tuple):
    """Start processes that `serve`, each with its own arguments, and give a function that asks them all."""
    context = multiprocessing.get_context("spawn")
    pipes = []
    for arguments in given:
        here, there = context.Pipe()
        context.Process(target=serve, args=(there, *arguments), daemon=True).start()
        pipes.append(here)
    for pipe in pipes:
        pipe.recv()

    def ask(*question) -> tuple[float, object]:
        """Return the seconds until the last one had answered, and what the first one said."""
        for pipe in pipes:
            pipe.send(question)
        answers = [pipe.recv() for pipe in pipes]
        return max(seconds for seconds, _ in answers), answers[0][1]

    yield ask
    for pipe in pipes:
        pipe.send(())


@contextmanager
def dask_cluster(files: list[Path]):
    """Start two workers of one core each and give a function that extracts features, as `processes` does."""
    from distributed import Client, LocalCluster

    from tlcourse import models, transfer

    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with LocalCluster(silence_logs=logging.ERROR, **options) as cluster, Client(cluster) as client:
        workers = sorted(client.scheduler_info()["workers"])
        client.gather([client.submit(pin, {core}, workers=name) for core, name in enumerate(workers)])
        networks = [client.submit(models.load, NETWORK, workers=name, pure=False) for name in workers]

        def ask(files: list[Path]) -> tuple[float, np.ndarray]:
            start = time.perf_counter()
            # A task runs where its network is.
            parts = [
                client.submit(transfer.extract_features, network, files[share::2], False, False, pure=False)
                for share, network in enumerate(networks)
            ]
            features = np.empty((len(files), 1280), np.float32)
            features[::2], features[1::2] = client.gather(parts)
            return time.perf_counter() - start, features

        ask(files[:2])
        yield ask


def free_addresses() -> list[str]:
    """Return two addresses on this machine that nothing listens at."""
    with socket.socket() as first, socket.socket() as second:
        for listener in (first, second):
            listener.bind(("localhost", 0))
        return [f"localhost:{listener.getsockname()[1]}" for listener in (first, second)]


def measure() -> Scaling:
    """Let the ways take turns and return every time, and by how much their results differ."""
    from tlcourse import datasets

    stamps = datasets.load("stamps", size=32).paths
    files = [Path(stamps[number % len(stamps)]) for number in range(max(FILES))]
    seconds = {
        task: {amount: {way: [] for way in WAYS} for amount in amounts}
        for task, amounts in zip(TASKS, (BATCHES, FILES), strict=True)
    }
    training, extraction = seconds.values()
    starts, apart = [], {"loss": 0.0, "features": 0.0}
    addresses = free_addresses()
    with (
        processes(({0},)) as one,
        processes(({0, 1},)) as both,
        processes(({0}, addresses, 0), ({1}, addresses, 1)) as two,
    ):
        one("extract", files[:1]), both("extract", files[:1])
        for _ in range(ROUNDS):
            for batch, times in training.items():
                losses = {}
                for way, ask in zip(WAYS, (one, two, both), strict=True):
                    took, losses[way] = ask("train", batch)
                    times[way].append(took)
                reference = np.array(losses[WAYS[0]])
                for way in WAYS[1:]:
                    apart["loss"] = max(apart["loss"], float(np.max(np.abs(losses[way] / reference - 1))))
            start = time.perf_counter()
            with dask_cluster(files) as ask_cluster:
                starts.append(time.perf_counter() - start)
                for number, times in extraction.items():
                    features = {}
                    asks = (lambda f: one("extract", f), ask_cluster, lambda f: both("extract", f))
                    for way, ask in zip(WAYS, asks, strict=True):
                        took, features[way] = ask(files[:number])
                        times[way].append(took)
                    for way in WAYS[1:]:
                        difference = float(np.max(np.abs(features[way] - features[WAYS[0]])))
                        apart["features"] = max(apart["features"], difference)
    return Scaling(describe_machine(), seconds, starts, apart)


def describe_machine() -> dict[str, str]:
    """Name the processor, and the versions of what ran."""
    info = Path("/proc/cpuinfo")
    names = (
        [line for line in info.read_text().splitlines() if line.startswith("model name")]
        if info.exists()
        else []
    )
    processor = names[0].partition(": ")[2] if names else platform.machine()
    versions = {
        name: metadata.version(package)
        for name, package in (("TensorFlow", "tensorflow-cpu"), ("Keras", "keras"), ("Dask", "distributed"))
    }
    return {"processor": processor, "cores": str(os.cpu_count()), **versions}


def main() -> int:
    """Measure, show, and say whether the ways agree."""
    result = measure()
    print(result)
    print(
        f"largest difference: features {result.differences['features']:.1e}, at most {FEATURES:.0e}; ", end=""
    )
    print(f"loss of a step {result.differences['loss']:.1e} of it, at most {LOSS:.0e}")
    kept = result.differences["features"] <= FEATURES and result.differences["loss"] <= LOSS
    if kept and "--write" in sys.argv:
        RESULTS.write_text(result.to_json() + "\n", "utf-8")
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main())
