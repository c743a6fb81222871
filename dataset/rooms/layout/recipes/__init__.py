"""What is in which room: one function for each kind, which furnishes it from the largest thing to the smallest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ..furnish import Furnisher
from .day import living_room, study
from .night import bedroom, childrens_room
from .outdoors import terrace
from .water import bathroom, kitchen

__all__ = ["RECIPES"]

RECIPES: Final[Mapping[str, Callable[[Furnisher], None]]] = {
    "living room": living_room,
    "bedroom": bedroom,
    "kitchen": kitchen,
    "study": study,
    "children's room": childrens_room,
    "bathroom": bathroom,
    "terrace": terrace,
}
"""Kind of room -> what furnishes it."""
