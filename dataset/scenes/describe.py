"""Captions for the regions of a scene: each provably true of its region alone, in several wordings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ..listener.denote import Model, model_of
from ..listener.listen import hear
from ..listener.logic import Constraint, Phrase
from ..listener.parse import combined, parse
from ..listener.world import Region, World
from .phrase import Style, say, say_indefinite
from .refer import Referrer, looks_of
from .regions import TARGET_SHARE
from .rng import SplitMix64

__all__ = ["Description", "describe", "describe_scene"]

FEWEST_REFERENCES: Final = 3
MOST_REFERENCES: Final = 5
MOST_TARGETS: Final = 40


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


def describe_scene(world: World, seed: int) -> tuple[list[Description], int]:
    """Describe up to 40 regions of a scene.

    Returns:
        The descriptions in the order of the world's regions, and how many regions that are large enough to be targets
        were left out because no three unique captions were found.
    """
    rng = SplitMix64(seed)
    described: dict[str, Description] = {}
    skipped = 0
    referrer = Referrer(model_of(world))
    for region_id in _by_interest(world, rng):
        if len(described) == MOST_TARGETS:
            break
        description = _describe(referrer, region_id, SplitMix64(rng.next_u64()))
        if description is None:
            skipped += 1
        else:
            described[region_id] = description
    return [described[region.id] for region in world.regions if region.id in described], skipped


def describe(world: World, target_id: str, rng: SplitMix64) -> Description | None:
    """Describe one region, or return None if there are not three captions that denote it alone."""
    return _describe(Referrer(model_of(world)), target_id, rng)


def _by_interest(world: World, rng: SplitMix64) -> list[str]:
    """Targets, those first of which fewer like them come before: of the same category and level."""
    targets = [region for region in world.regions if region.area >= TARGET_SHARE]
    if len(targets) <= MOST_TARGETS:
        return [region.id for region in targets]
    seen: dict[tuple[str, str], int] = {}
    ranked = []
    for region in rng.shuffled(targets):
        kind = (region.category, region.granularity)
        seen[kind] = seen.get(kind, 0) + 1
        ranked.append((seen[kind] - (region.granularity in ("object", "group")), len(ranked), region.id))
    return [region_id for _, _, region_id in sorted(ranked)]


def _describe(referrer: Referrer, region_id: str, rng: SplitMix64) -> Description | None:
    model = referrer.model
    k = model.position[region_id]
    canonical = referrer.identify(k)
    if canonical is None or not _denotes(model, say(canonical), k):
        return None
    first = say(canonical)
    references = [first]
    for text in _wordings(referrer, k, canonical, rng):
        if len(references) == MOST_REFERENCES:
            break
        if text not in references and _denotes(model, text, k):
            references.append(text)
    if len(references) < FEWEST_REFERENCES:
        return None
    return Description(region_id, first, tuple(references), short_caption(model.regions[k]))


def short_caption(region: Region) -> str:
    """Type and colour: "a black wheel", "three cars", "the sky"."""
    if region.category == "sky":
        return "the sky"
    constraints = [Constraint("color", region.attributes["color"])] if "color" in region.attributes else []
    if region.count > 1:
        constraints.append(Constraint("count", str(region.count)))
    return say_indefinite(Phrase(region.category, region.is_group, tuple(constraints)))


def _denotes(model: Model, text: str, k: int) -> bool:
    """Whether the listener takes a text for region k and no other."""
    readings = parse(text)
    return bool(readings) and hear(model, readings) == (1 << k, 0)


def _wordings(referrer: Referrer, k: int, canonical: Phrase, rng: SplitMix64) -> Iterator[str]:
    """Other wordings: terse, detailed, by other features, and with other words and orders."""
    region = referrer.model.regions[k]
    shortest = referrer.shortest(canonical, k)
    yield say(shortest, Style(articles=False))
    yield say(_detailed(referrer, k, canonical))
    others = [form for form in _other_forms(referrer, k, canonical)]
    styles = rng.shuffled(
        [
            Style(places_after=True),
            Style(possessive=True),
            Style(synonyms=True),
            Style(looks_after=True),
            Style(possessive=True, synonyms=True),
            Style(places_after=True, synonyms=True),
        ]
    )
    for form, style in zip(others[:2], styles, strict=False):
        yield say(form, style)
    for style in styles:
        yield say(canonical, style)
    for look in looks_of(region):
        yield say(combined(canonical, (look,))[0])
    yield say(shortest)
    yield say(canonical, Style(opening="this is"))


def _other_forms(referrer: Referrer, k: int, canonical: Phrase) -> Iterator[Phrase]:
    """A few more logical forms, each adding something of its own kind."""
    kinds = {(c.kind, c.value) for c in canonical.constraints}
    found = 0
    for form in referrer.forms(k):
        fresh = {(c.kind, c.value) for c in form.constraints} - kinds
        if fresh:
            kinds |= fresh
            found += 1
            yield form
        if found == 3:
            return


def _detailed(referrer: Referrer, k: int, canonical: Phrase) -> Phrase:
    """All that can be said of its look, and where it is in the picture."""
    region = referrer.model.regions[k]
    phrase = canonical
    extras = looks_of(region)
    if not any(c.kind in ("place", "most", "nth", "relation", "of") for c in canonical.constraints):
        extras = extras + [Constraint("picture", side) for side in ("left", "right", "middle")]
    for extra in extras:
        more = combined(phrase, (extra,))
        if more and referrer.unique(more[0], k):
            phrase = more[0]
    return phrase
