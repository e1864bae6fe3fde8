"""The time budget."""

import pytest

from tlcourse.adviser import clock
from tlcourse.adviser.clock import Clock, TooDear


def test_clock_keeps_a_share_for_the_end_and_forgives_downloads(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(clock.time, "perf_counter", lambda: now[0])
    made = Clock(60)
    now[0] += 30
    assert (made.spent, made.left) == (30, 30)
    made.check(12)
    with pytest.raises(TooDear, match="about 13 s, and 12 s are left"):
        made.check(13)
    made.forgive(20)
    assert made.left == 50
    made.check(32)
    now[0] += 40
    with pytest.raises(TooDear, match="no time was left"):
        made.check(0)
