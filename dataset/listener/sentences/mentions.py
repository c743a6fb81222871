"""What a caption names in passing, with its colour: whoever it is, it must be in the picture.

Free text hides what a phrase is about, and denials hide whether it is said at all; but "not the one on the green
bottle" is said only where there is a green bottle.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from ..words.connectives import SIDES, VERBS
from ..words.palette import COLORS
from ..words.vocabulary import ARTICLES, COLOR_WORDS
from .claims import DENIALS, noun_after, shades_at
from .fact import Fact
from .islands import Island

__all__ = ["colors_in", "mentions_of"]

PREDICATE: Final = 8
"""Before this word a sentence that begins with "it is" says a colour of it."""
ENDS_PREDICATE: Final = DENIALS | {"the", "one", "of", "in", "on", "with", "to", "at", "by", "between", ","}
COLORED: Final = frozenset({"color", "accent"})
NONE: Final = frozenset({"no", "none", "nothing", "neither", "nor", "never", "without", "like"})
"""After these a colour need not be there."""


def mentions_of(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase, *, first: bool) -> tuple[Fact, ...]:
    """The things that a sentence names with a colour, as facts that hold if the picture shows them so.

    Args:
        tokens: the words.
        islands: from `islands_of`.
        head: what the first sentence is about.
        first: whether it is the first sentence, which names the region first.
    """
    colored = [
        Fact("mentioned", phrase)
        for island in islands
        for readings in [[_colored(phrase) for phrase in _phrases(island)]]
        for phrase in (readings[0] if readings else ())
        if not any(_says_of_another(phrase, others) for others in readings)  # not of "pink bus windows"
    ]
    colored += [Fact("mentioned", phrase) for phrase in _ones(islands, head)] if not first else []
    colored += colors_in(tokens)
    colored += [Fact("is", None, (color,)) for color in _predicate(tokens)]
    if first and [island.kind for island in islands[:3]] == ["attribute", "skipped", "phrase"]:
        looks = tuple(c for c in islands[0].readings[0] if isinstance(c, Constraint) and c.kind == "color")
        colored += [Fact("is", None, looks)] if looks else []
    return tuple(dict.fromkeys(colored))


def _predicate(tokens: tuple[str, ...]) -> Iterator[Constraint]:
    """The colour of "it is mottled purple", "it is a flat teal rectangle"."""
    if tokens[:1] in (("it",), ("they",)) and tokens[1:2] in (("is",), ("are",), ("'s",)):
        for k in range(2, min(PREDICATE, len(tokens))):
            if tokens[k] in ENDS_PREDICATE or (k > 2 and tokens[k] in ARTICLES):
                return
            if tokens[k] in COLOR_WORDS:
                noun = noun_after(tokens, k)
                after = tokens[noun.end : noun.end + 1] if noun is not None else ()
                is_of_part = any(word.endswith("ed") for word in tokens[k + 1 : k + 2])
                if not is_of_part and after != ("'s",) and tokens[k + 1 : k + 2] not in (("and",), (",",)):
                    yield Constraint("color", COLOR_WORDS[tokens[k]])
                return


def colors_in(tokens: tuple[str, ...]) -> Iterator[Fact]:
    """Every colour that a sentence names, and the noun after it: something must show it, unless there is none."""
    for k, word in enumerate(tokens):
        if COLOR_WORDS.get(word) in COLORS:
            if not NONE.isdisjoint(tokens[:k]):
                return
            noun = noun_after(tokens, k)
            things = tuple(map(Phrase, noun.lemmas)) if noun is not None else ()
            yield Fact("mentioned", Phrase(ANY_NOUN, False, shades_at(tokens, k)), others=things)


def _ones(islands: Sequence[Island], head: Phrase) -> Iterator[Phrase]:
    """Of "the blue wagon is nearer, and the gray one farther back" a gray wagon; a plural's one is a member of it."""
    noun = head.noun if head.plural else ""
    for island in islands:
        for phrase in _phrases(island)[:1]:
            colors = tuple(c for c in phrase.constraints if c.kind in COLORED)
            if phrase.noun == ANY_NOUN and noun and colors and not phrase.plural:
                yield Phrase(noun, False, colors)
            elif phrase.noun not in (ANY_NOUN, UNKNOWN_NOUN) and not head.plural:
                noun = phrase.noun


def _says_of_another(phrase: Phrase, others: Sequence[Phrase]) -> bool:
    """Whether another reading has the same colours on another noun instead."""
    return phrase not in others and any(other.constraints == phrase.constraints for other in others)


def _phrases(island: Island) -> list[Phrase]:
    return [reading for reading in island.readings if isinstance(reading, Phrase)]


def _colored(phrase: Phrase) -> list[Phrase]:
    """The phrase and those inside of it that say a colour of a noun."""
    inner = [c.phrase for c in phrase.constraints if c.phrase is not None]
    nested = [named for one in inner for named in _colored(one)]
    colors = tuple(c for c in phrase.constraints if c.kind in COLORED)
    if not colors or phrase.noun in (ANY_NOUN, UNKNOWN_NOUN) or phrase.noun in SIDES or phrase.noun in VERBS:
        return nested
    return [Phrase(phrase.noun, phrase.plural, colors), *nested]
