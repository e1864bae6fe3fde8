"""How often the adviser was right where the truth is known: small tasks from the course's data."""

import json
from collections.abc import Iterable
from pathlib import Path

CALIBRATION = Path(__file__).with_name("calibration.json")


def stored() -> list[dict]:
    """Return what `benchmarks/advise.py` measured once, a row for each task.

    Of a row, "now" and "twice" hold the accuracy that the adviser expected with the labels there were and
    with twice as many, the ends of its interval, and what was then true; "twice" is None where it made no
    forecast. "gained" is by how much the best source, or mixture, was then better than the best baseline.
    """
    return json.loads(CALIBRATION.read_text("utf-8"))


def held(rows: Iterable[dict]) -> dict[str, list[bool]]:
    """Say of each statement whether it came true: intervals that hold the truth, verdicts of the right sign.

    Examples
    --------
    >>> row = {"now": [0.8, 0.7, 0.9, 0.93], "twice": [0.9, 0.8, 1.0, 0.95]}
    >>> held([row | {"verdict": "helps", "gained": 0.1}])
    {'accuracy now': [False], 'accuracy with twice the labels': [True], '"helps" or "hurts"': [True]}
    """
    rows = list(rows)

    def inside(what: str) -> list[bool]:
        said = [row[what] for row in rows if row[what]]
        return [low <= true <= high for _, low, high, true in said]

    signs = {"helps": 1, "hurts": -1}
    return {
        "accuracy now": inside("now"),
        "accuracy with twice the labels": inside("twice"),
        '"helps" or "hurts"': [
            row["gained"] * signs[row["verdict"]] > 0 for row in rows if row["verdict"] in signs
        ],
    }
