"""The doctor's findings: each can be well, and each can be ill."""

import errno
import shutil
import subprocess
import sys
import tempfile
from collections import namedtuple
from types import SimpleNamespace

import psutil
import pytest

from tlcourse import assets, doctor


@pytest.mark.parametrize(
    ("version", "status"),
    [((3, 10, 9), "problem"), ((3, 11, 0), "ok"), ((3, 13, 9), "ok"), ((3, 14, 0), "problem")],
)
def test_python_must_be_a_supported_one(monkeypatch, version, status):
    monkeypatch.setattr(sys, "version_info", version)
    assert doctor.python().status == status


@pytest.mark.parametrize(("available", "status"), [(8e9, "ok"), (1e9, "warning")])
def test_memory_must_hold_a_lesson(monkeypatch, tmp_path, available, status):
    monkeypatch.setattr(doctor, "CGROUP", tmp_path)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=available))
    finding = doctor.memory()
    assert (finding.status, finding.found) == (status, f"{available / 1e9:.1f} GB available")


@pytest.mark.parametrize(
    ("limit", "used", "expected"),
    [
        ("2000000000", "1500000000", 0.5),
        ("1000000000", "1200000000", 0.0),
        ("max", "1500000000", 8.0),
        ("9000000000", None, 8.0),
    ],
)
def test_memory_is_what_a_container_may_still_use(monkeypatch, tmp_path, limit, used, expected):
    monkeypatch.setattr(doctor, "CGROUP", tmp_path)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=8e9))
    (tmp_path / "memory.max").write_text(f"{limit}\n")
    if used:
        (tmp_path / "memory.current").write_text(f"{used}\n")
    assert doctor.memory().found == f"{expected:.1f} GB available"


def test_cache_that_can_be_written_is_well_and_not_made(cache):
    assert doctor.cache().status == "ok"
    assert not cache.exists()
    cache.mkdir()
    assert doctor.cache().status == "ok"
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize(
    ("complete", "status", "found"),
    [
        (True, "ok", "is read-only and complete"),
        (False, "problem", "cannot be written to (Read-only file system)"),
    ],
)
def test_cache_that_is_read_only_is_well_if_it_is_complete(monkeypatch, cache, complete, status, found):
    def refuse(dir):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    monkeypatch.setattr(assets, "has", lambda name: complete)
    finding = doctor.cache()
    assert (finding.status, finding.found) == (status, f"{cache} {found}")


def test_cache_that_cannot_be_made_is_a_problem(cache):
    cache.write_text("a file where the folder should be")
    finding = doctor.cache()
    assert finding.status == "problem"
    assert str(cache) in finding.found
    assert "TLCOURSE_DATA" in finding.remedy


@pytest.mark.parametrize(("free", "status"), [(2e9, "ok"), (1.2e9, "warning"), (0.9e9, "problem")])
def test_disk_must_hold_what_is_missing(monkeypatch, free, status):
    usage = namedtuple("usage", "free")(free)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert doctor.disk(missing_bytes=1_000_000_000).status == status


def test_disk_must_hold_the_largest_download_of_what_is_absent_too(monkeypatch):
    absent = assets.get("stamps")
    monkeypatch.setattr(assets, "has", lambda name: name != absent.name)
    wanted = []
    monkeypatch.setattr(doctor, "disk", wanted.append)
    findings = doctor.examine(sources=False)
    while not wanted:
        next(findings)
    assert wanted == [absent.size + max(source.size for source in absent.sources)]
    assert wanted[0] > absent.size


@pytest.mark.parametrize(("state", "status"), [("intact", "ok"), ("absent", "ok"), ("damaged", "problem")])
def test_asset_that_was_touched_is_hashed_again(monkeypatch, state, status):
    problems = ("digits.csv.gz has another SHA-256",) if state == "damaged" else ()
    monkeypatch.setattr(assets, "has", lambda name: False)
    monkeypatch.setattr(assets, "verify", lambda name: assets.Report(name, state, 1, problems))
    finding = doctor.present("digits")
    assert finding.status == status
    assert finding.remedy == ("" if status == "ok" else "run: tlcourse fetch digits")


@pytest.mark.parametrize(
    ("present", "reached", "statuses"),
    [
        (False, [True, False], ["ok", "warning"]),
        (True, [False, False], ["warning", "warning"]),
        (False, [False, False], ["problem", "problem"]),
    ],
)
def test_sources_out_of_reach_are_a_problem_only_if_they_are_needed(monkeypatch, present, reached, statuses):
    monkeypatch.setattr(assets, "has", lambda name: present)
    answer = [assets.Reach(f"source {i}", ok, "why.") for i, ok in enumerate(reached)]
    monkeypatch.setattr(assets, "reach", lambda name: answer)
    findings = doctor.reach("stamps")
    assert [finding.status for finding in findings] == statuses
    assert str(findings[1]).startswith(f"stamps from source 1: {statuses[1]}: why")


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("raise ImportError('libfoo is missing')", "cannot be imported (ImportError: libfoo is missing)"),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGILL)",
            "its import crashed (signal 4): the processor may lack AVX",
        ),
        ("import os; os._exit(3)", "cannot be imported (exit status 3)"),
    ],
)
def test_tensorflow_that_does_not_start_is_a_problem(monkeypatch, tmp_path, code, found):
    (tmp_path / "tensorflow.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    finding = doctor.tensorflow()
    assert (finding.status, finding.found) == ("problem", found)


@pytest.mark.parametrize(
    ("version", "status"),
    [("2.18.1", "warning"), ("2.19.0", "ok"), ("2.21.0", "ok"), ("2.22.0", "warning")],
)
def test_tensorflow_is_known_by_what_is_imported(monkeypatch, tmp_path, version, status):
    (tmp_path / "tensorflow.py").write_text(f"print('chatter')\n__version__ = {version!r}")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    finding = doctor.tensorflow()
    assert finding.status == status
    assert finding.found.startswith(version)


@pytest.mark.parametrize(("system", "mends"), [("linux", True), ("darwin", True), ("win32", False)])
def test_litert_that_is_absent_is_only_slower(monkeypatch, tmp_path, system, mends):
    (tmp_path / "ai_edge_litert.py").write_text("raise ImportError('no wheel for this machine')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(doctor.sys, "platform", system)
    finding = doctor.litert()
    assert finding.status == "warning"
    assert ("pip install" in finding.remedy) == mends


@pytest.mark.parametrize(("backend", "count"), [(None, 0), ("tensorflow", 0), ("jax", 1)])
def test_keras_must_not_be_told_to_use_another_backend(monkeypatch, backend, count):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    if backend:
        monkeypatch.setenv("KERAS_BACKEND", backend)
    findings = [str(finding) for finding in doctor.keras_backend()]
    assert len(findings) == count
    assert all("KERAS_BACKEND is 'jax'; the course needs tensorflow" in finding for finding in findings)


def test_import_that_hangs_is_given_up(monkeypatch, tmp_path):
    (tmp_path / "tensorflow.py").write_text("import time; time.sleep(60)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(doctor, "IMPORT_SECONDS", 0.2)
    assert doctor.tensorflow().found == "did not import within 0.2 seconds"


def test_examination_covers_every_asset(monkeypatch, cache):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    well = subprocess.CompletedProcess([], 0, "2.21.0\n", "")
    monkeypatch.setattr(subprocess, "run", lambda *args, **options: well)
    monkeypatch.setattr(assets, "reach", lambda name: [assets.Reach("a source", True, "answers")])
    findings = list(doctor.examine())
    names = [asset.name for asset in assets.list()]
    machine = {"Python", "memory", "cache", "disk", "LiteRT", "TensorFlow", "Keras"}
    sources = {f"{name} from a source" for name in names}
    assert {finding.subject for finding in findings} == machine | sources | {*names}
    found = {finding.found for finding in findings if finding.subject in names}
    assert found == {"not fetched yet; what needs it fetches it"}
