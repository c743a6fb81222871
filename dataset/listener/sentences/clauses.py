"""Which clauses of a further sentence are about the region, and which about something else in the picture.

People say what they do not mean: "The grey hub is left out", "The other car has a blue roof",
"so it is not that one".
What such a clause names must be somewhere in the picture, but it is neither the region nor near it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from ..grammar.chart import PhraseTable
from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from ..words.connectives import COPULAS, PRONOUNS, SIDES, VERBS
from ..words.vocabulary import ARTICLES, NUMBERS, ORDINALS
from .islands import Island
from .phrases import may_be_the_same

__all__ = [
    "Clause",
    "clauses",
    "denied_in",
    "is_of_another",
    "is_predicate",
    "left_out",
    "number_of_members",
    "numbers_all",
]

FINITE: Final = (
    frozenset(COPULAS)
    | VERBS
    | {"has", "have", "do", "does", "belong", "belongs", "carry", "carries", "show", "shows", "can", "holds", "hold",
       "look", "looks", "keep", "keeps", "touch", "touches", "continue", "continues", "lean", "leans", "start",
       "starts",
       "bear", "bears", "come", "comes", "form", "forms", "go", "goes", "reach", "reaches", "end", "ends", "'s",
       "rise",
       "rises", "count", "counts", "overlaps", "overlap", "peek", "peeks", "appear", "appears", "extends", "extend",
     "differs", "differ", "contain", "contains", "surround", "surrounds", "hangs", "hang", "stick", "sticks",
     "lies", "lie"}
)  # fmt: skip
BEGINNINGS: Final = ARTICLES | NUMBERS.keys() | {
    "it", "they", "both", "all", "neither", "nor", "one", "each", "there", "another", "other", "none", "behind",
    "what",
}  # fmt: skip
JOINTS: Final = frozenset({",", "and", "but", "so", "while", "whereas", "though", "although", "yet"})
OTHERS: Final = frozenset(
    {"other", "another", "others", "rest", "similar", "same", "twin", "counterpart", "neighbour", "neighbor",
     "companion", "companions", "counterparts", "neighbours", "neighbors", "twins", "partner", "partners", "lookalike",
     "remaining", "neighbouring", "neighboring", "adjacent", "opposite",
     "matching", "corresponding", "second"}
)  # fmt: skip
POINTERS: Final = frozenset({"it", "that", "this", "they", "those", "these", "do", "not", "them"})
CUES: Final = PhraseTable.of_text(
    dict.fromkeys(
        ["left out", "not included", "not part", "not a part", "no part", "not meant", "not counted", "not count",
         "not belong", "not include", "not among", "not this one", "not that one", "not the one", "not these",
         "not those", "excluded", "a different one", "is different", "are different", "another one", "is another",
         "are separate", "is separate", "a separate", "are others", "is not it", "is neither", "not to be",
         "ignored", "omitted", "not being", "different parts", "different things", "different objects", "not one of",
         "other things", "is its neighbour", "its neighbor", "not the same", "mix them up", "not concerned",
         "not its",
         "left aside", "not described", "not covered by", "not of interest", "do not form part", "is its own",
         "are their own", "is a thing of its own", "not it", "not them", "not the target", "not what", "neither",
         "the same", "is similar", "are similar", "looks similar", "look similar",
         "look the same", "a similar", "a matching", "similar ones", "mirror image", "belong to the other",
         "belongs to the other", "belong to another", "belongs to another",
         "is of the other", "are of the other", "different items", "are other", "is something else",
         "are something else", "disregarded", "not considered", "not to be counted", "does not count",
         "do not count", "is left aside", "not this", "not that",
         "is the other one", "are the other ones", "are the others", "is elsewhere", "differs", "differ", "is also",
         "are also"],
        True,
    )
)  # fmt: skip


class Clause(NamedTuple):
    """A part of a sentence.

    Attributes:
        start, end: its span of tokens.
        is_aside: whether it is about something else than the region.
    """

    start: int
    end: int
    is_aside: bool


@lru_cache(maxsize=256)
def clauses(tokens: tuple[str, ...]) -> tuple[Clause, ...]:
    """The clauses of a sentence in order; together they are all of it."""
    spans = list(_spans(tokens))
    asides = [_is_aside(tokens[start:end]) for start, end in spans]
    for k in range(1, len(spans)):
        start, end = spans[k]
        if asides[k] and _subject(tokens[start:end])[:1] and _subject(tokens[start:end])[0] in POINTERS:
            asides[k - 1] = asides[k - 1] or not _is_of_region(tokens[slice(*spans[k - 1])])
    return tuple(Clause(start, end, aside) for (start, end), aside in zip(spans, asides, strict=True))


def _spans(tokens: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Cut where a new subject with a verb of its own follows a clause that has one."""
    start = 0
    for k, word in enumerate(tokens):
        if word not in JOINTS or k <= start or tokens[k - 1] in JOINTS:
            continue
        rest = tuple(_after_joints(tokens, k))
        if (
            rest
            and (rest[0] in BEGINNINGS or word == "so")
            and (_has_verb(_until_joint(rest)) or (_has_verb(rest) and OTHERS.intersection(_until_joint(rest))))
            and _has_verb(tokens[start:k])
        ):
            yield start, k
            start = k
    yield start, len(tokens)


def _after_joints(tokens: tuple[str, ...], k: int) -> tuple[str, ...]:
    while k < len(tokens) and tokens[k] in JOINTS:
        k += 1
    return tokens[k:]


def _until_joint(tokens: tuple[str, ...]) -> tuple[str, ...]:
    end = next((k for k, token in enumerate(tokens) if token in JOINTS), len(tokens))
    return tokens[:end]


def _has_verb(tokens: tuple[str, ...]) -> bool:
    return any(token in FINITE for token in tokens[1:]) or tokens[:1] in (("neither",), ("nor",))


def _subject(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The words before the verb."""
    rest = _after_joints(tokens, 0)
    end = next((k for k, token in enumerate(rest) if token in FINITE), len(rest))
    return rest[:end]


def _is_of_region(tokens: tuple[str, ...]) -> bool:
    """Whether the region itself is the subject."""
    return _subject(tokens)[:1] in (("it",), ("they",), ("this",), ("these",))


def _is_aside(tokens: tuple[str, ...]) -> bool:
    subject = _subject(tokens)
    if subject[:1] in (("it",), ("they",)) and len(subject) == 1:
        return False
    for k, word in enumerate(subject):
        following = subject[k + 1] if k + 1 < len(subject) else ""
        if word in OTHERS and following not in SIDES:
            return True
    return any(cue in CUES and _cue(tokens, k) for k, cue in enumerate(tokens))


def _cue(tokens: tuple[str, ...], k: int) -> bool:
    single, longer = CUES[tokens[k]]
    following = tokens[k + 1] if k + 1 < len(tokens) else ""
    return any(
        tokens[k : k + len(words)] == words for words, _ in (longer.get(following, single) if longer else single)
    )


EXCLUDED: Final = tuple(
    f"{verb} {words}"
    for verb in ("is", "are")
    for words in ("left out", "not included", "excluded", "not part of it", "not counted", "left aside",
                  "both excluded",
                  "not a part of it", "not among them", "omitted", "not covered", "all left out", "both left out",
                  "not meant", "not part of this")
) + tuple(
    f"{verb} {words}"
    for verb in ("do not", "does not", "don 't", "doesn 't")
    for words in ("belong to it", "count", "belong here", "form part of it")
)  # fmt: skip
BESIDE_IT: Final = frozenset(
    {("to", "its"), *((word, "it") for word in ("behind", "beside", "to", "of", "above", "below", "under", "beneath"))}
)
SEEN: Final = (("can", "be", "seen"), ("are", "to", "be", "seen"), ("are", "visible"), ("show",))
LIKE_IT: Final = ((), ("like",), ("others",), ("more",), ("similar",))
"""What follows a number that alone is the subject."""
AWAY: Final = frozenset({"behind", "beyond", "opposite", "further", "farther"})
"""At the end of a subject they say that it is another one than the region."""
OPPOSITES: Final = {
    "left": "right",
    "right": "left",
    "front": "back",
    "back": "front",
    "top": "bottom",
    "bottom": "top",
}


def denied_in(tokens: tuple[str, ...], islands: Sequence[Island]) -> frozenset[int]:
    """Which of the islands follow a denial, up to the next comma."""
    covered, is_denied = set(), False
    for k, island in enumerate(islands):
        is_comma = island.kind == "joint" and tokens[island.start] == ","
        is_denied = island.kind == "denial" or (is_denied and not is_comma)
        covered |= {k} if is_denied else set()
    return frozenset(covered)


def left_out(tokens: tuple[str, ...], islands: Sequence[Island]) -> tuple[Phrase, ...]:
    """What a clause says is no part of the region: "the lid and the spout are left out".

    Args:
        tokens: the words of the clause.
        islands: from `islands_of`.
    """
    before = len(tokens) - len(_after_joints(tokens, 0))
    verb = next((k for k in range(before, len(tokens)) if " ".join(tokens[k:]).startswith(EXCLUDED)), before)
    is_relative = verb > before and tokens[verb - 1] in ("that", "which")
    if OTHERS.intersection(tokens[before:verb]):
        return ()
    own = [island for island in islands if before <= island.start < verb]
    if is_relative:  # "it holds five fruits that are not counted"
        own = [island for island in own if island.kind == "phrase"][-1:]
    if any(island.kind == "link" and tokens[island.end : island.end + 1] != ("it",) for island in own):
        return ()
    phrases = (reading for island in own for reading in island.readings[:1] if isinstance(reading, Phrase))
    return tuple(phrase for phrase in phrases if phrase.noun not in (ANY_NOUN, UNKNOWN_NOUN))


def is_of_another(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase) -> bool:
    """Whether a clause is about another thing of the region's kind, or about some of the things that it is made of.

    Args:
        tokens: the words of the clause.
        islands: from `islands_of`.
        head: what the first sentence says of the region.
    """
    subject = _subject(tokens)
    before = len(tokens) - len(_after_joints(tokens, 0))
    own = [island for island in islands if before <= island.start < before + len(subject)]
    first = own[0] if own else None
    if head.plural and number_of_members(tokens):
        return True
    if not head.plural and NUMBERS.get(subject[0] if subject else "", 0) > 1 and subject[1:2] in LIKE_IT:
        return True  # "two like it are stacked above"
    if not subject or first is None or first.kind != "phrase" or subject[0] in ("its", "their", "it", "they"):
        return False
    phrases = [phrase for phrase in first.readings if isinstance(phrase, Phrase)]
    phrase = phrases[0]
    owners = [c.inner for c in head.constraints if c.kind == "of" and c.inner.noun == phrase.noun]
    if owners and phrase.noun not in (ANY_NOUN, UNKNOWN_NOUN):  # "the red robot by the wall has grey legs"
        is_placed = any(island.link[0] == "relation" for island in own[1:])
        if is_placed or _contradicts(phrase.constraints, owners[0].constraints):
            return True
    if head.plural and ("ones" in subject or subject[-1] == "one" or subject[-1] in NUMBERS or subject[-1] in ORDINALS):
        return True
    if phrase.noun != ANY_NOUN and not may_be_the_same(phrase, head):
        return False
    if {"it", "its", "this", "them"} & {*subject[1:]}:  # "the stool to its left is black"
        return True
    if subject[-1] in AWAY or AWAY.intersection(subject[-2:-1]) or subject[-2:] == ("in", "front"):
        return True  # "the stool further back", "the lamp in front"
    rest = tokens[before + len(subject) :]
    if any(pair in BESIDE_IT for pair in pairwise(rest)):  # "the yellow bus stands to its right"
        return True
    if _is_told_apart(subject, own, head) or ("the", "other") in pairwise(rest[:4]):  # "is on the other table"
        return True
    words = [*phrase.constraints, *(c for island in own[1:] for r in island.readings[:1] for c in _constraints(r))]
    return _contradicts(words, head.constraints)


def _is_told_apart(subject: tuple[str, ...], own: Sequence[Island], head: Phrase) -> bool:
    """Whether a subject is told by where it is from the region, or by a part that is not like the region's.

    "The lanterns just to the left", "the robot with brown limbs" beside one with gray limbs.
    """
    if subject[-3:-1] == ("to", "the") and subject[-1] in SIDES:
        return not any(c.value == subject[-1] for c in head.constraints)
    if len(own) < 2 or own[1].link[0] != "with":
        return False
    parts = [phrase for island in own[2:3] for phrase in island.readings[:1] if isinstance(phrase, Phrase)]
    theirs = [c.inner for c in head.constraints if c.kind == "with"]
    return any(
        may_be_the_same(part, other) and _contradicts(part.constraints, other.constraints)
        for part in parts
        for other in theirs
    )


def number_of_members(tokens: tuple[str, ...]) -> int:
    """The number that alone is the subject: "two of them stand on the left", "and one is hidden"; 0 without one."""
    if numbers_all(tokens):
        return 0
    subject = _subject(tokens)
    words = subject[:-2] if subject[-2:] in (("of", "them"), ("of", "these")) else subject
    return NUMBERS.get(words[0], 0) if len(words) == 1 and len(subject) < len(_after_joints(tokens, 0)) else 0


def numbers_all(tokens: tuple[str, ...]) -> bool:
    """Whether a clause begins with the number of all that are there: "five of them can be seen, one at the left"."""
    rest = _after_joints(tokens, 0)
    is_seen = any(rest[k : k + len(seen)] == seen for k in (1, 3) for seen in SEEN)
    return is_seen and rest[0] in NUMBERS


def _constraints(reading: Phrase | tuple[Constraint, ...]) -> tuple[Constraint, ...]:
    return () if isinstance(reading, Phrase) else reading


def _contradicts(words: Sequence[Constraint], head: Sequence[Constraint]) -> bool:
    """Whether colours are others, or a place is the opposite one."""
    for kinds in (("color", "accent"), ("pattern",)):
        looks = [{c.value for c in constraints if c.kind in kinds} for constraints in (words, head)]
        if all(looks) and (not looks[0] & looks[1] or (looks[0] != looks[1] and min(map(len, looks)) > 1)):
            return True  # "the blue and white ball", of the red and white one
    places = [{c.value for c in constraints if c.kind in ("place", "most", "picture")} for constraints in (words, head)]
    return any(OPPOSITES.get(place) in places[1] for place in places[0] - places[1])


def is_predicate(tokens: tuple[str, ...], islands: Sequence[Island]) -> bool:
    """Whether a sentence begins with "it is", so that its first phrase is said of the region: "it is a red board"."""
    start = islands[0].start if islands else 0
    return start > 1 and tokens[start - 1] in COPULAS and tokens[start - 2] in PRONOUNS
