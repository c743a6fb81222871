"""Which regions the HTML report shows: those with the worst scores, and those whose captions point elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from dataset.schema import Region

from ..metrics.base import FloatArray
from ..metrics.uniqueness.similarity import LexicalSimilarity, best_of_references
from ..metrics.uniqueness.thresholds import image_members
from ..report import Report
from ..text.corpus import Corpus

if TYPE_CHECKING:
    from dataset.listener import Hearing

__all__ = ["Confusion", "find_confusions", "most_confused", "nearest_others", "ranking_score", "worst"]


Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Confusion:
    """What a caption points to instead of its region.

    Attributes:
        kind: what happened, for the reader.
        others: regions of the data it points to, nearest first; empty if there is none.
        boxes: XYWH as shares of the image, of what it points to that is not a region of the data.
        heard: whether the listener decided this; otherwise `others` has the region with the most similar references.
        ambiguous: whether the listener could also have meant the region itself.
        excess: how much more similar the caption is to the other region's references than to its own, -1..1.
    """

    kind: str
    others: tuple[Region, ...]
    boxes: tuple[Box, ...]
    heard: bool
    excess: float
    ambiguous: bool = False


def find_confusions(corpus: Corpus, nearest: Mapping[str, tuple[str, float]] | None = None) -> dict[str, Confusion]:
    """For every captioned region what its caption points to, by region_id; the listener decides where it can.

    Args:
        corpus: regions with their captions, and with worlds where the data has them.
        nearest: region_id -> the other region whose references its caption is nearest to, and by how much more than to
            its own; found by the words of the corpus if not given.
    """
    nearest = _nearest_by_words(corpus) if nearest is None else nearest
    by_id = {region.region_id: region for region in corpus.regions}
    confusions = {}
    for region, caption, hearing in zip(corpus.regions, corpus.candidates, corpus.hearings, strict=True):
        if not caption.strip():
            continue
        other, excess = nearest.get(region.region_id, (None, -1.0))
        plain = Confusion(_words_kind(other, excess), () if other is None else (by_id[other],), (), False, excess)
        if hearing is None or corpus.worlds is None:
            confusions[region.region_id] = plain
        else:
            confusions[region.region_id] = _heard(hearing, region, corpus.worlds[region.image_id], by_id, plain)
    return confusions


def _words_kind(other: str | None, excess: float) -> str:
    if other is None:
        return "the only region of its image"
    return "more similar to another region's references" if excess > 0 else "nearest other region by shared words"


def nearest_others(regions: Sequence[Region], similarity: FloatArray) -> dict[str, tuple[str, float]]:
    """Of every region of an image: the other one that its caption is nearest to, and by how much more than to its own.

    Args:
        regions: of one image.
        similarity: of caption i to region j, float64 (n, n).
    """
    if len(regions) < 2:
        return {}
    others = similarity.copy()
    np.fill_diagonal(others, -np.inf)
    excess = others.max(axis=1) - np.diag(similarity)
    return {
        region.region_id: (regions[place].region_id, float(excess[row]))
        for row, (region, place) in enumerate(zip(regions, others.argmax(axis=1), strict=True))
    }


def _nearest_by_words(corpus: Corpus) -> dict[str, tuple[str, float]]:
    vectors = LexicalSimilarity().vectors(corpus)
    nearest: dict[str, tuple[str, float]] = {}
    for members in image_members(corpus):
        similarity = best_of_references(vectors, corpus, members, members)
        nearest |= nearest_others([corpus.regions[item] for item in members], similarity)
    return nearest


def _heard(hearing: Hearing, region: Region, world: Any, by_id: Mapping[str, Region], plain: Confusion) -> Confusion:
    confusion = _outcome(hearing, region, world, by_id, plain)
    if hearing.read_share == 1:
        return confusion
    unknown = f", first word not known: {hearing.first_unknown}" if hearing.first_unknown else ""
    return replace(confusion, kind=f"{confusion.kind} (read {hearing.read_share:.0%}{unknown})")


def _outcome(hearing: Hearing, region: Region, world: Any, by_id: Mapping[str, Region], plain: Confusion) -> Confusion:
    own = region.region_id.rpartition("/")[2]
    if hearing.outcome in ("nothing", "unparsed"):
        kind = "the listener does not understand it"
        if hearing.outcome == "nothing":
            kind = "the listener finds nothing like it"
        elif hearing.untold:
            kind = f"as correct with the opposite of {', '.join(hearing.untold)}"
        return Confusion(kind, plain.others, (), False, plain.excess)
    if hearing.outcome == "correct":
        return Confusion("the listener finds the region", (), (), True, plain.excess)
    if hearing.outcome == "false":
        kind = f"not true of the region: {'; '.join(hearing.untrue)}"
        return Confusion(kind, plain.others, (), False, plain.excess)
    denoted = [name for name in hearing.denoted if name != own]
    ids = [f"{region.image_id}/{name}" for name in denoted]
    others = tuple(by_id[region_id] for region_id in ids if region_id in by_id)
    hidden = [world.by_id[name] for name, region_id in zip(denoted, ids, strict=True) if region_id not in by_id]
    boxes = tuple((other.left, other.top, other.right - other.left, other.bottom - other.top) for other in hidden)
    return Confusion(
        _heard_kind(hearing, len(denoted)), others, boxes, True, plain.excess, hearing.outcome == "ambiguous"
    )


def _heard_kind(hearing: Hearing, others: int) -> str:
    if hearing.outcome == "ambiguous":
        return f"heard as this region or {'another one' if others == 1 else f'{others} others'}"
    which = "another region" if others == 1 else f"{others} other regions"
    return f"heard as {which}{f' ({hearing.relation})' if hearing.relation else ''}"


def ranking_score(report: Report) -> str | None:
    """The score by which regions are ranked, worst first."""
    places = [(score.item_place, score.name) for score in report.described.values() if score.item_place is not None]
    return next((name for name in (*(name for _, name in sorted(places)), *report.items) if name in report.items), None)


def worst(report: Report, regions: Sequence[Region], captions: Mapping[str, str], limit: int) -> list[Region]:
    """Captioned regions with the lowest per-region score, at most one of each image."""
    name = ranking_score(report)
    if name is None:
        return []
    scores = dict(zip(report.region_ids, report.items[name], strict=True))
    sign = -1 if name in report.lower_is_better else 1
    captioned = [region for region in regions if captions.get(region.region_id, "").strip()]
    captioned = [region for region in captioned if not np.isnan(scores.get(region.region_id, np.nan))]
    return _spread(sorted(captioned, key=lambda region: sign * scores[region.region_id]), limit)


def most_confused(
    regions: Sequence[Region], confusions: Mapping[str, Confusion], without: Iterable[Region], limit: int
) -> list[Region]:
    """Regions whose captions point elsewhere the most, at most one of each image.

    Where the listener heard another region, those come first; then whatever the words are nearer to.
    """
    taken = {region.region_id for region in without}
    candidates = []
    for region in regions:
        confusion = confusions.get(region.region_id)
        if confusion is None or region.region_id in taken:
            continue
        elsewhere = confusion.heard and bool(confusion.others or confusion.boxes)
        if elsewhere or (confusion.others and confusion.excess > 0):
            candidates.append((-int(elsewhere and not confusion.ambiguous), -int(elsewhere), -confusion.excess, region))
    candidates.sort(key=lambda entry: entry[:3])
    return _spread([region for *_, region in candidates], limit)


def _spread(ordered: Sequence[Region], limit: int) -> list[Region]:
    """The first regions, no more of one image than needed to fill the limit."""
    seen: Counter[str] = Counter()
    rounds: list[tuple[int, int, Region]] = []
    for place, region in enumerate(ordered):
        rounds.append((seen[region.image_id], place, region))
        seen[region.image_id] += 1
    return [region for _, _, region in sorted(rounds, key=lambda entry: entry[:2])[:limit]]
