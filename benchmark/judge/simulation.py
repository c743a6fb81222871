"""``ureca judge-simulation``: are the corrected intervals right? Studies with planted errors.

A study has images with items. Whether a caption is unique, and whether the judge errs on it, is drawn item by item from
rates that differ from image to image (beta distributed, with a given correlation inside of an image). The judge is
calibrated on other images. The corrected interval should hold the planted rate in 95 of 100 studies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import typer

from dataset.errors import InvalidInputError
from dataset.terminal import CommandLine

from ..report import markdown_row, replacing
from ..verdicts.estimates import DRAWS, corrected_rate, prediction_powered

__all__ = ["Coverage", "PlantedJudge", "Study", "app", "coverage", "coverage_table"]

app = CommandLine()

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PlantedJudge:
    """A judge whose errors are known: shares of true captions accepted and of false ones rejected.

    Attributes:
        sensitivity, specificity: its mean rates.
        correlation: of the errors of one image, 0..1.
    """

    sensitivity: float
    specificity: float
    correlation: float = 0.05

    def accepts(self, truth: BoolArray, generator: np.random.Generator) -> BoolArray:
        """Its verdicts on the items of some images.

        Args:
            truth: (images, items).
            generator: random.
        """
        images = len(truth)
        accept_true = _rates(self.sensitivity, self.correlation, images, generator)[:, None]
        accept_false = _rates(1 - self.specificity, self.correlation, images, generator)[:, None]
        accepted: BoolArray = generator.random(truth.shape) < np.where(truth, accept_true, accept_false)
        return accepted


@dataclass(frozen=True, slots=True)
class Study:
    """The size of a study and the rate that is planted in it.

    Attributes:
        images, items: images judged, and captions of each.
        calibration_images, calibration_items: images of the calibration, and true and false captions of each.
        rate: share of captions that are unique.
        correlation: of the truth inside of an image.
        human_images: images whose captions people have judged, too, for the prediction-powered interval.
    """

    images: int = 100
    items: int = 10
    calibration_images: int = 100
    calibration_items: int = 3
    rate: float = 0.5
    correlation: float = 0.05
    human_images: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """What many studies came to.

    Attributes:
        held: share of studies whose corrected interval holds the planted rate.
        raw_held: the same of the interval of the judge's own rate.
        width: mean width of the corrected interval.
        bias: mean of the corrected rate minus the planted one.
        raw_bias: the same of the judge's own rate.
    """

    held: float
    raw_held: float
    width: float
    bias: float
    raw_bias: float


def coverage(judge: PlantedJudge, study: Study, studies: int = 1_000, seed: int = 0, draws: int = DRAWS) -> Coverage:
    """Simulate studies and count how often their intervals hold the planted rate.

    With `Study.human_images` the interval is the prediction-powered one; else it is the Rogan-Gladen one.

    Raises:
        InvalidInputError: there are no studies.
    """
    if studies < 1:
        raise InvalidInputError("studies", [f"expected at least 1, found {studies}"])
    generator = np.random.default_rng(seed)
    rows = np.empty((studies, 5))
    for number in range(studies):
        truth = _truth(study.rate, study.correlation, (study.images, study.items), generator)
        accepted = judge.accepts(truth, generator)
        counts = _counts(accepted)
        if study.human_images:
            human = np.where(np.arange(study.images)[:, None] < study.human_images, truth, np.nan)
            names = np.repeat(np.arange(study.images), study.items).astype(str).tolist()
            estimate = prediction_powered(accepted.ravel(), human.ravel(), names, resamples=draws, seed=number)
        else:
            shape = (study.calibration_images, study.calibration_items)
            true = _counts(judge.accepts(np.ones(shape, bool), generator))
            false = _counts(judge.accepts(np.zeros(shape, bool), generator))
            estimate = corrected_rate(counts, true, false, resamples=draws, seed=number)
        raw = float(accepted.mean())
        half = 1.96 * float(accepted.mean(axis=1).std(ddof=1)) / np.sqrt(study.images)
        rows[number] = (
            estimate.low <= study.rate <= estimate.high,
            raw - half <= study.rate <= raw + half,
            estimate.high - estimate.low,
            estimate.value - study.rate,
            raw - study.rate,
        )
    return Coverage(*(float(mean) for mean in rows.mean(axis=0)))


JUDGES: Final = (PlantedJudge(0.97, 0.97), PlantedJudge(0.90, 0.95), PlantedJudge(0.80, 0.85))
RATES: Final = (0.1, 0.5, 0.9)
SIZES: Final = (
    Study(),
    Study(images=30, items=30, calibration_images=50, calibration_items=6),
    Study(images=400, items=3, calibration_images=40, calibration_items=3),
    Study(images=8, items=50, calibration_images=100, calibration_items=3),
    Study(images=200, items=5, human_images=40),
)
"""What the documentation's table goes through; the fourth is the size of ``photos``, the fifth has human verdicts."""
CALIBRATIONS: Final = ((20, 2), (50, 3), (100, 3), (200, 3), (500, 3))
"""Calibration images and true and false captions of each, for "how many are needed"."""


FEW_IMAGES: Final = (2, 3, 4, 5, 6, 8, 12, 20)
"""Images judged, for "from how many on"."""


def coverage_table(studies: int = 1_000, seed: int = 0) -> list[str]:
    """As markdown: coverage for every judge, rate and size, and for few images; widths for sizes of the calibration."""
    head = [
        "judge (sensitivity, specificity)",
        "planted rate",
        "images x captions",
        "calibration or people",
        "judge's own rate holds it",
        "corrected interval holds it",
        "its width",
    ]
    lines = [markdown_row(head), "|" + "---|" * 3 + "---|" + "---:|" * 3]
    for study in SIZES:
        for judge in JUDGES:
            for rate in RATES:
                result = coverage(judge, replace(study, rate=rate), studies, seed)
                lines.append(_row(judge, replace(study, rate=rate), result))
    lines += ["", *_few_images_table(studies, seed)]
    lines += ["", markdown_row(["calibration images", "true and false captions", *map(_judge_name, JUDGES)])]
    lines.append("|---:|---:|" + "---:|" * len(JUDGES))
    for images, items in CALIBRATIONS:
        study = replace(SIZES[0], calibration_images=images, calibration_items=items)
        results = [coverage(judge, study, max(studies // 5, 1), seed) for judge in JUDGES]
        widths = [f"± {50 * result.width:.1f}" for result in results]
        lines.append(markdown_row([str(images), f"{images * items} + {images * items}", *widths]))
    return lines


def _few_images_table(studies: int, seed: int) -> list[str]:
    """Coverage and width for every rate and number of images: of a corrected interval, and of one with people."""
    rates = [f"{100 * rate:.0f}" for rate in RATES]
    lines = [markdown_row(["images", *(f"{kind}, {rate}" for kind in ("corrected", "with people") for rate in rates)])]
    lines.append("|---:|" + "---:|" * 2 * len(RATES))
    for images in FEW_IMAGES:
        corrected = Study(images=images, items=50)
        of_people = Study(images=5 * images, items=50, human_images=images)
        cells = [
            coverage(JUDGES[1], replace(study, rate=rate), studies, seed)
            for study in (corrected, of_people)
            for rate in RATES
        ]
        lines.append(
            markdown_row([str(images), *(f"{100 * cell.held:.1f} (± {50 * cell.width:.1f})" for cell in cells)])
        )
    return lines


def _judge_name(judge: PlantedJudge) -> str:
    return f"{100 * judge.sensitivity:.0f}, {100 * judge.specificity:.0f}"


def _row(judge: PlantedJudge, study: Study, result: Coverage) -> str:
    calibration = f"{study.calibration_images} images, {study.calibration_images * study.calibration_items} + same"
    other = f"{study.human_images} images by people" if study.human_images else calibration
    return markdown_row(
        [
            _judge_name(judge),
            f"{100 * study.rate:.0f}",
            f"{study.images} x {study.items}",
            other,
            f"{100 * result.raw_held:.1f}",
            f"{100 * result.held:.1f}",
            f"± {50 * result.width:.1f}",
        ]
    )


def _rates(mean: float, correlation: float, images: int, generator: np.random.Generator) -> FloatArray:
    """A rate for every image, (images,): beta distributed, so that items of an image have this correlation."""
    if correlation <= 0 or not 0 < mean < 1:
        return np.full(images, mean)
    strength = (1 - correlation) / correlation
    return generator.beta(mean * strength, (1 - mean) * strength, images)


def _truth(rate: float, correlation: float, shape: tuple[int, int], generator: np.random.Generator) -> BoolArray:
    truth: BoolArray = generator.random(shape) < _rates(rate, correlation, shape[0], generator)[:, None]
    return truth


def _counts(accepted: BoolArray) -> FloatArray:
    return np.stack([accepted.sum(axis=1), np.full(len(accepted), accepted.shape[1])], axis=1).astype(np.float64)


@app.command()
def main(
    out: Annotated[Path | None, typer.Option(help="Write the tables here (markdown); else print them.")] = None,
    studies: Annotated[int, typer.Option(min=1, help="Simulated studies for each row.")] = 1_000,
    seed: Annotated[int, typer.Option(min=0, help="Of everything random.")] = 0,
) -> None:
    """Simulate studies with planted errors of the judge: how often does the 95% interval hold the truth?"""
    lines: Sequence[str] = coverage_table(studies, seed)
    if out is None:
        typer.echo("\n".join(lines))
        return
    with replacing(out) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    app()
