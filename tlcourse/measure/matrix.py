"""The transfer matrix: which sources help which targets, which hurt, and where nobody can tell."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape

import numpy as np

from tlcourse.assets.errors import suggest
from tlcourse.measure.cells import kept_curve, stored_curve
from tlcourse.measure.curves import Curve
from tlcourse.measure.errors import MeasureError, NotPaired, UnknownShots
from tlcourse.measure.score import Score
from tlcourse.progress import bar

VERDICTS = ("helps", "hurts", "no evidence")


@dataclass(frozen=True, repr=False, eq=False)
class TransferMatrix:
    """What every source is worth on every target, made by `transfer_matrix`.

    Attributes
    ----------
    curves : dict of (str, str) to Curve
        The few-shot curve of each target and representation, be it a source or a baseline.
    sources, baselines : tuple of str
        The representations that were transferred, and those that were not.
    overlap : dict of (str, int) to float
        For each target and number of shots, how much two repeats have in common, from 0 to 1.
    level : float
        How much the intervals of all gains together mean to cover.
    """

    curves: dict[tuple[str, str], Curve]
    sources: tuple[str, ...]
    baselines: tuple[str, ...]
    overlap: dict[tuple[str, int], float]
    level: float = 0.95

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of the targets."""
        return tuple(dict.fromkeys(target for target, _ in self.curves))

    @property
    def shots(self) -> tuple[int, ...]:
        """Labelled examples per class, ascending."""
        return next(iter(self.curves.values())).shots

    @property
    def cells(self) -> tuple[tuple[str, str, int], ...]:
        """Target, source and shots of each gain there is."""
        return tuple(
            (*key, shots)
            for key, curve in self.curves.items()
            if key[1] in self.sources
            for shots in curve.shots
        )

    @cached_property
    def comparisons(self) -> int:
        """How many differences are covered at once: each cell against each baseline of its target."""
        return sum(len(self._rivals(target)) for target, _, _ in self.cells)

    def accuracy(self, target: str, name: str, shots: int) -> Score:
        """Return the score of a source or baseline; its interval is that of a curve, not corrected."""
        return self._curve(target, name).at(shots)

    def best_baseline(self, target: str, shots: int) -> str:
        """Name the baseline with the highest mean on this target; of equal ones the first."""
        rivals, column = self._rivals(target), self._column(shots)
        return max(rivals, key=lambda name: np.nanmean(self.curves[target, name].values[:, column]))

    def gain(self, target: str, source: str, shots: int, over: str | None = None) -> Score:
        """Subtract the best baseline from a source, repeat by repeat.

        Parameters
        ----------
        target, source : str
        shots : int
        over : str, optional
            Another baseline than the best.

        Returns
        -------
        Score
            Its interval is corrected for all comparisons of this matrix at once; see `transfer_matrix`.
        """
        from scipy.stats import t

        baseline = over or self.best_baseline(target, shots)
        if baseline not in (rivals := self._rivals(target)):
            raise MeasureError(f"No baseline of {target} is called {over!r}.{suggest(baseline, rivals)}")
        ours, theirs = self._curve(target, source), self._curve(target, baseline)
        if ours.pairing != theirs.pairing:
            raise NotPaired(
                f"On {target}, {source} and {baseline} were measured with other draws or settings."
            )
        values = (ours.values - theirs.values)[:, self._column(shots)]
        values = values[~np.isnan(values)]
        values.setflags(write=False)
        mean, spread, shared = float(values.mean()), values.std(ddof=1), self.overlap[target, shots]
        # No spread is not certainty, unless there is nothing to be certain of.
        if (spread < 1e-12 and abs(mean) > 1e-12) or shared > 1 - 1e-12:
            return Score(mean, np.nan, np.nan, values, self.level)
        error = spread * np.sqrt(1 / len(values) + shared / (1 - shared))
        reach = float(error * t.isf((1 - self.level) / 2 / self.comparisons, len(values) - 1))
        return Score(mean, mean - reach, mean + reach, values, self.level)

    def verdict(self, target: str, source: str, shots: int) -> str:
        """Say whether a source "helps", "hurts", or there is "no evidence": by its gain's interval alone."""
        gain = self.gain(target, source, shots)
        if gain.low > 0:
            return "helps"
        return "hurts" if gain.high < 0 else "no evidence"

    def count(self, verdict: str) -> int:
        """Count the cells with a verdict."""
        if verdict not in VERDICTS:
            raise MeasureError(f"No verdict is called {verdict!r}.{suggest(verdict, list(VERDICTS))}")
        return sum(self.verdict(*cell) == verdict for cell in self.cells)

    def joined(self, other: "TransferMatrix") -> "TransferMatrix":
        """Put another matrix beside or below this one; all intervals are then corrected for both.

        Raises
        ------
        NotPaired
            If shots or level differ, or a curve is in both and not the same.
        """
        if (self.shots, self.level) != (other.shots, other.level):
            raise NotPaired(
                f"One matrix has shots {self.shots} at level {self.level}, the other {other.shots} at"
                f" {other.level}; measure both alike."
            )
        for key in self.curves.keys() & other.curves.keys():
            same = np.array_equal(self.curves[key].values, other.curves[key].values, equal_nan=True)
            if not same or self.curves[key].pairing != other.curves[key].pairing:
                raise NotPaired(f"{key[1]} on {key[0]} is in both matrices, and differs; rename one.")
        sources = tuple(dict.fromkeys(self.sources + other.sources))
        baselines = tuple(dict.fromkeys(self.baselines + other.baselines))
        if twice := set(sources) & set(baselines):
            raise MeasureError(
                f"{min(twice)} is a source in one matrix and a baseline in the other; rename it."
            )
        return replace(
            self,
            curves=self.curves | other.curves,
            sources=sources,
            baselines=baselines,
            overlap=self.overlap | other.overlap,
        )

    def to_json(self) -> str:
        """Return all there is as text, for a file; `from_json` reads it."""
        rows = [
            {
                "target": target,
                "name": name,
                "values": [
                    [None if np.isnan(value) else value for value in row] for row in curve.values.tolist()
                ],
                "chance": curve.chance,
                "scoring": curve.scoring,
                "pairing": list(curve.pairing),
            }
            for (target, name), curve in self.curves.items()
        ]
        overlap = {}
        for (target, shots), shared in self.overlap.items():
            overlap.setdefault(target, {})[str(shots)] = shared
        content = {"shots": self.shots, "level": self.level, "sources": self.sources}
        return json.dumps({**content, "baselines": self.baselines, "overlap": overlap, "curves": rows})

    @classmethod
    def from_json(cls, text: str) -> "TransferMatrix":
        """Read what `to_json` returned."""
        content = json.loads(text)
        shots = tuple(content["shots"])
        return cls(
            {
                (row["target"], row["name"]): stored_curve(
                    shots, row["values"], row["chance"], row["scoring"], tuple(row["pairing"])
                )
                for row in content["curves"]
            },
            tuple(content["sources"]),
            tuple(content["baselines"]),
            {
                (target, int(number)): shared
                for target, of in content["overlap"].items()
                for number, shared in of.items()
            },
            content["level"],
        )

    def _column(self, shots: int) -> int:
        if shots not in self.shots:
            raise UnknownShots(f"Nothing was measured at {shots} shots; choose from {list(self.shots)}.")
        return self.shots.index(shots)

    def _rivals(self, target: str) -> list[str]:
        if target not in self.targets:
            raise MeasureError(f"No target is called {target!r}.{suggest(target, list(self.targets))}")
        return [name for name in self.baselines if (target, name) in self.curves]

    def _curve(self, target: str, name: str) -> Curve:
        if (target, name) not in self.curves:
            self._rivals(target)
            measured = [other for of, other in self.curves if of == target]
            raise MeasureError(f"Nothing called {name!r} was measured on {target}.{suggest(name, measured)}")
        return self.curves[target, name]

    def __repr__(self) -> str:
        counts = ", ".join(f"{verdict} {self.count(verdict)}" for verdict in VERDICTS)
        shots = ", ".join(str(number) for number in self.shots)
        return (
            f"{len(self.sources)} sources on {len(self.targets)} targets at {shots} shots:"
            f" {counts} (of {len(self.cells)}, at {self.level:.0%} for all together)"
        )

    def _repr_html_(self) -> str:
        return f"<span>{escape(repr(self))}</span>"


def transfer_matrix(
    targets: Mapping,
    sources: Mapping[str, Callable],
    baselines: Mapping[str, Callable],
    shots: Iterable[int] = (1, 5, 20),
    repeats: int | Mapping[int, int] = 10,
    seed: int = 0,
    level: float = 0.95,
    progress: bool = True,
    cache: bool = True,
    **options,
) -> TransferMatrix:
    """Measure every source on every target, against the best that does without transfer.

    Parameters
    ----------
    targets : mapping of str to Images or Texts
        Or to anything with `labels` that the functions below understand.
    sources, baselines : mapping of str to callable
        ``features(data) -> X``, one row for each example of a target: with transfer, and without.
    shots, repeats, seed
        As for `few_shot_curve`: all representations of a target get the same draws.
    level : float
        How much the intervals of all gains together are to cover.
    progress : bool
        Show a progress bar, one step for each target and representation.
    cache : bool
        Keep each finished curve, so that a second call, or one after Ctrl-C, goes on where the last stopped.
        It is kept under a hash of features, labels, all settings, the code that measures and the versions it
        runs on, so that nothing else ever takes its place. With a `fit` of one's own nothing is kept, for
        what a function will do cannot be hashed.
    **options
        As `few_shot_curve` takes them: `fit`, `test_fraction`, `scoring`, `test`, `up_to`. Where targets need
        different ones, or different sources, measure a matrix of each and put them together with `joined`.

    Returns
    -------
    TransferMatrix

    Notes
    -----
    *The baseline* is the one with the highest mean in a cell, on the very repeats that judge the source. That
    favours the baseline, so a source that helps does so in spite of it. For the same reason one could be
    found to hurt by bad luck; so each interval is corrected for the comparison with every baseline, not with
    the best alone, and holds whichever was chosen.

    *One interval* is a t interval of the mean over J repeats. Repeats are not independent, for they share
    examples, so their variance is multiplied by 1/J + ρ/(1 − ρ) instead of 1/J (Nadeau and Bengio), where ρ
    is the correlation of two repeats. It is bounded by the share of examples that they have in common: of
    held-out ones or of training ones, whichever is more. With few shots that is the held-out share, and the
    factor is 1/J + n_test/n_train, as published, n_train being all that is left to draw shots from. Where the
    held-out part is given (`test`) it is no matter of luck, and ρ is the share of training examples alone:
    such an interval speaks of other draws to learn from, and of this one test part.

    *All together*: of a matrix's C comparisons each is made at level 1 − (1 − `level`)/C (Bonferroni). With
    ten repeats and a hundred comparisons that is more than twice as wide as an interval alone; more repeats
    help. Nothing is covered but these data: another collection of photos may have another verdict.

    References
    ----------
    Nadeau and Bengio, *Inference for the Generalization Error*, Machine Learning 52, 2003.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> rng = np.random.default_rng(0)
    >>> toy = SimpleNamespace(labels=np.repeat([0, 1], 40))
    >>> matrix = transfer_matrix(
    ...     {"toy": toy},
    ...     {"told": lambda data: rng.normal(size=(80, 2)) + 3 * np.eye(2)[data.labels]},
    ...     {"noise": lambda data: rng.normal(size=(80, 2))},
    ...     shots=(5,),
    ...     cache=False,
    ... )
    >>> matrix
    1 sources on 1 targets at 5 shots: helps 1, hurts 0, no evidence 0 (of 1, at 95% for all together)
    """
    shots = tuple(sorted(set(shots)))
    ways = {**sources, **baselines}
    if len(ways) < len(sources) + len(baselines) or not (targets and sources and baselines):
        raise MeasureError(
            f"Got {len(targets)} targets, sources {list(sources)} and baselines {list(baselines)};"
            " give at least one of each, and no name twice."
        )
    if not 0 < level < 1 or min(repeats.values() if isinstance(repeats, Mapping) else [repeats]) < 2:
        raise MeasureError(
            f"The level is {level} and repeats are {repeats};"
            " give a level between 0 and 1 and at least two repeats, for there is no interval of one."
        )
    settings = {"shots": shots, "repeats": repeats, "seed": seed, **options}
    curves, overlap = {}, {}
    with bar(
        total=len(targets) * len(ways), desc="transfer matrix", unit="cell", disable=not progress
    ) as shown:
        for target, data in targets.items():
            for name, features in ways.items():
                shown.set_postfix_str(f"{name} on {target}")
                curves[target, name] = kept_curve(features(data), data.labels, settings, cache)
                shown.update()
            for number in shots:
                overlap[target, number] = _overlap(np.asarray(data.labels), number, options)
    return TransferMatrix(curves, tuple(sources), tuple(baselines), overlap, level)


def _overlap(y: np.ndarray, shots: int, options: Mapping) -> float:
    """Return the expected share of examples that two repeats have in common."""
    classes, counts = np.unique(y, return_counts=True)
    test = options.get("test")
    if test is None:
        held = np.maximum(1, np.round(options.get("test_fraction", 0.3) * counts))
        taken = np.minimum(shots, counts - held)
        return float(max((part**2 / counts).sum() / part.sum() for part in (held, taken)))
    pool = np.array([np.count_nonzero(~np.asarray(test)[y == name]) for name in classes])
    taken = np.minimum(shots, pool)
    return float((taken**2 / pool).sum() / taken.sum())
