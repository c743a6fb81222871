"""Who stands where: of clauses on something else than the region, the subject, and the side that it is on.

"The dotted one hangs to its right", "to the left is a smaller one", "the other foot is farther left", "the one at the
right end": a subject with its looks, maybe a verb, and a place, which is beside the region, beside a thing that is
named, or in the picture. What is "on the left" without more is beside the region.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from ..sentences.clauses import JOINTS
from ..sentences.fact import Fact
from ..sentences.islands import Island
from ..words.connectives import COPULAS, LEFT_RIGHT, NO_SIDES
from .bystanders import DENIALS, LEVEL_WORDS, LIKE, VERBS, Subject, is_thing, named, predicate, subjects_of, to_region
from .named import PRONOUNS
from .placings import FARTHER, Place, place_at

__all__ = ["whereabouts_in"]

TURNED: Final = frozenset(
    {"points", "point", "pointing", "leans", "lean", "leaning", "slants", "slanting", "turned", "turns", "faces",
     "facing", "face", "heading", "headed", "leads", "runs", "running", "driving", "moving", "sticks", "curves"}
)  # fmt: skip
"""Verbs after which a side is a way."""
THERE: Final = (("there", "is"), ("there", "are"), ("there", "'s"))
APART: Final = frozenset({"far", "apart", "away", "separate", "different", "distinct"})
AWAY: Final = FARTHER | {"up", "down", "back", "lower", "higher", "nearer", "closer", "above", "below", "behind"}
"""Before "and to the right" these are a way, too."""
LISTING: Final = (("consists",), ("comprises",), ("includes",), ("contains",))
"""After these the members of a group are named."""
LEVELS: Final = LEVEL_WORDS | {"up": "above", "down": "below"}
"""Words that also say on which level something is."""
BESIDES: Final = frozenset({"the", "its", "a", "neighbouring", "neighboring"})
"""Words before a subject that is beside the region."""
PRESENTING: Final = frozenset({"there", "you", "we", "see"})
"""Words between a place and what is there."""


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
    if LEFT_RIGHT.keys().isdisjoint(tokens) or (first and not head.plural):
        return ()
    subjects = list(subjects_of(tokens, islands))
    facts: list[Fact] = []
    for k, word in enumerate(tokens):
        place = place_at(tokens, islands, k) if word in LEFT_RIGHT else None
        if place is not None:
            facts += _said(tokens, islands, subjects, place, head)
    facts += _adjectives(tokens, islands, head)
    return tuple(fact for fact in dict.fromkeys(facts) if not first or fact.constraints[0].value == "member")


def _said(
    tokens: tuple[str, ...], islands: Sequence[Island], subjects: Sequence[Subject], place: Place, head: Phrase
) -> Iterator[Fact]:
    """The fact that a place makes with its subject, which stands after it where it begins a clause, else before it."""
    here = next(n for n, island in enumerate(islands) if island.end > place.start)
    fronted = _fronted(tokens, islands, subjects, place, here)
    if fronted is not None:
        yield from _facts(fronted[0], [fronted[1]], head)
        return
    by_end = {subject.end: subject for subject in subjects}
    leads, claims = _leads(tokens, islands, by_end, min(place.start, islands[here].start))
    here = next(n for n, island in enumerate(islands) if island.end > leads)
    before = _before(tokens, islands, by_end, leads, here)
    if before is not None and (tokens[leads - 1] != "," or tokens[0] not in PRONOUNS or before[1]):
        yield from _of_subject(tokens, islands, subjects, place, head, before, leads, claims)


def _leads(
    tokens: tuple[str, ...], islands: Sequence[Island], by_end: dict[int, Subject], k: int
) -> tuple[int, tuple[Constraint, ...]]:
    """Where a place begins with what is said before its side, and what of that is said of how the thing stands.

    "Further up and to the right", "behind it to the left", "up at the left".
    """
    claims: tuple[Constraint, ...] = ()
    for island in reversed([island for island in islands if island.end <= k]):
        stands = to_region(tokens, [island, *(other for other in islands if other.start == island.end)])
        if island.start and stands is not None and stands[1] == k and k not in by_end:
            k, claims = island.start, (*claims, stands[0])
        elif island.end < k - 1 or stands is not None:
            break
    if k > 2 and tokens[k - 2] == "," and tokens[k - 1] in ("up", "down", "back"):
        return k - 1, claims
    if k < 2 or tokens[k - 1] != "and" or tokens[k - 2] not in AWAY:
        return k, claims
    k -= 1
    while k > 1 and tokens[k - 1] in AWAY:
        k -= 1
    return k, claims


def _of_subject(
    tokens: tuple[str, ...],
    islands: Sequence[Island],
    subjects: Sequence[Subject],
    place: Place,
    head: Phrase,
    before: tuple[Subject, bool],
    leads: int,
    claims: tuple[Constraint, ...],
) -> Iterator[Fact]:
    """The fact that a place makes with what is named last before it, or with what its clause is about."""
    last, has_verb = before
    begin = _clause_start(tokens, subjects, last.start)
    own = list(_about(tokens, subjects, begin, last.end))
    last = last if last in own else own[-1]
    begin, lists = _after_lead(tokens, head, begin, own[0].start)
    own = [last] if lists else own
    of_last = last.start - 1 - (tokens[last.start - 1] == "the")
    if last.start > own[0].end and tokens[of_last] in COPULAS and last.phrase.noun == ANY_NOUN:
        last = own[0]._replace(is_other=True)  # "the tall one is its neighbour on the right"
        own, has_verb = [last], True
    claims = (*claims, *_level(tokens, last.end, place.start))
    last, own = _with(last, claims), [_with(subject, claims) for subject in own]
    if not has_verb and _is_set_apart(tokens, last, begin):
        yield from _facts(place, [last], head)
    elif own[0].start != begin or tokens[begin] in PRONOUNS or "no" in tokens[begin : last.end]:
        return
    elif has_verb and any(tokens[j : j + 2] == (",", "and") for j in range(own[0].end, last.start)):
        return  # "a second is cut off, and a tip of the third shows at the left"
    elif has_verb:
        looks = predicate(tokens, islands, own[0].end) if own[0].phrase.noun == ANY_NOUN else ()
        yield from _facts(place, [_with(own[0], looks)], head)
    else:
        own = own[:1] if tokens[leads - 1] == "," and own[0].end == last.end else own
        following = tokens[place.end : place.end + 2]
        is_set_off = following[:1] == (",",) and not (VERBS | {"with"}).isdisjoint(following)
        looks = predicate(tokens, islands, place.end + is_set_off)
        yield from _facts(place, [_with(subject, looks) for subject in own], head)


def _with(subject: Subject, claims: tuple[Constraint, ...]) -> Subject:
    return subject._replace(phrase=subject.phrase.adding(*claims))


def _about(tokens: tuple[str, ...], subjects: Sequence[Subject], begin: int, end: int) -> Iterator[Subject]:
    """The subjects of some words, without what one of them only has, and what is another's with its owner."""
    inside = [subject for subject in subjects if begin <= subject.start and subject.end <= end]
    return _with_owners(tokens, [part for part in inside if not any(_holds(whole, part) for whole in inside)])


def _after_lead(tokens: tuple[str, ...], head: Phrase, begin: int, start: int) -> tuple[int, bool]:
    """Where a clause begins without "there is", "it consists of" or an article, and whether it lists members."""
    lists = False
    if tokens[begin : begin + 2] in THERE or (head.plural and tokens[begin : begin + 2] == ("they", "are")):
        begin += 2
    elif head.plural and tokens[begin + 1 : begin + 2] in LISTING:
        begin += 2 + (tokens[begin + 2] == "of")
        lists = True
    while begin < start and tokens[begin] in BESIDES:
        begin += 1
    return begin, lists


def _level(tokens: tuple[str, ...], start: int, end: int) -> tuple[Constraint, ...]:
    """The level that some words say: "up", "lower"."""
    levels = {LEVELS[word] for word in tokens[start:end] if word in LEVELS}
    return (Constraint("level", levels.pop()),) if len(levels) == 1 else ()


def _is_set_apart(tokens: tuple[str, ...], last: Subject, begin: int) -> bool:
    """Whether what is named last is another than the region: "unlike the tree", "with a house", "its twin"."""
    is_with = tokens[last.start - 1] == "with" and tokens[0] in PRONOUNS and last.phrase.noun != ANY_NOUN
    is_like = last.start != begin and not LIKE.isdisjoint(tokens[last.start : last.end])
    return is_with or is_like or _is_contrasted(tokens, last.start)


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
    ends_so = place.end >= len(tokens) or (tokens[place.end] in JOINTS | NO_SIDES and not is_set_off)
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
        if tokens[j - 1] in JOINTS and (j in starts or tokens[j] in PRONOUNS):
            return j
    return 0


def _adjectives(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase) -> Iterator[Fact]:
    """Of "the left one is grey", "the left cabinet has a teal top" where a thing of such looks is among its like."""
    for n, island in enumerate(islands):
        words = tokens[island.start : island.end]
        sides = {LEFT_RIGHT[word] for word in words if word in LEFT_RIGHT}
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
