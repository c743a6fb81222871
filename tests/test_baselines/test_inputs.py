"""Protects captioners from images and masks as users have them: right pixels, or an error that says what is wrong."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any

import numpy as np
import pytest
from PIL import Image

from baselines import check_regions, open_image, open_mask
from baselines.inputs import MOST_PIXELS, as_rgb
from baselines.memory import free_memory, naming_memory_errors, need_memory
from dataset.errors import InsufficientMemoryError, InvalidInputError

HEIGHT, WIDTH = 6, 8
ORIENTATION = 0x0112
TURNS: dict[int, Callable[[np.ndarray], np.ndarray]] = {
    2: np.fliplr,
    3: lambda stored: np.rot90(stored, 2),
    4: np.flipud,
    5: lambda stored: stored.swapaxes(0, 1),
    6: lambda stored: np.rot90(stored, -1),
    7: lambda stored: np.rot90(stored, 2).swapaxes(0, 1),
    8: np.rot90,
}


def picture() -> Image.Image:
    """Orange above, red below; blue in the first corner."""
    pixels = np.full((HEIGHT, WIDTH, 3), (200, 100, 0), np.uint8)
    pixels[HEIGHT // 2 :] = (200, 0, 0)
    pixels[0, 0] = (0, 0, 255)
    return Image.fromarray(pixels)


def mask() -> np.ndarray:
    return np.eye(HEIGHT, WIDTH, dtype=bool)


def see_through() -> Image.Image:
    alpha = np.full((HEIGHT, WIDTH), 255, np.uint8)
    alpha[: HEIGHT // 2] = 0
    image = picture()
    image.putalpha(Image.fromarray(alpha))
    return image


GRAY_ABOVE, GRAY_BELOW = 118, 60
MODES: dict[str, tuple[Callable[[], Image.Image], tuple[int, ...], tuple[int, ...], int]] = {
    # name of the file: image, pixel of the upper half, of the lower half, largest difference
    "rgb.png": (picture, (200, 100, 0), (200, 0, 0), 0),
    "rgb.webp": (picture, (200, 100, 0), (200, 0, 0), 24),
    "gray.png": (lambda: picture().convert("L"), (GRAY_ABOVE,) * 3, (GRAY_BELOW,) * 3, 0),
    "gray.jpg": (lambda: picture().convert("L"), (GRAY_ABOVE,) * 3, (GRAY_BELOW,) * 3, 12),
    "bits.png": (lambda: picture().getchannel("G").point(lambda v: 255 * (v > 50), "1"), (255,) * 3, (0,) * 3, 0),
    "palette.png": (lambda: picture().quantize(3), (200, 100, 0), (200, 0, 0), 1),
    "cmyk.jpg": (lambda: Image.new("CMYK", (WIDTH, HEIGHT), (0, 128, 255, 0)), (255, 127, 0), (255, 127, 0), 6),
    "alpha.png": (see_through, (255, 255, 255), (200, 0, 0), 0),
    "gray_alpha.png": (lambda: see_through().convert("LA"), (255, 255, 255), (GRAY_BELOW,) * 3, 0),
    "opaque.png": (lambda: picture().convert("RGBA"), (200, 100, 0), (200, 0, 0), 0),
    "deep.png": (lambda: Image.fromarray(np.full((HEIGHT, WIDTH), 40_000, np.uint16)), (156,) * 3, (156,) * 3, 0),
    "deep.tif": (lambda: Image.fromarray(np.full((HEIGHT, WIDTH), 40_000, np.uint16)), (156,) * 3, (156,) * 3, 0),
}


@pytest.mark.parametrize("name", MODES)
def test_every_mode_shows_its_colors(name: str, tmp_path: Path) -> None:
    """What Pillow's own conversion would clip (16 bits) or uncover (transparency) is seen as a viewer shows it."""
    make, above, below, tolerance = MODES[name]
    make().save(tmp_path / name)
    image = open_image(tmp_path / name)
    assert (image.mode, image.size) == ("RGB", (WIDTH, HEIGHT))
    pixels = np.asarray(image).astype(int)
    assert np.abs(pixels[1, -1] - above).max() <= tolerance
    assert np.abs(pixels[-2, -1] - below).max() <= tolerance
    checked, (mask_of_image,) = check_regions(image, [mask()])
    assert checked.mode == "RGB"
    assert (mask_of_image == mask()).all()


def test_a_color_key_is_transparent(tmp_path: Path) -> None:
    keyed = picture().quantize(3)
    keyed.save(tmp_path / "keyed.png", transparency=keyed.getpixel((WIDTH - 1, 1)))
    assert np.asarray(open_image(tmp_path / "keyed.png"))[1, -1].tolist() == [255, 255, 255]


@pytest.mark.parametrize("orientation", TURNS)
def test_an_image_is_turned_as_it_is_looked_at(orientation: int, tmp_path: Path) -> None:
    """Expected turns are those of the EXIF standard; a phone's picture is not captioned lying on its side."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    stored = np.kron(np.asarray(picture()), np.ones((16, 16, 1), np.uint8))
    Image.fromarray(stored).save(tmp_path / "turned.jpg", exif=exif, quality=95)
    image = open_image(tmp_path / "turned.jpg")
    expected = TURNS[orientation](stored)
    assert np.asarray(image).shape == expected.shape
    assert np.abs(np.asarray(image).astype(int) - expected).mean() < 3
    assert image.getexif().get(ORIENTATION, 1) == 1
    with Image.open(tmp_path / "turned.jpg") as unturned, pytest.raises(InvalidInputError, match="still to be turned"):
        check_regions(unturned, [])


def cut_off(path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def two_frames(path: Path) -> None:
    picture().save(path, save_all=True, append_images=[picture().rotate(180)])


def numbers(kind: type) -> Callable[[Path], None]:
    return lambda path: Image.fromarray(np.full((HEIGHT, WIDTH), 0.5, kind)).save(path)


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing.jpg": (lambda path: None, "the file is not there"),
    "folder.jpg": (lambda path: path.mkdir(), "this is a folder"),
    "empty.jpg": (lambda path: path.write_bytes(b""), "not a whole image"),
    "text.jpg": (lambda path: path.write_text("<html>"), "not a whole image"),
    "cut.jpg": (cut_off, "truncated"),
    "cut.png": (cut_off, "not a whole image"),
    "frames.gif": (two_frames, "2 frames"),
    "float.tif": (numbers(np.float32), "without a known range"),
    "int.tif": (numbers(np.int32), "without a known range"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_named(name: str, tmp_path: Path) -> None:
    make, message = BAD[name]
    make(tmp_path / name)
    with pytest.raises(InvalidInputError, match=message) as caught:
        open_image(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)


def test_a_cut_off_image_that_is_opened_but_not_read_is_refused(tmp_path: Path) -> None:
    cut_off(tmp_path / "cut.jpg")
    with Image.open(tmp_path / "cut.jpg") as image, pytest.raises(InvalidInputError, match="truncated"):
        check_regions(image, [])


def test_long_images_are_read_and_too_large_ones_are_not(tmp_path: Path) -> None:
    """20,000 pixels a side are not a bomb; what is larger is refused from its header."""
    Image.new("RGB", (20_000, 10), (1, 2, 3)).save(tmp_path / "long.png")
    assert open_image(tmp_path / "long.png").size == (20_000, 10)
    limit = Image.MAX_IMAGE_PIXELS
    header = bytearray((tmp_path / "long.png").read_bytes())
    header[16:24] = (20_001).to_bytes(4, "big") + (20_000).to_bytes(4, "big")
    header[29:33] = zlib.crc32(header[12:29]).to_bytes(4, "big")
    (tmp_path / "large.png").write_bytes(header)
    with pytest.raises(InvalidInputError, match=f"20,001 x 20,000 pixels: more than {MOST_PIXELS:,}"):
        open_image(tmp_path / "large.png")
    assert limit == Image.MAX_IMAGE_PIXELS


def test_threads_that_open_images_leave_pillows_own_limit_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a server that opens two uploads at once takes bombs from then on."""
    Image.new("RGB", (4, 4)).save(tmp_path / "image.png")
    limit, pillows_open, both_inside = Image.MAX_IMAGE_PIXELS, Image.open, Barrier(2)

    def wait_inside(*args: Any, **kwargs: Any) -> Image.Image:
        with contextlib.suppress(BrokenBarrierError):
            both_inside.wait(timeout=0.2)
        return pillows_open(*args, **kwargs)

    monkeypatch.setattr(Image, "open", wait_inside)
    with ThreadPoolExecutor(2) as threads:
        assert [image.size for image in threads.map(open_image, [tmp_path / "image.png"] * 2)] == [(4, 4)] * 2
    assert limit == Image.MAX_IMAGE_PIXELS


def test_an_image_that_does_not_fit_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture().save(tmp_path / "image.png")
    monkeypatch.setattr("baselines.memory.free_memory", lambda: 100)
    with pytest.raises(InsufficientMemoryError, match=r"image.png \(8 x 6 pixels\) needs .* Reduce it"):
        open_image(tmp_path / "image.png")


def test_free_memory_is_that_of_the_container_if_it_has_less(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 999 kB\nMemAvailable:    500 kB\n")
    monkeypatch.setattr("baselines.memory._MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr("baselines.memory._CGROUP", tmp_path)
    assert free_memory() == 500 * 1024
    (tmp_path / "memory.max").write_text("10000\n")
    (tmp_path / "memory.current").write_text("9000\n")
    (tmp_path / "memory.stat").write_text("anon 1\ninactive_file 200\n")
    assert free_memory() == 1200
    (tmp_path / "memory.max").write_text("max\n")
    assert free_memory() == 500 * 1024
    (tmp_path / "meminfo").unlink()
    assert free_memory() is None
    need_memory(2**60, "nobody knows", "")


def test_memory_that_runs_out_is_named_and_other_errors_are_not() -> None:
    for error in (
        MemoryError(),
        MemoryError("Unable to allocate 9 GiB"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:117] . DefaultCPUAllocator: can't allocate memory: you tried"),
        RuntimeError("CUDA out of memory. Tried to allocate 20.00 MiB"),
    ):
        with pytest.raises(InsufficientMemoryError, match=r"captioning: the memory ran out .* Less\."):
            raise_within(error)
    for other in (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), KeyError("x")):
        with pytest.raises(type(other)) as caught:
            raise_within(other)
        assert caught.value is other


def raise_within(error: Exception) -> None:
    with naming_memory_errors("captioning", "Less."):
        raise error


def test_torch_without_memory_is_named() -> None:
    torch = pytest.importorskip("torch")
    with (
        pytest.raises(InsufficientMemoryError, match="the memory ran out"),
        naming_memory_errors("captioning", "Less."),
    ):
        torch.empty(2**60, dtype=torch.uint8)


def test_good_masks_come_back_as_they_are() -> None:
    """Also the least and the largest region, and masks of numbers that can only mean one thing."""
    pixel, whole = np.zeros((HEIGHT, WIDTH), bool), np.ones((HEIGHT, WIDTH), bool)
    pixel[2, 3] = True
    for region in (pixel, whole, mask()):
        for form in (region, region.astype(np.uint8), region.astype(np.int64) * 255, np.asfortranarray(region)):
            _, (checked,) = check_regions(picture(), [form])
            assert checked.dtype == np.bool_
            assert checked.flags.c_contiguous
            assert (checked == region).all()
    _, masks = check_regions(picture(), np.stack([pixel, whole]))
    assert [checked.sum() for checked in masks] == [1, HEIGHT * WIDTH]
    assert check_regions(picture(), [])[1] == []


def test_every_bad_mask_is_named_at_once() -> None:
    bad = [
        mask().T,
        np.zeros((HEIGHT, WIDTH), bool),
        mask()[None],
        mask() * 0.5,
        mask() * 7,
        mask()[:-1],
        mask().astype(int) * np.arange(WIDTH),
        None,
        "mask",
    ]
    with pytest.raises(InvalidInputError) as caught:
        check_regions(picture(), [mask(), *bad])
    problems = caught.value.problems
    assert [problem.partition(":")[0] for problem in problems] == [f"mask {k}" for k in range(1, len(bad) + 1)]
    reasons = ["swapped", "it is empty", "(1, 6, 8)", "threshold", "0, 7", "(5, 8)", "0, 1, 2, 3, 4 ...", "()", "()"]
    for problem, words in zip(problems, reasons, strict=True):
        assert words in problem


def test_what_is_no_image_or_no_list_is_said() -> None:
    with pytest.raises(InvalidInputError, match="found ndarray"):
        check_regions(np.asarray(picture()), [mask()])
    with pytest.raises(InvalidInputError, match="found one mask"):
        check_regions(picture(), mask())
    with pytest.raises(InvalidInputError, match="no pixels"):
        as_rgb(Image.new("RGB", (0, 5)))


def test_masks_are_read_from_files(tmp_path: Path) -> None:
    white = Image.fromarray(mask().astype(np.uint8) * 255)
    forms = {
        "bits.png": Image.fromarray(mask()),
        "gray.png": white,
        "ones.png": Image.fromarray(mask().astype(np.uint8)),
        "deep.png": Image.fromarray(mask().astype(np.uint16) * 65_535),
        "color.png": Image.fromarray(mask()[..., None] * np.array([0, 128, 0], np.uint8)),
        "opaque.png": white.convert("RGBA"),
        "palette.png": white.convert("P"),
    }
    for name, image in forms.items():
        image.save(tmp_path / name)
        assert (open_mask(tmp_path / name) == mask()).all(), name
    inverted = white.point(lambda value: 255 - value).convert("P")
    inverted.putpalette([255, 255, 255] + [0, 0, 0] * 255)  # 0 is white, all else black: colours count, not numbers
    inverted.save(tmp_path / "inverted.png")
    assert (open_mask(tmp_path / "inverted.png") == mask()).all()
    np.save(tmp_path / "mask.npy", mask())
    assert (open_mask(tmp_path / "mask.npy") == mask()).all()
    for value, expected in ((0, 0), (255, HEIGHT * WIDTH)):
        Image.new("L", (WIDTH, HEIGHT), value).save(tmp_path / "flat.png")
        assert open_mask(tmp_path / "flat.png").sum() == expected


def test_masks_that_could_mean_two_things_are_refused(tmp_path: Path) -> None:
    labels = Image.fromarray(np.arange(HEIGHT * WIDTH, dtype=np.uint8).reshape(HEIGHT, WIDTH))
    labels.save(tmp_path / "labels.png")
    see_through().save(tmp_path / "alpha.png")
    np.save(tmp_path / "soft.npy", mask() * 0.5)
    np.save(tmp_path / "objects.npy", np.array([{}]), allow_pickle=True)
    (tmp_path / "text.npy").write_text("mask")
    reasons = {
        "labels.png": "two colours",
        "alpha.png": "transparent",
        "soft.npy": "threshold",
        "objects.npy": "not an array",
        "text.npy": "not an array",
        "missing.npy": "not there",
        "missing.png": "not there",
    }
    for name, words in reasons.items():
        with pytest.raises(InvalidInputError, match=words) as caught:
            open_mask(tmp_path / name)
        assert name in str(caught.value)
