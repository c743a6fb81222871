"""What the listener knows of one image: its visible regions, as plain numbers and words.

Everything a caption may be checked against is here, and nothing that cannot be seen in the picture: sizes and places
are those of the visible pixels, left and right are the viewer's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from ..errors import InvalidInputError

__all__ = ["World", "WorldRegion"]

GEOMETRY: Final = ("x", "y", "left", "top", "right", "bottom", "area")
OPTIONAL: Final = (
    "also",
    "plural",
    "count",
    "attributes",
    "slots",
    "supported_by",
    "distance",
    "members",
    "maybe_colors",
    "held_out",
    "shades",
    "faint",
    "tiny",
    "pieces",
    "stands",
)
"""Fields that are written only when they differ from their default."""


@dataclass(frozen=True)
class WorldRegion:
    """One visible region.

    Attributes:
        id: unique in the image.
        parent: id of the smallest region that contains it in the mask tree, None at the top.
        category: singular head noun; for a group or set, the noun of its members.
        granularity: group, object, part, subpart or background.
        x, y: centroid of the visible pixels, in image widths and heights, y downwards.
        left, top, right, bottom: box of the visible pixels, same units.
        area: share of the image.
        also: categories of parts of it that have the same visible pixels and therefore no region of their own.
        plural: plural of the category.
        count: visible members of a group, 0 where the number is not certain or the region is a single thing.
        attributes: color, pattern, accent (the pattern's second colour), material, state (open, closed): what is
            certain to be seen; a pattern that is too small to be recognized is "unclear".
        slots: depth (front | back), the thing's place along the whole's own axis.
        supported_by: the region it stands on.
        distance: metres from the viewer, for things that stand in the scene; None for parts and background.
        members: ids of the members of a group of objects or set of parts, which is referred to in the plural.
        maybe_colors: colours that a person might also call it.
        held_out: shows a combination that training scenes never show.
        shades: colours that light and shadow give to much of it.
        faint: pattern and accent (a pattern's second colour) that it has and that are too little seen to be certain.
        tiny: parts of a few pixels that have no region of their own: "yellow knob".
        pieces: number of the visible pieces of one region that are taken for several things, such as panes between
            bars; such a region is referred to in the plural. 0 of all others.
        stands: where its middle is on the plan, x and y in metres, and, of things whose front anybody knows, which way
            it faces, in degrees from -y towards x. Empty where the plan is not known.
    """

    id: str
    parent: str | None
    category: str
    granularity: str
    x: float
    y: float
    left: float
    top: float
    right: float
    bottom: float
    area: float
    also: tuple[str, ...] = ()
    plural: str = ""
    count: int = 0
    attributes: Mapping[str, str] = field(default_factory=dict)
    slots: Mapping[str, str] = field(default_factory=dict)
    supported_by: str | None = None
    distance: float | None = None
    members: tuple[str, ...] = ()
    maybe_colors: tuple[str, ...] = ()
    held_out: bool = False
    shades: tuple[str, ...] = ()
    faint: Mapping[str, str] = field(default_factory=dict)
    tiny: tuple[str, ...] = ()
    pieces: int = 0
    stands: tuple[float, ...] = ()

    @property
    def is_group(self) -> bool:
        """Whether it is a group, a set of parts or several things to a viewer: it is spoken of in the plural."""
        return bool(self.members) or self.pieces > 1

    def to_dict(self) -> dict[str, Any]:
        """A JSON object; geometry as one list, defaults left out."""
        record: dict[str, Any] = {
            "id": self.id,
            "parent": self.parent,
            "category": self.category,
            "granularity": self.granularity,
            "box": [getattr(self, name) for name in GEOMETRY],
        }
        for name in OPTIONAL:
            value = getattr(self, name)
            if value not in ("", 0, None, (), {}, False):
                record[name] = list(value) if isinstance(value, tuple) else value
        return record

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> WorldRegion:
        """Read what `to_dict` wrote."""
        fields: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in record.items()}
        fields.update(zip(GEOMETRY, fields.pop("box"), strict=True))
        return cls(**fields)


@dataclass(frozen=True)
class World:
    """All visible regions of one image, targets and distractors."""

    regions: tuple[WorldRegion, ...]

    @cached_property
    def by_id(self) -> dict[str, WorldRegion]:
        """The regions by their id."""
        return {region.id: region for region in self.regions}

    def ancestors(self, region_id: str) -> list[str]:
        """Ids of the regions that contain it, innermost first."""
        chain: list[str] = []
        parent = self.by_id[region_id].parent
        while parent is not None:
            chain.append(parent)
            parent = self.by_id[parent].parent
        return chain

    def to_dict(self) -> dict[str, Any]:
        """A JSON object."""
        return {"regions": [region.to_dict() for region in self.regions]}

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> World:
        """Read what `to_dict` wrote.

        Raises:
            InvalidInputError: the record is not a world.
        """
        try:
            return cls(tuple(WorldRegion.from_dict(region) for region in record["regions"]))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidInputError("world", [f"not a record written by World.to_dict: {error}"]) from error
