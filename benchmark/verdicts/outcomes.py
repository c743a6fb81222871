"""From verdicts to outcomes, with the names of the exact listener's: what is the caption of, in the judge's eyes?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from dataset.schema import Region

from .verdict import Verdict

__all__ = ["OUTCOMES", "Outcome", "outcome_of"]

Outcome = Literal["correct", "ambiguous", "wrong_parent", "wrong_child", "wrong_sibling", "wrong_other", "nothing"]

OUTCOMES: Final[tuple[Outcome, ...]] = (
    "correct",
    "ambiguous",
    "wrong_parent",
    "wrong_child",
    "wrong_sibling",
    "wrong_other",
    "nothing",
)


def outcome_of(verdict: Verdict, regions: Mapping[str, Region]) -> Outcome:
    """What a verdict says of a caption, as `dataset.listener.listen` says it.

    ``correct``: it fits its region alone, no statement of it is false, and nothing outside of the panels fits.
    ``ambiguous``: it fits its region and another. ``wrong_...``: it fits others only; the nearest one is its parent or
    a region above, a child or a region below, a sibling, or elsewhere. ``nothing``: it fits no region, or a statement
    of it is false.

    Args:
        verdict: of a caption.
        regions: of its image at least, by their ids.
    """
    target = verdict.region_id
    if verdict.is_unique:
        return "correct"
    if target in verdict.fits:
        return "ambiguous" if verdict.is_true else "nothing"
    if not verdict.fits:
        return "wrong_other" if verdict.elsewhere else "nothing"
    above = _ancestors(target, regions)
    if above.intersection(verdict.fits):
        return "wrong_parent"
    if any(target in _ancestors(other, regions) for other in verdict.fits):
        return "wrong_child"
    parents = {_parent(other, regions) for other in verdict.fits}
    return "wrong_sibling" if _parent(target, regions) in parents else "wrong_other"


def _parent(region_id: str, regions: Mapping[str, Region]) -> str | None:
    region = regions.get(region_id)
    return None if region is None else region.parent_id


def _ancestors(region_id: str, regions: Mapping[str, Region]) -> set[str]:
    chain: set[str] = set()
    parent = _parent(region_id, regions)
    while parent is not None and parent not in chain:
        chain.add(parent)
        parent = _parent(parent, regions)
    return chain
