"""A subset of the data, scored as data of its own: some images, or the regions that prediction files are about."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from dataset.errors import InvalidInputError

from .predictions import PredictionFile
from .reading import read_source
from .scoring_data import ScoringData

__all__ = ["take_subset"]

_NAMED = 20


def take_subset(
    data: ScoringData, files: Sequence[PredictionFile], images: str | None, only_given: bool
) -> tuple[ScoringData, list[PredictionFile]]:
    """The part of the data to score, and the files without captions of the rest.

    A region that is left out is not there at all: it is neither missing nor a duplicate, and no caption is compared
    with its references.

    Args:
        data: all of it.
        files: prediction files; ids that the data does not have stay in them, to be reported.
        images: how many images, the first ones, or a file with an image id on each line; None for all.
        only_given: take only regions that every file names.

    Raises:
        InvalidInputError: the images do not exist, or no region is left.
    """
    if images is None and not only_given:
        return data, list(files)
    regions, labels = data.regions, [data.subset] if data.subset else []
    if images is not None:
        image_ids = _image_ids(images, list(dict.fromkeys(region.image_id for region in regions)))
        regions = [region for region in regions if region.image_id in image_ids]
        labels.append(f"{len(image_ids):,} images")
    if only_given:
        regions = [region for region in regions if all(region.region_id in file.captions for file in files)]
        labels.append("regions with captions")
    if not regions:
        return data, list(files)  # matching the files with the data says what is wrong with them
    outside = {region.region_id for region in data.regions} - {region.region_id for region in regions}
    return dataclasses.replace(data, regions=regions, subset=", ".join(labels)), [
        _without(file, outside) for file in files
    ]


def _without(file: PredictionFile, outside: set[str]) -> PredictionFile:
    captions = {region_id: caption for region_id, caption in file.captions.items() if region_id not in outside}
    return dataclasses.replace(file, captions=captions)


def _image_ids(images: str, available: Sequence[str]) -> set[str]:
    if images.isdecimal():
        count = int(images)
        if not 0 < count <= len(available):
            raise InvalidInputError("--images", [f"expected 1 to {len(available):,}, or a file, found {count:,}"])
        return set(available[:count])
    lines = [line.strip() for line in read_source(Path(images)).text.splitlines()]
    names = {line: number for number, line in enumerate(lines, start=1) if line}
    unknown = sorted(set(names) - set(available), key=names.__getitem__)
    if unknown:
        problems = [f"line {names[name]}: the data has no image {name!r}" for name in unknown[:_NAMED]]
        problems += [f"{len(unknown) - _NAMED:,} more images are not in the data"] if len(unknown) > _NAMED else []
        raise InvalidInputError(images, problems, f"Expected an image id on each line, such as {available[0]}.")
    return set(names)
