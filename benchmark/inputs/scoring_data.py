"""The regions to score against, with their worlds and images: those a prediction file is about, or a split by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dataset.errors import InvalidInputError, UnknownNameError, find_name, look_up
from dataset.loading.regions import identify, load_images, load_regions, load_worlds
from dataset.loading.sources import CONFIGS, open_source
from dataset.schema import Region
from dataset.user_files.source import count_kinds

from .predictions import PredictionFile
from .recognition import by_annotation
from .references import references_with_protocol

__all__ = ["ScoringData", "find_data", "scoring_data"]

_DEFAULT_SPLIT = "test"


@dataclass(frozen=True, slots=True)
class ScoringData:
    """The regions to score against, and what they are called.

    Attributes:
        regions: in the order of the data.
        config: of the data, None for foreign references.
        split: a split of the config, None for foreign references.
        worlds: loads what the listener needs; returns None where there is nothing.
        images: finds the image files, image_id -> path; returns None where there are none.
        subset: which part of the data the regions are; empty for all of it.
        protocol: which test set and rules the data follow; empty where their name has one alone.
    """

    regions: list[Region]
    config: str | None = None
    split: str | None = None
    worlds: Callable[[], Any] = field(default=lambda: None)
    images: Callable[[], Mapping[str, Path] | None] = field(default=lambda: None)
    subset: str = ""
    protocol: str = ""

    @property
    def name(self) -> str:
        """For messages."""
        whole = "the references" if self.config is None else f"{self.config}/{self.split}"
        return f"{whole} ({self.subset})" if self.subset else whole


def find_data(
    file: PredictionFile, config: str | None, split: str | None, options: dict[str, Any], references: Path | None
) -> ScoringData:
    """The regions a prediction file is about: of the reference file, of the data named, or what its ids look like.

    Raises:
        InvalidInputError: the ids look like no known data, or both references and data are named.
        UnknownNameError: no such config, split or option.
    """
    split = None if split is None else _common_name(split)
    if references is not None:
        if config is not None or split is not None or options:
            problem = "given together with --config, --split or --data-option"
            raise InvalidInputError("--references", [problem], "Give one of them.")
        regions, protocol = references_with_protocol(references)
        return ScoringData(regions, protocol=protocol)
    if config is None:
        matches = [match[:2] for match in identify(file.captions) if split in (None, match[1])]
        if not matches:
            raise _unidentified(file, split)
        config, split = matches[0]
    return scoring_data(config, split or _DEFAULT_SPLIT, **options)


def _common_name(split: str) -> str:
    """A split as `load_dataset` names it: val is validation, in any case."""
    try:
        return find_name("split", split, ("train", "validation", "test"))
    except UnknownNameError:
        return split


def scoring_data(config: str, split: str, **options: Any) -> ScoringData:
    """The regions of a split and ways to its worlds and images; missing data is made first.

    Raises:
        UnknownNameError: no such config, split or option.
    """
    has_worlds = look_up("config", config, CONFIGS).has_worlds
    worlds = (lambda: load_worlds(split, config, **options)) if has_worlds else (lambda: None)

    def images() -> Mapping[str, Path]:
        return {regions[0].image_id: path for path, regions in load_images(config, split, **options)}

    regions = load_regions(config, split, **options)
    source = open_source(config, options)
    left_out = count_kinds(source.left_out(split))
    subset = f"without {left_out} that cannot be used" if left_out else ""
    return ScoringData(regions, config, split, worlds, images, subset, source.protocol(split))


def _unidentified(file: PredictionFile, split: str | None) -> InvalidInputError:
    problems = list(file.problems)
    if file.captions:
        first = next(iter(file.captions))
        where = "any data known here" if split is None else f"a split {split!r} of any data known here"
        own = by_annotation(file.captions, file.source)
        problems.append(f"the ids look like no region of {where} (first: {first!r}){own}")
        hint = "Name the data with --config and --split, or a file with --references."
    else:
        hint = ""
    return InvalidInputError(file.source, problems, hint, limit=100)
