"""A describer without a model: it answers the prompts from what is known of the scenes.

It makes the whole curation run in tests and demonstrations, and shows what each stage adds. It knows no more than its
prompt shows: short captions are terse (a category, sometimes a colour), detailed ones describe the look and name what
the captions of the children and of the parent say, refined ones distinguish the region from the look-alikes it is drawn
with, and only from those. Verification asks the listener.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from ..listener.grammar.parse import combined, parse
from ..listener.listen import listen
from ..listener.logic import Constraint, Phrase
from ..listener.meaning.denote import Model, model_of
from ..listener.world import World, WorldRegion
from ..prompting.describer import Answer, Failure
from ..prompting.prompts import Prompt
from ..scenes.words.describe import CANONICAL, extended_by_count
from ..scenes.words.forms import looks_of
from ..scenes.words.phrase import say, say_indefinite
from ..scenes.words.refer import Referrer

__all__ = ["EmbeddedDescriber"]

MOST_CHILDREN: Final = 2
"""Children that a detailed caption names."""
COLORED_SHARE: Final = 0.5
"""Share of the short captions that name the colour."""


class EmbeddedDescriber:
    """Answers from the scenes' worlds: the same prompt always gets the same answer, whatever the seed.

    Args:
        worlds: image_id -> World (`load_worlds`). A prompt's region_id is ``<image_id>/<world id>``.
    """

    def __init__(self, worlds: Mapping[str, World]) -> None:
        self._worlds = worlds

    @property
    def name(self) -> str:
        """What stands in the provenance."""
        return "embedded"

    async def answer(self, prompt: Prompt, *, seed: int = 0) -> Answer:  # noqa: ARG002 - the protocol's
        """Answer from the metadata; see `Describer`."""
        context = prompt.context
        world = self._worlds.get(context.image_id)
        own = _world_id(context.region_id, context.image_id)
        if world is None or own not in world.by_id:
            return Answer(failure=Failure("unknown_region", f"no metadata of {context.region_id}"))
        if prompt.stage == "short":
            return Answer(_short(world.by_id[own], context.region_id))
        if prompt.stage == "detailed":
            return Answer(_detailed(world, own, context.caption, context.parent_caption, context.child_captions))
        if prompt.stage == "unique":
            others = (_world_id(region_id, context.image_id) for region_id in context.look_alikes)
            return Answer(
                _unique(world, own, context.caption or "", [other for other in others if other in world.by_id])
            )
        return Answer(str(listen(context.caption or "", world, own).outcome == "correct"))


def _world_id(region_id: str, image_id: str) -> str:
    return region_id.removeprefix(f"{image_id}/")


def _short(region: WorldRegion, region_id: str) -> str:
    """A category, and the colour of every second region: "a wheel", "a red car", "three cars"."""
    constraints = []
    if "color" in region.attributes and _share(region_id) < COLORED_SHARE:
        constraints.append(Constraint("color", region.attributes["color"]))
    if region.count > 1:
        constraints.append(Constraint("count", str(region.count)))
    return say_indefinite(Phrase(region.category, region.is_group, tuple(constraints)))


def _share(region_id: str) -> float:
    """A number in [0, 1) that belongs to a region."""
    return hashlib.sha256(region_id.encode()).digest()[0] / 256


def _detailed(
    world: World, own: str, caption: str | None, parent_caption: str | None, child_captions: tuple[str, ...]
) -> str:
    """The look, what the children's captions name, and what the parent's does, as far as it is true of the region."""
    model = model_of(world)
    k = model.position[own]
    region = model.regions[k]
    phrase = _first_reading(caption) or Phrase(region.category, region.is_group)
    children = [child for child in map(_first_reading, child_captions) if child and not region.is_group]
    extras = [*looks_of(region), *[Constraint("with", "", _bare(child)) for child in children[:MOST_CHILDREN]]]
    parent = _first_reading(parent_caption)
    if parent is not None and not parent.plural and region.granularity != "object":
        extras.append(Constraint("of", "", _bare(parent)))
    for extra in extras:
        for more in combined(phrase, (extra,))[:1]:
            if _is_true(model, say_indefinite(more), k):
                phrase = more
    return say_indefinite(phrase)


def _is_true(model: Model, text: str, k: int) -> bool:
    """Whether every reading that denotes something is certainly true of region k."""
    denotations = [bits for bits in map(model.denote, parse(text)) if any(bits)]
    # `true` is a set of regions, one bit for each: bit k stands for region k
    return bool(denotations) and all(true >> k & 1 for true, _ in denotations)


def _first_reading(text: str | None) -> Phrase | None:
    return next(iter(parse(text)), None) if text else None


def _bare(phrase: Phrase) -> Phrase:
    """The phrase without its own parts and wholes: nested clauses are hard to read."""
    return phrase._replace(constraints=tuple(part for part in phrase.constraints if part.phrase is None))


def _unique(world: World, own: str, caption: str, look_alikes: list[str]) -> str:
    """The preferred wording that is true of the region and of no look-alike, with what the caption said before."""
    model = model_of(world)
    k = model.position[own]
    referrer = _AmongLookAlikes(model, k, sum(1 << model.position[other] for other in set(look_alikes) - {own}))
    form = referrer.identify(k)
    if form is None:
        return caption
    form = extended_by_count(form, model.regions[k])
    text = say(form, CANONICAL)
    before = _first_reading(caption)
    constraints = [constraint for constraint in before.constraints if constraint.kind != "of"] if before else []
    for constraint in constraints:
        for more in combined(form, (constraint,))[:1]:
            longer = say(more, CANONICAL)
            if more != form and referrer.unique(more, k) and _reads_as(model, longer, k, referrer):
                form, text = more, longer
    return text


def _reads_as(model: Model, text: str, k: int, referrer: _AmongLookAlikes) -> bool:
    """Whether every reading that denotes something distinguishes the region from its look-alikes."""
    readings = [reading for reading in parse(text) if any(model.denote(reading))]
    return bool(readings) and all(referrer.unique(reading, k) for reading in readings)


class _AmongLookAlikes(Referrer):
    """Searches forms that distinguish one region from its look-alikes alone, and any other from everything."""

    def __init__(self, model: Model, target: int, look_alikes: int) -> None:
        super().__init__(model)
        self._target, self._look_alikes = target, look_alikes

    def unique(self, phrase: Phrase, k: int) -> bool:
        """Whether a phrase is certainly true of the target, and of no look-alike, not even vaguely."""
        if k != self._target:
            return super().unique(phrase, k)
        true, vague = self.model.denote(phrase)
        return bool(true >> k & 1) and not (true | vague) & self._look_alikes
