"""Validation during training: captions of held-out images, scored as the benchmark scores them."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from PIL import Image

from dataset.listener import World, listen
from dataset.schema import Region

from ..ureca.prompts import PromptHalves
from .feed.batches import BatchCutter
from .feed.data import FolderData
from .feed.memory import SceneMemory
from .feed.plans import Feed, FeedOptions
from .shards import Scenes

if TYPE_CHECKING:
    from ..ureca import UrecaCaptioner

__all__ = ["HeldOut", "Validation", "draw_samples", "validate"]

TEXT_METRICS = ("bleu_4", "rouge_l", "cider")
SHOWN = 9
"""Regions in the picture of samples."""


@dataclass(frozen=True)
class Validation:
    """Scores on 0..1 (CIDEr 0..10), and captions.

    Attributes:
        scores: by name; ``listener_correct`` where there are worlds, text metrics where the benchmark is installed.
        captions: region_id -> caption.
        regions: how many were captioned.
        seconds: it took.
    """

    scores: Mapping[str, float]
    captions: Mapping[str, str]
    regions: int
    seconds: float


class HeldOut:
    """Packs of held-out images, always the same ones, to see what the model has not learnt by heart.

    Args:
        scenes: held-out images.
        images: how many of them.
        options: of the training's feed; the batches have its shape, so that nothing is compiled anew for them.
        prompts: of the training.
        length: tokens of a pack.
        device: where to keep the images.
    """

    def __init__(
        self,
        scenes: Scenes,
        images: int,
        options: FeedOptions,
        prompts: PromptHalves,
        length: int,
        device: torch.device,
    ) -> None:
        data = FolderData(scenes.first(images))
        size = data.shelf_size(10**12, options.images)
        feed = Feed(
            data.source(0, 0, 1, None),
            prompts,
            size,
            replace(options, seed=0, mirrored=False, total=len(data.scenes)),
            length=length,
        )
        self._plans = [next(feed) for _ in range(max(1, -(-len(data.scenes) // options.images)))]
        feed.close()
        self._cutter = BatchCutter(SceneMemory(size, device), prompts.processor, prompts.conditioning)

    def loss(self, loss_of: Callable[[Mapping[str, Any]], torch.Tensor]) -> float:
        """Mean loss.

        Args:
            loss_of: the loss of a model's inputs; gradients are not needed, but modes and shapes are the training's.
        """
        losses = [loss_of(self._cutter.cut(plan)).detach() for plan in self._plans]
        self._plans = [replace(plan, writes=()) for plan in self._plans]
        return float(torch.stack(losses).mean())


def validate(captioner: UrecaCaptioner, scenes: Scenes, images: int) -> Validation:
    """Caption all regions of the first images and score the captions."""
    start_time = time.perf_counter()
    captions: dict[str, str] = {}
    regions: list[Region] = []
    worlds: dict[str, World] = {}
    for index in range(min(images, len(scenes))):
        scene, world = scenes[index], scenes.world(index)
        answers = captioner.caption(Image.fromarray(scene.image), list(scene.masks))
        captions.update(zip((region.region_id for region in scene.regions), answers, strict=True))
        regions += scene.regions
        if world is not None:
            worlds[scene.image_id] = world
    scores = {**heard(captions, regions, worlds), **text_scores(captions, regions)}
    return Validation(scores, captions, len(regions), time.perf_counter() - start_time)


def heard(captions: Mapping[str, str], regions: Sequence[Region], worlds: Mapping[str, World]) -> dict[str, float]:
    """Share of the captions that the listener hears as their region alone; empty without worlds."""
    if not worlds:
        return {}
    hearings = [
        listen(captions[region.region_id], worlds[region.image_id], region.region_id.rpartition("/")[2])
        for region in regions
    ]
    return {"listener_correct": sum(hearing.outcome == "correct" for hearing in hearings) / len(hearings)}


def text_scores(captions: Mapping[str, str], regions: Sequence[Region]) -> dict[str, float]:
    """The benchmark's text metrics; empty where what it needs is not installed, as on a machine for training alone."""
    if any(importlib.util.find_spec(name) is None for name in ("pycocoevalcap", "pycocotools", "pydantic")):
        return {}
    from benchmark import evaluate

    report = evaluate(captions, regions, metrics=TEXT_METRICS, allow_missing=True, resamples=0)
    return {name: score.value for name, score in report.metrics.items() if score.value is not None}


def draw_samples(validation: Validation, scenes: Scenes, path: Path) -> None:
    """A picture of regions spread over the first image, with what the model says and what it should say."""
    from dataset.inspection.pictures import sheet_of_regions

    scene: Any = scenes[0]
    step = max(1, len(scene) // SHOWN)
    panels = []
    for k in range(step // 2, len(scene), step)[:SHOWN]:
        region = scene.regions[k]
        answer = validation.captions[region.region_id] or "(nothing)"
        panels.append((scene.image, scene.masks[k], [region.region_id, f"{answer}  [{region.caption}]"]))
    sheet_of_regions(panels, columns=3).save(path)
