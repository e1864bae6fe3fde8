"""Say whether this machine is ready for the course: one finding a line, with how to mend what is wrong."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tlcourse import assets

GIGABYTE = 1e9
# A lesson may take 1.5 GB; the derived caches (a converted network, features) stay well under 0.5 GB.
LESSON_BYTES = 1.5 * GIGABYTE
DERIVED_BYTES = 0.5 * GIGABYTE
IMPORT_SECONDS = 180
# Where Linux says how much memory a container may use; the tests move it.
CGROUP = Path("/sys/fs/cgroup")


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
    absent = [asset for asset in assets.list() if not assets.has(asset.name)]
    yield disk(
        sum(asset.size + max((source.size for source in asset.sources), default=0) for asset in absent)
    )
    for asset in assets.list():
        yield present(asset.name)
        if sources:
            yield from reach(asset.name)
    yield litert()
    yield tensorflow()
    yield from keras_backend()


def python() -> Finding:
    """Check that the running Python is one the course supports."""
    version = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding("Python", "ok", version)
    return Finding("Python", "problem", version, "the course needs 3.11, 3.12 or 3.13")


def memory() -> Finding:
    """Check that one lesson fits into what is free now, in the machine or in a container."""
    import psutil

    free = psutil.virtual_memory().available
    with suppress(OSError, ValueError):  # outside a container there is no file, or the word "max" in it
        limit, used = (int((CGROUP / name).read_text()) for name in ("memory.max", "memory.current"))
        free = min(free, max(limit - used, 0))
    found = f"{free / GIGABYTE:.1f} GB available"
    if free >= LESSON_BYTES:
        return Finding("memory", "ok", found)
    return Finding("memory", "warning", found, "a lesson may take 1.5 GB: close other programs")


def cache() -> Finding:
    """Check that assets can be stored, or all are already; a folder that is not there yet is not made."""
    folder = assets.cache_dir()
    try:
        with tempfile.TemporaryFile(dir=_nearest(folder)):
            return Finding("cache", "ok", f"{folder} is writable")
    except OSError as error:
        # Copied without their times, the files look touched, and their owner alone can stamp them again.
        if all(assets.has(asset.name) or assets.verify(asset.name).ok for asset in assets.list()):
            return Finding("cache", "ok", f"{folder} is read-only and complete")
        remedy = "set TLCOURSE_DATA to a folder of yours"
        return Finding("cache", "problem", f"{folder} cannot be written to ({error.strerror})", remedy)


def disk(missing_bytes: int) -> Finding:
    """Check that what is still to be fetched fits on the cache's disk."""
    existing = _nearest(assets.cache_dir())
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
            return Finding(name, "ok", "not fetched yet; what needs it fetches it")
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
    version, error = _version("ai_edge_litert", "ai_edge_litert.interpreter")
    if not error:
        return Finding("LiteRT", "ok", version)
    remedy = "features are extracted with Keras instead, which is slower"
    if sys.platform in ("linux", "darwin"):  # there are no wheels for others
        remedy += "; run: pip install ai-edge-litert"
    return Finding("LiteRT", "warning", error, remedy)


def tensorflow() -> Finding:
    """Check that TensorFlow starts on this processor, in a version that the course was tried with."""
    version, error = _version("tensorflow")
    remedy = "run in the clone: pip install '.[cpu]'"
    if error:
        return Finding("TensorFlow", "problem", error, remedy)
    if version.rpartition(".")[0] in ("2.19", "2.20", "2.21"):
        return Finding("TensorFlow", "ok", version)
    return Finding("TensorFlow", "warning", f"{version}, where 2.19, 2.20 or 2.21 is expected", remedy)


def keras_backend() -> Iterator[Finding]:
    """Report a choice of Keras's backend that the course cannot work with."""
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    if backend != "tensorflow":
        remedy = "the course needs tensorflow: unset it, or set it to tensorflow"
        yield Finding("Keras", "problem", f"KERAS_BACKEND is {backend!r}", remedy)


def _nearest(folder: Path) -> Path:
    """Return the folder, or the one above it that is there already."""
    return next(path for path in (folder, *folder.parents) if os.path.exists(path))


def _version(package: str, module: str = "") -> tuple[str, str]:
    """Return the version that an import gives, or "" and why it fails."""
    # In a process of its own: on a processor without AVX the import does not raise, it kills the process.
    # The module is asked, because its distribution may have one of several names.
    code = f"import {module or package}, {package}; print({package}.__version__)"
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    try:
        run = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            timeout=IMPORT_SECONDS,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        return "", f"did not import within {IMPORT_SECONDS} seconds"
    if run.returncode < 0:
        return "", f"its import crashed (signal {-run.returncode}): the processor may lack AVX"
    if run.returncode:
        complaint = run.stderr.strip().rpartition("\n")[2] or f"exit status {run.returncode}"
        return "", f"cannot be imported ({complaint})"
    return run.stdout.strip().rpartition("\n")[2], ""
