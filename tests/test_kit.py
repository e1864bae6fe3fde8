"""The offline kit: what goes into it, when it appears, what its check and its script notice."""

import hashlib
import os
import platform
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from tlcourse import assets, kit, runner
from tlcourse.assets import carriers
from tlcourse.assets.errors import SourceFailed
from tlcourse.cli import main

WHEEL = "toy-1.0-py3-none-any.whl"
OWN = f"tlcourse-{kit.__version__}-py3-none-any.whl"
POSIX = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")


@pytest.fixture
def course(tmp_path):
    """A clone with a lesson, its solution and its source."""
    files = ["README.md", "LICENSE", "data/README.md", "docs/teaching.md", "requirements/lock.txt"]
    files += ["notebooks/00_a.ipynb", "notebooks/solutions/00_a.ipynb", "notebooks/src/00_a.py"]
    for name in files:
        path = tmp_path / "course" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{name}\n")
    return tmp_path / "course"


@pytest.fixture
def made(monkeypatch, course, tmp_path):
    """Make a kit of one asset and one package, with no network."""

    def pip(command, *arguments, timeout, cwd):
        option, name = ("--dest", WHEEL) if command == "download" else ("--wheel-dir", OWN)
        Path(arguments[arguments.index(option) + 1], name).write_bytes(b"wheel")
        return ""

    monkeypatch.setattr(carriers, "pip", pip)
    monkeypatch.setattr(assets, "list", lambda: [assets.get("digits")])
    return lambda **options: kit.build(tmp_path / "kit", course, **options)


def test_kit_holds_packages_assets_and_lessons_but_no_solutions(made):
    folder = made()
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert names == {
        "MANIFEST.sha256", "README.txt", "install.sh", "requirements.txt", "teaching.md",
        f"wheels/{WHEEL}", f"wheels/{OWN}", "assets/digits/digits.csv.gz", "assets/digits/.tlcourse.json",
        "course/README.md", "course/LICENSE", "course/data/README.md", "course/notebooks/00_a.ipynb",
    }  # fmt: skip
    assert "left out" in (folder / "README.txt").read_text()
    assert "@" not in (folder / "README.txt").read_text()


def test_solutions_are_in_if_asked_for(made):
    folder = made(solutions=True)
    assert (folder / "course/notebooks/solutions/00_a.ipynb").exists()
    assert "left out" not in (folder / "README.txt").read_text()


def test_requirements_pin_the_course_itself_after_the_lock(made):
    lock, own = (made() / "requirements.txt").read_text().splitlines()
    assert lock == "requirements/lock.txt"
    assert own == f"tlcourse=={kit.__version__} --hash=sha256:{hashlib.sha256(b'wheel').hexdigest()}"


def test_kit_appears_only_when_complete(made, monkeypatch, tmp_path):
    seen = []

    def interrupted(name):
        seen.append((tmp_path / "kit").exists())
        raise KeyboardInterrupt

    monkeypatch.setattr(assets, "fetch", interrupted)
    with pytest.raises(KeyboardInterrupt):
        made()
    assert seen == [False]
    assert {path.name for path in tmp_path.iterdir()} <= {"course", "cache"}


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_is_there_already_is_not_overwritten(made, tmp_path, kind):
    if kind == "file":
        (tmp_path / "kit").write_text("mine")
    else:
        (tmp_path / "kit").mkdir()
        (tmp_path / "kit" / "mine").write_text("mine")
    with pytest.raises(kit.KitError, match="is not empty; name a folder that is not there yet"):
        made()


def test_empty_folder_is_filled(made, tmp_path):
    (tmp_path / "kit").mkdir()
    assert kit.verify(made()) == ()


def test_folder_that_is_no_clone_is_refused(tmp_path):
    with pytest.raises(kit.KitError, match=r"no requirements/lock\.txt; make the kit from a clone"):
        kit.build(tmp_path / "kit", tmp_path)


def test_asset_damaged_since_it_was_verified_stops_the_kit(made, monkeypatch, tmp_path):
    folder = assets.fetch("digits")
    (folder / "digits.csv.gz").write_bytes(b"damaged")
    monkeypatch.setattr(assets, "fetch", lambda name: folder)
    with pytest.raises(kit.KitError, match="digits is damaged in the cache; run: tlcourse verify digits"):
        made()
    assert not (tmp_path / "kit").exists()


def test_verify_names_what_is_damaged_missing_or_strange(made):
    folder = made()
    assert kit.verify(folder) == ()
    (folder / "wheels" / WHEEL).write_bytes(b"other")
    (folder / "course/LICENSE").unlink()
    (folder / "wheels/evil.whl").write_bytes(b"")
    assert sorted(kit.verify(folder)) == [
        "course/LICENSE is missing.",
        "wheels/evil.whl is not of this kit.",
        f"wheels/{WHEEL} is damaged.",
    ]


def test_command_makes_and_checks_a_kit(made, monkeypatch, course, tmp_path):
    monkeypatch.setattr(runner, "course_folder", lambda: course)
    result = CliRunner().invoke(main, ["kit", str(tmp_path / "kit")])
    assert result.exit_code == 0
    assert result.stdout.endswith("on each machine run: sh kit/install.sh\n")
    result = CliRunner().invoke(main, ["kit", "--verify", str(tmp_path / "kit")])
    assert (result.exit_code, result.stdout) == (0, f"{tmp_path / 'kit'}: no problems\n")
    (tmp_path / "kit/install.sh").write_text("")
    result = CliRunner().invoke(main, ["kit", "--verify", str(tmp_path / "kit")])
    assert (result.exit_code, result.stderr) == (1, "install.sh is damaged.\n")


def test_failing_download_is_one_sentence(made, monkeypatch, course, tmp_path):
    def pip(*arguments, **options):
        raise SourceFailed("python failed (no such wheel).")

    monkeypatch.setattr(carriers, "pip", pip)
    monkeypatch.setattr(runner, "course_folder", lambda: course)
    result = CliRunner().invoke(main, ["kit", str(tmp_path / "kit")])
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (1, "python failed (no such wheel).")


def install(folder, *arguments, **environment):
    return subprocess.run(
        ["sh", str(folder / "install.sh"), *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHON": sys.executable, "TLCOURSE_DATA": "", **environment},
    )


@POSIX
def test_script_stops_at_a_damaged_kit_before_it_installs_anything(made, tmp_path):
    folder = made()
    (folder / "wheels" / WHEEL).write_bytes(b"other")
    done = install(folder, str(tmp_path / "home"))
    assert (done.returncode, (tmp_path / "home").exists()) == (1, False)
    assert done.stderr.startswith(f"The kit is damaged; copy it again: wheels/{WHEEL}: FAILED\n")


@POSIX
def test_script_stops_at_another_python_than_the_kit_is_for(made, tmp_path):
    folder = made()
    script = folder / "install.sh"
    version = ".".join(map(str, sys.version_info[:2]))
    script.write_text(script.read_text().replace(f'version="{version}"', 'version="3.99"'))
    done = install(folder, str(tmp_path / "home"))
    assert done.returncode == 1
    assert f"for Python 3.99 on {platform.system()} {platform.machine()}, and {sys.executable}" in done.stderr


def wheel(path, module, code):
    """Write a wheel of one module, whose function `main` is the command of its name."""
    name, version = path.name.split("-")[:2]
    info = f"{name}-{version}.dist-info"
    files = {
        f"{module}.py": code,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[console_scripts]\n{name} = {module}:main\n",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in {**files, f"{info}/RECORD": "".join(f"{file},,\n" for file in files)}.items():
            archive.writestr(file, text)


@pytest.fixture
def installable(made, monkeypatch, course):
    """Make a kit whose two wheels are real, if small."""

    def pip(command, *arguments, timeout, cwd):
        option, name = ("--dest", WHEEL) if command == "download" else ("--wheel-dir", OWN)
        path = Path(arguments[arguments.index(option) + 1], name)
        wheel(path, "toy" if name == WHEEL else "course", "import os\nmain = lambda: print(os.environ)\n")
        if name == WHEEL:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            (course / "requirements/lock.txt").write_text(f"toy==1.0 --hash=sha256:{digest}\n")

    monkeypatch.setattr(carriers, "pip", pip)
    return made()


@POSIX
def test_script_installs_with_no_index_and_mends_what_it_installed(installable, tmp_path):
    home = tmp_path / "home"
    # Settings of the machine's own, which would lead elsewhere, are not heeded.
    done = install(installable, str(home), PIP_INDEX_URL="http://127.0.0.1:9", PIP_CONSTRAINT="/nowhere")
    assert done.returncode == 0, done.stderr
    assert (home / "data/cache/digits/digits.csv.gz").exists()
    ask = [home / ".venv/bin/python", "-c", "import os, toy; print(os.environ['TLCOURSE_DATA'])"]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("TLCOURSE")}
    assert subprocess.check_output(ask, env=clean, text=True).strip() == str(home / "data/cache")
    (home / "notebooks/00_a.ipynb").write_text("my answers")
    [module] = (home / ".venv").rglob("toy.py")
    module.unlink()
    shared = str(installable / "assets")
    assert install(installable, str(home), TLCOURSE_DATA=shared).returncode == 0
    assert (module.exists(), (home / "notebooks/00_a.ipynb").read_text()) == (True, "my answers")
    assert subprocess.check_output(ask, env=clean, text=True).strip() == shared
