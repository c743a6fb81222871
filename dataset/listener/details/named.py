"""The noun phrases of a sentence word by word: where each begins and ends, how it looks, whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from ..sentences.claims import Noun, nouns_in
from ..sentences.clauses import FINITE
from ..sentences.clauses import OTHERS as LOOKALIKES
from ..words.anatomy import SHAPES as FORMS
from ..words.connectives import LEFT_RIGHT, OPPOSITE, OWNED, VERBS
from ..words.lexicon import NOUN_WORDS
from ..words.vocabulary import ARTICLES, COLOR_WORDS, NUMBERS, PATTERN_WORDS
from .relation_words import HIDES

__all__ = ["ANOTHER", "ENDS", "GENERIC", "LIKE", "OTHERS", "PRONOUNS", "REGION", "Named", "named_in"]

REGION: Final = Phrase(ANY_NOUN)
LIKE: Final = Constraint("about", "like")
"""What is another one like the region."""
OWN: Final = Constraint("about", "own")
"""What is a part of the region, or of what the region is of."""
ANOTHER: Final = Constraint("about", "another")
"""What is not the region, nor a part of it."""
PRONOUNS: Final = frozenset({"it", "they", "them", "this", "these", "both", "all", "each"})
OTHERS: Final = LOOKALIKES | {"third", "fourth", "one", "ones"}
ENDS: Final = frozenset(
    {",", "with", "in", "on", "at", "is", "are", "by", "to", "that", "which", "has", "have", "while", "from", "for",
     "but", "behind", "below", "above", "near", "so", "where", "and", "under", "beneath", "between", "whom", "not"}
)  # fmt: skip
GAPS: Final = frozenset({"gap", "space", "place", "spot", "room"})
"""What is between two things, or where they meet."""
GENERIC: Final = frozenset(
    {"corner", "edge", "end", "side", "part", "piece", "bit", "tip", "half", "rim", "border", "line", "row", "group",
     "pair", "portion", "stack", "pile", "bunch", "strip", "section", "middle", "front", "back", "rear", "centre",
     "center", "point", "scrap", "sliver", "bottom", "face"}
) | GAPS  # fmt: skip
"""Of these the thing that they are of is meant."""
BEFORE_NOUNS: Final = ARTICLES | OWNED | COLOR_WORDS.keys()
"""Words after which "stands" is no verb."""
ONE_OF: Final = GENERIC | COLOR_WORDS.keys() | {"of"}
"""Before these "one" is a number."""
PLACES: Final = frozenset({"front", "back", "rear", "top", "bottom", "middle", "end", "side", "corner"})
MOST_WORDS: Final = 8
BEFORE: Final = HIDES | {
    "behind", "above", "below", "under", "beneath", "underneath", "over", "beyond", "atop", "of", "'s", "by",
}  # fmt: skip
"""Words that no noun phrase goes back beyond."""


class Named(NamedTuple):
    """A noun phrase: its span of tokens, and what it may mean."""

    start: int
    end: int
    phrases: tuple[Phrase, ...]


def named_in(tokens: tuple[str, ...]) -> tuple[Named, ...]:
    """The noun phrases of a sentence, from their first word to the end of what they are of."""
    return tuple(_Phrases(tokens).names())


class _Phrases:
    """Finds the noun phrases of some tokens."""

    def __init__(self, tokens: tuple[str, ...]) -> None:
        self.tokens = tokens

    def names(self) -> Iterator[Named]:
        """The noun phrases of the sentence, from their first word to the end of what they are of."""
        nouns = self._nouns()
        begins = {noun.start: noun for noun in nouns}
        end = 0
        for noun in nouns:
            if noun.start < end:
                continue
            start = self._start(noun, end)
            noun = _last(noun, begins)
            owner = self._owner(noun, begins)
            end = noun.end if owner is None else owner.end
            yield Named(start, end, self._alone(noun, start) if owner is None else self._of(noun, owner, start))

    def _alone(self, noun: Noun, start: int) -> tuple[Phrase, ...]:
        """What a noun may mean that is of nothing that is named."""
        if self._is_generic(noun):
            rest = self.tokens[noun.end : noun.end + 2]
            is_of = rest[:1] == ("of",) and PRONOUNS.isdisjoint(rest[1:])
            return (Phrase(UNKNOWN_NOUN),) if is_of else (REGION,)  # "rows of specks", "part of it"
        phrases = self._means(noun, start)
        return tuple(phrase.adding(OWN) for phrase in phrases) if self.tokens[start] in OWNED else phrases

    def _of(self, noun: Noun, owner: Noun, start: int) -> tuple[Phrase, ...]:
        """What a noun may mean with what it is of, or what that has."""
        looks = (*self._looks(noun.end + 1, owner.start), *self._side(noun.end + 1, owner.start))
        whole = Phrase(owner.lemmas[0], owner.plural, looks)
        phrases = self._means(noun, start)
        if self.tokens[noun.end] == "'s":
            return tuple(whole.adding(Constraint("of", "", phrase)) for phrase in phrases)
        if not self._is_generic(noun):
            return tuple(phrase.adding(Constraint("of", "", whole)) for phrase in phrases)
        if self._is_generic(owner):
            return (REGION,)  # "part of its left side"
        return (whole if OWNED.isdisjoint(self.tokens[noun.end + 1 : owner.start]) else whole.adding(OWN),)

    def _is_generic(self, noun: Noun) -> bool:
        """Whether a noun says only where on a thing, or how much of it: "the lower part", but no "side window"."""
        first, last = self.tokens[noun.start], self.tokens[noun.end - 1]
        is_one_word = " " not in noun.lemmas[0] and first.removesuffix("s") in GENERIC
        is_side = first in ("upper", "lower") and last in GENERIC
        return is_one_word or is_side or not GENERIC.isdisjoint(noun.lemmas)

    def _nouns(self) -> list[Noun]:
        """The nouns in order, those of outlines and pieces among them; without verbs, sides and parts of relations."""
        nouns = [noun for noun in nouns_in(self.tokens) if not self._is_no_noun(noun)]
        every = {k for noun in nouns for k in range(noun.start, noun.end)}
        words = ((k, word.removesuffix("s")) for k, word in enumerate(self.tokens) if k not in every)
        nouns += [
            Noun(k, k + 1, (word,), self.tokens[k] != word)
            for k, word in words
            if word in GENERIC
            and (word not in GAPS or self.tokens[k + 1 : k + 2] in (("between",), ("where",)))
            and not (word == "half" and self.tokens[k + 1 : k + 2] and self.tokens[k + 1].endswith(("ed", "en", "ing")))
            and self.tokens[max(k - 1, 0)] not in ("in", "on")
            and not self._is_adjective(k)
        ]
        return sorted(nouns)

    def _is_adjective(self, k: int) -> bool:
        """Whether "front" or "back" comes before a noun: "the front wheel"."""
        after = self.tokens[k + 1] if k + 1 < len(self.tokens) else "of"
        return self.tokens[k] in PLACES and (after not in ENDS and after not in FINITE and after not in ("of", "'s"))

    def _is_no_noun(self, noun: Noun) -> bool:
        """Whether a word is a verb, "it stands", an adjective, "light pink", a side, or of a relation, "on top of"."""
        before = self.tokens[noun.start - 1] if noun.start else ""
        word, after = self.tokens[noun.start], self.tokens[noun.end : noun.end + 1]
        is_verb = word in VERBS and (word.endswith("s") or word == "stand") and before not in BEFORE_NOUNS
        is_adjective = word == "light" and bool(COLOR_WORDS.keys() & set(after))
        is_side = not OPPOSITE.keys().isdisjoint(noun.lemmas) or (
            noun.end == noun.start + 1 and self._is_adjective(noun.start)
        )
        if word == "one" and after and (after[0] in ONE_OF or after in NOUN_WORDS):
            return True  # "one end of the bench"
        is_form = not (FORMS - {"ball"}).isdisjoint(noun.lemmas) and before not in BEFORE_NOUNS
        return is_form or is_verb or is_adjective or is_side or (before, word) in (("in", "front"), ("on", "top"))

    def _start(self, noun: Noun, least: int) -> int:
        """The first word of a noun's phrase: its article, or the adjective that the phrase begins with."""
        k = noun.start
        while k > least and k > noun.start - MOST_WORDS:
            word = self.tokens[k - 1]
            if word in ARTICLES or word in OWNED or word in ("another", "this", "these"):
                return k - 1
            if word in ENDS or word in FINITE or word in BEFORE:
                return k
            k -= 1
        return k

    def _looks(self, start: int, end: int) -> tuple[Constraint, ...]:
        """The colours of a noun, but not those of "brown topped"."""
        patterns = (PATTERN_WORDS.get(self.tokens[k], "") for k in range(start, end))
        return tuple(
            Constraint("color", color)
            for color in dict.fromkeys(
                COLOR_WORDS[self.tokens[k]]
                for k in range(start, end)
                if self.tokens[k] in COLOR_WORDS
                and (self.tokens[k + 1] in PATTERN_WORDS or not self.tokens[k + 1].endswith("ed"))
            )
        ) + tuple(Constraint("pattern", pattern) for pattern in dict.fromkeys(patterns) if pattern)

    def _means(self, noun: Noun, start: int) -> tuple[Phrase, ...]:
        looks = (*self._looks(start, noun.start), *self._side(start, noun.start))
        count = next((str(NUMBERS[word]) for word in self.tokens[start : noun.start] if word in NUMBERS), "")
        if noun.plural and count:
            looks = (*looks, Constraint("count", count))
        is_other = not OTHERS.isdisjoint(self.tokens[start : noun.end])
        if noun.lemmas[0] == "thing":
            return (Phrase(ANY_NOUN, noun.plural, (LIKE, *looks)),)
        return tuple(Phrase(lemma, noun.plural, (LIKE, *looks) if is_other else looks) for lemma in noun.lemmas)

    def _side(self, start: int, end: int) -> tuple[Constraint, ...]:
        """Where among its like a thing is: "the left bench"."""
        sides = {LEFT_RIGHT[word] for word in self.tokens[start:end] if word in LEFT_RIGHT}
        return (Constraint("place", sides.pop()),) if len(sides) == 1 else ()

    def _owner(self, noun: Noun, begins: dict[int, Noun]) -> Noun | None:
        """What a noun's thing is of: "of the brown stool", "the plant's leaves"."""
        after = self.tokens[noun.end : noun.end + 1]
        is_gap = self.tokens[noun.end - 1] in GAPS and after in (("between",), ("where",))
        if after not in (("'s",), ("of",)) and not is_gap:
            return None
        k = noun.end + 1
        while k < min(noun.end + MOST_WORDS, len(self.tokens)) and (
            self.tokens[k] not in ENDS or (self.tokens[k] == "and" and self.tokens[k - 1] in COLOR_WORDS)
        ):
            if self.tokens[k] in PRONOUNS and self.tokens[k] not in ("both", "all") and k not in begins:
                return None  # "part of it"
            if k in begins:
                return _last(begins[k], begins)
            k += 1
        return None


def _last(noun: Noun, begins: dict[int, Noun]) -> Noun:
    """The noun of a compound: of "chair leg" the leg, of "roof edge" the roof, as far as the edge."""
    while (following := begins.get(noun.end)) is not None:
        is_edge = not GENERIC.isdisjoint(following.lemmas)
        noun = noun._replace(end=following.end) if is_edge else following
    return noun
