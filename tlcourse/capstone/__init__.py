"""From your own photos or texts to a saved, documented model: each step a function, and all of them in one.

Examples
--------
>>> from tlcourse import adviser, capstone
>>> task = capstone.prepare("my-photos")  # doctest: +SKIP
>>> advice = adviser.advise(task.learn)  # doctest: +SKIP
>>> model = capstone.train(task, advice.best)  # doctest: +SKIP
>>> result = capstone.judge(task, model)  # doctest: +SKIP
>>> capstone.save("my-model", task, advice, model, result)  # doctest: +SKIP
"""

import importlib

# No module may be called as one of the functions, for importing it would put it in the function's place.
_HOMES = {
    "Judgement": "judgement",
    "Mistake": "judgement",
    "Saved": "saving",
    "Task": "task",
    "judge": "judgement",
    "prepare": "task",
    "run": "whole",
    "save": "saving",
    "train": "training",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str):
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
