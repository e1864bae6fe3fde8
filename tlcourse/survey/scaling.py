"""What two workers gain over one, as ``benchmarks/scaling.py`` measured it once; lesson 06 reads it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from tlcourse import measure

RESULTS = Path(__file__).with_name("scaling.json")
TASKS = ("fine-tuning", "feature extraction")
# The first is what the others are compared with.
WAYS = ("one core", "two workers of one core", "one process on two cores")


@dataclass(frozen=True, repr=False)
class Scaling:
    """The seconds that the same work took, done in several ways.

    Attributes
    ----------
    machine : dict of str to str
        What it ran on, and the versions of what ran.
    seconds : mapping
        For each of `TASKS`, for each amount (pictures in a batch, or files), for each of `WAYS`: the seconds
        of every round.
    starts : list of float
        Seconds from nothing to a cluster whose workers have the network, of every round.
    differences : dict of str to float
        The largest there were between the ways: "features", and "loss", a step's as a share of it.
    """

    machine: Mapping[str, str]
    seconds: Mapping[str, Mapping[int, Mapping[str, list[float]]]]
    starts: list[float]
    differences: Mapping[str, float]

    def speed_ups(self, task: str, way: str = WAYS[1], start: bool = False) -> dict[int, measure.Score]:
        """Return, for each amount, how many times as fast as one core a way was, round by round.

        Parameters
        ----------
        task : str
            One of `TASKS`.
        way : str
            One of `WAYS`.
        start : bool
            Count the start of the cluster, too.

        Examples
        --------
        >>> seconds = {"fine-tuning": {16: {"one core": [3.0, 3.0], "two workers of one core": [2.0, 2.0]}}}
        >>> Scaling({}, seconds, [4.0, 4.0], {}).speed_ups("fine-tuning")[16].mean
        1.5
        """
        before = np.array(self.starts) if start else 0.0
        return {
            amount: measure.interval(np.array(times[WAYS[0]]) / (before + np.array(times[way])))
            for amount, times in self.seconds[task].items()
        }

    def __repr__(self) -> str:
        lines = [", ".join(f"{name}: {value}" for name, value in self.machine.items())]
        for task in self.seconds:
            for way in WAYS[1:]:
                gains = self.speed_ups(task, way).items()
                lines += [f"{task}, {way}: " + "; ".join(f"{amount}: {gain}" for amount, gain in gains)]
        lines += [f"start of the cluster, seconds: {measure.interval(self.starts)}"]
        return "\n".join(lines)

    def to_json(self) -> str:
        """Write it as JSON; `results` reads that."""
        return json.dumps(asdict(self), indent=1)


def results() -> Scaling:
    """Return what was measured.

    Examples
    --------
    >>> sorted(results().seconds)
    ['feature extraction', 'fine-tuning']
    """
    stored = json.loads(RESULTS.read_text("utf-8"))
    amounts = {
        task: {int(amount): times for amount, times in of.items()} for task, of in stored["seconds"].items()
    }
    return Scaling(**stored | {"seconds": amounts})
