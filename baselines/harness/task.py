"""What every harness needs: a picture and a question for a region, and the scores of the answers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from benchmark.evaluation import evaluate
from benchmark.inputs.scoring_data import ScoringData, scoring_data
from benchmark.report import Report
from dataset.errors import InvalidInputError, check_name
from dataset.loading.sources import CONFIGS, open_source
from dataset.prompting.pointing import ASK, POINTINGS
from dataset.prompting.prompts import parse_caption
from dataset.prompting.views import RegionViews
from dataset.schema import Region

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["BOUNDS", "CaptionTask"]

_WITH_WORLDS: Final = ("listener_correct", "listener_unparsed", "unique_and_correct", "retrieval_r1", "cider")
_OF_REFOI: Final = ("cider", "meteor", "rouge_l", "bleu_4")  # rivals have rows only where they are targets too
_OF_OTHERS: Final = ("unique_and_correct", "duplicate_rate", "retrieval_r1", "cider")
BOUNDS: Final = ("low", "high")
"""Suffixes of the ends of the headline's interval, for harnesses that show numbers alone."""


@dataclass(frozen=True)
class CaptionTask:
    """A split as a harness's task; equal ones have equal scores of equal answers.

    Attributes:
        config: of the data.
        split: of the config.
        options: of the config, such as ``(("test", 20),)`` or ``(("data_dir", "/data/coco"),)``.
        view: how a region is shown, one of `POINTINGS`.
        view_size: longer side of the picture in pixels.
        ask: the question, after the words that explain the view.

    Raises:
        UnknownNameError: no such config, option, split or view.
        InvalidInputError: a value is out of its range.
    """

    config: str = "scenes"
    split: str = "test"
    options: tuple[tuple[str, Any], ...] = ()
    view: str = "contour"
    view_size: int = 896
    ask: str = ASK

    def __post_init__(self) -> None:
        check_name("config", self.config, CONFIGS)
        check_name("view", self.view, POINTINGS)
        if not 32 <= self.view_size <= 4096:
            raise InvalidInputError("view_size", [f"expected 32 to 4,096 pixels, found {self.view_size}"])
        check_name(f"split of config {self.config!r}:", self.split, open_source(self.config, self.settings).splits)

    @property
    def settings(self) -> dict[str, Any]:
        """The options of the config."""
        return dict(self.options)

    @property
    def name(self) -> str:
        """``ureca_scenes``, with the split if it is another than test."""
        return "_".join(["ureca", self.config, *([] if self.split == "test" else [self.split])])

    @property
    def scores(self) -> tuple[str, ...]:
        """Names of the scores, the headline first."""
        if self.config == "refoi":
            return _OF_REFOI
        return _WITH_WORLDS if CONFIGS[self.config].has_worlds else _OF_OTHERS

    @property
    def question(self) -> str:
        """What is asked about the picture of every region."""
        return POINTINGS[self.view].question(self.ask)

    def picture(self, row: Mapping[str, Any]) -> Image:
        """The picture of a row of the data, its region marked as the view says."""
        from PIL import Image as PillowImage

        views = RegionViews(row["image"].convert("RGB"), size=self.view_size)
        return PillowImage.fromarray(POINTINGS[self.view].draw(views, row["mask"]))

    def report(self, answers: Mapping[str, str]) -> Report:
        """The scores of a model's answers, region_id -> answer.

        Regions that were not asked about are left out, as after a harness's ``--limit``, and the report says so. An
        answer without a caption scores 0.

        Raises:
            InvalidInputError: there are no answers, or some of regions that the data do not have.
        """
        return _report(self, tuple(sorted(answers.items())))

    def values(self, report: Report) -> dict[str, float]:
        """Every score x 100 and the bounds of the headline's interval; NaN where there is none."""
        first = report.metrics[self.scores[0]]
        values = {name: report.metrics[name].value for name in self.scores}
        values |= dict(zip((f"{self.scores[0]}_{bound}" for bound in BOUNDS), (first.low, first.high), strict=True))
        return {name: math.nan if value is None else 100 * value for name, value in values.items()}


@lru_cache(maxsize=1)
def _data(task: CaptionTask) -> ScoringData:
    return scoring_data(task.config, task.split, **task.settings)


@lru_cache(maxsize=1)
def _report(task: CaptionTask, answers: tuple[tuple[str, str], ...]) -> Report:
    """One report for all scores that a harness asks for one by one."""
    data = _data(task)
    captions = {region_id: parse_caption(answer) or "" for region_id, answer in answers}
    if not captions:
        raise InvalidInputError(task.name, ["there are no answers to score"])
    regions = [region for region in data.regions if region.region_id in captions]
    return evaluate(
        captions,
        regions,
        metrics=task.scores,
        config=data.config,
        split=data.split,
        subset=_subset(data, regions),
        protocol=data.protocol,
        worlds=data.worlds(),
        allow_missing=True,
    )


def _subset(data: ScoringData, regions: list[Region]) -> str:
    """What the part of the data is called; empty for all of it."""
    if len(regions) == len(data.regions):
        return data.subset
    images = {region.image_id for region in regions}
    whole = len(regions) == sum(region.image_id in images for region in data.regions)
    part = f"{len(images):,} images" if whole else f"{len(regions):,} regions with captions"
    return ", ".join(filter(None, (data.subset, part)))
