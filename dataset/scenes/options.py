"""Options of the config ``scenes``, and the seed and the name of each scene."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from ..errors import InvalidInputError, look_up
from .rng import mix64

__all__ = ["SPLITS", "ScenesOptions"]

SPLITS = ("train", "validation", "test")
_SPLIT_BITS = {"train": 0, "validation": 1, "test": 2}
_LIMITS = {
    "seed": (0, 2**22 - 1),
    "resolution": (64, 2048),
    "train": (0, 10_000_000),
    "validation": (0, 10_000_000),
    "test": (0, 10_000_000),
}


@dataclass(frozen=True)
class ScenesOptions:
    """Options of ``load_dataset("ureca", "scenes", ...)``.

    Attributes:
        seed: another seed gives other scenes; 0 is the benchmark.
        resolution: side of the square images in pixels; 448 is the benchmark.
        train, validation, test: number of scenes in each split.

    Raises:
        InvalidInputError: for values out of range, all of them at once.
    """

    seed: int = 0
    resolution: int = 448
    train: int = 1000
    validation: int = 100
    test: int = 200

    def __post_init__(self) -> None:
        problems = [
            f"{name}: expected a whole number from {low:,} to {high:,}, found {value!r}"
            for name, value in asdict(self).items()
            for low, high in [_LIMITS[name]]
            if not (isinstance(value, int) and not isinstance(value, bool) and low <= value <= high)
        ]
        if problems:
            raise InvalidInputError('load_dataset("ureca", "scenes")', problems)

    def count(self, split: str) -> int:
        """Number of scenes in a split."""
        return look_up("split", split, {"train": self.train, "validation": self.validation, "test": self.test})

    def scene_seed(self, split: str, index: int) -> int:
        """The 64-bit seed of a scene: (seed, split, index) packed and mixed by a bijection, so no two ever meet."""
        return mix64(self.seed << 42 | _SPLIT_BITS[split] << 40 | index)

    def image_id(self, split: str, index: int) -> str:
        """``scenes-test-00012``; another seed or resolution shows in the name, so that ids never mix."""
        changed = [f"s{self.seed}"] if self.seed else []
        changed += [f"r{self.resolution}"] if self.resolution != 448 else []
        return "-".join(["scenes", *changed, split, f"{index:05d}"])

    def has_held_out(self, split: str, index: int) -> bool:
        """Whether the scene shows combinations never seen in train: every fourth scene of test."""
        return split == "test" and index % 4 == 3

    @property
    def folder_name(self) -> str:
        """Name of the cache folder; the counts are not part of it, as they do not change a scene."""
        return f"seed-{self.seed}-resolution-{self.resolution}"
