"""What goes with what: from the islands of a sentence to logical forms.

Noun phrases stand on a stack, each linked to the one below it. What follows may belong to any phrase of the stack; it
closes the phrases above. All ways are tried up to a bound; a way that reaches farther down costs more.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..logic import Constraint, Phrase
from ..words.anatomy import are_parts_of_one
from ..words.connectives import SIDES, TRANSPARENT
from ..words.vocabulary import ARTICLES
from .heads import (
    and_only,
    denies_part,
    is_own,
    is_scrap,
    linked,
    lists_looks,
    lists_member,
    made_of,
    names_part,
    nearer_ones,
    stuff_of,
    waiting,
    with_places,
    with_wholes,
)  # fmt: skip
from .islands import Island, fronted_last, unknown_words
from .phrases import (
    both_of,
    ends_list,
    is_choice,
    is_one,
    is_place,
    member_of,
    named_as,
    names_again,
    names_apart,
    names_member,
    of_both_ends,
    one_of_several,
    order_of_whole,
    specifies,
    spreads,
    without_unknown,
)  # fmt: skip
from .stack import (
    LISTED,
    WITH_ALL,
    Frame,
    Reading,
    Sentence,
    Stack,
    add_state,
    cheapest,
    closed_down_to,
    extended,
    listed_again,
    only_heads,
    pushed,
    renamed,
    rerooted,
    singled_out,
)  # fmt: skip

__all__ = ["Reading", "Sentence", "read_sentence"]


def read_sentence(tokens: tuple[str, ...], islands: Sequence[Island]) -> Sentence:
    """Put the islands of a sentence together.

    Args:
        tokens: the words.
        islands: from `islands_of`.
    """
    return _Assembly(tokens, fronted_last(list(islands))).run()


class _Assembly:
    """The states of one sentence while its islands are taken in from left to right.

    Attributes:
        states: stack of open phrases -> least cost; empty until the head is there.
        used: positions of the tokens that had a part in it.
        link, listed: the link that waits for its phrase, and the one that a list continues.
        before, dropping: kind of the island before this one; after a denial, until the next comma.
        first, root: the head as first read, and its island.
    """

    def __init__(self, tokens: tuple[str, ...], islands: list[Island]) -> None:
        self.tokens, self.islands = tokens, with_places(tokens, islands)
        self.states: dict[Stack, int] = {}
        self.used: set[int] = set()
        self.link: Island | None = None
        self.listed: tuple[str, str] | None = None
        self.before = ""
        self.dropping = False
        self.first: Phrase | None = None
        self.root: Island | None = None
        self.unknown = unknown_words(tokens)

    def run(self) -> Sentence:
        """Take in all islands, close what is open, and order the readings by cost."""
        k = 0
        while k < len(self.islands):
            k = self._take(k)
        readings: dict[Phrase, int] = {}
        for stack, cost in self.states.items():
            for closed in closed_down_to(stack, 0):
                phrase = without_unknown(closed[0].phrase)
                readings[phrase] = min(cost, readings.get(phrase, cost))
        ordered = sorted(readings.items(), key=lambda item: item[1])
        return Sentence(tuple(Reading(phrase, cost) for phrase, cost in ordered), frozenset(self.used), self.root)

    def _take(self, k: int) -> int:
        island = self.islands[k]
        kind = island.kind
        is_comma = kind == "joint" and self.tokens[island.start] == ","
        self.dropping = not is_comma and (self.dropping or self._lists_member(island))
        if self.dropping:
            return k + 1
        step = 1
        if kind == "phrase":
            step = self._phrase(k, island)
        elif kind == "attribute" or (kind == "idiom" and island.readings and spreads(self.first)):
            self._attribute(island)
        elif kind == "link":
            self.link = waiting(self.link, self.islands[k - 1], island)
        elif kind == "denial" and denies_part(self.tokens, self.islands[k : k + 2], self.first):
            self.link = island._replace(kind="link", link=("without", ""))
        elif kind == "denial":
            self.dropping, self.link = True, None
        elif kind == "copula" and self.before != "that":
            self._to_subject()
        elif kind == "pronoun":
            self.link = None
        if kind in ("phrase", "attribute", "joint", "copula", "that", "pronoun", "skipped"):
            self.before = kind
        if kind in ("joint", "copula", "that", "pronoun", "idiom"):
            self._use(island)
        return k + step

    def _lists_member(self, island: Island) -> bool:
        return self.link is None and lists_member(self.tokens, island, self.first)

    def _use(self, island: Island) -> None:
        span = range(island.start, island.end)
        self.used.update(k for k in span if island.kind != "phrase" or k not in self.unknown)

    def _phrase(self, k: int, island: Island) -> int:
        """Take in a noun phrase by what stands before it; returns how many islands were taken in."""
        phrases = [of_both_ends(phrase) for phrase in island.readings if isinstance(phrase, Phrase)]
        if not self.states:
            return self._root(k, island, phrases)
        words = self.tokens[island.start - 1 : island.end]
        goes_on = self.before == "joint" and not ends_list(words, phrases[0], self.first)
        rest = self.islands[k + 1 : k + 3]
        step = next((n + 1 for n, following in enumerate(rest) if following.link == ("of", "")), 0)
        if self.link is not None and step and (step == 1 or rest[0].kind == "skipped"):
            last = self.tokens[island.end - 1]
            is_part = step == 1 and names_part(phrases, self.islands[k + 2 : k + 3])
            if (last in SIDES or last in TRANSPARENT) and self.link.link[0] != "with" and not is_part:
                self._use(island)
                return step + 1
        link, self.link = self.link, None
        nearer = nearer_ones(self.tokens, link, island, phrases) if link else []
        if link and nearer and self._order(self.tokens[link.start - 1 : island.end], nearer[0]):
            self.used.update(range(link.start, island.end))
            self._apposition(island, nearer, link.start)
            return 1
        if link is not None and link.link[0] == "between":
            return self._between(k, link, island, phrases)
        if link is not None:
            self._use(link)
            self.listed = link.link if link.link[0] in LISTED else None
            kind, value = linked(self.tokens, link, island, phrases[0], self.first)
            side = {"left of": "left", "right of": "right"}.get(value)
            if side and self.tokens[link.start] in ("on", "at"):
                self._beside_or_at_side(link, phrases, side)
                self._use(island)
                return 1
            if is_one(phrases) and kind not in ("with", "relation"):
                phrases = [named_as(phrase, self.first) for phrase in phrases]
            its_own = self.before == "joint" and is_own(phrases[0], self.first)
            if kind == "with" and self._owned(island) and (its_own or self.tokens[link.start] in WITH_ALL):
                self._to_subject()  # "the bowl on the table, together with its contents"
            self._push(phrases, kind, value, after_comma=self.before == "joint")
        elif self.before == "copula":
            self._describe(phrases, deep=False)
        elif self.listed and goes_on and not is_one(phrases):
            is_sibling = self.first is not None and are_parts_of_one(phrases[0].noun, self.first.noun)
            owned = (self._owned(island) or is_sibling) and self.listed[0] == "relation"
            self._prune(listed_again(self.states, phrases, *(("about", "") if owned else self.listed)))
        else:
            self._apposition(island, phrases)
        self._use(island)
        return 1

    def _beside_or_at_side(self, link: Island, phrases: list[Phrase], side: str) -> None:
        """Both readings of "the handle on the left of the mug": beside the mug, and the mug's left handle."""
        before = self.states
        self._push(phrases, *link.link, after_comma=self.before == "joint")
        beside, self.states = self.states, before
        self._attribute(link._replace(kind="attribute", readings=((Constraint("place", side),),)))
        self._push(phrases, "of", "")
        self.states = {**beside, **self.states}

    def _owned(self, island: Island) -> bool:
        return self.tokens[island.start] in ("its", "their")

    def _root(self, k: int, island: Island, phrases: list[Phrase]) -> int:
        """Start with the head, or pass over "a piece of" before it."""
        following = self.islands[k + 1] if k + 1 < len(self.islands) else None
        if following is not None and following.link == ("of", "") and is_scrap(self.tokens, island, phrases):
            self._use(island)
            self._use(following)
            return 2
        rest = self.islands[k + 1 : k + 3]
        are_of = len(rest) == 2 and rest[0].link == ("of", "")
        inner = [way for way in rest[1].readings if isinstance(way, Phrase)] if are_of else []
        of_material = made_of(self.tokens, phrases, inner, rest)
        members = one_of_several(phrases, inner) or stuff_of(self.tokens, phrases, inner, rest)
        phrases = of_material or members or phrases
        phrases = and_only(self.tokens, island, phrases)
        self.states = {(Frame(phrase),): 0 for phrase in phrases}
        self.first = phrases[0]
        self.root = self.islands[k + 2] if members and not of_material else island
        self._use(self.root)
        return 3 if of_material or members else 1

    def _push(self, phrases: Sequence[Phrase], kind: str, value: str, *, after_comma: bool = False) -> None:
        """Link phrases to each open phrase that may own them; what stands above the owner is closed."""
        said_of_head = self.before == "copula"
        self._prune(pushed(self.states, phrases, (kind, value), after_comma=after_comma, said_of_head=said_of_head))

    def _between(self, k: int, link: Island, island: Island, phrases: list[Phrase]) -> int:
        rest = self.islands[k + 1 : k + 3]
        inner: list[Phrase] = [phrase for phrase in phrases if phrase.plural]
        step = 1
        if len(rest) == 2 and rest[0].kind == "joint" and rest[1].kind == "phrase":
            seconds, of = with_wholes(rest[1], self.islands[k + 3 : k + 5])
            inner = both_of(phrases, seconds, self.first)
            step = 3 + len(of)
            for island_of in of:
                self._use(island_of)
            self._use(rest[0])
            self._use(rest[1])
        if inner:
            self._use(link)
            self._use(island)
            self._push(inner, "between", "")
        return step

    def _apposition(self, island: Island, phrases: list[Phrase], start: int = 0) -> None:
        """A phrase without a link: the head again, a member of it, or something else in the picture."""
        words = self.tokens[(start or island.start) - 1 : island.end]
        owned = self._owned(island) and not is_choice(phrases[0], self.first)
        order = self._order(words, phrases[0])
        if order == "whole":  # "second window, blue-roofed bus"
            self._push(phrases, "of", "", after_comma=True)
            return
        is_part = order == "part" and (self.tokens[island.end : island.end + 1] != ("and",) or "stem" in self.tokens)
        if is_part and names_apart(phrases[0], self.first):  # "crate, body"
            self._reroot(island, phrases)
            return
        if not owned and names_again(self.tokens[island.start : island.end], phrases, self.first):
            if self.before == "joint" and words[1] in ARTICLES and specifies(phrases[0], self.first):
                self.states = renamed(self.states, phrases[0].noun)
            self._describe(phrases, deep=is_one(phrases))
            return
        head = self.first
        several = any(phrase.plural or any(c.kind == "count" for c in phrase.constraints) for phrase in phrases)
        is_inner = head is not None and head.plural and not several and any(len(stack) > 1 for stack in self.states)
        is_inner = is_inner and sum(self.tokens.count(word) for word in ("one", "ones")) < 2  # each is a member
        if is_one(phrases) and is_inner:
            self._describe(phrases, deep=True)  # "the legs of the left stool, the one with dots"
            return
        if is_one(phrases) and head is not None and head.plural:
            if not several and names_member(self.tokens, island.end):
                self._prune(singled_out(self.states, phrases))
                return
            phrases = [member_of(phrase, head) for phrase in phrases]
            owned = True
        self.listed = None
        if is_part:  # "white robot, left arm"
            self._reroot(island, phrases)
            return
        kind = "with" if owned else "about"
        states: dict[Stack, int] = {}
        for stack, cost in self.states.items():
            for closed in closed_down_to(stack, 0):
                for phrase in phrases:
                    add_state(states, (*closed, Frame(phrase, kind)), cost)
        self._prune(states)

    def _order(self, words: tuple[str, ...], phrase: Phrase) -> str:
        """Whether a phrase names the head's "part" or "whole"; a sentence has no such part: "a teapot, spout up"."""
        order = order_of_whole(words, phrase, self.first)
        return "" if order == "part" and self.root and self.tokens[self.root.start] in ("a", "an") else order

    def _reroot(self, island: Island, phrases: list[Phrase]) -> None:
        """The phrase is the head, what was the head is what it is part of."""
        self.first, self.root = phrases[0], island
        self._prune(rerooted(self.states, phrases))

    def _describe(self, phrases: list[Phrase], *, deep: bool) -> None:
        """What a phrase says of the head itself, or of a phrase that is open: "the left one"."""
        states: dict[Stack, int] = {}
        for stack, cost in self.states.items():
            top = len(stack) - 1
            for depth in range(top, -1, -1) if deep else (1 if self.before == "copula" and top else 0,):
                for phrase in phrases:
                    constraints = tuple(
                        c for c in phrase.constraints if c.kind != "count" or stack[depth].phrase.plural
                    )
                    for changed in extended(stack, depth, constraints):
                        add_state(states, changed, cost + min(depth, top - depth))
        self._prune(states)

    def _attribute(self, island: Island) -> None:
        self.link = None
        if not self.states or (self.before == "joint" and lists_looks(island, self.first)):
            return
        its = {"its", "their"}.intersection(self.tokens[island.start : island.end])
        states: dict[Stack, int] = {}
        for stack, cost in self.states.items():
            top = len(stack) - 1
            if its and stack[top].kind != "with":
                add_state(states, stack, cost)  # a place in the thing itself, not of it
                continue
            for depth in (top,) if its else range(top, -1, -1):
                reach = min(top - depth, depth) if self.before == "joint" else top - depth
                if stack[depth].kind == "with" and self.before != "copula" and is_place(island.readings):
                    continue
                for constraints in island.readings:
                    for changed in extended(stack, depth, constraints):  # type: ignore[arg-type]
                        add_state(states, changed, cost + reach)
        self._prune(states)
        self._use(island)

    def _to_subject(self) -> None:
        """After a verb the head is the subject again."""
        self._prune(only_heads(self.states))

    def _prune(self, states: dict[Stack, int]) -> None:
        """Keep the cheapest states; without any, the island changes nothing."""
        self.states = cheapest(states) or self.states
