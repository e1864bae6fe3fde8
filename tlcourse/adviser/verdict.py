"""Whether transfer helps, hurts, or cannot be told: the same examples, named with it and without."""

from __future__ import annotations

import numpy as np

from tlcourse import measure
from tlcourse.adviser.trials import Trial

_LEVEL = 0.95
_TINY = 1e-9


def compare(trials: list[Trial]) -> tuple[str, measure.Score | None, Trial | None]:
    """Say whether transfer helps, by how much, and beside which baseline."""
    sources = [trial for trial in trials if trial.transfer]
    baselines = [trial for trial in trials if not trial.transfer]
    baseline = _best(baselines) if baselines else None
    if not sources or baseline is None:
        return "cannot be told", None, baseline
    gain = _gain(sources, baselines)
    if gain.low > 0:
        return "helps", gain, baseline
    # A mixture falls back on its baseline, so it is the sources alone that can hurt.
    alone = [trial for trial in sources if trial.pure]
    if alone and (loss := _gain(alone, baselines)).high < 0:
        return "hurts", loss, baseline
    return "cannot be told", gain, baseline


def _best(trials: list[Trial]) -> Trial:
    return max(trials, key=lambda trial: trial.score.mean)


def _gain(sources: list[Trial], baselines: list[Trial]) -> measure.Score:
    """Subtract the best of the baselines from the best of the sources, whichever these truly are.

    Picking the best of several flatters it, and the interval allows for that. The best source gains at least
    what any source is sure to have over all baselines: that can be wrong once for each source, among which
    the error allowed is shared out, but not once for each baseline, since only the truly best one counts. It
    gains at most what no source has over some baseline, by the same reasoning the other way about.
    """
    sure, least = (1 - (1 - _LEVEL) / len(several) for several in (sources, baselines))
    low = max(min(_difference(one, other, sure)[0] for other in baselines) for one in sources)
    high = min(max(_difference(one, other, least)[1] for one in sources) for other in baselines)
    values = _best(sources).correct.astype(float) - _best(baselines).correct
    values.setflags(write=False)
    return measure.Score(float(values.mean()), low, high, values, _LEVEL)


def _difference(one: Trial, other: Trial, level: float) -> tuple[float, float]:
    """Return an interval of the difference of two accuracies on the same examples.

    It holds the differences that a score test would not reject (Tango 1998), which has the right width
    however few the examples are that tell the two apart. In its sign an exact test has a say as well: of
    those few, the share that goes to one side has Clopper and Pearson's interval. A bootstrap would make too
    much of a handful.
    """
    from scipy.optimize import brentq
    from scipy.stats import binomtest, norm

    number, doubt = len(one.correct), norm.ppf((1 + level) / 2) ** 2
    won = int((one.correct & ~other.correct).sum())
    lost = int((other.correct & ~one.correct).sum())

    def excess(true: float) -> float:
        """Square the distance from a true difference, less the square that its variance allows for."""
        b = (2 * number - won + lost) * true - won - lost
        c = lost * true * (1 - true)
        # The likeliest share of examples that only the other is right on, if that is the difference.
        share = (np.sqrt(max(b**2 + 8 * number * c, 0)) - b) / (4 * number)
        variance = number * (2 * share + true * (1 - true))
        return (won - lost - number * true) ** 2 - doubt * variance

    found = (won - lost) / number
    # What was found is itself a root where no example tells the two apart.
    low = -1.0 if lost == number else brentq(excess, -1, found - _TINY)
    high = 1.0 if won == number else brentq(excess, found + _TINY, 1)
    if apart := won + lost:
        share = binomtest(won, apart).proportion_ci(level)
        low, high = (
            min(low, (2 * share.low - 1) * apart / number),
            max(high, (2 * share.high - 1) * apart / number),
        )
    return low, high
