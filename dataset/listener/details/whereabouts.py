"""Who stands where: of clauses on something else than the region, the subject, and the side that it is on.

"The dotted one hangs to its right", "to the left is a smaller one", "the other foot is farther left", "the one at the
right end": a subject with its looks, maybe a verb, and a place, which is beside the region, beside a thing that is
named, or in the picture. What is "on the left" without more is beside the region.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from ..sentences.fact import Fact
from ..sentences.islands import Island
from ..words.connectives import COPULAS, NO_SIDES, OWNED, WAYS
from .bystanders import DENIALS, ENDS, FIELDS, LIKE, SIDES, VERBS, Subject, is_thing, named, predicate, subjects_of

__all__ = ["whereabouts_in"]

LEVELS: Final = frozenset(
    {"upper", "lower", "top", "bottom", "front", "back", "rear", "near", "far", "very", "extreme", "outer", "nearer"}
)
"""Words that may stand between an article and a side."""
AT: Final = frozenset({"at", "on", "in", "along", "near", "by"})
PICTURES: Final = frozenset({"picture", "image", "scene", "room", "view", "photo"})
FARTHER: Final = frozenset({"further", "farther", "more", "furthest", "farthest"})
TURNED: Final = frozenset(
    {"points", "point", "pointing", "leans", "lean", "leaning", "slants", "slanting", "turned", "turns", "faces",
     "facing", "face", "heading", "headed", "leads", "runs", "running", "driving", "moving", "sticks", "curves"}
)  # fmt: skip
"""Verbs after which a side is a way."""
JOINTS: Final = frozenset({",", "and", "but", "while", "whereas", "though", "so", "yet"})
SUBJECTS: Final = frozenset({"it", "they", "this", "these", "both", "all", "each", "them"})
ARTICLES: Final = frozenset({"the", "its", "their", "'s", "a"})
THERE: Final = (("there", "is"), ("there", "are"), ("there", "'s"))
APART: Final = frozenset({"far", "apart", "away", "separate", "different", "distinct"})
AWAY: Final = FARTHER | {"up", "down", "back", "lower", "higher", "nearer", "closer", "above", "below", "behind"}
"""Before "and to the right" these are a way, too."""
LISTING: Final = (("consists",), ("comprises",), ("includes",), ("contains",))
"""After these the members of a group are named."""
LEVEL_WORDS: Final = {"up": "above", "higher": "above", "down": "below", "lower": "below"}
"""Words that also say on which level something is."""
BESIDES: Final = frozenset({"the", "its", "a", "neighbouring", "neighboring"})
"""Words before a subject that is beside the region."""
PRESENTING: Final = frozenset({"there", "you", "we", "see"})
"""Words between a place and what is there."""
LYING: Final = frozenset({"stands", "lies", "sits", "hangs", "far", "just", "directly", "immediately"})
"""After these a side needs no link."""


class Place(NamedTuple):
    """A side with the words that lead to it: its span, the side, and of what it is a side."""

    start: int
    end: int
    side: str
    frame: str
    landmark: Phrase | None = None


def whereabouts_in(
    tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase, *, first: bool
) -> tuple[Fact, ...]:
    """The facts of a further sentence on which side other things are, and of any on where members of a group are.

    Args:
        tokens: the words.
        islands: from `islands_of`.
        head: what the first sentence is about.
        first: whether it is the first sentence, whose other sides are the region's.
    """
    if SIDES.keys().isdisjoint(tokens) or (first and not head.plural):
        return ()
    subjects = list(subjects_of(tokens, islands))
    facts: list[Fact] = []
    for k, word in enumerate(tokens):
        place = _place(tokens, islands, k) if word in SIDES else None
        if place is not None:
            facts += _said(tokens, islands, subjects, place, head)
    facts += _adjectives(tokens, islands, head)
    return tuple(fact for fact in dict.fromkeys(facts) if not first or fact.constraints[0].value == "member")


def _place(tokens: tuple[str, ...], islands: Sequence[Island], k: int) -> Place | None:
    """The place that the side at a position belongs to; None where it is an adjective, an adverb, a verb or a way."""
    end = k + 1 + (tokens[k + 1 : k + 2] in (("hand",), ("most",)))
    border = tokens[end] if end < len(tokens) and tokens[end] in ENDS | FIELDS else ""
    begin, article, owner, link = _lead(tokens, k)
    is_far = not FARTHER.isdisjoint(tokens[max(begin - 3, 0) : begin])
    if not _is_place(tokens, k, begin, link=link, is_far=is_far):
        return None
    after, side = end + bool(border), SIDES[tokens[k]]
    if tokens[after : after + 1] == ("of",):
        return _place_of(tokens, islands, Place(begin, after, side, "within" if border in ENDS else "region"))
    if not border and (
        any(island.start <= k < island.end and is_thing(tokens, island) for island in islands) or _is_listed(tokens, k)
    ):
        return None
    if owner and owner not in PICTURES:  # "on the robot's left side"
        return _place_of_owner(tokens, islands, k, Place(begin, after, side, "landmark")) if border else None
    if owner:
        return Place(begin, after, side, "picture")
    if article in OWNED:
        return Place(begin, after, side, "within" if border in ENDS else "side" if border else "region")
    is_way = is_far and not border and link not in AT
    return Place(begin, after, side, "region" if is_way else "end" if border in ENDS else "any")


def _lead(tokens: tuple[str, ...], k: int) -> tuple[int, str, str, str]:
    """Where the words begin that lead up to a side, and of these the article, the owner before "'s", and the link."""
    begin = k
    while begin and tokens[begin - 1] in LEVELS:
        begin -= 1
    article = tokens[begin - 1] if begin and tokens[begin - 1] in ARTICLES else ""
    begin -= bool(article)
    owner = tokens[begin - 1] if article == "'s" and begin else ""
    if owner:
        begin -= 2 if tokens[max(begin - 2, 0)] in ("the", "this") else 1
    link = tokens[begin - 1] if begin and tokens[begin - 1] in AT | WAYS else ""
    return begin - bool(link), article, owner, link


def _is_place(tokens: tuple[str, ...], k: int, begin: int, *, link: str, is_far: bool) -> bool:
    """Whether a side says where something is."""
    following = tokens[k + 1] if k + 1 < len(tokens) else ""
    if (following in NO_SIDES and not link) or following == "than" or tokens[max(begin - 1, 0)] == "from":
        return False
    is_fronted = following in ("is", "are") and (k == 0 or tokens[k - 1] in JOINTS)  # "left is a big one"
    if link or is_far or is_fronted:
        return True
    if k and tokens[k - 1] in LYING:
        return tokens[k] == "left" or following == "of"
    is_last = following in JOINTS or not following
    if tokens[k] not in ("left", "right") and k:
        return is_last or following in VERBS
    return k > 0 and (following == "of" or (is_last and tokens[k - 1] in ("one", "other")))


def _is_listed(tokens: tuple[str, ...], k: int) -> bool:
    """Whether it is "the left one", or one of two sides: "to the left and right of it"."""
    following = tokens[k + 1 : k + 2]
    both = following in (("and",), ("or",)) and not SIDES.keys().isdisjoint(tokens[k + 1 : k + 4])
    return both or following in (("one",), ("ones",))


def _place_of(tokens: tuple[str, ...], islands: Sequence[Island], place: Place) -> Place | None:
    """The place "on the left of" something: of the region, of the picture, or of a thing that is named."""
    rest = tokens[place.end + 1 : place.end + 4]
    if rest[:1] in (("it",), ("them",), ("this",), ("these",)):
        return place._replace(end=place.end + 2)
    if PICTURES.intersection(rest):
        return place._replace(end=place.end + 3, frame="picture")
    of = next((island for island in islands if place.end < island.start <= place.end + 2), None)
    thing = None if of is None else named(of)
    if of is not None and of.kind == "phrase" and thing is None:  # "the left end of the row"
        return place._replace(end=of.end, frame="any")
    return None if of is None or thing is None else place._replace(end=of.end, frame="landmark", landmark=thing)


def _place_of_owner(tokens: tuple[str, ...], islands: Sequence[Island], k: int, place: Place) -> Place | None:
    """The place on a side of the thing that is named before "'s"."""
    end = max(j for j in range(k) if tokens[j] == "'s")
    whose = next((island for island in islands if island.end == end), None)
    thing = None if whose is None else named(whose)
    if whose is None or thing is None or whose.start == 0:
        return None
    is_led = tokens[whose.start - 1] in AT
    return place._replace(start=whose.start - is_led, landmark=thing) if is_led else None


def _said(
    tokens: tuple[str, ...], islands: Sequence[Island], subjects: Sequence[Subject], place: Place, head: Phrase
) -> Iterator[Fact]:
    """The fact that a place makes with its subject, which stands after it where it begins a clause, else before it."""
    here = next(n for n, island in enumerate(islands) if island.end > place.start)
    fronted = _fronted(tokens, islands, subjects, place, here)
    if fronted is not None:
        yield from _facts(fronted[0], [fronted[1]], head)
        return
    leads = min(place.start, islands[here].start)
    if leads > 1 and tokens[leads - 1] == "and" and tokens[leads - 2] in AWAY:  # "further up and to the right"
        leads -= 1
        while leads > 1 and tokens[leads - 1] in AWAY:
            leads -= 1
        here = next(n for n, island in enumerate(islands) if island.end > leads)
    before = _before(tokens, islands, {subject.end: subject for subject in subjects}, leads, here)
    if before is None:
        return
    last, has_verb = before
    if tokens[leads - 1] == "," and tokens[0] in SUBJECTS and not has_verb:
        return  # "it belongs to the chair, on the left of its seat"
    begin = _clause_start(tokens, subjects, last.start)
    own = [subject for subject in subjects if begin <= subject.start and subject.end <= last.end]
    own = [subject for subject in own if not any(_holds(other, subject) for other in own)]
    own = list(_with_owners(tokens, own))
    last = last if last in own else own[-1]
    if tokens[begin : begin + 2] in THERE or (head.plural and tokens[begin : begin + 2] == ("they", "are")):
        begin += 2
        own = own if tokens[begin - 1] in ("is", "are", "'s") else [last]
    elif head.plural and tokens[begin + 1 : begin + 2] in LISTING:
        begin += 2 + (tokens[begin + 2] == "of")
        own = own if tokens[begin - 1] in ("is", "are", "'s") else [last]
    while begin < own[0].start and tokens[begin] in BESIDES:
        begin += 1
    of_last = last.start - 1 - (tokens[last.start - 1] == "the")
    if last.start > own[0].end and tokens[of_last] in COPULAS and last.phrase.noun == ANY_NOUN:
        last = own[0]._replace(is_other=True)  # "the tall one is its neighbour on the right"
        own, has_verb = [last], True
    levels = {LEVEL_WORDS[word] for word in tokens[last.end : place.start] if word in LEVEL_WORDS}
    if len(levels) == 1 and tokens[place.start - 1] != "of":
        level = Constraint("level", levels.pop())
        own = [subject._replace(phrase=subject.phrase.adding(level)) for subject in own]
        last = last._replace(phrase=last.phrase.adding(level))
    is_with = tokens[last.start - 1] == "with" and tokens[0] in SUBJECTS and last.phrase.noun != ANY_NOUN
    is_like = is_with or last.start != begin and not LIKE.isdisjoint(tokens[last.start : last.end])
    if not has_verb and (is_like or _is_contrasted(tokens, last.start)):
        yield from _facts(place, [last], head)
    elif own[0].start != begin or tokens[begin] in SUBJECTS or "no" in tokens[begin : last.end]:
        return
    elif has_verb and any(tokens[j : j + 2] == (",", "and") for j in range(own[0].end, last.start)):
        return  # "a second is cut off, and a tip of the third shows at the left"
    elif has_verb:
        looks = predicate(tokens, islands, own[0].end) if own[0].phrase.noun == ANY_NOUN else ()
        yield from _facts(place, [own[0]._replace(phrase=own[0].phrase.adding(*looks))], head)
    else:
        own = own[:1] if tokens[leads - 1] == "," and own[0].end == last.end else own
        looks = predicate(tokens, islands, place.end)
        yield from _facts(place, [subject._replace(phrase=subject.phrase.adding(*looks)) for subject in own], head)


def _holds(whole: Subject, part: Subject) -> bool:
    """Whether a subject is only what another one has: the legs of "the pink one with red legs", "with pink corners"."""
    has = any(c.kind == "with" and c.inner.noun == part.phrase.noun for c in whole.phrase.constraints)
    return (has or part.phrase.noun == UNKNOWN_NOUN) and whole.start < part.start and part.end <= whole.end


def _with_owners(tokens: tuple[str, ...], subjects: Sequence[Subject]) -> Iterator[Subject]:
    """Of "the blue car's own red lights" the lights of that car."""
    owner: Subject | None = None
    for subject in subjects:
        if owner is not None and subject.start <= owner.end + 2:
            subject = subject._replace(
                start=owner.start, phrase=subject.phrase.adding(Constraint("of", "", owner.phrase))
            )
        elif owner is not None:
            yield owner
        owner = subject if tokens[subject.end : subject.end + 1] == ("'s",) else None
        if owner is None:
            yield subject
    if owner is not None:
        yield owner


def _is_contrasted(tokens: tuple[str, ...], k: int) -> bool:
    """Whether what begins at a word is set against the region: "unlike the tree", "far from the car"."""
    lead = tokens[max(k - 2, 0) : k]
    if lead in (("that", "of"), ("those", "of"), ("one", "of")):
        lead = tokens[max(k - 4, 0) : k - 2]
    return not DENIALS.isdisjoint(lead) or (len(lead) > 1 and lead[0] in APART and lead[1] == "from")


def _fronted(
    tokens: tuple[str, ...], islands: Sequence[Island], subjects: Sequence[Subject], place: Place, here: int
) -> tuple[Place, Subject] | None:
    """Of "to the left hangs a plain one", "next to it on the right is the plant" the place and the subject."""
    start = here
    while start and islands[start - 1].kind != "joint":
        start -= 1
    is_set_off = place.start == 0 and tokens[place.end : place.end + 1] == (",",) and place.end + 1 < len(tokens)
    ends_so = place.end == len(tokens) or (tokens[place.end] in JOINTS | NO_SIDES and not is_set_off)
    if ends_so or place.frame == "landmark" or any(i.kind not in ("idiom", "skipped") for i in islands[start:here]):
        return None
    verb = place.end + is_set_off
    while tokens[verb] in PRESENTING and verb + 1 < len(tokens):
        verb += 1
    begin = verb + (not VERBS.isdisjoint(tokens[verb : verb + 1]))
    meant = next((subject for subject in subjects if begin <= subject.start <= begin + 1), None)
    if meant is None or tokens[verb] in JOINTS:
        return None
    return (place if start == here else place._replace(frame="region")), meant


def _before(
    tokens: tuple[str, ...], islands: Sequence[Island], by_end: dict[int, Subject], leads: int, here: int
) -> tuple[Subject, bool] | None:
    """The last thing that is named before a place, and whether a verb stands between them."""
    has_verb, k = False, leads
    for n in range(here - 1, -1, -1):
        if k in by_end:
            break
        island = islands[n]
        words = tokens[island.start : island.end]
        is_comma = words == (",",)
        goes_on = words == ("and",) and tokens[island.end] in VERBS  # "one is orange and stands at the left"
        if island.kind == "joint" and goes_on:
            has_verb = True
        elif island.kind == "denial" or not TURNED.isdisjoint(words) or (island.kind == "joint" and not is_comma):
            return None
        if is_comma and k != leads and not has_verb:
            return None
        has_verb = has_verb or not VERBS.isdisjoint(words)
        if island.kind in ("phrase", "link") and not _is_passed(islands, n):
            return None
        k = island.start
    return (by_end[k], has_verb) if k in by_end else None


def _is_passed(islands: Sequence[Island], n: int) -> bool:
    """Whether a link may stand between a verb and its place: "stands behind it to the left", "is over at the right"."""
    if islands[n].kind == "phrase":
        return bool(islands[n].readings) and named(islands[n]) is None  # "stands a bit further back on the right"
    following = islands[n + 1] if n + 1 < len(islands) else islands[n]
    is_where = following.kind == "attribute" and islands[n].link[1] in ("above", "below", "under", "behind", "")
    return islands[n].kind == "link" and (following.kind in ("pronoun", "skipped") or is_where)


def _clause_start(tokens: tuple[str, ...], subjects: Sequence[Subject], k: int) -> int:
    """Where the clause of a word begins: after the last joint after which a thing is named."""
    starts = {subject.start for subject in subjects}
    for j in range(k, 0, -1):
        if tokens[j - 1] in JOINTS and (j in starts or tokens[j] in SUBJECTS):
            return j
    return 0


def _adjectives(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase) -> Iterator[Fact]:
    """Of "the left one is grey", "the left cabinet has a teal top" where a thing of such looks is among its like."""
    for n, island in enumerate(islands):
        words = tokens[island.start : island.end]
        sides = {SIDES[word] for word in words if word in SIDES}
        starts = island.start == 0 or (n > 0 and islands[n - 1].kind == "joint")  # not "it is the left one"
        if island.kind != "phrase" or len(sides) != 1 or not starts or not is_thing(tokens, island):
            continue
        phrase, looks = named(island), predicate(tokens, islands, island.end)
        if phrase is not None and looks:
            is_other = not LIKE.isdisjoint(words)
            subject = Subject(island.start, island.end, phrase.adding(*looks), is_other)
            place = Place(island.start, island.end, sides.pop(), "set")
            yield from _facts(place, [subject], head)


def _facts(place: Place, subjects: Sequence[Subject], head: Phrase) -> Iterator[Fact]:
    """The fact that one of some subjects is at a place, and who they are."""
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
    if not phrases or (who == "member" and place.frame in ("side", "within")):
        return  # "two on its left side": of what they belong to
    of = () if place.landmark is None else (Constraint("of", "", place.landmark),)
    claims = (Constraint("who", who), Constraint("frame", place.frame), *of)
    yield Fact("where", phrases[0], claims, place.side, tuple(phrases[1:]))
