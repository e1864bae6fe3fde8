"""Whether the adviser's intervals hold what they promise: on tasks drawn from the course's own data.

    python benchmarks/advise.py [TASKS] [--write]

Each task draws a data set (stamps, digits, Fashion-MNIST, 20 Newsgroups, R8), some of its classes, and about
8 to 60 labels of each. `adviser.advise` sees these alone. Then the pipeline that it would save is put to
other examples of the classes, which gives its true accuracy but for their number; and what it chose is fitted
to twice the labels, for the first forecast; and the best source and the best baseline that it tried are
compared there too, for the verdict. The 90 % intervals should hold the truth in 80 to 97 % of tasks: the exit
status is 1 if those of the accuracy expected now do not. ``--write`` puts the outcome where
`tlcourse.adviser.calibration`, and so lesson 11, reads it.

So that a task takes a second or two, ImageNet features are computed once for all (and kept in the cache), and
what takes long for each task is left out: hand-crafted features, sentence encoders, trained networks.
"""

import dataclasses
import hashlib
import json
import os
import sys
import time

os.environ["TQDM_DISABLE"] = "1"

import numpy as np

from tlcourse import adviser, datasets, measure, models, transfer
from tlcourse.adviser import calibration, consult, representations

LEAST, MOST = 0.80, 0.97
# Seconds, so that a busy machine changes nothing.
AMPLE = 600
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


def fitted(made, data, rows, seen, rest) -> float:
    """Fit a candidate to some rows, and return its accuracy on the rest."""
    made.fit(take(data, rows))
    probe = transfer.linear_probe(made(take(data, rows)), data.labels[rows])
    right = probe.predict(made(take(data, rest))) == data.labels[rest]
    return accuracy(right, data.labels[rest], data.labels[seen])


def gained(advice, data, seen, rest) -> float:
    """Return how much better the best with a source is than the best without, of those compared."""
    with_source = [trial for trial in advice.trials if trial.transfer]
    if advice.verdict == "hurts":
        with_source = [trial for trial in with_source if trial.pure]
    without = [trial for trial in advice.trials if not trial.transfer]
    best = [max(some, key=lambda trial: trial.score.mean).fitting for some in (with_source, without)]
    return float(np.subtract(*(fitted(made, data, seen, seen, rest) for made in best)))


def said(score: measure.Score, truth: float) -> list[float]:
    return [round(float(value), 4) for value in (score.mean, score.low, score.high, truth)]


def one(number: int, pools: dict) -> dict:
    """Draw a task, ask the adviser, and look at the truth."""
    rng = np.random.default_rng(number)
    name = list(pools)[number % len(pools)]
    data = pools[name]
    seen, more, rest = draw(data, rng)
    start = time.perf_counter()
    advice = adviser.advise(data.subset(seen), AMPLE, seed=number, progress=False)
    seconds = time.perf_counter() - start
    row = {
        "task": number,
        "data": name,
        "labels": len(seen),
        "classes": len(advice.classes),
        "best": advice.best.name,
        "verdict": advice.verdict,
        "gained": round(gained(advice, data, seen, rest), 4),
        "now": said(advice.expected, now(advice, data, seen, rest)),
        "twice": None,
    }
    if advice.forecasts:
        later = fitted(advice.pipeline.representation, data, np.concatenate([seen, more]), seen, rest)
        row["twice"] = said(advice.forecasts[2], later)
    print(f"{json.dumps(row)} {len(rest)} for the truth, {seconds:.1f} s", flush=True)
    return row


def main(tasks: int, write: bool) -> int:
    """Measure, print the table, and say whether the bound is kept."""
    pools, rows = prepare(), []
    for number in range(tasks):
        try:
            rows.append(one(number, pools))
        except adviser.AdviceError as error:
            print(f"{number}: {error}")
    shares = {what: measure.interval(right, 0.9) for what, right in calibration.held(rows).items()}
    print("\n| | holds | tasks |\n|---|---|---|")
    for what, share in shares.items():
        print(f"| {what} | {share} | {len(share.values)} |")
    print(f"\nmean width now {np.mean([row['now'][2] - row['now'][1] for row in rows]):.2f}")
    if write:
        lines = ",\n".join(map(json.dumps, rows))
        calibration.CALIBRATION.write_text(f"[\n{lines}\n]\n", "utf-8")
    return int(not LEAST <= shares["accuracy now"].mean <= MOST)


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    sys.exit(main(numbers[0] if numbers else 60, "--write" in sys.argv))
