"""Several processes at one cache, and processes that die at a bad moment."""

import json
import subprocess
import sys
import threading
import time

import pytest

BODY = b"0123456789" * 10_000
FETCH = """
import json, sys
from pathlib import Path
from tlcourse.assets.registry import Registry
from tlcourse.assets.store import Store
text, root = json.load(sys.stdin)
print("ready", flush=True)
print(Store(Registry.parse(text), Path(root)).fetch("toy"))
"""


@pytest.fixture
def start(cache):
    """Start another process that fetches the toy; all that are left die at the end."""
    processes = []

    def run(text):
        process = subprocess.Popen(
            [sys.executable, "-c", FETCH], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        processes.append(process)
        json.dump([text, str(cache)], process.stdin)
        process.stdin.close()
        return process

    yield run
    for process in processes:
        process.kill()
        process.wait()
        process.stdout.close()


def test_eight_processes_at_once_make_one_download(toml, server, start, cache):
    everybody = threading.Event()

    def slow(handler):
        everybody.wait(20)
        handler.reply(BODY)

    text = toml({"toy.bin": BODY}, f'kind = "url"\nurl = "{server("/toy", slow)}"')
    processes = [start(text) for _ in range(8)]
    assert [process.stdout.readline() for process in processes] == ["ready\n"] * 8
    everybody.set()
    assert {process.stdout.readline() for process in processes} == {f"{cache / 'toy'}\n"}
    assert [process.wait() for process in processes] == [0] * 8
    assert len(server.hits) == 1
    assert (cache / "toy" / "toy.bin").read_bytes() == BODY


def test_a_process_killed_in_mid_download_leaves_nothing_that_hurts(toml, toy, server, start, cache):
    def half(handler):
        handler.reply(BODY[:50_000], announce=len(BODY))
        server.closing.wait(20)

    source = f'kind = "url"\nurl = "{server("/toy", half)}"'
    process = start(toml({"toy.bin": BODY}, source))
    while not list(cache.glob(".tmp/toy/*/*/download")):
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert list(cache.glob(".tmp/toy/*/*/download"))
    assert not (cache / "toy").exists()

    server("/toy", BODY)
    store = toy({"toy.bin": BODY}, source)
    store.fetch("toy")
    assert store.verify("toy").ok
    assert not list((cache / ".tmp").iterdir())
