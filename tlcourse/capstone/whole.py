"""All the steps in a row."""

from __future__ import annotations

import os
from collections.abc import Callable

from tlcourse import adviser
from tlcourse.capstone.judgement import judge
from tlcourse.capstone.saving import Saved, check_folder, save
from tlcourse.capstone.task import prepare
from tlcourse.capstone.training import train


def run(
    path: str | os.PathLike,
    folder: str | os.PathLike,
    budget: float = 120,
    text: str = "text",
    label: str = "label",
    seed: int = 0,
    progress: bool = True,
    frozen: bool = False,
    say: Callable[[object], None] = print,
) -> Saved:
    """Go from photos or texts to a saved model: prepare, advise, train, judge, save.

    Parameters
    ----------
    path : path-like
        As for `prepare`.
    folder : path-like
        Where the model is saved, as for `save`.
    budget, frozen
        As for `adviser.advise`: the seconds are those of the choice; training and testing come on top.
    text, label, seed
        As for `prepare`.
    progress : bool
        Show progress bars.
    say : callable
        Gets what each step found as soon as it is known, to be printed.

    Returns
    -------
    Saved

    Examples
    --------
    >>> run("my-photos", "my-model")  # doctest: +SKIP
    """
    check_folder(folder)  # now, for at the end minutes would be lost
    task = prepare(path, text, label, seed)
    say(task)
    advice = adviser.advise(task.learn, budget, seed=seed, progress=progress, frozen=frozen)
    say(advice)
    model = train(task, advice.best, seed, progress)
    result = judge(task, model)
    say(result)
    without = None
    if advice.baseline is not None and advice.baseline is not advice.best:
        without = judge(task, train(task, advice.baseline, seed, progress))
        say(f"the best without transfer, {without.name}: accuracy {without.accuracy}")
    saved = save(folder, task, advice, model, result, without)
    say(saved)
    return saved
