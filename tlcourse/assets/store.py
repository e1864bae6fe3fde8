"""The store: a folder of finished, verified assets, safe to share between processes.

A new asset is put together out of sight, in ``.tmp`` on the same disk, and appears by one rename. A stamp in
its folder remembers each file's size and time from when it was hashed: afterwards a look is enough.
"""

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from logging import getLogger
from pathlib import Path

from tlcourse.assets import carriers
from tlcourse.assets.carriers import Network
from tlcourse.assets.errors import (
    AssetError,
    DiskFull,
    HashMismatch,
    LockTimeout,
    NoSourceReachable,
    Offline,
    ReadOnlyCache,
    SourceFailed,
    UnsafeArchive,
)
from tlcourse.assets.registry import Asset, Card, Registry
from tlcourse.assets.sources import Source

_STAMP = ".tlcourse.json"
_FULL = (errno.ENOSPC, errno.EDQUOT)
_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)
_SILENCE = 2.0  # seconds of waiting that need no explanation
_REMEDIES = {
    Offline: "unset TLCOURSE_OFFLINE once to fetch it",
    HashMismatch: "try again in case a proxy came between",
    UnsafeArchive: "report it to the course",
}
_log = getLogger("tlcourse.assets")


@dataclass(frozen=True)
class Report:
    """What `verify` found: `state` is "intact", "damaged" or "absent"."""

    name: str
    state: str
    files: int
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return self.state == "intact"

    def __str__(self) -> str:
        details = "".join(f"\n  {problem}" for problem in self.problems)
        return f"{self.name}: {self.state}, {self.files} file{'s' * (self.files != 1)}{details}"


@dataclass(frozen=True)
class Reach:
    """Whether one source of an asset can be reached now, and why."""

    source: str
    ok: bool
    detail: str


class Store:
    """The assets of a registry, in one folder.

    Parameters
    ----------
    registry
        What can be stored.
    root
        The folder; it is made when something is first stored.
    network
        How patient to be with sources, and whether the network may be used; None for the defaults.
    lock_timeout
        Seconds to wait for another process that is busy with the same asset.
    """

    def __init__(
        self, registry: Registry, root: Path, network: Network | None = None, lock_timeout: float = 1800.0
    ):
        self.registry = registry
        self.root = root
        self.network = network or Network()
        self.lock_timeout = lock_timeout

    def has(self, name: str) -> bool:
        """Say whether the asset is complete, and untouched since it was verified."""
        files = self.registry.get(name).files
        stamped = self._stamp(name).get("files", {})
        folder = os.path.join(self.root, name)
        try:
            return len(stamped) == len(files) and all(
                stamped.get(file) == [sha256, *_look(os.path.join(folder, file))]
                for file, sha256 in files.items()
            )
        except OSError:
            return False

    def fetch(self, name: str) -> Path:
        """Return the folder with the asset's verified files, obtaining or mending them if need be."""
        asset = self.registry.get(name)
        if not self.has(name):
            try:
                with self._alone(name) as scratch:
                    self._mend(asset, scratch)
            except ReadOnlyCache:
                # A class's shared cache may have lost its stamps, or its files their times: the bytes decide.
                if self._problems(asset):
                    raise
        return self.root / name

    def verify(self, name: str) -> Report:
        """Hash every file again. A damaged asset loses its stamp, so that the next `fetch` mends it."""
        asset = self.registry.get(name)
        if not (self.root / name).is_dir():
            return Report(name, "absent", 0)
        problems = self._problems(asset)
        if problems:
            try:
                (self.root / name / _STAMP).unlink(missing_ok=True)
            except OSError as error:
                problems.append(f"the cache is read-only ({error.strerror}), so that nothing will mend it")
        return Report(name, "damaged" if problems else "intact", len(asset.files), tuple(problems))

    def card(self, name: str) -> Card:
        """Return the asset's card; it says so if the files came from another version than the registry's."""
        card = self.registry.get(name).card
        stamp = self._stamp(name)
        if stamp.get("version") == stamp.get("pinned"):
            return card
        return replace(card, version=f"{card.version} (from {stamp['source']}, version {stamp['version']})")

    def reach(self, name: str, timeout: float) -> tuple[Reach, ...]:
        """Say of each source, in order, whether it can be reached now; nothing is downloaded."""
        asset = self.registry.get(name)
        network = replace(self.network, timeout=timeout)

        def ask(source: Source) -> Reach:
            try:
                return Reach(str(source), True, source.reach(asset.files, network))
            except AssetError as error:
                return Reach(str(source), False, _why(source, error))

        return tuple(ask(source) for source in asset.sources)

    def derived(self, kind: str, key: str, suffix: str, make: Callable[[Path], None]) -> Path:
        """Return a file computed once and kept, made by ``make(path)`` if it is absent or damaged."""
        final = self.root / "derived" / kind / f"{key}{suffix}"
        seal = final.with_name(f"{final.name}.sha256")
        if not _is_sealed(final, seal):
            with self._alone(f"derived-{kind}-{final.name}") as scratch:
                if not _is_sealed(final, seal):
                    made = scratch / final.name
                    make(made)
                    final.parent.mkdir(parents=True, exist_ok=True)
                    # The seal goes first: if this stops half-way it fits nothing, and the file is made again.
                    size, modified = _look(made)
                    seal.write_text(f"{carriers.sha256_of(made)}  {final.name}\n{size} {modified}\n", "utf-8")
                    os.replace(made, final)
        return final

    def _stamp(self, name: str) -> dict:
        try:
            stamp = json.loads((self.root / name / _STAMP).read_bytes())
        except (OSError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) and isinstance(stamp.get("files"), dict) else {}

    def _problems(self, asset: Asset) -> list[str]:
        problems = []
        for file, sha256 in asset.files.items():
            path = self.root / asset.name / file
            try:
                if (got := carriers.sha256_of(path)) != sha256:
                    problems.append(f"{path} has SHA-256 {got} where {sha256} was expected")
            except OSError as error:
                problems.append(f"{path} cannot be read ({error.strerror})")
        return problems

    def _mend(self, asset: Asset, scratch: Path) -> None:
        """Stamp an asset whose bytes are right; obtain any other."""
        folder = self.root / asset.name
        # They are, if the files were only touched, or if another process has finished while this one waited.
        if folder.is_dir() and not self._problems(asset):
            stamp = self._stamp(asset.name)
            _write_stamp(asset, folder, {key: stamp.get(key, "") for key in ("source", "version", "pinned")})
            return
        fresh = self._obtain(asset, scratch)
        if folder.exists():
            os.rename(folder, scratch / "old")
        os.rename(fresh, folder)

    def _obtain(self, asset: Asset, scratch: Path) -> Path:
        carriers.require_room(scratch, asset.size)
        failures = []
        for number, source in enumerate(asset.sources):
            into, work = scratch / f"files-{number}", scratch / f"work-{number}"
            into.mkdir()
            work.mkdir()
            _log.info("Fetching %s from %s (at most %.0f MB)", asset.name, source, source.size / 1e6)
            try:
                version = source.get(asset.files, into, work, self.network, carriers.bound(asset.size))
            except DiskFull:
                raise
            except AssetError as error:
                _log.info("%s did not do: %s", source, _why(source, error))
                failures.append((source, error))
            else:
                origin = {"source": str(source), "version": version, "pinned": source.pinned}
                _write_stamp(asset, into, origin)
                return into
        # Only where every source failed alike is there something more exact to say.
        kinds = {type(error) for _, error in failures}
        kind = kinds.pop() if len(kinds) == 1 and kinds != {SourceFailed} else NoSourceReachable
        tried = "".join(f"\n  {source}: {_why(source, error)}" for source, error in failures)
        raise kind(
            f"{asset.name} can be had from none of its sources; {_REMEDIES.get(kind, 'mend one of them')}, "
            f"or copy the folder {self.root / asset.name} from another machine:{tried}"
        )

    @contextmanager
    def _alone(self, task: str) -> Iterator[Path]:
        """Lend an empty folder to the one process that is at `task`."""
        import socket
        from tempfile import mkdtemp

        from filelock import FileLock, Timeout

        leftovers = self.root / ".tmp" / task
        path, owner = self.root / ".locks" / f"{task}.lock", self.root / ".locks" / f"{task}.owner"
        lock = FileLock(path)
        with self._disk_errors():
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                try:
                    held = lock.acquire(timeout=min(_SILENCE, self.lock_timeout))
                except Timeout:
                    _log.info("Waiting for %s, which is in the hands of %s", task, _owner(owner))
                    held = lock.acquire(timeout=max(self.lock_timeout - _SILENCE, 0))
                with held:
                    owner.write_text(f"process {os.getpid()} on {socket.gethostname()}", "utf-8")
                    # Whatever is here belonged to a process that was killed: the lock is ours.
                    shutil.rmtree(leftovers, ignore_errors=True)
                    leftovers.mkdir(parents=True, exist_ok=True)
                    try:
                        yield Path(mkdtemp(dir=leftovers))
                    finally:
                        shutil.rmtree(leftovers, ignore_errors=True)
            except Timeout as error:
                raise LockTimeout(
                    f"{task} has been in the hands of {_owner(owner)} for more than {self.lock_timeout:g} s "
                    f"(lock {path}); wait until it is done, or end it, and try again."
                ) from error

    @contextmanager
    def _disk_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in _FULL:
                free = shutil.disk_usage(self.root).free
                raise DiskFull(
                    f"The disk of {self.root} filled up ({free / 1e6:,.0f} MB are free); make room, "
                    "or move the cache with TLCOURSE_DATA."
                ) from error
            if error.errno in _READ_ONLY and str(error.filename).startswith(str(self.root)):
                raise ReadOnlyCache(
                    f"{error.filename} cannot be written ({error.strerror}); have its owner fetch what is "
                    "missing, or move the cache with TLCOURSE_DATA."
                ) from error
            raise


def _look(path: str | Path) -> tuple[int, int]:
    status = os.stat(path)
    return status.st_size, status.st_mtime_ns


def _write_stamp(asset: Asset, folder: Path, origin: dict[str, str]) -> None:
    files = {file: [sha256, *_look(folder / file)] for file, sha256 in asset.files.items()}
    unseen = folder / f"{_STAMP}.new"
    unseen.write_text(json.dumps({**origin, "files": files}), "utf-8")
    os.replace(unseen, folder / _STAMP)


def _why(source: Source, error: AssetError) -> str:
    """Return an error's message without the source that its line already names."""
    return str(error).removeprefix(f"{source} ")


def _owner(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError:
        return "another process"


def _is_sealed(path: Path, seal: Path) -> bool:
    """Say whether a file is as it was made; as for assets, a look is enough if it was not touched since."""
    try:
        checksum, _, look = seal.read_text("utf-8").partition("\n")
        size, modified = _look(path)
        return look == f"{size} {modified}\n" or checksum.partition(" ")[0] == carriers.sha256_of(path)
    except OSError:
        return False
