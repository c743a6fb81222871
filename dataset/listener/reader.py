"""The first step of the listener, from a caption to what it says.

Complete noun phrases are read by the grammar, anything else by its islands.

The first sentence says which region is meant; the others say more about it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from .details.counts import counts_in
from .details.edges import edges_in, wholes_in
from .details.hiding import fuller_in, hiders_in
from .details.impossible import impossible_in
from .details.looks import looks_in
from .details.outlines import outlines_in
from .details.ranks import ranks_in
from .details.relations import relations_in
from .details.sizes import depths_in, sizes_in
from .details.stretches import stretches_in
from .details.whereabouts import whereabouts_in
from .grammar.modifiers import FILLERS
from .grammar.parse import parse
from .logic import UNKNOWN_NOUN, Constraint, Phrase
from .sentences.attach import Reading, read_sentence
from .sentences.bearings import bearings_of
from .sentences.claims import claims_of
from .sentences.clauses import clauses, is_of_another, left_out, number_of_members
from .sentences.fact import Fact
from .sentences.facts import facts_of
from .sentences.heads import once, with_places
from .sentences.islands import Island, islands_of, unknown_words
from .sentences.members import groups_of, members_of
from .sentences.mentions import colors_in, mentions_of
from .sentences.phrases import ranked
from .sentences.quantities import alone_in, quantities_of
from .sentences.sides import sides_of
from .sentences.sites import sites_of
from .sentences.wholes import is_sensible, part_of_whole, with_its_contents
from .words.connectives import FUNCTION_WORDS, OWNED, SCATTERED
from .words.lexicon import NOUN_WORDS, categories_of
from .words.spelling import SENTENCE_END, tokenize
from .words.synonyms import loosely
from .words.vocabulary import ADVERBS, NUMBERS

__all__ = ["Read", "read", "read_freely", "unread_numbers"]

NOTHING: Final = frozenset({"no", "none", "nothing", "nobody"})
"""A sentence that begins so says what there is not."""
DENYING: Final = frozenset(
    {
        "without",
        "no",
        "not",
        "excluding",
        "nor",
        "minus",
        "except",
        "omitting",
        "ignoring",
        "leaving",
        "lacking",
        "less",
    }
)
"""After these "or" goes on with a list of what is left out."""
IN_SIGHT: Final = frozenset({"seen", "visible"})
SUBJECT: Final = 8
"""Among so many words it is said of members that they are seen: these are all."""
MAX_CHARACTERS: Final = 1500
MAX_WORDS: Final = 250
MAX_SENTENCE: Final = 80
SPEAKERS: Final = frozenset({"his", "her", "my", "your", "our"})
REPEATABLE: Final = frozenset({",", "'s", "of", "that"})
DARK: Final = frozenset({"dark", "deep"})
BRIGHT: Final = frozenset({"bright", "light", "pale"})
COUNTED: Final = re.compile(r"\b(?:[2-9]|1[0-2]|1st|2nd|3rd|[4-8]th)(?=[ -][a-z])", re.IGNORECASE)
"""Numbers and ranks in figures before a word: "all 3 windows", "2nd window"."""


@dataclass(frozen=True)
class Read:
    """What a caption says.

    Attributes:
        head: readings of the first sentence, the most usual first.
        statements: the facts of the further sentences, and those of places of all.
        core: the head noun with its adjectives alone.
        facts: the rest of the first sentence as facts, for when its readings mean nothing.
        share: share of the content words that were read.
        unknown: words that no table has, in order.
        complete: whether the grammar read the caption to its last word.
        words: each word with whether it was read.
        more: for each further clause that goes on about the region, "it stands behind the car", its readings with the
            region's noun for "it".
        mentions: what it names in passing, with looks, sides and numbers, whoever it is said of.
    """

    head: tuple[Reading, ...] = ()
    statements: tuple[Fact, ...] = ()
    core: Phrase | None = None
    facts: tuple[Fact, ...] = ()
    share: float = 0.0
    unknown: tuple[str, ...] = ()
    complete: bool = False
    words: tuple[tuple[str, bool], ...] = ()
    more: tuple[tuple[Reading, ...], ...] = ()
    mentions: tuple[Fact, ...] = ()


@lru_cache(maxsize=65536)
def read(caption: str) -> Read:
    """Read a caption; an empty `head` means that it says nothing that can be understood."""
    if len(caption) > MAX_CHARACTERS or any(map(_is_refused, map(tokenize, SENTENCE_END.split(caption)))):
        return Read()
    tokens = tokenize(caption)
    phrases = _relating([_alone(tokens, ranked(phrase)) for phrase in parse(caption) if is_sensible(phrase)])
    colon = _colon(caption) if phrases and ":" in caption else 0
    if phrases and not (colon and part_of_whole(tokens, colon)) and not _names_nearer(tokens):
        words = tuple((token, True) for token in tokens)
        heads = tuple(Reading(phrase, 0) for phrase in phrases)
        return Read(heads, share=1.0, complete=True, words=words, mentions=counts_in(tokens, phrases[0], first=True))
    return read_freely(caption)


@lru_cache(maxsize=65536)
def read_freely(caption: str) -> Read:
    """Read a caption by its islands, also one that the grammar reads; not for texts that `read` refuses."""
    sentences = [tokens for tokens in map(tokenize, SENTENCE_END.split(caption)) if tokens]
    if not sentences or any(map(str.isdigit, COUNTED.sub("", caption))) or _has_alternatives(sentences[0]):
        return Read()  # no number, coordinate, id or list of alternatives identifies anything
    lengths = [len(tokens) for tokens in sentences if not _has_alternatives(tokens)]
    if sum(lengths) > MAX_WORDS or max(lengths) > MAX_SENTENCE:
        return Read()
    return _by_islands(sentences, _colon(caption) if len(sentences) == 1 else 0)


def _names_nearer(tokens: tuple[str, ...]) -> bool:
    """Whether "near" after a comma may say which one: "truck bed, near side panel"."""
    return any(
        first == ","
        and tokens[k + 1 : k + 2] == ("near",)
        and tokens[k + 2 : k + 3] not in (("the",), ("a",), ("its",))
        for k, first in enumerate(tokens)
    )


def _colon(caption: str) -> int:
    """Position of the comma that stands for the only colon of a caption, 0 if there is none."""
    before, colon, _ = caption.partition(":")
    return len(tokenize(before)) if colon and caption.count(":") == 1 else 0


def _relating(phrases: Sequence[Phrase]) -> Sequence[Phrase]:
    """Without the readings that take "in front of the tables" for "in the front of the tables"."""
    if len(phrases) < 2:
        return phrases
    numbers = [str(phrase).count("in front of") for phrase in phrases]
    return [phrase for phrase, number in zip(phrases, numbers, strict=True) if number == max(numbers)]


def _alone(tokens: tuple[str, ...], phrase: Phrase) -> Phrase:
    """What "just the" says once more, "white pot, just the pot" is the pot; flowers with their vase are all of it."""
    if tokens[:2] == ("just", "the"):
        return once(phrase)
    is_with_whole = any(word in ("with", "and") and after in OWNED for word, after in pairwise(tokens))
    return with_its_contents(phrase) if is_with_whole else phrase


def _is_refused(tokens: tuple[str, ...]) -> bool:
    """Word salad: a word twice in a row, adverbs in heaps or against each other, the speaker's own things."""
    run: list[str] = []
    for before, token in pairwise(("", *tokens)):
        run = [*run, token] if token in ADVERBS or token in FILLERS else []
        if token in SPEAKERS or (token == before and token not in REPEATABLE):
            return True
        if len(run) > 2 or (DARK.intersection(run) and BRIGHT.intersection(run)):
            return True
    return False


def _has_alternatives(tokens: tuple[str, ...]) -> bool:
    """Whether it names alternatives; after a denial "or" only continues a list."""
    if "or" not in tokens or _names_one(tokens, tokens.index("or")):
        return False
    return DENYING.isdisjoint(tokens[: tokens.index("or")])


def _names_one(tokens: tuple[str, ...], k: int) -> bool:
    """Whether the words around "or" are two for one thing: "coffee or cocoa"."""
    first, second = (NOUN_WORDS.get((word,), ()) for word in (*tokens[k - 1 : k], *tokens[k + 1 : k + 2], "")[:2])
    lemmas = [lemma for nouns in (first, second) for lemma, _ in nouns[:1]]
    meant = [categories_of(lemma) or frozenset() for lemma in lemmas]
    return len(meant) == 2 and bool(meant[0]) and (meant[0] == meant[1] or meant[0] <= loosely(lemmas[1]))


def _by_islands(sentences: list[tuple[str, ...]], colon: int = 0) -> Read:
    """Free text: the first sentence becomes readings of the head, the others become facts about it."""
    words: list[tuple[str, bool]] = []
    unknown: list[str] = []
    heads: tuple[Reading, ...] = ()
    statements: list[Fact] = []
    goes_on: list[tuple[Reading, ...]] = []
    mentions: list[Fact] = []
    core: Phrase | None = None
    core_facts: tuple[Fact, ...] = ()
    fronted = None
    for number, tokens in enumerate(sentences):
        if _has_alternatives(tokens):
            mentions += (*colors_in(tokens), *counts_in(tokens, heads[0].phrase, first=False))
            continue
        islands = islands_of(tokens)
        if number == 0:
            islands = with_places(tokens, islands)
            fronted = part_of_whole(tokens, colon)
            tokens, islands, sentence = fronted or (tokens, islands, read_sentence(tokens, islands))
            heads, used = sentence.readings, sentence.used
            heads = tuple(reading for reading in heads if is_sensible(reading.phrase)) or heads
            heads = tuple(reading._replace(phrase=_alone(tokens, ranked(reading.phrase))) for reading in heads)
            if not heads or sentence.head is None:
                break
            core = next((phrase for phrase in sentence.head.readings if isinstance(phrase, Phrase)), None)
            if core is not None:
                core_facts, more = facts_of(tokens, islands, core, root=islands.index(sentence.head))
                used |= more
        else:
            facts, used, further = _statements(tokens, islands, heads[0].phrase)
            statements += facts
            goes_on += further
        denies = number and tokens[0] in NOTHING  # "no other wheel is further left"
        if number or not fronted or OWNED.isdisjoint(sentences[0]):  # "gray bed: pillow on its left" is read whole
            statements += sites_of(tokens, islands, first=number == 0)
        if not denies and (number or not fronted):  # "left vase, rightmost bloom" is a bloom of that vase
            statements += sides_of(tokens, islands, first=number == 0)
        if not denies:
            statements += bearings_of(tokens, islands, heads[0].phrase, first=number == 0)
            statements += whereabouts_in(tokens, islands, heads[0].phrase, first=number == 0)
            statements += fuller_in(tokens, heads[0].phrase)
        statements += impossible_in(tokens)
        statements += quantities_of(tokens, islands, heads[0].phrase, first=number == 0)
        mentions += (*claims_of(tokens), *_details(tokens, heads[0].phrase, first=number == 0))
        mentions += mentions_of(tokens, islands, heads[0].phrase, first=number == 0)
        mentions += alone_in(tokens, islands, heads[0].phrase)
        statements += groups_of(tokens, islands, heads[0].phrase, first=number == 0)
        missing = unknown_words(tokens)
        words += [(token, k in used) for k, token in enumerate(tokens)]
        unknown += [tokens[k] for k in sorted(missing)]
    content = [was_read for word, was_read in words if word not in FUNCTION_WORDS]
    share = sum(content) / len(content) if content else 0.0
    return Read(
        heads, tuple(statements), core, core_facts, share, tuple(unknown), words=tuple(words), more=tuple(goes_on),
        mentions=tuple(mentions),
    )  # fmt: skip


def _details(tokens: tuple[str, ...], head: Phrase, *, first: bool) -> tuple[Fact, ...]:
    """What a sentence says in passing that can be checked by itself."""
    return (
        *looks_in(tokens), *hiders_in(tokens, first=first), *edges_in(tokens, first=first),
        *wholes_in(tokens, first=first), *sizes_in(tokens, first=first), *depths_in(tokens, first=first),
        *ranks_in(tokens, first=first),
        *relations_in(tokens, first=first), *outlines_in(tokens, first=first), *stretches_in(tokens, first=first),
        *counts_in(tokens, head, first=first),
    )  # fmt: skip


def _statements(
    tokens: tuple[str, ...], sentence: list[Island], head: Phrase
) -> tuple[list[Fact], frozenset[int], list[tuple[Reading, ...]]]:
    """The facts of a further sentence, the positions of the words that were read, and what goes on about the region."""
    facts: list[Fact] = []
    more: list[tuple[Reading, ...]] = []
    used: frozenset[int] = frozenset()
    for start, end, is_aside in clauses(tokens):
        part = tokens[start:end]
        islands = sentence if len(part) == len(tokens) else islands_of(part)
        is_aside = is_aside or is_of_another(part, islands, head)
        subject = Phrase(UNKNOWN_NOUN) if is_aside else head
        own_facts, own = facts_of(part, islands, subject)
        if is_aside:
            there = [fact.phrase for fact in own_facts if fact.phrase not in (None, Phrase("picture"))]
            own_facts = tuple(Fact("elsewhere", phrase) for phrase in there)
        facts += own_facts
        facts += (Fact("leaves out", phrase) for phrase in left_out(part, islands))
        facts += members_of(part, islands, head)
        number = number_of_members(part)
        if number and head.plural and IN_SIGHT.isdisjoint(part[:SUBJECT]):
            facts.append(Fact("fewer", None, (Constraint("count", str(number)),)))
        used |= {start + k for k in own}
        if not is_aside:
            more += [_going_on(part, islands, subject) for subject in (head, Phrase(head.noun, head.plural))]
    return list(dict.fromkeys(facts)), used, list(filter(None, more))


def _going_on(tokens: tuple[str, ...], islands: list[Island], head: Phrase) -> tuple[Reading, ...]:
    """The readings of "it stands behind the car" with the region's noun for "it", if it begins so."""
    if tokens[:2] in (("it", "is"), ("they", "are"), ("it", "'s")) and islands and islands[0].start == 2:
        begins = [Island("phrase", 0, 1, (head,)), Island("copula", 1, 2)]
        readings = read_sentence(tokens, [*begins, *islands]).readings
        return tuple(reading for reading in readings if reading.phrase.constraints != head.constraints)
    k = next((k for k, island in enumerate(islands) if island.kind != "joint"), len(islands))
    if k == len(islands) or tokens[islands[k].start] not in ("it", "they"):
        return ()
    subject = islands[k]._replace(kind="phrase", readings=(head,))
    readings = read_sentence(tokens, [subject, *islands[k + 1 :]]).readings
    return tuple(reading for reading in readings if reading.phrase.constraints != head.constraints)


def unread_numbers(content: Read, *, certain: bool) -> set[int]:
    """The numbers of a single sentence that were not read: what is vague must not rest on half of what is said.

    Args:
        content: what was read.
        certain: whether what it denotes is certain; then only numbers of pieces count, "in three small patches".
    """
    if content.statements:
        return set()
    words = [word for word, _ in content.words]
    return {
        NUMBERS[word]
        for k, (word, was_read) in enumerate(content.words)
        if word in NUMBERS and not was_read and (not certain or _counts_pieces(words[max(k - 1, 0) : k + 3]))
    }


def _counts_pieces(words: Sequence[str]) -> bool:
    return words[0] in ("in", "into") and not SCATTERED.isdisjoint(words)
