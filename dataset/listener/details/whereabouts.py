"""Who stands where: of clauses on something else than the region, the subject, and the side that it is on.

"The dotted one hangs to its right", "to the left is a smaller one", "the other foot is farther left", "the one at the
right end": a subject with its looks, maybe a verb, and a place, which is beside the region, beside a thing that is
named, or in the picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from ..sentences.clauses import FINITE
from ..sentences.fact import LOOKS, Fact
from ..sentences.islands import Island
from ..words.connectives import OWNED, TRANSPARENT, WAYS
from ..words.vocabulary import COLOR_WORDS, NUMBERS

__all__ = ["whereabouts_in"]

SIDES: Final = {"left": "left", "right": "right", "leftmost": "left", "rightmost": "right"}
ENDS: Final = frozenset(
    {"end", "edge", "corner", "half", "part", "portion", "tip", "border", "rim", "margin", "third", "section", "flank"}
)
"""Nouns after a side of what something is at or on."""
FIELDS: Final = frozenset({"side", "foreground", "background", "area", "hand"})
LEVELS: Final = frozenset(
    {"upper", "lower", "top", "bottom", "front", "back", "rear", "near", "far", "very", "extreme", "outer", "nearer"}
)
"""Words that may stand between an article and a side."""
AT: Final = frozenset({"at", "on", "in", "along", "near", "by"})
PICTURES: Final = frozenset({"picture", "image", "scene", "room", "view", "photo"})
FARTHER: Final = frozenset({"further", "farther", "more", "furthest", "farthest"})
VERBS: Final = FINITE | {"standing", "sitting", "parked", "hanging", "lying", "seen", "follows", "grows", "waits"}
TURNED: Final = frozenset(
    {"points", "point", "pointing", "leans", "lean", "leaning", "slants", "slanting", "turned", "turns", "faces",
     "facing", "face", "heading", "headed", "leads", "runs", "running", "driving", "moving", "sticks", "curves"}
)  # fmt: skip
"""Verbs after which a side is a way."""
LIKE: Final = frozenset(
    {"other", "others", "another", "second", "twin", "counterpart", "partner", "fellow", "neighbour", "neighbor",
     "rest", "remaining", "similar", "matching", "opposite", "corresponding", "companion", "sister", "mate", "lookalike",
     "double", "third", "next", "same"}
)  # fmt: skip
"""Words of another one like the region."""
ALONE: Final = frozenset({"another", "other", "others", "rest", "one", "ones", "twin", "second", "those"})
DENIALS: Final = frozenset({"not", "unlike", "than", "nor", "neither"})
JOINTS: Final = frozenset({",", "and", "but", "while", "whereas", "though", "so", "yet"})
CHAINED: Final = frozenset({"of", "in", "with"})
NO_THINGS: Final = ENDS | FIELDS | {"front", "back", "top", "bottom", "middle", "row", "space", "horizon"} | TRANSPARENT
HOLDERS: Final = frozenset({"pot", "frame", "planter"})
SUBJECTS: Final = frozenset({"it", "they", "this", "these", "both", "all", "each", "them"})
NOT_A_SIDE: Final = frozenset({"behind", "beside", "next", "above", "below", "under", "beneath", "over", "out", "aside"})
"""Before these "right" is an adverb and "left" a verb."""


class Place(NamedTuple):
    """A side with the words that lead to it: its span, the side, and of what it is a side."""

    start: int
    end: int
    side: str
    frame: str
    landmark: Phrase | None = None


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


def whereabouts_in(
    tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase, *, first: bool
) -> tuple[Fact, ...]:
    """The facts of a further sentence on which side other things are.

    Args:
        tokens: the words.
        islands: from `islands_of`.
        head: what the first sentence is about.
        first: whether it is the first sentence, whose sides are the region's.
    """
    if first or SIDES.keys().isdisjoint(tokens):
        return ()
    subjects = list(_with_nouns_before(_subjects(tokens, islands)))
    facts: list[Fact] = []
    for k, word in enumerate(tokens):
        place = _place(tokens, islands, k) if word in SIDES else None
        if place is not None:
            facts += _said(tokens, islands, subjects, place, head)
    facts += _adjectives(tokens, islands, head)
    return tuple(dict.fromkeys(facts))


def _place(tokens: tuple[str, ...], islands: Sequence[Island], k: int) -> Place | None:
    """The place that the side at a position belongs to; None where it is an adjective, an adverb, a verb or a way."""
    end = k + 1 + (tokens[k + 1 : k + 2] in (("hand",), ("most",)))
    border = tokens[end] if end < len(tokens) and tokens[end] in ENDS | FIELDS else ""
    end += bool(border)
    begin = k
    while begin and tokens[begin - 1] in LEVELS:
        begin -= 1
    article = tokens[begin - 1] if begin and tokens[begin - 1] in ("the", "its", "their", "'s", "a") else ""
    begin -= bool(article)
    owner = tokens[begin - 1] if article == "'s" and begin else ""
    if owner:
        begin -= 2 if tokens[max(begin - 2, 0)] in ("the", "this") else 1
    link = tokens[begin - 1] if begin and tokens[begin - 1] in AT | WAYS else ""
    begin -= bool(link)
    far = [j for j in range(max(begin - 3, 0), begin) if tokens[j] in FARTHER]
    is_adverb = k + 1 < len(tokens) and tokens[k + 1] in NOT_A_SIDE
    if (is_adverb and link not in WAYS) or tokens[max(begin - 1, 0)] == "from":
        return None
    if not link and not far and not _is_bare(tokens, k):
        return None
    following = tokens[end] if end < len(tokens) else ""
    side = SIDES[tokens[k]]
    if following == "than":
        return None
    if following == "of":
        rest = tokens[end + 1 : end + 4]
        if rest[:1] in (("it",), ("them",), ("this",), ("these",)):
            return Place(begin, end + 2, side, "within" if border in ENDS else "region")
        if PICTURES.intersection(rest):
            return Place(begin, end + 3, side, "picture")
        of = next((island for island in islands if end < island.start <= end + 2), None)
        thing = None if of is None else _named(of)
        return None if of is None or thing is None else Place(begin, of.end, side, "landmark", thing)
    if following in ("one", "ones", "and", "or", "behind") and not border and tokens[k + 1 : k + 2] == (following,):
        if following in ("one", "ones") or SIDES.keys() & set(tokens[end : end + 3]):
            return None
    if not border and any(island.start <= k < island.end and _is_thing(tokens, island) for island in islands):
        return None
    if owner:
        return Place(begin, end, side, "picture") if owner in PICTURES else None
    if article in OWNED:
        frame = "within" if border in ENDS else "side" if border else "region"
        return Place(begin, end, side, frame)
    is_way = far and not border and link not in AT
    return Place(begin, end, side, "region" if is_way else "end" if border in ENDS else "any")


def _is_thing(tokens: tuple[str, ...], island: Island) -> bool:
    """Whether a side in a phrase is an adjective: of "the left one", not of "the left reaches lower"."""
    readings = [reading for reading in island.readings if isinstance(reading, Phrase)]
    if not readings or readings[0].noun == UNKNOWN_NOUN:
        return False
    return readings[0].noun != ANY_NOUN or not {"one", "ones"}.isdisjoint(tokens[island.start : island.end])


def _is_bare(tokens: tuple[str, ...], k: int) -> bool:
    """Whether a side without a link is a place: "lies right", "stands far left"."""
    if tokens[max(k - 1, 0)] in ("stands", "lies", "sits", "hangs", "far", "just", "directly", "immediately"):
        return k > 0 and (tokens[k] == "left" or tokens[k + 1 : k + 2] == ("of",))
    ends_so = tokens[k + 1 : k + 2] == () or tokens[k + 1] in JOINTS
    return k > 0 and (tokens[k + 1 : k + 2] == ("of",) or (ends_so and tokens[k - 1] in ("one", "other")))


def _named(island: Island, nothing: frozenset[str] = NO_THINGS) -> Phrase | None:
    """What a phrase names, with its looks; None if it is one of the nouns that name nothing."""
    for reading in island.readings:
        if isinstance(reading, Phrase) and reading.noun not in nothing:
            looks = tuple(c for c in reading.constraints if c.kind in LOOKS or c.kind in ("of", "with", "count"))
            return Phrase(reading.noun, reading.plural, looks)
    return None


def _subjects(tokens: tuple[str, ...], islands: Sequence[Island]) -> Iterator[Subject]:
    """The noun phrases of a sentence, each with the looks that follow it, and words like "another" that stand alone."""
    for n, island in enumerate(islands):
        words = tokens[island.start : island.end]
        if island.kind == "skipped" and words[0] in ALONE:
            yield Subject(island.start, island.end, Phrase(ANY_NOUN, words[0] == "those"), words[0] in LIKE)
            continue
        if island.kind == "attribute" and len(words) == 1 and words[0] in NUMBERS and NUMBERS[words[0]] > 1:
            count = Constraint("count", str(NUMBERS[words[0]]))
            yield Subject(island.start, island.end, Phrase(ANY_NOUN, True, (count,)), False)
            continue
        phrase = _named(island) if island.kind == "phrase" else None
        if phrase is None or (SIDES.keys() & set(words) and not _is_thing(tokens, island)):
            continue
        start = island.start
        while start and tokens[start - 1] in LIKE:
            start -= 1
        start -= start < island.start and tokens[start - 1] in ("the", "its", "a")
        words, before = tokens[start : island.end], tokens[max(start - 4, 0) : start]
        is_other = not LIKE.isdisjoint(words) or not DENIALS.isdisjoint(before)
        if phrase.noun == UNKNOWN_NOUN and is_other and LIKE.intersection(words[:2]):
            phrase = phrase._replace(noun=ANY_NOUN)
        end = island.end
        rest = list(islands[n + 1 : n + 4])
        if rest and rest[0].kind == "attribute" and not SIDES.keys() & set(tokens[rest[0].start : rest[0].end]):
            readings = [r for r in rest[0].readings[:1] if not isinstance(r, Phrase)]
            looks = tuple(c for r in readings for c in r if c.kind in LOOKS)
            phrase, end, rest = (phrase.adding(*looks), rest[0].end, rest[1:]) if looks else (phrase, end, rest)
        if len(rest) > 1 and rest[0].kind == "link" and rest[0].link[0] in CHAINED and rest[0].start == end:
            inner = _named(rest[1]) if rest[1].kind == "phrase" else None
            is_verb = tokens[rest[0].start] in ("has", "have", "show", "shows")
            if not is_verb and inner is not None and inner.noun not in (ANY_NOUN, UNKNOWN_NOUN) and rest[1].start == rest[0].end:
                kind = "of" if rest[0].link[0] == "of" else "with"
                if rest[0].link[0] != "in" or inner.noun in HOLDERS:
                    phrase = phrase.adding(Constraint(kind, "", inner))
                    end = rest[1].end
        yield Subject(start, end, phrase, is_other)


def _with_nouns_before(subjects: Iterable[Subject]) -> Iterator[Subject]:
    nouns: tuple[str, ...] = ()
    for subject in subjects:
        if subject.phrase.noun == ANY_NOUN:
            yield subject._replace(nouns=nouns)
        else:
            yield subject
            nouns = (*nouns, subject.phrase.noun)


def _said(
    tokens: tuple[str, ...], islands: Sequence[Island], subjects: Sequence[Subject], place: Place, head: Phrase
) -> Iterator[Fact]:
    """The fact that a place makes with its subject, which stands before it, or after it where it begins a clause."""
    here = next(n for n, island in enumerate(islands) if island.end > place.start)
    start = here
    while start and islands[start - 1].kind != "joint":
        start -= 1
    ends_so = place.end == len(tokens) or tokens[place.end] in JOINTS
    if all(island.kind in ("idiom", "skipped") for island in islands[start:here]) and not (start and ends_so):
        verb = place.end + (tokens[place.end : place.end + 1] == ("there",))
        begin = verb + (tokens[verb : verb + 1] != () and tokens[verb] in VERBS)
        meant = [subject for subject in subjects if begin <= subject.start <= begin + 1][:1]
        if meant and place.frame != "landmark" and tokens[verb] not in JOINTS and not ends_so:
            yield from _facts(place if start == here else place._replace(frame="region"), meant, head, "fronted")
            return
    by_end = {subject.end: subject for subject in subjects}
    has_verb, n = False, here
    k = leads = min(place.start, islands[here].start)
    while n and k not in by_end:
        island = islands[n - 1]
        words = tokens[island.start : island.end]
        if not TURNED.isdisjoint(words) or island.kind == "denial" or (island.kind == "joint" and words[0] != ","):
            break
        if island.kind == "joint" and k != leads and not has_verb:
            return
        has_verb = has_verb or not VERBS.isdisjoint(words)
        if island.kind in ("phrase", "link") and not _is_passed(islands, n - 1, has_verb=has_verb):
            return
        k, n = island.start, n - 1
    if k not in by_end:
        return
    last = by_end[k]
    if not has_verb and tokens[max(last.start - 1, 0)] in DENIALS:
        yield from _facts(place, [last], head, "denied")
        return
    begin = _clause_start(tokens, islands, subjects, last.start)
    own = [subject for subject in subjects if begin <= subject.start and subject.end <= k]
    begin += 2 * (tokens[begin : begin + 2] in (("there", "is"), ("there", "are"), ("there", "'s")))
    if not own or own[0].start != begin or tokens[begin] in SUBJECTS or "no" in tokens[begin:k]:
        return
    if has_verb:
        yield from _facts(place, own[:1], head, "verb")
        return
    if tokens[leads - 1] == ",":  # "the leg of this robot, to the right"
        own = own[:1] if own[0].end == k else own
    looks = _predicate(tokens, islands, place.end)
    own = [subject._replace(phrase=subject.phrase.adding(*looks)) for subject in own] if looks else own
    yield from _facts(place, own, head, "told" if looks else "direct")


def _predicate(tokens: tuple[str, ...], islands: Sequence[Island], k: int) -> tuple[Constraint, ...]:
    """What a clause says of its subject from a word on: "is turquoise", "has a dark top", "belongs to the lamp"."""
    n = next((n for n, island in enumerate(islands) if island.start >= k), len(islands))
    looks: tuple[Constraint, ...] = ()
    is_said, kind = not VERBS.isdisjoint(tokens[k : k + 1]), ""
    for island in islands[n:]:
        word = tokens[island.start]
        if island.kind == "copula":
            is_said = True
        elif island.kind == "attribute" and is_said and not kind:
            readings = [reading for reading in island.readings[:1] if not isinstance(reading, Phrase)]
            looks += tuple(c for reading in readings for c in reading if c.kind in LOOKS)
        elif island.kind == "skipped" and word in COLOR_WORDS and not kind:
            looks += (Constraint("color", COLOR_WORDS[word]),)
        elif island.kind == "link" and island.link[0] in ("with", "of", "in") and word not in ("show", "shows") and (is_said or word not in ("in", "of")):
            kind = "of" if island.link[0] == "of" else "with" if island.link[0] == "with" else "in"
        elif island.kind == "phrase" and (kind or island == islands[n]):
            kind, thing = kind or "with", _named(island, FIELDS)
            if thing is not None and thing.noun not in (ANY_NOUN, UNKNOWN_NOUN):
                if kind != "in" or thing.noun in HOLDERS:
                    looks += (Constraint("with" if kind == "in" else kind, "", thing),)
            kind = ""
        elif not (island.kind == "joint" and word == "and") and not (island.kind == "skipped" and is_said):
            break
    return looks


def _adjectives(
    tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase
) -> Iterator[Fact]:
    """Of "the left one is grey", "the left cabinet has a teal top" where a thing of such looks is among its like."""
    for n, island in enumerate(islands):
        words = tokens[island.start : island.end]
        sides = {SIDES[word] for word in words if word in SIDES}
        starts = n == 0 or islands[n - 1].kind == "joint"
        if island.kind != "phrase" or len(sides) != 1 or not starts or not _is_thing(tokens, island):
            continue
        phrase, looks = _named(island), _predicate(tokens, islands, island.end)
        if phrase is not None and looks:
            subject = Subject(island.start, island.end, phrase.adding(*looks), False)
            place = Place(island.start, island.end, sides.pop(), "set")
            yield from _facts(place, [subject], head, "adjective")


def _is_passed(islands: Sequence[Island], n: int, *, has_verb: bool) -> bool:
    """Whether a link or a phrase stands between a verb and its place: "stands behind it to the left"."""
    following = islands[n + 1] if n + 1 < len(islands) else islands[n]
    is_where = following.kind == "attribute" and islands[n].link[1] in ("above", "below", "")
    return islands[n].kind == "link" and (following.kind in ("pronoun", "skipped") or is_where)


def _clause_start(tokens: tuple[str, ...], islands: Sequence[Island], subjects: Sequence[Subject], k: int) -> int:
    """Where the clause of a word begins: after the last joint after which a thing is named."""
    starts = {subject.start for subject in subjects}
    for j in range(k, 0, -1):
        if tokens[j - 1] in JOINTS and (j in starts or tokens[j] in SUBJECTS):
            return j
    return 0


def _facts(place: Place, subjects: Sequence[Subject], head: Phrase, how: str) -> Iterator[Fact]:
    phrases: list[Phrase] = []
    who = "thing"
    for subject in subjects:
        phrase = subject.phrase
        if phrase.noun == UNKNOWN_NOUN:
            return
        if phrase.noun == ANY_NOUN:
            who = "member" if head.plural and not subject.is_other else "other"
            phrase = Phrase(head.noun, phrase.plural, phrase.constraints)
        elif subject.is_other:
            who = "other"
        phrases.append(phrase)
        phrases += (Phrase(noun, phrase.plural, phrase.constraints) for noun in subject.nouns if who == "other")
    if who == "member" and place.frame in ("side", "within") and head.plural:
        return  # "two on its left side": of what they belong to
    of = () if place.landmark is None else (Constraint("of", "", place.landmark),)
    if phrases:
        said = (Constraint("who", who), Constraint("frame", place.frame), Constraint("how", how), *of)
        yield Fact("where", phrases[0], said, place.side, tuple(phrases[1:]))
