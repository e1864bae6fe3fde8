"""Run a lesson as on Colab: in an environment that has TensorFlow and a kernel, and nothing of the course.

    python tools/try_setup_cell.py          lesson 00
    python tools/try_setup_cell.py 01

The lesson's first cell must install the package from a repository: this working copy, served on this machine.
The environment, the home folder and the caches are new, so that everything is downloaded: a few minutes.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
import venv
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import nbformat
from badges import set_repository
from build_notebooks import ROOT, compose

BROUGHT = ("tensorflow-cpu>=2.19,<2.22", "ipykernel", "nbclient")


def publish(folder: Path, address: str) -> None:
    """Put the working copy, with what is not committed yet, into a repository that names its own address."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True).stdout.split(b"\0")
    for name in filter(None, names):
        source, target = ROOT / os.fsdecode(name), folder / os.fsdecode(name)
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    set_repository(folder / "pyproject.toml", address)
    git = ["git", "-c", "user.name=course", "-c", "user.email=course@localhost"]
    steps = (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "as it is"])
    # The last makes it readable as mere files, which is all that the server below can give.
    for step in (*steps, ["update-server-info"]):
        subprocess.run([*git, *step], cwd=folder, check=True)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit status is 1 when the lesson fails."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("lesson", nargs="?", default="00", metavar="NN", help="the lesson's number")
    number = parser.parse_args(arguments).lesson
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy, home, python = folder / "copy", folder / "home", folder / "env" / "bin" / "python"
        copy.mkdir(), home.mkdir()
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(copy)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        publish(copy, f"http://127.0.0.1:{server.server_port}/.git")
        source = next((copy / "notebooks" / "src").glob(f"{number}_*.py"))
        nbformat.write(compose(source, "lesson", copy), folder / "lesson.ipynb")
        print("installing what Colab brings …", flush=True)
        venv.create(folder / "env", with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *BROUGHT], check=True)
        before = frozen(python)
        print(f"running lesson {number} …", flush=True)
        start = time.perf_counter()
        # Only this much of the surroundings: no path, cache or setting of this machine's helps it along.
        own = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TLCOURSE_PROGRESS": "off"}
        execute = [python.with_name("jupyter-execute"), "--timeout=1800", folder / "lesson.ipynb"]
        done = subprocess.run(execute, cwd=home, env=own)
        changed = sorted(before - frozen(python))
        print(f"exit status {done.returncode} after {time.perf_counter() - start:.0f} s")
        print("of the packages that were there, changed:", ", ".join(changed) or "none")
        return int(done.returncode != 0 or bool(changed))


class Silent(SimpleHTTPRequestHandler):
    """Serve files without a line for each."""

    def log_message(self, *arguments):
        """Say nothing."""


def frozen(python: Path) -> set[str]:
    """Return the installed packages with their versions."""
    command = [python, "-m", "pip", "freeze", "--quiet"]
    return set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines())


if __name__ == "__main__":
    sys.exit(main())
