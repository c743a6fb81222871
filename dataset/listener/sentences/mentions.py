"""What a caption names in passing, with its colour: whoever it is, it must be in the picture.

Free text hides what a phrase is about, and denials hide whether it is said at all; but "not the one on the green
bottle" is said only where there is a green bottle.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from ..words.connectives import SIDES, VERBS
from ..words.vocabulary import COLOR_WORDS, NUMBERS
from .clauses import clauses
from .fact import LOOKS, Fact
from .islands import Island

__all__ = ["mentions_of"]

AFTER_NUMBER: Final = frozenset(
    {",", "and", "on", "in", "at", "to", "are", "is", "have", "stand", "run", "others", "other", "more", "can", "below",
     "above", "with", "that", "which", "ones", "being", "show", "seen", "visible"}
)  # fmt: skip
"""Words before which a number is no adjective."""
COVERING: Final = frozenset(
    {"cover", "covers", "covering", "hide", "hides", "hiding", "overlap", "overlaps", "overlapping", "conceal",
     "conceals", "concealing", "obscure", "obscures", "block", "blocks", "blocking", "touch", "touches", "crosses"}
)  # fmt: skip
LIKE: Final = frozenset({"similar", "likewise", "another"})
"""Words of sentences on what is not the region."""
OTHER: Final = frozenset({"other", "second", "another"})
ITS_SIDES: Final = frozenset(
    (link, its, side) for link in ("to", "on") for its in ("its", "their") for side in ("left", "right")
)
AT: Final = (("at",), ("on",))
REACH: Final = 7
"""So many words after such a verb may come the side that it covers."""
COLORS: Final = frozenset({"color", "accent"})


def mentions_of(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase, *, first: bool) -> tuple[Fact, ...]:
    """The things that a sentence names with a colour or on a side, as facts that hold if the picture shows them so.

    Args:
        tokens: the words.
        islands: from `islands_of`.
        head: what the first sentence is about.
        first: whether it is the first sentence, which names the region first.
    """
    colored = [
        Fact("mentioned", phrase)
        for island in islands
        for readings in [[_colored(phrase) for phrase in _phrases(island)]]
        for phrase in (readings[0] if readings else ())
        if not any(_says_of_another(phrase, others) for others in readings)  # not of "pink bus windows"
    ]
    colored += [Fact("mentioned", phrase) for phrase in _ones(islands, head)] if not first else []
    colored += [Fact("mentioned", Phrase(ANY_NOUN, False, (color,))) for color in _loose_colors(tokens, islands)]
    colored += [Fact("is", None, (color,)) for color in _predicate(tokens, islands)]
    if first and [island.kind for island in islands[:3]] == ["attribute", "skipped", "phrase"]:
        looks = tuple(c for c in islands[0].readings[0] if isinstance(c, Constraint) and c.kind == "color")
        colored += [Fact("is", None, looks)] if looks else []
    sided, numbered = _sided(tokens, islands, first=first), _numbered(tokens, islands, head)
    return tuple(dict.fromkeys((*colored, *sided, *numbered, *_covering(tokens, islands))))


def _predicate(tokens: tuple[str, ...], islands: Sequence[Island]) -> Iterator[Constraint]:
    """The colour of "it is mottled purple", behind words that no table has."""
    if tokens[:1] in (("it",), ("they",)) and tokens[1:2] in (("is",), ("are",)):
        skipped = {island.start for island in islands if island.kind == "skipped"}
        for k in range(2, min(5, len(tokens))):
            if k not in skipped:
                return
            if tokens[k] in COLOR_WORDS:
                yield Constraint("color", COLOR_WORDS[tokens[k]])


def _loose_colors(tokens: tuple[str, ...], islands: Sequence[Island]) -> Iterator[Constraint]:
    """The colours that belong to nothing that was read: "it is mottled purple", "framed in blue"."""
    for island in islands:
        if island.kind in ("skipped", "attribute"):
            for word in tokens[island.start : island.end]:
                if word in COLOR_WORDS:
                    yield Constraint("color", COLOR_WORDS[word])


def _ones(islands: Sequence[Island], head: Phrase) -> Iterator[Phrase]:
    """Of "the blue wagon is nearer, and the gray one farther back" a gray wagon; a plural's one is a member of it."""
    noun = head.noun if head.plural else ""
    for island in islands:
        for phrase in _phrases(island)[:1]:
            colors = tuple(c for c in phrase.constraints if c.kind in COLORS)
            if phrase.noun == ANY_NOUN and noun and colors and not phrase.plural:
                yield Phrase(noun, False, colors)
            elif phrase.noun not in (ANY_NOUN, UNKNOWN_NOUN) and not head.plural:
                noun = phrase.noun


def _covering(tokens: tuple[str, ...], islands: Sequence[Island]) -> Iterator[Fact]:
    """What covers or touches a side of the region: "the monitor and the desk cover its right side"."""
    for k, word in enumerate(tokens):
        if word not in COVERING:
            continue
        owned = next((j for j in range(k + 1, min(k + REACH, len(tokens))) if tokens[j] in ("its", "their")), None)
        if tokens[k + 1 : k + 2] in (("those",), ("them",), ("it",), ("part",)) and tokens[k + 2 : k + 3] in AT:
            owned = k + 2
        if owned is None:
            continue
        sides = {side for side in tokens[owned + 1 : owned + 4] if side in ("left", "right")}
        start = max((part.start for part in clauses(tokens) if part.start <= k), default=0)
        before = [island for island in islands if start <= island.start < k]
        before = [island for island in before if tokens[island.start] not in ("its", "their")]
        things = tuple(thing for island in before for phrase in _phrases(island)[:1] if (thing := _looks(phrase)))
        if len(sides) == 1 and things:
            yield Fact("mentioned", things[-1], (Constraint("relation", "touching"),), sides.pop(), things[:-1])


def _numbered(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase) -> Iterator[Fact]:
    """The numbers that no noun follows, "the lower three", "a row of six": so many of something that was named."""
    nouns = [Phrase(head.noun, False)] if head.noun not in (ANY_NOUN, UNKNOWN_NOUN) else []
    counted: set[int] = set()
    named: list[tuple[int, Phrase]] = []
    for island in islands:
        for phrase in _phrases(island)[:1]:
            if phrase.noun not in (ANY_NOUN, UNKNOWN_NOUN):
                named.append((island.end, Phrase(phrase.noun, False)))
                if any(c.kind in ("count", "among") for c in phrase.constraints) or phrase.plural:
                    counted.update(range(island.start, island.end))
    for k, word in enumerate(tokens):
        following = tokens[k + 1 : k + 2]
        if word not in NUMBERS or k in counted or following == ("of",) or "numbered" in tokens[max(k - 1, 0) : k]:
            continue
        if (
            following
            and following[0] not in AFTER_NUMBER
            and tokens[max(k - 2, 0) : k] not in (("row", "of"), ("out", "of"))
        ):
            continue
        before = [phrase for end, phrase in named if end <= k]
        things = nouns if head.plural else [*nouns, *before[-1:]]
        if things:
            how = "other" if following in (("more",), ("others",)) or tokens[max(k - 1, 0) : k] == ("other",) else ""
            yield Fact("mentioned", things[0], (Constraint("count", str(NUMBERS[word])),), how, tuple(things[1:]))


def _sided(tokens: tuple[str, ...], islands: Sequence[Island], *, first: bool) -> Iterator[Fact]:
    """What is said to be on the left or right by an adjective, or by what follows: then it may be of what is before."""
    if not any(token.startswith(("left", "right")) for token in tokens):
        return
    clause: list[Phrase] = []
    asides = [(part.start, part.end) for part in clauses(tokens) if part.is_aside] if not first else []
    after_denial = False
    for k, island in enumerate(islands):
        denied = after_denial or any(start <= island.start < end for start, end in asides)
        denied = denied or (not first and bool(LIKE.intersection(tokens)))
        if island.kind == "denial":
            after_denial = True
        elif island.kind == "joint" and tokens[island.start] == ",":
            after_denial, clause = False, []
        elif island.kind == "phrase":
            is_head = first and not any(other.kind == "phrase" for other in islands[:k])
            phrase = _phrases(island)[0]
            side = _side(phrase.constraints)
            thing = _looks(phrase)
            if side and thing is not None and not is_head:
                of_region = tokens[0] in ("it", "they") and k > 0 and islands[k - 1].link == ("of", "")
                how = "denied" if denied else "whole" if of_region else ""
                yield Fact("mentioned", thing, (Constraint("place", side),), how)
            else:
                clause = [*clause, thing] if thing is not None else []
        elif island.kind == "idiom" and clause and tokens[island.start : island.end] in ITS_SIDES and denied:
            beside = (Constraint("place", tokens[island.end - 1]),)
            yield Fact("mentioned", clause[-1], beside, "beside", tuple(clause[:-1]))
        elif island.kind == "attribute" and clause and tokens[island.start] in ("on", "at"):
            side = next((_side(reading) for reading in island.readings if not isinstance(reading, Phrase)), "")
            following = islands[k + 1].link if k + 1 < len(islands) else ("", "")
            goes_on = k > 0 and islands[k - 1].kind == "joint"  # "between the buses and at the right"
            if side and following != ("of", "") and not goes_on:
                is_other = OTHER.intersection(tokens[islands[k - 1].start : islands[k - 1].end])
                how = "denied" if denied or (is_other and not first) else "it"
                yield Fact("mentioned", clause[-1], (Constraint("place", side),), how, tuple(clause[:-1]))


def _side(constraints: Sequence[Constraint]) -> str:
    """The only side that is named."""
    sides = {c.value for c in constraints if c.kind in ("place", "most") and c.value in ("left", "right")}
    return sides.pop() if len(sides) == 1 else ""


def _says_of_another(phrase: Phrase, others: Sequence[Phrase]) -> bool:
    """Whether another reading has the same colours on another noun instead."""
    return phrase not in others and any(other.constraints == phrase.constraints for other in others)


def _looks(phrase: Phrase) -> Phrase | None:
    """A noun with its looks, and with parts that have looks."""
    if phrase.noun in (ANY_NOUN, UNKNOWN_NOUN):
        return None
    return Phrase(
        phrase.noun, phrase.plural, tuple(c for c in phrase.constraints if c.kind in LOOKS or c.kind == "with")
    )


def _phrases(island: Island) -> list[Phrase]:
    return [reading for reading in island.readings if isinstance(reading, Phrase)]


def _colored(phrase: Phrase) -> list[Phrase]:
    """The phrase and those inside of it that say a colour of a noun."""
    inner = [c.phrase for c in phrase.constraints if c.phrase is not None]
    nested = [named for one in inner for named in _colored(one)]
    colors = tuple(c for c in phrase.constraints if c.kind in COLORS)
    if not colors or phrase.noun in (ANY_NOUN, UNKNOWN_NOUN) or phrase.noun in SIDES or phrase.noun in VERBS:
        return nested
    return [Phrase(phrase.noun, phrase.plural, colors), *nested]
