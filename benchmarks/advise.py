"""Whether the adviser's intervals hold what they promise: on tasks drawn from the course's own data.

    python benchmarks/advise.py [TASKS]

Each task draws a data set (stamps, digits, Fashion-MNIST, 20 Newsgroups, R8), some of its classes, and about
8 to 60 labels of each. `adviser.advise` sees these alone. Then the pipeline that it would save is put to
other examples of the classes, which gives its true accuracy but for their number; and what it chose is fitted
to twice the labels, for the first forecast. The 90 % intervals should hold the truth in 80 to 97 % of tasks:
the exit status is 1 if those of the accuracy expected now do not.

So that a task takes a second or two, ImageNet features are computed once for all (and kept in the cache), and
what takes long for each task is left out: hand-crafted features, sentence encoders, trained networks.
"""

import dataclasses
import hashlib
import os
import sys
import time

os.environ["TQDM_DISABLE"] = "1"

import numpy as np

from tlcourse import adviser, datasets, measure, models, transfer
from tlcourse.adviser import consult, representations

LEAST, MOST = 0.80, 0.97
# Of each data set, how many examples of a class, and how many classes.
POOL = {
    "stamps": (80, 8),
    "digits": (150, 10),
    "fashion-mnist": (150, 10),
    "newsgroups": (150, 8),
    "reuters-r8": (150, 8),
}
LABELS = (8, 15, 30, 60)
LEFT_OUT = ("HOG", "USE", "MiniLM")


def pool(name: str):
    """Load a data set's first examples of each class."""
    data = datasets.load(name) if name != "digits" else datasets.load(name, size=28)
    number, classes = POOL[name]
    # Classes as far apart in the alphabet as may be: neighbours are often of one theme.
    labels = np.linspace(0, len(data.class_names) - 1, classes).astype(int)
    chosen = np.concatenate([np.flatnonzero(data.labels == label)[:number] for label in labels])
    data = data.subset(chosen)
    if isinstance(data, datasets.Texts):
        data = dataclasses.replace(data, in_train=None)
    report = datasets.inspect(data)
    return data.subset(~(report.copy | report.contradicted))


def prepare() -> dict:
    """Load all pools, and put known features in the place of all that takes long."""
    pools, known = {name: pool(name) for name in POOL}, {}
    backbone = models.load("efficientnet-lite0")
    for name, data in pools.items():
        print(f"{name}: {len(data)} in {len(np.unique(data.labels))} classes", flush=True)
        if isinstance(data, datasets.Images):
            known |= zip(map(key, data.images), transfer.extract_features(backbone, data.images), strict=True)
    representations.ImageNet.__call__ = lambda self, things, progress=False: np.array(
        [known[key(thing)] for thing in things]
    )
    consult.networks.for_photos = tuple
    for name in ("for_photos", "for_texts"):
        every = getattr(representations, name)
        quick = [made.name for made in every() if not any(dear in made.name for dear in LEFT_OUT)]
        setattr(
            representations,
            name,
            lambda every=every, quick=quick: tuple(made for made in every() if made.name in quick),
        )
    return pools


def key(picture: np.ndarray) -> bytes:
    return hashlib.blake2b(picture.tobytes(), digest_size=16).digest()


def draw(data, rng) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw a task: what the adviser sees, as much again, and the truth."""
    there = np.unique(data.labels)
    classes = rng.choice(there, rng.integers(2, min(8, len(there)) + 1), replace=False)
    members = [rng.permutation(np.flatnonzero(data.labels == label)) for label in classes]
    labels = rng.choice(LABELS)
    # Classes are not equally common in the data people have.
    counts = [max(6, round(labels * rng.uniform(0.6, 1.4))) for _ in members]
    counts = [min(count, len(rows) // 3) for count, rows in zip(counts, members, strict=True)]
    parts = [np.split(rows, [count, 2 * count]) for rows, count in zip(members, counts, strict=True)]
    return tuple(np.concatenate(part) for part in zip(*parts, strict=True))


def accuracy(right: np.ndarray, labels: np.ndarray, seen: np.ndarray) -> float:
    """Weigh each class of the truth as it was weighed in what the adviser saw."""
    classes, counts = np.unique(seen, return_counts=True)
    return float(np.average([right[labels == label].mean() for label in classes], weights=counts))


def take(data, rows: np.ndarray):
    return [data.texts[i] for i in rows] if isinstance(data, datasets.Texts) else data.images[rows]


def now(advice, data, seen, rest) -> float:
    """Return the true accuracy of what would be saved."""
    names = np.array(data.class_names)[data.labels[rest]]
    right = np.array(advice.pipeline.predict(take(data, rest))) == names
    return accuracy(right, data.labels[rest], data.labels[seen])


def twice(advice, data, seen, more, rest) -> float:
    """Fit what was chosen to twice the labels, and return its accuracy on the rest."""
    rows = np.concatenate([seen, more])
    made = advice.pipeline.representation.fit(take(data, rows))
    probe = transfer.linear_probe(made(take(data, rows)), data.labels[rows])
    right = probe.predict(made(take(data, rest))) == data.labels[rest]
    return accuracy(right, data.labels[rest], data.labels[seen])


def main(tasks: int) -> int:
    pools, rows = prepare(), []
    for number in range(tasks):
        rng = np.random.default_rng(number)
        name = list(pools)[number % len(pools)]
        data = pools[name]
        seen, more, rest = draw(data, rng)
        start = time.perf_counter()
        try:
            advice = adviser.advise(data.subset(seen), seed=number, progress=False)
        except adviser.AdviceError as error:
            print(f"{number} {name}: {error}")
            continue
        seconds = time.perf_counter() - start
        expected, truth = advice.expected, now(advice, data, seen, rest)
        row = [expected.low <= truth <= expected.high, None, expected.high - expected.low]
        text = f"{expected} true {truth:.2f}{' ' if row[0] else '*'}"
        if advice.forecasts:
            then, later = advice.forecasts[2], twice(advice, data, seen, more, rest)
            row[1] = then.low <= later <= then.high
            text += f" | twice {then} true {later:.2f}{' ' if row[1] else '*'}"
        rows.append(row)
        print(
            f"{number} {name}: {len(seen)} of {len(advice.classes)} classes, {len(rest)} for the truth,"
            f" {advice.best.name}, {advice.verdict}: {text} {seconds:.1f} s",
            flush=True,
        )
    inside = measure.interval([row[0] for row in rows], level=0.9)
    ahead = measure.interval([row[1] for row in rows if row[1] is not None], level=0.9)
    print("\n| 90 % interval of | holds the truth | tasks |\n|---|---|---|")
    print(f"| accuracy now | {inside} | {len(rows)} |")
    print(f"| accuracy with twice the labels | {ahead} | {len(ahead.values)} |")
    print(f"\nmean width now {np.mean([row[2] for row in rows]):.2f}")
    return int(not LEAST <= inside.mean <= MOST)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 60))
