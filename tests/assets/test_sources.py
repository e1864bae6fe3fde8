"""The four kinds of source, each against the real thing: a server, pip, apt-get, Keras's call."""

import errno
import gzip
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import types
import urllib.request
import zipfile

import pytest

from tlcourse.assets import carriers, sources
from tlcourse.assets.carriers import Network
from tlcourse.assets.errors import HashMismatch, Offline, SourceFailed
from tlcourse.assets.sources import DebSource, KerasSource, UrlSource, WheelSource

BODY = b"the bytes of a toy"
FILES = {"toy.bin": hashlib.sha256(BODY).hexdigest()}


@pytest.fixture
def get(tmp_path, network):
    """Obtain files from a source into a fresh folder; give back the version and the folder."""

    def run(source, files=FILES, network=network, limit=1_000_000):
        into, scratch = tmp_path / "into", tmp_path / "scratch"
        for folder in (into, scratch):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        return source.get(files, into, scratch, network, limit), into

    return run


# url


def test_url_gives_a_single_file(server, get):
    version, into = get(UrlSource(url=server("/toy", BODY)))
    assert (version, (into / "toy.bin").read_bytes()) == ("", BODY)


def test_url_gives_several_files_each_at_its_own_address(server, get):
    server("/a/one", b"1")
    url = server("/a/b/two", b"2").replace("/a/b/two", "/{member}")
    files = {"one": hashlib.sha256(b"1").hexdigest(), "2.txt": hashlib.sha256(b"2").hexdigest()}
    _, into = get(UrlSource(url=url, root="a", members={"2.txt": "a/b/two"}), files)
    assert {path.name: path.read_bytes() for path in into.iterdir()} == {"one": b"1", "2.txt": b"2"}


def test_url_gives_a_compressed_file_decompressed(server, get):
    url = server("/toy.bin.gz", gzip.compress(BODY)).replace("toy.bin.gz", "{member}")
    source = UrlSource(url=url, members={"toy.bin": "toy.bin.gz"})
    assert (get(source)[1] / "toy.bin").read_bytes() == BODY
    for damaged in (BODY, gzip.compress(BODY)[:-9]):
        server("/toy.bin.gz", damaged)
        with pytest.raises(SourceFailed, match=r"toy\.bin\.gz is damaged"):
            get(source)


def test_a_compressed_file_that_swells_is_given_up(server, get):
    url = server("/toy.bin.gz", gzip.compress(bytes(10_000_000))).replace("toy.bin.gz", "{member}")
    with pytest.raises(SourceFailed, match="larger than expected"):
        get(UrlSource(url=url, members={"toy.bin": "toy.bin.gz"}))


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_url_gives_the_wanted_member_of_an_archive(server, get, kind):
    buffer = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("top/toy.bin", BODY)
    else:
        with tarfile.open(fileobj=buffer, mode="w:xz") as archive:
            info = tarfile.TarInfo("top/toy.bin")
            info.size = len(BODY)
            archive.addfile(info, io.BytesIO(BODY))
    _, into = get(UrlSource(url=server("/toy", buffer.getvalue()), archive=kind, root="top"))
    assert (into / "toy.bin").read_bytes() == BODY


def test_url_with_other_bytes_is_a_mismatch(server, get):
    url = server("/toy", b"other bytes")
    with pytest.raises(
        HashMismatch, match=f"^{url} has SHA-256 {hashlib.sha256(b'other bytes').hexdigest()}"
    ):
        get(UrlSource(url=url))


def test_url_announced_shorter_than_it_is_is_a_mismatch(server, get):
    with pytest.raises(HashMismatch):
        get(UrlSource(url=server("/toy", lambda handler: handler.reply(BODY, announce=5))))


def test_url_that_sends_more_than_announced_is_given_up(server, get):
    url = server("/toy", b"x" * 1_000_100)
    for source in (UrlSource(url=url, archive="zip", size=49), UrlSource(url=url)):
        with pytest.raises(SourceFailed, match=r"sent more than expected \(over 1,000,0\d\d bytes\)"):
            get(source, limit=carriers.bound(18))


def test_url_can_be_reached_or_not(server, network):
    assert UrlSource(url=server("/toy", BODY)).reach(FILES, network) == "answers 200 OK"
    with pytest.raises(SourceFailed, match="answered 404"):
        UrlSource(url=server("/none", None)).reach(FILES, network)


# wheel


def write_distribution(into, version, body):
    """Write what a wheel of `toy-weights` holds, and what installing it would leave."""
    info = into / f"toy_weights-{version}.dist-info"
    (into / "toy_weights").mkdir(parents=True)
    info.mkdir()
    (into / "toy_weights" / "weights.bin").write_bytes(body)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: toy-weights\nVersion: {version}\n")
    (info / "WHEEL").write_text(
        "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    (info / "RECORD").write_text("")


@pytest.fixture
def wheelhouse(tmp_path, monkeypatch):
    """Point pip at a folder with one small wheel, and at nothing else."""
    write_distribution(tmp_path / "wheel", "1.0", BODY)
    house = tmp_path / "house"
    house.mkdir()
    with zipfile.ZipFile(house / "toy_weights-1.0-py3-none-any.whl", "w") as wheel:
        for path in (tmp_path / "wheel").rglob("*"):
            if path.is_file():
                wheel.write(path, path.relative_to(tmp_path / "wheel"))
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(house))


@pytest.fixture
def install(tmp_path, monkeypatch):
    def run(version="1.0", body=BODY):
        write_distribution(tmp_path / "site", version, body)
        monkeypatch.syspath_prepend(tmp_path / "site")

    return run


WHEEL = WheelSource(requirement="toy-weights==1.0", members={"toy.bin": "toy_weights/weights.bin"})
OFFLINE = Network(offline=True)


def test_wheel_is_fetched_by_pip(wheelhouse, get):
    version, into = get(WHEEL)
    assert (version, (into / "toy.bin").read_bytes()) == ("1.0", BODY)


def test_wheel_installed_is_used_offline_whatever_its_version(install, get):
    install("0.9")
    version, into = get(WHEEL, network=OFFLINE)
    assert (version, (into / "toy.bin").read_bytes()) == ("0.9", BODY)


def test_wheel_installed_with_other_bytes_is_passed_over(install, wheelhouse, get):
    install("2.0", b"retrained")
    version, into = get(WHEEL)
    assert (version, (into / "toy.bin").read_bytes()) == ("1.0", BODY)


@pytest.mark.parametrize("damage", ["unreadable", "not a folder"])
def test_wheel_installed_but_unreadable_is_passed_over(
    install, wheelhouse, get, monkeypatch, tmp_path, damage
):
    install()
    usual, folder = carriers.sha256_of, tmp_path / "site" / "toy_weights"
    if damage == "not a folder":
        shutil.rmtree(folder)
        folder.write_text("a file")

    def refuse(path):
        if damage == "unreadable" and path.is_relative_to(folder):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return usual(path)

    monkeypatch.setattr(carriers, "sha256_of", refuse)
    assert (get(WHEEL)[1] / "toy.bin").read_bytes() == BODY


def test_wheel_installed_with_a_full_disk_is_not_fetched_as_well(install, get, monkeypatch):
    install()

    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(carriers, "place", full)
    with pytest.raises(OSError, match="No space left"):
        get(WHEEL)


def test_wheel_offline_refuses_to_call_pip(wheelhouse, get):
    with pytest.raises(Offline, match=r"wheel toy-weights==1\.0 needs the network"):
        get(WHEEL, network=OFFLINE)


def test_wheel_unknown_to_pip_fails_with_pips_reason(wheelhouse, get):
    with pytest.raises(SourceFailed, match=r"failed \(ERROR: No matching distribution found for toy"):
        get(WheelSource(requirement="toy-weights==7"))


def test_wheel_can_be_reached_when_installed(install, network):
    install("0.9")
    assert WHEEL.reach(FILES, network) == "installed here, version 0.9"


@pytest.mark.parametrize(("listed", "detail"), [("1.0", "pip finds it"), ("2.0", None)])
def test_wheel_can_be_reached_when_pip_finds_the_version(monkeypatch, network, listed, detail):
    listing = f"toy-weights ({listed})\nAvailable versions: {listed}, 0.1\n"
    monkeypatch.setattr(sources.carriers, "pip", lambda *arguments, **options: listing)
    if detail:
        assert WHEEL.reach(FILES, network) == detail
    else:
        with pytest.raises(SourceFailed, match=r"pip finds 2\.0, 0\.1 of toy-weights, but not 1\.0"):
            WHEEL.reach(FILES, network)


# deb

DEB = DebSource(package="toy-data", version="1.0-1", root="usr/share/toy")


@pytest.fixture
def system(tmp_path, monkeypatch):
    """Pretend that Debian packages are installed under a folder of our own."""
    monkeypatch.setattr(sources, "_SYSTEM", tmp_path / "system")
    return tmp_path / "system"


@pytest.fixture
def repository(tmp_path, monkeypatch, system):
    """Give apt-get one repository, in a folder, with one small package and no package lists yet."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        pytest.skip("needs apt-get and dpkg-deb")
    tree, pool = tmp_path / "tree", tmp_path / "pool"
    (tree / "usr/share/toy").mkdir(parents=True)
    (tree / "usr/share/toy/toy.bin").write_bytes(BODY)
    (tree / "usr/share/toy/link").symlink_to("/etc/passwd")
    (tree / "DEBIAN").mkdir()
    control = (
        "Package: toy-data\nVersion: 1.0-1\nArchitecture: all\nMaintainer: A <a@b.c>\nDescription: toy\n"
    )
    (tree / "DEBIAN/control").write_text(control)
    pool.mkdir()
    deb = pool / "toy-data_1.0-1_all.deb"
    subprocess.run(["dpkg-deb", "--build", "--root-owner-group", tree, deb], check=True, capture_output=True)
    sha256 = hashlib.sha256(deb.read_bytes()).hexdigest()
    entry = f"{control}Filename: ./{deb.name}\nSize: {deb.stat().st_size}\nSHA256: {sha256}\n"
    (pool / "Packages").write_text(entry)
    (tmp_path / "sources.list").write_text(f"deb [trusted=yes] file:{pool} ./\n")
    (tmp_path / "empty/lists/partial").mkdir(parents=True)
    (tmp_path / "empty/archives/partial").mkdir(parents=True)
    (tmp_path / "apt.conf").write_text(
        f'Dir::Etc::sourcelist "{tmp_path}/sources.list";\nDir::Etc::sourceparts "/dev/null";\n'
        f'Dir::State::Lists "{tmp_path}/empty/lists";\nDir::Cache "{tmp_path}/empty";\n'
    )
    monkeypatch.setenv("APT_CONFIG", str(tmp_path / "apt.conf"))
    return pool


def test_deb_is_fetched_with_package_lists_of_its_own(repository, get, tmp_path):
    version, into = get(DEB)
    assert (version, (into / "toy.bin").read_bytes()) == ("1.0-1", BODY)
    assert not [
        path for path in (tmp_path / "empty").rglob("*") if path.is_file() and "Packages" in path.name
    ]


def test_deb_is_fetched_with_the_machines_package_lists_if_they_do(repository, get):
    subprocess.run(["apt-get", "-o", "APT::Sandbox::User=root", "update"], check=True, capture_output=True)
    (repository / "Packages").unlink()  # lists of our own could not be had any more
    assert get(DEB)[0] == "1.0-1"


def test_deb_unknown_to_apt_fails_with_apts_reason(repository, get):
    with pytest.raises(SourceFailed, match=r"apt-get failed \(E: Unable to locate package toy-none\)"):
        get(DebSource(package="toy-none", version="1", root="usr/share/toy"))


def test_deb_that_is_a_link_where_a_file_is_wanted_is_refused(repository, get):
    with pytest.raises(sources.carriers.UnsafeArchive, match=r"'\./usr/share/toy/link' as a link or device"):
        get(DEB, {"link": "0" * 64})


def test_deb_installed_is_used_offline(system, get):
    (system / "usr/share/toy").mkdir(parents=True)
    (system / "usr/share/toy/toy.bin").write_bytes(BODY)
    version, into = get(DEB, network=Network(offline=True))
    assert (version, (into / "toy.bin").read_bytes()) == ("unknown", BODY)
    assert DEB.reach(FILES, OFFLINE) == "installed here"


def test_deb_installed_compressed_is_used_decompressed_if_it_is_right(system, get):
    deb = DebSource(package="toy-data", version="1.0-1", members={"toy.bin": "usr/toy.bin.gz"})
    (system / "usr").mkdir(parents=True)
    (system / "usr/toy.bin.gz").write_bytes(gzip.compress(BODY))
    assert (get(deb, network=OFFLINE)[1] / "toy.bin").read_bytes() == BODY
    for wrong in (gzip.compress(b"other"), gzip.compress(BODY)[:-9], BODY):
        (system / "usr/toy.bin.gz").write_bytes(wrong)
        with pytest.raises(Offline):
            get(deb, network=OFFLINE)


def test_deb_offline_refuses_to_call_apt(system, get):
    with pytest.raises(Offline, match="Debian package toy-data needs the network"):
        get(DEB, network=OFFLINE)


def test_deb_without_apt_says_so(system, get, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(SourceFailed, match="apt-get is not on this machine"):
        get(DEB)
    with pytest.raises(SourceFailed, match="apt-get is not on this machine"):
        DEB.reach(FILES, Network())


def test_deb_can_be_reached_through_apt(repository):
    with pytest.raises(
        SourceFailed, match="toy-data is not in this machine's package lists; a fetch updates"
    ):
        DEB.reach(FILES, Network())
    subprocess.run(["apt-get", "-o", "APT::Sandbox::User=root", "update"], check=True, capture_output=True)
    url = f"file:{repository}/./toy-data_1.0-1_all.deb"
    assert DEB.reach(FILES, Network()) == f"apt-get would take it from {url}, which was not asked"


def test_deb_can_be_reached_only_if_its_server_answers(system, server, network, monkeypatch):
    url = server("/toy.deb", BODY)
    monkeypatch.setattr(carriers, "run", lambda *command, **options: f"'{url}' toy.deb 18 SHA256:00\n")
    assert DEB.reach(FILES, network) == "answers 200 OK"
    server("/toy.deb", None)
    with pytest.raises(SourceFailed, match="answered 404"):
        DEB.reach(FILES, network)


# keras


@pytest.fixture
def keras_home(tmp_path, monkeypatch):
    """Stand in for Keras, whose import takes seconds: same call, same cache folder, a real download."""

    def get_file(*, origin, cache_subdir, force_download):
        assert force_download
        path = tmp_path / "keras" / cache_subdir / origin.rpartition("/")[2]
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            urllib.request.urlretrieve(origin, path)
        except OSError as error:
            raise Exception(f"URL fetch failure on {origin}: {error}") from error
        return str(path)

    keras = types.SimpleNamespace(utils=types.SimpleNamespace(get_file=get_file))
    monkeypatch.setitem(sys.modules, "keras", keras)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path / "keras"


def test_keras_fetches_once_and_then_serves_from_its_cache(keras_home, server, get):
    source = KerasSource(url=server("/toy.h5", BODY))
    assert (get(source)[1] / "toy.bin").read_bytes() == BODY
    assert (get(source, network=OFFLINE)[1] / "toy.bin").read_bytes() == BODY
    assert len(server.hits) == 1
    assert source.reach(FILES, OFFLINE) == f"already in {keras_home / 'models'}"


def test_keras_fetches_a_damaged_file_again(keras_home, server, get):
    source = KerasSource(url=server("/toy.h5", BODY))
    (keras_home / "models").mkdir(parents=True)
    (keras_home / "models" / "toy.h5").write_bytes(b"half")
    assert (get(source)[1] / "toy.bin").read_bytes() == BODY


def test_keras_failing_or_silent_or_wrong_is_told_apart(keras_home, server, get):
    with pytest.raises(SourceFailed, match=r"Keras could not fetch it .*404"):
        get(KerasSource(url=server("/none.h5", None)))
    with pytest.raises(SourceFailed, match=r"Keras could not fetch it .*timed out"):
        get(KerasSource(url=server("/silent.h5", lambda handler: server.closing.wait(10))))
    with pytest.raises(HashMismatch):
        get(KerasSource(url=server("/wrong.h5", b"other bytes")))


def test_keras_absent_says_so(monkeypatch, tmp_path, get):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setitem(sys.modules, "keras", None)
    with pytest.raises(SourceFailed, match="Keras cannot be imported"):
        get(KerasSource(url="https://example.org/toy.h5"))
