"""Looking into images: the mask tree, what every system says of a region, and what its words point to instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmark.metrics.uniqueness.retrieval import rank_own, relate
from benchmark.reports.html_examples import Confusion, find_confusions, nearest_others
from benchmark.text.corpus import Corpus
from dataset.errors import NotAllowedError, UnknownNameError
from dataset.schema import Region

from ..boards.board import find_board
from ..intake.submissions import predictions
from ..storage.similarity_maps import FILE, read_map
from ..storage.store import Store
from .entries import Entry
from .items import own_scores

__all__ = [
    "Gallery",
    "SystemCaption",
    "UniquenessMap",
    "answers_of",
    "captions_of",
    "mask_tree",
    "open_gallery",
    "uniqueness_map",
    "worlds_of",
]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SystemCaption:
    """What one system says of one region.

    Attributes:
        caption: empty if it gave none.
        confusion: what the caption points to; None without a caption.
        scores: score name -> the region's own value, NaN left out.
    """

    run_id: str
    name: str
    caption: str
    confusion: Confusion | None
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class UniquenessMap:
    """Captions against regions of one image; rows and columns are in the order of `region_ids`.

    Attributes:
        region_ids: in the order of the mask tree.
        similarity: of caption i to the nearest reference of region j, 0..1, (n, n).
        first: whether caption i is nearer to its own region than to any other, (n,).
        duplicates: how many other regions of the image have the same row, (n,): captions that collapsed.
    """

    region_ids: tuple[str, ...]
    similarity: FloatArray
    first: npt.NDArray[np.bool_]
    duplicates: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Gallery:
    """The images of a board with their regions.

    Attributes:
        board: its name.
        regions: image_id -> its regions in the order of the data.
        files: image_id -> the picture.
    """

    board: str
    regions: Mapping[str, tuple[Region, ...]]
    files: Mapping[str, Path]

    def image_of(self, region_id: str) -> str | None:
        """The image that has a region; None if there is no such region."""
        image_id = region_id.rpartition("/")[0]
        has_region = any(region.region_id == region_id for region in self.regions.get(image_id, ()))
        return image_id if has_region else None

    def find(self, image_id: str) -> tuple[Region, ...]:
        """Regions of an image in the order of the mask tree.

        Raises:
            UnknownNameError: there is no such image.
        """
        if image_id not in self.regions:
            raise UnknownNameError("image", image_id, list(self.regions)[:5])
        return tuple(region for region, _ in mask_tree(self.regions[image_id]))


def open_gallery(store: Store, board: str) -> Gallery:
    """The gallery of a board; its data is made first if need be.

    Raises:
        NotAllowedError: the board's references are hidden.
        UnknownNameError: no such board.
    """
    board_info = find_board(store, board)
    if board_info.hidden:
        raise NotAllowedError(f"the references of {board_info.title} are hidden; its regions are shown when it is over")
    data = board_info.data()
    grouped: dict[str, list[Region]] = {}
    for region in data.regions:
        grouped.setdefault(region.image_id, []).append(region)
    return Gallery(board, {image: tuple(regions) for image, regions in grouped.items()}, data.images() or {})


def mask_tree(regions: Sequence[Region]) -> list[tuple[Region, int]]:
    """Regions depth first, large siblings first, each with its level from 0; circles of parents come last."""
    ids = {region.region_id for region in regions}
    children: dict[str | None, list[Region]] = {}
    for region in regions:
        parent = region.parent_id if region.parent_id in ids else None
        children.setdefault(parent, []).append(region)
    ordered: list[tuple[Region, int]] = []
    waiting = [(region, 0) for region in _small_first(children.get(None, []))]
    while waiting:
        region, level = waiting.pop()
        ordered.append((region, level))
        waiting += [(child, level + 1) for child in _small_first(children.get(region.region_id, []))]
    seen = {region.region_id for region, _ in ordered}
    return [*ordered, *((region, 0) for region in regions if region.region_id not in seen)]


def answers_of(
    store: Store, gallery: Gallery, image_id: str, entries: Sequence[Entry], only: str = ""
) -> dict[str, list[SystemCaption]]:
    """What every entry says of the regions of an image: region_id -> in the order of the entries.

    Args:
        store: of the leaderboard.
        gallery: of the board.
        image_id: which image.
        entries: whose captions.
        only: the one region that is asked for; all if empty.
    """
    regions = gallery.regions[image_id]
    worlds = worlds_of(store, gallery.board)
    answers: dict[str, list[SystemCaption]] = {region.region_id: [] for region in regions}
    for entry in entries:
        captions = captions_of(store, entry.submission_id)
        captions = {only: captions.get(only, "")} if only else captions
        similarity = read_map(store.runs / entry.run_id / FILE, image_id)
        nearest = None if similarity is None else nearest_others(regions, similarity.astype(np.float64))
        confusions = find_confusions(Corpus(regions, captions, worlds=worlds), nearest)
        keys = [only] if only else [region.region_id for region in regions]
        scores = own_scores(store, entry, keys)
        for key in keys:
            answers[key].append(
                SystemCaption(
                    entry.run_id, entry.label, captions.get(key, ""), confusions.get(key), scores.get(key, {})
                )
            )
    return answers


def uniqueness_map(store: Store, gallery: Gallery, image_id: str, entry: Entry) -> UniquenessMap | None:
    """The map of one entry on one image; None if its run has none."""
    regions = gallery.regions[image_id]
    stored = read_map(store.runs / entry.run_id / FILE, image_id)
    if stored is None or len(stored) != len(regions):
        return None
    ordered = gallery.find(image_id)
    places = {region.region_id: place for place, region in enumerate(regions)}
    order = np.array([places[region.region_id] for region in ordered])
    similarity = stored.astype(np.float64)[np.ix_(order, order)]
    captions = captions_of(store, entry.submission_id)
    texts = [" ".join(captions.get(region.region_id, "").casefold().split()) for region in ordered]
    first = rank_own(similarity, relate(ordered).everyone).strictly_first & np.array([bool(text) for text in texts])
    duplicates = np.array([texts.count(text) - 1 if text else 0 for text in texts])
    return UniquenessMap(tuple(region.region_id for region in ordered), similarity, first, duplicates)


@lru_cache(maxsize=64)
def captions_of(store: Store, submission_id: str) -> dict[str, str]:
    """The captions of a submission; they never change, so the most recent ones are cached."""
    return predictions(store, submission_id)


@lru_cache(maxsize=4)
def worlds_of(store: Store, board: str) -> Mapping[str, Any] | None:
    """image_id -> the facts of the scene, on boards whose data has them."""
    worlds: Mapping[str, Any] | None = find_board(store, board).data().worlds()
    return worlds


def _small_first(regions: Sequence[Region]) -> list[Region]:
    return sorted(regions, key=lambda region: region.area or 0)
