"""Seconds that the estimates of transferability take, against each written straight from its definition.

    python benchmarks/transferability.py [--foresight [--write]]

The definitions are what one writes first: LogME inverts a matrix of features by features in each step for
each class, the H-score inverts the covariance, the alignment builds both tables of examples by examples, and
LEEP loops over examples. Both give the same number, which is checked. They take turns; each ratio is the
median of its rounds, in seconds of processor time, with one thread, so that a busy machine does not matter.
The exit status is 1 if a bound is missed.

With ``--foresight`` it computes anew what `tlcourse.survey.foresight` stores, estimates of all sources on all
targets, and says how far the two differ; ``--write`` puts the new in place. That takes a few minutes.
"""

import json
import os

os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import statistics
import sys
import time

import numpy as np

from tlcourse import measure, survey
from tlcourse.survey import foresight

ROUNDS = 3
# What takes so many seconds is measured once.
SLOW = 3
# Examples, dimensions, classes, and the most seconds an estimate may take.
SIZES = ((3_000, 1_280, 10, 1.0), (500, 4_096, 10, 1.0))
# How far stored estimates may be from new ones, on another machine.
APART = 0.05
BOUNDS = {"log_me": 5, "h_score": 2, "kernel_alignment": 2, "leep": 20}


def log_me(X, y, steps=8):
    """Return LogME with the dense fixed point iteration of its definition."""
    n, d = X.shape
    gram, found = X.T @ X, []
    for name in np.unique(y):
        one, alpha, beta = (y == name).astype(float), 1.0, 1.0
        for _ in range(steps):
            inverse = np.linalg.inv(alpha * np.eye(d) + beta * gram)
            m = beta * inverse @ (X.T @ one)
            gamma = d - alpha * np.trace(inverse)
            error = np.sum((X @ m - one) ** 2)
            alpha, beta = gamma / (m @ m), (n - gamma) / error
        A = alpha * np.eye(d) + beta * gram
        m = beta * np.linalg.solve(A, X.T @ one)
        logs = n * np.log(beta) + d * np.log(alpha) - n * np.log(2 * np.pi) - np.linalg.slogdet(A)[1]
        found.append((logs - beta * np.sum((X @ m - one) ** 2) - alpha * m @ m) / 2 / n)
    return np.mean(found)


def h_score(X, y):
    """Return the H-score by scikit-learn's shrunk covariance and its pseudo-inverse, as others write it."""
    from sklearn.covariance import LedoitWolf

    shrunk = LedoitWolf().fit(X)
    means = np.zeros_like(X)
    for name in np.unique(y):
        means[y == name] = X[y == name].mean(axis=0)
    between = (1 - shrunk.shrinkage_) * np.cov(means.T, bias=True)
    return np.trace(np.linalg.pinv(shrunk.covariance_, rcond=1e-15) @ between)


def kernel_alignment(X, y):
    """Return the cosine between the two centred kernels."""
    n = len(y)
    H = np.eye(n) - 1 / n
    K, L = H @ (X @ X.T) @ H, H @ (y[:, None] == y).astype(float) @ H
    return (K * L).sum() / np.linalg.norm(K) / np.linalg.norm(L)


def leep(answers, y):
    """Return LEEP in loops over examples and classes."""
    classes = np.unique(y)
    joint = np.zeros((len(classes), answers.shape[1]))
    for row, label in zip(answers, y, strict=True):
        joint[np.searchsorted(classes, label)] += row / len(y)
    given = joint / joint.sum(axis=0)
    logs = 0.0
    for row, label in zip(answers, y, strict=True):
        index = np.searchsorted(classes, label)
        logs += np.log(sum(given[index, z] * row[z] for z in range(len(row))))
    return logs / len(y)


def timed(estimate, X, y) -> tuple[float, float]:
    """Return what an estimate gives, and its seconds of processor time."""
    started = time.process_time()
    return estimate(X, y), time.process_time() - started


def main() -> int:
    """Measure, print the table, and say whether every bound is kept."""
    kept = True
    print(f"{'':32}{'seconds':>9}{'bound':>7}{'direct':>9}{'ratio':>8}{'bound':>7}")
    for n, d, classes, most in SIZES:
        rng = np.random.default_rng(0)
        y = rng.integers(0, classes, n)
        X = rng.normal(size=(n, d)) * rng.uniform(0.1, 2, d) + 0.5 * rng.normal(size=(classes, d))[y]
        answers = rng.dirichlet(np.full(1_000, 0.05), n)
        for name, bound in BOUNDS.items():
            given = answers if name == "leep" else X
            # In thousands of dimensions direct LogME and H-score take an hour; the alignment is the same.
            direct = None if name != "leep" and d > n else globals()[name]
            ours, theirs = [], []
            for _ in range(ROUNDS):
                value, seconds = timed(getattr(measure, name), given, y)
                ours.append(seconds)
                if direct and (not theirs or theirs[0] < SLOW):
                    expected, seconds = timed(direct, given, y)
                    theirs.append(seconds)
                    np.testing.assert_allclose(value, expected, atol=1e-4)
            took = statistics.median(ours)
            fits = took <= most
            row = f"{f'{name}, {n:,} of {given.shape[1]:,}':32}{took:9.3f}{most:7.1f}"
            if theirs:
                ratio = statistics.median(theirs) / took
                fits &= ratio >= bound
                row += f"{statistics.median(theirs):9.2f}{ratio:8.1f}{bound:7.0f}"
            print(row + ("" if fits else "  MISSED"), flush=True)
            kept &= fits
    return int(not kept)


def foresee(write: bool) -> int:
    """Compute the survey's foresight anew, and compare it with what is stored."""
    rows, stored, apart = [], foresight.stored() if foresight.FORESIGHT.exists() else {}, 0.0
    for target in survey.TARGETS:
        for name in survey.names(target):
            said = foresight.foresee(survey.features(target, name), survey.load(target))
            said = json.loads(json.dumps(said), parse_float=lambda text: float(f"{float(text):.6g}"))
            rows.append(json.dumps({"target": target, "name": name, **said}))
            if known := stored.get((target, name)):
                differences = [np.abs(np.subtract(said[way], known[way])).max() for way in foresight.WAYS]
                apart = max(apart, *differences)
                print(f"{target}, {name}: differs by at most {max(differences):.4f}", flush=True)
    if write:
        foresight.FORESIGHT.write_text("[\n" + ",\n".join(rows) + "\n]\n", "utf-8")
    return int(apart > APART and not write)


if __name__ == "__main__":
    sys.exit(foresee("--write" in sys.argv) if "--foresight" in sys.argv else main())
