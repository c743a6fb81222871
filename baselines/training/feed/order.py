"""In which order scenes are learned from.

A scene that was never seen comes first, in the order of arrival; after it all scenes of the memory, in an order drawn
anew for each pass. So a folder that fits into the memory is learned in epochs, and a larger one, or an endless stream,
scene after scene, each together with those that are still there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .memory import StoredScene

__all__ = ["Order"]


class Order:
    """Chooses scenes for batches.

    Args:
        scenes: those of the memory, the oldest first; it changes as scenes come and go.
        seed: of the passes.
    """

    def __init__(self, scenes: Iterable[StoredScene], seed: int) -> None:
        self._scenes, self._seed = scenes, seed
        self._new: deque[StoredScene] = deque()
        self._pass: deque[StoredScene] = deque()
        self._passes = 0

    def add(self, scene: StoredScene) -> None:
        """A scene has arrived."""
        self._new.append(scene)

    def choose(self, count: int) -> list[StoredScene]:
        """The next scenes; a scene may come twice where there are fewer than asked for.

        Raises:
            ValueError: there is no scene at all.
        """
        scenes: list[StoredScene] = []
        while len(scenes) < count:
            if self._new:
                scene = self._new.popleft()
            else:
                if not self._pass:
                    self._begin_pass()
                scene = self._pass.popleft()
            if scene.is_there:
                scene.seen += 1
                scenes.append(scene)
        return scenes

    def _begin_pass(self) -> None:
        scenes = list(self._scenes)
        if not scenes:
            raise ValueError("there is no scene to choose")
        self._passes += 1
        draw = np.random.default_rng([self._seed, self._passes])
        self._pass.extend(scenes[k] for k in draw.permutation(len(scenes)))

    def state(self) -> dict[str, Any]:
        """What `restore` needs, beside the scenes themselves."""
        return {
            "passes": self._passes,
            "new": [scene.index for scene in self._new if scene.is_there],
            "pass": [scene.index for scene in self._pass if scene.is_there],
            "seen": [[scene.index, scene.seen] for scene in self._scenes],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a state; the same scenes must be there again."""
        by_index = {scene.index: scene for scene in self._scenes}
        for index, seen in state["seen"]:
            if index in by_index:
                by_index[index].seen = seen
        self._passes = state["passes"]
        self._new = deque(by_index[index] for index in state["new"] if index in by_index)
        self._pass = deque(by_index[index] for index in state["pass"] if index in by_index)
