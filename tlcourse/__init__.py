"""Transfer learning, measured: the support package of the course.

The subpackages follow data's way from bytes to figures::

    assets -> datasets | models | words -> transfer -> measure -> plots, adviser -> capstone

Importing `tlcourse` touches neither disk, network nor TensorFlow; a subpackage loads when it is first used.

Examples
--------
>>> import tlcourse
>>> tlcourse.__version__
'0.1.0'
"""

import importlib
import os

__version__ = "0.1.0"

_SUBPACKAGES = (
    "adviser",
    "assets",
    "capstone",
    "datasets",
    "exercises",
    "measure",
    "models",
    "plots",
    "transfer",
    "words",
)

# TensorFlow reads this when it is first imported: its notices would fill a lesson's first cell.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# Keras reads this before a learner's ~/.keras/keras.json, which may name a backend this code cannot use.
os.environ.setdefault("KERAS_BACKEND", "tensorflow")


def __getattr__(name: str):
    if name in _SUBPACKAGES:
        return importlib.import_module(f"tlcourse.{name}")
    raise AttributeError(f"module 'tlcourse' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_SUBPACKAGES])
