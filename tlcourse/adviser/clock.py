"""The time budget: what is left of it, and what would not fit any more."""

import time


class TooDear(Exception):
    """The next step would take longer than there is time; the message says how long."""


class Clock:
    """A budget of seconds, of which a share is kept for what comes after the choice.

    Examples
    --------
    >>> clock = Clock(60)
    >>> clock.check(30)
    >>> clock.check(50)
    Traceback (most recent call last):
    tlcourse.adviser.clock.TooDear: it would take about 50 s, and 42 s are left for it
    """

    _KEPT = 0.3

    def __init__(self, budget: float):
        self.budget, self._start = budget, time.perf_counter()

    @property
    def spent(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._start

    @property
    def left(self) -> float:
        """Seconds left, those kept for the end included."""
        return self.budget - self.spent

    def forgive(self, seconds: float) -> None:
        """Do not count so many of the seconds spent, for they went into downloads."""
        self._start += seconds

    def check(self, seconds: float) -> None:
        """Raise if a step of so many seconds would eat into what is kept for the end."""
        free = self.left - self._KEPT * self.budget
        if free <= 0:
            raise TooDear("no time was left for it")
        if seconds > free:
            raise TooDear(f"it would take about {seconds:.0f} s, and {free:.0f} s are left for it")
