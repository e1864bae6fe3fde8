"""The decoder: each kind of file is read as a person would see it, or refused with its reason."""

import contextlib
import os
import resource
import struct
import subprocess
import sys
import threading
import time
import zlib

import numpy as np
import pytest
from PIL import Image

from tlcourse.datasets import BadOption, UnreadableImage, decode, read_image

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def png(width, height, depth, colour_type, rows):
    """Write a PNG by hand: Pillow can neither write 16-bit colours nor lie about a size."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def photo(width, height, details=8):
    """Make a picture in which every region differs, with so many details across."""
    rng = np.random.default_rng(0)
    dots = rng.integers(0, 255, (details * 3 // 4, details, 3), np.uint8)
    return Image.fromarray(dots).resize((width, height), Image.BICUBIC)


def close(pixels, colour, within=0):
    return np.abs(np.asarray(pixels, int) - colour).max() <= within


SOLID = {
    "rgb.png": (lambda path: Image.new("RGB", (9, 9), RED).save(path), RED),
    "grey.png": (lambda path: Image.new("L", (9, 9), 100).save(path), (100, 100, 100)),
    "bilevel.png": (lambda path: Image.new("1", (9, 9), 1).save(path), WHITE),
    "half transparent.png": (
        lambda path: Image.new("RGBA", (9, 9), (255, 0, 0, 128)).save(path),
        (255, 127, 127),
    ),
    "transparent black.png": (lambda path: Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(path), WHITE),
    "transparent grey.png": (lambda path: Image.new("LA", (9, 9), (0, 0)).save(path), WHITE),
    "colour key.png": (lambda path: Image.new("RGB", (9, 9), RED).save(path, transparency=RED), WHITE),
    "palette.png": (lambda path: Image.new("RGB", (9, 9), BLUE).quantize(4).save(path), BLUE),
    "transparent palette.gif": (
        lambda path: Image.new("RGB", (9, 9), BLUE).quantize(4).save(path, transparency=0),
        WHITE,
    ),
    "cmyk.jpg": (lambda path: Image.new("CMYK", (9, 9), (0, 255, 255, 0)).save(path, quality=95), RED),
    "cmyk.tif": (lambda path: Image.new("CMYK", (9, 9), (0, 255, 255, 0)).save(path), RED),
    "grey 16.png": (
        lambda path: Image.fromarray(np.full((9, 9), 100 * 257, np.uint16)).save(path),
        (100,) * 3,
    ),
    "grey 16.tif": (
        lambda path: Image.fromarray(np.full((9, 9), 100 * 257, np.uint16)).save(path),
        (100,) * 3,
    ),
    "grey 16.pgm": (lambda path: path.write_bytes(b"P5 9 9 65535\n" + b"\x64\x64" * 81), (100,) * 3),
    "rgb 16.png": (
        lambda path: path.write_bytes(png(9, 9, 16, 2, (b"\0" + b"\x64\x64\xc8\xc8\x00\x00" * 9) * 9)),
        (100, 200, 0),
    ),
    "webp.webp": (lambda path: Image.new("RGB", (9, 9), RED).save(path, lossless=True), RED),
    "misnamed.txt": (lambda path: Image.new("RGB", (9, 9), RED).save(path, "PNG"), RED),
    "one pixel.png": (lambda path: Image.new("RGB", (1, 1), RED).save(path), RED),
}


@pytest.mark.parametrize("fit", ["pad", "crop"])
@pytest.mark.parametrize("name", SOLID)
def test_a_plain_colour_is_read_as_that_colour(tmp_path, name, fit):
    write, colour = SOLID[name]
    write(tmp_path / name)
    pixels = read_image(tmp_path / name, 16, fit)
    assert pixels.shape == (16, 16, 3)
    assert pixels.dtype == np.uint8
    assert close(pixels, colour, within=2 if name.endswith(".jpg") else 0)


def test_16_bit_greys_span_the_whole_8_bit_range(tmp_path):
    levels = np.arange(256) * 257 + np.linspace(100, -100, 256)
    Image.fromarray(np.tile(levels.astype(np.uint16), (256, 1))).save(tmp_path / "ramp.png")
    assert np.array_equal(read_image(tmp_path / "ramp.png", 256, "pad")[0, :, 0], np.arange(256))


@pytest.mark.parametrize("suffix", ["gif", "png", "webp", "tif"])
def test_an_animation_is_read_as_its_first_frame(tmp_path, suffix):
    path = tmp_path / f"film.{suffix}"
    first, second = Image.new("RGB", (9, 9), RED), Image.new("RGB", (9, 9), BLUE)
    first.save(path, save_all=True, append_images=[second])
    with Image.open(path) as film:
        assert film.n_frames == 2
    assert close(read_image(path, 16), RED, within=3)


@pytest.mark.parametrize(
    ("orientation", "stored"),
    [
        (1, None),
        (2, Image.Transpose.FLIP_LEFT_RIGHT),
        (3, Image.Transpose.ROTATE_180),
        (4, Image.Transpose.FLIP_TOP_BOTTOM),
        (5, Image.Transpose.TRANSPOSE),
        (6, Image.Transpose.ROTATE_90),
        (7, Image.Transpose.TRANSVERSE),
        (8, Image.Transpose.ROTATE_270),
    ],
)
@pytest.mark.parametrize("suffix", ["jpg", "png", "tif"])
@pytest.mark.parametrize("fit", ["pad", "crop"])
def test_a_turned_photo_is_read_upright(tmp_path, orientation, stored, suffix, fit):
    upright = photo(640, 480)
    upright.save(tmp_path / f"upright.{suffix}")
    turned = upright if stored is None else upright.transpose(stored)
    exif = Image.Exif()
    exif[0x0112] = orientation
    turned.save(tmp_path / f"turned.{suffix}", exif=exif)
    expected = read_image(tmp_path / f"upright.{suffix}", 64, fit).astype(int)
    assert np.abs(read_image(tmp_path / f"turned.{suffix}", 64, fit) - expected).mean() < 1


def test_pad_keeps_the_whole_picture_in_the_middle_of_white(tmp_path):
    Image.new("RGB", (40, 20), RED).save(tmp_path / "wide.png")
    pixels = read_image(tmp_path / "wide.png", 40, "pad")
    assert close(pixels[10:30], RED)
    assert close(pixels[:10], WHITE)
    assert close(pixels[30:], WHITE)


@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_pad_keeps_a_hair_thin_picture(tmp_path, suffix):
    path = tmp_path / f"hair.{suffix}"
    Image.new("RGB", (3000, 1), RED).save(path)
    assert close(read_image(path, 33, "pad")[16], RED, within=2)


def test_crop_keeps_what_the_evaluation_of_efficientnet_keeps(tmp_path):
    picture = photo(500, 375)
    picture.save(tmp_path / "photo.png")
    shorter_side_to_256 = np.asarray(picture.resize((341, 256), Image.BICUBIC))
    expected = shorter_side_to_256[16:240, 58:282].astype(int)
    assert np.abs(read_image(tmp_path / "photo.png", 224, "crop") - expected).mean() < 1


@pytest.mark.parametrize("fit", ["pad", "crop"])
def test_a_large_jpeg_decoded_at_a_fraction_looks_like_one_decoded_in_full(tmp_path, fit):
    photo(2000, 1500, details=160).save(tmp_path / "large.jpg", quality=90)
    with Image.open(tmp_path / "large.jpg") as full:
        full.save(tmp_path / "large.bmp")
    expected = read_image(tmp_path / "large.bmp", 224, fit).astype(int)
    assert np.abs(read_image(tmp_path / "large.jpg", 224, fit) - expected).mean() < 2


def test_a_huge_picture_is_refused_by_its_header_without_its_memory(tmp_path):
    path = tmp_path / "bomb.png"
    path.write_bytes(png(30_000, 30_000, 8, 2, bytes(1000)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnreadableImage, match=r"bomb\.png: over 64 million pixels"):
        read_image(path, 224)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kilobytes


def test_a_picture_just_over_the_limit_is_refused(tmp_path):
    path = tmp_path / "large.png"
    path.write_bytes(png(8_000, 8_001, 8, 2, bytes(1000)))
    with pytest.raises(UnreadableImage, match="over 64 million pixels"):
        read_image(path, 224)


def test_a_large_transparent_picture_is_held_in_memory_no_more_than_twice(tmp_path):
    side = 5000
    rows = (b"\0" + b"\xff\0\0\x80" * side) * side
    (tmp_path / "large.png").write_bytes(png(side, side, 8, 6, rows))
    code = (
        "import resource, sys, PIL.Image, PIL.PngImagePlugin\n"
        "from tlcourse.datasets import read_image\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024\n"
        "before = peak(); pixels = read_image(sys.argv[1], 64); print(peak() - before, *pixels[9, 9])"
    )
    ran = subprocess.check_output([sys.executable, "-c", code, tmp_path / "large.png"], text=True)
    grown, *colour = map(int, ran.split())
    assert grown < 2.3 * 4 * side**2
    assert close(colour, (255, 127, 127))


@pytest.mark.parametrize(("limit", "at_once"), [(80, 1), (81, 4)])
def test_large_pictures_are_decoded_one_at_a_time(tmp_path, monkeypatch, limit, at_once):
    Image.new("RGB", (9, 9)).save(tmp_path / "a.png")
    busy, most, to_rgb, guard = [], [], decode._to_rgb, threading.Lock()

    def slowly(image, path):
        busy.append(path)
        with guard:
            most.append(len(busy))
        time.sleep(0.05)
        busy.pop()
        return to_rgb(image, path)

    monkeypatch.setattr(decode, "_to_rgb", slowly)
    monkeypatch.setattr(decode, "_LARGE", limit)
    monkeypatch.setattr(decode, "usable_cores", lambda: 4)
    images, failures = decode.read_images([tmp_path / "a.png"] * 8, 4, "crop")
    assert (len(images), failures, max(most)) == (8, {}, at_once)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="processes are not bound to cores here")
def test_cores_that_the_process_may_not_use_are_not_counted():
    before = os.sched_getaffinity(0)
    assert decode.usable_cores() == len(before)
    os.sched_setaffinity(0, [min(before)])
    try:
        assert decode.usable_cores() == 1
    finally:
        os.sched_setaffinity(0, before)


BROKEN = {
    "empty.jpg": (lambda path: path.write_bytes(b""), "an empty file"),
    "text.jpg": (lambda path: path.write_text("my cat"), "not an image"),
    "page.html": (lambda path: path.write_text("<html>"), "not an image"),
    "script.eps": (
        lambda path: path.write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"),
        "not an image",
    ),
    "phone.heic": (lambda path: path.write_bytes(b"\0\0\0\x18ftypheic" + bytes(99)), "save it as JPEG first"),
    "float.tif": (lambda path: Image.new("F", (9, 9), 0.5).save(path), "32-bit"),
    "folder.jpg": (lambda path: path.mkdir(), "not a file"),
    "dangling.jpg": (lambda path: path.symlink_to("nowhere"), "not a file"),
    "pipe.jpg": (os.mkfifo, "not a file"),
    "absent.jpg": (lambda path: None, "no such file"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_no_photo_is_refused_with_the_reason(tmp_path, name):
    write, reason = BROKEN[name]
    write(tmp_path / name)
    with pytest.raises(UnreadableImage, match=name) as caught:
        read_image(tmp_path / name, 16)
    assert reason in caught.value.reason


@pytest.mark.parametrize("suffix", ["jpg", "png", "gif", "webp", "tif", "bmp"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_cut_off_file_is_refused(tmp_path, suffix, share):
    path = tmp_path / f"cut.{suffix}"
    photo(200, 200).save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(UnreadableImage):
        read_image(path, 16)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("suffix", ["jpg", "png", "gif", "webp", "tif", "bmp"])
def test_damaged_bytes_never_escape_as_another_error(tmp_path, suffix):
    path = tmp_path / f"damaged.{suffix}"
    photo(32, 32).save(path)
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(100):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(whole), 5):
            damaged[place] = rng.integers(256)
        path.write_bytes(damaged)
        with contextlib.suppress(UnreadableImage):
            assert read_image(path, 16).shape == (16, 16, 3)


@pytest.mark.parametrize("size", [0, -1, 2.5, "224", None, True])
def test_a_size_that_is_no_whole_positive_number_is_refused(tmp_path, size):
    with pytest.raises(BadOption, match=r"size is .* must be a whole number of pixels"):
        read_image(tmp_path / "any.jpg", size)


def test_a_size_counted_by_numpy_is_taken(tmp_path):
    Image.new("RGB", (9, 9)).save(tmp_path / "black.png")
    assert read_image(tmp_path / "black.png", np.int64(8)).shape == (8, 8, 3)


def test_an_unknown_fit_is_refused(tmp_path):
    with pytest.raises(BadOption, match="fit is 'stretch', but it must be 'crop'"):
        read_image(tmp_path / "any.jpg", 16, "stretch")
