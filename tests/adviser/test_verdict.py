"""Whether transfer helps, hurts or cannot be told."""

import numpy as np
import pytest

from tlcourse import measure
from tlcourse.adviser.trials import Trial
from tlcourse.adviser.verdict import compare


def trial(name, correct, transfer, pure=None):
    correct = np.asarray(correct, bool)
    pure = transfer if pure is None else pure
    return Trial(name, transfer, pure, correct, measure.interval(correct, 0.9), 1.0, 0.1, None)


@pytest.mark.parametrize(
    ("baselines", "sources", "verdict"),
    [
        ([40], [40], "cannot be told"),
        ([40], [58], "helps"),
        ([58], [30], "hurts"),
        ([58], [30, 57], "cannot be told"),  # one source at least does no harm
        ([44], [49], "cannot be told"),
    ],
)
def test_verdict_follows_from_what_was_right(baselines, sources, verdict):
    order = np.random.default_rng(0).permutation(60)
    tried = [
        trial(f"{kind}{number}", order < number, kind == "source")
        for kind, numbers in (("baseline", baselines), ("source", sources))
        for number in numbers
    ]
    assert compare(tried)[0] == verdict


def test_mixture_can_help_but_cannot_hurt():
    right = np.arange(60) < 50
    base, alone = trial("base", right, False), trial("alone", np.arange(60) < 20, True)
    mixed = trial("mixed", np.arange(60) < 49, True, pure=False)
    assert compare([base, alone, mixed])[0] == "hurts"
    mixed = trial("mixed", np.arange(60) < 60, True, pure=False)
    assert compare([base, alone, mixed])[0] == "helps"


def test_picking_from_more_candidates_asks_for_more_evidence():
    base = trial("base", np.arange(60) < 40, False)
    one = [trial("a", np.arange(60) < 45, True)]
    many = one + [trial(str(number), np.arange(60) < 30, True) for number in range(9)]
    narrow, wide = compare([base, *one])[1], compare([base, *many])[1]
    assert wide.level > narrow.level
    assert wide.high - wide.low > narrow.high - narrow.low


def test_equal_answers_have_no_interval():
    right = np.arange(30) < 20
    verdict, gain, _ = compare([trial("base", right, False), trial("source", right, True)])
    assert (verdict, str(gain)) == ("cannot be told", "0.00 [no interval]")
