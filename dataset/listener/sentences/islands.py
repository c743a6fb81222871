"""Finds in a sentence what can be read of it: noun phrases, attributes, links and verbs, each with its span.

The rules are those of the grammar. A word that no table has is passed over where it may stand before a noun; in the
place of a noun it makes a phrase of which only the attributes are known.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from ..grammar.chart import Chart, PhraseTable
from ..grammar.elided import elided
from ..grammar.modifiers import FILLERS, Constraints, combined, is_participle, modifiers
from ..grammar.parse import LEADS, SET_NOUNS, noun_phrases, simple_phrases
from ..grammar.postmodifiers import SIDE_NOUNS, attributes
from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from ..words.connectives import (
    COPULAS,
    DENIALS,
    FUNCTION_WORDS,
    IDIOMS,
    LINKS,
    PRONOUNS,
    SCATTERED,
    SEPARATORS,
    VERBS,
)
from ..words.lexicon import NOUN_WORDS
from ..words.vocabulary import ARTICLES, COLOR_WORDS, NUMBERS, POSTURES, WORDS

__all__ = ["Island", "fronted_last", "is_posture", "islands_of", "listed_colors", "unknown_words"]

LINK_TABLE: Final = PhraseTable.of_text(LINKS)
DENIAL_TABLE: Final = PhraseTable.of_text(dict.fromkeys(DENIALS, True))
COPULA_TABLE: Final = PhraseTable.of_text(dict.fromkeys(COPULAS, True))
IDIOM_TABLE: Final = PhraseTable.of_text(dict.fromkeys(IDIOMS, True))
MOST_READINGS: Final = 4
COMPARISONS: Final = frozenset(("a", "bit", "little", "lower", "higher", "nearer", "closer", "farther", "further",
    "bigger", "smaller", "larger", "taller", "shorter", "longer", "wider", "narrower"))  # fmt: skip
ALMOST: Final = frozenset(
    {"almost", "nearly", "mostly", "roughly", "slightly", "fully", "completely", "entirely", "simply"}
)
"""Adverbs that change nothing of what may follow."""
REACH: Final = 3
"""So many islands apart may be "from" and "to"."""
HEADING: Final = frozenset({"heading", "headed"})
VERBAL: Final = ("s", "ing", "ed")
"""Endings of what follows a noun as its verb, "the plank running across the back", where no table has the word."""
OBJECTS: Final = ARTICLES | {"it", "them", "both", "each", "most", "much", "all", "part"}
"""Words with which what a verb acts on begins."""


class Island(NamedTuple):
    """What was read at one place.

    Attributes:
        kind: phrase (noun phrases), attribute (constraints), link (kind and value of a constraint that the next phrase
            completes), between, copula, that, pronoun, joint (comma, and), denial, or skipped.
        start, end: the span of tokens.
        readings: for a phrase and an attribute, the ways to read it.
        link: for a link.
    """

    kind: str
    start: int
    end: int
    readings: tuple[Phrase, ...] | tuple[Constraints, ...] = ()
    link: tuple[str, str] = ("", "")

    @property
    def phrase(self) -> Phrase | None:
        """The first reading as a noun phrase."""
        return next((reading for reading in self.readings if isinstance(reading, Phrase)), None)


@lru_cache(maxsize=1)
def _known_words() -> frozenset[str]:
    words = {phrase[-1] for phrase in NOUN_WORDS}  # "flat" of "flat screen" alone is not known
    words |= {phrase for phrase in (*LINKS, *DENIALS, *COPULAS) if " " not in phrase}
    return frozenset(words | WORDS | FUNCTION_WORDS | PRONOUNS | SEPARATORS | SET_NOUNS | FILLERS | POSTURES.keys())


def unknown_words(tokens: tuple[str, ...]) -> frozenset[int]:
    """Positions of the words that no table has."""
    words = _known_words()
    return frozenset(k for k, token in enumerate(tokens) if token not in words)


def islands_of(tokens: tuple[str, ...]) -> list[Island]:
    """The islands of a sentence from left to right; every token is in one of them."""
    chart = Chart(tokens, noun_phrases, unknown_words(tokens))
    islands: list[Island] = []
    start = max((end for _, end in chart.find(LEADS, 0)), default=0)
    listed = dict(listed_colors(tokens))
    while start < len(tokens):
        if start in listed and islands:
            islands.append(Island("idiom", start, listed[start]))
            start = listed[start]
            continue
        before = next((island.kind for island in reversed(islands) if tokens[island.start] not in ALMOST), "")
        island = _island(chart, start, before)
        islands.append(island)
        start = island.end
    islands = [_with_noun_after(tokens, islands, k) for k in range(len(islands))]
    for k in range(len(islands) - 1):
        if tokens[islands[k].start] in ("in", "into") and tokens[islands[k + 1].end - 1] in SCATTERED:
            islands[k : k + 2] = [island._replace(kind="skipped") for island in islands[k : k + 2]]
    return [
        island._replace(kind="idiom") if _is_reach(tokens, islands, k) or _is_heading(tokens, islands, k) else island
        for k, island in enumerate(islands)
    ]


def listed_colors(tokens: tuple[str, ...]) -> list[tuple[int, int]]:
    """The spans of "one purple", "two of them yellow" in a list of at least two, without nouns: members of a group."""
    spans = []
    for k, word in enumerate(tokens):
        if word == "one" or word in NUMBERS:
            end = k + 3 if tokens[k + 1 : k + 3] == ("of", "them") else k + 1
            is_first = k == 0 or tokens[k - 1] in SEPARATORS
            is_last = tokens[end + 1 : end + 2] == () or tokens[end + 1 : end + 2][0] in SEPARATORS
            if end < len(tokens) and tokens[end] in COLOR_WORDS and is_first and is_last:
                spans.append((k, end + 1))
    return spans if len(spans) > 1 else []


def _with_noun_after(tokens: tuple[str, ...], islands: list[Island], k: int) -> Island:
    """Of "a red and a brown cap" the first has the noun of the second."""
    island, rest = islands[k], islands[k + 1 : k + 3]
    if island.kind != "phrase" or len(rest) < 2 or tokens[rest[0].start] != "and" or rest[1].kind != "phrase":
        return island
    first = [reading for reading in island.readings if isinstance(reading, Phrase)]
    second = next((reading for reading in rest[1].readings if isinstance(reading, Phrase)), Phrase(ANY_NOUN))
    is_elided = all(phrase.noun == ANY_NOUN for phrase in first) and tokens[island.end - 1] in COLOR_WORDS
    if not is_elided or tokens[island.start] != tokens[rest[1].start] or not _is_kind(second):
        return island
    return island._replace(readings=tuple(phrase._replace(noun=second.noun) for phrase in first))


def _is_reach(tokens: tuple[str, ...], islands: list[Island], k: int) -> bool:
    """Whether an attribute is the beginning or the end of "from the left up to the right edge", so no place."""
    word = tokens[islands[k].start]
    is_from = word == "from" and tokens[islands[k].start + 1 : islands[k].start + 2] == ("the",)
    if islands[k].kind != "attribute" or not (is_from or _is_where(islands[k])):
        return False
    clause = [tokens[island.start] for island in islands[max(k - REACH, 0) : k]]
    following = [tokens[island.start] for island in islands[k + 1 : k + 1 + REACH]]
    return (word == "from" and "to" in following) or (word == "to" and "from" in clause)


def _is_heading(tokens: tuple[str, ...], islands: list[Island], k: int) -> bool:
    """Whether a place is where something goes: "heading right"."""
    island = islands[k]
    if k == 0 or tokens[islands[k - 1].start] not in HEADING or island.kind not in ("attribute", "phrase"):
        return False
    return {r.noun for r in island.readings if isinstance(r, Phrase)} <= {ANY_NOUN, UNKNOWN_NOUN} and _is_where(island)


def _is_where(island: Island) -> bool:
    """Whether an island says only where something is."""
    constraints = [reading.constraints if isinstance(reading, Phrase) else reading for reading in island.readings]
    return all(c.kind in ("place", "picture", "most") for some in constraints for c in some)


def is_posture(island: Island) -> bool:
    """Whether an attribute says how something stands or lies."""
    return island.kind == "attribute" and any(
        c.kind == "posture" for reading in island.readings for c in reading if isinstance(c, Constraint)
    )


def fronted_last(islands: list[Island]) -> list[Island]:
    """Put "on the bus, the third window" in the order of "the third window on the bus"."""
    if not islands or islands[0].kind not in ("link", "attribute"):
        return islands
    comma = next((k for k, island in enumerate(islands) if island.kind == "joint"), None)
    if comma is None or comma + 1 >= len(islands):
        return islands
    return [*islands[comma + 1 :], *islands[:comma]]


def _island(chart: Chart, start: int, before: str) -> Island:
    """What is read at a position: fixed words first, then attributes, links and phrases, the longest of them."""
    if chart.word(start) == ",":
        return Island("joint", start, start + 1)
    link, link_end = max(chart.find(LINK_TABLE, start), key=lambda match: match[1], default=(("", ""), 0))
    if start == 0 and link_end == 1 and (chart.word(0),) in NOUN_WORDS:
        link, link_end = ("", ""), 0  # "leaves of the tree"
    if start == 0 and link_end == 1 and chart.word(0) == "near" and chart.word(1) not in ARTICLES:
        link, link_end = ("", ""), 0  # "near bench, second board"
    if link[0] == "with" and link_end == start + 1 and chart.word(link_end) in COPULAS:
        link, link_end = ("", ""), 0  # "the legs and supports are white"
    return (
        _fixed(chart, start, before, link, link_end)
        or _described(chart, start, before, link, link_end)
        or _function_word(chart, start, before)
        or _phrase(chart, start)
        or Island("pronoun" if chart.word(start) in PRONOUNS else "skipped", start, start + 1)
    )


def _fixed(chart: Chart, start: int, before: str, link: tuple[str, str], link_end: int) -> Island | None:
    """Denials, idioms, "between", and nouns that are verbs here."""
    word = chart.word(start)
    denial, idiom = _longest(chart, DENIAL_TABLE, start), _longest(chart, IDIOM_TABLE, start)
    if denial > max(link_end, start):
        return Island("denial", start, denial)
    if "between" in (word, chart.word(start + 1)) and word in ("between", "in"):
        return Island("link", start, start + 1 + (word == "in"), (), ("between", ""))
    if idiom > link_end and not (
        before == "phrase" and chart.tokens[start:idiom] == ("in", "front") and chart.word(idiom) in ("", ",")
    ):
        return Island("idiom", start, idiom)
    is_verb = word in VERBS and (chart.word(start - 1) != "," or word.endswith("s"))  # not of "cabinet, top drawer"
    if is_verb and not link_end and before in ("phrase", "attribute", "that", "pronoun", "joint", "skipped"):
        return Island("skipped", start, start + 1)
    if not link_end and before in ("phrase", "that", "pronoun") and _is_verb(chart, start):
        return Island("skipped", start, start + 1)
    if link == ("of", "") and word == "part" and before not in ("phrase", "copula", "that"):
        return Island("idiom", start, link_end)
    return None


def _is_verb(chart: Chart, start: int) -> bool:
    """Whether a noun without an article is a verb, since its object follows: "a shine that mirrors the mugs"."""
    return (chart.word(start),) in NOUN_WORDS and chart.word(start + 1) in OBJECTS


def _described(chart: Chart, start: int, before: str, link: tuple[str, str], link_end: int) -> Island | None:
    """An attribute or adjectives, or a link if the phrase after it reaches farther."""
    word = chart.word(start)
    if link[1] == "closest" and link_end == start + 1 and before in ("", "joint", "link") and _phrase(chart, start):
        link, link_end = ("", ""), 0  # ", nearest robot"
    attribute, phrase = _attribute(chart, start), _phrase(chart, link_end or start)
    if attribute and word == "from" and chart.word(attribute.end) == ",":
        return attribute  # "second board from the bottom, right bookshelf"
    if (
        attribute
        and before == "phrase"
        and chart.word(attribute.end) == ","
        and phrase
        and (not link_end or word in ("at", "on", "in", "to"))
    ):
        return attribute  # "gray cushion furthest left, purple couch"
    if attribute is None and link[0] == "about" and link_end > start + 1:
        attribute = _attribute(chart, link_end - 1)  # "cut off by the top right corner"
    adjectives = _adjectives(chart, start) if before in ("", "joint", "copula", "that") else None
    if adjectives and before == "copula" and _is_comparison(chart, adjectives):
        return adjectives._replace(kind="idiom")
    if adjectives and attribute and attribute.end > adjectives.end:
        adjectives = None  # ", second from the left"
    is_bare = phrase is None or all(isinstance(p, Phrase) and p.noun == UNKNOWN_NOUN for p in phrase.readings)
    if (
        adjectives
        and phrase
        and is_bare
        and chart.word(adjectives.end - 1) in SIDE_NOUNS
        and adjectives.end == phrase.end
    ):
        return adjectives  # ", top right corner"
    if adjectives and not link_end and (phrase is None or adjectives.end > phrase.end):
        return adjectives
    if attribute and attribute.end >= (link_end if phrase is None else phrase.end):
        heading = word in ("to", "towards", "toward") and before in ("skipped", "link")  # "pointing to the right"
        return attribute._replace(kind="idiom") if heading else attribute
    return Island("link", start, link_end, (), link) if link_end else None


def _is_comparison(chart: Chart, adjectives: Island) -> bool:
    """Whether it only compares with what was said before: "which is lower"."""
    return set(chart.tokens[adjectives.start : adjectives.end]) <= COMPARISONS


def _function_word(chart: Chart, start: int, before: str) -> Island | None:
    word = chart.word(start)
    copula = _longest(chart, COPULA_TABLE, start)
    if copula:
        return Island("copula", start, copula)
    if word in SEPARATORS:
        return Island("joint", start, start + 1)
    if word in ("that", "which", "who") and before in ("phrase", "attribute", "joint"):
        return Island("that", start, start + 1)
    return None


def _longest(chart: Chart, table: PhraseTable[bool], start: int) -> int:
    return max((end for _, end in chart.find(table, start)), default=0)


def _phrase(chart: Chart, start: int) -> Island | None:
    """The longest noun phrase that begins here, in all its readings."""
    readings = simple_phrases(chart, start) or elided(chart, start)
    if chart.word(start) in ("a", "an"):  # "a frame surrounds it": of one thing the word in -s is the verb
        readings = [(phrase, end) for phrase, end in readings if not phrase.plural or "of" in chart.tokens[start:end]]
    if not readings:
        return None
    longest = max(end for _, end in readings)
    is_verb = chart.word(longest - 1).endswith(VERBAL) or is_participle(chart, longest - 1)
    if longest - 1 in chart.unread and is_verb:  # "the short leg rises"
        is_finite = chart.word(longest - 1).endswith("s")
        longest = max(
            (end for phrase, end in readings if end == longest - 1 and _is_kind(phrase, plural=not is_finite)),
            default=longest,
        )
    is_verb = chart.word(longest - 1) in VERBS and chart.word(longest - 1).endswith("s")
    if is_verb and chart.word(longest) in ("its", "their", "the") and chart.word(start) not in ARTICLES:
        return None  # "the ball striped in red and white covers its edge"
    if chart.word(longest) in ("it", "them") and chart.word(longest - 1).endswith("s"):  # "the other door mirrors it"
        longest = max((end for phrase, end in readings if end == longest - 1 and _is_kind(phrase)), default=longest)
    phrases = [phrase for phrase, end in readings if end == longest]
    if chart.word(longest - 1) == "part" and any(map(_is_kind, phrases)):  # "the upper part" of a car
        phrases = [phrase for phrase in phrases if phrase.noun != ANY_NOUN]
    first = start in chart.unread
    if first and all(phrase.noun == UNKNOWN_NOUN for phrase in phrases):
        return None  # without an article it may as well be a verb
    ways = [way for phrase in phrases for way in combined(phrase, ())]
    return Island("phrase", start, longest, tuple(dict.fromkeys(ways))[:MOST_READINGS]) if ways else None


def _is_kind(phrase: Phrase, *, plural: bool = False) -> bool:
    return (plural or not phrase.plural) and phrase.noun not in (ANY_NOUN, UNKNOWN_NOUN)


def _attribute(chart: Chart, start: int) -> Island | None:
    readings = attributes(chart, start)
    if not readings:
        return None
    longest = max(end for _, end in readings)
    ways = tuple(dict.fromkeys(c for c, end in readings if end == longest))
    return Island("attribute", start, longest, ways[:MOST_READINGS])


def _adjectives(chart: Chart, start: int) -> Island | None:
    if start in chart.unread:
        return None
    readings = [(constraints, end) for constraints, end in modifiers(chart, start) if constraints]
    if not readings:
        return None
    longest = last = max(end for _, end in readings)
    while longest - 1 in chart.unread or chart.word(longest - 1) in SEPARATORS:
        longest -= 1
    if all(c.kind in ("place", "picture", "most") for constraints, _ in readings for c in constraints):
        longest = chart.after(longest, SIDE_NOUNS)  # ", near side"
    return Island(
        "attribute",
        start,
        longest,
        tuple(dict.fromkeys(c for c, end in readings if end >= min(longest, last)))[:MOST_READINGS],
    )
