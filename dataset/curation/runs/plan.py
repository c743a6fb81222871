"""Which images make up which shard.

The plan is part of the output: ``plan/shard-00012.json`` lists the images of shard 12. Images that appear later go
into new shards, so that a planned shard never changes, on any machine.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ...errors import DataUnavailableError, InvalidInputError
from ...runtime.cache import atomic_file
from ..images import find_images, image_id_of

__all__ = ["extend_plan", "planned_images", "planned_shards", "shard_name"]

_FOLDER: Final = "plan"


def shard_name(shard: int) -> str:
    """``shard-00012``."""
    return f"shard-{shard:05d}"


def planned_shards(out: Path) -> list[int]:
    """The numbers of all planned shards, in order."""
    return sorted(int(path.stem.removeprefix("shard-")) for path in (out / _FOLDER).glob("shard-*.json"))


def planned_images(out: Path, shard: int) -> list[str]:
    """The images of a shard: paths relative to the folder of the images.

    Raises:
        DataUnavailableError: the shard is not planned, or its plan is damaged.
    """
    path = out / _FOLDER / f"{shard_name(shard)}.json"
    try:
        names = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataUnavailableError(f"{path}: cannot read the plan of a shard ({error})") from error
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise DataUnavailableError(f"{path}: expected a list of file names")
    return names


def _chunks(names: list[str], size: int) -> Iterator[list[str]]:
    """Lists of at most so many names, each of one folder or tar shard."""
    for _, group in itertools.groupby(names, key=lambda name: name.rpartition("/")[0]):
        together = list(group)
        yield from (together[first : first + size] for first in range(0, len(together), size))


def extend_plan(out: Path, images: Path, per_shard: int = 1000) -> tuple[list[int], list[str]]:
    """Plan shards for the images that are in none yet.

    Args:
        out: the output folder.
        images: the folder of the images.
        per_shard: images in a new shard.

    Returns:
        All shards, and one line for each image whose id another one has, and for each bad tar shard.

    Raises:
        InvalidInputError: the folder has no images.
    """
    if not images.is_dir():
        raise InvalidInputError(str(images), ["there is no such folder"])
    if per_shard < 1:
        raise InvalidInputError("images per shard", [f"expected 1 or more, found {per_shard}"])
    shards = planned_shards(out)
    names_by_id = {image_id_of(name): name for shard in shards for name in planned_images(out, shard)}
    new: list[str] = []
    left_out: list[str] = []
    for name in find_images(images, left_out):
        image_id = image_id_of(name)
        if image_id not in names_by_id:
            names_by_id[image_id] = name
            new.append(name)
        elif names_by_id[image_id] != name:
            left_out.append(f"{name}: {names_by_id[image_id]} has the same id, {image_id}")
    if not names_by_id:
        raise InvalidInputError(str(images), ["no images"], "Images are NAME.jpg, with masks in NAME.json beside them.")
    first_new = shards[-1] + 1 if shards else 0
    for number, names in enumerate(_chunks(new, per_shard), first_new):
        with atomic_file(out / _FOLDER / f"{shard_name(number)}.json") as temporary:
            temporary.write_text(json.dumps(names) + "\n", encoding="utf-8")
        shards.append(number)
    return shards, left_out
