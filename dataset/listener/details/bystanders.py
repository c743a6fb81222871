"""Who is spoken of beside the region: the noun phrases of a sentence with their looks, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from ..sentences.clauses import FINITE, OTHERS
from ..sentences.fact import LOOKS
from ..sentences.islands import Island
from ..words.connectives import LEFT_RIGHT, TRANSPARENT
from ..words.lexicon import NOUN_WORDS, is_part
from ..words.vocabulary import COLOR_WORDS, NUMBERS
from .relation_words import PARTLY
from .side_words import ENDS, FIELDS

__all__ = [
    "DENIALS",
    "LEVEL_WORDS",
    "LIKE",
    "VERBS",
    "Subject",
    "is_thing",
    "named",
    "predicate",
    "subjects_of",
    "to_region",
]

VERBS: Final = FINITE | {"standing", "sitting", "parked", "hanging", "lying", "seen", "follows", "grows", "waits"}
LIKE: Final = (OTHERS - {"same"}) | {"fellow", "sister", "mate", "double", "third", "next"}
"""Words of another one like the region."""
ALONE: Final = frozenset({"another", "other", "others", "rest", "one", "ones", "twin", "second", "those"})
ONES: Final = ALONE | LIKE | NUMBERS.keys()
"""Words that stand for a thing that was named."""
FURTHER: Final = frozenset({"another", "other", "others", "third", "second"})
"""After "one" these are one more of a group."""
ASIDE: Final = (("side",), ("end",), ("hand",))
"""After these "other" is no other thing."""
DENIALS: Final = frozenset({"not", "unlike", "than", "nor", "neither"})
CHAINED: Final = frozenset({"of", "in", "with"})
NO_THINGS: Final = ENDS | FIELDS | {"front", "back", "top", "bottom", "middle", "row", "space", "horizon"} | TRANSPARENT
HOLDERS: Final = frozenset({"pot", "frame", "planter"})
NOT_NAMED: Final = frozenset({ANY_NOUN, UNKNOWN_NOUN})
STANDING: Final = frozenset({"behind", "in front of", "above", "below", "under", "on", "next to", "touching"})
"""Relations that tell of several things which one is meant."""
RANKS: Final = frozenset(
    {("size", "big"), ("size", "small"), ("size", "tall"), ("size", "short"), ("place", "front"), ("place", "back")}
)
"""Words that tell a thing from its like by how large or how near it is."""
LEVEL_WORDS: Final = {"higher": "above", "lower": "below"}
ASIDE_REACH: Final = 9
"""So many words an aside between commas may have."""
LEVEL_REACH: Final = 5
"""So many words from a verb on may stand a word for a level."""
TO_REGION: Final = {relation: relation for relation in STANDING} | {"beside": "next to"}
"""Words before "it" -> how something stands to the region."""
BY_IT: Final = tuple((*words, "it") for words in (("beside",), ("next", "to"), ("behind",), ("near",)))
"""What stands so is another than the region."""
SHOWING: Final = frozenset({"show", "shows"})
"""After these a part may be only half of what is meant."""
SCOPE: Final = 4
"""So many words before a phrase may stand what denies it."""


class Subject(NamedTuple):
    """A noun phrase that may be what is on a side.

    Attributes:
        start, end: its span.
        phrase: what it names.
        is_other: whether it is said to be another than the region.
        nouns: of "one", what else it may be than one of the region's kind: the nouns before it.
    """

    start: int
    end: int
    phrase: Phrase
    is_other: bool
    nouns: tuple[str, ...] = ()


def subjects_of(tokens: tuple[str, ...], islands: Sequence[Island]) -> Iterator[Subject]:
    """The noun phrases of a sentence, each with the looks that follow it, and words like "another" that stand alone.

    Args:
        tokens: the words.
        islands: from `islands_of`.
    """
    nouns: tuple[str, ...] = ()
    has_one = tokens[:1] == ("one",)
    for n in range(len(islands)):
        subject = _alone(tokens, islands[n]) or _subject(tokens, islands, n)
        if subject is not None and subject.phrase.noun == ANY_NOUN:
            words = tokens[subject.start : subject.end]
            is_other = subject.is_other and not (has_one and not FURTHER.isdisjoint(words))
            has_one |= not is_other
            yield subject._replace(nouns=nouns if not ONES.isdisjoint(words) else (), is_other=is_other)
        elif subject is not None:
            yield subject
            if subject.phrase.noun.rpartition(" ")[2] not in NO_THINGS:
                nouns = (*nouns, subject.phrase.noun)


def _alone(tokens: tuple[str, ...], island: Island) -> Subject | None:
    """A word that stands for a thing: "another", "those", "two"."""
    words = tokens[island.start : island.end]
    if island.kind == "skipped" and words[0] in ALONE and tokens[island.end : island.end + 1] not in ASIDE:
        return Subject(island.start, island.end, Phrase(ANY_NOUN, words[0] == "those"), words[0] in LIKE)
    if island.kind == "attribute" and len(words) == 1 and NUMBERS.get(words[0], 0) > 1:
        count = Constraint("count", str(NUMBERS[words[0]]))
        return Subject(island.start, island.end, Phrase(ANY_NOUN, True, (count,)), False)
    return None


def _subject(tokens: tuple[str, ...], islands: Sequence[Island], n: int) -> Subject | None:
    """The noun phrase of an island, with the words before it that say that it is another, and what it has."""
    island = islands[n]
    phrase = named(island) if island.kind == "phrase" else None
    if phrase is None or (
        not LEFT_RIGHT.keys().isdisjoint(tokens[island.start : island.end]) and not is_thing(tokens, island)
    ):
        return None
    readings = [reading for reading in island.readings if isinstance(reading, Phrase)]
    ranks = tuple(c for c in readings[0].constraints if (c.kind, c.value) in RANKS)
    phrase = phrase.adding(*ranks)
    start = island.start
    while start and tokens[start - 1] in LIKE:
        start -= 1
    start -= start < island.start and tokens[start - 1] in ("the", "its", "a")
    words = tokens[start : island.end]
    is_other = not LIKE.isdisjoint(words) or not DENIALS.isdisjoint(tokens[max(start - SCOPE, 0) : start])
    following = islands[n + 1 : n + 2]
    is_other |= (
        bool(following) and following[0].kind == "idiom" and tokens[following[0].start : following[0].end] in BY_IT
    )
    if words == ("one", "more"):
        return Subject(start, island.end, Phrase(ANY_NOUN), True)
    if (phrase.noun == UNKNOWN_NOUN or words[-1] in VERBS) and LIKE.intersection(words[:2]):
        phrase = Phrase(ANY_NOUN)  # "its twin", "its fellow stands"
    return _with_what_follows(tokens, islands, n, Subject(start, island.end, phrase, is_other))


def _with_what_follows(tokens: tuple[str, ...], islands: Sequence[Island], n: int, subject: Subject) -> Subject:
    """A subject with the looks that stand after it, "with dots", and what it is of, has, stands in or stands to."""
    rest, phrase, end = list(islands[n + 1 : n + 6]), subject.phrase, subject.end
    if rest and rest[0].kind == "attribute" and LEFT_RIGHT.keys().isdisjoint(tokens[rest[0].start : rest[0].end]):
        readings = [reading for reading in rest[0].readings[:1] if not isinstance(reading, Phrase)]
        looks = tuple(c for reading in readings for c in reading if c.kind in LOOKS)
        phrase, end, rest = (phrase.adding(*looks), rest[0].end, rest[1:]) if looks else (phrase, end, rest)
    if rest and rest[0].start == end and (relation := to_region(tokens, rest)) is not None:
        return subject._replace(phrase=phrase.adding(relation[0]), end=relation[1])
    if len(rest) < 2 or rest[0].kind != "link" or rest[0].start != end:
        return subject._replace(phrase=phrase, end=end)
    if (standing := _standing(tokens, rest)) is not None:
        return subject._replace(phrase=phrase.adding(standing[0]), end=standing[1])
    if rest[0].link[0] not in CHAINED:
        return subject._replace(phrase=phrase, end=end)
    thing = _held(rest[0].link[0], rest[1])
    if thing is not None and tokens[rest[0].start] not in VERBS | SHOWING:
        phrase, end = phrase.adding(thing), rest[1].end
    elif tokens[rest[0].start] == "with" and rest[1].kind == "phrase" and tokens[rest[1].end - 1] not in FIELDS:
        end = rest[1].end  # "with pink corners"
    return subject._replace(phrase=phrase, end=end)


def _standing(tokens: tuple[str, ...], islands: Sequence[Island]) -> tuple[Constraint, int] | None:
    """How a thing stands to another one with a name, "under its tail", "on a teal pole", and where that ends."""
    if len(islands) < 2 or islands[0].link[0] != "relation" or islands[0].link[1] not in STANDING:
        return None
    relation, island = islands[0].link[1], islands[1]
    words = tokens[islands[0].start : islands[0].end]
    if relation == "touching" and words[-1] not in ("touches", "touching"):
        relation = "hidden by" if words[-1] == "by" else "hides"
    elif relation == "behind" and not PARTLY.isdisjoint(words):
        relation = "hidden by"
    thing = named(island) if island.kind == "phrase" else None
    is_verb = tokens[island.end - 1] in VERBS  # "on the right stands"
    if thing is None or thing.noun in NOT_NAMED or is_verb or tokens[island.end : island.end + 1] == ("'s",):
        return None
    end = island.end
    if len(islands) > 3 and islands[2].link[0] in ("of", "with"):
        part = _held(islands[2].link[0], islands[3])
        thing, end = (thing, end) if part is None else (thing.adding(part), islands[3].end)
    is_own = relation == "on" and is_part(thing.noun)
    return (Constraint("with", "", thing) if is_own else Constraint("relation", relation, thing)), end


def to_region(tokens: tuple[str, ...], islands: Sequence[Island]) -> tuple[Constraint, int] | None:
    """How a thing stands to the region, "behind it", and where that ends."""
    words = tokens[islands[0].start : islands[0].end]
    if islands[0].kind == "idiom" and words[-1:] in (("it",), ("them",)) and " ".join(words[:-1]) in TO_REGION:
        return Constraint("to", TO_REGION[" ".join(words[:-1])]), islands[0].end
    is_link = islands[0].kind == "link" and islands[0].link[0] == "relation" and islands[0].link[1] in STANDING
    if is_link and len(islands) > 1 and tokens[islands[1].start : islands[1].end] in (("it",), ("them",)):
        return Constraint("to", islands[0].link[1]), islands[1].end
    return None


def _held(link: str, island: Island) -> Constraint | None:
    """What a thing is of, has, or stands in, if that is a thing with a name."""
    thing = named(island, FIELDS) if island.kind == "phrase" else None
    if thing is None or thing.noun in NOT_NAMED or (link == "in" and thing.noun not in HOLDERS):
        return None
    return Constraint("of" if link == "of" else "with", "", thing)


def named(island: Island, nothing: frozenset[str] = NO_THINGS) -> Phrase | None:
    """What a phrase names, with its looks; None if it is one of the nouns that name nothing."""
    for reading in island.readings:
        if isinstance(reading, Phrase) and reading.noun not in nothing:
            looks = tuple(c for c in reading.constraints if c.kind in LOOKS or c.kind in ("of", "with", "count"))
            return Phrase(reading.noun, reading.plural, looks)
    return None


def is_thing(tokens: tuple[str, ...], island: Island) -> bool:
    """Whether a side in a phrase is an adjective: of "the left one", not of "the left reaches lower"."""
    readings = [reading for reading in island.readings if isinstance(reading, Phrase)]
    if not readings or readings[0].noun == UNKNOWN_NOUN or tokens[island.end - 1] in VERBS:
        return False
    return readings[0].noun != ANY_NOUN or not {"one", "ones"}.isdisjoint(tokens[island.start : island.end])


def _level(tokens: tuple[str, ...], k: int) -> tuple[Constraint, ...]:
    """Of "sits higher than the other" the level, not of "at the lower left" or "has a higher top"."""
    for j in range(k, min(k + LEVEL_REACH, len(tokens))):
        after = tokens[j + 1 : j + 2]
        if tokens[j] in LEVEL_WORDS and after not in (("left",), ("right",)) and after not in NOUN_WORDS:
            return (Constraint("level", LEVEL_WORDS[tokens[j]]),)
    return ()


def predicate(tokens: tuple[str, ...], islands: Sequence[Island], k: int) -> tuple[Constraint, ...]:
    """What a clause says of its subject from a word on: "is turquoise", "has a dark top", "belongs to the lamp"."""
    if tokens[k : k + 1] == (",",) and "," in tokens[k + 1 : k + ASIDE_REACH]:  # "the right one, nearer to us, is red"
        end = tokens.index(",", k + 1) + 1
        return predicate(tokens, islands, end) if not VERBS.isdisjoint(tokens[end : end + 1]) else ()
    rest = [island for island in islands if island.start >= k]
    looks: tuple[Constraint, ...] = ()
    is_said, link = not VERBS.isdisjoint(tokens[k : k + 1]), ""
    if is_said and (level := _level(tokens, k)):
        return level
    for n, island in enumerate(rest):
        word = tokens[island.start]
        if island.kind == "copula":
            is_said = True
        elif island.kind == "attribute" and is_said and not link:
            readings = [reading for reading in island.readings[:1] if not isinstance(reading, Phrase)]
            looks += tuple(c for reading in readings for c in reading if c.kind in LOOKS)
        elif island.kind == "skipped" and word in COLOR_WORDS and not link:
            looks += (Constraint("color", COLOR_WORDS[word]),)  # "and the right one orange"
        elif island.kind in ("link", "idiom") and (
            stands := _standing(tokens, rest[n:]) or to_region(tokens, rest[n:])
        ):
            return (*looks, stands[0])
        elif (
            island.kind == "link"
            and island.link[0] in CHAINED
            and word not in SHOWING
            and (is_said or word not in CHAINED or (n == 0 and word == "with"))
        ):
            link = island.link[0]
        elif island.kind == "phrase" and n and rest[n - 1].kind == "copula" and not link:
            what = named(island)
            looks += () if what is None else tuple(c for c in what.constraints if c.kind in ("color", "pattern"))
        elif island.kind == "phrase" and (link or island == rest[0]):
            thing, link = _held(link or "with", island), ""
            looks += () if thing is None else (thing,)
        elif (island.kind, word) != ("joint", "and") and not (island.kind == "skipped" and is_said):
            break
    return looks
