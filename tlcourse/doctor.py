"""Say whether this machine is ready for the course: one finding a line, with how to mend what is wrong."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from typing import Literal

from tlcourse import assets, results

GIGABYTE = 1e9
# A lesson may take 1.5 GB; the derived caches (a converted network, features) stay well under 0.5 GB.
LESSON_BYTES = 1.5 * GIGABYTE
DERIVED_BYTES = 0.5 * GIGABYTE
IMPORT_SECONDS = 180


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report.

    Examples
    --------
    >>> print(Finding("disk", "warning", "0.3 GB free", "make room"))
    disk: warning: 0.3 GB free; make room
    """

    subject: str
    status: Literal["ok", "warning", "problem"]
    found: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.subject}: {self.status}: {self.found}" + (f"; {self.remedy}" if self.remedy else "")


def examine(sources: bool = True) -> Iterator[Finding]:
    """Yield the findings in turn, the quick ones first; `sources` asks whether each source answers, too."""
    yield python()
    yield memory()
    yield cache()
    yield disk(sum(asset.size for asset in assets.list() if not assets.has(asset.name)))
    for asset in assets.list():
        yield present(asset.name)
        if sources:
            yield from reach(asset.name)
    yield litert()
    yield tensorflow()


def python() -> Finding:
    """Check that the running Python is one the course supports."""
    version = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding("Python", "ok", version)
    return Finding("Python", "problem", version, "the course needs 3.11, 3.12 or 3.13")


def memory() -> Finding:
    """Check that one lesson fits into what is free now."""
    import psutil

    free = psutil.virtual_memory().available
    found = f"{free / GIGABYTE:.1f} GB available"
    if free >= LESSON_BYTES:
        return Finding("memory", "ok", found)
    return Finding("memory", "warning", found, "a lesson may take 1.5 GB: close other programs")


def cache() -> Finding:
    """Check that assets can be stored."""
    folder = assets.cache_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return Finding("cache", "ok", f"{folder} is writable")
    except OSError as error:
        remedy = "set TLCOURSE_DATA to a folder of yours"
        return Finding("cache", "problem", f"{folder} cannot be written to ({error.strerror})", remedy)


def disk(missing_bytes: int) -> Finding:
    """Check that what is still to be fetched fits on the cache's disk."""
    folder = assets.cache_dir()
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free, wanted = shutil.disk_usage(existing).free, missing_bytes + DERIVED_BYTES
    found = f"{free / GIGABYTE:.1f} GB free at {existing}"
    if free >= wanted:
        return Finding("disk", "ok", found)
    remedy = f"the course needs {wanted / GIGABYTE:.1f} GB: make room or set TLCOURSE_DATA to another disk"
    return Finding("disk", "problem" if free < missing_bytes else "warning", found, remedy)


def present(name: str) -> Finding:
    """Check that an asset is here, untouched since it was verified."""
    if assets.has(name):
        return Finding(name, "ok", "present and verified")
    report = assets.verify(name)
    match report.state:
        case "intact":
            return Finding(name, "ok", "present, hashed again just now")
        case "absent":
            return Finding(name, "warning", "not fetched yet", f"run: tlcourse fetch {name}")
    return Finding(name, "problem", report.problems[0], f"run: tlcourse fetch {name}")


def reach(name: str) -> list[Finding]:
    """Check which of an asset's sources could be used now; only an absent asset with none is a problem."""
    reached = assets.reach(name)
    lost = "warning" if assets.has(name) or any(source.ok for source in reached) else "problem"
    remedy = "check the network, or copy the cache of a machine that has it"
    return [
        Finding(
            f"{name} from {source.source}",
            "ok" if source.ok else lost,
            source.detail.rstrip("."),
            remedy if lost == "problem" else "",
        )
        for source in reached
    ]


def litert() -> Finding:
    """Check the fast runtime for frozen networks, without which Keras does the same work more slowly."""
    error = _import("ai_edge_litert.interpreter")
    if not error:
        return Finding("LiteRT", "ok", metadata.version("ai-edge-litert"))
    remedy = "features are extracted with Keras instead, about half as fast; run: pip install ai-edge-litert"
    return Finding("LiteRT", "warning", error, remedy)


def tensorflow() -> Finding:
    """Check that TensorFlow starts on this processor."""
    error = _import("tensorflow")
    if not error:
        return Finding("TensorFlow", "ok", results.machine()["tensorflow"])
    return Finding("TensorFlow", "problem", error, "run in the clone: pip install '.[cpu]'")


def _import(module: str) -> str:
    # In a process of its own: on a processor without AVX the import does not raise, it kills the process.
    command = [sys.executable, "-c", f"import {module}"]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=IMPORT_SECONDS, env=environment)
    except subprocess.TimeoutExpired:
        return f"did not import within {IMPORT_SECONDS} seconds"
    if run.returncode < 0:
        return f"its import crashed (signal {-run.returncode}): the processor may lack AVX"
    return f"cannot be imported ({run.stderr.strip().splitlines()[-1]})" if run.returncode else ""
