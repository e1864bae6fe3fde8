"""The command line: what it prints, for people and for programs, and how it fails."""

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from tlcourse import assets, doctor, runner
from tlcourse.assets.errors import HashMismatch
from tlcourse.cli import main


def call(*args):
    return CliRunner().invoke(main, args, prog_name="tlcourse")


@pytest.fixture
def stocked(monkeypatch, tmp_path):
    """Pretend that digits are here, stamps can be fetched, and the network arrives damaged."""
    here = {"digits"}

    def fetch(name):
        assets.get(name)
        if name == "efficientnet-lite0":
            raise HashMismatch("its bytes are wrong.")
        here.add(name)
        return tmp_path / name

    monkeypatch.setattr(assets, "has", lambda name: name in here)
    monkeypatch.setattr(assets, "fetch", fetch)


@pytest.mark.parametrize(
    "command",
    ["list", "fetch", "verify", "doctor", "run", "lab", "classify", "kit", "badges", "progress", "reset"],
)
def test_help_of_every_command_says_what_it_does(command):
    result = call(command, "--help")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) > 5


def test_no_command_shows_the_help():
    result = call()
    assert (result.exit_code, "Commands:" in result.stdout) == (0, True)


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["fecth"], "No such command 'fecth'. Did you mean 'fetch'? See tlcourse --help."),
        (["fetch"], "Name the assets to fetch, or say --all. See tlcourse fetch --help."),
        (["fetch", "digts"], "digts: No asset is called 'digts'. Did you mean 'digits'?"),
        (["verify", "digts"], "No asset is called 'digts'. Did you mean 'digits'?"),
        (["run", "--jsn"], "No such option '--jsn'. Did you mean '--json'? See tlcourse run --help."),
    ],
)
def test_mistake_becomes_one_sentence(args, sentence):
    result = call(*args)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.strip() == sentence


def test_mistake_with_json_becomes_json():
    result = call("verify", "digts", "--json")
    assert (result.exit_code, result.stderr) == (1, "")
    assert json.loads(result.stdout) == {
        "error": "No asset is called 'digts'. Did you mean 'digits'?",
        "kind": "UnknownAsset",
    }


@pytest.mark.parametrize(
    ("error", "status", "text"),
    [
        (PermissionError(13, "Permission denied", "/cache"), 1, "Permission denied: /cache.\n"),
        (OSError("the disk went away"), 1, "the disk went away\n"),
        (KeyboardInterrupt(), 130, "\nInterrupted.\n"),
    ],
)
def test_expected_error_becomes_one_sentence(monkeypatch, error, status, text):
    monkeypatch.setattr(assets, "list", lambda: (_ for _ in ()).throw(error))
    result = call("list")
    assert (result.exit_code, result.stderr) == (status, text)


@pytest.mark.parametrize(("args", "debug"), [([], ""), (["--debug"], ""), ([], "1")])
def test_unexpected_error_shows_a_traceback_only_if_asked(monkeypatch, args, debug):
    monkeypatch.setenv("TLCOURSE_DEBUG", debug)
    monkeypatch.setattr(assets, "list", lambda: 1 / 0)
    result = call(*args, "list")
    assert result.exit_code == 1
    assert "ZeroDivisionError: division by zero\nThis was not expected: set TLCOURSE_DEBUG=1" in result.stderr
    assert ("Traceback" in result.stderr) == bool(args or debug)


@pytest.fixture
def three(monkeypatch):
    """Pretend that these are all the assets, however many the course has."""
    chosen = [assets.get(name) for name in ("efficientnet-lite0", "stamps", "digits")]
    monkeypatch.setattr(assets, "list", lambda: chosen)


def test_list_says_what_is_here(three, stocked):
    answer = json.loads(call("list", "--json").stdout)
    assert {item["name"]: item["present"] for item in answer} == {
        "efficientnet-lite0": False,
        "stamps": False,
        "digits": True,
    }
    assert "CC-BY-4.0" in call("list").stdout


def test_fetch_goes_on_after_a_failure(three, stocked, tmp_path):
    result = call("fetch", "--all", "--json")
    assert result.exit_code == 1
    assert {item["name"]: item.get("fetched", item.get("kind")) for item in json.loads(result.stdout)} == {
        "efficientnet-lite0": "HashMismatch",
        "stamps": True,
        "digits": False,
    }


def test_fetch_says_what_was_here_already(stocked, tmp_path):
    result = call("fetch", "digits", "stamps")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"digits: already here, {tmp_path / 'digits'}",
        f"stamps: fetched to {tmp_path / 'stamps'}",
    ]
    assert "stamps: fetching (at most 215.6 MB to download) …" in result.stderr


def test_verify_names_what_is_damaged(three, monkeypatch):
    reports = {
        "digits": assets.Report(
            "digits", "damaged", 1, ("digits.csv.gz has SHA-256 ab where cd was expected",)
        ),
        "stamps": assets.Report("stamps", "absent", 0),
        "efficientnet-lite0": assets.Report("efficientnet-lite0", "intact", 1),
    }
    monkeypatch.setattr(assets, "verify", reports.__getitem__)
    result = call("verify")
    assert (result.exit_code, result.stdout) == (1, "efficientnet-lite0: intact, 1 file\n")
    assert "digits.csv.gz has SHA-256 ab" in result.stderr
    assert call("verify", "efficientnet-lite0").exit_code == 0
    # An absent asset is an answer to a question about it, and no news in a report on what is here.
    assert call("verify", "stamps").exit_code == 1
    assert [item["state"] for item in json.loads(call("verify", "--json").stdout)] == ["intact", "damaged"]


def test_verify_of_nothing_says_so(cache):
    result = call("verify")
    assert (result.exit_code, result.stdout) == (
        0,
        "Nothing has been fetched yet; run: tlcourse fetch --all\n",
    )


@pytest.mark.parametrize(("status", "code"), [("ok", 0), ("warning", 0), ("problem", 1)])
def test_doctor_fails_only_on_a_problem(monkeypatch, status, code):
    monkeypatch.setattr(
        doctor, "examine", lambda: [doctor.Finding("disk", status, "0.1 GB free", "make room")]
    )
    result = call("doctor")
    assert (result.exit_code, result.stdout) == (code, f"{status:8} disk: 0.1 GB free; make room\n")
    assert json.loads(call("doctor", "--json").stdout)[0]["remedy"] == "make room"


def test_run_outside_a_clone_says_where_it_looked(monkeypatch, tmp_path):
    monkeypatch.setattr(runner, "__file__", str(tmp_path / "site-packages" / "tlcourse" / "runner.py"))
    monkeypatch.chdir(tmp_path)
    result = call("run")
    assert result.exit_code == 1
    assert "run this inside a clone of the course" in result.stderr
    assert str(tmp_path) in result.stderr


def test_fetch_of_names_and_of_everything_at_once_is_refused():
    result = call("fetch", "stamps", "--all")
    assert result.exit_code == 1
    assert "or say --all" in result.stderr


def test_lab_is_for_this_machine_only_and_passes_options_on(monkeypatch, tmp_path):
    started = []

    class Server:
        def __init__(self, command, cwd):
            started.append(command)

        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

        def wait(self):
            return 3

    monkeypatch.setattr(subprocess, "Popen", Server)
    monkeypatch.setattr(runner, "course_folder", lambda: Path("/clone"))
    monkeypatch.setattr("signal.signal", lambda *change: None)
    monkeypatch.setattr(runner, "lessons", lambda folder: [folder])
    monkeypatch.setattr(runner, "fetch_assets", lambda lessons, say: say(f"fetching for {lessons}"))
    result = call("lab", "--no-browser", "--port", "9000")
    assert result.exit_code == 3
    assert "fetching for" in result.stderr
    assert started[0][1:] == [
        "-m", "jupyterlab", "--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={Path('/clone')}",
        "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb", "--no-browser", "--port", "9000",
    ]  # fmt: skip
    call("lab", "--ip=0.0.0.0")
    assert [option for option in started[1] if "ip=" in option] == ["--ip=0.0.0.0"]
