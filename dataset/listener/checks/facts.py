"""Whether facts hold of a region, with the goodwill of the generous model."""

from __future__ import annotations

from collections.abc import Sequence

from ..goodwill.careful import is_nowhere
from ..goodwill.model import SPREAD_OUT, GenerousModel
from ..goodwill.shelves import is_tier, tiers
from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from ..meaning.bits import bits
from ..meaning.scales import SIDES
from ..meaning.structure import Truth
from ..sentences.fact import LOOKS, PLACES, Fact
from ..sentences.phrases import merged, of_each_color
from ..words.anatomy import SHAPES, is_checkable, is_part_noun
from ..words.lexicon import categories_of, is_part
from ..words.synonyms import loosely
from ..words.vocabulary import MATERIAL_NOUNS
from . import numbers, places, standing
from .details import DETAILS
from .mentions import CLAIMED, colors_shown, mentioned
from .sides import ON_SIDES
from .unseen import are_colors, is_inherent, is_laid, is_no_region, is_so, is_tiny, may_be_there, without_traces

__all__ = ["fitting", "holds", "likeliest"]

UNCERTAIN = frozenset({"sky", "hill", "pane", "window"})
"""Categories that have no certain colour."""


def fitting(model: GenerousModel, head: Phrase, facts: Sequence[Fact]) -> int:
    """Bit mask of the regions that a head may mean and of which no fact is false, those that need least goodwill."""
    true, vague = model.denote(head)
    costs: dict[int, int] = {}
    for k in bits(true | vague):
        truths = [holds(model, k, fact) for fact in facts]
        if False not in truths:
            costs[k] = sum(truth is None for truth in truths) + 2 * (vague >> k & 1)
    least = min(costs.values(), default=0)
    return sum(1 << k for k, cost in costs.items() if cost == least)


def likeliest(model: GenerousModel, candidates: int, facts: Sequence[Fact]) -> int:
    """Of the candidates, those of which most facts are certainly true."""
    counts = {k: sum(holds(model, k, fact) is True for fact in facts) for k in bits(candidates)}
    return sum(1 << k for k, number in counts.items() if number == max(counts.values()))


def holds(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether a fact holds of region `k`."""
    key = (k, fact)
    if key not in model.facts:
        truth = _holds(model, k, fact)
        if truth is False and fact.phrase is not None and fact.kind != "where":
            others = (merged(fact.phrase), without_traces(model, fact.phrase))  # two nouns for one thing; a lane line
            truths = [_holds(model, k, fact._replace(phrase=other)) for other in others if other != fact.phrase]
            truth = next((other for other in truths if other is not False), False)
        model.facts[key] = truth
    return model.facts[key]


def _holds(model: GenerousModel, k: int, fact: Fact) -> Truth:
    if fact.kind == "impossible":
        return False
    if fact.kind in ON_SIDES:
        return ON_SIDES[fact.kind](model, k, fact)
    if fact.kind == "some":
        return _some(model, k, fact)
    if fact.kind in ("located", "number", "fewer", "tally", "among", "flank"):
        return _counts_or_is_at(model, k, fact)
    if fact.kind in DETAILS:
        return DETAILS[fact.kind](model, k, fact)
    if fact.phrase is None:
        return _all([_is(model, k, constraint) for constraint in fact.constraints])
    if fact.kind in ("elsewhere", "stands", "beside", "other", "where"):
        return _is_in_picture(model, k, fact, fact.phrase)
    if fact.kind in CLAIMED:
        return CLAIMED[fact.kind](model, k, fact)
    if fact.kind == "mentioned":
        return mentioned(model, k, fact, fact.phrase)
    return _is_at_region(model, k, fact, fact.phrase)


def _is_at_region(model: GenerousModel, k: int, fact: Fact, phrase: Phrase) -> Truth:
    """What is said of the region and a thing: that it is its whole, stands to it, or is shown or left out there."""
    if fact.kind == "leaves out":
        named = model.exact.denote(Phrase(phrase.noun, phrase.plural))[0] & sum(model.denote(phrase))
        return None if not named & model.below[k] else False
    if fact.kind == "lacks":
        return _lacks(model, k, phrase)
    if fact.kind == "part":
        return is_so(model, k, Constraint("of", "", phrase))
    if fact.kind == "relation":
        return _related(model, k, fact.value, phrase)
    is_ground = model.regions[k].granularity == "background"
    return _shows(model, k, phrase, local_only=fact.kind == "has" and not is_ground)


def _is_in_picture(model: GenerousModel, k: int, fact: Fact, phrase: Phrase) -> Truth:
    """What is said of other things in the picture, and of who stands where."""
    if fact.kind == "elsewhere":
        subject = fact.others[0] if fact.others else None
        if subject is not None and sum(model.denote(subject)) >> k & 1:  # the region after all
            claims = phrase.constraints[len(subject.constraints) :]
            return _all([_is(model, k, c) for c in claims if c.kind in LOOKS | PLACES])
        return _elsewhere(model, k, phrase)
    if fact.kind == "stands":
        return standing.stands(
            model, k, fact.value, phrase, fact.others, of=next((c.value for c in fact.constraints), "")
        )
    if fact.kind == "where":
        return places.where(model, k, fact)
    if fact.kind == "other":
        return places.other(model, k, fact.value, phrase)
    return places.beside(model, k, fact.value, phrase, touching=bool(fact.constraints))


def _related(model: GenerousModel, k: int, relation: str, phrase: Phrase) -> Truth:
    """Whether the region stands so to such a thing, a part of its own object where it has such parts."""
    own = standing.own_landmarks(model, k, phrase)
    if own and (relation in standing.LEVELS or relation in standing.CENTRED):
        lower = standing.lower(model, 1 << k, phrase) if relation == "under" else 0
        return None if (standing.stand_so(model, relation, own) | lower) >> k & 1 else False
    if standing.is_over_its_top(model, k, relation, phrase) or standing.is_out_of_order(model, k, relation, phrase):
        return False
    if places.is_on_its_whole(model, k, relation, phrase) or standing.is_of_centre(relation, phrase):
        return None
    related = is_so(model, k, Constraint("relation", relation, phrase))
    if related is False and phrase.plural and relation not in standing.CENTRED:
        single = Phrase(phrase.noun, False, _of_each(phrase.constraints))
        related = None if is_so(model, k, Constraint("relation", relation, single)) is not False else False
    if related is False and relation == "on" and is_part_noun(phrase.noun):
        categories = categories_of(phrase.noun) or frozenset()
        related = None if is_tiny(model, model.own(k), model.own(k), phrase, categories) else False
    if related is False and standing.is_on_all_sides(model, k, relation, phrase):
        return None
    if related is False and (is_laid(model, phrase) or is_inherent(model, k, phrase)):
        return None
    if related is False and (phrase.noun in (UNKNOWN_NOUN, ANY_NOUN) or is_no_region(model, phrase)):
        return None
    return related


def _of_each(constraints: Sequence[Constraint]) -> tuple[Constraint, ...]:
    """What is said of each of several things: not how many they are, nor their colours where they have several."""
    colors = [c for c in constraints if c.kind in ("color", "accent")]
    left_out = {"count", "accent"} | ({"color"} if len(colors) > 1 else set())
    return tuple(c for c in constraints if c.kind not in left_out)


def _some(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """So many members, or one, of such looks and in such a place; None where the members are no regions."""
    members = model.members_of(k)
    number = next((int(c.value) for c in fact.constraints if c.kind == "count"), 1)
    claims = [c for c in fact.constraints if c.kind in LOOKS or c.value in ("left", "right")]
    fitting = 0
    for j in members:
        truths = [
            places.is_side_of(model, j, c.value, members) if c.kind in PLACES else _member_is(model, j, c)
            for c in claims
        ]
        fitting += False not in truths
    is_uncounted = not members or (model.regions[k].category in SPREAD_OUT and not model.is_counted(k))
    return None if fitting >= number or len(members) < model.regions[k].count or is_uncounted else False


def _member_is(model: GenerousModel, j: int, constraint: Constraint) -> Truth:
    """What is said of a member: of one with a colour of its own, not what its parts look like."""
    has_color = constraint.kind == "color" and "color" in model.regions[j].attributes
    return (is_so if has_color else _is)(model, j, constraint)


def _counts_or_is_at(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """What is said of a side or a number without naming a thing."""
    constraint, region, in_whole = fact.constraints[0], model.regions[k], fact.value == "of"
    if fact.kind == "located":
        side, far = constraint.value, constraint.kind == "most"
        return places.located(model, k, side, fact.others, whole=fact.phrase, in_whole=in_whole, far=far)
    if fact.kind == "number":
        return is_so(model, k, constraint) if region.is_group else None
    if fact.kind == "fewer":
        return False if region.is_group and 0 < region.count <= int(constraint.value) else None
    if fact.kind == "flank":
        return None if numbers.are_beside(model, k, fact.value, int(constraint.value)) else False
    if fact.kind == "tally":
        return None if numbers.are_members(model, k, int(constraint.value)) else False
    looks = [c for c in fact.constraints[1:] if c.kind in LOOKS]
    return numbers.among(model, k, int(constraint.value), looks)


def _all(truths: Sequence[Truth]) -> Truth:
    return False if False in truths else None if None in truths else True


def _may_exist(model: GenerousModel, phrase: Phrase) -> bool:
    """Whether the picture shows such an object, whatever it looks like; of parts not all are regions."""
    categories = categories_of(phrase.noun)
    if not categories or phrase.noun in SHAPES or any(is_part(category) for category in categories):
        return True
    meant = categories | loosely(phrase.noun)
    return any(region.category in meant or meant.intersection(region.also) for region in model.regions)


def _is(model: GenerousModel, k: int, constraint: Constraint) -> Truth:
    """What is said of the region itself: its looks, those of its parts too; its place in the picture or its whole."""
    if constraint.kind in PLACES:
        return None if constraint.value not in SIDES or model.scales.on_side(k, constraint.value) else False
    truth = is_so(model, k, constraint)
    if truth is False and constraint.kind == "pattern":
        return None  # what is mottled or grained has no name
    if truth is not False or constraint.kind not in LOOKS:
        return truth
    parts = [j for j in bits(model.below[k]) if is_so(model, j, constraint) is not False]
    return None if parts or model.regions[k].category in UNCERTAIN else False


def _lacks(model: GenerousModel, k: int, phrase: Phrase) -> Truth:
    """No part of the region is certainly such a thing."""
    if is_nowhere(model, phrase):
        return False
    true, _ = model.exact.denote(phrase)
    return not true & model.below[k]


def _shows(model: GenerousModel, k: int, phrase: Phrase, *, local_only: bool = False) -> Truth:
    """There is such a thing at the region or its object, or it is a thing of its own somewhere in the picture."""
    if singles := of_each_color(phrase):
        return _all([_shows(model, k, single, local_only=local_only) for single in singles])
    if any(c.kind == "of" and c.phrase is not None and not _may_exist(model, c.phrase) for c in phrase.constraints):
        return False
    near, own = model.family(k) | 1 << k, model.own(k)
    if model.regions[k].granularity == "background":
        near = (1 << len(model.regions)) - 1  # all else is on it or before it
    looks = [c for c in phrase.constraints if c.kind in LOOKS]
    if phrase.noun in (UNKNOWN_NOUN, ANY_NOUN):
        every = (1 << len(model.regions)) - 1  # "the chairs have red ones"
        return None if are_colors(model, every, looks) else False
    if is_laid(model, phrase):
        return None
    strict, loose = categories_of(phrase.noun) or frozenset(), loosely(phrase.noun)
    named = [j for j, region in enumerate(model.regions) if region.category in strict]
    local = [j for j in named if near >> j & 1]
    wide = [j for j in named if model.regions[j].parent is None or model.regions[j].granularity == "object"]
    if any(_fits(model, j, phrase) for j in local):
        return True
    counts = [int(c.value) for c in phrase.constraints if c.kind == "count" and phrase.plural]
    if counts and is_tier(phrase) and (shelved := tiers(model, own)) is not None:
        return None if shelved[0] <= counts[0] <= shelved[1] else False
    counted = bool(local) and bool(counts)
    counted = counted and any(is_part(category) for category in strict)  # its own parts, not those of others
    if not counted and any(_fits(model, j, phrase) for j in (wide if local_only else named)):
        return None
    around = 0 if local_only else (1 << len(model.regions)) - 1
    loosely_named = [j for j in bits(near | around) if model.regions[j].category in loose]
    if any(_fits(model, j, phrase) for j in loosely_named) or is_tiny(model, near, own, phrase, strict | loose):
        return None
    if counts and any(part.rpartition(" ")[2] in strict for j in bits(own) for part in model.regions[j].tiny):
        return False
    is_form = phrase.noun in SHAPES and not any(c.kind == "count" for c in phrase.constraints)
    if not is_form and (local or wide or any(not is_part(category) for category in strict)):
        is_own = local_only or bool(local) or any(c.kind == "with" for c in phrase.constraints)
        return False if is_own else None  # a colour that nothing of the name shows is a claim of its own
    place = model.below[k] | model.above[k] & own | 1 << k if local_only else own
    wholes = [c.inner for c in phrase.constraints if c.kind == "of"]
    place |= sum(model.denote(wholes[0])) if wholes else 0  # "the stripes of the rug"
    return None if are_colors(model, place, looks) else False


def _elsewhere(model: GenerousModel, k: int, phrase: Phrase) -> Truth:
    """Vague if such a thing is anywhere in the picture, on the side that is said, or a part that is no region."""
    sides = [c.value for c in phrase.constraints if c.kind in PLACES and c.value in ("left", "right")]
    phrase = phrase._replace(constraints=tuple(c for c in phrase.constraints if c.kind not in PLACES))
    if any(c.kind == "of" and c.phrase is not None and not _may_exist(model, c.phrase) for c in phrase.constraints):
        return False
    if singles := of_each_color(phrase):
        return False if False in [_elsewhere(model, k, single) for single in singles] else None
    colors = [c for c in phrase.constraints if c.kind in ("color", "accent")]
    if phrase.plural and len(colors) > 1 and len(colors) < len(phrase.constraints):  # "the striped and blue pots"
        rest = phrase._replace(constraints=tuple(c for c in phrase.constraints if c.kind != "pattern"))
        if rest != phrase and _elsewhere(model, k, rest) is None:
            return None
    every = (1 << len(model.regions)) - 1
    categories = (categories_of(phrase.noun) or frozenset()) | loosely(phrase.noun)
    looks = [c for c in phrase.constraints if c.kind in LOOKS]
    named = [j for j, region in enumerate(model.regions) if region.category in categories]
    number = next((int(c.value) for c in phrase.constraints if c.kind == "count" and phrase.plural), 1)
    phrase = phrase._replace(constraints=tuple(c for c in phrase.constraints if c.kind != "count"))
    matches = [j for j in named if _fits(model, j, phrase)]
    if not matches and 1 < len(colors) == len(phrase.constraints):  # "the other chair is black and white"
        matches = [j for j in named if {c.value for c in colors} <= colors_shown(model, j)]
    strict = categories_of(phrase.noun) or frozenset()
    if number > 1 and (exact := [j for j in matches if model.regions[j].category in strict]):
        matches = exact
    placed = [j for j in matches if all(places.may_be_at(model, j, side, k) for side in sides)]
    if matches and not placed and phrase.noun not in SHAPES:
        return False
    if matches or is_tiny(model, every, every, phrase, categories):
        return None
    if phrase.noun in MATERIAL_NOUNS and are_colors(model, every, looks):
        return None  # "the grey glass"
    is_known = is_checkable(phrase.noun, model.kind(k)) or phrase.noun in SHAPES
    if is_part_noun(phrase.noun) and number == 1 and not is_known and not matches:
        return None if are_colors(model, every, looks) else False  # a part that is no region of its thing
    is_form = phrase.noun in (UNKNOWN_NOUN, ANY_NOUN, *SHAPES) and number == 1
    is_named = is_form or (not named and all(map(is_part, categories)))
    return None if is_named and are_colors(model, every, looks) else False


def _fits(model: GenerousModel, j: int, phrase: Phrase) -> bool:
    """Whether a region has the looks, the number and the whole that a phrase names."""
    for constraint in phrase.constraints:
        if constraint.kind in LOOKS and is_so(model, j, constraint) is False and not _may_look(model, j, constraint):
            return False
        if constraint.kind == "count" and phrase.plural and not _so_many(model, j, phrase, int(constraint.value)):
            return False
        if constraint.kind in PLACES and constraint.value in SIDES and not model.scales.on_side(j, constraint.value):
            is_member = model.regions[j].is_group and not phrase.plural and not model.members_of(j)
            if not is_member:  # of a window that is one region with all its panes "the lower left pane"
                return False
        is_owned = constraint.kind in ("of", "with") and categories_of(constraint.inner.noun)  # not of "the upper row"
        if is_owned and is_so(model, j, constraint) is False and not may_be_there(model, constraint.inner):
            return False
    return True


def _may_look(model: GenerousModel, j: int, constraint: Constraint) -> bool:
    """Whether something beside the region may look so to a viewer: what is speckled has no name, spots many a shade."""
    has_accent = bool(model.regions[j].attributes.get("accent"))
    return constraint.kind == "pattern" or (constraint.kind == "accent" and has_accent)


def _so_many(model: GenerousModel, j: int, phrase: Phrase, number: int) -> bool:
    """Whether a group has so many members, or the picture so many single things like the region."""
    region = model.regions[j]
    if region.category in SPREAD_OUT and not model.is_counted(j):
        return True
    if region.is_group:
        return is_so(model, j, Constraint("count", str(number))) is not False
    kinds = {region.category} | (categories_of(phrase.noun) or frozenset())  # "the three vehicles"
    alike = (
        other.category in kinds
        and not other.is_group
        and all(is_so(model, i, c) is not False for c in phrase.constraints if c.kind in LOOKS)
        for i, other in enumerate(model.regions)
    )
    return sum(alike) >= number
