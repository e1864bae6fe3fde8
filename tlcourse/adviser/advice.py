"""The advice: a table, two sentences, and all that they rest on."""

from __future__ import annotations

import dataclasses
import html
import json
import os
from pathlib import Path

from tlcourse.adviser.pipeline import Pipeline
from tlcourse.adviser.trials import Trial
from tlcourse.datasets import DataReport
from tlcourse.measure import Labels, Score, Table

FACTORS = (2, 10)
"""How many times as many labels the forecasts are for."""

_TIMES = {2: "twice", 10: "ten times"}


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Advice:
    """What `advise` found out.

    Attributes
    ----------
    kind : str
        "photos" or "texts".
    name : str
        What the data are called.
    labels : int
        Labelled examples used, those held back included.
    classes : tuple of str
    trials : tuple of Trial
        What was tried, in that order, with accuracy in cross-validation and seconds.
    best : Trial
        The most accurate of them.
    verdict : str
        "helps", "hurts" or "cannot be told".
    gain : Score or None
        How much more accurate the best candidate with transfer is than `baseline`; where the verdict is
        "hurts", the best source used alone. Its interval allows for having picked from several.
    baseline : Trial or None
        The best without transfer.
    tested : Score
        The accuracy of `best` on what was held back from everything before.
    expected : Score
        The accuracy to expect on new data of the same kind, with the labels there are.
    forecasts : dict of int to Score
        The same with 2 and 10 times as many labels; empty if there was no time or there are too few labels.
    no_forecast : str
        Why, then.
    target_accuracy : float or None
    needed : Labels or None
        Labels a class for the accuracy asked for.
    untried : dict of str to str
        What was not tried, and why.
    report : datasets.DataReport
        What is wrong with the data.
    budget, seconds : float
    pipeline : Pipeline
        What was chosen, fitted to all labels; a network that is trained, to those not held back.
    """

    kind: str
    name: str
    labels: int
    classes: tuple[str, ...]
    trials: tuple[Trial, ...]
    best: Trial
    verdict: str
    gain: Score | None
    baseline: Trial | None
    tested: Score
    expected: Score
    forecasts: dict[int, Score]
    no_forecast: str
    target_accuracy: float | None
    needed: Labels | None
    untried: dict[str, str]
    report: DataReport
    budget: float
    seconds: float
    pipeline: Pipeline

    @property
    def table(self) -> Table:
        """The candidates, most accurate first."""
        ordered = sorted(self.trials, key=lambda trial: -trial.score.mean)
        return Table(
            ("uses", "accuracy", "seconds"),
            tuple(
                (trial.name, "a source" if trial.transfer else "your data only", str(trial.score),
                 f"{trial.seconds:.1f}")
                for trial in ordered
            ),
            f"In brackets: {self.expected.level:.0%} interval, by cross-validation on "
            f"{len(self.best.correct):,} of {self.labels:,} {self.kind}.",
        )  # fmt: skip

    @property
    def sentences(self) -> tuple[str, str]:
        """What to use and what to expect; whether transfer helps, and what was not tried."""
        return self._expectation(), self._verdict()

    def _expectation(self) -> str:
        there = sum(self.report.counts.values())
        have = f"the {there:,} labels you have"
        if self.labels < there:  # copies were left out, or there are more than are looked at
            have = f"{self.labels:,} of your {there:,} labels"
        what = f"Use {self.best.name}: expect an accuracy of {self.expected} on new {self.kind} with {have}"
        if self.forecasts:
            ahead = [f"{score} with {_TIMES[factor]} as many" for factor, score in self.forecasts.items()]
            what += ", " + " and ".join(ahead)
        else:
            what += f" (no forecast for more: {self.no_forecast})"
        if self.needed is not None:
            now = self.labels / len(self.classes)
            if self.needed.high <= now * 1.01:
                what += f"; {self.target_accuracy:.2f} you have already"
            else:
                what += f"; {self.target_accuracy:.2f} takes {self.needed} labels a class: you have {now:.0f}"
        return f"{what}."

    def _verdict(self) -> str:
        if self.gain is None:
            what = "Whether transfer helps cannot be told, for no source was tried"
        else:
            rival = self.baseline.name
            verb = "Whether transfer helps" if self.verdict == "cannot be told" else "Transfer"
            who = "the best source alone" if self.verdict == "hurts" else "the best candidate with it"
            what = f"{verb} {self.verdict}: {who} gains {self.gain} over {rival}, the best without"
        if not self.untried:
            return f"{what}; nothing was left untried."
        reasons = "; ".join(f"{name} ({reason.rstrip('.')})" for name, reason in self.untried.items())
        return f"{what}; not tried: {reasons}."

    def __repr__(self) -> str:
        lines = [f"{self.name}: {self.labels:,} {self.kind} of {len(self.classes)} classes", repr(self.table)]
        found = [f"- {finding}" for finding in self.report.findings]
        return "\n".join([*lines, "", *self.sentences, *([""] if found else []), *found])

    def _repr_html_(self) -> str:
        text = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in self.sentences)
        found = "".join(f"<li>{html.escape(str(finding))}</li>" for finding in self.report.findings)
        return self.table._repr_html_() + text + (f"<ul>{found}</ul>" if found else "")

    def to_json(self) -> dict:
        """Return everything as numbers, strings, lists and dictionaries, for `json.dumps`."""
        needed = None
        if self.needed is not None:
            ends = {key: _finite(getattr(self.needed, key)) for key in ("median", "low", "high", "farthest")}
            needed = {"accuracy": self.target_accuracy, "level": self.needed.level, **ends}
        return {
            "name": self.name,
            "kind": self.kind,
            "labels": self.labels,
            "classes": self.classes,
            "counts": self.report.counts,
            "candidates": [
                {
                    "name": trial.name,
                    "transfer": trial.transfer,
                    "accuracy": _score(trial.score),
                    "seconds": round(trial.seconds, 2),
                }
                for trial in self.trials
            ],
            "best": self.best.name,
            "verdict": self.verdict,
            "gain": None if self.gain is None else _score(self.gain),
            "baseline": None if self.baseline is None else self.baseline.name,
            "tested": _score(self.tested),
            "held_back": len(self.tested.values),
            "expected": _score(self.expected),
            "forecasts": {str(factor): _score(score) for factor, score in self.forecasts.items()},
            "no_forecast": self.no_forecast,
            "labels_a_class_needed": needed,
            "untried": self.untried,
            "findings": [dataclasses.asdict(finding) for finding in self.report.findings],
            "sentences": self.sentences,
            "budget": self.budget,
            "seconds": round(self.seconds, 2),
        }

    def save(self, folder: str | os.PathLike) -> Path:
        """Save the fitted pipeline, with a card; `adviser.load` reads it back in any process.

        Parameters
        ----------
        folder : path-like
            A new or an empty one, or one that this wrote before, which is replaced.

        Returns
        -------
        pathlib.Path
            The folder.

        Raises
        ------
        CannotSave
            If the folder holds something else.
        """
        thing = '["new.jpg"]' if self.kind == "photos" else '["a new text"]'
        card = (
            f"# {self.name}\n\nSorts {self.kind} into {len(self.classes)} classes: "
            f"{', '.join(self.classes)}.\n\n"
            f"```\n{self.table}\n```\n\n" + "\n\n".join(self.sentences) + "\n\n## Use\n\n```python\n"
            f"from tlcourse import adviser\n\nadviser.load(FOLDER).predict({thing})\n```\n\n"
            "The files hold numbers and names, no code. A pretrained source keeps its own licence, which "
            "`tlcourse list` shows.\n"
        )
        return self.pipeline.save(folder, card)


def _score(score: Score) -> dict:
    ends = {"low": _finite(score.low), "high": _finite(score.high)}
    return {"mean": score.mean, **ends, "level": score.level}


def _finite(value: float) -> float | None:
    """JSON has no word for what is infinite or undefined."""
    return value if abs(value) < float("inf") else None


def as_text(document: dict) -> str:
    """Write JSON as the command line does."""
    return json.dumps(document, indent=2, ensure_ascii=False)
