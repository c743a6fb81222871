"""A model in which more is vague than false, and how much goodwill each region needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..logic import ANY_NOUN, RELATIVE, Constraint, Phrase
from ..meaning.bits import bits
from ..meaning.denote import SHADED, Model
from ..meaning.relations import relation_holds
from ..meaning.structure import Denotation, Structure, Truth
from ..words.lexicon import categories_of
from ..words.synonyms import loosely
from ..world import World, WorldRegion
from .careful import LOOKS, careful_model_of
from .preference import has_stem, is_stem, is_with_pot, leaves_out, means_blossom, of_two_colors, one_of_like, preferred
from .scales import GenerousScales

__all__ = ["GLASS", "SPREAD_OUT", "GenerousModel"]

SPREAD_OUT: Final = frozenset(
    {"pane", "foliage", "hill", "curb", "leaf", "fruit", "skirting board", "canvas", "railing"}
)
"""Categories of which one region may be several things to a viewer."""

COLLECTIVE: Final = frozenset({"foliage", "greenery", "plant", "bush", "shrub"})
"""What all leaves of a plant are called, not one of them."""

MUCH: Final = 0.1
"""A colour that covers this share of a thing, in all its parts, may be named as a colour of it."""

MOST: Final = 0.5
"""A thing without a colour of its own has the looks of a part that covers this share of it."""

JOINTS: Final = frozenset({"gray", "white", "black"})

GLASS: Final = frozenset({"pane", "windshield", "rear window", "side window", "window", "screen", "display", "lantern"})
"""Panes that are teal look blue to many."""

GEOMETRY: Final = frozenset({"left of", "right of", "in front of", "behind", "above", "below", "under"})
"""Relations of which the generous meaning is too loose for what a phrase is near to."""


class GenerousModel(Model):
    """A model in which more is vague than false.

    Attributes:
        exact: the careful model of the same world.
        composed: for every region, the colours of parts that make up much of it.
        colors: for every region, the colours that it shows beside its main one; if it has no main one, those of its
            parts.
        facts: memory of `checks.facts.holds`.
        shown: noun, and whether small parts count -> the colours of all that it may mean, and whether there is any.
    """

    def __init__(self, world: World, meanings: Mapping[str, Callable[[Any, Constraint], Denotation]]) -> None:
        super().__init__(world)
        self._named: dict[Phrase, Denotation] = {}
        self._bests: dict[Phrase, Denotation] = {}
        self.facts: dict[object, Truth] = {}
        self.shown: dict[tuple[str, bool], tuple[frozenset[str], bool]] = {}
        self._kinds: dict[int, str] = {}
        self._own_colors: dict[int, frozenset[str]] = {}
        self.exact = careful_model_of(world)
        self.composed = [self._composed(k) for k in range(len(world.regions))]
        self.colors = [
            _colors_of(region) | (self.composed[k] if _has_many_colors(region) else frozenset())
            for k, region in enumerate(world.regions)
        ]
        self.meanings = meanings
        self.scales: GenerousScales = GenerousScales(Structure(world))

    def _prefer_owners(self, constraint: Constraint, costs: dict[int, int]) -> None:
        """A thing that has such a part, "the cactus with its pot", is meant before another part of the same thing."""
        had = sum(self.denote(constraint.inner))
        for k in costs:
            if had & self.own(k) and not had & (self.below[k] | 1 << k):
                costs[k] += 2

    def _prefer_wholes(self, constraint: Constraint, costs: dict[int, int], named: int) -> None:
        """A thing beside its part, "dotted teapot, teal lid", is meant before what its word may mean at most."""
        had = sum(self.denote(constraint.inner))
        for k in costs:
            if not named >> k & 1 and any(had & self.below[j] & ~self.below[k] for j in bits(self.above[k] & named)):
                costs[k] += 2

    def _prefer_own_parts(self, constraint: Constraint, costs: dict[int, int], named: int) -> None:
        """The post "below the mailbox" is its own one; of boards under books, the nearest is surely so, too."""
        landmarks = sum(self.inner(constraint.inner))
        own = [k for k in costs if named >> k & 1 and self.above[k] & landmarks and not self.regions[k].is_group]
        for k in costs if own else ():
            costs[k] += 0 if k in own else 2
        boards = [k for k in costs if self.regions[k].category == "board"]
        if boards and landmarks and landmarks & (landmarks - 1) == 0:
            edge = self.regions[landmarks.bit_length() - 1].bottom
            nearest = min(boards, key=lambda k: abs(self.regions[k].y - edge))
            if self.exact.extension(constraint)[1] >> nearest & 1:
                costs[nearest] -= 1

    def kind(self, k: int) -> str:
        """Category of the object that a region belongs to, its own where it is one."""
        own = self.own(k)
        if own not in self._kinds:
            tops = (self.regions[j].category for j in bits(own) if not self.above[j] & own)
            self._kinds[own] = next(tops, "")
        return self._kinds[own]

    def own_colors(self, k: int) -> frozenset[str]:
        """All colours of the object that a region belongs to."""
        own = self.own(k)
        if own not in self._own_colors:
            colors = (self.colors[j] | {self.regions[j].attributes.get("color", "")} for j in bits(own))
            self._own_colors[own] = frozenset().union(*colors)
        return self._own_colors[own]

    def traces(self, k: int) -> frozenset[str]:
        """The colours of what has no region: joints of bricks, tiles and planks, lines and edges of a road."""
        region = self.regions[k]
        if region.category == "road":
            curbs = (other.attributes.get("color", "") for other in self.regions if other.category == "curb")
            return frozenset(("white", "gray", *curbs))
        return JOINTS if region.attributes.get("pattern") in ("brick", "tiles", "planks") else frozenset()

    def _composed(self, k: int) -> frozenset[str]:
        """The colours of parts that make up much of a region."""
        areas: dict[str, float] = {}
        for j in bits(self.below[k]):
            parts = (self.regions[i].area for i in bits(self.below[j]) if self.regions[i].parent == self.regions[j].id)
            bare = max(self.regions[j].area - sum(parts), 0.0)
            if bare and not self.regions[j].is_group:
                for color in (self.regions[j].attributes.get(key, "") for key in ("color", "accent")):
                    areas[color] = areas.get(color, 0.0) + bare
        return frozenset(color for color, area in areas.items() if color and area >= MUCH * self.regions[k].area)

    def named(self, phrase: Phrase) -> Denotation:
        """Loose nouns; plurals of one region of several pieces, or of a set of which one is seen."""
        if phrase not in self._named:
            true = self.exact.named(phrase)[0]
            loose = loosely(phrase.noun)
            vague = sum(
                1 << k
                for k, region in enumerate(self.regions)
                if region.category in loose and (phrase.plural or not region.is_group or region.parent is not None)
            )
            is_one_of_them = true and not phrase.plural and any(c.kind in ("most", "nth") for c in phrase.constraints)
            others = 0 if is_one_of_them else self.noun(phrase.noun, not phrase.plural)
            for k in bits(others):
                is_only = phrase.plural and not self.above[k] & true
                if self.regions[k].category in SPREAD_OUT or is_only:
                    vague |= 1 << k
            if phrase.plural and any(c.kind in RELATIVE for c in phrase.constraints):
                vague &= ~sum(1 << k for k in bits(vague & ~true) if self.above[k] & true)
            for had in (self.exact.extension(c)[0] for c in phrase.constraints if vague and is_with_pot(c)):
                if vague & ~true & had and not true & had:  # "the cactus with its pot" is the plant
                    true, vague = 0, vague & had
            self._named[phrase] = true, vague & ~true
        return self._named[phrase]

    def _denote(self, phrase: Phrase) -> Denotation:
        """Words that compare leave some of what fits best: the right black chair is no striped one farther right.

        Of a place in front, or at the back, and another, what the careful hearing leaves is left, if nothing else of
        that name is.
        """
        true, vague = super()._denote(phrase)
        relative = [c for c in phrase.constraints if c.kind in RELATIVE]
        if not relative:
            return true, vague
        is_deep = len(relative) > 1 and any(c.value in ("front", "back") for c in relative)
        if is_deep and not (true | vague) & self.exact.named(phrase)[0]:
            vague |= sum(self.exact.denote(phrase)) & ~true
        rest = phrase._replace(constraints=tuple(c for c in phrase.constraints if c not in relative))
        every = sum(self.denote(rest))
        is_of_looks = {c.kind for c in rest.constraints} <= LOOKS and len(relative) == 1
        if vague and not true and rest.constraints and is_of_looks and every & (every - 1):
            costs = self.goodwill(rest, every)
            best = sum(1 << k for k, cost in costs.items() if cost == min(costs.values()))
            is_left = bool(vague & best)
            for constraint in relative if not is_left else ():
                best = sum(self.scales.narrow(constraint, best, 0, 0))
            vague |= 0 if is_left else best
        return true, vague

    def is_counted(self, k: int) -> bool:
        """Whether it is one of a set, or a set, whose number is certain, so that it is not several things itself."""
        region = self.regions[k]
        group = region if region.is_group else self.world.by_id.get(region.parent or "", region)
        return group.is_group and group.category == region.category and group.count > 0

    def related(self, constraint: Constraint, among: int) -> Denotation:  # noqa: ARG002 -- all are asked for anyway
        """Which of all regions stand in a relation."""
        return self.extension(constraint)

    def best(self, phrase: Phrase) -> Denotation:
        """Of the regions that a phrase may mean, those that need the least goodwill."""
        best = self._bests.get(phrase)
        if best is None:
            best = self._bests[phrase] = self._best(phrase)
        return best

    def _best(self, phrase: Phrase) -> Denotation:
        true, vague = self.denote(phrase)
        every = true | vague
        if every & (every - 1) == 0:
            return true, vague
        sure = self.exact.denote(phrase)[0]
        if sure and not phrase.plural and sure & (sure - 1) == 0:
            return sure, 0
        if true & (true - 1) and not phrase.plural and phrase.constraints:
            return self.likeliest(phrase, true, entire=True)[1], 0
        if true:
            return true, vague & self.exact.named(phrase)[0]
        return 0, self.likeliest(phrase, vague, entire=True)[1]

    def likeliest(self, phrase: Phrase, candidates: int, *, entire: bool = False) -> tuple[int, int]:
        """The least goodwill that any candidate needs, and those that need no more and fit best.

        Args:
            phrase: what is said.
            candidates: bit mask of regions that it may mean.
            entire: whether a flower is all of it, since parts of it are meant.
        """
        costs = self.goodwill(phrase, candidates, entire=entire)
        least = min(costs.values())
        return least, preferred(self, phrase, sum(1 << k for k, cost in costs.items() if cost == least))

    def members(self, phrase: Phrase) -> int:
        """The single things that a plural is about, if there are so many; with loose nouns only where no others are."""
        number = next((int(c.value) for c in phrase.constraints if c.kind == "count"), 2)
        rest = tuple(c for c in phrase.constraints if c.kind != "count")
        single = phrase._replace(plural=False, constraints=rest)
        true, vague = self.denote(single)
        colors = [c for c in rest if c.kind in ("color", "accent")]
        if not true | vague and len(colors) == 2 and not any(c.kind == "pattern" for c in rest):
            plain = tuple(c for c in rest if c not in colors)  # "the black and orange vans"
            for color in colors:
                vague |= sum(self.denote(single._replace(constraints=(Constraint("color", color.value), *plain))))
        strict = self.exact.named(single)[0]
        if (true | vague) & strict:
            true, vague = true & strict, vague & strict
        return true | vague if (true | vague).bit_count() >= number else 0

    def inner(self, phrase: Phrase) -> Denotation:
        """What a phrase inside another one denotes; of a plural without a set of its own, the single things."""
        true, vague = self.best(phrase)
        clear = self._clearly_related(phrase)
        true, vague = true & clear, vague & clear
        if true or vague or not phrase.plural:
            return true, 0 if true else vague
        return 0, self.members(phrase)

    def _clearly_related(self, phrase: Phrase) -> int:
        """The regions that need no loose relation: goodwill is for the region meant, not for what is near it."""
        every = (1 << len(self.regions)) - 1
        for constraint in phrase.constraints:
            if constraint.kind == "relation" and constraint.value in GEOMETRY:
                landmarks = list(bits(sum(self.inner(constraint.inner))))
                every &= sum(
                    1 << k
                    for k in range(len(self.regions))
                    if any(relation_holds(self, constraint.value, k, j) is not False for j in landmarks)
                )
        return every

    def _shown_by_most(self, looks: int) -> int:
        """The things without a colour of their own of which a part with such looks is most: a picture's canvas."""
        mask = 0
        for j in bits(looks):
            for k in bits(self.above[j]):
                whole = self.regions[k]
                is_bare = "color" not in whole.attributes and not whole.is_group
                mask |= (is_bare and self.regions[j].area >= MOST * whole.area) << k
        return mask

    def goodwill(self, phrase: Phrase, candidates: int, *, entire: bool = False) -> dict[int, int]:
        """For each candidate, how much of a phrase is not certainly true of it."""
        named, stemmed = self.exact.named(phrase)[0], has_stem(phrase)
        costs = self._noun_costs(phrase, candidates, entire=entire)
        wholes, bare = 0, 0 if phrase.noun == ANY_NOUN or leaves_out(phrase) else named
        for constraint in phrase.constraints:
            if constraint.kind in RELATIVE:
                certain, _ = self.scales.narrow(constraint, candidates, 0, wholes)
                for k in costs:
                    costs[k] += not certain >> k & 1
                continue
            if constraint.kind == "of":
                whole, maybe = self.denote(constraint.inner)
                wholes |= whole | maybe
            self._add_cost(constraint, costs, bare, stemmed=stemmed)
            if constraint.kind == "color" and not any(c.kind in ("accent", "pattern") for c in phrase.constraints):
                for k in bits(of_two_colors(self, named & self.exact.extension(constraint)[0] & candidates)):
                    costs[k] += 1
            if constraint.kind == "about":
                self._prefer_wholes(constraint, costs, named)
            if constraint.kind == "relation" and constraint.value in ("under", "below"):
                self._prefer_own_parts(constraint, costs, named)
        return costs

    def _noun_costs(self, phrase: Phrase, candidates: int, *, entire: bool) -> dict[int, int]:
        """For each candidate, how much of the noun and its number is not certainly true of it."""
        named, covered = self.exact.named(phrase)[0], categories_of(phrase.noun) or frozenset()
        costs = {k: 0 if named >> k & 1 else 1 if self.regions[k].category in covered else 2 for k in bits(candidates)}
        blossoms, stemmed = not entire and means_blossom(phrase), has_stem(phrase)
        for k in costs:
            region = self.regions[k]
            if blossoms and region.category in ("flower", "blossom"):
                costs[k] = int(region.category == "flower")
            if stemmed and region.category in ("flower", "blossom"):
                costs[k] = 2 * (region.category == "blossom")
            if phrase.noun in COLLECTIVE and region.category in ("leaf", "foliage tier"):
                costs[k] += not region.is_group
            elif region.category not in SPREAD_OUT or (phrase.plural and self.is_counted(k)):
                costs[k] += region.is_group != phrase.plural
        for k in bits(one_of_like(self, candidates)) if phrase.plural and not entire else ():
            costs[k] += 3
        return costs

    def _add_cost(self, constraint: Constraint, costs: dict[int, int], bare: int, *, stemmed: bool) -> None:
        """Add what one constraint costs each candidate; of the `bare` ones, a part may show the looks."""
        exact, margin = self.exact.extension(constraint)
        if constraint.kind in ("color", "accent", "pattern"):
            exact |= bare & self._shown_by_most(exact)
        if stemmed and constraint.kind in ("with", "about") and is_stem(constraint):
            for k in costs:
                costs[k] += not exact >> k & 1  # every flower has one
            return
        loose = self.extension(constraint)[0] | (margin if constraint.kind in ("of", "relation") else 0)
        for k in costs:
            costs[k] += 0 if exact >> k & 1 else 1 if loose >> k & 1 else 2
        if constraint.kind == "with":
            self._prefer_owners(constraint, costs)


def _has_many_colors(region: WorldRegion) -> bool:
    """Whether it has the colours of its parts: what has none of its own, and a bed, which has that of its blanket."""
    return "color" not in region.attributes or region.category == "bed"


def _colors_of(region: WorldRegion) -> frozenset[str]:
    """The colours that a region shows beside its main one: in light and shadow, in its pattern."""
    accents = filter(None, (region.attributes.get("accent"), region.faint.get("accent")))
    sky = ("blue",) if region.category in GLASS and region.attributes.get("color") == "teal" else ()
    clouds = ("white",) if sky and region.category in ("screen", "display") else ()
    colors = (*region.maybe_colors, *region.shades, *accents, *sky, *clouds)
    main = region.attributes.get("color", "")
    return frozenset((*colors, *(gray for gray, like in SHADED.items() if not like.keys().isdisjoint((main, *colors)))))
