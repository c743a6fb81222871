"""Regions for scoring: all columns but the image, without importing `datasets`."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInputError
from ..photos.photographs import PHOTOGRAPHS
from ..schema import Region
from .sources import DEFAULT_CONFIG, WITH_WORLDS, Source, WorldSource, check_split, open_source

if TYPE_CHECKING:
    from ..listener import World

__all__ = ["data_sha256", "identify", "load_images", "load_regions", "load_worlds"]

_DRAWN_ID = re.compile(r"(scenes|rooms)-(train|validation|test)-\d{5,}$")
_PHOTO_IDS = frozenset(photograph.image_id for photograph in PHOTOGRAPHS)


def load_regions(config: str = DEFAULT_CONFIG, split: str = "test", **options: Any) -> list[Region]:
    """All regions of a split in the order of the data; missing data is made first.

    Args:
        config: "scenes", "rooms", "photos", "sa1b", "refcocog" or "visual_genome".
        split: a split of the config.
        **options: options of the config, such as ``seed`` and ``resolution``, or ``data_dir``.

    Raises:
        UnknownNameError: no such config, split or option.
    """
    source = _source_with(config, split, options)
    return [Region.from_row(row) for shard in source.shards(split) for row in source.rows(shard)]


def load_images(
    config: str = DEFAULT_CONFIG, split: str = "test", **options: Any
) -> Iterator[tuple[Path, list[Region]]]:
    """(path of the image, its regions) for every image of a split, in the order of the data.

    Raises:
        UnknownNameError: no such config, split or option.
    """
    source = _source_with(config, split, options)
    rows = (row for shard in source.shards(split) for row in source.rows(shard))
    for image_file, group in itertools.groupby(rows, key=lambda row: row["image_file"]):
        yield Path(image_file), [Region.from_row(row) for row in group]


def load_worlds(split: str = "test", config: str = DEFAULT_CONFIG, **options: Any) -> Mapping[str, World]:
    """What the listener needs of every image of a split, by image_id.

    Args:
        split: a split of the config.
        config: "scenes" or "rooms".
        **options: options of the config.

    Raises:
        UnknownNameError: no such config, split or option.
        InvalidInputError: a config of which the whole truth is not known.
    """
    from ..listener import World

    source = _source_with(config, split, options)
    if not isinstance(source, WorldSource):
        raise InvalidInputError(
            f"config {config!r}", ["has no worlds: not all that is in its images is known"],
            f"Those with worlds are {' and '.join(WITH_WORLDS)}.",
        )  # fmt: skip
    return {
        image_id: World.from_dict(world) for shard in source.shards(split) for image_id, world in source.worlds(shard)
    }


def data_sha256(regions: Sequence[Region]) -> str:
    """SHA-256 over ids, parents, masks and captions in order: two equal hashes mean the same references."""
    digest = hashlib.sha256()
    for region in regions:
        mask = None if region.mask is None else [region.mask["size"], region.mask["counts"]]
        record = [region.region_id, region.parent_id, mask, list(region.captions)]
        digest.update(json.dumps(record, separators=(",", ":")).encode() + b"\n")
    return digest.hexdigest()


def identify(region_ids: Iterable[str]) -> list[tuple[str, str, int]]:
    """Which data some ids look like: (config, split, how many of the ids), most first; nothing is loaded."""
    counts: Counter[tuple[str, str]] = Counter()
    for region_id in region_ids:
        image_id = region_id.rpartition("/")[0]
        drawn = _DRAWN_ID.match(image_id)
        if drawn:
            counts[drawn[1], drawn[2]] += 1
        elif image_id in _PHOTO_IDS:
            counts["photos", "test"] += 1
    return [(config, split, count) for (config, split), count in counts.most_common()]


def _source_with(config: str, split: str, options: Mapping[str, Any]) -> Source:
    source = open_source(config, options)
    check_split(split, source, f"split of config {config!r}:")
    source.prepare(split)
    return source
