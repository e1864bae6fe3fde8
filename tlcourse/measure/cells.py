"""One cell of a transfer matrix: a curve that is kept, so that it is measured once."""

import hashlib
import inspect
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from importlib import metadata
from pathlib import Path

import numpy as np
from scipy import sparse

from tlcourse import __version__, assets
from tlcourse.assets.errors import DiskFull, LockTimeout, ReadOnlyCache
from tlcourse.measure.curves import Curve, few_shot_curve
from tlcourse.measure.errors import _rows
from tlcourse.transfer.probe import linear_probe

# What a fit function of the course runs on, besides the course itself.
_RUNS_ON = ("numpy", "scipy", "scikit-learn", "keras")


def kept_curve(X, y, settings: Mapping, cache: bool) -> Curve:
    """Return the few-shot curve of features, as it was kept or else measured.

    Its pairing is a digest of the labels and all settings, which decide the draws, whatever X is.
    """
    X, y = _rows(X), np.asarray(y)
    draws = _digest(y, *(part for name in sorted(settings) for part in (name, settings[name])))
    computed = []

    def measure() -> Curve:
        curve = few_shot_curve(X, y, **settings)
        computed.append(replace(curve, pairing=(draws,)))
        return computed[0]

    def make(path: Path) -> None:
        curve = measure()
        with path.open("wb") as file:
            np.savez(file, values=curve.values, chance=curve.chance, scoring=curve.scoring)

    code = _code(settings.get("fit", linear_probe))
    if not cache or code is None:
        return measure()
    versions = [__version__, *(metadata.version(package) for package in _RUNS_ON)]
    try:
        path = assets.derived("matrix", _digest(X, draws, code, *versions), ".npz", make)
    except (DiskFull, LockTimeout, ReadOnlyCache) as error:
        warnings.warn(f"This cell is not kept for next time: {error}", stacklevel=3)
        return computed[0] if computed else measure()
    with np.load(path) as kept:
        return stored_curve(
            settings["shots"], kept["values"], float(kept["chance"]), str(kept["scoring"]), (draws,)
        )


def stored_curve(shots, values, chance: float, scoring: str, pairing: tuple) -> Curve:
    """Return a curve from plain values, None for those that were not measured."""
    values = np.array(values, np.float64)
    values.setflags(write=False)
    return Curve(shots, values, chance, pairing, scoring)


def _code(fit: Callable) -> str | None:
    """Return a digest of what measures and fits, or None for a function that is not the course's own."""
    if not (inspect.isfunction(fit) and fit.__module__.startswith("tlcourse.") and fit.__closure__ is None):
        return None
    folders = [Path(inspect.getsourcefile(function)).parent for function in (few_shot_curve, fit)]
    return _digest(fit.__qualname__, *map(_sources, folders))


@cache
def _sources(folder: Path) -> str:
    """Return a digest of all modules of a package: a fit leaves part of its work to those beside it."""
    return _digest(*(file.read_text("utf-8") for file in sorted(folder.glob("*.py"))))


def _digest(*parts) -> str:
    """Return a hash of arrays, sparse matrices, texts and plain values; equal only for equal parts."""
    digest = hashlib.sha256()

    def add(content: bytes) -> None:
        digest.update(len(content).to_bytes(8, "little") + content)

    for part in parts:
        if sparse.issparse(part):
            part = part.tocsr()
            add(f"sparse {part.shape}".encode())
            arrays = [part.data, part.indices, part.indptr]
        else:
            arrays = [part] if isinstance(part, np.ndarray) else []
        for array in arrays:
            add(f"array {array.dtype} {array.shape}".encode())
            if array.dtype == object:
                for item in array.ravel():
                    add(repr(item).encode("utf-8", "surrogatepass"))
            else:
                add(np.ascontiguousarray(array).tobytes())
        if not arrays:
            # A function is named, for its repr holds an address; see `_code` for what it does.
            named = f"{part.__module__}.{part.__qualname__}" if inspect.isfunction(part) else repr(part)
            add(f"{type(part).__name__} {named}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]
