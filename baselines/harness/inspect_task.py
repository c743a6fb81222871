"""A task of Inspect: ``inspect eval baselines/harness/inspect_task.py --model openai/gpt-4o -T config=photos``."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessageUser, ContentImage, ContentText, GenerateConfig
from inspect_ai.scorer import Score, metric, scorer
from inspect_ai.solver import generate, solver

from dataset.loading.regions import load_images

from .task import BOUNDS, CaptionTask

__all__ = ["ureca"]

_LONGEST = 256
"""Tokens of an answer."""


@task
def ureca(
    config: str = "scenes", split: str = "test", view: str = "contour", view_size: int = 896, **data: Any
) -> Task:
    """Regions of a split to be captioned; further arguments are options of the config, such as ``test=20``."""
    caption_task = CaptionTask(config, split, tuple(data.items()), view, view_size)
    samples = [
        Sample(
            input=caption_task.question,
            target=list(region.captions),
            id=region.region_id,
            metadata={"image": str(path)},
        )
        for path, regions in load_images(config, split, **data)
        for region in regions
    ]
    masks = {region.region_id: region.mask for _, regions in load_images(config, split, **data) for region in regions}
    names = [*caption_task.scores, *(f"{caption_task.scores[0]}_{bound}" for bound in BOUNDS)]
    return Task(
        dataset=MemoryDataset(samples, name=caption_task.name),
        solver=[_show_region(caption_task, masks), generate()],
        scorer=_collected([_score(caption_task, name)() for name in names]),
        config=GenerateConfig(temperature=0, max_tokens=_LONGEST),
        name=caption_task.name,
    )


@solver
def _show_region(caption_task: CaptionTask, masks: dict[str, Any]) -> Any:
    """Puts the picture of the region before the question; drawn when its turn comes, not all at once."""

    async def solve(state: Any, _generate: Any) -> Any:
        from PIL import Image, ImageOps

        image = ImageOps.exif_transpose(Image.open(state.metadata["image"]))
        buffer = io.BytesIO()
        caption_task.picture({"image": image, "mask": masks[state.sample_id]}).save(buffer, "PNG")
        encoded = base64.b64encode(buffer.getvalue()).decode()
        picture = ContentImage(image=f"data:image/png;base64,{encoded}")
        state.messages = [ChatMessageUser(content=[picture, ContentText(text=caption_task.question)])]
        return state

    return solve


def _collected(metrics: Sequence[Any]) -> Any:
    """Keeps each answer; the numbers are made of all of them together."""

    @scorer(metrics=list(metrics), name="ureca")
    def collected() -> Any:
        async def score(state: Any, _target: Any) -> Score:
            answer = state.output.completion
            return Score(value=0, answer=answer, metadata={"region_id": state.sample_id})

        return score

    return collected()


def _score(caption_task: CaptionTask, name: str) -> Any:
    @metric(name=name)
    def one() -> Any:
        def compute(scores: Sequence[Any]) -> float:
            answers = {each.score.metadata["region_id"]: each.score.answer or "" for each in scores}
            return caption_task.values(caption_task.report(answers))[name]

        return compute

    return one
