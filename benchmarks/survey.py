"""Measure the course's transfer matrix anew, and compare it with what the course ships.

    python benchmarks/survey.py [--again] [--write]

Every source on every target, at all shots and repeats; see `tlcourse.survey`. Finished curves are kept in
the cache, so after Ctrl-C the same command goes on where it stopped; `--again` measures them in spite of
that. The exit status is 1 if a verdict differs from the shipped results, or a bound is missed. `--write` puts
the new results in their place; `tlcourse.survey.foresight` has estimates of the same pairs.
"""

import sys
import time

import numpy as np

from tlcourse import measure, survey

# What the lessons rely on: verdicts of each kind, and gains in the score at five shots.
LEAST = {"hurts": 3, "helps": 6}
DIGITS, STAMPS = -0.08, 0.25


def show(matrix: measure.TransferMatrix) -> None:
    """Print each target's gains in points, with its verdicts: + helps, - hurts."""
    signs = {"helps": "+", "hurts": "-", "no evidence": " "}
    for target in matrix.targets:
        print(f"\n{target:24}" + "".join(f"{shots:>27}" for shots in matrix.shots))
        best = [matrix.best_baseline(target, shots) for shots in matrix.shots]
        scores = [
            f"{name} {matrix.accuracy(target, name, shots)}"
            for name, shots in zip(best, matrix.shots, strict=True)
        ]
        print(f"{'best baseline':24}" + "".join(f"{score:>27}" for score in scores))
        for source in dict.fromkeys(source for of, source, _ in matrix.cells if of == target):
            cells = []
            for shots in matrix.shots:
                gain = matrix.gain(target, source, shots)
                ends = f"[{100 * gain.low:+.1f}, {100 * gain.high:+.1f}]"
                cells.append(f"{signs[matrix.verdict(target, source, shots)]} {100 * gain.mean:+.1f} {ends}")
            print(f"{source:24}" + "".join(f"{cell:>27}" for cell in cells))


def main() -> int:
    """Measure, compare, and say whether every bound is kept."""
    started = time.process_time()
    matrix = survey.run(cache="--again" not in sys.argv)
    show(matrix)
    print(f"\n{matrix}; {matrix.comparisons} comparisons; {time.process_time() - started:.0f} CPU seconds")
    kept = True
    for verdict, least in LEAST.items():
        kept &= (number := matrix.count(verdict)) >= least
        print(f"{verdict}: {number} cells, at least {least}")
    digits = matrix.gain("digits", "ImageNet", 5, over="pixels").mean
    stamps = matrix.gain("stamps", "ImageNet", 5).mean
    kept &= digits <= DIGITS and stamps >= STAMPS
    print(f"digits, 5 shots, ImageNet over pixels: {100 * digits:+.1f} points, at most {100 * DIGITS:+.0f}")
    print(
        f"stamps, 5 shots, ImageNet over the best: {100 * stamps:+.1f} points, at least {100 * STAMPS:+.0f}"
    )
    if survey.RESULTS.exists():
        shipped = survey.results()
        changed = [cell for cell in matrix.cells if matrix.verdict(*cell) != shipped.verdict(*cell)]
        apart = max(np.nanmax(np.abs(matrix.curves[k].values - c.values)) for k, c in shipped.curves.items())
        print(f"Against the shipped results: {len(changed)} other verdicts {changed or ''}, ", end="")
        print(f"largest difference of a single score {apart:.4f}")
        kept &= not changed
    if "--write" in sys.argv:
        survey.RESULTS.write_text(matrix.to_json() + "\n", "utf-8")
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main())
