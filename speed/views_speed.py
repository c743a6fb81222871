"""CPU time and faithfulness of the fast blur and of the views that use it, against a Gaussian of the full frame.

python speed/views_speed.py

The frame is 2250x1500, the sigma 100 pixels. The Gaussian of the full frame is computed by scipy in floating point (the
truth for PSNR) and, where it is installed, by OpenCV with 8 bits.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.ndimage import gaussian_filter

from dataset.masks.rle import MaskRle, decode_mask, encode_mask
from dataset.photos.photographs import PHOTOGRAPHS
from dataset.prompting.blur import BlurredImage
from dataset.prompting.views import RegionViews

SIGMA = 100.0
WIDTH, HEIGHT = 2250, 1500
RUNS = 10
TARGET_RATIO, TARGET_DECIBELS = 100, 50
TARGET_STAGE_RATIO = 3
REGIONS = 20


def cpu_seconds(work: Callable[[], Any], runs: int = RUNS) -> float:
    """Mean CPU seconds of this process; the first run is not counted where there are several."""
    if runs > 1:
        work()
    start = time.process_time()
    for _ in range(runs):
        work()
    return (time.process_time() - start) / runs


def decibels(image: npt.NDArray[np.uint8], truth: npt.NDArray[np.float64]) -> float:
    """Peak signal-to-noise ratio of 8-bit pixels."""
    return float(10 * np.log10(255**2 / np.mean((image - truth) ** 2)))


def exact(frame: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """The Gaussian itself, borders mirrored, in floating point."""
    blurred: npt.NDArray[np.float64] = gaussian_filter(frame.astype(np.float64), (SIGMA, SIGMA, 0), mode="reflect")
    return blurred


def opencv_blur() -> Callable[[npt.NDArray[np.uint8]], Any] | None:
    """OpenCV's Gaussian on one thread, None where it is not installed."""
    try:
        import cv2
    except ImportError:
        return None
    cv2.setNumThreads(1)
    return lambda frame: cv2.GaussianBlur(frame, (0, 0), SIGMA, borderType=cv2.BORDER_REFLECT)


def main() -> None:
    """Measure and print."""
    picture = Image.open(PHOTOGRAPHS[0].cached_png()).resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    frame = np.asarray(picture)
    truth = exact(frame)
    baselines = {"scipy, full frame": cpu_seconds(lambda: exact(frame), 1)}
    opencv = opencv_blur()
    if opencv:
        baselines["OpenCV, full frame"] = cpu_seconds(lambda: opencv(frame), 2)

    whole, drawn = (0, 0, WIDTH, HEIGHT), (448, 299)
    fast_frame = np.asarray(BlurredImage(picture, SIGMA).window(whole, (WIDTH, HEIGHT)))
    fast_drawn = np.asarray(BlurredImage(picture, SIGMA).window(whole, drawn))
    rows = ((np.arange(drawn[1]) + 0.5) * HEIGHT / drawn[1]).astype(int)
    columns = ((np.arange(drawn[0]) + 0.5) * WIDTH / drawn[0]).astype(int)
    blurs = {
        "fast, drawn at 448": (
            cpu_seconds(lambda: BlurredImage(picture, SIGMA).window(whole, drawn)),
            decibels(fast_drawn, truth[np.ix_(rows, columns)]),
        ),
        "fast, full frame": (
            cpu_seconds(lambda: BlurredImage(picture, SIGMA).window(whole, (WIDTH, HEIGHT))),
            decibels(fast_frame, truth),
        ),
    }
    for name, seconds in baselines.items():
        print(f"{name:24s} {1000 * seconds:9.1f} ms CPU")
    for name, (seconds, quality) in blurs.items():
        ratios = ", ".join(f"{each / seconds:.0f}x less than {of}" for of, each in baselines.items())
        print(f"{name:24s} {1000 * seconds:9.1f} ms CPU   PSNR {quality:.1f} dB   {ratios}")
    report_views(picture)
    met = all(
        each / seconds >= TARGET_RATIO and quality >= TARGET_DECIBELS
        for seconds, quality in blurs.values()
        for each in baselines.values()
    )
    print(f"target (>= {TARGET_RATIO}x, >= {TARGET_DECIBELS} dB): {'met' if met else 'NOT met'}")


def report_views(picture: Image.Image) -> None:
    """CPU time of each view of a region of a tenth of the frame, the blurred image made before."""
    mask = np.zeros((HEIGHT, WIDTH), np.bool_)
    mask[400:900, 700:1400] = True
    parent = np.zeros((HEIGHT, WIDTH), np.bool_)
    parent[300:1300, 500:1800] = True
    region, around = encode_mask(mask), encode_mask(parent)
    views = RegionViews(picture, sigma=SIGMA)
    works: dict[str, Callable[[], Any]] = {
        "crop, blurred context": lambda: views.crop_blurred(region),
        "in the parent's crop": lambda: views.in_parent(region, around),
        "contour": lambda: views.contour(region),
        "numbered, 2 regions": lambda: views.numbered([region, around]),
    }
    for name, work in works.items():
        print(f"{name:24s} {1000 * cpu_seconds(work):9.1f} ms CPU")

    def contours_of_an_image() -> None:
        fresh = RegionViews(picture, sigma=SIGMA)  # the image is reduced again
        for _ in range(REGIONS):
            encoded(fresh.contour(region))

    ours = cpu_seconds(contours_of_an_image) / REGIONS
    print(f"{'contour, as JPEG':24s} {1000 * ours:9.1f} ms CPU, mean of the {REGIONS} regions of an image")
    if opencv_blur():
        theirs = cpu_seconds(lambda: encoded(full_frame_contour(picture, region)))
        met = "met" if theirs / ours >= TARGET_STAGE_RATIO else "NOT met"
        print(f"{'full frame, as JPEG':24s} {1000 * theirs:9.1f} ms CPU")
        print(f"target (>= {TARGET_STAGE_RATIO}x for the contoured image): {theirs / ours:.1f}x, {met}")


def encoded(image: npt.NDArray[np.uint8]) -> bytes:
    """The JPEG that a model server gets."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def full_frame_contour(picture: Image.Image, mask_rle: MaskRle) -> npt.NDArray[np.uint8]:
    """The contoured image at the size of the photograph: the whole mask decoded, its outline traced and drawn."""
    import cv2

    canvas = np.array(picture)
    outlines, _ = cv2.findContours(decode_mask(mask_rle).view(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(canvas, outlines, -1, (255, 0, 0), 5)
    return canvas


if __name__ == "__main__":
    main()
