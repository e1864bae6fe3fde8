"""The three benefits, and labels saved."""

import numpy as np
import pytest

from tlcourse.measure import Curve, MeasureError, NotPaired, benefits, labels_saved


def history(*accuracies):
    return {"val_accuracy": list(accuracies), "seconds": [10 * k for k in range(1, len(accuracies) + 1)]}


SCRATCH = [history(0.1, 0.2, 0.3, 0.4, 0.5), history(0.2, 0.2, 0.4, 0.4, 0.6)]
TRANSFER = [history(0.5, 0.7, 0.8, 0.8, 0.9), history(0.7, 0.8, 0.8, 0.9, 0.9)]


def test_start_is_the_difference_after_the_first_pass():
    assert benefits(SCRATCH, TRANSFER, 0.1).start.values == pytest.approx([0.4, 0.5])


def test_asymptote_is_the_difference_over_the_last_fifth():
    assert benefits(SCRATCH, TRANSFER, 0.1).asymptote.values == pytest.approx([0.4, 0.3])
    longer = [history(*[0.2] * 8, 0.3, 0.5)], [history(*[0.6] * 8, 0.8, 0.9)]
    assert benefits(*longer, 0.1).asymptote.mean == pytest.approx(0.85 - 0.4)


def test_slope_is_the_gain_a_pass_from_chance_to_half_way():
    # From scratch: half way from 0.1 to 0.5 is 0.3, after three passes; to 0.6 it is 0.35, after three too.
    # With transfer: half way is 0.5 both times, after one pass.
    expected = [(0.5 - 0.1) / 1 - (0.3 - 0.1) / 3, (0.7 - 0.1) / 1 - (0.4 - 0.1) / 3]
    assert benefits(SCRATCH, TRANSFER, 0.1).slope.values == pytest.approx(expected)


def test_time_to_counts_the_first_pass_that_is_as_good():
    scratch, transfer = benefits(SCRATCH, TRANSFER, 0.1).time_to(0.4)
    assert scratch.values == pytest.approx([40, 30])
    assert transfer.values == pytest.approx([10, 10])


def test_time_to_what_was_never_reached_is_refused():
    with pytest.raises(MeasureError, match=r"2 of 2 runs never had an accuracy of 0\.80"):
        benefits(SCRATCH, TRANSFER, 0.1).time_to(0.8)


def test_runs_are_taken_from_objects_with_a_history_too():
    class Run:
        history = SCRATCH[0]

    assert benefits([Run()], TRANSFER[:1], 0.1).start.mean == pytest.approx(0.4)


@pytest.mark.parametrize("scratch", [[], SCRATCH[:1], [history(0.1, 0.2), history(0.1, 0.2)]])
def test_runs_that_cannot_be_paired_are_refused(scratch):
    with pytest.raises(NotPaired, match="as many of each"):
        benefits(scratch, TRANSFER, 0.1)


def curve(shots, *means):
    return Curve(shots, np.array([means]), 0.1)


def test_labels_saved_are_read_off_between_points_over_the_logarithm():
    saved = labels_saved(curve((1, 10, 100), 0.3, 0.5, 0.9), curve((1, 10, 100), 0.4, 0.6, 0.8))
    assert saved[1] == 1
    assert saved[10] == pytest.approx(10**0.5)
    assert saved[100] == float("inf")
