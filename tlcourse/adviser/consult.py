"""The question itself: whether transfer helps on these photos or texts, from where, with how many labels."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Callable

import numpy as np

from tlcourse import assets, datasets, measure, transfer
from tlcourse.adviser import networks, representations
from tlcourse.adviser.advice import FACTORS, Advice
from tlcourse.adviser.clock import Clock, TooDear
from tlcourse.adviser.errors import BudgetTooSmall, UnusableData
from tlcourse.adviser.loading import MOST_PHOTOS, MOST_TEXTS, check_enough, load
from tlcourse.adviser.pipeline import Pipeline, of_probe
from tlcourse.adviser.trials import LEVEL, Tables, Trial, learning_curve, take, try_network, try_probe
from tlcourse.adviser.verdict import compare
from tlcourse.datasets import Images, Texts
from tlcourse.datasets.quality import FEWEST
from tlcourse.measure.errors import MeasureError
from tlcourse.measure.forecast import FARTHEST, first_reaching, possible_errors, score_of
from tlcourse.progress import bar

LEAST_BUDGET = 10
_TEST_SHARE = 0.25


def advise(
    data: Images | Texts | str | os.PathLike,
    budget: float = 120,
    target_accuracy: float | None = None,
    seed: int = 0,
    progress: bool = True,
    text: str = "text",
    label: str = "label",
    frozen: bool = False,
) -> Advice:
    """Find out whether transfer helps on photos or texts, from which source, and with how many labels.

    Part of the examples is held back. On the rest every candidate is judged by cross-validation, the cheap
    ones first, for as long as the budget allows: baselines that know only these data, pretrained sources,
    and mixtures of both. The most accurate is then fitted and tested, once, on what was held back; how its
    accuracy grows with the number of labels is measured on the rest and continued by `measure.forecast`. What
    is tried depends on how fast the machine is; the numbers of what is tried, on the seed alone.

    Parameters
    ----------
    data : Images, Texts or path-like
        A folder with one sub-folder of photos or of text files a class; a table of texts; or what
        `datasets.load` and its kin give. A part to test on is taken as such where there is one: folders
        "train" and "test", a column "split", or an official split. Otherwise a quarter is drawn.
    budget : float
        Seconds, from 10 on. Downloads are not counted: they come once.
    target_accuracy : float, optional
        Between 0 and 1: how many labels does that take?
    seed : int
        Decides what is held back, the folds and all else that is drawn.
    progress : bool
        Show progress bars.
    text, label : str
        The columns of a table.
    frozen : bool
        Leave out what trains a network. With a budget to spare, the answer then no longer depends on how
        fast the machine is.

    Returns
    -------
    Advice

    Raises
    ------
    UnusableData
        If nothing can be learned from the data as they are: one class, too few labels, identifiers.
    BudgetTooSmall
        If not even the cheapest baseline fits into the budget.

    Examples
    --------
    >>> advice = advise("my-photos", target_accuracy=0.95)  # doctest: +SKIP
    >>> advice.verdict  # doctest: +SKIP
    'helps'
    """
    if not LEAST_BUDGET <= budget < float("inf"):
        raise BudgetTooSmall(f"The budget is {budget} seconds: give at least {LEAST_BUDGET}, better 120.")
    if target_accuracy is not None and not 0 < target_accuracy < 1:
        raise MeasureError(f"target_accuracy is {target_accuracy}: give one between 0 and 1, such as 0.9.")
    clock, test = Clock(budget), None
    if not isinstance(data, Images | Texts):
        data, test = load(data, text, label, seed)
    kind = "texts" if isinstance(data, Texts) else "photos"
    report = datasets.inspect(data, test)
    if fatal := next((finding for finding in report.findings if finding.fatal), None):
        raise UnusableData(str(fatal), report)
    if isinstance(data, Texts):
        things = [*data.texts, *(test.texts if test else ())]
    else:
        things = data.images if test is None else np.concatenate([data.images, test.images])
    labels = data.labels if test is None else np.concatenate([data.labels, test.labels])
    name, class_names = data.card.name, data.class_names
    most = MOST_TEXTS if kind == "texts" else MOST_PHOTOS
    learn, held = _parts(labels, class_names, report, most, seed)
    used = np.concatenate([learn, held])
    things, labels = take(things, used), labels[used]
    learn, held = np.arange(len(learn)), np.arange(len(learn), len(used))
    del data, test  # pictures take much memory, and twice is too much

    trials, untried, tables = _try_all(kind, things, labels, learn, clock, seed, progress, frozen)
    best = max(trials, key=lambda trial: trial.score.mean)  # of equally good ones the first, the cheaper
    verdict, gain, baseline = compare(trials)
    pipeline, right = _finish(best, kind, things, labels, learn, held, tables, class_names, seed)

    accuracies, needed, why = _foresee(best, labels, learn, right, tables, clock, target_accuracy, seed)
    return Advice(
        kind=kind,
        name=name,
        labels=len(used),
        classes=tuple(class_names[index] for index in np.unique(labels)),
        trials=tuple(trials),
        best=best,
        verdict=verdict,
        gain=gain,
        baseline=baseline,
        tested=measure.interval(right, LEVEL),
        expected=accuracies[0],
        forecasts=dict(zip(FACTORS, accuracies[1:], strict=False)),
        no_forecast=why,
        target_accuracy=target_accuracy,
        needed=needed,
        untried=untried,
        report=report,
        budget=budget,
        seconds=clock.spent,
        pipeline=pipeline,
    )


def _parts(labels: np.ndarray, names, report, most: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the examples to learn from and those held back, copies and the like left out."""
    good = ~(report.copy | report.contradicted | report.leaked)
    enough = np.flatnonzero(np.bincount(labels[good]) >= FEWEST)
    chosen = np.random.default_rng(seed).permutation(np.flatnonzero(good & np.isin(labels, enough)))
    if report.test.any():
        learn, held = chosen[~report.test[chosen]], chosen[report.test[chosen]]
        if not len(held):
            raise UnusableData(f"Nothing is left to test on. {report['leak'] or report.findings[0]}", report)
        check_enough(labels[learn], enough, names, FEWEST - 1, report)
        share = min(1, most / len(chosen))
        return learn[: max(1, round(share * len(learn)))], held[: max(1, round(share * len(held)))]
    chosen = chosen[:most]
    held = np.zeros(len(labels), bool)
    for label in enough:
        members = chosen[labels[chosen] == label]
        held[members[: max(1, round(_TEST_SHARE * len(members)))]] = True
    return chosen[~held[chosen]], chosen[held[chosen]]


def _try_all(kind, things, labels, learn, clock: Clock, seed: int, progress: bool, frozen: bool):
    """Try what there is time for; return the trials, what was not tried and why, and the features."""
    kinds = representations.for_texts() if kind == "texts" else representations.for_photos()
    trained = networks.for_photos() if kind == "photos" else ()
    missing = _fetch({asset for made in kinds for asset in made.assets}, clock)
    tables = Tables(things, learn, clock, progress)
    y = labels[learn]
    trials, untried = [], {}

    def attempt(name: str, work: Callable[[], Trial]) -> None:
        try:
            trials.append(work())
        except TooDear as reason:
            untried[name] = str(reason)
        except ImportError as error:  # TensorFlow is an extra
            untried[name] = f"a library is missing: {error}"

    with bar(total=len(kinds) + len(trained), desc="candidates", disable=not progress) as shown:
        for made in kinds:
            if absent := [missing[asset] for asset in made.assets if asset in missing]:
                untried[made.name] = absent[0]
            else:
                attempt(made.name, lambda made=made: try_probe(made, tables, learn, y, clock, seed))
            shown.update()
        for network in trained:
            if frozen:
                untried[network.name] = "it trains a network, and only frozen ones were asked for"
            elif network.transfer and missing:
                untried[network.name] = next(iter(missing.values()))
            else:
                attempt(network.name, lambda n=network: try_network(n, things[learn], y, clock, seed))
            shown.update()
    if not trials:
        raise BudgetTooSmall(
            f"{clock.budget:g} seconds were too few for {kinds[0].name}, the cheapest candidate "
            f"({untried[kinds[0].name]}): give a larger budget."
        )
    return trials, untried, tables


def _fetch(names: set[str], clock: Clock) -> dict[str, str]:
    """Fetch what is not here, off the clock; return why some could not be had."""
    start, missing = time.perf_counter(), {}
    for name in sorted(names):
        try:
            assets.fetch(name)
        except assets.errors.AssetError as error:
            missing[name] = str(error)
    clock.forgive(time.perf_counter() - start)
    return missing


def _finish(best: Trial, kind, things, labels, learn, held, tables: Tables, class_names, seed: int):
    """Test what was chosen on what was held back, then fit it to everything."""
    names = tuple(class_names[index] for index in np.unique(labels))
    everything = np.unique(labels, return_inverse=True)[1]
    size = things.shape[1] if kind == "photos" else None
    if isinstance(best.fitting, networks.Network):
        fitted = best.fitting.fit(things[learn], labels[learn], seed)
        right = fitted.predict(things[held]) == labels[held]
        # Once more would take as long again for a third more labels.
        return Pipeline(kind, names, network=best.fitting.bare(fitted, names), size=size), right
    X = tables.of(best.fitting)
    right = transfer.linear_probe(X[learn], labels[learn]).predict(X[held]) == labels[held]
    if kind == "texts":
        best.fitting.fit(things)
        X = best.fitting(things)
    return of_probe(kind, names, best.fitting, transfer.linear_probe(X, everything), size), right


def _foresee(best: Trial, labels, learn, right, tables: Tables, clock: Clock, target, seed: int):
    """Return the accuracy expected now and with more labels, the labels needed, and why not, if not.

    What was held back gives the height, with the doubt of so many examples; the learning curve on the rest
    gives by which factor the error falls from there.
    """
    rng = np.random.default_rng(seed)

    def summed_up(accuracies: np.ndarray) -> measure.Score:
        score = score_of(accuracies, LEVEL)
        # Nothing has been seen that speaks against a clean sheet.
        return dataclasses.replace(score, high=1.0) if right.all() else score

    errors = rng.beta((~right).sum() + 0.5, right.sum() + 0.5, 2_000)
    source = best.fitting
    if isinstance(source, networks.Network):
        source = next(m for m in representations.for_photos() if m.name == source.shape_of)
    # A network's own folds say nothing of how long its stand-in takes, which is quick.
    fold = best.fold if source is best.fitting else 0.0
    try:
        curve = learning_curve(tables.of(source)[learn], labels[learn], clock, seed, fold)
    except TooDear as reason:
        return (summed_up(1 - errors),), None, str(reason)
    classes = len(np.unique(labels))
    then = len(learn) / classes
    # A network is not trained once more, on what was held back.
    now = then if isinstance(best.fitting, networks.Network) else len(labels) / classes
    steps = np.geomspace(now, now * FARTHEST, 100)
    shots = (then, now, *(now * factor for factor in FACTORS), *steps)
    possible = possible_errors(curve, shots, seed)
    # So many examples cannot show an error below this, and by one of nought nothing can be divided.
    floor = 0.5 / len(learn)
    ahead = errors[:, None] * (possible[:, 1:] + floor) / (possible[:, :1] + floor)
    number = 1 + len(FACTORS)
    scores = tuple(summed_up(1 - column) for column in ahead[:, :number].T)
    needed = None if target is None else first_reaching(steps, ahead[:, number:], target, LEVEL)
    return scores, needed, ""
