"""What the command lines share: which data a file is about, which metrics are asked for, where results go."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dataset.errors import InvalidInputError
from dataset.loading.regions import identify, load_images, load_regions, load_worlds
from dataset.schema import Region

from ..metrics import METRICS, ListenerOutcomes, find_metrics
from .predictions import PredictionFile
from .references import read_references

__all__ = ["ScoringData", "check_outputs", "config_options", "find_data", "listens", "metric_names", "scoring_data"]

_DEFAULT_SPLIT = "test"


@dataclass(frozen=True, slots=True)
class ScoringData:
    """The regions to score against, and how they are called.

    Attributes:
        regions: in the order of the data.
        config: "scenes" or "photos", None for foreign references.
        split: a split of the config, None for foreign references.
        worlds: loads what the listener needs; returns None where there is nothing.
        images: finds the image files, image_id -> path; returns None where there are none.
    """

    regions: list[Region]
    config: str | None = None
    split: str | None = None
    worlds: Callable[[], Any] = field(default=lambda: None)
    images: Callable[[], Mapping[str, Path] | None] = field(default=lambda: None)

    @property
    def name(self) -> str:
        """For messages."""
        return "the references" if self.config is None else f"{self.config}/{self.split}"


def metric_names(metrics: str | None) -> list[str] | None:
    """Names from a comma-separated list; None, for all, stays None.

    Raises:
        InvalidInputError: the list is empty.
        UnknownNameError: a name is neither a metric nor a score.
    """
    if metrics is None:
        return None
    names = [name.strip() for name in metrics.split(",") if name.strip()]
    if not names:
        raise InvalidInputError("--metrics", ["no metric is named"], f"Available: {', '.join(METRICS)}.")
    find_metrics(names)
    return names


def listens(names: list[str] | None) -> bool:
    """Whether worlds have to be loaded for these metrics."""
    return names is None or ListenerOutcomes.name in find_metrics(names)


def check_outputs(*paths: Path | None) -> None:
    """Find out before the work, not after it, that its result cannot be written.

    Raises:
        InvalidInputError: a path is a folder, or in a folder that cannot be written to.
    """
    problems = []
    for path in filter(None, paths):
        if path.is_dir():
            problems.append(f"{path}: this is a folder, expected the name of a file")
        elif path.parent.exists() and not os.access(path.parent, os.W_OK):
            problems.append(f"{path}: the folder cannot be written to")
    if problems:
        raise InvalidInputError("output", problems, "Nothing was computed.")


def config_options(given: list[str]) -> dict[str, int | str]:
    """Options of a config from NAME=VALUE pairs, whole numbers as numbers.

    Raises:
        InvalidInputError: a pair is none.
    """
    options: dict[str, int | str] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not (name and equals):
            raise InvalidInputError("--option", [f"expected NAME=VALUE, found {pair!r}"])
        options[name] = int(value) if value.isdecimal() else value
    return options


def find_data(
    file: PredictionFile, config: str | None, split: str | None, options: dict[str, Any], references: Path | None
) -> ScoringData:
    """The regions a prediction file is about: of the reference file, of the data named, or what its ids look like.

    Raises:
        InvalidInputError: the ids look like no known data, or both references and data are named.
        UnknownNameError: no such config, split or option.
    """
    if references is not None:
        if config is not None or split is not None or options:
            problem = "given together with --config, --split or --option"
            raise InvalidInputError("--references", [problem], "Give one of them.")
        return ScoringData(read_references(references))
    if config is None:
        looks = [found[:2] for found in identify(file.captions) if split in (None, found[1])]
        if not looks:
            raise _unidentified(file, split)
        config, split = looks[0]
    return scoring_data(config, split or _DEFAULT_SPLIT, **options)


def scoring_data(config: str, split: str, **options: Any) -> ScoringData:
    """The regions of a split and ways to its worlds and images; missing data is made first.

    Raises:
        UnknownNameError: no such config, split or option.
    """
    worlds = (lambda: load_worlds(split, **options)) if config == "scenes" else (lambda: None)

    def images() -> Mapping[str, Path]:
        return {regions[0].image_id: path for path, regions in load_images(config, split, **options)}

    return ScoringData(load_regions(config, split, **options), config, split, worlds, images)


def _unidentified(file: PredictionFile, split: str | None) -> InvalidInputError:
    problems = list(file.problems)
    if file.captions:
        first = next(iter(file.captions))
        where = "any data known here" if split is None else f"a split {split!r} of any data known here"
        problems.append(f"the ids look like no region of {where} (first: {first!r})")
    return InvalidInputError(
        file.source, problems, "Name the data with --config and --split, or a file with --references.", shown=100
    )
