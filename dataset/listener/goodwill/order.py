"""The order in which things are built, from the top down, for parts that are no regions."""

from __future__ import annotations

from typing import Final

from ..logic import Phrase
from .model import GenerousModel

__all__ = ["is_out_of_order"]

LEVELS: Final = frozenset({"above", "below", "under"})
_VEHICLE: Final = (
    "roof", "sign display", "windshield side_window rear_window door", "hood bonnet", "headlight taillight light lamp",
    "grille front_bumper bumper license_plate",
)  # fmt: skip
ORDERS: Final = {
    frozenset({"car", "bus", "van", "truck"}): {
        part.replace("_", " "): rank for rank, parts in enumerate(_VEHICLE) for part in parts.split()
    }
}
"""Kinds of things -> their parts, from the top down."""


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
