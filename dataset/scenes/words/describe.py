"""Captions for the regions of a scene: each provably true of its region alone, in several wordings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ...listener.grammar.chart import SUFFIXES
from ...listener.grammar.parse import combined, parse
from ...listener.listen import hear
from ...listener.logic import Constraint, Phrase
from ...listener.meaning.denote import Model, model_of
from ...listener.world import World, WorldRegion
from ...runtime.collector import no_collections
from ..rng import SplitMix64
from .forms import in_both_colors
from .manner import SCENES, Manner
from .phrase import PLAIN, Wording, say, say_indefinite
from .refer import Referrer

__all__ = ["Description", "describe", "describe_scene"]

FEWEST_REFERENCES: Final = 3
MOST_REFERENCES: Final = 5
MOST_TARGETS: Final = 40
CANONICAL: Final = Wording(grouped=True)
WORDINGS: Final = (
    Wording(places_after=True, patterns_after=True),
    Wording(possessive=True),
    Wording(synonyms=True),
    Wording(clauses=True, patterns_after=True),
    Wording(possessive=True, synonyms=True),
    Wording(places_after=True, synonyms=True),
)


@dataclass(frozen=True)
class Description:
    """The captions of one region.

    Attributes:
        region_id: the region's id in its world.
        canonical: the caption: true of this region alone.
        references: at least three wordings with the same property; the first is the canonical one.
        short_caption: type and perhaps colour; need not be unique.
    """

    region_id: str
    canonical: str
    references: tuple[str, ...]
    short_caption: str


def describe_scene(world: World, seed: int, manner: Manner = SCENES) -> tuple[list[Description], int]:
    """Describe up to 40 regions of a scene.

    Args:
        world: the scene's regions.
        seed: of the choice among wordings.
        manner: how such regions are spoken of.

    Returns:
        The descriptions in the order of the world's regions, and how many regions that are large enough to be targets
        were left out because no three unique captions were found.
    """
    rng = SplitMix64(seed)
    described: dict[str, Description] = {}
    skipped = 0
    with no_collections():
        referrer = Referrer(Model(world), manner)  # the world outlives it
        for region_id in _by_interest(world, rng, manner):
            if len(described) == MOST_TARGETS:
                break
            description = _describe(referrer, region_id, SplitMix64(rng.next_u64()))
            if description is None:
                skipped += 1
            else:
                described[region_id] = description
        del referrer
        SUFFIXES.forget()
    return [described[region.id] for region in world.regions if region.id in described], skipped


def describe(world: World, target_id: str, rng: SplitMix64) -> Description | None:
    """Describe one region, or return None if there are not three captions that denote it alone."""
    return _describe(Referrer(model_of(world)), target_id, rng)


def _by_interest(world: World, rng: SplitMix64, manner: Manner) -> list[str]:
    """Targets, those first of which fewer like them come before: of the same category and level."""
    targets = [region for region in world.regions if region.area >= manner.target_share]
    targets = [region for region in targets if region.id not in manner.untold]
    if len(targets) <= MOST_TARGETS:
        return [region.id for region in targets]
    seen: dict[tuple[str, str], int] = {}
    ranked: list[tuple[int, int, str]] = []
    for region in rng.shuffled(targets):
        kind = (region.category, region.granularity)
        seen[kind] = seen.get(kind, 0) + 1
        ranked.append((seen[kind] - (region.granularity in ("object", "group")), len(ranked), region.id))
    return [region_id for _, _, region_id in sorted(ranked)]


def _describe(referrer: Referrer, region_id: str, rng: SplitMix64) -> Description | None:
    model = referrer.model
    k = model.position[region_id]
    region = model.regions[k]
    canonical = referrer.identify(k)
    if canonical is None:
        return None
    counted = extended_by_count(canonical, region)
    of_rooms = PLAIN._replace(indoors=referrer.manner.indoors)
    contained = (of_rooms._replace(contents=word) for word in ("in", "of"))
    base = next((wording for wording in contained if _denotes(model, _canonical(counted, wording), k)), None)
    if base is None:
        return None
    references = [_canonical(counted, base)]
    for text in _wordings(referrer, k, counted, rng, base):
        if text not in references and _denotes(model, text, k):
            references.append(text)
        if len(references) == MOST_REFERENCES:
            break
    if len(references) < FEWEST_REFERENCES:
        return None
    return Description(region_id, references[0], tuple(references), short_caption(region, referrer.manner))


def _canonical(phrase: Phrase, base: Wording) -> str:
    return say(phrase, CANONICAL._replace(contents=base.contents, indoors=base.indoors))


def extended_by_count(phrase: Phrase, region: WorldRegion) -> Phrase:
    """Groups of objects are counted: "the group of three cars"."""
    if region.granularity == "group" and region.parent is None and region.count > 1:
        return combined(phrase, (Constraint("count", str(region.count)),))[0]
    return phrase


def short_caption(region: WorldRegion, manner: Manner = SCENES) -> str:
    """Type and colour: "a black wheel", "three cars", "a pink and blue striped mug", "the sky"."""
    if region.category == "sky":
        return "the sky"
    looks = manner.looks(region)
    constraints = [look for look in looks if look.kind == "color"]
    if manner.indoors and not constraints:
        constraints = [look for look in looks if look.kind in ("pattern", "material")][:1]
    if region.count > 1:
        constraints.append(Constraint("count", str(region.count)))
    phrase = in_both_colors(Phrase(region.category, region.is_group, tuple(constraints)), region)
    return say_indefinite(phrase, PLAIN._replace(indoors=manner.indoors))


def _denotes(model: Model, text: str, k: int) -> bool:
    """Whether the listener takes a text for region k and no other."""
    readings = parse(text)
    return bool(readings) and hear(model, readings) == (1 << k, 0)


def _wordings(referrer: Referrer, k: int, canonical: Phrase, rng: SplitMix64, base: Wording) -> Iterator[str]:
    """Other wordings: short, detailed, by other features, and with other words and in other orders."""
    return (
        say(form, wording._replace(contents=base.contents, indoors=base.indoors))
        for form, wording in _forms(referrer, k, canonical, rng)
    )


def _forms(referrer: Referrer, k: int, canonical: Phrase, rng: SplitMix64) -> Iterator[tuple[Phrase, Wording]]:
    """What to say and how to word it, the most different first."""
    region = referrer.model.regions[k]
    shortest = referrer.shortest(canonical, k)
    terse = shortest == canonical or rng.chance(0.5)
    yield shortest, Wording(articles=not terse)
    yield _detailed(referrer, k, canonical, rng), PLAIN
    wordings = rng.shuffled(WORDINGS)
    for form, wording in zip(_other_forms(referrer, k, canonical, rng)[:2], wordings, strict=False):
        yield form, wording
    overloaded = [in_both_colors(combined(canonical, (look,))[0], region) for look in referrer.manner.looks(region)]
    if region.is_group and region.count > 1:
        overloaded.append(combined(canonical, (Constraint("count", str(region.count)),))[0])
    for wording, form in zip(wordings, rng.shuffled([canonical, *overloaded, *overloaded]), strict=False):
        yield form, wording
    for wording in wordings:
        yield canonical, wording
    yield shortest, Wording(articles=terse)
    yield canonical, Wording(opening="these are" if region.is_group else "this is")


def _other_forms(referrer: Referrer, k: int, canonical: Phrase, rng: SplitMix64) -> list[Phrase]:
    """Logical forms of other kinds than the canonical one and than each other."""
    kinds = {_kind(canonical)}
    forms = []
    for form in rng.shuffled(referrer.forms(k)):
        if _kind(form) not in kinds:
            kinds.add(_kind(form))
            forms.append(form)
    return forms


def _kind(phrase: Phrase) -> frozenset[str]:
    """Which kinds of things a phrase says, of the region and of its whole."""
    kinds = {constraint.kind for constraint in phrase.constraints if constraint.kind != "count"}
    for constraint in phrase.constraints:
        if constraint.kind == "of":
            kinds.update([f"of {kind}" for kind in _kind(constraint.inner)])
    return frozenset(kinds)


def _detailed(referrer: Referrer, k: int, canonical: Phrase, rng: SplitMix64) -> Phrase:
    """All that can be said of its look, a feature, and where it is in the picture."""
    region = referrer.model.regions[k]
    extras = referrer.manner.looks(region)
    if "accent" in region.attributes and "pattern" in region.attributes:
        extras.append(Constraint("accent", region.attributes["accent"]))
    phrase = _extended_if_unique(referrer, k, canonical, extras)
    if region.granularity == "object":
        phrase = _extended_if_unique(referrer, k, phrase, referrer.features(k)[:1] if rng.chance(0.6) else [])
    kinds = {constraint.kind for constraint in phrase.constraints}
    if referrer.manner.indoors and region.granularity == "object" and "relation" not in kinds and rng.chance(0.5):
        for relation in referrer.relations(k):
            placed = _extended_if_unique(referrer, k, phrase, [relation])
            if placed != phrase:
                return placed
    if not kinds & {"place", "most", "nth", "relation", "of"} and region.right - region.left < 0.5:
        for side in ("left", "right", "middle"):
            placed = _extended_if_unique(referrer, k, phrase, [Constraint("picture", side)])
            if placed != phrase:
                return placed
    return phrase


def _extended_if_unique(referrer: Referrer, k: int, phrase: Phrase, extras: list[Constraint]) -> Phrase:
    for extra in extras:
        more = combined(phrase, (extra,))
        if more and referrer.unique(more[0], k):
            phrase = more[0]
    return phrase
