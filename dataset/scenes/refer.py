"""Which things to say of a region so that it is told from all others: the search for logical forms.

The incremental algorithm of Dale and Reiter, "Computational Interpretations of the Gricean Maxims in the Generation of
Referring Expressions" (Cognitive Science 19, 1995), with a fixed order of preference: looks, then the place in the
whole and the whole, then places, extremes, parts and neighbours, then ranks; what turns out not to be needed is
dropped. A logical form is accepted only if it is true of the region and certainly false of every other one.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..listener.denote import Model
from ..listener.logic import Constraint, Phrase
from ..listener.parse import combined
from ..listener.world import Region

__all__ = ["Referrer", "looks_of"]

SIDES = tuple(Constraint("place", value) for value in ("left", "right", "top", "bottom", "middle"))
CORNERS = tuple(
    (Constraint("place", rows), Constraint("place", columns))
    for rows in ("top", "bottom")
    for columns in ("left", "right")
)
EXTREMES = tuple(Constraint("most", value) for value in ("left", "right", "front", "back", "top", "bottom"))
SIZES = (Constraint("size", "big"), Constraint("size", "small"))
SIZE_EXTREMES = tuple(Constraint("most", value) for value in ("big", "small", "tall", "short"))
SEEN_MATERIALS = frozenset({"wood", "glass"})
"""Materials that can be told by eye."""
DEEPEST = 3


class Referrer:
    """Finds logical forms for the regions of one model, and remembers them."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._canonical: dict[int, Phrase | None] = {}

    def unique(self, phrase: Phrase, k: int) -> bool:
        """Whether a phrase certainly denotes region k and nothing else, not even vaguely."""
        return self.model.denote(phrase) == (1 << k, 0)

    def identify(self, k: int) -> Phrase | None:
        """The preferred logical form of region k."""
        if k not in self._canonical:
            self._canonical[k] = None  # ends circles: the lamp next to the chair next to the lamp
            self._canonical[k] = next(self.forms(k), None)
        return self._canonical[k]

    def forms(self, k: int) -> Iterator[Phrase]:
        """Logical forms that denote region k alone, in order of preference."""
        region = self.model.regions[k]
        for candidate in self._parts(k, region) if self._whole_ids(k) else self._things(k, region):
            if self.unique(candidate, k):
                yield candidate

    def shortest(self, phrase: Phrase, k: int) -> Phrase:
        """The phrase without the constraints that it can do without, the last first."""
        for constraint in reversed(phrase.constraints):
            less = phrase._replace(constraints=tuple(c for c in phrase.constraints if c is not constraint))
            if self.unique(less, k):
                phrase = less
        return phrase

    def _whole_ids(self, k: int) -> list[int]:
        """The wholes that a part may be named by: not sets, the object first, then the nearest."""
        chain = [self.model.position[name] for name in self.model.world.ancestors(self.model.regions[k].id)]
        wholes = [j for j in chain if not self.model.regions[j].is_group]
        return wholes[-1:] + wholes[:1] if len(wholes) > 1 else wholes

    def _base(self, region: Region) -> Phrase:
        counted = (Constraint("count", str(region.count)),) if region.count > 1 and region.parent is None else ()
        if region.granularity == "group" and region.parent is None:
            return Phrase(region.category, True, counted)
        return Phrase(region.category, region.is_group)

    def _needed_looks(self, base: Phrase, region: Region) -> tuple[Constraint, ...]:
        """Attributes taken one after another as long as each rules something out."""
        taken: tuple[Constraint, ...] = ()
        left = _number(self.model.denote(base))
        for look in looks_of(region):
            fewer = _number(self.model.denote(_with(base, *taken, look)))
            if fewer < left:
                taken, left = (*taken, look), fewer
            if left == 1:
                break
        return taken

    def _things(self, k: int, region: Region) -> Iterator[Phrase]:
        """Candidates for objects, groups and background."""
        base = self._base(region)
        yield base
        looks = looks_of(region)
        yield from (_with(base, look) for look in looks)
        needed = self._needed_looks(base, region)
        yield _with(base, *needed)
        features = list(self._features(k))
        yield from (_with(base, feature) for feature in features)
        yield from self._placed(k, base, needed)
        yield from (_with(base, *needed, feature) for feature in features)
        yield from self._related(k, base, needed)
        yield from self._ranked(k, base, needed)

    def _placed(self, k: int, base: Phrase, needed: tuple[Constraint, ...]) -> Iterator[Phrase]:
        for extra in ((), needed) if needed else ((),):
            for one in (*SIZES, *SIDES[:2], *EXTREMES[:4], SIDES[4], *SIZE_EXTREMES, *EXTREMES[4:]):
                yield _with(base, *extra, one)

    def _features(self, k: int) -> Iterator[Constraint]:
        """Things to name an object by: the colour of its parts, larger ones first."""
        regions = self.model.regions
        parts = [j for j in _positions(self.model.below[k]) if regions[j].granularity in ("part", "group")]
        for j in sorted(parts, key=lambda j: -regions[j].area)[:6]:
            part = regions[j]
            looks = looks_of(part)[:1]
            if looks and part.attributes.get("color") != regions[k].attributes.get("color"):
                yield Constraint("with", "", Phrase(part.category, part.is_group, tuple(looks)))

    def _related(self, k: int, base: Phrase, needed: tuple[Constraint, ...]) -> Iterator[Phrase]:
        """By a neighbour that can be identified by its looks alone."""
        region = self.model.regions[k]
        if region.granularity != "object":
            return
        for extra in ((), needed) if needed else ((),):
            for relation in ("on", "left of", "right of", "in front of", "behind", "next to"):
                for j, other in enumerate(self.model.regions):
                    if j == k or other.granularity != "object":
                        continue
                    landmark = self._plainly(j)
                    if landmark is not None:
                        yield _with(base, *extra, Constraint("relation", relation, landmark))

    def _plainly(self, k: int) -> Phrase | None:
        """A unique form of category and looks, for landmarks."""
        region = self.model.regions[k]
        base = Phrase(region.category, False)
        for phrase in (base, *(_with(base, look) for look in looks_of(region)), _with(base, *looks_of(region)[:2])):
            if self.unique(phrase, k):
                return phrase
        return None

    def _ranked(self, k: int, base: Phrase, needed: tuple[Constraint, ...]) -> Iterator[Phrase]:
        order = ("left", "right", "bottom", "top")
        if base.noun in ("slat", "shelf board", "foliage tier", "tier", "drawer", "step") or base.plural:
            order = ("bottom", "top", "left", "right")
        ranks = [Constraint("nth", f"{number} {side}") for number in range(2, 6) for side in order]
        ranks += [Constraint("nth", f"{number} {side}") for number in range(6, 9) for side in order[:1]]
        for extra in ((), needed) if needed else ((),):
            yield from (_with(base, *extra, rank) for rank in ranks)

    def _parts(self, k: int, region: Region) -> Iterator[Phrase]:
        """Candidates for parts and sets of parts: always with the whole."""
        base = Phrase(region.category, region.is_group)
        wholes = [Constraint("of", "", phrase) for j in self._whole_ids(k) if (phrase := self.identify(j))]
        looks = looks_of(region)[:2]
        depth = [Constraint("place", region.slots["depth"])] if "depth" in region.slots else []
        for whole in wholes:
            yield _with(base, whole)
        for whole in wholes:
            yield from (_with(base, whole, slot) for slot in depth)
            yield from (_with(base, whole, side) for side in SIDES[:2])
            yield from (_with(base, whole, slot, side) for slot in depth for side in SIDES[:2])
            yield from (_with(base, whole, look) for look in looks)
            yield from (_with(base, whole, side) for side in SIDES[2:])
            yield from (_with(base, whole, *corner) for corner in CORNERS)
            yield from (_with(base, whole, extreme) for extreme in EXTREMES)
            yield from (_with(base, whole, look, side) for look in looks for side in SIDES)
            yield from self._ranked(k, _with(base, whole), ())
            yield from (_with(base, whole, extreme) for extreme in SIZE_EXTREMES)
        yield from self._in_rows(k, base, looks)

    def _in_rows(self, k: int, base: Phrase, looks: list[Constraint]) -> Iterator[Phrase]:
        """By the row it is in: "the red book in the top row of books of the bookshelf"."""
        parent = self.model.regions[k].parent
        if parent is None or not self.model.world.by_id[parent].is_group:
            return
        row = self.identify(self.model.position[parent])
        if row is None:
            return
        inside = _with(base, Constraint("of", "", row))
        yield from (_with(inside, look) for look in looks)
        yield from (_with(inside, side) for side in (*SIDES, *EXTREMES[:2]))
        yield from self._ranked(k, inside, ())


def looks_of(region: Region) -> list[Constraint]:
    """What can be said of a region's look, in order of preference."""
    found = [Constraint(kind, region.attributes[kind]) for kind in ("color", "pattern") if kind in region.attributes]
    if region.attributes.get("material") in SEEN_MATERIALS:
        found.append(Constraint("material", region.attributes["material"]))
    return found


def _with(phrase: Phrase, *constraints: Constraint) -> Phrase:
    return combined(phrase, constraints)[0]


def _number(denoted: tuple[int, int]) -> int:
    return (denoted[0] | denoted[1]).bit_count()


def _positions(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
