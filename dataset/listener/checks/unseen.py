"""Things that a caption may name though the picture has no region of them: bonnets, tiles, knobs of a few pixels."""

from __future__ import annotations

from collections.abc import Sequence

from ..goodwill.model import GenerousModel
from ..logic import Constraint, Phrase
from ..meaning.bits import bits
from ..meaning.structure import Truth
from ..sentences.fact import LOOKS
from ..sentences.phrases import LAID
from ..words.anatomy import is_checkable, is_part_noun
from ..words.lexicon import categories_of

__all__ = [
    "are_colors",
    "exists",
    "is_inherent",
    "is_laid",
    "is_no_region",
    "is_so",
    "is_tiny",
    "may_be_there",
    "without_traces",
]


def is_inherent(model: GenerousModel, k: int, phrase: Phrase) -> bool:
    """Whether a phrase names a part of the region's own object that is no region there, in colours of that."""
    if model.regions[k].parent is None or is_checkable(phrase.noun, model.kind(k)) or not is_part_noun(phrase.noun):
        return False
    looks = [c for c in phrase.constraints if c.kind in LOOKS]
    if any(c.kind == "of" for c in phrase.constraints):
        return False
    return not sum(model.denote(phrase)) & model.own(k) and are_colors(model, model.own(k), looks)


def is_laid(model: GenerousModel, phrase: Phrase) -> bool:
    """Whether a phrase means the tiles, bricks or planks of something that is shown in such colours."""
    pattern = LAID.get(phrase.noun.removesuffix("s"), "")
    colors = [c for c in phrase.constraints if c.kind in ("color", "accent")]
    return any(
        pattern and pattern in (region.attributes.get("pattern"), region.faint.get("pattern"))
        and all(is_so(model, j, c) is not False for c in colors)
        for j, region in enumerate(model.regions)
    )  # fmt: skip


def without_traces(model: GenerousModel, phrase: Phrase) -> Phrase:
    """A road without the colours of its lines: of "a white lane dash" no more is seen than the road."""
    if categories_of(phrase.noun) != frozenset({"road"}):
        return phrase
    lines = frozenset().union(*(model.traces(j) for j in bits(sum(model.denote(Phrase(phrase.noun))))))
    return phrase._replace(constraints=tuple(c for c in phrase.constraints if c.value not in lines))


def is_no_region(model: GenerousModel, phrase: Phrase) -> bool:
    """Whether a phrase names a part that the picture shows no region of, in colours that are there."""
    looks = [c for c in phrase.constraints if c.kind in LOOKS]
    is_named = is_part_noun(phrase.noun) and model.named(phrase) == (0, 0)
    if any(c.kind == "of" and not exists(model, c.inner) for c in phrase.constraints):
        return False
    return is_named and are_colors(model, (1 << len(model.regions)) - 1, looks)


def is_tiny(model: GenerousModel, near: int, own: int, phrase: Phrase, categories: frozenset[str]) -> bool:
    """Whether a region near it has such a part of a few pixels; if they are counted, no fewer with those of more."""
    number = next((int(c.value) for c in phrase.constraints if c.kind == "count" and phrase.plural), 1)
    colors = {c.value for c in phrase.constraints if c.kind == "color"}
    if number > 1 and any(model.regions[j].tiny for j in bits(near & own)):
        near &= own
    parts = [part for j in bits(near) for part in model.regions[j].tiny if categories & {part, part.partition(" ")[2]}]
    matches = sum(not colors or part.partition(" ")[0] in colors for part in parts)
    if not matches:
        return False
    seen = (j for j in bits(near) if model.regions[j].category in categories and not model.regions[j].is_group)
    return matches + sum(1 for _ in seen) >= number


def are_colors(model: GenerousModel, near: int, looks: Sequence[Constraint]) -> bool:
    """Whether some region has each of the looks."""
    tiny = {part.partition(" ")[0] for j in bits(near) for part in model.regions[j].tiny}
    tiny.update(*(model.traces(j) for j in bits(near)))
    return all(look.value in tiny or any(is_so(model, j, look) is not False for j in bits(near)) for look in looks)


def is_so(model: GenerousModel, k: int, constraint: Constraint) -> Truth:
    """Whether a constraint is true of a region, by itself."""
    true, vague = model.extension(constraint)
    return True if true >> k & 1 else None if vague >> k & 1 else False


def exists(model: GenerousModel, phrase: Phrase) -> bool:
    """Whether a phrase denotes anything at all."""
    return model.denote(phrase) != (0, 0)


def may_be_there(model: GenerousModel, phrase: Phrase) -> bool:
    """Whether a phrase denotes anything, or a part that is no region: "at the end of that bar"."""
    return exists(model, phrase) or is_no_region(model, phrase)
