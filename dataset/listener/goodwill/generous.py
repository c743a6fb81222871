"""A second hearing for captions that mean nothing when taken exactly: what a person would still let pass.

White in the shade may be called gray, a knob of a few pixels is a knob, the soil in the pot of a cactus is the soil of
the cactus. Whatever is only so is vague: it can make a region the only candidate, never one among certain ones.
"""

from __future__ import annotations

from typing import Final

from ..meaning.denote import MEANINGS
from ..world import World
from . import looks, neighbours, parts
from .careful import without
from .model import GenerousModel

__all__ = ["generous_model_of"]

GENEROUS_MEANINGS: Final = {
    **MEANINGS,
    "color": looks.color,
    "accent": looks.accent,
    "pattern": looks.pattern,
    "material": looks.material,
    "count": looks.count,
    "of": parts.of,
    "with": parts.with_,
    "without": without,
    "about": parts.about,
    "relation": neighbours.relation,
    "between": neighbours.between,
}
"""Kind of constraint -> the function that says of which regions it is true and vague."""


def generous_model_of(world: World) -> GenerousModel:
    """The generous model of a world, built once."""
    model = world.__dict__.get("generous_model")
    if not isinstance(model, GenerousModel):
        model = world.__dict__["generous_model"] = GenerousModel(world, GENEROUS_MEANINGS)
    return model
