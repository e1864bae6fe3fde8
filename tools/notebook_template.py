"""The pieces every lesson shares: what the builder adds to an author's source."""

import tomllib
from pathlib import Path

# What GitHub still renders, and a browser still opens at once.
MAX_BYTES = 1_000_000

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}

SETUP_SENTENCE = (
    "The first code cell is the same in every lesson: it makes sure that the course's package is here, "
    "and gives all figures one style. Cells that begin with `assert` prove, on your machine too, "
    "what the text says; you may pass over them."
)

_SETUP = """\
import importlib.util
import platform

if importlib.util.find_spec("tlcourse") is None:
    {missing}

import tlcourse
from tlcourse import plots

plots.use_style()
print(f"tlcourse {{tlcourse.__version__}} on Python {{platform.python_version()}}")"""

_NO_REPOSITORY = """\
raise ModuleNotFoundError(
        "The course's package is not installed here: run `make lab` in the course's folder "
        "and open this lesson in the JupyterLab that it starts."
    )"""


def repository(root: Path) -> str:
    """Return the address that `[tool.tlcourse] repository` names in pyproject.toml, "" when it names none."""
    pyproject = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return pyproject.get("tool", {}).get("tlcourse", {}).get("repository", "").rstrip("/")


def setup_code(repository: str) -> str:
    """Return the setup cell; where the package is missing it installs it, or says what to do."""
    install = f'%pip install --quiet "tlcourse @ git+{repository}"'
    return _SETUP.format(missing=install if repository else _NO_REPOSITORY)


def facts(lesson: dict) -> str:
    """Return the line on time, memory and prerequisites, from the source's `lesson` header."""
    minutes = lesson["minutes"]
    return (
        f"**Time:** about {minutes} minute{'' if minutes == 1 else 's'} on two processor cores. "
        f"**Memory:** about {lesson['memory_mb']} MB. "
        f"**Before this:** {lesson['prerequisites']}."
    )


def launch(name: str, repository: str) -> str:
    """Return the row of launch badges, or a plain link while the course has no public address."""
    if not repository.startswith("https://github.com/"):
        return "[How to run this lesson, here or elsewhere](../README.md#binder-and-colab)"
    slug = repository.removeprefix("https://github.com/")
    binder = f"https://mybinder.org/v2/gh/{slug}/HEAD?labpath=notebooks/{name}.ipynb"
    colab = f"https://colab.research.google.com/github/{slug}/blob/main/notebooks/{name}.ipynb"
    return (
        f"[![Open in Binder](https://mybinder.org/badge_logo.svg)]({binder}) "
        f"[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({colab})"
    )
