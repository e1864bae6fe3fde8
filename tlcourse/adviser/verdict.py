"""Whether transfer helps, hurts, or cannot be told: the same examples, named with it and without."""

from __future__ import annotations

import numpy as np

from tlcourse import measure
from tlcourse.adviser.trials import Trial

_LEVEL = 0.95


def compare(trials: list[Trial]) -> tuple[str, measure.Score | None, Trial | None]:
    """Say whether transfer helps, by how much, and beside which baseline.

    Picking the best of several flatters it, so the interval allows for every pair there was to pick from.
    """
    sources = [trial for trial in trials if trial.transfer]
    baselines = [trial for trial in trials if not trial.transfer]
    baseline = max(baselines, key=lambda trial: trial.score.mean, default=None)
    if not sources or baseline is None:
        return "cannot be told", None, baseline
    level = 1 - (1 - _LEVEL) / (len(sources) * len(baselines))

    def over(trial: Trial) -> measure.Score:
        return _gain(trial.correct, baseline.correct, level)

    gain = over(max(sources, key=lambda trial: trial.score.mean))
    alone = [over(trial) for trial in sources if trial.pure]
    if gain.low > 0:
        return "helps", gain, baseline
    # A mixture falls back on its baseline, so it is the sources alone that can hurt.
    if alone and all(score.high < 0 for score in alone):
        return "hurts", max(alone, key=lambda score: score.mean), baseline
    return "cannot be told", gain, baseline


def _gain(with_it: np.ndarray, without: np.ndarray, level: float) -> measure.Score:
    """Subtract two accuracies on the same examples, with an interval as sure as an exact test.

    Only examples that one of the two named right tell them apart (McNemar 1947): of so many, the share that
    goes to one side has Clopper and Pearson's interval. A bootstrap would make too much of a handful.
    """
    from scipy.stats import binomtest

    values = with_it.astype(float) - without
    values.setflags(write=False)
    won, apart = int((values > 0).sum()), int((values != 0).sum())
    if not apart:
        return measure.Score(0.0, np.nan, np.nan, values, level)
    ends = binomtest(won, apart).proportion_ci(level)
    low, high = ((2 * end - 1) * apart / len(values) for end in (ends.low, ends.high))
    return measure.Score(float(values.mean()), low, high, values, level)
