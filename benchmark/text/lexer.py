"""PTB tokenisation without Java, for all captions: the Stanford tokenizer's own automaton, run here.

`lexer_tables` reads the automaton, `lexer_kernels` runs it; this module knows what each of its rules makes of the text
that it matches, as the Stanford tokenizer 3.4.1 does with the options of pycocoevalcap: brackets get names, quotes
become those of LaTeX, currencies and fractions become ASCII, what no rule reads is dropped.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from .java_case import java_lower
from .lexer_tables import read_lexer_tables
from .tokenizer import as_one_line, without_punctuation

__all__ = ["TablePtbTokenizer"]

_AT_ONCE = 1 << 19
"""Characters that are cut at once."""

Units = str
"""A text whose characters are UTF-16 units."""

_FRACTIONS = str.maketrans({"\u00bc": "1/4", "\u00bd": "1/2", "\u00be": "3/4", "\u2153": "1/3", "\u2154": "2/3"})
_CURRENCIES = str.maketrans({"\u00a2": "cents", "\u00a3": "#", **dict.fromkeys("\x80\u00a4\u20a0\u20ac", "$")})
_PARENTHESES = str.maketrans({"(": "-LRB-", ")": "-RRB-"})
_SPACES = str.maketrans(" ", "\u00a0")
_CURLY_QUOTES = str.maketrans(
    {
        **dict.fromkeys("\x91\u2018\u201b\u2039", "`"),
        **dict.fromkeys("\x92\u2019\u203a", "'"),
        **dict.fromkeys("\x93\u201c\u00ab", "``"),
        **dict.fromkeys("\x94\u201d\u00bb", "''"),
    }
)
_SINGLE_QUOTE, _DOUBLE_QUOTE, _AMPERSAND = re.compile("&apos;|'"), re.compile('"|&quot;'), re.compile("(?i:&amp;)")


def _opening_quotes(text: Units) -> Units:
    return _DOUBLE_QUOTE.sub("``", _SINGLE_QUOTE.sub("`", text)).translate(_CURLY_QUOTES)


def _closing_quotes(text: Units) -> Units:
    return _DOUBLE_QUOTE.sub("''", _SINGLE_QUOTE.sub("'", text)).translate(_CURLY_QUOTES)


def _without_soft_hyphens(text: Units) -> Units:
    return text.replace("\u00ad", "") or "-"


def _dashes(text: Units) -> Units:
    return "--" if 3 <= len(text) <= 4 else text


def _ampersands(text: Units) -> Units:
    return _AMPERSAND.sub("&", text)


def _unbreakable(text: Units) -> Units:
    return text.translate(_SPACES)


def _parentheses(text: Units) -> Units:
    return text.translate(_PARENTHESES)


def _fractions(text: Units) -> Units:
    return text.translate(_FRACTIONS)


def _currencies(text: Units) -> Units:
    return text.translate(_CURRENCIES)


def _always(token: Units) -> Callable[[Units], Units]:
    return lambda _: token


@dataclass(frozen=True, slots=True)
class _Rule:
    """What happens to the text that a rule matches.

    Attributes:
        change: makes the token of the text; the text itself if not given.
        given_back: units at the end of the match that belong to the next one.
        read_again: units at the end of the token that the next match begins with.
        parts: states in which the automata of the token and of what must follow it start.
        is_trimmed: whether blanks at the end belong to the next match.
        is_one_unit: whether the token is the first unit, whatever follows it.
        splits_two: whether a token of two units is cut after the first one, with nothing read again.
        is_nothing: whether no token comes of it.
    """

    change: Callable[[Units], Units] | None = None
    given_back: int = 0
    read_again: int = 0
    parts: tuple[int, int] = (-1, -1)
    is_trimmed: bool = False
    is_one_unit: bool = False
    splits_two: bool = False
    is_nothing: bool = False

    def columns(self) -> list[int]:
        """The row of the rule for the compiled scanner."""
        flags = self.is_trimmed, self.is_one_unit, self.splits_two, self.is_nothing
        return [self.given_back, self.read_again, *self.parts, *flags]


# Rules 1, 5, 7 and 23 read what has no token: characters of no other rule, line ends, blanks, markup.
_NOTHING = _Rule(is_nothing=True)
_RULES = {
    1: _NOTHING,
    2: _Rule(_always("<")),
    4: _Rule(_dashes),
    5: _NOTHING,
    6: _Rule(_without_soft_hyphens),
    7: _NOTHING,
    8: _Rule(_closing_quotes),
    10: _Rule(_always(">")),
    11: _Rule(_always("--")),
    12: _Rule(_without_soft_hyphens),
    13: _Rule(_always("...")),
    14: _Rule(_fractions),
    15: _Rule(_currencies),
    16: _Rule(_always("-RCB-")),
    17: _Rule(_always("-LRB-")),
    18: _Rule(_always("-RRB-")),
    20: _Rule(_always("-LCB-")),
    21: _Rule(_always("-RSB-")),
    22: _Rule(_always("-LSB-")),
    23: _NOTHING,
    24: _Rule(parts=(13, 14)),
    25: _Rule(given_back=1),
    26: _Rule(_opening_quotes, given_back=1),
    27: _Rule(_unbreakable),
    28: _Rule(_parentheses),
    29: _Rule(_without_soft_hyphens),
    30: _Rule(_without_soft_hyphens, parts=(3, 4)),
    32: _Rule(_without_soft_hyphens, given_back=1),
    33: _Rule(read_again=1),
    34: _Rule(_parentheses, given_back=1),
    35: _Rule(_opening_quotes, is_one_unit=True),
    36: _Rule(_closing_quotes, given_back=1),
    37: _Rule(_ampersands),
    38: _Rule(_unbreakable),
    39: _Rule(_unbreakable),
    40: _Rule(_without_soft_hyphens, parts=(5, 6)),
    41: _Rule(parts=(16, 17)),
    42: _Rule(given_back=2),
    43: _Rule(parts=(15, 14)),
    44: _Rule(parts=(9, 10), is_trimmed=True),
    46: _Rule(_without_soft_hyphens, given_back=1),
    47: _Rule(read_again=1, parts=(7, 8), is_trimmed=True, splits_two=True),
    48: _Rule(given_back=2),
    49: _Rule(read_again=1, parts=(11, 12)),
    50: _Rule(given_back=3),
    51: _Rule(_ampersands, given_back=1),
    53: _Rule(given_back=4),
    54: _Rule(lambda text: _parentheses(_unbreakable(text))),
}

_RULE_COUNT = 55
_PLAIN = _Rule()
_CHANGES = [_RULES.get(number, _PLAIN).change for number in range(_RULE_COUNT)]


class TablePtbTokenizer:
    """The Stanford PTB tokenizer 3.4.1, lower-casing, punctuation dropped, without Java."""

    signature = "ptb-3.4.1-java"
    """That of the Java tokenizer: the tokens are the same."""

    def tokenize(self, texts: Sequence[str]) -> list[str]:
        """One tokenised text per text; see `JavaPtbTokenizer.tokenize`.

        Raises:
            MissingDependencyError: pycocoevalcap is not installed.
            DataUnavailableError: its jar is missing, or is another version's.
        """
        lines: list[str] = []
        for part in _parts(texts):
            lines += _lines(part)
        return [without_punctuation(line) for line in lines]


def _parts(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """The texts, some at a time."""
    start = size = 0
    for place, text in enumerate(texts):
        size += len(text)
        if size > _AT_ONCE:
            yield texts[start : place + 1]
            start, size = place + 1, 0
    yield texts[start:]


def _lines(texts: Sequence[str]) -> list[str]:
    from .lexer_kernels import scan_captions

    encoded = [f"{as_one_line(text)}\n\n".encode("utf-16-le", "replace") for text in texts]
    bounds = np.cumsum([0, *(len(units) // 2 for units in encoded)], dtype=np.int64)
    units = np.frombuffer(b"".join(encoded), np.uint16)
    tokens, offsets = scan_captions(units, bounds, read_lexer_tables(), _rule_rows())
    characters = units.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    starts, ends, numbers = tokens.tolist()
    return [
        _line(characters, zip(starts[first:last], ends[first:last], numbers[first:last], strict=True))
        for first, last in pairwise(offsets.tolist())
    ]


@functools.cache
def _rule_rows() -> npt.NDArray[np.int64]:
    return np.array([_RULES.get(number, _PLAIN).columns() for number in range(_RULE_COUNT)], np.int64)


def _line(characters: Units, matches: Iterable[tuple[int, int, int]]) -> str:
    """The tokens of one caption, joined by spaces, lower-cased."""
    tokens = []
    for start, end, number in matches:
        text = characters[start:end]
        change = _CHANGES[number]
        tokens.append(text if change is None else change(text))
    line = " ".join(tokens)
    if "\n" in line:
        line = " ".join(filter(None, line.split("\n")))
    return line.lower() if line.isascii() else java_lower(_joined_pairs(line))


def _joined_pairs(text: Units) -> str:
    """The text with the units of each pair joined; those that rules have parted are question marks, as in Java."""
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return joined.encode("utf-8", "replace").decode("utf-8")
