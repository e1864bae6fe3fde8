"""A server that misbehaves on request, and registries of toy assets."""

import hashlib
import os
import shutil
import tempfile
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tlcourse.assets.carriers import Network
from tlcourse.assets.registry import Registry
from tlcourse.assets.store import Store

NOBODY = 65534


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.hits.append((self.command, self.path))
        answer = self.server.routes.get(self.path)
        if answer is None:
            self.send_error(404)
        elif callable(answer):
            answer(self)
        else:
            self.reply(answer)

    do_HEAD = do_GET

    def reply(self, body, *, announce=None):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) if announce is None else announce))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)
            self.wfile.flush()

    def log_message(self, *args):
        """Keep the tests' output clean."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.routes, self.hits, self.closing = {}, [], threading.Event()

    def __call__(self, path, answer):
        """Answer `path` with bytes, or with whatever a function does to the handler; return the URL."""
        self.routes[path] = answer
        return f"http://127.0.0.1:{self.server_port}{path}"


@pytest.fixture
def server():
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.closing.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def network():
    return Network(timeout=0.3, retries=2, pause=0.01, command=60)


@pytest.fixture
def toml():
    """Write a registry with one asset, `toy`."""

    def write(files, *sources, **fields):
        hashes = ", ".join(f'"{file}" = "{hashlib.sha256(body).hexdigest()}"' for file, body in files.items())
        size = sum(map(len, files.values()))
        extra = "".join(f'{key} = "{value}"\n' for key, value in fields.items())
        head = f'[toy]\ntitle = "A toy"\nsize = {size}\nfiles = {{ {hashes} }}\n{extra}'
        if not sources:
            return f"{head}sources = []\n"
        return head + "".join(f"[[toy.sources]]\n{source}\n" for source in sources)

    return write


@pytest.fixture
def toy(toml, network, cache):
    """Make a store for one asset, `toy`, with the given files and sources."""

    def make(files, *sources, network=network, lock_timeout=20, **fields):
        return Store(Registry.parse(toml(files, *sources, **fields)), cache, network, lock_timeout)

    return make


@pytest.fixture
def read_only():
    """Make a folder that this process cannot write to, even if it is root, from `freeze` to the end."""
    if not hasattr(os, "geteuid"):
        pytest.skip("needs POSIX permissions")
    root = os.geteuid() == 0
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)

    @contextmanager
    def freeze():
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        if root:
            os.seteuid(NOBODY)
        try:
            yield
        finally:
            if root:
                os.seteuid(0)
            for path in [folder, *folder.rglob("*")]:
                path.chmod(0o755)

    yield folder, freeze
    shutil.rmtree(folder)
