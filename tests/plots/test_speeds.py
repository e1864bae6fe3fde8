"""Speed-ups: every interval, the two lines they are judged by, and the amounts as ticks."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

from tlcourse import measure, plots

SLOW, FAST = measure.interval([0.6, 0.7]), measure.interval([1.6, 1.9])


def test_speed_ups_draw_every_interval():
    ax = plots.speed_ups(
        {"two workers": {16: SLOW, 256: FAST}, "both cores": {16: FAST, 256: FAST}}, "pictures"
    )
    drawn = [segment[:, 1] for _, _, (bars,) in ax.containers for segment in bars.get_segments()]
    np.testing.assert_allclose(drawn, [(score.low, score.high) for score in (SLOW, FAST, FAST, FAST)])


def test_speed_ups_of_one_amount_do_not_hide_each_other():
    ax = plots.speed_ups({"a": {16: FAST, 64: FAST}, "b": {16: FAST, 64: FAST}}, "pictures")
    first, second = (bars.get_segments()[0][0, 0] for _, _, (bars,) in ax.containers)
    assert first < 16 < second


def test_speed_ups_have_lines_where_nothing_is_gained_and_nothing_lost():
    ax = plots.speed_ups({"a": {16: FAST}}, "pictures", ideal=4)
    assert [line.get_ydata()[0] for line in ax.lines if len(set(line.get_ydata())) == 1][-2:] == [1, 4]
    assert ax.get_ylim()[0] == 0
    assert ax.get_ylim()[1] > 4


def test_speed_ups_name_their_axes():
    _, ax = plt.subplots()
    assert plots.speed_ups({"a": {16: FAST, 1024: FAST}}, "pictures", ax=ax) is ax
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("pictures (log scale)", "times as fast as one core")
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["16", "1,024"]


@pytest.mark.parametrize(("bad", "error"), [({}, ValueError), ({"a": FAST}, TypeError), ([FAST], TypeError)])
def test_speed_ups_refuse_what_they_cannot_draw(bad, error):
    with pytest.raises(error, match="speed_ups"):
        plots.speed_ups(bad, "pictures")
    assert not plt.get_fignums()
