"""One cache for a whole class: learners read it, and what they compute is kept elsewhere."""

import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest

from tlcourse import assets, datasets, doctor


@pytest.fixture
def own():
    """Return a folder that even the user whom `read_only` turns into may write to."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("touched", [False, True])
def test_lesson_runs_on_a_cache_it_may_not_write_to(read_only, own, monkeypatch, touched):
    shared, freeze = read_only
    monkeypatch.setenv("TLCOURSE_DATA", str(shared))
    monkeypatch.setenv("TLCOURSE_OFFLINE", "1")
    monkeypatch.setattr(assets, "_own_cache_dir", lambda: own / "tlcourse")
    monkeypatch.setattr(assets, "list", lambda: [assets.get("digits")])
    # Fetched by its owner; what is imported on the way need not be readable afterwards.
    datasets.load("digits", size=8)
    if touched:
        (shared / "digits" / "digits.csv.gz").touch()  # as by a copy that keeps no times
    before = {path: path.stat().st_mtime_ns for path in shared.rglob("*")}
    with freeze():
        assert len(datasets.load("digits", size=8)) == 1797
        paths = [assets.derived("features", "key", ".npy", lambda path: np.save(path, [1])) for _ in range(2)]
        finding = doctor.cache()
    assert paths == [own / "tlcourse/derived/features/key.npy"] * 2
    assert {path: path.stat().st_mtime_ns for path in shared.rglob("*")} == before
    assert (finding.status, finding.found) == ("ok", f"{shared} is read-only and complete")
