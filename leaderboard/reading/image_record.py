"""All that the region explorer shows of one image, as one record: picture, mask tree, captions, uniqueness map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmark.metrics import find_score, headline_order

from ..storage.store import Store
from .entries import Entry, distinct_names
from .explore import Gallery, SystemCaption, UniquenessMap, answers_of, mask_tree, uniqueness_map, worlds_of
from .failures.reasons import is_wrong, reason_of
from .labels import label_of
from .pictures import draw_picture

__all__ = ["first_region", "image_record"]


def image_record(
    store: Store, gallery: Gallery, image_id: str, entries: Sequence[Entry] = (), mapped: str = ""
) -> dict[str, Any]:
    """The record of an image, as JSON; ``views/widgets/explorer.js`` draws it.

    Args:
        store: of the leaderboard.
        gallery: of the board.
        image_id: which image.
        entries: whose captions.
        mapped: the run whose uniqueness map is shown; empty for none.
    """
    regions = gallery.regions[image_id]
    picture = draw_picture(gallery.files.get(image_id), regions)
    answers = answers_of(store, gallery, image_id, entries)
    names = list(distinct_names(entries).values())
    entry = next((entry for entry in entries if entry.run_id == mapped), None)
    uniqueness = None if entry is None else uniqueness_map(store, gallery, image_id, entry)
    total = picture.width * picture.height
    by_id = {region.region_id: region for region in regions}
    world = (worlds_of(store, gallery.board) or {}).get(image_id) if entries else None
    return {
        "key": "|".join([image_id, mapped, *(entry.run_id for entry in entries)]),
        "image_id": image_id,
        "image": picture.url,
        "width": picture.width,
        "height": picture.height,
        "regions": [
            {
                "id": region.region_id,
                "short": region.region_id.removeprefix(image_id),
                "parent": region.parent_id,
                "level": level,
                "granularity": region.granularity,
                "category": region.category or "region",
                "depth": region.depth,
                "slice": region.slice if region.slice != "standard" else None,
                "area": region.area or 0,
                "share": _share(region.area, region.mask["size"] if region.mask else None, total),
                "path": picture.outlines[region.region_id],
                "references": list(region.captions),
                "said": [
                    _answer_card(answer, name)
                    | {"why": reason_of(answer, region, by_id, world).to_dict() if is_wrong(answer) else None}
                    for answer, name in zip(answers[region.region_id], names, strict=True)
                ],
            }
            for region, level in mask_tree(regions)
        ],
        "map": None if uniqueness is None or entry is None else _map(uniqueness, answers, entries.index(entry), names),
        "no_map": "No uniqueness map: no system is shown." if entries else "",
    }


def _share(area: int | None, size: Sequence[int] | None, total: int) -> str:
    if area is None:
        return ""
    share = 100 * area / (size[0] * size[1] if size else total)
    return f"{share:.1f}%" if share >= 0.1 else "<0.1%"


def _answer_card(answer: SystemCaption, name: str) -> dict[str, Any]:
    """A system's card: what it says, whether that is right, and what its words fit instead."""
    confusion = answer.confusion
    verdicts = [name for name in headline_order(answer.scores) if find_score(name).is_verdict]
    right = answer.scores[verdicts[0]] if verdicts else None
    card: dict[str, Any] = {
        "system": name,
        "caption": answer.caption,
        "verdict": "" if right is None else "right" if right >= 1 else "wrong",
        "told": "no caption" if confusion is None else confusion.kind,
        "others": [],
        "boxes": [],
        "scores": [
            (label_of(score), "–" if _is_too_short(score, answer.caption) else f"{100 * value:.0f}")
            for score, value in answer.scores.items()
        ],
    }
    if confusion is not None and (confusion.heard or confusion.excess > 0 or right == 0):
        card["others"] = [other.region_id for other in confusion.others[:6]]
        card["boxes"] = [list(box) for box in confusion.boxes[:6]]
    elif confusion is not None:
        card["told"] = "fits its own region best"
    return card


def _is_too_short(score: str, caption: str) -> bool:
    """Whether a caption has fewer words than the phrases that BLEU counts: its value then says nothing."""
    name, _, words = score.partition("_")
    return name == "bleu" and words.isdecimal() and len(caption.split()) < int(words)


def _map(
    uniqueness: UniquenessMap, answers: Mapping[str, Sequence[SystemCaption]], place: int, names: Sequence[str]
) -> dict[str, Any]:
    captions = [answers[region_id][place].caption for region_id in uniqueness.region_ids]
    repeated = int((uniqueness.duplicates > 0).sum())
    summary = f"{int(uniqueness.first.sum())} of {len(captions)} captions are nearest to their own region"
    summary += f"; {repeated} share their words with another region." if repeated else "; none is used twice."
    similarity = (100 * uniqueness.similarity).round().clip(0, 100).astype(int)
    return {"system": names[place], "similarity": similarity.tolist(), "captions": captions, "summary": summary}


def first_region(gallery: Gallery, image_id: str) -> str:
    """The region to start from: the largest object."""
    regions = gallery.find(image_id)
    objects = [region for region in regions if region.granularity == "object"] or list(regions)
    return max(objects, key=lambda region: region.area or 0).region_id
