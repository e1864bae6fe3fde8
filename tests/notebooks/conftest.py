"""Make the tools importable, and lessons small enough for a test."""

import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))

SOURCE = """\
# ---
# jupyter:
#   lesson:
#     minutes: 1
#     memory_mb: 200
#     assets: []
#     prerequisites: "[the start](../README.md)"
# ---

# %% [markdown]
# # A lesson
#
# After it you will be able to add.

# %% [markdown]
# This may be changed.

# %% tags=["parameters"]
N = 2

# %% tags=["assert"]
assert N == 2

# %% [markdown]
# ## Take-aways
#
# Adding works.
#
# ## Limits
#
# It stops at overflow.
#
# ## Check yourself
#
# Choose, then open.

# %%
from tlcourse import exercises

exercises.quiz("00")

# %% [markdown]
# ## Your turn
#
# Exercise 00.1 asks for the index of the largest number.

# %% tags=["exercise"]
from tlcourse import exercises

exercises.check("00.1", ...)

# %% tags=["solution"]
from tlcourse import exercises

exercises.check("00.1", lambda p: p.argmax())

# %% [markdown]
# ## References
#
# - [Python](https://www.python.org)
"""


@pytest.fixture
def root(tmp_path):
    """Return a course's folder that holds one small lesson."""
    (tmp_path / "notebooks" / "src").mkdir(parents=True)
    (tmp_path / "notebooks" / "src" / "00_small.py").write_text(SOURCE)
    (tmp_path / "README.md").write_text("# Course\n")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.fixture
def source(root):
    return root / "notebooks" / "src" / "00_small.py"


@pytest.fixture(autouse=True)
def lenient(monkeypatch):
    monkeypatch.delenv("TLCOURSE_STRICT", raising=False)


@pytest.fixture
def built(root, monkeypatch):
    """Return the root after a build that pretends to execute: each code cell prints its place."""
    import build_notebooks
    from nbformat.v4 import new_output

    def execute(notebook, folder, strict):
        for number, cell in enumerate(notebook.cells):
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [new_output("stream", text=f"{number}")], number

    monkeypatch.setattr(build_notebooks, "execute", execute)
    assert build_notebooks.main([], root) == 0
    return root
