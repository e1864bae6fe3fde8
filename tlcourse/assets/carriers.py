"""How bytes travel: over HTTP, out of archives, from other programs, on to the disk with a check."""

import errno
import hashlib
import math
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from tlcourse.assets.errors import AssetError, DiskFull, HashMismatch, Offline, SourceFailed, UnsafeArchive

_BLOCK = 1 << 18
_TRANSIENT = {429, 502, 503, 504}


@dataclass(frozen=True)
class Network:
    """How patient to be with the network, and whether it may be used at all."""

    offline: bool = False
    timeout: float = 30.0  # seconds without a byte
    retries: int = 2
    pause: float = 1.0  # seconds before the first retry, doubled for each further one
    command: float = 1800.0  # seconds for one run of another program

    def require(self, what: object) -> None:
        """Refuse to go on with `what`, which needs the network, when that is forbidden."""
        if self.offline:
            raise Offline(f"{what} needs the network, which TLCOURSE_OFFLINE forbids.")


class Entry(NamedTuple):
    """One member of an archive."""

    name: str
    regular: bool
    open: Callable[[], IO[bytes]]


def require_room(folder: Path, size: int) -> None:
    """Refuse to start on `size` bytes that the disk of `folder` has no room for."""
    free = shutil.disk_usage(folder).free
    if free < size:
        raise DiskFull(
            f"{size / 1e6:,.0f} MB are needed in {folder} and {free / 1e6:,.0f} MB are free; make room, "
            "or move the cache with TLCOURSE_DATA."
        )


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def bound(size: int) -> int:
    """Return how many bytes to accept at most where about `size` are expected.

    Examples
    --------
    >>> bound(5_000_000)
    11000000
    """
    return 2 * size + 1_000_000


def plain(stream: IO[bytes], member: str, file: str) -> IO[bytes]:
    """Return a member's bytes, decompressed if it is a ``.gz`` and the `file` to be made is not."""
    if member.endswith(".gz") and not file.endswith(".gz"):
        import gzip

        return gzip.GzipFile(fileobj=stream)
    return stream


def place(stream: IO[bytes], target: Path, sha256: str, origin: object, limit: float = math.inf) -> None:
    """Copy `stream` to the file `target`, which stays only if its bytes hash to `sha256`.

    No more than `limit` bytes of a source that goes on and on are read.
    """
    import zlib
    from gzip import BadGzipFile

    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    try:
        with open(target, "wb") as out:
            while out.tell() <= limit and (block := stream.read(_BLOCK)):
                digest.update(block)
                out.write(block)
            size = out.tell()
    except (BadGzipFile, EOFError, zlib.error) as error:
        target.unlink()
        raise SourceFailed(f"{origin} is damaged ({error}).") from error
    if size > limit:
        target.unlink()
        raise SourceFailed(f"{origin} is larger than expected (over {limit:,} bytes).")
    if digest.hexdigest() != sha256:
        target.unlink()
        raise HashMismatch(
            f"{origin} has SHA-256 {digest.hexdigest()} where {sha256} was expected; "
            "its bytes were thrown away."
        )


def unpack(
    entries: Iterator[Entry],
    members: Mapping[str, tuple[Path, str]],
    origin: object,
    limit: float = math.inf,
) -> None:
    """Place the wanted members of an archive, never under a name that the archive chose.

    `members` gives for each its target and its SHA-256; `origin` names the archive in errors; none may have
    more than `limit` bytes, however small it was compressed.
    """
    missing = dict(members)
    try:
        for entry in entries:
            path = PurePosixPath(entry.name.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts:
                raise UnsafeArchive(f"{origin} holds {entry.name!r}, which would land outside the cache.")
            if str(path) not in missing:
                continue
            if not entry.regular:
                raise UnsafeArchive(f"{origin} holds {entry.name!r} as a link or device instead of a file.")
            with entry.open() as stream:
                target, sha256 = missing.pop(str(path))
                content = plain(stream, path.name, target.name)
                place(content, target, sha256, f"{entry.name!r} of {origin}", limit)
            if not missing:
                return
    except (AssetError, OSError):
        raise
    except Exception as error:  # zipfile, tarfile, zlib and lzma share no ancestor for "damaged"
        raise SourceFailed(f"{origin} is damaged ({error}).") from error
    raise SourceFailed(f"{origin} holds no {min(missing)!r}.")


def zip_entries(path: Path) -> Iterator[Entry]:
    """Walk through a zip file or a wheel."""
    import zipfile

    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            mode = stat.S_IFMT(info.external_attr >> 16)
            yield Entry(info.filename, mode in (0, stat.S_IFREG), partial(archive.open, info))


def tar_entries(path: Path) -> Iterator[Entry]:
    """Walk through a tar file, however it is compressed."""
    with open(path, "rb") as stream:
        yield from _tar_stream(stream)


def deb_entries(path: Path) -> Iterator[Entry]:
    """Walk through the files of a Debian package, never running what it would run when installed."""
    import subprocess

    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", path], stdout=subprocess.PIPE) as unpacking:
        try:
            yield from _tar_stream(unpacking.stdout)
        finally:
            unpacking.kill()  # whoever has found the last member wanted does not read on


def _tar_stream(stream: IO[bytes]) -> Iterator[Entry]:
    import tarfile

    with tarfile.open(fileobj=stream, mode="r|*") as archive:
        for info in archive:
            yield Entry(info.name, info.isreg(), partial(archive.extractfile, info))


def download(url: str, target: Path, network: Network, limit: float = math.inf) -> None:
    """Stream `url` to the file `target`, trying again when the server is busy or hangs up half-way.

    A server that sends more than `limit` bytes is not listened to any longer.
    """
    import time

    for attempt in range(network.retries + 1):
        try:
            return _stream(url, target, network.timeout, limit)
        except _Transient as error:
            if attempt == network.retries:
                raise SourceFailed(f"{error}, {attempt + 1} times.") from error
        time.sleep(network.pause * 2**attempt)


def head(url: str, timeout: float) -> str:
    """Ask whether `url` answers, without its body."""
    try:
        with _open(url, timeout, "HEAD") as response:
            return f"answers {response.status} {response.reason}"
    except _Transient as error:
        raise SourceFailed(f"{error}.") from error


class _Transient(Exception):
    """A failure that may well be over in a second."""


def _stream(url: str, target: Path, timeout: float, limit: float) -> None:
    with _open(url, timeout) as response, open(target, "wb") as out:
        announced = response.length
        while block := _read(response, url, timeout):
            out.write(block)
            if out.tell() > limit:
                raise SourceFailed(f"{url} sent more than expected (over {limit:,} bytes).")
        received = out.tell()
    # http.client ends a body that was cut off like any other.
    if announced is not None and received < announced:
        raise _Transient(f"{url} hung up after {received:,} of {announced:,} bytes")


def _open(url: str, timeout: float, method: str = "GET"):
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    try:
        return urlopen(Request(url, method=method, headers={"User-Agent": "tlcourse"}), timeout=timeout)
    except HTTPError as error:
        if error.code in _TRANSIENT:
            raise _Transient(f"{url} answered {error.code} {error.reason}") from error
        raise SourceFailed(f"{url} answered {error.code} {error.reason}.") from error
    except (HTTPException, OSError) as error:
        raise SourceFailed(f"{url} cannot be reached ({getattr(error, 'reason', error)}).") from error


def _read(response, url: str, timeout: float) -> bytes:
    from http.client import HTTPException

    try:
        return response.read(_BLOCK)
    except TimeoutError as error:
        raise SourceFailed(f"{url} went silent for {timeout:g} s.") from error
    except (HTTPException, OSError) as error:
        raise _Transient(f"{url} broke off ({error!r})") from error


def run(*command: str, timeout: float, cwd: Path | None = None) -> str:
    """Run another program for its output; its last word of complaint becomes the error.

    Examples
    --------
    >>> run("dpkg-none", timeout=1)
    Traceback (most recent call last):
    tlcourse.assets.errors.SourceFailed: dpkg-none is not on this machine.
    """
    import os
    import subprocess

    # A program's own temporary files go where the rest of the download is, on a disk known to have room.
    environment = os.environ | {"LC_ALL": "C"} | ({"TMPDIR": str(cwd)} if cwd else {})
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
        )
    except FileNotFoundError as error:
        raise SourceFailed(f"{command[0]} is not on this machine.") from error
    except subprocess.TimeoutExpired as error:
        raise SourceFailed(f"{command[0]} took more than {timeout:g} s.") from error
    if done.returncode:
        complaint = done.stderr.strip().rpartition("\n")[2] or f"exit status {done.returncode}"
        if "No space left on device" in done.stderr:
            raise OSError(errno.ENOSPC, complaint)
        raise SourceFailed(f"{Path(command[0]).name} failed ({complaint}).")
    return done.stdout


def pip(*arguments: str, timeout: float, cwd: Path | None = None) -> str:
    """Run this Python's pip, configured as its user has it."""
    import sys

    quiet = ("--no-input", "--disable-pip-version-check")
    return run(sys.executable, "-m", "pip", *arguments, *quiet, timeout=timeout, cwd=cwd)
