"""What a caption names in passing, with its colour: whoever it is, it must be in the picture.

Free text hides what a phrase is about, and denials hide whether it is said at all; but "not the one on the green
bottle" is said only where there is a green bottle.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from ..words.connectives import SIDES, VERBS
from ..words.vocabulary import NUMBERS
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
ITS_SIDES: Final = frozenset(
    (link, its, side) for link in ("to", "on") for its in ("its", "their") for side in ("left", "right")
)
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
        for phrase in _phrases(island)[:1]
        for phrase in _colored(phrase)
    ]
    sided, numbered = _sided(tokens, islands, first=first), _numbered(tokens, islands, head)
    return tuple(dict.fromkeys((*colored, *sided, *numbered, *_covering(tokens, islands))))


def _covering(tokens: tuple[str, ...], islands: Sequence[Island]) -> Iterator[Fact]:
    """What covers or touches a side of the region: "the monitor and the desk cover its right side"."""
    for k, word in enumerate(tokens):
        if word not in COVERING:
            continue
        owned = next((j for j in range(k + 1, min(k + REACH, len(tokens))) if tokens[j] in ("its", "their")), None)
        if owned is None:
            continue
        sides = {side for side in tokens[owned + 1 : owned + 4] if side in ("left", "right")}
        before = [island for island in islands if island.start < k and tokens[island.start] not in ("its", "their")]
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
    clause: list[Phrase] = []
    asides = [(part.start, part.end) for part in clauses(tokens) if part.is_aside] if not first else []
    after_denial = False
    for k, island in enumerate(islands):
        denied = after_denial or any(start <= island.start < end for start, end in asides)
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
                yield Fact("mentioned", thing, (Constraint("place", side),), "denied" if denied else "")
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
                yield Fact(
                    "mentioned",
                    clause[-1],
                    (Constraint("place", side),),
                    "denied" if denied else "it",
                    tuple(clause[:-1]),
                )


def _side(constraints: Sequence[Constraint]) -> str:
    """The only side that is named."""
    sides = {c.value for c in constraints if c.kind in ("place", "most") and c.value in ("left", "right")}
    return sides.pop() if len(sides) == 1 else ""


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
