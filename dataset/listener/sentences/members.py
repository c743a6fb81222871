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
from ..words.connectives import COPULAS, DENIALS
from ..words.lexicon import categories_of
from ..words.vocabulary import COLOR_WORDS, NUMBERS, ORDINALS
from .claims import colors_before
from .clauses import OTHERS, denied_in, is_predicate, numbers_all
from .fact import LOOKS, Fact, so_many
from .islands import Island, listed_colors
from .phrases import may_be_the_same

__all__ = ["continued", "groups_of", "members_of"]

NOT_COUNTED: Final = (OTHERS | frozenset(DENIALS)) - {"second", "remaining", "rest"}
GOING_ON: Final = {"one", *ORDINALS}
ADDING: Final = frozenset({"and", "plus", "while"})
BEGINNINGS: Final = ((), ("there", "are"), ("they", "are"), ("these", "are"))
PLACING: Final = frozenset(
    {"in", "at", "on", "with", "behind", "to", "above", "below", "by", "under", "between", "near", "beside", "next",
     "around", "along", "inside", "just", "further", "farther"}
)  # fmt: skip
SOME_OF: Final = frozenset(
    {"lower", "upper", "outer", "inner", "left", "right", "front", "rear", "nearer", "farther", "top", "bottom"}
)
ONE_OF: Final = frozenset({"its", "the", "their"})
THINGS: Final = frozenset({"things", "objects", "items"})
LONGEST_RANK: Final = 6
"""Most words before "the three panes" in "it is the second last of the three panes"."""
REST: Final = 7
"""So many words before "one" an "and" makes it one more: "and a tiny bit of one"."""


def groups_of(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase, *, first: bool) -> tuple[Fact, ...]:
    """What a sentence says of the number of members of a group, of some of them, and of how many the region is one.

    Args:
        tokens: the words.
        islands: from `islands_of`.
        head: what the first sentence is about.
        first: whether it is the first sentence.
    """
    facts = [*_among(tokens, islands), *_ones(tokens, head)]
    if not first:
        facts += _every(tokens, islands)
    if head.plural or head.noun in MASS_NOUNS:
        facts += (so_many("tally", number) for number in {*_tallies(tokens, islands, head)} if number > 1)
    if head.plural:
        facts += [*_listed(tokens), *(() if first else _fewer(tokens, islands))]
    return tuple(dict.fromkeys(facts))


def _tallies(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase) -> Iterator[int]:
    """The numbers of which a group has so many members or more."""
    if tokens[:1] != ("each",) and not any(_is_of_others(tokens, k) for k in range(len(tokens))):
        yield from _of_them(tokens)
        yield from _of_nouns(tokens, islands, head)
        yield 0 if head.noun in MASS_NOUNS else _listed_number(tokens, islands, head)
        yield continued(tokens)


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
    start = colors_before(tokens, k)
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


def _listed(tokens: tuple[str, ...]) -> Iterator[Fact]:
    """The colours of members that a sentence lists: "one red, one brown and two of them yellow"."""
    for start, end in listed_colors(tokens):
        claims = (
            Constraint("color", COLOR_WORDS[tokens[end - 1]]),
            Constraint("count", str(NUMBERS.get(tokens[start], 1))),
        )
        yield Fact("some", None, claims)


def _every(tokens: tuple[str, ...], islands: Sequence[Island]) -> Iterator[Fact]:
    """Of "All three have ..." what the sentence is about are so many."""
    named = {k for island in islands if island.kind == "phrase" for k in range(island.start, island.end)}
    for k, word in enumerate(tokens):
        begins = k == 0 or tokens[k - 1] in ("they", "and", ",", "are", "these")
        begins = begins or tokens[k + 2 : k + 3] in ((), (",",))  # "stripes run along all three"
        following = tokens[k + 1] if k + 1 < len(tokens) else ""
        number = 2 if word == "both" and k == 0 else NUMBERS.get(following) if word == "all" else None
        if number is not None and begins and k not in named:
            yield so_many("number", number)


def _fewer(tokens: tuple[str, ...], islands: Sequence[Island]) -> Iterator[Fact]:
    """Of a group "the lower two" are not all."""
    named = {k for island in islands if any(_named(island)) for k in range(island.start, island.end)}
    for k in range(2, len(tokens)):
        if tokens[k] in NUMBERS and k not in named and tokens[k - 1] in SOME_OF and tokens[k - 2] == "the":
            yield so_many("fewer", NUMBERS[tokens[k]])


def _among(tokens: tuple[str, ...], islands: Sequence[Island]) -> Iterator[Fact]:
    """Of "it is the lowest of the three", "the leftmost of its five", "of the five white ones" it is one of so many."""
    denied = denied_in(tokens, islands)
    for k, island in enumerate(islands):
        if k in denied:
            continue
        if island.link == ("of", ""):
            words = tokens[island.end : island.end + 3]
            number = NUMBERS.get(words[1], 0) if len(words) > 1 and words[0] in ONE_OF else 0
            if number and (len(words) == 2 or words[2] in (",", "and", "together")):
                yield so_many("among", number)
        if island.kind == "phrase" and (phrase := island.phrase) is not None:
            is_said = islands[k - 1].kind == "copula" if k else is_predicate(tokens, islands)
            is_said = is_said and phrase.noun == ANY_NOUN and tokens[island.end - 1] not in THINGS
            yield from (Fact("among", None, (c,)) for c in phrase.constraints if c.kind == "among" and is_said)
            yield from _of_ones(tokens, island, phrase)


def _of_ones(tokens: tuple[str, ...], island: Island, phrase: Phrase) -> Iterator[Fact]:
    """Of "the five white ones", after "of", the region is one; so it is of things of which it is the last."""
    words, before = tokens[island.start : island.end], tokens[: island.start]
    number = next((int(c.value) for c in phrase.constraints if c.kind == "count"), 0)
    if not number or words[0] != "the" or "other" in words or before[-1:] != ("of",):
        return
    is_rank = before[:1] == ("it",) and before[1] in COPULAS and len(before) <= LONGEST_RANK and "not" not in before
    if words[-1] == "ones" or is_rank:
        yield so_many("among", number, (), "", *(c for c in phrase.constraints if c.kind in LOOKS))


def _ones(tokens: tuple[str, ...], head: Phrase) -> Iterator[Fact]:
    """So many members of some colours: "two blue ones flanking a black one"."""
    for k, word in enumerate(tokens):
        if word != "ones":
            continue
        start = colors_before(tokens, k)
        number = NUMBERS.get(tokens[start - 1], 0) if start else 0
        colors = [COLOR_WORDS[color] for color in tokens[start:k] if color in COLOR_WORDS]
        if len(colors) != 1 or number < 2:
            continue  # of "two red and blue ones" each may have one colour or both
        looks = tuple(Constraint("color", color) for color in colors)
        if head.plural and tokens[max(start - 2, 0)] not in ("other", "of"):
            yield Fact("some", None, (*looks, Constraint("count", str(number))))
        elif tokens[max(start - 3, 0) : start - 1] == ("of", "the"):
            yield so_many("among", number, (), "", *looks)


def _is_member(island: Island) -> bool:
    """Whether a subject is a member: "the left one", "one", "the nearest"."""
    reading = island.readings[0] if island.readings else None
    if isinstance(reading, Phrase):
        return reading.noun == ANY_NOUN and not reading.plural
    return reading is not None and not any(c.kind == "count" for c in reading)


def _claims(reading: Phrase | tuple[Constraint, ...]) -> tuple[Constraint, ...]:
    constraints = reading.constraints if isinstance(reading, Phrase) else reading
    return tuple(c for c in constraints if c.kind in LOOKS or c.value in ("left", "right"))
