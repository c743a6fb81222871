"""What to say of a region to tell it from all others: the search for logical forms.

The incremental algorithm of Dale and Reiter, "Computational Interpretations of the Gricean Maxims in the Generation of
Referring Expressions" (Cognitive Science 19, 1995), with a fixed order of preference: looks, then the whole and the
place in it, then parts, sizes, places and extremes, neighbours, and ranks last. A logical form is accepted only if it
is true of the region, certainly false of every other one, and needs every place, size, part and neighbour it names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from ...listener.logic import Constraint, Phrase
from ...listener.meaning.bits import bits
from ...listener.meaning.denote import Model
from ...listener.world import WorldRegion
from .forms import extended, extended_by_one, in_both_colors
from .manner import SCENES, Manner

__all__ = ["Referrer"]

Constraints = tuple[Constraint, ...]

SIZES: Final = tuple(Constraint("size", value) for value in ("big", "small"))
SIZE_EXTREMES: Final = tuple(Constraint("most", value) for value in ("big", "small", "tall", "short"))
PLACES: Final = {value: Constraint("place", value) for value in ("left", "right", "top", "bottom", "middle")}
EXTREMES: Final = {value: Constraint("most", value) for value in ("left", "right", "top", "bottom")}
DEPTHS: Final = tuple(Constraint("place", value) for value in ("front", "back"))
NEARNESS: Final = tuple(Constraint("most", value) for value in ("front", "back"))
TALL_THINGS: Final = frozenset(
    {"tree", "pine", "street lamp", "lamp", "bottle", "vase", "house", "robot", "bookshelf"}
    | {"floor lamp", "table lamp", "wardrobe", "candle", "candlestick"}
)
"""Things of which the tallest is spoken of."""
UNREMARKABLE: Final = frozenset(
    {"body", "wheel", "windshield", "side window", "rear window", "pane", "headlight", "taillight", "leaf", "soil"}
    | {
        "drink",
        "stem",
        "license plate",
        "grille",
        "front bumper",
        "chassis",
        "axle",
        "fruit",
        "flower",
        "base",
        "cabin",
    }
)
"""Parts whose colour does not help to find a thing."""
NEEDED: Final = frozenset({"place", "most", "nth", "size", "with", "relation"})
"""Constraints that are only said where nothing else tells the region from others."""
WHOLE_FORMS: Final = 3
"""How many ways to name a whole are tried for its parts."""


class Referrer:
    """Finds logical forms for the regions of one model, and remembers them."""

    def __init__(self, model: Model, manner: Manner = SCENES) -> None:
        self.model = model
        self.manner = manner
        self._found: dict[int, list[Phrase]] = {}
        self._spread: dict[int, tuple[float, float]] = {}

    def identify(self, k: int) -> Phrase | None:
        """The preferred logical form of region k."""
        return next(iter(self.forms(k)), None)

    def forms(self, k: int) -> list[Phrase]:
        """All logical forms found that denote region k alone, in order of preference."""
        if k not in self._found:
            region = self.model.regions[k]
            candidates = self._parts(k, region) if self._wholes(k) else self._things(k, region)
            candidates = (in_both_colors(form, region) for form in candidates)
            self._found[k] = [form for form in dict.fromkeys(candidates) if self._accepts(form, k)]
        return self._found[k]

    def unique(self, phrase: Phrase, k: int) -> bool:
        """Whether a phrase certainly denotes region k and nothing else, not even vaguely."""
        return self.model.denote(phrase) == (1 << k, 0)

    def shortest(self, phrase: Phrase, k: int) -> Phrase:
        """The phrase without the constraints that it can do without, the last first; two colours go together."""
        for constraint in reversed(phrase.constraints):
            if constraint.kind == "accent":
                continue
            dropped = (
                constraint,
                *(c for c in phrase.constraints if c.kind == "accent" and constraint.kind == "color"),
            )
            less = phrase._replace(constraints=tuple(c for c in phrase.constraints if c not in dropped))
            if self.unique(less, k):
                phrase = less
        return phrase

    def _accepts(self, form: Phrase, k: int) -> bool:
        if not self.unique(form, k) or not self._sized_in_space(form, k):
            return False
        without = (
            form._replace(constraints=tuple(other for other in form.constraints if other is not constraint))
            for constraint in form.constraints
            if constraint.kind in NEEDED
        )
        return not any(self.unique(less, k) for less in without)

    def _sized_in_space(self, form: Phrase, k: int) -> bool:
        """Whether the sizes named hold for the things themselves too, not only for how large they look from here."""
        region = self.model.regions[k]
        sizes = [c for c in form.constraints if c.kind == "size" or c in SIZE_EXTREMES]
        if not sizes or (region.distance is None and self.manner.extents is None):
            return True
        others = [self.model.regions[j] for j in bits(self.model.noun(form.noun, form.plural)) if j != k]
        if self.manner.extents is not None or region.distance is None:
            return self.manner.differs_in_extent(region, others, sizes[0].value)
        own = region.area * region.distance**2
        sizes_of_others = [other.area * other.distance**2 for other in others if other.distance is not None]
        large = sizes[0].value in ("big", "tall")
        return all(own >= size if large else own <= size for size in sizes_of_others)

    def _wholes(self, k: int) -> list[int]:
        """What a part may be named by: the object first, then the nearest part that holds it; never a set."""
        chain = [self.model.position[name] for name in self.model.world.ancestors(self.model.regions[k].id)]
        wholes = [j for j in chain if not self.model.regions[j].is_group]
        return wholes[-1:] + wholes[:1] if len(wholes) > 1 else wholes

    # Things: objects, groups of objects, background.

    def _things(self, k: int, region: WorldRegion) -> Iterator[Phrase]:
        base = Phrase(region.category, region.is_group)
        yield base
        looks = self.manner.looks(region)
        yield from (extended(base, look) for look in looks)
        needed = self._needed_looks(base, looks)
        yield extended(base, *needed)
        if region.is_group:
            return
        bases = [base] if base == extended(base, *needed) else [base, extended(base, *needed)]
        bases = [start for start in bases if self._can_be_narrowed(start, k)]
        features = self.features(k) if bases else []
        for start in bases:
            yield from (extended(start, feature) for feature in features)
            yield from self._sides(start, across_only=region.granularity == "object")
            yield from (extended(start, extreme) for extreme in (*NEARNESS, *SIZES, *SIZE_EXTREMES[:2]))
            if region.category in self.manner.corners:
                yield from (extended(start, PLACES[side], depth) for depth in DEPTHS for side in ("left", "right"))
        for start in bases:
            if region.granularity == "object":
                yield from self._related(k, start)
            yield from self._ranks(k, start, ("left", "right"))
        if region.category in TALL_THINGS:
            yield from (extended(start, extreme) for start in bases for extreme in SIZE_EXTREMES[2:])

    def _can_be_narrowed(self, start: Phrase, k: int) -> bool:
        """Whether a phrase fits region k and others: only then can it need a place, size, part or neighbour more."""
        true, vague = self.model.denote(start)
        return bool((true | vague) >> k & 1) and (true, vague) != (1 << k, 0)

    def _needed_looks(self, base: Phrase, looks: Sequence[Constraint]) -> Constraints:
        """Attributes taken one after another as long as each rules something out."""
        taken: Constraints = ()
        left = _number(self.model.denote(base))
        for look in looks:
            fewer = _number(self.model.denote(extended(base, *taken, look)))
            if fewer < left:
                taken, left = (*taken, look), fewer
        return taken

    def features(self, k: int) -> list[Constraint]:
        """Parts of a colour of their own, the larger first: "with a red door"."""
        regions = self.model.regions
        own = {regions[k].attributes.get("color"), None}
        parts = [j for j in bits(self.model.below[k]) if regions[j].granularity in ("part", "group")]
        if self.manner.indoors:  # not "the chair with a gray leg" for one with gray legs
            pieces = {name for j in parts for name in regions[j].members}
            parts = [j for j in parts if regions[j].id not in pieces]
        features: list[Constraint] = []
        for j in sorted(parts, key=lambda j: -regions[j].area):
            part = regions[j]
            color = part.attributes.get("color")
            if color not in own and part.category not in UNREMARKABLE and len(features) < 6:
                own.add(color)
                colored = Phrase(part.category, part.is_group, (Constraint("color", str(color)),))
                features.append(Constraint("with", "", in_both_colors(colored, part)))
        return [*features, *self._carried(k)] if regions[k].category in self.manner.carriers else features

    def _carried(self, k: int) -> Iterator[Constraint]:
        """What stands on it, the larger first."""
        own = self.model.regions[k].id
        things = [region for region in self.model.regions if region.supported_by == own]
        for thing in sorted(things, key=lambda thing: -thing.area):
            bare = Phrase(thing.category)
            looks = [look for look in self.manner.looks(thing) if look.kind == "color"]
            yield from (
                Constraint("with", "", in_both_colors(phrase, thing))
                for phrase in dict.fromkeys((bare, extended(bare, *looks)))
            )

    def _related(self, k: int, base: Phrase) -> Iterator[Phrase]:
        """By a neighbour that is known by its looks alone."""
        return (extended(base, relation) for relation in self.relations(k))

    def relations(self, k: int) -> Iterator[Constraint]:
        """Places by neighbours that are known by their looks alone; whether they hold is not asked yet."""
        least = 0.5 * self.model.regions[k].area
        for relation in self.manner.relations:
            for j, landmark in self._landmarks:
                other = self.model.regions[j]
                if j != k and other.area >= least and self.manner.suits(relation, self.model.regions[k], other):
                    yield Constraint("relation", relation, landmark)

    @cached_property
    def _landmarks(self) -> list[tuple[int, Phrase]]:
        landmarks = []
        for j, region in enumerate(self.model.regions):
            if region.granularity == "object":
                base = Phrase(region.category)
                looks = self.manner.looks(region)
                phrases = [base, *(extended(base, look) for look in looks), extended(base, *looks[:2])]
                phrases = [in_both_colors(phrase, region) for phrase in phrases]
                landmarks += [(j, phrase) for phrase in phrases if self.unique(phrase, j)][:1]
        return landmarks

    # Parts and sets of parts: always with their whole.

    def _parts(self, k: int, region: WorldRegion) -> Iterator[Phrase]:
        base = Phrase(region.category, region.is_group)
        named = [(j, self._ways_to_name(j, k)) for j in self._wholes(k)]
        first = [extended(base, whole) for _, ways in named for whole in ways[:1]]
        looks = self.manner.looks(region)[:2]
        color = [look for look in looks if look.kind == "color"]
        bare = [extended(base, Constraint("of", "", Phrase(self.model.regions[j].category))) for j, _ in named]
        yield from first
        if not all(ways for _, ways in named):
            yield from (extended(start, look) for start in bare for look in color)
        yield from self._in_rows(k, base, looks)
        for start in first:
            if self._can_be_narrowed(start, k):
                yield from self._spots(k, region, start)
            yield from (extended(start, look) for look in looks)
        for start in first:
            colored = [extended(start, look) for look in color]
            yield from (placed for one in colored if self._can_be_narrowed(one, k) for placed in self._sides(one))
            if not region.is_group and self._can_be_narrowed(start, k):
                yield from (extended(start, extreme) for extreme in SIZE_EXTREMES[:2])
        for _, ways in named:
            for start in [extended(base, way) for way in ways[1:]]:
                yield start
                if self._can_be_narrowed(start, k):
                    yield from self._spots(k, region, start)
        yield from (extended(start, *color) for start in bare)

    def _ways_to_name(self, whole: int, part: int) -> list[Constraint]:
        """Ways to say whose part it is, without naming the part itself: not "the legs of the table with red legs"."""
        ways: list[Constraint] = []
        kinds: set[frozenset[str]] = set()
        for form in self.forms(whole):
            kind = frozenset([constraint.kind for constraint in form.constraints])
            features = [c.inner for c in form.constraints if c.kind == "with"]
            if kind not in kinds and not any(self.model.denote(feature)[0] >> part & 1 for feature in features):
                kinds.add(kind)
                ways.append(Constraint("of", "", form))
                if len(ways) == WHOLE_FORMS:
                    break
        return ways

    def _spots(self, k: int, region: WorldRegion, start: Phrase) -> Iterator[Phrase]:
        """Places in the whole: front, left front, top left, second from the bottom."""
        depth = [Constraint("place", region.slots["depth"])] if "depth" in region.slots else []
        yield from (extended(start, slot) for slot in depth)
        corners = [placed for slot in depth for placed in self._sides(extended(start, slot), across_only=True)]
        yield from (
            (*corners, *self._sides(start))
            if region.category in self.manner.corners
            else (*self._sides(start), *corners)
        )
        across, down = self._spreads(start)
        down = 0.0 if self._is_level(start) else down
        if across > 0.5 * down and down > 0.5 * across:
            for rows in ("top", "bottom"):
                for columns in ("left", "right"):
                    yield extended(start, PLACES[rows], PLACES[columns])
        directions = ("bottom", "top", "left", "right") if down > across else ("left", "right", "bottom", "top")
        yield from self._ranks(k, start, directions[:2])

    def _sides(self, start: Phrase, *, across_only: bool = False) -> Iterator[Phrase]:
        """Left, right, top, bottom, middle, then the extremes, along the axes that the candidates spread over."""
        across, down = self._spreads(start)
        across_only = across_only or self._is_level(start)
        values: tuple[str, ...] = ("left", "right") if across_only or across > 0.4 * down else ()
        if not across_only and down > 0.7 * across:
            values = ("top", "bottom", *values) if down > across else (*values, "top", "bottom")
        yield from [extended_by_one(start, PLACES[value]) for value in values]
        if not (self.manner.indoors and across_only and down > across):  # the middle one is that from left to right
            yield extended_by_one(start, PLACES["middle"])
        yield from [extended_by_one(start, EXTREMES[value]) for value in values]

    def _is_level(self, phrase: Phrase) -> bool:
        """Whether among the candidates for a phrase some are level with the others."""
        if not self.manner.level:
            return False
        true, vague = self.model.denote(phrase)
        return any(self.model.regions[j].id in self.manner.level for j in bits(true | vague))

    def _spreads(self, phrase: Phrase) -> tuple[float, float]:
        """How far the candidates for a phrase are spread across and down the picture."""
        true, vague = self.model.denote(phrase)
        every = true | vague
        spread = self._spread.get(every)
        if spread is None:
            regions = [self.model.regions[j] for j in bits(every)] or [self.model.regions[0]]
            xs, ys = [region.x for region in regions], [region.y for region in regions]
            spread = self._spread[every] = max(xs) - min(xs), max(ys) - min(ys)
        return spread

    def _ranks(self, k: int, start: Phrase, directions: Sequence[str]) -> Iterator[Phrase]:
        """The rank from the nearer end first."""
        true, vague = self.model.denote(start)
        candidates = (true | vague).bit_count()
        if not (true | vague) >> k & 1 or candidates < 3:
            return
        for number in range(2, min(candidates - 1, 9) + 1):
            if number <= (candidates + 1) // 2:
                yield from (extended(start, Constraint("nth", f"{number} {side}")) for side in directions)

    def _in_rows(self, k: int, base: Phrase, looks: Sequence[Constraint]) -> Iterator[Phrase]:
        """By the row it is in: "the red book in the top row of books of the bookshelf"."""
        parent = self.model.regions[k].parent
        if parent is None or not self.model.world.by_id[parent].is_group:
            return
        row = self.identify(self.model.position[parent])
        if row is not None and any(constraint.kind in ("place", "nth", "most") for constraint in row.constraints):
            inside = extended(base, Constraint("of", "", row))
            yield from (extended(inside, look) for look in looks)
            if self._can_be_narrowed(inside, k):
                yield from self._sides(inside, across_only=True)
                yield from self._ranks(k, inside, ("left", "right"))


def _number(denoted: tuple[int, int]) -> int:
    return (denoted[0] | denoted[1]).bit_count()
