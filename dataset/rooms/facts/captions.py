"""Captions for the regions of a rendered room, made by the describer of the scenes."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ...listener.world import World
from ...runtime.fingerprint import code_digest
from ...scenes.rows import Regions, masked_regions
from ...scenes.words.describe import describe_scene
from ..negatives import Negative
from .manner import manner_of
from .regions import world_of

__all__ = ["Told", "tell", "words_hash"]


@dataclass(frozen=True)
class Told:
    """What is said of one room.

    Attributes:
        world: what captions are checked against.
        regions: up to 40 described regions with masks and captions, in the order of rows.
        left_out: regions large enough for a caption for which no three unique ones were found.
    """

    world: World
    regions: Regions
    left_out: int


def tell(negative: Negative) -> Told:
    """The world, regions and captions of a rendered room; the same negative always gives the same."""
    world, masks = world_of(negative)
    seed = int.from_bytes(sha256(negative.image_id.encode()).digest()[:8], "big")
    manner = manner_of(world, masks, negative.distance, negative.camera)
    descriptions, left_out = describe_scene(world, seed, manner)
    return Told(world, masked_regions(negative.image_id, world, masks, descriptions), left_out)


def words_hash() -> str:
    """Changes with the code in which rooms' words differ from those of scenes; theirs has its own hash."""
    facts = Path(__file__).parent
    return code_digest([facts, facts.parent / "negatives.py"])
