"""A describer without a model: it answers the prompts from what is known of the scenes."""

from __future__ import annotations

from collections.abc import Mapping

from ..listener.world import World
from .describer import Answer
from .prompts import Prompt

__all__ = ["EmbeddedDescriber"]


class EmbeddedDescriber:
    """Answers from the scenes' worlds, deterministically.

    Args:
        worlds: image_id -> World (`dataset.regions.load_worlds`). A prompt's region_id is ``<image_id>/<world id>``.
    """

    def __init__(self, worlds: Mapping[str, World]) -> None:
        raise NotImplementedError

    @property
    def name(self) -> str:
        """What stands in the provenance."""
        raise NotImplementedError

    async def answer(self, prompt: Prompt, *, seed: int = 0) -> Answer:
        """Answer from the metadata; see `Describer`."""
        raise NotImplementedError
