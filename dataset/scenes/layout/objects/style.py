"""How one object looks: the choices that make two chairs differ."""

from __future__ import annotations

from dataclasses import dataclass

from ..graph import Material

__all__ = ["Style", "wood_of"]


@dataclass(frozen=True)
class Style:
    """The look of one object.

    Attributes:
        color: the dominant colour.
        accent: colour of the second part (frame, roof, cap ...), never equal to `color`.
        detail: colour of a small third part (door, label ...), equal to neither.
        finish: material of the dominant part.
        accent_finish: material of the second part.
        pattern: pattern of the dominant part, or None.
        pattern_color: its second colour.
        variant: one of the category's shapes.
        extra: a part that occurs in held-out scenes only, or None.
        seed: for choices inside the object, such as its books.
    """

    color: str
    accent: str
    detail: str
    finish: str
    accent_finish: str
    pattern: str | None
    pattern_color: str
    variant: str
    extra: str | None
    seed: int

    @property
    def main(self) -> Material:
        """The surface of the dominant part; unpatterned wood shows its grain."""
        if self.pattern:
            return Material(self.color, self.finish, self.pattern, self.pattern_color)
        return self.plain

    @property
    def plain(self) -> Material:
        """The dominant surface without its pattern."""
        return _plain(self.color, self.finish)

    @property
    def second(self) -> Material:
        """The surface of the second part."""
        return _plain(self.accent, self.accent_finish)

    @property
    def third(self) -> Material:
        """The surface of the small third part."""
        return Material(self.detail, "plastic")

    @property
    def third_fabric(self) -> Material:
        """The small third part where it is cloth."""
        return Material(self.detail, "fabric")


def _plain(color: str, finish: str) -> Material:
    return wood_of(color) if finish == "wood" else Material(color, finish)


def wood_of(color: str) -> Material:
    """Wood that shows its grain."""
    dark = {"black": "gray", "brown": "black", "blue": "black", "teal": "black", "green": "black", "purple": "black"}
    return Material(color, "wood", "grain", dark.get(color, "brown"))
