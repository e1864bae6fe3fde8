"""Advice on your own photos or texts: whether transfer helps, from which source, how many labels it takes.

Examples
--------
>>> from tlcourse import adviser
>>> adviser.advise("my-photos", budget=60)  # doctest: +SKIP
"""

import importlib

_HOMES = {
    "Advice": "advice",
    "AdviceError": "errors",
    "BudgetTooSmall": "errors",
    "CannotSave": "errors",
    "OtherSize": "errors",
    "UnusableData": "errors",
    "advise": "consult",
    "load": "pipeline",
}

__all__ = sorted(_HOMES)


# Lazily, so that the command line stays quick for those who ask for something else.
def __getattr__(name: str):
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
