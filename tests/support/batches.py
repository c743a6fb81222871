"""Batches of chosen regions, made as the trainer makes them, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from baselines.training.feed.batches import BatchCutter
from baselines.training.feed.memory import SceneMemory, Shelf, ShelfSize
from baselines.training.feed.packing import Packer
from baselines.training.feed.packs import plan_packs
from baselines.training.feed.plans import Plan
from baselines.training.feed.questions import Questions
from baselines.training.shards import Scenes
from baselines.training.stream import SceneItem
from baselines.ureca import PromptHalves, UrecaProcessor, find_conditioning

__all__ = ["batch_of", "plan_of"]

LENGTH = 1024


def plan_of(
    scenes: Scenes,
    picks: Sequence[tuple[int, Sequence[int]]],
    processor: UrecaProcessor,
    conditioning: str,
    *,
    length: int = LENGTH,
    mirrored: bool = False,
) -> tuple[Plan, ShelfSize]:
    """A plan of (image, its regions), and the size of the memory it needs."""
    questions = Questions(PromptHalves(processor, find_conditioning(conditioning)), with_mirrored=mirrored)
    examples = [scenes.read(image, list(regions)) for image, regions in picks]
    largest = max(example.height * example.width for example in examples)
    size = ShelfSize(len(picks), 3 * largest, sum(len(example) for example in examples), largest)
    packer = Packer(questions, Shelf(size), length)
    items = [SceneItem.of_example(image, example) for (image, _), example in zip(picks, examples, strict=True)]
    writes = [write for _, write in packer.store(items)]
    assert all(write is not None for write in writes)
    pairs = [
        pair
        for write in writes
        if write is not None
        for pair in packer.packs(write.scene, range(len(write.scene.regions)), is_mirrored=mirrored)
    ]
    packs = plan_packs([pack for _, pack in pairs], length, int(processor.tokenizer.pad_token_id))
    return Plan([w for w in writes if w is not None], [choice for choice, _ in pairs], packs, [], None), size


def batch_of(
    scenes: Scenes,
    picks: Sequence[tuple[int, Sequence[int]]],
    processor: UrecaProcessor,
    conditioning: str,
    **options: Any,
) -> dict[str, Any]:
    """Inputs of a model for (image, its regions)."""
    plan, size = plan_of(scenes, picks, processor, conditioning, **options)
    memory = SceneMemory(size, torch.device("cpu"))
    return BatchCutter(memory, processor, find_conditioning(conditioning)).cut(plan)
