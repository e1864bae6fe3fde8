"""A kit for a room without Internet: packages, assets and lessons in one folder that installs itself.

The packages are those of this machine's system and Python; a mixed class needs a kit of each sort.
"""

import os
import platform
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from tlcourse import __version__, assets
from tlcourse.assets import carriers
from tlcourse.assets.registry import parse_manifest

MANIFEST = "MANIFEST.sha256"
SECONDS = 3600.0  # for pip to download half a gigabyte, over a slow line
_TEMPLATES = Path(__file__).parent
_FOR_LEARNERS = ("README.md", "LICENSE", "data/README.md", "notebooks/[0-9][0-9]_*.ipynb")
_SOLUTIONS = "notebooks/solutions/[0-9][0-9]_*.ipynb"


class KitError(Exception):
    """A kit cannot be made, or is not one."""


def build(
    folder: Path, course: Path, solutions: bool = False, say: Callable[[str], None] = lambda line: None
) -> Path:
    """Make a kit of the clone `course` and return its folder, which appears only once it is complete.

    Parameters
    ----------
    folder
        Where to; it must not be there yet, or be empty.
    course
        A clone of the course, whose environment is the one that runs this.
    solutions
        Whether learners get the solved notebooks, too.
    say
        Called with a line at each step.
    """
    folder, course = folder.absolute(), course.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise KitError(f"{folder} is not empty; name a folder that is not there yet, or remove this one.")
    lock = course / "requirements" / "lock.txt"
    if not lock.exists():
        raise KitError(f"{course} has no requirements/lock.txt; make the kit from a clone of the course.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as unseen:
        kit = Path(unseen, "kit")
        (kit / "wheels").mkdir(parents=True)
        say("kit: downloading the locked packages …")
        _collect_wheels(kit, course, lock)
        for asset in assets.list():
            say(f"kit: adding {asset.name} …")
            _copy_asset(asset, kit / "assets")
        for pattern in (*_FOR_LEARNERS, *[_SOLUTIONS] * solutions):
            for path in sorted(course.glob(pattern)):
                _copy(path, kit / "course" / path.relative_to(course))
        if (plan := course / "docs" / "teaching.md").exists():
            _copy(plan, kit / plan.name)
        _write_templates(kit, solutions)
        lines = [f"{carriers.sha256_of(kit / name)}  {name}\n" for name in _names(kit)]
        (kit / MANIFEST).write_text("".join(lines), "utf-8")
        os.replace(kit, folder)
    return folder


def verify(folder: Path) -> tuple[str, ...]:
    """Hash every file of a kit again and return what is wrong, a sentence each; nothing, if all is well.

    Examples
    --------
    >>> verify(Path("no-kit"))
    Traceback (most recent call last):
    tlcourse.kit.KitError: no-kit has no MANIFEST.sha256, so that it is not a kit, or half of one.
    """
    try:
        listed = parse_manifest((folder / MANIFEST).read_text("utf-8"), MANIFEST)
    except (FileNotFoundError, NotADirectoryError):
        raise KitError(f"{folder} has no {MANIFEST}, so that it is not a kit, or half of one.") from None
    problems = [f"{name} is not of this kit." for name in _names(folder) if name not in {*listed, MANIFEST}]
    for name, sha256 in listed.items():
        try:
            if carriers.sha256_of(folder / name) != sha256:
                problems.append(f"{name} is damaged.")
        except FileNotFoundError:
            problems.append(f"{name} is missing.")
        except OSError as error:
            problems.append(f"{name} cannot be read ({error.strerror}).")
    return tuple(problems)


def _collect_wheels(kit: Path, course: Path, lock: Path) -> None:
    """Put the locked wheels and the course's own into the kit, and a list that pins the hash of each."""
    # What pip has downloaded once it takes from its own cache: after an interruption, little is lost.
    wheels = kit / "wheels"
    exactly = ("--no-deps", "--require-hashes", "--only-binary", ":all:", "--dest", str(wheels))
    carriers.pip("download", *exactly, "--requirement", str(lock), timeout=SECONDS, cwd=kit.parent)
    here = ("--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(wheels))
    carriers.pip("wheel", *here, str(course), timeout=SECONDS, cwd=kit.parent)
    [own] = wheels.glob(f"tlcourse-{__version__}-*.whl")
    pin = f"tlcourse=={__version__} --hash=sha256:{carriers.sha256_of(own)}\n"
    (kit / "requirements.txt").write_text(lock.read_text("utf-8") + pin, "utf-8")


def _copy_asset(asset: assets.Asset, into: Path) -> None:
    # With its stamp and its files' times, so that a copy that keeps them need not be hashed again.
    copy = shutil.copytree(assets.fetch(asset.name), into / asset.name)
    for file, sha256 in asset.files.items():
        if carriers.sha256_of(copy / file) != sha256:
            raise KitError(f"{asset.name} is damaged in the cache; run: tlcourse verify {asset.name}")


def _write_templates(kit: Path, solutions: bool) -> None:
    facts = {
        "PYTHON": ".".join(map(str, sys.version_info[:2])),
        "SYSTEM": f"{platform.system()} {platform.machine()}",
        "SIZE": f"{sum((kit / name).stat().st_size for name in _names(kit)) / 1e9:.1f} GB",
        "SOLUTIONS": "notebooks/solutions holds them" if solutions else "they are left out of this kit",
    }
    for name in ("install.sh", "README.txt"):
        text = (_TEMPLATES / name).read_text("utf-8")
        for key, value in facts.items():
            text = text.replace(f"@{key}@", value)
        (kit / name).write_text(text, "utf-8")


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)


def _names(kit: Path) -> list[str]:
    return sorted(path.relative_to(kit).as_posix() for path in kit.rglob("*") if not path.is_dir())
