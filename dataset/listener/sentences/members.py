"""What a sentence says of the members of a group: how many it lists, and how one of them looks.

"Two at the left end and one at the right" are three of its members, which can be no more than there are; of "the left
one is purple" there is such a member.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from ..words.anatomy import SHAPES
from ..words.categories import MASS_NOUNS
from ..words.connectives import DENIALS
from ..words.lexicon import categories_of
from ..words.vocabulary import COLOR_WORDS, NUMBERS, ORDINALS
from .clauses import OTHERS, numbers_all
from .fact import LOOKS, Fact
from .islands import Island, listed_colors
from .phrases import may_be_the_same

__all__ = ["continued", "listed_in", "members_of", "tallies_of"]

NOT_COUNTED: Final = (OTHERS | frozenset(DENIALS)) - {"second", "remaining", "rest"}
GOING_ON: Final = {"one", *ORDINALS}
ADDING: Final = frozenset({"and", "plus", "while"})
BEGINNINGS: Final = ((), ("there", "are"), ("they", "are"), ("these", "are"))
PLACING: Final = frozenset(
    {"in", "at", "on", "with", "behind", "to", "above", "below", "by", "under", "between", "near", "beside", "next",
     "around", "along", "inside", "just", "further", "farther"}
)  # fmt: skip
REST: Final = 7
"""So many words before "one" an "and" makes it one more: "and a tiny bit of one"."""


def tallies_of(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase) -> tuple[Fact, ...]:
    """What a sentence says of the number of members of a group, as facts that hold of a group of so many or more.

    Args:
        tokens: the words.
        islands: from `islands_of`.
        head: what the first sentence is about.
    """
    is_mass = head.noun in MASS_NOUNS
    if (
        not (head.plural or is_mass)
        or tokens[:1] == ("each",)
        or any(_is_of_others(tokens, k) for k in range(len(tokens)))
    ):
        return ()
    numbers = [
        *_of_them(tokens),
        *_of_nouns(tokens, islands, head),
        0 if is_mass else _listed_number(tokens, islands, head),
        continued(tokens),
    ]
    return tuple(Fact("tally", None, (Constraint("count", str(number)),)) for number in {*numbers} if number > 1)


def continued(tokens: tuple[str, ...]) -> int:
    """All that "two are in red pots, one in a blue and one in a pink pot" counts; 0 where the rest explains the first.

    Args:
        tokens: the words.
    """
    first = 1 if tokens[:1] == ("the",) else 0
    number = NUMBERS.get(tokens[first], 0) if len(tokens) > first else 0
    rest = [
        1 if word == "one" else NUMBERS[word]
        for k, word in enumerate(tokens[:-1])
        if k > first + 1 and (word == "one" or word in NUMBERS) and tokens[k - 1] in (",", "and")
        and tokens[k + 1] in PLACING
    ]  # fmt: skip
    is_explained = sum(rest) == number or "each" in tokens
    return number + sum(rest) if number and len(rest) > 1 and not is_explained else 0


def _of_them(tokens: tuple[str, ...]) -> Iterator[int]:
    """Of "there are three of them"; "the front sofa has three of them" is about other ones."""
    for k, word in enumerate(tokens):
        if word in NUMBERS and tokens[k + 1 : k + 3] == ("of", "them") and tokens[max(k - 1, 0)] not in ("has", "have"):
            yield NUMBERS[word]


def _is_of_others(tokens: tuple[str, ...], k: int) -> bool:
    """Whether a word turns to what is not meant; "one behind the other" does not."""
    return tokens[k] in NOT_COUNTED and not (
        tokens[k] in ("other", "another") and "one" in tokens[max(k - REST, 0) : k]
    )


def _of_nouns(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase) -> Iterator[int]:
    """Of "three black tires", where the region is wheels; shapes as the subject are the region too."""
    for k, island in enumerate(islands):
        phrase = next((reading for reading in island.readings if isinstance(reading, Phrase)), None)
        follows = islands[k + 1].link if k + 1 < len(islands) else ("", "")
        if island.kind != "phrase" or phrase is None or phrase.noun in (ANY_NOUN, UNKNOWN_NOUN):
            continue
        if follows[0] == "of" and phrase.noun not in SHAPES:
            continue
        kinds = (categories_of(phrase.noun) or frozenset()) & (categories_of(head.noun) or frozenset())
        begins_so = tokens[: island.start] in BEGINNINGS
        is_form = phrase.noun in SHAPES and (begins_so or head.noun in MASS_NOUNS)
        begins = island.start == 0 or tokens[island.start - 1] == ","  # "the bars, four short boards"
        is_alike = bool(kinds) or is_form or (begins and may_be_the_same(phrase, head))
        if phrase.plural and is_alike:
            yield from (int(c.value) for c in phrase.constraints if c.kind == "count")


def _listed_number(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase) -> int:
    """How many members a sentence lists: "two with boxes and one pickup", "three pots are red, one is white"."""
    if tokens[1:3] == ("of", "them") and not continued(tokens):
        return 0  # what follows tells them one by one
    kinds = categories_of(head.noun) or frozenset()
    named = {k: phrase for island in islands for phrase in _named(island) for k in range(island.start, island.end)}
    total, of_noun = 0, False
    every = NUMBERS[tokens[0]] if numbers_all(tokens) else 0  # "three can be seen, one at the left and two behind"
    for k, word in enumerate(tokens):
        if every and k == 0:
            continue
        before = tokens[k - 1] if k else ""
        alike = k in named and not kinds.isdisjoint(categories_of(named[k].noun) or ())
        if word in NUMBERS and k == 0 and k in named and may_be_the_same(named[k], head):
            total, of_noun = NUMBERS[word], True
        elif word in NUMBERS and k not in named and not of_noun:
            start = k - 1 if before == "the" else k
            earlier = tokens[start - 1] if start else ""
            total += NUMBERS[word] if earlier in ("", ",", "and", "plus", "while", "only") else 0
        elif total and k not in named and word in GOING_ON and tokens[k + 1 : k + 3] != ("of", "them"):
            is_said = tokens[k + 1 : k + 2] == ("is",)  # what only follows explains the number
            total += _is_next(tokens, k) and (is_said or not of_noun)
        elif total and alike and word in ("one", "a", "the") and before in ADDING and not of_noun:
            total += not named[k].plural
    return max(total, every)


def _is_next(tokens: tuple[str, ...], k: int) -> bool:
    """Whether "one", or an ordinal, is one more: "and one", "a bit of the third", "and a red one", ", one is white"."""
    before, near = tokens[k - 1], tokens[max(k - REST, 0) : k]
    if before in ("and", "plus") or (before == "," and tokens[k + 1 : k + 2] == ("is",)):
        return True
    if before in ("of", "a", "the") and "of" in tokens[k - 2 : k] and "and" in near:
        return True
    start = k
    while start and (tokens[start - 1] in COLOR_WORDS or (start < k and tokens[start - 1] == "and")):
        start -= 1
    return start < k and tokens[max(start - 2, 0) : start] == ("and", "a")


def _named(island: Island) -> Iterator[Phrase]:
    readings = (reading for reading in island.readings if isinstance(reading, Phrase))
    yield from (phrase for phrase in readings if phrase.noun not in (ANY_NOUN, UNKNOWN_NOUN))


def members_of(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase) -> tuple[Fact, ...]:
    """How a clause says that single members look: "the left one is red", "one is red, one brown".

    Args:
        tokens: the words of the clause.
        islands: from `islands_of`.
        head: what the first sentence is about.
    """
    rest = [island for island in islands if island.kind != "joint"]
    if not head.plural or len(rest) < 2 or OTHERS.intersection(tokens):
        return ()
    claims = [_claims(rest[0].readings[0])] if rest[1].kind == "copula" and _is_member(rest[0]) else []
    for island in rest[2:] if claims else ():
        if island.kind != "attribute":
            break
        claims[0] = (*claims[0], *_claims(island.readings[0]))
    return tuple(Fact("some", None, looks) for looks in claims if any(c.kind in LOOKS for c in looks))


def listed_in(tokens: tuple[str, ...], head: Phrase) -> tuple[Fact, ...]:
    """The colours of members that a sentence lists: "one red, one brown and two of them yellow".

    Args:
        tokens: the words.
        head: what the first sentence is about.
    """
    facts = []
    for start, end in listed_colors(tokens) if head.plural else ():
        number = NUMBERS.get(tokens[start], 1)
        claims = (Constraint("color", COLOR_WORDS[tokens[end - 1]]), Constraint("count", str(number)))
        facts.append(Fact("some", None, claims))
    return tuple(facts)


def _is_member(island: Island) -> bool:
    """Whether a subject is a member: "the left one", "one", "the nearest"."""
    reading = island.readings[0] if island.readings else None
    if isinstance(reading, Phrase):
        return reading.noun == ANY_NOUN and not reading.plural
    return reading is not None and not any(c.kind == "count" for c in reading)


def _claims(reading: Phrase | tuple[Constraint, ...]) -> tuple[Constraint, ...]:
    constraints = reading.constraints if isinstance(reading, Phrase) else reading
    return tuple(c for c in constraints if c.kind in LOOKS or c.value in ("left", "right"))
