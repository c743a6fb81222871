"""Draw the looks of objects: fresh ones, and near copies of a sibling that captions must tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...listener.words.palette import COLORS
from ..rng import SplitMix64
from .held_out import HELD_OUT_PAIRS, HELD_OUT_PARTS, is_held_out_pair
from .objects.catalogue import CATALOGUE, Category
from .objects.style import Style

__all__ = ["can_be_held_out", "draw_style", "hold_out"]

COPY_A_SIBLING = 0.65
"""How often a new object copies one of its category and changes one or two things."""
CHANGEABLE = ("color", "accent", "pattern", "finish", "variant")
DULL_IN_GLASS = ("black", "brown", "gray", "white")
PATTERN_COLORS = ("white", "black", "yellow", "blue", "red")


def draw_style(rng: SplitMix64, category: str, siblings: Sequence[Style]) -> Style:
    """The look of a new object, never a held-out one unless it takes it over from a sibling."""
    fresh = _fresh(rng, category)
    if not siblings or not rng.chance(COPY_A_SIBLING):
        return fresh
    base = rng.choice(siblings)
    changeable = [name for name in CHANGEABLE if getattr(fresh, name) != getattr(base, name)]
    changed = rng.sample(changeable, 1 + rng.below(2))
    changes = {name: getattr(fresh, name) for name in changed}
    return _settle(rng, category, replace(base, extra=None, seed=fresh.seed, **changes))


def can_be_held_out(category: str) -> bool:
    """Whether there is anything that only held-out scenes show of a category."""
    return category in HELD_OUT_PARTS or any(name == category for name, _, _ in HELD_OUT_PAIRS)


def hold_out(rng: SplitMix64, category: str, style: Style) -> Style:
    """Give a look one of its category's held-out attributes, or its held-out part."""
    pairs = sorted((attribute, value) for name, attribute, value in HELD_OUT_PAIRS if name == category)
    part = HELD_OUT_PARTS.get(category)
    if part and (not pairs or rng.chance(0.6)):
        return replace(style, extra=part, variant="tall" if category == "house" else style.variant)
    attribute, value = rng.choice(pairs)
    if attribute == "color" and category == "truck":
        style = replace(style, variant="pickup")
    changed = {"color": "color", "pattern": "pattern", "material": "finish"}[attribute]
    values: dict[str, str] = {changed: value}
    return _settle(rng, category, replace(style, **values))  # type: ignore[arg-type]


def _fresh(rng: SplitMix64, category: str) -> Style:
    kind = CATALOGUE[category]
    finish = rng.choice([name for name in kind.finishes if not is_held_out_pair(category, "material", name)])
    colors = [name for name in kind.colors if not is_held_out_pair(category, "color", name)]
    color = rng.choice(colors)
    if finish == "wood" and "brown" in colors and rng.chance(0.45):
        color = "brown"
    style = Style(
        color=color,
        accent=rng.choice(kind.accents),
        detail=rng.choice(tuple(COLORS)),
        finish=finish,
        accent_finish=rng.choice(kind.accent_finishes),
        pattern=rng.choice([name for name in kind.patterns if not is_held_out_pair(category, "pattern", name)]),
        pattern_color=rng.choice(PATTERN_COLORS),
        variant=rng.choice(kind.variants),
        extra=None,
        seed=rng.next_u64(),
    )
    return _settle(rng, category, style)


def _settle(rng: SplitMix64, category: str, style: Style) -> Style:
    """Make neighbouring colours differ, and glass of a colour that can be seen."""
    kind: Category = CATALOGUE[category]
    if style.finish == "glass" and style.color in DULL_IN_GLASS:
        style = replace(style, finish=next(name for name in kind.finishes if name != "glass"))
    names = tuple(COLORS)
    if style.accent == style.color:
        style = replace(style, accent=rng.choice([name for name in kind.accents if name != style.color] or names))
    if style.detail in (style.color, style.accent):
        style = replace(style, detail=rng.choice([c for c in names if c not in (style.color, style.accent)]))
    if style.pattern_color == style.color:
        style = replace(style, pattern_color="white" if style.color != "white" else "blue")
    return style
