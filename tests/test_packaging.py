"""pyproject.toml, the lock file, environment.yml and the places to launch from must agree."""

import json
import os
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ("3.11", "3.12", "3.13")
LINUX = {"sys_platform": "linux", "platform_machine": "x86_64", "platform_system": "Linux", "extra": ""}


def environment(python):
    return LINUX | {"python_version": python, "python_full_version": f"{python}.0"}


def locked(python, **machine):
    """Return the versions that the lock file gives a machine, one with Linux at first, with this Python."""
    lines = (ROOT / "requirements/lock.txt").read_text().splitlines()
    pins = [Requirement(line.rstrip(" \\")) for line in lines if re.match(r"[a-z0-9]", line)]
    wanted = [pin for pin in pins if pin.marker is None or pin.marker.evaluate(environment(python) | machine)]
    return {pin.name: next(iter(pin.specifier)).version for pin in wanted}


def declared(*extras):
    """Return what pyproject.toml asks for, with the extras named."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = project["dependencies"] + [
        line for extra in extras for line in project["optional-dependencies"][extra]
    ]
    return [Requirement(line) for line in lines]


def conda_pins():
    """Return what environment.yml has pip install, the project itself left out."""
    entries = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    lines = next(entry["pip"] for entry in entries if isinstance(entry, dict))
    return [Requirement(line) for line in lines if not line.startswith("--editable")]


@pytest.mark.parametrize("python", PYTHONS)
def test_lock_satisfies_pyproject(python):
    versions = locked(python)
    for requirement in declared("cpu", "hub", "dev", "book"):
        if requirement.marker is None or requirement.marker.evaluate(environment(python)):
            name = canonicalize_name(requirement.name)
            assert requirement.specifier.contains(versions[name]), f"{requirement} on Python {python}"


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("processor", ["x86_64", "arm64"])
def test_lock_gives_every_machine_one_tensorflow(system, processor):
    names = locked("3.11", sys_platform=system, platform_machine=processor).keys()
    both = {"tensorflow", "tensorflow-cpu"}
    assert both & names == {"tensorflow-cpu" if (system, processor) == ("linux", "x86_64") else "tensorflow"}
    assert {"tensorflow-hub", "tf-keras"} <= names


def test_make_installs_the_lock_as_it_stands_and_solves_it_with_the_extras_tested_here():
    makefile = (ROOT / "Makefile").read_text()
    # A resolving pip would add `tensorflow`, which tf-keras asks for, to tensorflow-cpu.
    assert "--no-deps --require-hashes --only-binary :all:" in makefile
    extras = "--extra cpu --extra hub --extra dev --extra book"
    assert extras in makefile
    assert extras in (ROOT / "requirements/lock.txt").read_text()


def test_lock_pins_a_hash_for_every_package_and_names_no_index():
    text = (ROOT / "requirements/lock.txt").read_text()
    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.M)[1:]
    assert packages
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in text


def test_environment_pins_what_the_lock_pins():
    versions = locked("3.11")
    for pin in conda_pins():
        if pin.marker is None or pin.marker.evaluate(environment("3.11")):
            assert str(pin.specifier) == f"=={versions[canonicalize_name(pin.name)]}"


def test_environment_names_every_dependency_of_pyproject():
    # conda installs pip itself, from its own channel.
    assert {pin.name for pin in conda_pins()} == {req.name for req in declared("cpu")} - {"pip"}


def test_environment_installs_the_project_itself():
    entries = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    assert "python=3.11" in entries
    assert "--editable ." in entries[-1]["pip"]


LOCKED = "--no-deps --require-hashes --only-binary :all:"
OWN = "--no-deps --no-build-isolation --editable ."


def test_binder_has_the_python_of_environment_and_nothing_to_solve():
    top, binder = (
        yaml.safe_load((ROOT / name).read_text()) for name in ("environment.yml", "binder/environment.yml")
    )
    assert (binder["name"], binder["channels"]) == (top["name"], top["channels"])
    assert binder["dependencies"] == [entry for entry in top["dependencies"] if isinstance(entry, str)]


@pytest.mark.parametrize("name", ["Makefile", "binder/postBuild", "Dockerfile"])
def test_every_place_installs_the_lock_as_it_stands(name):
    text = (ROOT / name).read_text().replace("\\\n", "")
    assert re.search(rf"{LOCKED}\s+-r requirements/lock.txt", text)
    assert OWN in text


def test_binder_can_execute_its_script():
    assert os.access(ROOT / "binder/postBuild", os.X_OK)


def test_image_is_nobodys_root_and_leaves_out_what_git_does():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert "USER learner" in lines
    ignored = {line.strip("/") for line in (ROOT / ".dockerignore").read_text().split()}
    assert {".git", ".venv", "build", "data/cache"} <= ignored


def test_dev_container_is_json_with_the_python_of_the_others():
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())
    assert container["image"].endswith(":3.11")
    assert "FROM python:3.11-slim" in (ROOT / "Dockerfile").read_text()
