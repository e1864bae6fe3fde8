"""Whether transfer helps, hurts or cannot be told."""

from types import SimpleNamespace

import numpy as np
import pytest

from tlcourse import measure
from tlcourse.adviser.trials import Trial
from tlcourse.adviser.verdict import _difference, compare


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


def difference(won, lost, number):
    """Compare two that are right on different examples, so many of so many."""
    place = np.arange(number)
    one, other = place < won, (place >= won) & (place < won + lost)
    return _difference(SimpleNamespace(correct=one), SimpleNamespace(correct=other), 0.95)


def test_gain_over_the_best_baseline_has_to_hold_over_the_others_too():
    # The first baseline is the best, if by one; over the second, on other examples, the gain is unsure.
    first, second = trial("first", np.arange(60) < 30, False), trial("second", np.arange(60) >= 31, False)
    source = trial("source", np.arange(60) < 42, True)
    assert compare([first, source])[0] == "helps"
    assert compare([first, second, source])[0] == "cannot be told"


def test_baselines_far_behind_do_not_ask_for_more_evidence():
    base, source = trial("base", np.arange(60) < 40, False), trial("source", np.arange(60) < 47, True)
    behind = [trial(str(number), np.arange(60) < 10, False) for number in range(9)]
    assert compare([base, source])[1].low == compare([base, *behind, source])[1].low > 0


def test_picking_from_more_sources_asks_for_more_evidence():
    base, one = trial("base", np.arange(60) < 40, False), trial("a", np.arange(60) < 46, True)
    many = [one] + [trial(str(number), np.arange(60) < 30, True) for number in range(9)]
    assert compare([base, one])[0] == "helps"
    assert compare([base, *many])[0] == "cannot be told"


def test_one_source_that_does_no_harm_is_enough_against_hurts_and_no_luck_is_shared_among_sources():
    base = trial("base", np.arange(60) < 50, False)
    bad = [trial(str(number), np.arange(60) < 43, True) for number in range(9)]
    assert compare([base, bad[0]])[0] == compare([base, *bad])[0] == "hurts"
    assert compare([base, *bad, trial("fair", np.arange(60) < 49, True)])[0] == "cannot be told"


def test_equal_answers_leave_the_doubt_of_so_many_examples():
    right = np.arange(30) < 20
    verdict, gain, _ = compare([trial("base", right, False), trial("source", right, True)])
    assert (verdict, str(gain)) == ("cannot be told", "0.00 [-0.11, 0.11]")


@pytest.mark.parametrize(
    ("won", "lost", "number"), [(0, 0, 1), (30, 0, 30), (0, 30, 30), (29, 1, 30), (1, 0, 9)]
)
def test_interval_of_a_difference_holds_it_and_stays_in_reach(won, lost, number):
    low, high = difference(won, lost, number)
    assert -1 <= low <= (won - lost) / number <= high <= 1


@pytest.mark.parametrize("won_and_lost", [(0.20, 0.05), (0.05, 0.05), (0.12, 0.01), (0.05, 0.30)])
def test_interval_of_a_difference_errs_as_often_as_it_says_on_either_side(won_and_lost):
    won, lost = won_and_lost
    draws = np.random.default_rng(0).multinomial(110, [won, lost, 1 - won - lost], 2_000)
    ends, times = np.unique(draws[:, :2], axis=0, return_counts=True)
    low, high = np.transpose([difference(*pair, 110) for pair in ends])
    for missed in (low > won - lost, high < won - lost):
        assert np.average(missed, weights=times) < 0.045
    assert np.average((low <= won - lost) & (won - lost <= high), weights=times) < 0.99
