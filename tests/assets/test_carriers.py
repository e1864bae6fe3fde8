"""Downloads from a server that misbehaves, archives that lie, programs that fail."""

import errno
import hashlib
import io
import math
import stat
import sys
import tarfile
import time
import zipfile
from contextlib import suppress

import pytest

from tlcourse.assets import carriers
from tlcourse.assets.errors import DiskFull, HashMismatch, Offline, SourceFailed, UnsafeArchive

BODY = b"0123456789" * 10_000


def fetched(url, network, tmp_path):
    carriers.download(url, tmp_path / "got", network)
    return (tmp_path / "got").read_bytes()


def test_download_gets_every_byte(server, network, tmp_path):
    assert fetched(server("/x", BODY), network, tmp_path) == BODY


def test_download_follows_redirects(server, network, tmp_path):
    def redirect(handler):
        handler.send_response(302)
        handler.send_header("Location", "/there")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    server("/there", BODY)
    assert fetched(server("/x", redirect), network, tmp_path) == BODY


def test_download_without_an_announced_length_gets_every_byte(server, network, tmp_path):
    def silent(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(BODY)

    assert fetched(server("/x", silent), network, tmp_path) == BODY


def test_download_tries_a_busy_server_again(server, network, tmp_path):
    def busy(handler):
        handler.reply(BODY) if len(server.hits) == 3 else handler.send_error(503)

    assert fetched(server("/x", busy), network, tmp_path) == BODY
    assert len(server.hits) == 3


def test_download_gives_up_on_a_server_that_stays_busy(server, network, tmp_path):
    url = server("/x", lambda handler: handler.send_error(503))
    start = time.monotonic()
    with pytest.raises(SourceFailed, match=r"/x answered 503 Service Unavailable, 3 times\."):
        fetched(url, network, tmp_path)
    assert len(server.hits) == 3
    assert time.monotonic() - start > network.pause * (1 + 2)


def test_download_takes_404_for_an_answer(server, network, tmp_path):
    with pytest.raises(SourceFailed, match=r"/x answered 404 Not Found\."):
        fetched(server("/x", None), network, tmp_path)
    assert len(server.hits) == 1


def test_download_notices_a_body_cut_off(server, network, tmp_path):
    url = server("/x", lambda handler: handler.reply(BODY[:1000], announce=len(BODY)))
    with pytest.raises(SourceFailed, match=r"hung up after 1,000 of 100,000 bytes|broke off"):
        fetched(url, network, tmp_path)
    assert len(server.hits) == 3


def test_download_of_a_body_cut_off_once_starts_afresh(server, network, tmp_path):
    def flaky(handler):
        handler.reply(BODY if len(server.hits) == 2 else BODY[:1000], announce=len(BODY))

    assert fetched(server("/x", flaky), network, tmp_path) == BODY


@pytest.mark.parametrize("sent", [0, 1000])
def test_download_gives_up_on_a_server_that_falls_silent(server, network, tmp_path, sent):
    def stall(handler):
        if sent:
            handler.reply(BODY[:sent], announce=len(BODY))
        server.closing.wait(10)

    start = time.monotonic()
    with pytest.raises(SourceFailed, match=r"went silent for 0\.3 s|cannot be reached \(timed out\)"):
        fetched(server("/x", stall), network, tmp_path)
    assert time.monotonic() - start < 5


def test_download_says_when_nobody_listens(network, tmp_path):
    with pytest.raises(SourceFailed, match=r"127\.0\.0\.1:9/ cannot be reached \(.*refused"):
        fetched("http://127.0.0.1:9/", network, tmp_path)


@pytest.mark.parametrize("announce", [True, False])
def test_download_stops_when_more_is_sent_than_expected(server, network, tmp_path, announce):
    def pour(handler):
        handler.send_response(200)
        if announce:
            handler.send_header("Content-Length", "1000000000000")
        handler.end_headers()
        with suppress(OSError):  # the other side hangs up
            for _ in range(100):
                handler.wfile.write(BODY)

    with pytest.raises(SourceFailed, match=r"/x sent more than expected \(over 100,000 bytes\)"):
        carriers.download(server("/x", pour), tmp_path / "got", network, 100_000)
    assert len(server.hits) == 1
    carriers.download(server("/x", BODY), tmp_path / "got", network, len(BODY))


def test_head_asks_without_downloading(server):
    assert carriers.head(server("/x", BODY), 1) == "answers 200 OK"
    assert server.hits == [("HEAD", "/x")]


def test_place_keeps_only_the_right_bytes(tmp_path):
    good, target = hashlib.sha256(BODY).hexdigest(), tmp_path / "sub" / "file"
    carriers.place(io.BytesIO(BODY), target, good, "here")
    assert target.read_bytes() == BODY
    with pytest.raises(
        HashMismatch, match=f"^here has SHA-256 {hashlib.sha256(b'').hexdigest()} where {good}"
    ):
        carriers.place(io.BytesIO(), target, good, "here")
    assert not target.exists()


def test_place_stops_reading_what_goes_on_and_on(tmp_path):
    stream = io.BytesIO(bytes(10_000_000))
    with pytest.raises(SourceFailed, match=r"^here is larger than expected \(over 1,000 bytes\)\.$"):
        carriers.place(stream, tmp_path / "file", "0" * 64, "here", 1000)
    assert stream.tell() < 1_000_000
    assert not (tmp_path / "file").exists()


def test_require_room_names_what_is_needed_and_free(tmp_path):
    carriers.require_room(tmp_path, 0)
    with pytest.raises(DiskFull, match=r"^1,000,000,000,000 MB are needed in .* MB are free; make room"):
        carriers.require_room(tmp_path, 10**18)


def test_network_offline_refuses():
    with pytest.raises(Offline, match="the toy needs the network, which TLCOURSE_OFFLINE forbids"):
        carriers.Network(offline=True).require("the toy")


# Archives


def make_zip(path, members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, mode in members:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            archive.writestr(info, BODY)
    return carriers.zip_entries(path)


def make_tar(path, members):
    kinds = {stat.S_IFLNK: tarfile.SYMTYPE, stat.S_IFCHR: tarfile.CHRTYPE}
    with tarfile.open(path, "w:gz") as archive:
        for name, mode in members:
            info = tarfile.TarInfo(name)
            info.type = kinds.get(stat.S_IFMT(mode), tarfile.REGTYPE)
            info.linkname = "/etc/passwd"
            info.size = len(BODY) if info.isreg() else 0
            archive.addfile(info, io.BytesIO(BODY))
    return carriers.tar_entries(path)


@pytest.fixture(params=[make_zip, make_tar], ids=["zip", "tar"])
def unpack(request, tmp_path):
    def run(*members, limit=math.inf):
        wanted = {"top/toy.bin": (tmp_path / "out" / "toy.bin", hashlib.sha256(BODY).hexdigest())}
        entries = request.param(
            tmp_path / "archive", [(m, 0o644) if isinstance(m, str) else m for m in members]
        )
        carriers.unpack(entries, wanted, "it", limit)
        return [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.name != "archive"]

    return run


def test_unpack_takes_the_wanted_member_only(unpack):
    assert [str(path) for path in unpack("other", "top/toy.bin", "top/more")] == ["out", "out/toy.bin"]


def test_unpack_refuses_a_member_larger_than_expected(unpack, tmp_path):
    with pytest.raises(
        SourceFailed, match=r"'top/toy\.bin' of it is larger than expected \(over 99,999 bytes"
    ):
        unpack("top/toy.bin", limit=len(BODY) - 1)
    assert not (tmp_path / "out" / "toy.bin").exists()
    assert unpack("top/toy.bin", limit=len(BODY))


def test_unpack_reads_members_that_start_with_a_dot(unpack):
    assert unpack("./top/toy.bin")


@pytest.mark.parametrize("name", ["/top/toy.bin", "../toy.bin", "top/../../toy.bin", "..\\toy.bin"])
def test_unpack_refuses_a_member_outside(unpack, name):
    with pytest.raises(UnsafeArchive, match=r"^it holds .*toy\.bin', which would land outside the cache\.$"):
        unpack(name, "top/toy.bin")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR])
def test_unpack_refuses_a_link_or_device_in_place_of_a_file(unpack, kind):
    with pytest.raises(UnsafeArchive, match=r"'top/toy\.bin' as a link or device"):
        unpack(("top/toy.bin", kind | 0o777))


def test_unpack_lets_links_be_that_nobody_wants(unpack):
    assert unpack(("link", stat.S_IFLNK | 0o777), "top/toy.bin")


def test_unpack_says_what_is_missing(unpack):
    with pytest.raises(SourceFailed, match=r"^it holds no 'top/toy\.bin'\.$"):
        unpack("other")


@pytest.mark.parametrize("make", [make_zip, make_tar])
@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda b: b"rubbish", lambda b: b""])
def test_unpack_says_when_an_archive_is_damaged(tmp_path, make, damage):
    entries = make(tmp_path / "archive", [("other", 0o644), ("top/toy.bin", 0o644)])
    (tmp_path / "archive").write_bytes(damage((tmp_path / "archive").read_bytes()))
    with pytest.raises(SourceFailed, match="it is damaged"):
        carriers.unpack(entries, {"top/toy.bin": (tmp_path / "out", "0" * 64)}, "it")


# Other programs


def python(code, **options):
    return carriers.run(sys.executable, "-c", code, timeout=options.pop("timeout", 20), **options)


def test_run_gives_the_output_and_keeps_temporary_files_near(tmp_path):
    assert python("import os; print(os.getcwd() == os.environ['TMPDIR'])", cwd=tmp_path) == "True\n"


def test_run_reports_the_last_word_of_complaint():
    with pytest.raises(SourceFailed, match=r"^python.* failed \(second\)\.$"):
        python("import sys; sys.exit('first\\nsecond\\n')")


def test_run_reports_a_program_that_is_absent_or_slow():
    with pytest.raises(SourceFailed, match="no-such-program is not on this machine"):
        carriers.run("no-such-program", timeout=1)
    with pytest.raises(SourceFailed, match=r"took more than 0\.1 s"):
        python("import time; time.sleep(5)", timeout=0.1)


def test_run_tells_a_full_disk_from_other_failures():
    with pytest.raises(OSError, match="No space left") as caught:
        python("import sys; sys.exit('[Errno 28] No space left on device')")
    assert caught.value.errno == errno.ENOSPC
