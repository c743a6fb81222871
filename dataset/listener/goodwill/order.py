"""The order in which things are built: from the top down, for parts that are no regions, and from front to back."""

from __future__ import annotations

from typing import Final

from ..logic import Phrase
from ..meaning.bits import bits
from .model import GenerousModel

__all__ = ["is_built_otherwise", "is_out_of_order"]

LEVELS: Final = frozenset({"above", "below", "under"})
_VEHICLE: Final = (
    "roof", "sign display", "windshield side_window rear_window door", "hood bonnet", "headlight taillight light lamp",
    "grille front_bumper bumper license_plate",
)  # fmt: skip
ORDERS: Final = {
    frozenset({"car", "bus", "van", "truck"}): {
        part.replace("_", " "): rank for rank, parts in enumerate(_VEHICLE) for part in parts.split()
    },
    frozenset({"car"}): {"cabin": 0, "windshield": 0, "side window": 0, "rear window": 0, "body": 1, "hull": 1},
}
"""Kinds of things -> their parts, from the top down."""


DEEP: Final = frozenset({"bed", "sofa", "armchair", "chair", "bench"})
"""Furniture of which what is farther back is higher in the picture: a headboard is behind the pillows."""


def is_built_otherwise(model: GenerousModel, k: int, subjects: int, relation: str, landmarks: int) -> bool:
    """Whether parts of one thing are said to be in front of or behind others of it, all against what the picture shows.

    Other parts of the thing have no depth of their own, and nor has a part whose middle and top do not agree.

    Args:
        model: the generous model.
        k: the region.
        subjects: bit mask of those of its thing that may be meant to stand so.
        relation: behind or in front of.
        landmarks: bit mask of the parts of its thing that they are said to be behind or in front of.
    """
    if model.kind(k) not in DEEP:
        return False
    around = model.above[k] | model.below[k] | 1 << k
    pairs = [
        (model.regions[i], model.regions[j])
        for i in bits(subjects & ~model.above[k])
        for j in bits(landmarks & ~around)
        if i != j
    ]
    sign = 1 if relation == "in front of" else -1
    return bool(pairs) and all(sign * (a.y - b.y) < 0 and sign * (a.top - b.top) < 0 for a, b in pairs)


def is_out_of_order(model: GenerousModel, k: int, relation: str, landmark: Phrase) -> bool:
    """Whether a part is said to be above or below another of its thing against the order in which that is built.

    The other is no region of the picture. The sky is above the horizon, and all ground below it.
    """
    region = model.regions[k]
    if landmark.noun == "horizon" and region.granularity == "background" and relation in LEVELS:
        return (relation == "above") != (region.category == "sky") and region.category not in ("wall", "hill")
    if relation not in LEVELS or model.denote(landmark) != (0, 0):
        return False
    for kinds, order in ORDERS.items():
        if model.kind(k) in kinds and region.category in order and landmark.noun in order:
            own, its = order[region.category], order[landmark.noun]
            return own != its and (own < its) != (relation == "above")
    return False
