"""From the islands of a sentence to facts: small statements that hold of a region or not, each by itself.

Sentences after the first say more of the same region. What belongs to what is hard to see in them, and does not have
to be known: each noun phrase with its own looks must be there, at the region or near it, and each word on the region
itself must be true of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from ..words.connectives import OWNED, SIDES, TRANSPARENT
from ..words.lexicon import is_part
from . import subjects
from .clauses import is_predicate
from .fact import INVERSE, LOOKS, PLACES, Fact, says_something, unnamed
from .islands import Island, is_posture, unknown_words
from .phrases import named_as

__all__ = ["facts_of"]

BEFORE_SUBJECT: Final = 4
"""Among so many islands after "behind it" is what stands there: "behind it to the right is the vase"."""
SHARING: Final = frozenset({"share", "shares", "sharing"})
ASIDE: Final = frozenset({"behind", "in front of", "left of", "right of"})


def facts_of(
    tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase, *, root: int = -1
) -> tuple[tuple[Fact, ...], frozenset[int]]:
    """The facts of a sentence about the region that `head` names, and the positions of the words that were read.

    Args:
        tokens: the words.
        islands: from `islands_of`.
        head: what the first sentence is about.
        root: index of the island that is the head itself, in the first sentence.
    """
    collector = _Collector(tokens, islands, head, root)
    for k in range(len(islands)):
        collector.take(k)
    return collector.result()


class _Collector:
    """Takes islands from left to right and keeps the subject, the noun phrase at hand and the link before it."""

    def __init__(self, tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase, root: int) -> None:
        self.tokens, self.islands, self.head, self.root = tokens, islands, head, root
        self.unknown = unknown_words(tokens)
        self.facts: list[Fact] = []
        self.used: set[int] = set()
        self.subject: int | None = None  # index of a fact; None for the region itself
        self.current: int | None = None
        self.link: Island | None = None
        self.kind = "shows"
        self.before = "copula" if is_predicate(tokens, islands) else ""
        self.dropping = False
        self.sided = False
        self.clause = 0
        self.fronted = self.aside = ""
        self.exists = False  # after "there is", "on the left is": what follows is said to be, and is not the region
        self.opening: int | None = None  # what the clause begins with, by its fact; None for the region
        self.opened = False
        self.linked: set[int] = set()

    def result(self) -> tuple[tuple[Fact, ...], frozenset[int]]:
        inner = [Fact("shows", c.phrase) for fact in self.facts for c in unnamed(fact) if c.phrase is not None]
        every = dict.fromkeys(fact for fact in [*self.facts, *inner] if says_something(fact))
        return tuple(every), frozenset(self.used)

    def take(self, k: int) -> None:
        """Take in the next island."""
        island = self.islands[k]
        kind = island.kind
        goes_on = self.tokens[island.end : island.end + 1] in (("which",), ("that",))  # "not the cactus, which is"
        if self.dropping and not (kind == "joint" and self.tokens[island.start] == "," and not goes_on):
            self._presuppose(island)
            return
        self.dropping = False
        if k == self.root:
            self.subject = self.current = self.link = self.opening = None
            self.opened = True
            self.kind = "shows"
        elif kind == "phrase":
            self._phrase(k, island)
        elif kind == "attribute":
            self._attribute(island)
        else:
            self._word(k, island)
        if self.before == "joint" and (kind in ("skipped", "link") or is_posture(island)):
            self.current = self.subject  # "... and placed below the roof", ", standing behind the table"
        if kind != "link" and not (kind == "skipped" and self.before == "copula"):  # "it is almost black"
            self.before = kind
        if kind in ("joint", "copula", "that", "pronoun", "idiom") or k == self.root:
            self._use(island)

    def _word(self, k: int, island: Island) -> None:
        """Links, verbs, denials, pronouns and commas."""
        kind, word = island.kind, self.tokens[island.start]
        if kind == "link":
            if not (self.sided and island.link == ("of", "")):
                self.link = island
            self.sided = False
        elif word in ("which", "whom"):
            self.link = None
        elif kind == "copula" and self.before != "that":
            self._copula(island)
        elif kind == "denial":
            self.dropping, self.link = True, None
            self.subject = self.current = None
            there = [fact.phrase for fact in self.facts[self.clause :] if fact.phrase is not None]
            self.facts[self.clause :] = [Fact("elsewhere", phrase) for phrase in there]
        elif kind == "pronoun":
            self._pronoun(k)
        elif kind == "idiom" and self.tokens[island.end - 1] == "it":
            self._is_fronted(k, " ".join(self.tokens[island.start : island.end - 1]))
        elif kind == "joint" and word == ",":
            self.clause, self.link, self.exists = len(self.facts), None, False
            self.opening, self.opened = None, False
        elif kind == "skipped" and word in ("that", "this"):
            self.link = None  # "and under that, a row of dots"
        elif kind == "skipped" and word == "those":  # "it has windows, but those are small"
            self.dropping = not self.facts
            self.subject = self.current = len(self.facts) - 1 if self.facts else None

    def _copula(self, island: Island) -> None:
        """Keep what a verb is said of: what came before it, or what comes after."""
        last = self.tokens[max(island.start - 1, 0)]
        if self.before == "phrase":  # "the cap on the bottle is", "on the table is"
            is_linked = self.current in self.linked
            self.subject = self.opening if is_linked and self.opened else self.current
            self.exists = is_linked and not self.opened
        elif self.before == "idiom" and last in SIDES and not self.opened:
            self.exists = True  # "to its left is a blue one"
        if self.subject is not None and self.facts[self.subject].value == "subject":
            fact = self.facts[self.subject]
            self.facts[self.subject] = fact._replace(value="", others=(fact.phrase or Phrase(UNKNOWN_NOUN),))
        self.current = self.subject
        is_place = self.before == "pronoun" and self.islands[0].kind in ("link", "between") and not self.facts
        self.exists = self.exists or last in ("there", "so") or is_place  # "between them are the grey walls"

    def _presuppose(self, island: Island) -> None:
        """What a denial names with "the" is there: "it is not the red chair"."""
        phrase = island.readings[0] if island.readings else None
        words = self.tokens[island.start : island.end]
        if isinstance(phrase, Phrase) and words[0] == "the" and words[1:] not in (("picture",), ("image",), ("view",)):
            looks = tuple(c for c in phrase.constraints if c.kind in LOOKS or c.kind == "place")
            self.facts.append(Fact("elsewhere", phrase._replace(constraints=looks)))
        elif island.kind == "attribute" and self.facts and self.facts[-1].kind == "elsewhere":
            denied = self.facts[-1].phrase or Phrase(UNKNOWN_NOUN)
            side = tuple(c for c in island.readings[0] if isinstance(c, Constraint) and c.value in ("left", "right"))
            self.facts[-1] = Fact("elsewhere", denied.adding(*side))

    def _add(self, fact: Fact, island: Island) -> int:
        self.facts.append(fact)
        self._use(island)
        return len(self.facts) - 1

    def _use(self, island: Island) -> None:
        span = range(island.start, island.end)
        self.used.update(k for k in span if island.kind != "phrase" or k not in self.unknown)

    def _pronoun(self, k: int) -> None:
        """The "it" is the region; after a relation, the subject stands so to the region, which may come after it."""
        link, self.link = self.link, None
        if self.tokens[self.islands[k].end : self.islands[k].end + 1] in (("side",), ("end",), ("half",), ("other",)):
            return  # "on this side", "on top of each other"
        if link is not None and self._is_fronted(k, link.link[1]):
            return
        if link is None:
            if self.before in ("", "joint"):
                self.subject = self.current = self.opening = None
                self.opened = True
        elif link.link[0] == "relation" and self.subject is not None and link.link[1] in INVERSE:
            phrase = self.facts[self.subject].phrase
            if phrase is not None:
                self._add(Fact("relation", phrase, (), INVERSE[link.link[1]]), link)

    def _is_fronted(self, k: int, relation: str) -> bool:
        """Whether a clause begins with "behind it", and what stands there comes after it."""
        rest = (island.kind for island in self.islands[k + 1 : k + 1 + BEFORE_SUBJECT])
        following = next((kind for kind in rest if kind not in ("attribute", "copula", "idiom", "skipped")), "")
        if relation not in INVERSE or following != "phrase" or self.before not in ("", "joint"):
            return False
        self.fronted = INVERSE[relation]
        return True

    def _phrase(self, k: int, island: Island) -> None:
        phrases = [phrase for phrase in island.readings if isinstance(phrase, Phrase)]
        phrase = phrases[0]
        link, self.link = self.link, None
        following = subjects.following_of(self.islands, k)
        begins = following is not None and (following.kind in ("copula", "skipped") or following.link[0] == "with")
        side = phrase.noun in (UNKNOWN_NOUN, ANY_NOUN) or self.tokens[island.end - 1] in SIDES
        if link is not None and side and following is not None and subjects.goes_on_of(self.islands, k):
            self.link, self.sided = link, True  # "above the rear corner of the bus"
            self._use(island)
            return
        owned = not OWNED.isdisjoint(self.tokens[island.start : island.start + 2])  # "only its lower part"
        is_head = not owned and subjects.names_head_again(self.tokens, island, phrase, self.head)
        rest = [other.kind for other in self.islands[k + 1 : k + 3]]
        is_head = is_head and (self.head.plural or rest != ["joint", "phrase"])  # "the blue table and the orange one"
        starts = self.before in ("", "joint")
        listed = subjects.is_listed(self.tokens, island, phrase, self.head)
        subject = () if self.subject is None else self.facts[self.subject : self.subject + 1]
        like = subjects.like_before(phrase, subject) if phrase.noun == ANY_NOUN and not owned else None
        if link is None and starts and not self.exists:
            self.opening, self.opened = len(self.facts), True
        if self.fronted:
            self.facts += [Fact("beside", phrase, (), self.aside)] if self.aside else []
            self.subject = self.current = self._add(Fact("relation", phrase, (), self.fronted), island)
            self.fronted = self.aside = ""
        elif link is not None:
            self._linked(link, island, phrase, owned)
        elif self.before == "copula" and not self.exists:
            self._describe(phrase, island)
        elif is_head and self.root < 0 and starts and subjects.tells_apart(self.islands, k, phrase):
            is_whole = following is None or (following.link[0] in ("", "of") and following.kind != "attribute")
            how = "subject" if is_whole else ""  # of "the lamp on the right" the phrase alone may be the region
            self.subject = self.current = self._add(Fact("elsewhere", phrase, (), how), island)
        elif like is not None:
            self.subject = self.current = self._add(Fact("elsewhere", like), island)
        elif is_head and (begins or self.before == "" or (starts and not listed)):
            self.subject = self.current = self.opening = None
            some = phrase.noun == ANY_NOUN and self.tokens[island.start] not in ("both", "all")
            self._describe(phrase, island, some=some)
        else:
            part = begins and self.tokens[island.start] == "the" and is_part(phrase.noun)
            part = part and not any(c.kind == "of" or c.kind in LOOKS for c in phrase.constraints)
            kind = self.kind if self.before == "joint" and not begins else "has" if owned or part else "shows"
            self.current = self._add(Fact(kind, phrase if owned and side else self._named(phrase)), island)
            self.kind = kind
            if begins or self.before == "" or self.exists:
                self.subject = self.current
            self.exists = False

    def _linked(self, link: Island, island: Island, phrase: Phrase, owned: bool) -> None:
        kind, value = link.link
        self._use(link)
        if owned and phrase.noun == ANY_NOUN and self.before != "that":
            return  # "behind its right part"
        if value == "on" and phrase.noun in (ANY_NOUN, UNKNOWN_NOUN) and self.tokens[island.end - 1] in SIDES:
            return  # "mostly on the right-hand side" is on no other thing
        if self.root >= 0 and self.current is None and self.subject is None and not owned:
            part = kind in ("of", "in") or value == "on"
            if part:
                on = Fact("relation", phrase, (), "on")
                self.current = self._add(on if value == "on" else Fact("part", named_as(phrase, self.head)), island)
                self.linked.add(self.current)
                return
        if kind == "of" and self.current is not None:
            fact = self.facts[self.current]
            if fact.phrase is not None:
                whole = Constraint("of", "", named_as(phrase, self.head))
                self.facts[self.current] = fact._replace(phrase=fact.phrase.adding(whole))
            self._use(island)
            return
        has = self.current is not None and self.facts[self.current].kind == "has"
        about_it = self.subject is None and (self.current is None or (has and value in ASIDE))
        if kind == "relation" and about_it and not owned and value != "next to":
            self.current = self._add(Fact("relation", named_as(phrase, self.head), (), value), island)
        elif kind == "without":
            if self.subject is None:
                self.current = self._add(Fact("lacks", phrase), island)
        else:
            is_named = self.current is not None and self.before in ("phrase", "that")
            is_of_landmark = kind == "with" and is_named  # "above the sofa with the purple cushions"
            is_of_landmark = is_of_landmark or bool(SHARING.intersection(self.tokens[: link.start]))
            is_of_landmark = is_of_landmark or subjects.stands_at_own(self.tokens, self.islands, island)
            self.kind = "has" if kind == "with" and self.subject is None and not is_of_landmark else "shows"
            self.current = self._add(Fact(self.kind, self._named(phrase)), island)
        if self.current is not None and self.before != "that":
            self.linked.add(self.current)

    def _named(self, phrase: Phrase) -> Phrase:
        """The "left one" of a plural head is a member."""
        if phrase.noun == ANY_NOUN and self.head.plural:
            several = sum(c.kind == "color" for c in phrase.constraints) > 1 and phrase.plural  # "red and black ones"
            return Phrase(self.head.noun, several, tuple(c for c in phrase.constraints if c.kind != "count"))
        return phrase

    def _describe(self, phrase: Phrase, island: Island, *, some: bool = False) -> None:
        """What a phrase says of the subject: "is a flat yellow board"."""
        plural = self.head.plural if self.subject is None else True
        claims = tuple(
            c for c in phrase.constraints if c.kind in LOOKS or c.kind in PLACES or (c.kind == "count" and plural)
        )
        self._say(claims, island, some=some)

    def _attribute(self, island: Island) -> None:
        self.link = None
        if self.before == "joint" and self.tokens[island.start] in ("has", "have"):
            self.current = self.subject  # "the smaller, beside the bottle, has green stripes"
        if self.fronted:  # "behind it to the right is the vase"
            self.aside = next((c.value for c in island.readings[0] if c.value in ("left", "right")), "")
            self._use(island)
            return
        number = self.islands.index(island)
        following = self.islands[number + 1 : number + 2]
        if is_posture(island) and following and following[0].kind == "phrase":
            self._use(island)  # "four stacked green tiers"
            return
        if self.before == "" and TRANSPARENT.intersection(self.tokens[island.end : island.end + 1]):
            return  # "three pieces can be seen"
        readings = [constraints for constraints in island.readings if not isinstance(constraints, Phrase)]
        if subjects.is_where(island) and following and not self.opened and following[0].kind == "copula":
            self.exists = True  # "to the left is a smaller one"
            self._use(island)
        elif subjects.is_where(island) and subjects.says_no_place(
            self.tokens, self.islands, number, self.before, alone=self.current is None
        ):
            self._use(island)
        elif (
            readings and self.before in ("", "joint")
            and subjects.goes_unnamed(self.islands, number, first=island.start == 0)
        ):  # fmt: skip
            looks = tuple(c for c in readings[0] if c.kind in LOOKS)
            self._add(Fact("shows", Phrase(UNKNOWN_NOUN, False, looks)), island)  # "red and purple checks surround it"
        elif readings:
            begins = self.before in ("copula", "pronoun", "")
            counts = self.before == "" and any(c.kind == "count" for c in readings[0])
            self._say(readings[0], island, some=not begins or counts)

    def _say(self, constraints: tuple[Constraint, ...], island: Island, *, some: bool = False) -> None:
        self._use(island)
        claims = tuple(c for c in constraints if c.kind in LOOKS | PLACES | {"count", "with", "posture"})
        fact = self.facts[self.current] if self.current is not None else None
        named = self.head if fact is None else fact.phrase
        if named is not None and (not named.plural or (fact is not None and self.before == "joint")):
            claims = tuple(c for c in claims if c.kind != "count")  # "under the top, two in front and two behind"
        if not claims:
            return
        if fact is not None and fact.phrase is not None and self.before != "copula":
            places = tuple(c for c in claims if c.kind in PLACES)
            claims = tuple(c for c in claims if c.kind not in PLACES)  # of whom a place is, free text hides
            if places and self.head.noun == UNKNOWN_NOUN:
                self.facts.append(Fact("elsewhere", fact.phrase.adding(*places)))
            if any(c.kind == "color" for c in fact.phrase.constraints):
                claims = tuple(c for c in claims if c.kind != "color")  # "a foot, gray on two of them and red on one"
        if fact is not None and fact.phrase is not None:
            self.facts[self.current or 0] = fact._replace(phrase=fact.phrase.adding(*claims))
        else:
            is_member = some and self.head.plural and self.root < 0
            is_member = is_member and any(c.kind in PLACES | {"count"} for c in claims)
            if not is_member and self.root < 0 and not subjects.is_told(self.tokens, self.islands, island, self.head):
                claims = tuple(c for c in claims if c.kind not in PLACES)
            self.facts.append(Fact("some" if is_member else "is", None, claims))
