"""Figures of the course: results with their intervals, pictures, and the ideas behind them.

Every function returns the Axes it drew on, for you to add to, and draws in the course's style without
changing your own settings; `use_style` turns that style on for your own figures as well.
"""

import importlib

_HOME = {
    "bars": "tasks",
    "benefits": "gains",
    "heat_map": "heat_maps",
    "few_shot": "curves",
    "layers": "curves",
    "learning": "curves",
    "scores": "curves",
    "cost": "costs",
    "parts": "words",
    "verdicts": "matrices",
    "word_map": "words",
    "feature_extraction": "concepts",
    "featurization": "concepts",
    "traditional_vs_transfer": "concepts",
    "answers": "sheets",
    "cut_at": "depths",
    "explore": "exploring",
    "unfreezing": "depths",
    "speed_ups": "speeds",
    "activations": "pictures",
    "gallery": "pictures",
    "predictions": "pictures",
    "ROLES": "style",
    "use_style": "style",
}

__all__ = sorted(_HOME)


def __getattr__(name: str):
    # Importing a figure's module imports matplotlib, so it waits until the first figure.
    if name in _HOME:
        return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *__all__]
