"""Protects where training takes its scenes from: scenes without end, in one process and several, and after a stop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import pytest
import torch

from baselines.training.feed import data as training_data
from baselines.training.feed.data import EndlessScenes
from baselines.training.feed.memory import SceneMemory, ShelfSize
from baselines.training.stream import SceneItem
from dataset.errors import InsufficientMemoryError, InvalidInputError


class Numbers:
    """A stream that draws nothing: its scenes are their indices."""

    streams: ClassVar[list[Numbers]] = []

    def __init__(
        self,
        seed: int,
        first: int,
        _workers: int,
        _device: str,
        *,
        ahead: int,
        again: Sequence[int] = (),
        step: int = 1,
    ) -> None:
        self.seed, self.first, self.again, self.step, self.ahead = seed, first, list(again), step, ahead
        self.closed = False
        self.streams.append(self)

    def get(self, _timeout: float | None = None) -> SceneItem:
        if self.again:
            index = self.again.pop(0)
        else:
            index, self.first = self.first, self.first + self.step
        pixel = np.zeros((1, 1, 3), np.uint8)
        return SceneItem(index, pixel, np.ones((1, 1, 1), np.uint8), (f"scene {index}",), (None,))

    def ready(self, most: int | None = None) -> list[SceneItem]:
        return [self.get() for _ in range(most or 3)]

    def state_dict(self) -> dict[str, Any]:
        return {"seed": self.seed, "next": self.first, "again": list(self.again)}

    def close(self) -> None:
        self.closed = True


@pytest.fixture(autouse=True)
def streams(monkeypatch: pytest.MonkeyPatch) -> list[Numbers]:
    monkeypatch.setattr(training_data, "SceneStream", Numbers)
    monkeypatch.setattr(Numbers, "streams", [])
    return Numbers.streams


@pytest.mark.parametrize("count", [training_data.TOKENIZER_SCENES, 7])
def test_scenes_of_the_tokenizer_are_learned_from_too(count: int, streams: list[Numbers]) -> None:
    """The words of the first scenes make the tokenizer, and these scenes come first, once."""
    scenes = EndlessScenes(first=50, workers=2, tokenizer_scenes=count)
    assert sum(1 for _ in scenes.captions()) == count
    source = scenes.source(0, 0, 1, None)
    assert len(streams) == 1
    state = source.state_dict()
    assert state["again"] == list(range(50, 50 + count))
    assert [item.index for item in source.ready(2)] == [50, 51]
    assert source.get().index == 52
    source.close()
    assert streams[0].closed


def test_a_run_goes_on_with_the_scenes_that_it_had(streams: list[Numbers]) -> None:
    """First those of the memory, the oldest first, then those that were owed, then new ones."""
    state = {"source": {"seed": 0, "next": 70, "again": [61]}, "order": {"seen": [[64, 2], [62, 1], [63, 1]]}}
    scenes = EndlessScenes(first=50)
    scenes.start()
    source = scenes.source(0, 0, 1, state)
    assert streams[0].closed  # what was drawn for a new run
    assert [source.get().index for _ in range(6)] == [64, 62, 63, 61, 70, 71]


def test_several_processes_draw_different_scenes() -> None:
    sources = [EndlessScenes(first=10).source(0, rank, 3, None) for rank in range(3)]
    assert [[source.get().index for _ in range(3)] for source in sources] == [[10, 13, 16], [11, 14, 17], [12, 15, 18]]


def test_stages_that_count_epochs_need_an_end() -> None:
    from baselines.training.presets import find_preset

    with pytest.raises(InvalidInputError, match="have no epochs"):
        find_preset("internvl3-1b").stages[0].planned_steps(EndlessScenes().regions)


def test_a_device_that_is_full_says_what_to_do() -> None:
    with pytest.raises(InsufficientMemoryError, match="Give a smaller --scene-memory"):
        SceneMemory(ShelfSize(10**9, 10**9, 1, 1), torch.device("cpu"))
