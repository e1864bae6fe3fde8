"""Importing the package costs nothing."""

import json
import subprocess
import sys

WATCH = """
import json, sys
events = []
sys.addaudithook(lambda name, values: events.append((name, str(values[0]) if values else "")))
import tlcourse
opened = [path for name, path in events if name == "open"]
network = [name for name, _ in events if name.startswith("socket.")]
own = [sys.prefix, sys.base_prefix, tlcourse.__path__[0]]
print(json.dumps({
    "strange": [path for path in opened if not path.startswith(tuple(own))],
    "opened": len(opened),
    "network": network,
    "modules": sorted(sys.modules),
}))
"""


def imported(code: str) -> dict:
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def test_import_loads_nothing_heavy():
    modules = imported(WATCH)["modules"]
    assert {"numpy", "tensorflow", "keras", "matplotlib", "click"}.isdisjoint(modules)


def test_import_opens_only_its_own_files_and_no_connection():
    seen = imported(WATCH)
    assert (seen["strange"], seen["network"]) == ([], [])
    # Were the hook not watching, it would have seen nothing of the package either.
    assert seen["opened"] > 0


def test_command_line_loads_nothing_heavy():
    modules = imported("import json, sys, tlcourse.cli; print(json.dumps({'m': sorted(sys.modules)}))")["m"]
    assert {"numpy", "rich", "nbformat", "tlcourse.assets"}.isdisjoint(modules)


def test_keras_runs_on_tensorflow_unless_the_environment_says_otherwise(monkeypatch):
    code = "import json, os, tlcourse; print(json.dumps(os.environ['KERAS_BACKEND']))"
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    assert imported(code) == "tensorflow"
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    assert imported(code) == "jax"
