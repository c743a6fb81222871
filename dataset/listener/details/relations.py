"""Who stands behind, in front of, above or below what: of each such word its subject and its landmark.

A relation is said of the region, of what the clause names, or of another one like the region; and so is what it is to.
Where free text hides which of them is meant, all are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..logic import ANY_NOUN, Constraint, Phrase
from ..sentences.clauses import FINITE, JOINTS
from ..sentences.fact import Fact
from ..words.connectives import COPULAS, OWNED, SCATTERED
from ..words.vocabulary import ARTICLES, NUMBERS
from .named import ANOTHER, LIKE, OTHERS, PRONOUNS, REGION, Named, named_in
from .relation_words import (
    ADVERBS,
    AND_ASIDE,
    ASIDE,
    BY_THE_WAY,
    CONTRASTS,
    DENIALS,
    DENIED,
    DEPTH,
    EDGES,
    ENDS_OF,
    EXCLUDES,
    HIDDEN,
    HIDES,
    HIDING,
    NO_RELATION,
    PATTERNS,
    PREPOSITIONS,
    RELATIONS,
    SHARES,
    SIDED,
    SIDES_END,
    VANISHES,
)

__all__ = ["relations_in"]


class _Place(NamedTuple):
    """A relation in a sentence: its span of tokens and what it is."""

    start: int
    end: int
    relation: str


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
        self.named = tuple(self._is_aside(named) for named in named_in(tokens))
        self.ends = {named.end: named for named in self.named}
        self.begins = {named.start: named for named in self.named}
        self.is_of_region = tokens[:1] in (("it",), ("they",))

    def _is_aside(self, named: Named) -> Named:
        """Of "the round table in front" another thing than the region is meant."""
        after, then = (*self.tokens[named.end : named.end + 2], "", "")[:2]
        if (after, then) == ("in", "front"):
            after, then = (*self.tokens[named.end + 1 : named.end + 3], "", "")[:2]
        is_alone = after in ASIDE and (then in ("", ",", "and", "but") or then in FINITE or then in HIDES)
        is_like = any(LIKE in phrase.constraints for phrase in named.phrases)
        if is_like and not {*SCATTERED, "piece"}.isdisjoint(self.tokens):
            return named._replace(phrases=(*named.phrases, REGION))  # "the upper piece is wide, the lower one hidden"
        is_contrasted = named.start > 0 and self.tokens[named.start - 1] in CONTRASTS
        if is_like or REGION in named.phrases or not (is_contrasted or (is_alone and not self.first)):
            return named
        return named._replace(phrases=tuple(phrase.adding(ANOTHER) for phrase in named.phrases))

    def facts(self) -> Iterator[Fact]:
        """One fact for each relation of which subject and landmark are known."""
        for place in self._places():
            start = self._clause(place.start)
            if self._is_denied(start, place.start):
                continue
            landmarks, end = self._landmarks(place)
            subjects = self._subjects(place, landmarks, start, end) if landmarks else ()
            if place.relation in HIDING and any(phrase.noun in PATTERNS for phrase in (*subjects, *landmarks)):
                continue  # "covered by rows of dots"
            if self.first and place.relation not in DEPTH and (place.relation == "under" or landmarks[:1] == (REGION,)):
                continue  # what lies under a lamp may reach higher
            if subjects and landmarks:
                if place.relation == "hidden by":
                    subjects, landmarks = landmarks, subjects
                relation = "hides" if place.relation == "hidden by" else place.relation
                more = tuple(Constraint("about", "", phrase) for phrase in landmarks[1:])
                yield Fact("placed", landmarks[0], more, relation, subjects)

    def _places(self) -> Iterator[_Place]:
        k = 0
        while k < len(self.tokens):
            words = next((w for w in RELATIONS if self.tokens[k : k + len(w)] == w), ())
            is_past = words in (("over",), ("beyond",)) and not EDGES.isdisjoint(self.tokens[k + 1 : k + 3])
            words = () if is_past else words  # "over the edge of the rug" is on it
            j = k - 2 if k > 1 and self.tokens[k - 1] in ("just", "right") else k - 1
            if words and (j < 0 or self.tokens[j] not in NO_RELATION):
                is_hidden = words == ("behind",) and k > 0 and self.tokens[k - 1] in VANISHES
                yield _Place(k, k + len(words), "hidden by" if is_hidden else RELATIONS[words])
            if self.tokens[k] in HIDDEN and "by" in self.tokens[k + 1 : k + 3]:
                yield _Place(k, self.tokens.index("by", k) + 1, "hidden by")
            elif self.tokens[k] in HIDES and self._has_object(k):
                yield _Place(k, k + 1, "hides")
            k += max(len(words), 1)

    def _has_object(self, k: int) -> bool:
        """Whether a verb of hiding has one: not "overlapped by", nor "overlapping shingles"."""
        after = self.tokens[k + 1 : k + 2]
        is_adjective = self.tokens[k].endswith("ing") and not self._begins_thing(k + 1)
        return after != ("by",) and not is_adjective

    def _begins_thing(self, k: int) -> bool:
        word = self.tokens[k] if k < len(self.tokens) else ""
        return word in ARTICLES or word in OWNED or word in PRONOUNS or word in NUMBERS or (word, "of") in SHARES

    def _clause(self, k: int) -> int:
        """Where the clause of a word begins: behind the last comma or "and" that follows a verb."""
        start = 0
        for j in range(k):
            if self.tokens[j] in JOINTS and (
                self.tokens[j] not in ("and", ",")
                or (self._has_verb(start, j) and not self._is_listed(j, k))
                or self._is_new_clause(j, k)
            ):
                start = j + 1
        while start < k and self.tokens[start] in JOINTS:
            start += 1
        return start

    def _is_listed(self, joint: int, k: int) -> bool:
        """Whether what follows a joint is a thing without a verb, before another joint: "and the mailbox, hiding"."""
        end = next((j for j in range(joint + 1, k) if self.tokens[j] in JOINTS), joint)
        return joint + 1 in self.begins and end > joint and FINITE.isdisjoint(self.tokens[joint:end])

    def _is_new_clause(self, joint: int, k: int) -> bool:
        """Whether a thing with a verb of its own follows a joint, before a word, and a verb comes before."""
        is_named = joint + 1 in self.begins or self.tokens[joint + 1] in ("it", "they")
        if not is_named or FINITE.isdisjoint(self.tokens[:joint]):
            return False
        end = next((j for j in range(joint + 1, k) if self.tokens[j] in JOINTS), k)
        return not (FINITE | HIDES).isdisjoint(self.tokens[joint + 1 : end + 1])

    def _has_verb(self, start: int, end: int) -> bool:
        words = self.tokens[start:end]
        return not FINITE.isdisjoint(words) or (words[:1] in (("it",), ("they",)) and len(words) > 1)

    def _is_denied(self, start: int, k: int) -> bool:
        words = self.tokens[start:k]
        if not DENIALS.isdisjoint(words) or not DENIALS.isdisjoint(self.tokens[:1]):
            return True
        denied = next((j for j, word in enumerate(words) if word in DENIED), None)
        return denied is not None and "the" not in words[denied:]  # "not the chair behind it" is there

    def _landmarks(self, place: _Place) -> tuple[tuple[Phrase, ...], int]:
        """What a relation is to, in all that it may mean, and where that ends."""
        k = self._landmark_start(place)
        word = self.tokens[k] if k < len(self.tokens) else ""
        if self.tokens[k : k + 2] == ("the", "rest") and self.tokens[k + 2 : k + 3] != ("of",):
            return (REGION,), k + 2  # "the roof hides the rest"
        if word in ("it", "them", "this", "these") and k not in self.begins:
            if self.tokens[place.start] == "beyond":
                return (), k  # "its ends show beyond them"
            several = [named for named in self.named if named.end < place.start - 1 and named.phrases[0].plural]
            them = several[-1].phrases if several and word == "them" else ()  # "between the lights and below them"
            return (REGION, *self._earlier(place.start), *them), k + 1
        if word in ("that", "those", "which", "whom", "each", "both"):
            return (), k
        if self.first and word in OWNED:
            return (), k  # whose, the first sentence leaves open
        named = self.begins.get(k)
        if named is None and word in OWNED:
            return (REGION,), k + 1  # "hides its lower left"
        if self._is_side(k):
            return (REGION,), k + 2  # "hides the lower left of it"
        if named is not None and self.tokens[place.start : place.end] == ("in", "front"):
            return (), k  # "and in front the brown mug"
        if named is not None:
            between = self.begins.get(named.end + 1) if "between" in self.tokens[named.start : named.end] else None
            return (*named.phrases, *(between.phrases if between else ())), named.end
        if (
            not self.first
            and SCATTERED.isdisjoint(self.tokens)
            and self.tokens[place.start] in ADVERBS
            and (word in ("", ",", "and", "with", "but") or word in FINITE)
        ):
            return (REGION,), place.end
        return (), k

    def _landmark_start(self, place: _Place) -> int:
        """Where the landmark begins: behind "and to the right of", behind "most of"."""
        k = place.end
        if self.tokens[k : k + 1] == ("and",):  # "above and to the right of the books"
            of = next((j for j in range(k + 1, min(k + 6, len(self.tokens))) if self.tokens[j] in ENDS_OF), 0)
            if of and not AND_ASIDE.isdisjoint(self.tokens[k + 1 : of + 1]):
                k = of + 1
        k += 1 if self.tokens[k : k + 3] == ("a", "little", "of") else 0
        return k + 2 if self.tokens[k : k + 2] in SHARES else k

    def _is_side(self, k: int) -> bool:
        """Whether "the lower left" stands for a part of something: "the lower left of it"."""
        end = next(
            (j for j in range(k + 1, len(self.tokens)) if self.tokens[j] not in SIDED),
            len(self.tokens),
        )
        after = self.tokens[end] if end < len(self.tokens) else ""
        begins = any(k <= named.start <= end for named in self.named)
        return self.tokens[k : k + 1] == ("the",) and end > k + 1 and not begins and after in SIDES_END

    def _earlier(self, k: int) -> tuple[Phrase, ...]:
        """What "it" may be beside the region: what earlier clauses are about, what has something "behind it"."""
        if self.is_of_region or not EXCLUDES.isdisjoint(self.tokens):
            return ()
        start = self._clause(k)
        before = [named for named in self.named if named.end <= start][:1]
        has = [named for named in self.named if named.end <= k and self.tokens[named.end : named.end + 1] == ("has",)]
        return tuple(phrase for phrase in _phrases((*before, *has)) if phrase != REGION)

    def _is_in_name(self, k: int) -> bool:
        return self.tokens[k] == "'s" or any(named.start <= k < named.end for named in self.named)

    def _subjects(self, place: _Place, landmarks: tuple[Phrase, ...], start: int, end: int) -> tuple[Phrase, ...]:
        """Who stands so: what the relation follows, what the clause is about, or what comes after "behind it is"."""
        j = place.start
        while j > start and self.tokens[j - 1] in BY_THE_WAY and j not in self.ends:
            j -= 1
        named = self.ends.get(j)
        if self.tokens[start] in ("which", "that") and start and named is None:  # ", which hides its lower part"
            return _phrases(named for named in self.named if named.end <= start)
        if self.first:
            return self._of_first(place)
        is_alone = landmarks == (REGION,) and end == place.end and self.tokens[j - 1] not in COPULAS
        if is_alone and named is None:
            return ()  # "the truck follows behind" says not whom
        if named is not None and named.end > start:
            word = self.tokens[named.start - 1] if named.start else ""
            is_object = word in PREPOSITIONS or word in COPULAS
            is_with = word == "with" and landmarks[0] == REGION
            before = self._about(start, named.start) if is_object and not is_with else ()
            is_verb = place.relation in HIDING or not FINITE.isdisjoint(self.tokens[named.end : place.start])
            if is_object and is_verb and word in PREPOSITIONS:
                return before or self._about(start, named.start)  # "a chair with slats stands behind the plant"
            return (*named.phrases, *(before or (REGION,) * (is_object and not is_with)))
        if j <= start:
            fronted = self._fronted(end)
            if fronted:
                return fronted
            if start and self.tokens[start - 1] in (",", "and"):  # ", behind the bus"
                last = [named for named in self.named if named.end <= start]
                if self.is_of_region and last and self.tokens[last[-1].start - 1] in PREPOSITIONS:
                    return (REGION,)
                return (REGION, *self._names_before(start))
            return (REGION,) if self.is_of_region else (REGION, *self._names_before(start))
        return self._about(start, place.start)

    def _of_first(self, place: _Place) -> tuple[Phrase, ...]:
        """In the first sentence the region, and whatever is named before."""
        before = [named for named in self.named if named.end <= place.start]
        return (REGION, *_phrases(before[1:][-1:]))

    def _about(self, start: int, k: int) -> tuple[Phrase, ...]:
        """What a clause is about: what comes before its verb, else the region or what was named last."""
        word = self.tokens[start] if start < len(self.tokens) else ""
        if word in ("everything", "all") and self.tokens[start + 1 : start + 2] != ("of",):
            return ()
        if word in PRONOUNS and start not in self.begins:
            before = self._names_before(start) if not self.is_of_region else ()
            return (REGION, *before[:1])
        if 1 < start < k and word in FINITE and self.tokens[start - 1] in JOINTS:  # ", sits on a pole and hides"
            return self._about(self._clause(start - 1), start - 1)
        verb = next((j for j in range(start, k) if self.tokens[j] in FINITE and not self._is_in_name(j)), k)
        subject = [named for named in self.named if start <= named.start and named.end <= verb]
        subject = [named for named in subject if self.tokens[named.start - 1] not in PREPOSITIONS] or subject
        if subject:
            return _phrases(subject)
        if word in ("that", "which"):
            return _phrases(named for named in self.named if named.end <= start)[-2:]
        if word in OTHERS or word in NUMBERS:
            return (Phrase(ANY_NOUN, False, (LIKE,)),)
        if verb > start and word and word not in PRONOUNS and self.tokens[k] in HIDES:
            return ()  # "stripes cover its body"
        return (REGION, *self._names_before(start))

    def _names_before(self, k: int) -> tuple[Phrase, ...]:
        """What the sentence begins with and what is named last before a word."""
        before = [named for named in self.named if named.end <= k]
        return _phrases((*before[:1], *before[-1:]))

    def _fronted(self, end: int) -> tuple[Phrase, ...]:
        """Of "behind it stands a red vase" the vase, of "and behind the couch a table" the table."""
        elided = self.begins.get(end)
        if elided is not None and self.tokens[end] in ARTICLES:
            return elided.phrases
        k = end
        while k < len(self.tokens) and k < end + 4 and self.tokens[k] not in FINITE:
            if self.tokens[k] in (",", "and", "but"):
                return ()
            k += 1
        if k == len(self.tokens) or self.tokens[k] not in FINITE:
            return ()
        following = next((named for named in self.named if named.start > k), None)
        return following.phrases if following is not None and following.start <= k + 3 else ()


def _phrases(names: Iterable[Named]) -> tuple[Phrase, ...]:
    """All that some noun phrases may mean."""
    return tuple(phrase for named in names for phrase in named.phrases)
