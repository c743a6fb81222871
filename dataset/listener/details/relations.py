"""Who stands behind, in front of, above or below what: of each such word its subject and its landmark.

A relation is said of the region, of what the clause names, or of another one like the region; and so is what it is to.
Where free text hides which of them is meant, all are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from ..logic import ANY_NOUN, Constraint, Phrase
from ..sentences.claims import Noun, nouns_in
from ..sentences.clauses import FINITE
from ..sentences.fact import Fact
from ..words.anatomy import SHAPES as FORMS
from ..words.connectives import COPULAS, OWNED, VERBS
from ..words.vocabulary import ARTICLES, COLOR_WORDS, NUMBERS, PATTERN_WORDS

__all__ = ["relations_in"]

RELATIONS: Final = {
    ("in", "front", "of"): "in front of", ("ahead", "of"): "in front of", ("behind",): "behind",
    ("beyond",): "behind", ("above",): "above", ("on", "top", "of"): "above", ("atop",): "above", ("over",): "above",
    ("below",): "below", ("under",): "under", ("beneath",): "under", ("underneath",): "under",
    ("in", "front"): "in front of",
}  # fmt: skip
RELATION_WORDS: Final = frozenset(words[0] for words in RELATIONS if len(words) == 1)
ADVERBS: Final = frozenset({"behind", "above", "below", "beneath", "underneath", "beyond", "in"})
"""Relations that may stand without a landmark: "the lamp behind"."""
NO_RELATION: Final = frozenset({"from", "all", "flipped", "draped", "pulled", "up", "than", "left", "spread"})
"""Words before a relation that is none: "seen from behind", "all over"."""
REGION: Final = Phrase(ANY_NOUN)
LIKE: Final = Constraint("about", "like")
"""What is another one like the region."""
OWN: Final = Constraint("about", "own")
"""What is a part of the region, or of what the region is of."""
PRONOUNS: Final = frozenset({"it", "they", "them", "this", "these", "both", "all", "each"})
OTHERS: Final = frozenset(
    {"other", "others", "another", "similar", "second", "third", "fourth", "same", "twin", "counterpart", "neighbour",
     "one", "ones", "matching", "rest"}
)  # fmt: skip
BY_THE_WAY: Final = frozenset(
    {"just", "directly", "right", "immediately", "slightly", "close", "partly", "half", "mostly", "well", "far",
     "standing", "lying", "sitting", "hanging", "placed", "parked", "resting", "set", "seen", "visible", "showing",
     "that", "which", "stands", "lies", "little", "bit", "a", "peeking", "out", "further", "farther", "partially",
     "largely", "located", "on", "straight", "clearly", "rising", "immediate", "mounted", "nearly", "almost", "still"}
)  # fmt: skip
"""Words between a thing and what is said of where it is."""
ENDS: Final = frozenset(
    {",", "with", "in", "on", "at", "is", "are", "by", "to", "that", "which", "has", "have", "while", "from", "for",
     "but", "behind", "below", "above", "near", "so", "where", "and", "under", "beneath", "between", "whom", "not"}
)  # fmt: skip
JOINTS: Final = frozenset({",", ";", "and", "but", "while", "whereas", "so", "though", "because", "since"})
PREPOSITIONS: Final = frozenset(
    {"on", "in", "at", "with", "by", "to", "from", "near", "against", "beside", "behind", "above", "below", "under",
     "over", "of", "beneath", "along", "between", "around", "into", "onto", "toward", "towards", "through", "past"}
)  # fmt: skip
GENERIC: Final = frozenset(
    {"corner", "edge", "end", "side", "part", "piece", "bit", "tip", "half", "rim", "border", "line", "row", "group",
     "pair", "portion", "stack", "pile", "bunch", "strip", "section", "middle", "front", "back", "rear", "centre",
     "center", "point", "scrap", "sliver", "bottom", "face"}
)  # fmt: skip
"""Of these the thing that they are of is meant."""
DENIALS: Final = frozenset({"no", "nothing", "none", "never"})
EXCLUDES: Final = frozenset({"not", "excluded", "out", "nor", "neither", "aside", "separate", "different"})
"""In a sentence with these "it" is the region."""
DENIED: Final = frozenset({"not", "neither", "without", "nor"})
BEFORE_NOUNS: Final = ARTICLES | OWNED | COLOR_WORDS.keys()
"""Words after which "stands" is no verb."""
LEFT_RIGHT: Final = frozenset({"left", "right"})
PLACES: Final = frozenset({"front", "back", "rear", "top", "bottom", "middle", "end", "side", "corner"})
MOST_WORDS: Final = 8


class _Place(NamedTuple):
    """A relation in a sentence: its span of tokens and what it is."""

    start: int
    end: int
    relation: str


class _Named(NamedTuple):
    """A noun phrase: its span of tokens, and what it may mean."""

    start: int
    end: int
    phrases: tuple[Phrase, ...]


def relations_in(tokens: tuple[str, ...], *, first: bool) -> tuple[Fact, ...]:
    """The facts of a sentence on who stands how to what.

    Args:
        tokens: the words.
        first: whether it is the first sentence, whose first noun is the region.
    """
    return tuple(dict.fromkeys(_Sentence(tokens, first=first).facts()))


class _Sentence:
    """A sentence with its noun phrases and its clauses."""

    def __init__(self, tokens: tuple[str, ...], *, first: bool) -> None:
        self.tokens, self.first = tokens, first
        self.named = tuple(self._names())
        self.at = {named.end: named for named in self.named}

    def facts(self) -> Iterator[Fact]:
        """One fact for each relation of which subject and landmark are known."""
        for place in self._places():
            start = self._clause(place.start)
            if self._is_denied(start, place.start):
                continue
            landmarks, end = self._landmarks(place)
            subjects = self._subjects(place, landmarks, start, end) if landmarks else ()
            if subjects and landmarks:
                more = tuple(Constraint("about", "", phrase) for phrase in landmarks[1:])
                yield Fact("placed", landmarks[0], more, place.relation, subjects)

    def _places(self) -> Iterator[_Place]:
        k = 0
        while k < len(self.tokens):
            words = next((w for w in RELATIONS if self.tokens[k : k + len(w)] == w), ())
            j = k - 2 if k > 1 and self.tokens[k - 1] in ("just", "right") else k - 1
            if words and (j < 0 or self.tokens[j] not in NO_RELATION):
                yield _Place(k, k + len(words), RELATIONS[words])
            k += max(len(words), 1)

    def _clause(self, k: int) -> int:
        """Where the clause of a word begins: behind the last comma or "and" that follows a verb."""
        start = 0
        for j in range(k):
            if self.tokens[j] in JOINTS and (self.tokens[j] not in ("and", ",") or self._has_verb(start, j)):
                start = j + 1
        return start

    def _has_verb(self, start: int, end: int) -> bool:
        words = self.tokens[start:end]
        return any(word in FINITE for word in words) or (words[:1] in (("it",), ("they",)) and len(words) > 1)

    def _is_denied(self, start: int, k: int) -> bool:
        words = self.tokens[start:k]
        if not DENIALS.isdisjoint(words) or not DENIALS.isdisjoint(self.tokens[:1]):
            return True
        k = next((j for j, word in enumerate(words) if word in DENIED), None)
        return k is not None and "the" not in words[k:]  # "not the chair behind it" is there

    def _landmarks(self, place: _Place) -> tuple[tuple[Phrase, ...], int]:
        """What a relation is to, in all that it may mean, and where that ends."""
        k = place.end
        word = self.tokens[k] if k < len(self.tokens) else ""
        if word == "and" and place.relation != "over":  # "above and to the right of the books"
            of = next((j for j in range(k + 1, min(k + 6, len(self.tokens))) if self.tokens[j] in ("of", "beside")), 0)
            if of and (LEFT_RIGHT | {"beside"}).intersection(self.tokens[k + 1 : of + 1]):
                k = of + 1
                word = self.tokens[k] if k < len(self.tokens) else ""
        if word in ("it", "them", "this", "these") and not self._begins_name(k):
            return (REGION, *self._earlier(place.start)), k + 1
        if word in ("that", "those", "which", "whom", "each", "both"):
            return (), k
        named = self._name_at(k)
        if named is not None:
            return named.phrases, named.end
        if (
            not self.first
            and self.tokens[place.start] in ADVERBS
            and (word in ("", ",", "and", "with", "but") or word in FINITE)
        ):
            return (REGION,), place.end
        return (), k

    def _begins_name(self, k: int) -> bool:
        return any(named.start == k for named in self.named)

    def _earlier(self, k: int) -> tuple[Phrase, ...]:
        """What "it" may be beside the region: what earlier clauses are about, what has something "behind it"."""
        if self.tokens[:1] in (("it",), ("they",)) or not EXCLUDES.isdisjoint(self.tokens):
            return ()
        start = self._clause(k)
        before = [named for named in self.named if named.end <= start][:1]
        has = [named for named in self.named if named.end <= k and self.tokens[named.end : named.end + 1] == ("has",)]
        return tuple(phrase for named in (*before, *has) for phrase in named.phrases if phrase != REGION)

    def _name_at(self, k: int) -> _Named | None:
        """The noun phrase that begins at a word."""
        return next((named for named in self.named if named.start == k), None)

    def _subjects(self, place: _Place, landmarks: tuple[Phrase, ...], start: int, end: int) -> tuple[Phrase, ...]:
        """Who stands so: what the relation follows, what the clause is about, or what comes after "behind it is"."""
        j = place.start
        while j > start and self.tokens[j - 1] in BY_THE_WAY and j not in self.at:
            j -= 1
        named = self.at.get(j)
        if self.first:
            return self._of_first(place)
        if named is not None and named.end > start:
            word = self.tokens[named.start - 1] if named.start else ""
            is_object = word in PREPOSITIONS or word in COPULAS
            is_with = word == "with" and landmarks[0] == REGION
            before = self._about(start, named.start) if is_object and not is_with else ()
            return (*named.phrases, *(before or (REGION,) * (is_object and not is_with)))
        if j <= start:
            fronted = self._fronted(end)
            if fronted:
                return fronted
            if start and self.tokens[start - 1] == ",":  # ", behind the bus"
                last = [named for named in self.named if named.end <= start]
                if self.tokens[0] in ("it", "they") and last and self.tokens[last[-1].start - 1] in PREPOSITIONS:
                    return (REGION,)
                return (REGION, *(phrase for named in (*last[:1], *last[-1:]) for phrase in named.phrases))
            return (REGION,)
        return self._about(start, place.start)

    def _of_first(self, place: _Place) -> tuple[Phrase, ...]:
        """In the first sentence the region, and whatever is named before."""
        before = [named for named in self.named if named.end <= place.start]
        return (REGION, *(phrase for named in before[1:][-1:] for phrase in named.phrases))

    def _about(self, start: int, k: int) -> tuple[Phrase, ...]:
        """What a clause is about: what comes before its verb, else the region or what was named last."""
        word = self.tokens[start] if start < len(self.tokens) else ""
        if word in ("everything", "all") and self.tokens[start + 1 : start + 2] != ("of",):
            return ()
        if word in PRONOUNS and not self._begins_name(start):
            before = self._names_before(start) if self.tokens[0] not in ("it", "they") else ()
            return (REGION, *before[:1])
        verb = next((j for j in range(start, k) if self.tokens[j] in FINITE), k)
        subject = [named for named in self.named if start <= named.start and named.end <= verb]
        subject = [named for named in subject if self.tokens[named.start - 1] not in PREPOSITIONS] or subject
        if subject:
            return tuple(phrase for named in subject for phrase in named.phrases)
        if word in ("that", "which"):
            return tuple(phrase for named in self.named if named.end <= start for phrase in named.phrases)[-2:]
        if word in OTHERS or word in NUMBERS:
            return (Phrase(ANY_NOUN, False, (LIKE,)),)
        return (REGION, *self._names_before(start))

    def _names_before(self, k: int) -> tuple[Phrase, ...]:
        """What the sentence begins with and what is named last before a word."""
        before = [named for named in self.named if named.end <= k]
        return tuple(phrase for named in (*before[:1], *before[-1:]) for phrase in named.phrases)

    def _fronted(self, end: int) -> tuple[Phrase, ...]:
        """Of "behind it stands a red vase" the vase."""
        k = end
        while k < len(self.tokens) and k < end + 4 and self.tokens[k] not in FINITE:
            if self.tokens[k] in (",", "and", "but"):
                return ()
            k += 1
        if k == len(self.tokens) or self.tokens[k] not in FINITE:
            return ()
        following = next((named for named in self.named if named.start > k), None)
        return following.phrases if following is not None and following.start <= k + 3 else ()

    def _names(self) -> Iterator[_Named]:
        """The noun phrases of the sentence, from their first word to the end of what they are of."""
        nouns = self._nouns()
        begins = {noun.start: noun for noun in nouns}
        end = 0
        for noun in nouns:
            if noun.start < end:
                continue
            start = self._start(noun, end)
            noun = _last(noun, begins)
            owned = self.tokens[start : start + 1] and self.tokens[start] in OWNED
            phrases = self._means(noun, start)
            is_generic = not GENERIC.isdisjoint(noun.lemmas)
            end = noun.end
            owner = self._owner(noun, begins)
            if owner is not None:
                what = Phrase(owner.lemmas[0], owner.plural, self._looks(noun.end + 1, owner.start))
                end = owner.end
                if self.tokens[noun.end] == "'s":
                    phrases = tuple(what.adding(Constraint("of", "", phrase)) for phrase in phrases)
                elif is_generic:
                    phrases = (what,)
                else:
                    phrases = tuple(phrase.adding(Constraint("of", "", what)) for phrase in phrases)
            elif is_generic:
                phrases = (REGION,)
            elif owned:
                phrases = tuple(phrase.adding(OWN) for phrase in phrases)
            yield _Named(start, end, phrases)

    def _nouns(self) -> list[Noun]:
        """The nouns in order, those of outlines and pieces among them; without verbs, sides and parts of relations."""
        nouns = [noun for noun in nouns_in(self.tokens) if not self._is_no_noun(noun)]
        every = {k for noun in nouns for k in range(noun.start, noun.end)}
        words = ((k, word.removesuffix("s")) for k, word in enumerate(self.tokens) if k not in every)
        nouns += [
            Noun(k, k + 1, (word,), self.tokens[k] != word)
            for k, word in words
            if word in GENERIC and self.tokens[max(k - 1, 0)] not in ("in", "on") and not self._is_adjective(k)
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
        is_side = not LEFT_RIGHT.isdisjoint(noun.lemmas) or (
            noun.end == noun.start + 1 and self._is_adjective(noun.start)
        )
        is_form = not FORMS.isdisjoint(noun.lemmas) and before not in BEFORE_NOUNS
        return is_form or is_verb or is_adjective or is_side or (before, word) in (("in", "front"), ("on", "top"))

    def _start(self, noun: Noun, least: int) -> int:
        """The first word of a noun's phrase: its article, or the adjective that the phrase begins with."""
        k = noun.start
        while k > least and k > noun.start - MOST_WORDS:
            word = self.tokens[k - 1]
            if word in ARTICLES or word in OWNED or word in ("another", "this", "these"):
                return k - 1
            if word in ENDS or word in FINITE or word in RELATION_WORDS or word in ("of", "'s"):
                return k
            k -= 1
        return k

    def _looks(self, start: int, end: int) -> tuple[Constraint, ...]:
        """The colours of a noun, but not those of "brown topped"."""
        return tuple(
            Constraint("color", color)
            for color in dict.fromkeys(
                COLOR_WORDS[self.tokens[k]]
                for k in range(start, end)
                if self.tokens[k] in COLOR_WORDS
                and (self.tokens[k + 1] in PATTERN_WORDS or not self.tokens[k + 1].endswith("ed"))
            )
        )

    def _means(self, noun: Noun, start: int) -> tuple[Phrase, ...]:
        looks = self._looks(start, noun.start)
        count = next((str(NUMBERS[word]) for word in self.tokens[start : noun.start] if word in NUMBERS), "")
        if noun.plural and count:
            looks = (*looks, Constraint("count", count))
        is_other = not OTHERS.isdisjoint(self.tokens[start : noun.end])
        if noun.lemmas[0] == "thing":
            return (Phrase(ANY_NOUN, noun.plural, (LIKE, *looks)),)
        return tuple(Phrase(lemma, noun.plural, (LIKE, *looks) if is_other else looks) for lemma in noun.lemmas)

    def _owner(self, noun: Noun, begins: dict[int, Noun]) -> Noun | None:
        """What a noun's thing is of: "of the brown stool", "the plant's leaves"."""
        if self.tokens[noun.end : noun.end + 1] not in (("'s",), ("of",)):
            return None
        k = noun.end + 1
        while k < min(noun.end + MOST_WORDS, len(self.tokens)) and (
            self.tokens[k] not in ENDS or (self.tokens[k] == "and" and self.tokens[k - 1] in COLOR_WORDS)
        ):
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
