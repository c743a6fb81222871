"""Worlds of a few regions, written by hand, for tests of the listener."""

from __future__ import annotations

from typing import Any

from dataset.listener import WorldRegion

__all__ = ["group", "region"]

LOOKS = ("color", "accent", "pattern")


def region(
    name: str,
    category: str,
    x: float,
    y: float = 0.5,
    parent: str | None = None,
    size: tuple[float, float] = (0.1, 0.2),
    **fields: Any,
) -> WorldRegion:
    """A region around a centre; an object if it has no parent, else a part.

    Args:
        name: its id.
        category: what it is.
        x, y: its centre, 0 to 1.
        parent: the id of what it is of.
        size: width and height, 0 to 1.
        **fields: its looks (color, accent, pattern), and other fields of `WorldRegion`.
    """
    width, height = size
    kind = fields.pop("granularity", "object" if parent is None else "part")
    box = {"left": x - width / 2, "top": y - height / 2, "right": x + width / 2, "bottom": y + height / 2}
    looks = {look: fields.pop(look) for look in LOOKS if look in fields}
    return WorldRegion(name, parent, category, kind, x, y, area=width * height, attributes=looks, **box, **fields)


def group(
    name: str,
    category: str,
    members: tuple[str, ...],
    x: float,
    y: float = 0.5,
    parent: str | None = None,
    **fields: Any,
) -> WorldRegion:
    """A region that is made of other ones, given by their ids."""
    fields = {"granularity": "group", "plural": f"{category}s", "members": members, "count": len(members)} | fields
    return region(name, category, x, y, parent=parent, **fields)
