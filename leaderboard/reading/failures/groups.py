"""Which captions of a run failed, and what kind of failure each is; found from what every run keeps on disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from benchmark.metrics import find_score, headline_order
from benchmark.reports.html_examples import nearest_others
from dataset.schema import Region

from ...storage.similarity_maps import FILE, read_map
from ...storage.store import Store
from ..entries import Entry
from ..explore import Gallery, captions_of
from ..items import item_scores, score_names

__all__ = ["GROUPS", "Failure", "Group", "count_groups", "failures_of", "relation_of", "verdict_score"]


@dataclass(frozen=True, slots=True)
class Group:
    """A kind of failure: a title, and one sentence on what it means."""

    title: str
    meaning: str


GROUPS: Final[Mapping[str, Group]] = {
    "sibling": Group("Sibling", "The words mean another region of the same parent."),
    "parent": Group("Whole", "The words mean something that the region is part of."),
    "child": Group("Part", "The words mean a part of the region."),
    "other": Group("Elsewhere", "The words mean something else in the picture."),
    "ambiguous": Group("Look-alike", "The words are true of the region, and of others as well."),
    "nothing": Group("Wrong attribute", "Nothing in the picture is all that the words say."),
    "false": Group("False", "The region is named, and something else that is said of it is not true."),
    "unlike": Group("Too unlike", "The words are nearest to the region's references, and not near enough to them."),
    "unread": Group("Not understood", "The listener could not read the caption."),
    "empty": Group("No caption", "The file has no caption for the region."),
}
"""Key -> group, in the order in which pages show them. `dataset.listener` decides on scenes, similarity elsewhere."""

_HEARD: Final = {
    "listener_wrong_sibling": "sibling", "listener_wrong_parent": "parent", "listener_wrong_child": "child",
    "listener_wrong_other": "other", "listener_ambiguous": "ambiguous", "listener_nothing": "nothing",
    "listener_false": "false", "listener_unparsed": "unread",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Failure:
    """A region whose caption failed; `group` is a key of `GROUPS`."""

    region_id: str
    image_id: str
    group: str
    granularity: str


def verdict_score(store: Store, run_id: str) -> str:
    """The score that says of single captions whether they are right; empty if the run has none."""
    names = headline_order(score_names(store, run_id))
    return next((name for name in names if find_score(name).is_verdict), "")


def failures_of(store: Store, gallery: Gallery, entry: Entry) -> tuple[Failure, ...]:
    """Every caption of a run that is wrong by the first score that tells, one image after the other in turns."""
    return _failures(store, _Images(gallery), entry.run_id, entry.submission_id)


def count_groups(failures: Sequence[Failure]) -> dict[str, int]:
    """Group -> how many failures it has, in the order of `GROUPS`; those without any are left out."""
    counts = Counter(failure.group for failure in failures)
    return {group: counts[group] for group in GROUPS if counts[group]}


def relation_of(region: Region, other: Region, regions: Mapping[str, Region]) -> str:
    """How another region is related in the mask tree: ``parent`` and ``child`` reach over all levels."""
    if other.region_id in _ancestors(region, regions):
        return "parent"
    if region.region_id in _ancestors(other, regions):
        return "child"
    return "sibling" if region.parent_id is not None and region.parent_id == other.parent_id else "other"


def _ancestors(region: Region, regions: Mapping[str, Region]) -> list[str]:
    chain: list[str] = []
    parent = region.parent_id
    while parent is not None and parent not in chain:
        chain.append(parent)
        parent = regions[parent].parent_id if parent in regions else None
    return chain


@dataclass(frozen=True)
class _Images:
    """A gallery as a key: boards have names, and their data does not change while the server runs."""

    gallery: Gallery

    def __hash__(self) -> int:
        return hash(self.gallery.board)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Images) and other.gallery.board == self.gallery.board


@lru_cache(maxsize=64)
def _failures(store: Store, images: _Images, run_id: str, submission_id: str) -> tuple[Failure, ...]:
    score = verdict_score(store, run_id)
    stored = item_scores(store, run_id, score) if score else None
    if stored is None:
        return ()
    ids, values = stored
    wrong = {region_id for region_id, value in zip(ids, values.tolist(), strict=True) if value < 1}
    by_listener = _heard_groups(store, run_id)
    captions = captions_of(store, submission_id)
    columns: list[list[Failure]] = []
    for image_id, regions in images.gallery.regions.items():
        mine = [region for region in regions if region.region_id in wrong]
        groups = by_listener if by_listener is not None else _groups_by_words(store, run_id, image_id, regions)
        columns.append(
            [
                Failure(region.region_id, image_id, group, region.granularity or "")
                for region in mine
                for group in ["empty" if not captions.get(region.region_id, "").strip() else groups[region.region_id]]
            ]
        )
    turns = [(turn, number, failure) for number, column in enumerate(columns) for turn, failure in enumerate(column)]
    return tuple(failure for *_, failure in sorted(turns, key=lambda one: one[:2]))


def _heard_groups(store: Store, run_id: str) -> dict[str, str] | None:
    """What the listener made of every caption; None where there is no listener."""
    groups: dict[str, str] = {}
    for name, group in _HEARD.items():
        stored = item_scores(store, run_id, name)
        if stored is None:
            return None
        groups |= {region_id: group for region_id, value in zip(stored[0], stored[1].tolist(), strict=True) if value}
    return groups


def _groups_by_words(store: Store, run_id: str, image_id: str, regions: Sequence[Region]) -> dict[str, str]:
    """Of every region of an image: to what its caption is more similar."""
    groups = {region.region_id: "unlike" for region in regions}
    similarity = read_map(store.runs / run_id / FILE, image_id)
    if similarity is None or len(similarity) != len(regions):
        return groups
    by_id = {region.region_id: region for region in regions}
    for region_id, (other, excess) in nearest_others(regions, similarity.astype(np.float64)).items():
        if excess > 0:
            groups[region_id] = relation_of(by_id[region_id], by_id[other], by_id)
        elif excess == 0:
            groups[region_id] = "ambiguous"
    return groups
