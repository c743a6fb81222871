"""The splits of ``rooms``: seeds, names, and how an image is rendered."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

from ..errors import check_name, look_up
from ..scenes.options import SPLITS, check_whole_numbers, image_name, numbered
from ..scenes.rng import mix64

__all__ = ["SPLITS", "RoomsDataOptions", "RoomsOptions"]

_ROOMS: Final = 0x726F6F6D73 << 20
"""Keeps the seeds of rooms away from those of scenes."""
_LIMITS: Final = {"seed": (0, 2**22 - 1), "resolution": (32, 2048), "samples": (1, 4096)}
_COUNTS: Final = dict.fromkeys(SPLITS, (0, 10_000_000))


@dataclass(frozen=True)
class RoomsOptions:
    """How rooms are drawn.

    Attributes:
        seed: another seed gives other rooms; 0 is the benchmark.
        resolution: side of the square images in pixels; 512 is the benchmark.
        samples: light paths for each pixel; they change the noise of the image, never layout or masks.

    Raises:
        InvalidInputError: for values out of range, all of them at once.
    """

    seed: int = 0
    resolution: int = 512
    samples: int = 12

    def __post_init__(self) -> None:
        check_whole_numbers("rooms", asdict(self), _LIMITS)

    def room_seed(self, split: str, index: int) -> int:
        """The 64-bit seed of a room: (seed, split, index) packed and mixed by a bijection, so no two ever meet."""
        check_name("split", split, SPLITS)
        return mix64(numbered(self.seed, split, index) ^ _ROOMS)

    def image_id(self, split: str, index: int) -> str:
        """``rooms-test-00012``; another seed or resolution shows in the name, so that ids never mix."""
        return image_name("rooms", split, index, s=self.seed, r=self.resolution if self.resolution != 512 else 0)


@dataclass(frozen=True)
class RoomsDataOptions:
    """Options of ``load_dataset("ureca", "rooms", ...)``.

    Attributes:
        seed: 0 is the benchmark, whose splits validation and test are shipped; another seed gives other rooms, which
            are rendered here.
        train: number of training rooms, rendered here; 0 for no such split. The recipe of docs/rooms.md takes 400.
        validation, test: number of rooms in each split, the first ones.

    Raises:
        InvalidInputError: for values out of range, all of them at once.
    """

    seed: int = 0
    train: int = 0
    validation: int = 50
    test: int = 200

    def __post_init__(self) -> None:
        check_whole_numbers('load_dataset("ureca", "rooms")', asdict(self), {"seed": _LIMITS["seed"], **_COUNTS})

    def count(self, split: str) -> int:
        """Number of rooms in a split."""
        return look_up("split", split, {"train": self.train, "validation": self.validation, "test": self.test})

    @property
    def drawing(self) -> RoomsOptions:
        """How rooms that are not shipped are drawn."""
        return RoomsOptions(seed=self.seed)
