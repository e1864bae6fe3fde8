"""What to do with a backbone once it is loaded: features, the probe on top of them, and the baselines.

Every *fit* function here has the signature ``fit(X, y, seed) -> estimator`` with ``estimator.predict(X)``, so
`tlcourse.measure` can put any of them, or one of your own, on the same axes.
"""

import importlib

_HOMES = {
    "CannotFineTune": "schedule",
    "FineTuned": "finetune",
    "Schedule": "schedule",
    "colour_histogram": "handcrafted",
    "extract_features": "features",
    "extract_layers": "features",
    "fine_tune": "finetune",
    "fine_tune_sentences": "text_encoder",
    "fine_tune_words": "text",
    "hog": "handcrafted",
    "linear_probe": "probe",
    "majority_class": "probe",
    "pixels": "features",
    "small_cnn": "scratch",
    "token_states": "text_encoder",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str):
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
