"""Which of several regions that a phrase may mean equally well is the one it fits best.

Goodwill leaves several candidates where it lets pass that "the left window" is any window in the left half. A person
means the one that is farthest to the left, if one is clearly so; the pane that is really inside of the window, not one
elsewhere in the house; the window nearest the mailbox that it is said to be behind.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, Final

from ..logic import RELATIVE, Constraint, Phrase
from ..meaning.bits import bits
from ..words.anatomy import is_part_noun
from ..words.lexicon import categories_of
from ..words.synonyms import loosely
from ..world import WorldRegion

GenerousModel = Any
"""The model that asks; it is built on this module."""

__all__ = [
    "has_stem",
    "is_stem",
    "is_with_pot",
    "leaves_out",
    "means_blossom",
    "of_two_colors",
    "one_of_like",
    "preferred",
]

CLEARLY_NEARER: Final = 0.03
"""A region is nearer to a landmark than another if this share of the picture is between."""
DIRECTIONS: Final = frozenset(
    {"left", "right", "top", "bottom", "front", "back", "big", "small", "tall", "short", "wide", "narrow", "long"}
)
NOUNS_OF_PLACE: Final = {"top": "top", "tip": "top", "treetop": "top", "peak": "top", "bottom": "bottom"}
"""Nouns that say where a part is, where they do not name it."""
NEARNESS: Final = frozenset(
    {"closest", "touching", "behind", "in front of", "above", "below", "under", "next to", "left of", "right of"}
)
OVERLAPPING: Final = frozenset({"behind", "above", "below", "under"})
"""Relations that are clearest of what is in one line with the landmark."""
HARDLY_SEEN: Final = 0.25
"""A part of a smaller share of its like is not the one that is meant."""
VESSELS: Final = frozenset({"bottle", "vase", "teapot", "mug", "bowl"})
ROUNDER: Final = 1.25
"""The round one of some vessels is broader for its height than all others by this."""
SMALLEST_HEIGHT: Final = 0.005
BESIDE: Final = frozenset({"left of", "right of", "next to", "closest", "touching"})
MUCH_NEARER: Final = 0.78
"""The nearest of several things is so clearly if it is this much nearer than the next one."""
SPREAD: Final = frozenset({"rug", "placemat", "road", "pavement", "gravel", "carpet"})
"""What lies on the ground and is no ground for all."""
MOSTLY: Final = 0.5
HARDLY: Final = 0.3
"""A thing stands on what most of its lower half is seen against, and not on what hardly any of it is."""
PAINTED: Final = frozenset({"stripes", "dots", "checker"})
NEAR_MIDDLE: Final = 0.15
FAR_FROM_MIDDLE: Final = 0.2
"""Room from the middle of the picture, in widths of it, up to which a thing is in the middle, and from which on not."""
IN_LINE: Final = 0.33
"""Two things are in one line if this share of the narrower one's width is."""


def preferred(model: GenerousModel, phrase: Phrase, candidates: int) -> int:
    """Of candidates that need equal goodwill, those that fit best in every respect; all, if these differ.

    Args:
        model: the generous model.
        phrase: what is said.
        candidates: bit mask of regions that it may mean.
    """
    best = candidates
    for choice in _choices(model, phrase):
        if best & (best - 1) == 0:
            break
        best &= choice(candidates)
    return best or candidates


def one_of_like(model: GenerousModel, mask: int) -> int:
    """Of some regions those that are one of several: of two tires, of hills of which all are among the regions."""
    alone = [k for k in bits(mask) if model.above[k] and not model.regions[k].is_group]
    kinds = {k: (model.own(k), model.regions[k].category) for k in alone}
    return sum(
        1 << k
        for k in alone
        if mask >> model.position[model.regions[k].parent] & 1 or [*kinds.values()].count(kinds[k]) > 1
    )


def of_two_colors(model: GenerousModel, mask: int) -> int:
    """Of regions of one colour those with a second one, where others are plain: of two red chairs the striped one."""
    second = sum(1 << k for k in bits(mask) if model.regions[k].attributes.get("accent"))
    return second if mask & ~second else 0


def _choices(model: GenerousModel, phrase: Phrase) -> Iterator[Callable[[int], int]]:
    """For each constraint, the function that keeps those of some regions that it fits best."""
    for constraint in phrase.constraints:
        if constraint.kind == "of":
            yield lambda mask, constraint=constraint: _really_of(model, phrase, constraint, mask)  # type: ignore[misc]
        elif constraint.kind == "color" and not any(c.kind in ("accent", "pattern") for c in phrase.constraints):
            yield lambda mask, value=constraint.value: _plain(model, value, mask)  # type: ignore[misc]
        elif constraint.kind in ("with", "about"):
            best = _having if constraint.kind == "with" else _together
            yield lambda mask, constraint=constraint, best=best: best(model, constraint, mask)  # type: ignore[misc]
        elif constraint.kind == "relation" and constraint.value in ("on", "under", "below") and constraint.phrase:
            if constraint.value == "on":
                yield lambda mask, constraint=constraint: _standing_on(model, constraint, mask)  # type: ignore[misc]
            yield lambda mask, constraint=constraint: _really_of(model, phrase, constraint, mask)  # type: ignore[misc]
            yield lambda mask, constraint=constraint: _nearest(model, constraint, mask)  # type: ignore[misc]
        elif constraint.kind == "relation" and constraint.value in NEARNESS:
            yield lambda mask, constraint=constraint: _nearest(model, constraint, mask)  # type: ignore[misc]
        elif constraint.kind in ("place", "picture", "most", "size") and constraint.value in DIRECTIONS:
            yield lambda mask, value=constraint.value: _seen_at_end(model, value, mask)  # type: ignore[misc]
        elif constraint.kind in ("place", "picture", "most") and constraint.value == "middle":
            yield lambda mask: _middlemost(model, phrase, mask)
    yield from _choices_of_kind(model, phrase)


def _choices_of_kind(model: GenerousModel, phrase: Phrase) -> Iterator[Callable[[int], int]]:
    """The same for what kind of thing it is, and for what does not stand on it."""
    for lack in phrase.constraints:
        if lack.kind == "without" and not is_part_noun(lack.inner.noun):
            yield lambda mask, lack=lack: mask & ~_with(model, lack) or mask  # type: ignore[misc]
    if Constraint("shape", "round") in phrase.constraints:
        yield lambda mask: _roundest(model, mask)
    is_lit = phrase.noun == "light" and any(c.kind == "color" for c in phrase.constraints)
    if phrase.noun == "glass" or is_lit:  # of a lantern and its bulb the latter
        yield lambda mask: sum(1 << k for k in bits(mask) if not model.below[k] & mask) or mask
    place = NOUNS_OF_PLACE.get(phrase.noun)
    if place is not None:
        yield lambda mask: mask & model.exact.named(phrase)[0] or _farthest(model, place, mask)


def _really_of(model: GenerousModel, phrase: Phrase, constraint: Constraint, mask: int) -> int:
    """Those inside of what is named, not only of the object that it is of."""
    true, vague = model.inner(constraint.inner)
    inside = sum(1 << k for k in bits(mask) if model.above[k] & (true or vague))
    best = inside or _of_the_best_that_has_one(model, phrase, constraint.inner, mask)
    if best != mask or inside or constraint.kind != "of":
        return best
    parts = sum(1 << j for j in bits(true or vague) if model.above[j])  # the arms of the cactus in the black pot
    return sum(1 << k for k in bits(mask) if model.own(k) & parts) or mask


def _of_the_best_that_has_one(model: GenerousModel, part: Phrase, whole: Phrase, mask: int) -> int:
    """The hubcap of the left wheel is that of the leftmost of the wheels that show a hubcap."""
    absolute = tuple(c for c in whole.constraints if c.kind not in RELATIVE)
    if len(absolute) != len(whole.constraints) - 1:
        return mask
    true, vague = model.inner(whole._replace(constraints=absolute))
    named = sum(model.named(part))
    wholes = sum(1 << j for j in bits(true or vague) if model.below[j] & named)
    if not wholes:
        return mask
    _, best = model.likeliest(whole, wholes)
    return sum(1 << k for k in bits(mask) if model.above[k] & best) or mask


def _plain(model: GenerousModel, value: str, mask: int) -> int:
    """A green stool is one that is all green, if another is green and white; a dark one is the black one."""
    if value == "dark":
        mask = sum(1 << k for k in bits(mask) if model.regions[k].attributes.get("color") == "black") or mask
    plain = sum(1 << k for k in bits(mask) if not model.regions[k].attributes.get("accent")) or mask
    if len({model.regions[k].category for k in bits(plain)}) > 1:
        return plain
    return sum(1 << k for k in bits(plain) if model.regions[k].attributes.get("pattern") not in PAINTED) or plain


def _roundest(model: GenerousModel, mask: int) -> int:
    """Of vessels the one that is clearly broadest for its height, without what is in it; all, if none is."""
    if mask & (mask - 1) == 0 or any(model.regions[k].category not in VESSELS for k in bits(mask)):
        return mask
    breadths = sorted(((_breadth(model, k), k) for k in bits(mask)), reverse=True)
    return 1 << breadths[0][1] if breadths[0][0] > ROUNDER * breadths[1][0] else mask


def _breadth(model: GenerousModel, k: int) -> float:
    """Width by height of a vessel's body."""
    body = next((j for j in bits(model.below[k]) if model.regions[j].category == "body"), k)
    region = model.regions[body]
    return float((region.right - region.left) / max(region.bottom - region.top, SMALLEST_HEIGHT))


def _having(model: GenerousModel, constraint: Constraint, mask: int) -> int:
    """Those of which a part is what is named, before those that may have such a one that is no region."""
    true, vague = model.inner(constraint.inner)
    return sum(1 << k for k in bits(mask) if model.below[k] & (true or vague)) or mask


def _with(model: GenerousModel, constraint: Constraint) -> int:
    """Those that have such a part, or on which, or on whose thing, such a thing stands."""
    true = int(model.extension(constraint._replace(kind="with"))[0])
    tops = (k for k, region in enumerate(model.regions) if region.category in ("top", "tabletop") and model.above[k])
    return true | sum(1 << k for k in tops if true >> model.position[model.regions[k].parent] & 1)


def _together(model: GenerousModel, constraint: Constraint, mask: int) -> int:
    """Those that are parts of the same part as what is named: the tire around the hub of that wheel."""
    true, vague = model.denote(constraint.inner)
    named = true or vague
    parents = {model.regions[j].parent for j in bits(named)} - {None}
    return sum(1 << k for k in bits(mask) if model.regions[k].parent in parents or model.below[k] & named) or mask


def _nearest(model: GenerousModel, constraint: Constraint, mask: int) -> int:
    """Those nearest to the landmark; parts of the same object first."""
    true, vague = model.inner(constraint.inner)
    landmarks = true or vague
    parts = sum(1 << j for j in bits(landmarks) if model.above[j])
    if parts:
        own = sum(1 << k for k in bits(mask) if model.own(k) & parts)
        mask = own or mask
    if constraint.value in OVERLAPPING:
        mask = sum(1 << k for k in bits(mask) if any(_is_level_with(model, k, j) for j in bits(landmarks))) or mask
    gaps = {k: min((_gap(model, k, j) for j in bits(landmarks & ~(1 << k))), default=math.inf) for k in bits(mask)}
    least = min(gaps.values(), default=0.0)
    near = sum(1 << k for k, gap in gaps.items() if gap <= least + CLEARLY_NEARER)
    back = {"left of": "right", "right of": "left"}.get(constraint.value)
    near = _nearest_by_centre(model, landmarks, near) if constraint.value in BESIDE else near
    return _farthest(model, back, near) if back is not None else near


def _standing_on(model: GenerousModel, constraint: Constraint, mask: int) -> int:
    """Of things and their parts those that clearly stand on a rug or the like, if others clearly do not; else all."""
    landmarks = [model.regions[j] for j in bits(sum(model.inner(constraint.inner)))]
    if not landmarks or any(landmark.category not in SPREAD for landmark in landmarks):
        return mask
    shares = {}
    for k in bits(mask):
        thing = next((j for j in (k, *bits(model.above[k])) if model.regions[j].distance), None)
        if thing is None:
            return mask
        shares[k] = max(_share_within(model.regions[thing], landmark) for landmark in landmarks)
    on = sum(1 << k for k, share in shares.items() if share > MOSTLY)
    return on if on and all(share < HARDLY for share in shares.values() if share <= MOSTLY) else mask


def _share_within(one: WorldRegion, ground: WorldRegion) -> float:
    """The share of a thing's lower half that lies within the box of what it may stand on."""
    top = (one.top + one.bottom) / 2
    across = min(one.right, ground.right) - max(one.left, ground.left)
    down = min(one.bottom, ground.bottom) - max(top, ground.top)
    area = (one.right - one.left) * (one.bottom - top)
    return max(across, 0.0) * max(down, 0.0) / area if area else 0.0


def _nearest_by_centre(model: GenerousModel, landmarks: int, mask: int) -> int:
    """Of several parts that touch one landmark, the one whose centre is clearly nearest; all, if none is."""
    are_parts = all(model.above[k] for k in bits(mask)) and not any(model.regions[k].distance for k in bits(mask))
    if not landmarks or mask & (mask - 1) == 0 or not are_parts:
        return mask
    others = [model.regions[j] for j in bits(landmarks)]
    regions = {k: model.regions[k] for k in bits(mask)}
    apart = sorted((min(math.hypot(one.x - o.x, one.y - o.y) for o in others), k) for k, one in regions.items())
    return 1 << apart[0][1] if apart[0][0] < MUCH_NEARER * apart[1][0] else mask


def _is_level_with(model: GenerousModel, k: int, j: int) -> bool:
    """Whether a region is in one line with a landmark, from top to bottom."""
    one, other = model.regions[k], model.regions[j]
    across = min(one.right, other.right) - max(one.left, other.left)
    return bool(across >= IN_LINE * min(one.right - one.left, other.right - other.left))


def _gap(model: GenerousModel, k: int, j: int) -> float:
    """Room between two boxes."""
    one, other = model.regions[k], model.regions[j]
    across = max(one.left, other.left) - min(one.right, other.right)
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    return math.hypot(max(across, 0.0), max(down, 0.0))


def _seen_at_end(model: GenerousModel, value: str, mask: int) -> int:
    """The farthest; of a front, or back, wheel on each side of a thing, the one that is clearly seen."""
    ends = {model.scales.end(k) for k in bits(mask)}
    if value not in ("front", "back") or ends != {value}:
        return _farthest(model, value, mask)
    most = max(model.regions[k].area for k in bits(mask))
    return _farthest(model, value, sum(1 << k for k in bits(mask) if model.regions[k].area >= HARDLY_SEEN * most))


def _farthest(model: GenerousModel, value: str, mask: int) -> int:
    """The one that is clearly farthest in a direction; all, if none is."""
    group = list(bits(mask))
    best = [k for k in group if model.scales.is_first(k, group, value)]
    return 1 << best[0] if len(best) == 1 else mask


def _middlemost(model: GenerousModel, phrase: Phrase, mask: int) -> int:
    """Of an even number of candidates the middle one of all such things, else the one clearly nearest the middle.

    "The middle red wagon" of two is the one that stands between others; of two brown sofas in one half of the picture
    and one at its side the former is in the middle.
    """
    if mask.bit_count() % 2:
        return mask
    regions = model.regions
    parents = {regions[k].parent for k in bits(mask)}
    every = [k for k in bits(model.exact.named(phrase)[0]) if regions[k].parent in parents]
    alike = sorted(every, key=lambda k: regions[k].x)
    middle = [k for k in alike[(len(alike) - 1) // 2 : len(alike) // 2 + 1] if mask >> k & 1]
    if len(middle) == 1:
        return 1 << middle[0]
    aside = sorted((abs(regions[k].x - 0.5), k) for k in bits(mask))
    return 1 << aside[0][1] if aside[0][0] < NEAR_MIDDLE < FAR_FROM_MIDDLE < aside[1][0] else mask


def means_blossom(phrase: Phrase) -> bool:
    """Whether a flower is told by its colour and not by its stem: it is the blossom that people mean."""
    if phrase.noun != "flower" or phrase.plural or "stem" in str(phrase):
        return False
    return any(c.kind == "color" for c in phrase.constraints)


def leaves_out(phrase: Phrase) -> bool:
    """Whether it is said to be without a part, or in one: "the picture in its frame" is none of the frame."""
    return any(
        c.kind in ("of", "without", "about") or (c.phrase is not None and leaves_out(c.phrase))
        for c in phrase.constraints
    )


def is_with_pot(constraint: Constraint) -> bool:
    """Whether it is with a pot."""
    return constraint.kind == "with" and "pot" in (categories_of(constraint.inner.noun) or ())


def has_stem(phrase: Phrase) -> bool:
    """Whether it is a flower or bloom with its stem, so all of it: "one white bloom and the stalk that holds it"."""
    if "blossom" not in loosely(phrase.noun) | (categories_of(phrase.noun) or frozenset()):
        return False
    return any(c.kind in ("with", "about") and is_stem(c) for c in phrase.constraints)


def is_stem(constraint: Constraint) -> bool:
    """Whether it is about a stem."""
    return constraint.phrase is not None and "stem" in (categories_of(constraint.phrase.noun) or ())
