"""Failures as cards: a picture of the region and of what the words fit instead, both captions, and the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dataset.schema import Region

from ...storage.store import Store
from ..entries import Entry, distinct_names
from ..explore import Gallery, answers_of, worlds_of
from ..items import RankedRegion
from ..pictures import crop_around
from .groups import GROUPS, Failure
from .reasons import Reason, is_wrong, reason_of

__all__ = ["disagreement_cards", "failure_cards"]


def failure_cards(store: Store, gallery: Gallery, entry: Entry, failures: Sequence[Failure]) -> list[dict[str, Any]]:
    """The cards of a few failures of one entry, as JSON; ``views/widgets/failure_list.js`` draws them."""
    worlds = worlds_of(store, gallery.board) or {}
    cards = []
    for failure in failures:
        regions = {region.region_id: region for region in gallery.regions[failure.image_id]}
        region = regions[failure.region_id]
        [answer] = answers_of(store, gallery, failure.image_id, [entry], failure.region_id)[failure.region_id]
        reason = reason_of(answer, region, regions, worlds.get(failure.image_id))
        other = regions.get(reason.other) or _boxed(region, reason.other_box)
        cards.append(
            {
                "region": failure.region_id,
                "image": failure.image_id,
                "group": GROUPS[failure.group].title,
                "facts": " · ".join(filter(None, (region.granularity, region.category))),
                "caption": answer.caption,
                "reference": region.caption,
                "why": reason.to_dict(),
                "picture": _picture(gallery, region),
                "other_picture": None if other is None else _picture(gallery, other),
            }
        )
    return cards


def disagreement_cards(
    store: Store, gallery: Gallery, entries: Sequence[Entry], regions: Sequence[RankedRegion]
) -> list[dict[str, Any]]:
    """Cards of regions where entries disagree: the picture, the reference, and what each entry says."""
    names = list(distinct_names(entries).values())
    cards = []
    for ranked in regions:
        image_id = ranked.region_id.rpartition("/")[0]
        region = next(region for region in gallery.regions[image_id] if region.region_id == ranked.region_id)
        answers = answers_of(store, gallery, image_id, entries, ranked.region_id)[ranked.region_id]
        cards.append(
            {
                "region": ranked.region_id,
                "image": image_id,
                "group": f"spread {100 * ranked.value:.0f}",
                "reference": region.caption,
                "said": [
                    [name, answer.caption or "no caption", not is_wrong(answer)]
                    for name, answer in zip(names, answers, strict=True)
                ],
                "why": Reason("").to_dict(),
                "picture": _picture(gallery, region),
                "other_picture": None,
            }
        )
    return cards


def _boxed(region: Region, box: Sequence[float]) -> Region | None:
    """A thing of the scene that is no region of the data, by its box as shares of the image."""
    if not box or region.mask is None:
        return None
    tall, wide = region.mask["size"]
    x, y, width, height = box
    return replace(region, mask=None, bbox=(x * wide, y * tall, width * wide, height * tall))


def _picture(gallery: Gallery, region: Region) -> dict[str, Any] | None:
    file = gallery.files.get(region.image_id)
    crop = None if file is None else crop_around(file, region)
    return None if crop is None else crop.to_dict()
