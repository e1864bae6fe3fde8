"""The chosen method, fitted to everything there is to learn from."""

import copy

from tlcourse import transfer
from tlcourse.adviser.networks import Network
from tlcourse.adviser.pipeline import Pipeline, of_probe
from tlcourse.adviser.trials import Trial
from tlcourse.capstone.task import Task, things


def train(task: Task, trial: Trial, seed: int = 0, progress: bool = True) -> Pipeline:
    """Fit a candidate to the whole part to learn from; the part to test on is not looked at.

    Parameters
    ----------
    task : Task
        From `prepare`.
    trial : adviser.trials.Trial
        One of those that the advice lists: ``advice.best``, or ``advice.baseline``.
    seed : int
        Of a network's first weights and the order of its pictures.
    progress : bool
        Show progress bars, for what takes a second and more.

    Returns
    -------
    adviser.pipeline.Pipeline
        With ``.predict(files)`` for photos and ``.predict(texts)`` for texts.

    Examples
    --------
    >>> model = train(task, advice.best)  # doctest: +SKIP
    >>> model.predict(["new.jpg"])  # doctest: +SKIP
    ['cats']
    """
    learned, labels, names = things(task.learn), task.learn.labels, task.class_names
    size = learned.shape[1] if task.kind == "photos" else None
    if isinstance(trial.fitting, Network):
        fitted = trial.fitting.fit(learned, labels, seed, progress=progress)
        return Pipeline(task.kind, names, network=trial.fitting.bare(fitted, names), size=size)
    # A copy, for the advice's own pipeline keeps what it was fitted to.
    representation = copy.deepcopy(trial.fitting).fit(learned)
    probe = transfer.linear_probe(representation(learned, progress), labels)
    return of_probe(task.kind, names, representation, probe, size)
