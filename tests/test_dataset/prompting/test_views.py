"""Protects the views of regions: what is kept, blurred and drawn, in which colours, and at which size."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from dataset.errors import InvalidInputError
from dataset.masks import windows
from dataset.masks.inner_point import inner_point
from dataset.masks.rle import decode_mask, encode_mask
from dataset.prompting import blur, views
from dataset.prompting.blur import BlurredImage
from dataset.prompting.contours import RED, contour_colors, grow
from dataset.prompting.views import RegionViews

HEIGHT, WIDTH = 150, 200


@pytest.fixture
def picture() -> np.ndarray:
    rng = np.random.default_rng(3)
    coarse = rng.integers(40, 216, (15, 20, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC))


def gaussian_blur(image: np.ndarray, sigma: float) -> np.ndarray:
    """The whole image blurred, at its own size."""
    height, width = image.shape[:2]
    return np.asarray(BlurredImage(Image.fromarray(image), sigma).window((0, 0, width, height), (width, height)))


def rectangle(left: int, top: int, right: int, bottom: int) -> np.ndarray:
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[top:bottom, left:right] = True
    return mask


def test_blur_is_the_gaussian(picture):
    from scipy.ndimage import gaussian_filter

    large = np.asarray(Image.fromarray(picture).resize((613, 411), Image.Resampling.BICUBIC))
    for sigma in (100.0, 37.0, 2.0):
        truth = gaussian_filter(large.astype(np.float64), (sigma, sigma, 0), mode="reflect")
        error = np.mean((gaussian_blur(large, sigma) - truth) ** 2)
        assert 10 * np.log10(255**2 / error) >= 50, sigma


def test_blurred_context_keeps_the_region_and_nothing_else(picture):
    mask = rectangle(60, 40, 120, 100)
    shown = RegionViews(picture, size=72, sigma=30, margin=0.1).crop_blurred(encode_mask(mask))
    assert shown.shape == (72, 72, 3)  # 60 pixels and 6 on each side: drawn 1:1
    assert np.abs(shown[8:-8, 8:-8].astype(int) - picture[42:98, 62:118]).max() <= 1
    outside = gaussian_blur(picture, 30)[34:106, 54:126]
    assert np.abs(shown[:5].astype(int) - outside[:5]).max() <= 3
    assert np.abs(shown[:5].astype(int) - picture[34:39, 54:126]).mean() > 5


def test_nothing_is_blurred_where_nothing_is_outside(picture, monkeypatch):
    def fail(*_):
        raise AssertionError("blurred in vain")

    monkeypatch.setattr(views, "BlurredImage", fail)
    everything = RegionViews(picture, size=200).crop_blurred(rectangle(0, 0, WIDTH, HEIGHT))
    assert np.abs(everything.astype(int) - picture).max() <= 1
    RegionViews(picture, size=200).in_parent(rectangle(10, 10, 30, 30), None)
    with pytest.raises(AssertionError, match="in vain"):
        RegionViews(picture, size=200).crop_blurred(rectangle(0, 0, 20, 20))


def test_the_blurred_image_is_made_once_for_all_regions(picture, monkeypatch):
    made = []
    monkeypatch.setattr(views, "BlurredImage", lambda *given: made.append(given) or blur.BlurredImage(*given))
    shown = RegionViews(picture, size=100)
    for left in range(0, 100, 10):
        shown.crop_blurred(rectangle(left, 20, left + 30, 60))
    assert len(made) == 1


def test_parents_crop_keeps_the_parent_sharp_and_contours_the_region(picture):
    region, parent = rectangle(80, 60, 100, 80), rectangle(60, 40, 120, 100)
    shown = RegionViews(picture, size=78, sigma=30).in_parent(encode_mask(region), encode_mask(parent))
    assert shown.shape == (78, 78, 3)
    canvas = shown[3:-3, 3:-3]  # contour of 2 and rim of 1
    is_red = (canvas == RED).all(axis=2)
    expected = grow(region, 2) & ~region
    assert (is_red == expected[34:106, 54:126]).all()
    untouched = (decode_mask(encode_mask(parent)) & ~grow(region, 4))[34:106, 54:126]
    untouched = ~grow(~untouched, 2)
    assert np.abs(canvas.astype(int) - picture[34:106, 54:126])[untouched].max() <= 1
    others = RegionViews(picture, size=78, sigma=30).in_parent(region, parent, sharp="region")[3:-3, 3:-3]
    assert np.abs(others.astype(int) - picture[34:106, 54:126])[untouched].mean() > 5


def test_a_region_that_fills_the_image_has_its_whole_contour(picture):
    shown = RegionViews(picture, size=206).contour(rectangle(0, 0, WIDTH, HEIGHT))
    is_red = (shown == RED).all(axis=2)
    assert shown.shape == (156, 206, 3)
    assert is_red[1].sum() > 190
    assert is_red[-2].sum() > 190
    assert is_red[:, 1].sum() > 140
    assert is_red[:, -2].sum() > 140
    assert not is_red[4:-4, 4:-4].any()


def test_colours_neither_repeat_nor_come_near_each_other():
    from skimage.color import rgb2lab

    colors = contour_colors(120)
    assert colors[0] == (255, 0, 0)
    assert len(set(colors)) == 120
    assert contour_colors(30) == colors[:30]
    lab = rgb2lab(np.array(colors, np.uint8)[None])[0]
    distances = np.linalg.norm(lab[:, None] - lab[None], axis=2) + 1000 * np.eye(120)
    assert distances.min() > 10
    assert distances[:24, :24].min() > 30
    with pytest.raises(InvalidInputError, match="distinguishable"):
        contour_colors(5000)


def test_numbered_contours_are_drawn_in_their_own_rgb_colour(picture):
    """Red and blue are not exchanged, and the twenty-first region has no colour of an earlier one."""
    boxes = [(8 + 28 * (k % 7), 24 + 32 * (k // 7), 24 + 28 * (k % 7), 40 + 32 * (k // 7)) for k in range(28)]
    gray = np.full_like(picture, 128)
    shown = RegionViews(gray, size=206).numbered([encode_mask(rectangle(*box)) for box in boxes])
    for k, (left, top, _, bottom) in enumerate(boxes):
        beside = shown[3 + (top + bottom) // 2, 3 + left - 1]
        assert tuple(beside) == contour_colors(28)[k], k


def test_numbers_hide_no_other_number():
    from dataset.prompting import contours

    taken = []
    size = (206, 156)
    for k in range(9):
        mask = np.ones((20, 20), bool)
        label = contours._Label(str(k), 14, 16)
        x, y = contours._place(label, mask, (60 + 8 * k, 60), size, taken)
        assert 0 <= x <= size[0] - 14
        assert 0 <= y <= size[1] - 16
        assert all(contours._overlap((x, y, x + 14, y + 16), other) == 0 for other in taken[:4]), k
        taken.append((x, y, x + 14, y + 16))
    ring = np.pad(np.zeros((20, 20), bool), 8, constant_values=True)
    x, y = inner_point(ring)
    assert ring[y, x]


@pytest.mark.parametrize("seed", range(6))
def test_windows_of_masks_are_cut_from_the_whole(seed):
    rng = np.random.default_rng(seed)
    mask = np.asarray(Image.fromarray(rng.random((11, 14)) > 0.6).resize((83, 61)))
    region = windows.MaskWindows(encode_mask(mask), 83, 61)
    assert region.area == mask.sum()
    for _ in range(30):
        left, right = sorted(rng.integers(0, 84, 2).tolist())
        top, bottom = sorted(rng.integers(0, 62, 2).tolist())
        assert (region.pixels((left, top, right, bottom)) == mask[top:bottom, left:right]).all()
    left, top, right, bottom = region.box
    assert mask[top:bottom, left:right].sum() == mask.sum()
    assert windows.MaskWindows(mask, 83, 61).box == region.box


def test_tiny_and_thin_regions_are_seen(picture):
    large = np.asarray(Image.fromarray(picture).resize((1600, 1200)))
    for box in ((700, 300, 701, 301), (100, 600, 1500, 601), (1599, 1199, 1600, 1200), (0, 0, 1, 1200)):
        mask = np.zeros((1200, 1600), bool)
        mask[box[1] : box[3], box[0] : box[2]] = True
        shown = RegionViews(large, size=120).contour(encode_mask(mask))
        assert (shown == RED).all(axis=2).sum() >= 8, box
        assert RegionViews(large, size=120).crop_blurred(mask).shape[2] == 3


@pytest.mark.parametrize("size", [32, 100, 333, 448, 896])
@pytest.mark.parametrize("shape", [(150, 200), (200, 150), (7, 300), (300, 7)])
def test_views_have_the_size_that_was_asked_for(shape, size):
    image = np.full((*shape, 3), 90, np.uint8)
    mask = np.zeros(shape, bool)
    mask[2:6, 3:6] = True
    shown = RegionViews(image, size=size)
    everything = (
        shown.full(),
        shown.crop(mask),
        shown.crop_blurred(mask),
        shown.in_parent(mask, mask),
        shown.contour(mask),
        shown.numbered([mask, ~mask]),
    )
    for view in everything:
        assert view.dtype == np.uint8
        assert max(view.shape[:2]) == size
        assert view.flags.writeable


def test_bad_input_is_named(picture):
    shown = RegionViews(picture)
    with pytest.raises(InvalidInputError, match=r"\(150, 200\), found \(10, 10\)"):
        shown.crop(np.ones((10, 10), bool))
    with pytest.raises(InvalidInputError, match="empty"):
        shown.contour(np.zeros((HEIGHT, WIDTH), bool))
    with pytest.raises(InvalidInputError, match="boolean"):
        shown.contour(np.ones((HEIGHT, WIDTH), np.uint8))
    with pytest.raises(InvalidInputError, match="past the end"):
        shown.crop({"size": [HEIGHT, WIDTH], "counts": encode_mask(np.ones((HEIGHT + 9, WIDTH), bool))["counts"]})
    with pytest.raises(InvalidInputError, match="uint8"):
        RegionViews(picture.astype(np.float32))
    with pytest.raises(InvalidInputError, match="size of at least"):
        RegionViews(picture, size=3)
    with pytest.raises(InvalidInputError, match="sharp"):
        shown.in_parent(np.ones((HEIGHT, WIDTH), bool), None, sharp="parents")
