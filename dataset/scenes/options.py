"""Options of the config ``scenes``, and the seed and the name of each scene."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from ..errors import InvalidInputError, look_up
from .rng import mix64

__all__ = ["SPLITS", "ScenesOptions", "check_whole_numbers", "image_name", "numbered"]

SPLITS = ("train", "validation", "test")
_SPLIT_BITS = {"train": 0, "validation": 1, "test": 2}
_LIMITS = {
    "seed": (0, 2**22 - 1),
    "resolution": (64, 2048),
    "train": (0, 10_000_000),
    "validation": (0, 10_000_000),
    "test": (0, 10_000_000),
}


def check_whole_numbers(source: str, values: Mapping[str, object], limits: Mapping[str, tuple[int, int]]) -> None:
    """See that options are whole numbers from a lowest to a highest one.

    Raises:
        InvalidInputError: some are not; it names all of them.
    """
    problems = [
        f"{name}: expected a whole number from {low:,} to {high:,}, found {value!r}"
        for name, value in values.items()
        for low, high in [limits[name]]
        if not (isinstance(value, int) and not isinstance(value, bool) and low <= value <= high)
    ]
    if problems:
        raise InvalidInputError(source, problems)


def numbered(seed: int, split: str, index: int) -> int:
    """A number for each image of each split and seed: no two have the same."""
    return seed << 42 | _SPLIT_BITS[split] << 40 | index


def image_name(config: str, split: str, index: int, **changed: int) -> str:
    """``scenes-s3-test-00012``: options that are not 0 show in the name, so that ids never mix."""
    return "-".join([config, *(f"{key}{value}" for key, value in changed.items() if value), split, f"{index:05d}"])


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
        check_whole_numbers('load_dataset("ureca", "scenes")', asdict(self), _LIMITS)

    def count(self, split: str) -> int:
        """Number of scenes in a split."""
        return look_up("split", split, {"train": self.train, "validation": self.validation, "test": self.test})

    def scene_seed(self, split: str, index: int) -> int:
        """The 64-bit seed of a scene: (seed, split, index) packed and mixed by a bijection, so no two ever meet."""
        return mix64(numbered(self.seed, split, index))

    def image_id(self, split: str, index: int) -> str:
        """``scenes-test-00012``; another seed or resolution shows in the name, so that ids never mix."""
        return image_name("scenes", split, index, s=self.seed, r=self.resolution if self.resolution != 448 else 0)

    def has_held_out(self, split: str, index: int) -> bool:
        """Whether the scene shows combinations never seen in train: every fourth scene of test."""
        return split == "test" and index % 4 == 3

    @property
    def folder_name(self) -> str:
        """Name of the cache folder; the counts are not part of it, as they do not change a scene."""
        return f"seed-{self.seed}-resolution-{self.resolution}"
