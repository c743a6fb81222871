"""A second hearing for captions that mean nothing when taken exactly: what a person would still let pass.

White in the shade may be called gray, a knob of a few pixels is a knob, the soil in the pot of a cactus is the soil of
the cactus. Whatever is only so is vague: it can make a region the only candidate, never one among certain ones.
"""

from __future__ import annotations

from typing import Final

from .bits import bits
from .denote import MEANINGS, RELATIVE, Model
from .lexicon import categories_of, loosely
from .logic import BOTH, UNKNOWN_NOUN, Constraint, Phrase
from .relations import relation_holds
from .scales import SIDES, Scales
from .structure import Denotation, Truth
from .world import World, WorldRegion

__all__ = ["GenerousModel", "careful_model_of", "generous_model_of"]

SPREAD_OUT: Final = frozenset(
    {"pane", "foliage", "hill", "curb", "leaf", "fruit", "skirting board", "canvas", "railing"}
)
"""Categories of which one region may be several things to a viewer."""
CLEAR: Final = 80 / 448**2
"""Smaller members of a group may not be counted."""
SHELVES: Final = frozenset({"shelf", "board", "level", "tier", "row"})
GEOMETRY: Final = frozenset({"left of", "right of", "in front of", "behind", "above", "below", "under"})
SMALLEST_SPAN: Final = 0.04
"""Things that are spread over less than this share of the picture are not on different sides."""
NEARBY: Final = 0.15
"""Things farther apart than this share of the picture are not next to each other."""
NEARER_PART: Final = 0.42
"""The same within a whole, or among others."""
NEARER_HALF: Final = 0.48
"""Beyond this share of a span a thing is not on that side of it."""
LYING: Final = frozenset(
    {"floor", "tabletop", "tablecloth", "lawn", "pavement", "gravel", "dirt", "snow", "sand", "road", "rug", "placemat",
     "wall", "sky"}
)  # fmt: skip
"""Surroundings on which all else is."""
INHERENT: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(
        ("car", "van", "bus", "truck", "cabin", "cab"),
        frozenset({"roof", "door", "top", "front bumper", "window", "windshield", "side window", "handle", "frame"}),
    ),
    **dict.fromkeys(
        ("window", "frame", "window frame"), frozenset({"sill", "slat", "crossbar", "window frame", "post"})
    ),
    "chair": frozenset({"frame", "post", "back"}), "bed": frozenset({"frame", "post"}),
    "bench": frozenset({"frame", "post", "support", "back"}), "sofa": frozenset({"back", "frame", "base"}),
    "robot": frozenset({"chest", "limb", "face"}), "bowl": frozenset({"base", "foot"}),
    "bookshelf": frozenset({"shelf", "frame", "back"}), "stool": frozenset({"frame"}), "mug": frozenset({"base"}),
    "armchair": frozenset({"back", "frame"}), "cactus": frozenset({"branch", "trunk", "stem"}),
    "television": frozenset({"frame"}), "table": frozenset({"top"}), "house": frozenset({"door", "front"}),
    "mailbox": frozenset({"front", "opening"}), "vase": frozenset({"neck", "base"}), "lamp": frozenset({"stand"}),
    "wagon": frozenset({"side panel", "box"}), "picture": frozenset({"frame"}), "tree": frozenset({"branch"}),
}  # fmt: skip
"""Parts that things of a category have and that are not regions."""
SIMILAR_PATTERNS: Final = {
    ("stripes", "rings"), ("rings", "stripes"), ("checker", "tiles"), ("tiles", "checker"), ("stripes", "planks"),
    ("planks", "stripes"),
}  # fmt: skip


class CarefulScales(Scales):
    """What is alone is not called leftmost where it is on the right."""

    def _extreme(self, k: int, group: list[int], value: str) -> Truth:
        if len(group) == 1 and value in SIDES:
            return self._alone(k, value)
        return super()._extreme(k, group, value)


class CarefulModel(Model):
    """The exact model as captions are heard; those that are written need not be told what nobody would say."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.scales = CarefulScales(self)


def careful_model_of(world: World) -> CarefulModel:
    """The careful model of a world, built once."""
    model = world.__dict__.get("careful_model")
    if not isinstance(model, CarefulModel):
        model = world.__dict__["careful_model"] = CarefulModel(world)
    return model


class GenerousScales(Scales):
    """Places and extremes of parts go by the whole's, by the picture, and by how far down they are seen."""

    def _extreme(self, k: int, group: list[int], value: str) -> Truth:
        if len(group) == 1 and value in SIDES:
            return None if self.on_side(k, value) else False
        return super()._extreme(k, group, value)

    def _sized(self, k: int, group: list[int], value: str) -> Truth:
        return super()._sized(k, group, value) or None  # sizes may be meant in space

    def _placed(self, k: int, value: str, group: list[int]) -> Truth:
        if value in ("front", "back"):
            own = self._depth(k)
            if own is not None:
                return own == value
        holds = super()._placed(k, value, group)
        if holds or value not in SIDES:
            return holds
        return None if self._nearer_half(k, value, group) else False

    def on_side(self, k: int, value: str) -> bool:
        """Whether a region is on a side, of the picture, its whole, or those like it in the same whole."""
        region = self._model.regions[k]
        whole = self._whole(k)
        rivals = self._model.noun(region.category, region.is_group)
        if whole is not None:
            rivals &= self._model.below[self._model.position[whole.id]]
        return self._nearer_half(k, value, [*bits(rivals | 1 << k)]) or (
            whole is not None and self._nearer_half(k, value, [k])
        )

    def _nearer_half(self, k: int, value: str, group: list[int]) -> bool:
        """Whether it is in that half: of those compared or of its whole, or of the picture."""
        region, whole = self._model.regions[k], self._whole(k)
        spans = [(0.0, 1.0, 0.0, 1.0, NEARER_HALF)]
        if len(group) > 1:
            others = [self._model.regions[j] for j in group]
            xs, ys = [other.x for other in others], [other.y for other in others]
            spans.append((min(xs), max(xs), min(ys), max(ys), NEARER_PART))
        elif whole is not None:
            spans.append((whole.left, whole.right, whole.top, whole.bottom, NEARER_PART))
        for left, right, top, bottom, least in spans:
            low, high, own = (left, right, region.x) if value in ("left", "right") else (top, bottom, region.y)
            if high - low < SMALLEST_SPAN:
                continue
            share = (own - low) / (high - low)
            if (share if value in ("left", "top") else 1 - share) < least:
                return True
        return False

    def _depth(self, k: int) -> str | None:
        """Front or back of the part, or of the part that it is a part of."""
        for j in (k, *reversed(list(bits(self._model.above[k])))):
            depth = self._model.regions[j].slots.get("depth")
            if depth is not None:
                return depth
        return None

    def _measure(self, value: str, k: int) -> float | None:
        measure = super()._measure(value, k)
        if measure is None and value in ("front", "back"):
            region = self._model.regions[k]
            measure = region.bottom if value == "front" else -region.bottom
        return measure


class GenerousModel(Model):
    """A model in which more is vague than false."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._named: dict[Phrase, Denotation] = {}
        self.facts: dict[object, Truth] = {}
        self.exact = careful_model_of(world)
        self.meanings = {**MEANINGS, **_GENEROUS}
        self.scales: GenerousScales = GenerousScales(self)

    def named(self, phrase: Phrase) -> Denotation:
        """Loose nouns; plurals of one region of several pieces, or of a set of which one is seen."""
        if phrase not in self._named:
            true = self.noun(phrase.noun, phrase.plural)
            loose = loosely(phrase.noun)
            vague = sum(1 << k for k, region in enumerate(self.regions) if region.category in loose)
            for k in bits(self.noun(phrase.noun, not phrase.plural)):
                if self.regions[k].category in SPREAD_OUT or (phrase.plural and not self.above[k] & true):
                    vague |= 1 << k
            self._named[phrase] = true, vague & ~true
        return self._named[phrase]

    def best(self, phrase: Phrase) -> Denotation:
        """Of the regions that a phrase may mean, those that need the least goodwill."""
        true, vague = self.denote(phrase)
        if true:
            return true, vague & self.exact.named(phrase)[0]
        if vague & (vague - 1) == 0:
            return true, vague
        costs = self.goodwill(phrase, vague)
        least = min(costs.values())
        return 0, sum(1 << k for k, cost in costs.items() if cost == least)

    def members(self, phrase: Phrase) -> int:
        """The single things that a plural is about, if there are so many; with loose nouns only where no others are."""
        number = next((int(c.value) for c in phrase.constraints if c.kind == "count"), 2)
        rest = tuple(c for c in phrase.constraints if c.kind != "count")
        single = phrase._replace(plural=False, constraints=rest)
        true, vague = self.denote(single)
        strict = self.exact.named(single)[0]
        if (true | vague) & strict:
            true, vague = true & strict, vague & strict
        return true | vague if (true | vague).bit_count() >= number >= true.bit_count() else 0

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

    def goodwill(self, phrase: Phrase, candidates: int) -> dict[int, int]:
        """For each candidate, how much of a phrase is not certainly true of it."""
        named = self.exact.named(phrase)[0]
        covered = categories_of(phrase.noun) or frozenset()
        costs = {k: 0 if named >> k & 1 else 1 if self.regions[k].category in covered else 2 for k in bits(candidates)}
        wholes = 0
        for constraint in phrase.constraints:
            if constraint.kind in RELATIVE:
                certain, _ = self.scales.narrow(constraint, candidates, 0, wholes)
                for k in costs:
                    costs[k] += not certain >> k & 1
                continue
            if constraint.kind == "of":
                whole, maybe = self.denote(constraint.inner)
                wholes |= whole | maybe
            exact, loose = self.exact.extension(constraint)[0], self.extension(constraint)[0]
            for k in costs:
                costs[k] += 0 if exact >> k & 1 else 1 if loose >> k & 1 else 2
        return costs


def generous_model_of(world: World) -> GenerousModel:
    """The generous model of a world, built once."""
    model = world.__dict__.get("generous_model")
    if not isinstance(model, GenerousModel):
        model = world.__dict__["generous_model"] = GenerousModel(world)
    return model


def _colors_of(model: Model, k: int) -> set[str]:
    region = model.regions[k]
    colors = {*region.maybe_colors, *region.shades}
    colors.update(word for word in (region.attributes.get("accent"), region.faint.get("accent")) if word)
    return colors


def _color(model: Model, constraint: Constraint) -> Denotation:
    def truth(k: int) -> Truth:
        members = model.regions[k].members
        if members and "color" not in model.regions[k].attributes:
            each = [truth(j) for j in model.members_of(k)]
            return False if False in each else None
        if model.regions[k].attributes.get("color") == constraint.value:
            return True
        return None if constraint.value in _colors_of(model, k) else False

    return model.where(truth)


def _accent(model: Model, constraint: Constraint) -> Denotation:
    def truth(k: int) -> Truth:
        region = model.regions[k]
        if region.attributes.get("accent") == constraint.value:
            return True
        seen = _colors_of(model, k) | {region.attributes.get("color", "")}
        return None if constraint.value in seen else False

    return model.where(truth)


def _pattern(model: Model, constraint: Constraint) -> Denotation:
    def truth(k: int) -> Truth:
        region = model.regions[k]
        seen = region.attributes.get("pattern", "plain")
        if seen == constraint.value:
            return True
        drawn = region.faint.get("pattern", seen)
        if drawn == constraint.value or seen == "unclear" or (drawn, constraint.value) in SIMILAR_PATTERNS:
            return None
        return False

    return model.where(truth)


def _material(model: Model, constraint: Constraint) -> Denotation:
    true, _ = MEANINGS["material"](model, constraint)
    return true, ((1 << len(model.regions)) - 1) & ~true


def _count(model: Model, constraint: Constraint) -> Denotation:
    """Members of a few pixels may be counted or not."""
    number = int(constraint.value)

    def truth(k: int) -> Truth:
        region = model.regions[k]
        if region.count == number:
            return True
        if not region.members:
            return None if region.category in SPREAD_OUT else False
        clear = sum(model.regions[j].area >= CLEAR for j in model.members_of(k))
        most = len(region.members) + sum(part.endswith(region.category) for part in region.tiny)
        return None if clear <= number <= most else False

    return model.where(truth)


def _related(true: int, vague: int, links: list[int], base: Denotation) -> Denotation:
    """The base, and vaguely what is linked otherwise to the regions of a phrase."""
    more = 0
    for k, linked in enumerate(links):
        if linked & (true | vague):
            more |= 1 << k
    return base[0], (base[1] | more) & ~base[0]


def _near(model: Model) -> list[int]:
    return [model.family(k) & ~(1 << k) for k in range(len(model.regions))]


def _on_shelf(model: GenerousModel, phrase: Phrase) -> Denotation | None:
    """Books and rows on "the middle shelf": the shelves with books are counted, not the boards."""
    places = [c for c in phrase.constraints if c.kind in ("place", "most", "nth")]
    if phrase.noun not in SHELVES or phrase.plural or len(places) != 1:
        return None
    cases = next((c.inner for c in phrase.constraints if c.kind == "of"), Phrase("bookshelf"))
    allowed, maybe = model.inner(cases)
    mask = 0
    for j in bits((allowed | maybe) & model.noun("bookshelf", False)):
        rows = list(bits(model.below[j] & model.noun("book", True)))
        rows.sort(key=lambda k: model.regions[k].y)
        row = _row(places[0], len(rows))
        if row is not None:
            mask |= 1 << rows[row] | model.below[rows[row]]
    return 0, mask


def _row(place: Constraint, number: int) -> int | None:
    if place.value == "top" and number:
        return 0
    if place.value == "bottom" and number:
        return number - 1
    if place.value == "middle" and number % 2:
        return number // 2
    rank, _, side = place.value.partition(" ")
    if place.kind == "nth" and side in ("top", "bottom") and int(rank) <= number:
        return int(rank) - 1 if side == "top" else number - int(rank)
    return None


def _of(model: GenerousModel, constraint: Constraint) -> Denotation:
    shelved = _on_shelf(model, constraint.inner)
    if shelved is not None and shelved[1]:
        return shelved
    true, vague = model.inner(constraint.inner)
    base = MEANINGS["of"](model, constraint)
    if constraint.inner.plural:  # "the left flower of the three pink ones"
        base = base[0], (base[1] | model.members(constraint.inner)) & ~base[0]
    if any(model.regions[j].category in LYING for j in bits(true | vague)):  # "in the road", "at the end of the table"
        return base[0], ((1 << len(model.regions)) - 1) & ~base[0] & ~(true | vague)
    return _related(true, vague, _near(model), base)


def _with(model: GenerousModel, constraint: Constraint) -> Denotation:
    true, vague = model.best(constraint.inner)
    base = _related(true, vague, _near(model), MEANINGS["with"](model, constraint))
    more = _with_tiny(model, constraint.inner) | _inherent(model, constraint.inner) | _with_so_many(model, constraint)
    return base[0], base[1] | (more & ~base[0])


def _with_so_many(model: GenerousModel, constraint: Constraint) -> int:
    """Regions with so many single parts of a kind as a plural says."""
    phrase = constraint.inner
    number = next((int(c.value) for c in phrase.constraints if c.kind == "count"), 0)
    if not number:
        return 0
    single = Phrase(phrase.noun, False, tuple(c for c in phrase.constraints if c.kind != "count"))
    true, vague = model.denote(single)
    mask = 0
    for k, region in enumerate(model.regions):
        parts = list(bits((true | vague) & model.below[k]))
        clear = sum(model.regions[j].area >= CLEAR for j in parts)
        tiny = sum(part.rpartition(" ")[2] == phrase.noun for part in region.tiny)
        mask |= (bool(parts) and clear <= number <= len(parts) + tiny) << k
    return mask


def _exists(model: Model, phrase: Phrase) -> bool:
    """Whether the picture shows all that a phrase names inside."""
    inner = [c.phrase for c in phrase.constraints if c.phrase is not None and c.kind != "without"]
    return all(_exists(model, one) if one.noun == BOTH else model.denote(one) != (0, 0) for one in inner)


def _inherent(model: Model, phrase: Phrase) -> int:
    """Regions that have such a part, or such looks where the noun is not known, though it is not a region."""
    colors = {c.value for c in phrase.constraints if c.kind == "color"}
    mask = 0
    if not _exists(model, phrase):
        return 0
    for k, region in enumerate(model.regions):
        own = _colors_of(model, k) | {region.attributes.get("color", "")}
        if phrase.noun == UNKNOWN_NOUN:
            mask |= (colors <= own) << k
            continue
        chain = [k, *bits(model.above[k])]
        kinds = {model.regions[j].category for j in chain}
        if any(phrase.noun in INHERENT.get(kind, ()) for kind in kinds) and all(
            any(color == model.regions[j].attributes.get("color") or color in _colors_of(model, j) for j in chain)
            for color in colors
        ):
            mask |= 1 << k
    return mask


def _with_tiny(model: Model, phrase: Phrase) -> int:
    """Regions with a tiny part that a phrase may mean."""
    covered = categories_of(phrase.noun)
    colors = {c.value for c in phrase.constraints if c.kind == "color"}
    mask = 0
    if not _exists(model, phrase):
        return 0
    for k, region in enumerate(model.regions):
        for part in region.tiny:
            color, _, noun = part.partition(" ")
            if (covered is None or noun in covered or part in covered or noun in loosely(phrase.noun)) and (
                not colors or color in colors
            ):
                mask |= 1 << k | model.above[k]
    return mask


def _about(model: Model, constraint: Constraint) -> Denotation:
    true, vague = MEANINGS["about"](model, constraint)
    more = _with_tiny(model, constraint.inner) | _inherent(model, constraint.inner)
    return true, vague | (more & ~true)


def _relation(model: GenerousModel, constraint: Constraint) -> Denotation:
    base = MEANINGS["relation"](model, constraint)
    true, vague = model.inner(constraint.inner)
    landmarks = true | vague
    more = 0
    shelved = _on_shelf(model, constraint.inner) if constraint.value == "on" else None
    if shelved is not None and shelved[1]:
        return shelved
    if constraint.value == "next to":
        return _next_to(model, landmarks, base)
    if constraint.value == "on":
        base = _related(true, vague, _near(model), base)
        if any(model.regions[j].category in LYING for j in bits(landmarks)):
            return base[0], ((1 << len(model.regions)) - 1) & ~base[0] & ~landmarks
        members = {name for j in bits(landmarks) for name in (model.regions[j].id,)}
        for k in range(len(model.regions)):
            if any(model.regions[j].supported_by in members for j in model.members_of(k)):
                more |= 1 << k
        return base[0], (base[1] | more) & ~base[0]
    for k in range(len(model.regions)):
        if any(_holds_loosely(model, constraint.value, k, j) for j in bits(landmarks & ~(1 << k))):
            more |= 1 << k
    return base[0], (base[1] | more) & ~base[0]


def _next_to(model: GenerousModel, landmarks: int, base: Denotation) -> Denotation:
    """Next to: of each kind of thing the nearest one, where several are near."""
    true = vague = 0
    for j in bits(landmarks):
        nearest: dict[tuple[str, bool], float] = {}
        gaps = {k: _gap(model.regions[k], model.regions[j]) for k in range(len(model.regions)) if k != j}
        for k, gap in gaps.items():
            kind = (model.regions[k].category, model.regions[k].is_group)
            nearest[kind] = min(gap, nearest.get(kind, gap))
        for k, gap in gaps.items():
            if gap <= NEARBY:
                vague |= 1 << k
                is_nearest = gap <= nearest[model.regions[k].category, model.regions[k].is_group] + 0.005
                true |= is_nearest << k
    return true, (vague | base[0] | base[1]) & ~true


def _gap(one: WorldRegion, other: WorldRegion) -> float:
    across = max(one.left, other.left) - min(one.right, other.right)
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    return max(across, 0.0) + max(down, 0.0)


def _holds_loosely(model: Model, relation: str, k: int, j: int) -> bool:
    one, other = model.regions[k], model.regions[j]
    if relation == "left of":
        return one.x < other.x
    if relation == "right of":
        return one.x > other.x
    if relation in ("above", "behind") and other.supported_by == one.id:
        return False
    if relation == "above":
        return one.y < other.y
    if relation in ("below", "under"):
        return one.y > other.y
    if relation == "behind":
        return (
            _depth(model, k) > _depth(model, j) if _depth(model, k) and _depth(model, j) else one.bottom <= other.bottom
        )
    if relation == "in front of":
        return (
            _depth(model, k) < _depth(model, j) if _depth(model, k) and _depth(model, j) else one.bottom >= other.bottom
        )
    return False


def _farther(model: Model, k: int, j: int) -> bool:
    one, other = _depth(model, k), _depth(model, j)
    return one > other if one and other else model.regions[k].bottom <= model.regions[j].bottom


def _between(model: Model, constraint: Constraint) -> Denotation:
    true, vague = MEANINGS["between"](model, constraint)
    phrase = constraint.inner
    if phrase.noun != BOTH:
        return true, vague
    first, second = (model.denote(side.inner) for side in phrase.constraints)
    more = 0
    for a in bits(first[0] | first[1]):
        for b in bits(second[0] | second[1]):
            for k, region in enumerate(model.regions):
                if k not in (a, b) and _inside(region, model.regions[a], model.regions[b]):
                    more |= 1 << k
    return true, vague | (more & ~true)


def _inside(one: WorldRegion, first: WorldRegion, second: WorldRegion) -> bool:
    """Between the centres across, or down where they are one above the other."""
    across, down = abs(first.x - second.x), abs(first.y - second.y)
    low, high, own = (first.x, second.x, one.x) if across >= 0.5 * down else (first.y, second.y, one.y)
    return min(low, high) < own < max(low, high)


def _depth(model: Model, k: int) -> float:
    """Distance of the object that a region is of, 0 where there is none."""
    for j in (k, *bits(model.above[k])):
        distance = model.regions[j].distance
        if distance is not None:
            return distance
        members = [model.regions[i].distance or 0.0 for i in model.members_of(j)]
        if members and min(members) > 0:
            return sum(members) / len(members)
    return 0.0


_GENEROUS: Final = {
    "color": _color,
    "accent": _accent,
    "pattern": _pattern,
    "material": _material,
    "count": _count,
    "of": _of,
    "with": _with,
    "about": _about,
    "relation": _relation,
    "between": _between,
}
