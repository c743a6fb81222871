"""Questions about noun phrases, and small changes of them, while a sentence is put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..grammar.modifiers import Constraints
from ..logic import ANY_NOUN, BOTH, RELATIVE, UNKNOWN_NOUN, Constraint, Phrase
from ..words.anatomy import has_part
from ..words.lexicon import categories_of, is_part
from ..words.synonyms import loosely
from ..words.vocabulary import ARTICLES

SHELVES: Final = frozenset({"shelf", "board", "level", "tier", "compartment"})
"""Words for where books are, of which not all name a part of the bookcase."""

LAID: Final = {"plank": "planks", "board": "planks", "floorboard": "planks", "tile": "tiles", "brick": "brick"}
"""What a floor or a wall is of -> how it looks."""
BUILT: Final = frozenset({"picket", "paling", "lath", "batten", "beam", "stone"})
"""What else things are of, which gives them its colour."""
PIECES: Final = frozenset({"band", "strip", "belt", "ribbon", "piece", "patch", "stretch", "line", "sheet", "slab"})
"""Before "of" they say in what form something is seen, where they do not name it."""
SPREADING: Final = frozenset({"leaf", "frond", "flower", "blossom", "stem", "stalk"})
NOT_BARE: Final = ARTICLES | {"only", "just", "all", "both", "each"}
__all__ = [
    "BUILT",
    "LAID",
    "PIECES",
    "both_of",
    "ends_list",
    "goes_on_with_whole",
    "is_choice",
    "is_kind",
    "is_one",
    "is_place",
    "may_be_the_same",
    "member_of",
    "merged",
    "named_as",
    "names_again",
    "names_apart",
    "names_kind",
    "names_member",
    "names_part_of",
    "of_both_ends",
    "of_each_color",
    "one_of_several",
    "order_of_whole",
    "ranked",
    "says_what",
    "specifies",
    "spreads",
    "without_opposites",
    "without_unknown",
]


def without_opposites(phrase: Phrase) -> Phrase:
    """A plural that is at opposite places at once, "top, middle and bottom boards", without them."""
    if not phrase.plural:
        return phrase
    places = {c.value for c in phrase.constraints if c.kind in ("place", "most")}
    dropped = {value for pair in (("top", "bottom"), ("left", "right")) if places.issuperset(pair) for value in pair}
    if dropped:
        others = (
            c for c in phrase.constraints if c.kind not in ("place", "most") or c.value not in dropped | {"middle"}
        )
        return phrase._replace(constraints=tuple(others))
    return phrase


def of_both_ends(phrase: Phrase) -> Phrase:
    """One thing that is in front and at the back, "the front and rear wheel", is two of them."""
    ends = [c for c in phrase.constraints if c.kind == "place" and c.value in ("front", "back")]
    if phrase.plural or phrase.noun == ANY_NOUN or len(ends) < 2:
        return without_opposites(phrase)
    return Phrase(phrase.noun, True, tuple(c for c in phrase.constraints if c not in ends))


def one_of_several(phrases: Sequence[Phrase], several: Sequence[Phrase]) -> list[Phrase]:
    """Reads "the lighter of the two legs", of which the first noun is not known, as one of two legs."""
    if any(phrase.noun != UNKNOWN_NOUN for phrase in phrases):
        return []
    counted = [(phrase, [c.value for c in phrase.constraints if c.kind == "count"]) for phrase in several]
    return [
        Phrase(phrase.noun, False, (Constraint("among", counts[0]),))
        for phrase, counts in counted
        if phrase.plural and counts
    ]


def names_again(words: Sequence[str], phrases: Sequence[Phrase], head: Phrase | None) -> bool:
    """Whether a phrase without a link names the head again."""
    if head is None or "other" in words or "another" in words:
        return False
    counts = {c for c in head.constraints if c.kind == "count"}
    if head.plural and not counts and is_one(phrases) and any(c.kind == "count" for c in phrases[0].constraints):
        return False  # "every mailbox, two yellow ones and a blue one"
    return any(
        phrase.plural == head.plural
        and (is_one([phrase]) or may_be_the_same(phrase, head))
        and {c for c in phrase.constraints if c.kind == "count"} <= (counts or set(phrase.constraints))
        for phrase in phrases
    )


def is_choice(phrase: Phrase, head: Phrase | None) -> bool:
    """Whether a phrase with "its" says which one the head is: of "the tip of the fir, its topmost tier" that tier."""
    chooses = any(c.kind in ("most", "nth") for c in phrase.constraints)
    return chooses and head is not None and is_kind(phrase) and is_kind(head) and may_be_the_same(phrase, head)


def names_member(tokens: Sequence[str], end: int) -> bool:
    """Whether a sentence ends with the one member of a group that it is about: "the purple pillows, left one"."""
    return sum(map(tokens.count, ("one", "ones", "and"))) == 1 and tuple(tokens[end - 1 :]) == ("one",)


def names_part_of(part: Phrase | None, whole: Phrase) -> bool:
    """Whether a noun names parts of what another one names, strictly taken."""
    parts = (categories_of(part.noun) if part is not None else None) or frozenset()
    return any(has_part(kind, parts, deep=False) for kind in categories_of(whole.noun) or ())


def names_kind(noun: str, head: str) -> bool:
    """Whether a noun in a further sentence names the kind of thing that the head names, in as many words or fewer."""
    one, other = categories_of(noun), categories_of(head)
    return noun == head or (
        one is not None and other is not None and bool((one | loosely(noun)) & (other or loosely(head)))
    )


def specifies(phrase: Phrase, head: Phrase | None) -> bool:
    """Whether a noun names what the head's noun may mean at most, so that it says which of its meanings is meant."""
    meant, named = categories_of(phrase.noun), categories_of(head.noun) if head is not None else None
    if not meant or head is None or named is None or phrase.plural != head.plural:
        return False
    return not meant & named and meant <= loosely(head.noun)


def names_apart(phrase: Phrase, head: Phrase | None) -> bool:
    """Whether two nouns name no category in common, strictly taken; a shelf of a bookcase is none."""
    if phrase.noun == "shelf" and head is not None and head.noun == "bookshelf":
        return True
    one, other = categories_of(phrase.noun), categories_of(head.noun) if head is not None else None
    return bool(one and other) and not (one or frozenset()) & (other or frozenset())


def order_of_whole(words: Sequence[str], phrase: Phrase, head: Phrase | None) -> str:
    """What a phrase without an article after a comma is to the head: its "part", its "whole", or neither.

    A part with looks of its own is told of the head: "orange bus, yellow roof". The words begin with the one before.
    """
    is_every = len(words) > 1 and words[1] in ("all", "both") and phrase.plural
    if head is None or words[0] != "," or (words[1] in NOT_BARE and not is_every) or "other" in words:
        return ""
    if phrase.noun in (ANY_NOUN, UNKNOWN_NOUN) or head.noun in (ANY_NOUN, UNKNOWN_NOUN):
        return ""
    kinds = categories_of(phrase.noun) or frozenset()
    heads = categories_of(head.noun) or frozenset()
    is_shelf = phrase.noun in SHELVES and not any(kind == "bookshelf" or has_part(kind, kinds) for kind in heads)
    if phrase.noun == "shelf" and head.noun == "bookshelf" and not phrase.plural:
        return "part" if any(c.kind in RELATIVE for c in phrase.constraints) else ""
    own = categories_of(head.noun) or loosely(head.noun)
    if is_shelf or any(has_part(kind, own) for kind in kinds):
        return "whole"
    looks = ("color", "accent", "pattern", "material", *(() if is_every else ("count",)))
    if any(c.kind in looks for c in phrase.constraints):
        return ""
    parts = categories_of(phrase.noun) or loosely(phrase.noun)
    is_deep = any(c.kind in RELATIVE for c in phrase.constraints) and any(map(is_part, heads))
    return "part" if any(has_part(kind, parts, deep=is_deep) for kind in heads) else ""


def both_of(firsts: Sequence[Phrase], seconds: Sequence[Phrase], head: Phrase | None) -> list[Phrase]:
    """The pairs of "between A and B"; "the red and the blue one" have the head's noun."""
    pairs = [(named_as(one, head), named_as(other, one)) for one in firsts for other in seconds]
    return [Phrase(BOTH, False, (Constraint("side", "", one), Constraint("side", "", other))) for one, other in pairs]


def ends_list(words: Sequence[str], phrase: Phrase, head: Phrase | None) -> bool:
    """Whether a phrase after a comma does not go on with a list: a whole, or a part "with red legs, left armrest"."""
    order = order_of_whole(words, phrase, head)
    return order == "whole" or (order == "part" and any(c.kind in RELATIVE for c in phrase.constraints))


def goes_on_with_whole(phrase: Phrase, head: Phrase) -> bool:
    """Whether a phrase says all that the head says, and besides only what it is a part of."""
    rest = set(phrase.constraints) - set(head.constraints)
    is_more = phrase.noun == head.noun and set(head.constraints) < set(phrase.constraints)
    return is_more and all(c.kind == "of" for c in rest)


def is_place(readings: Sequence[Phrase | Constraints]) -> bool:
    """Whether an attribute says where in the picture: left, right, front or back."""
    kinds = ("place", "picture", "most")
    sides = ("left", "right", "front", "back")
    if all(c.kind == "posture" for reading in readings for c in reading if isinstance(c, Constraint)):
        return True
    return all(
        c.kind in kinds and c.value in sides for reading in readings for c in reading if isinstance(c, Constraint)
    )


def spreads(head: Phrase | None) -> bool:
    """Whether it is one of the parts that go apart in a plant: what leans to the right is on the right."""
    return head is not None and not head.plural and head.noun in SPREADING


def is_one(phrases: Sequence[Phrase]) -> bool:
    """Whether no reading has a noun of its own: "the one", "the red"."""
    return all(phrase.noun == ANY_NOUN for phrase in phrases)


def named_as(phrase: Phrase, named: Phrase | None) -> Phrase:
    """The "red one" after a noun has that noun."""
    return phrase._replace(noun=named.noun) if phrase.noun == ANY_NOUN and named is not None else phrase


def member_of(phrase: Phrase, head: Phrase) -> Phrase:
    """The "red one" and the "two white ones" of a group."""
    constraints = tuple(c for c in phrase.constraints if c.kind != "count")
    return Phrase(head.noun, False, constraints)


def merged(phrase: Phrase) -> Phrase:
    """Takes two nouns for one thing that may be one: "asphalt road", "skirting strip", "the slab of the roof"."""
    constraints = [c if c.phrase is None else c._replace(phrase=merged(c.phrase)) for c in phrase.constraints]
    for constraint in constraints:
        other = constraint.phrase
        is_bare = constraint.kind == "of" and other is not None and not other.constraints
        if constraint.kind == "of" and other is not None and phrase.noun in PIECES and is_kind(other):
            rest = tuple(c for c in constraints if c is not constraint and c.kind not in ("count", "size"))
            return other.adding(*rest)  # "a band of sky"
        if any(c.kind == "count" for c in constraints):
            break
        is_made_of = constraint.kind == "of" and other is not None and other.plural
        if is_made_of and other is not None and (other.noun in LAID or other.noun in BUILT):
            looks = [c for c in other.constraints if c.kind in ("color", "material")]
            looks += [Constraint("pattern", LAID[other.noun])] if other.noun in LAID else []
            rest = tuple(c for c in constraints if c is not constraint)
            return phrase._replace(constraints=(*rest, *looks))
        if is_made_of and other is not None and is_part(other.noun) and not is_bare:
            return phrase._replace(
                constraints=tuple(c if c is not constraint else Constraint("with", "", other) for c in constraints)
            )  # "a ladder of four boards"
        if is_bare and other is not None and is_kind(other) and is_kind(phrase) and may_be_the_same(other, phrase):
            rest = tuple(c for c in constraints if c is not constraint)
            return Phrase(other.noun, phrase.plural, rest)
    return phrase._replace(constraints=tuple(constraints))


def says_what(readings: Sequence[Phrase]) -> bool:
    """Whether some reading says what the thing is, or how it looks and what it belongs to or stands by.

    Place, order and size alone say nothing of it, and a colour alone can be guessed.
    """
    looks = ("color", "pattern", "accent")
    return any(
        is_kind(reading)
        or (
            reading.noun == ANY_NOUN
            and any(c.kind in looks or (c.kind == "with" and is_kind(c.inner)) for c in reading.constraints)
            and any(c.kind != "with" and c.phrase is not None and is_kind(c.phrase) for c in reading.constraints)
        )
        for reading in readings
    )


def is_kind(phrase: Phrase) -> bool:
    """Whether a phrase says what kind of thing it means."""
    return phrase.noun not in (ANY_NOUN, UNKNOWN_NOUN, BOTH)


def may_be_the_same(phrase: Phrase, head: Phrase) -> bool:
    """Whether two nouns share a category, also with goodwill."""
    if phrase.noun == head.noun:
        return True
    one, other = categories_of(phrase.noun), categories_of(head.noun)
    if one is None or other is None:
        return True
    return bool((one | loosely(phrase.noun)) & (other | loosely(head.noun)))


def without_unknown(phrase: Phrase) -> Phrase:
    """Without what is said of things whose noun was not read, but for the looks of things at the region itself."""
    constraints: list[Constraint] = []
    for constraint in phrase.constraints:
        inner = constraint.phrase
        if inner is None:
            constraints.append(constraint)
            continue
        if constraint.kind == "without" and _has_unknown(inner):
            continue
        inner = without_unknown(inner)
        if inner.noun == BOTH and len(inner.constraints) < 2:
            continue  # "between the roof and the ..."
        if inner.noun == UNKNOWN_NOUN:
            looks = tuple(c for c in inner.constraints if c.kind in ("color", "pattern", "accent"))
            constraints += [Constraint("about", "", c.phrase) for c in inner.constraints if _shows(c)]
            if constraint.kind not in ("with", "about") or not looks:
                continue
            inner = Phrase(UNKNOWN_NOUN, False, looks)
        constraints.append(constraint._replace(phrase=inner))
    return phrase._replace(constraints=tuple(constraints if phrase.noun == BOTH else dict.fromkeys(constraints)))


def _shows(constraint: Constraint) -> bool:
    """Whether a constraint on something not known says that something else is there."""
    return constraint.phrase is not None and constraint.kind not in ("without", "between", "side")


def _has_unknown(phrase: Phrase) -> bool:
    return phrase.noun == UNKNOWN_NOUN or any(
        c.phrase is not None and _has_unknown(c.phrase) for c in phrase.constraints
    )


def ranked(phrase: Phrase) -> Phrase:
    """The phrase with ranks that no plural can have as its own: "the mug with stripes, second from the left"."""
    if all(c.phrase is None for c in phrase.constraints):
        return phrase
    ranks: tuple[Constraint, ...] = ()
    rest = []
    for constraint in phrase.constraints:
        inner = constraint.phrase
        if constraint.kind == "with" and inner is not None and inner.plural:
            ranks += tuple(c for c in inner.constraints if c.kind == "nth")
            others = tuple(c for c in inner.constraints if c.kind != "nth")
            rest.append(constraint._replace(phrase=inner._replace(constraints=others)))
        else:
            rest.append(constraint if inner is None else constraint._replace(phrase=ranked(inner)))
    return phrase._replace(constraints=(*rest, *ranks)) if (*rest, *ranks) != phrase.constraints else phrase


def of_each_color(phrase: Phrase) -> list[Phrase]:
    """Of "the brown and red tables" a brown one and a red one; of "three cars, red, white and blue" one of each."""
    colors = [c for c in phrase.constraints if c.kind in ("color", "accent")]
    if not phrase.plural or len(colors) < 2 or any(c.kind == "pattern" for c in phrase.constraints):
        return []
    return [Phrase(phrase.noun, False, (Constraint("color", color.value),)) for color in colors]
