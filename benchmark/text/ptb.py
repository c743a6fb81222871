"""PTB tokenisation without Java, fast for plain captions.

Most captions hold nothing but words. `tokenize_fast` answers for captions of a small grammar only, and only what
the Stanford tokenizer 3.4.1 (lower-casing, punctuation dropped as in pycocoevalcap) answers for it; for everything
else it answers None, and the tokenizer's own automaton decides (`benchmark.text.lexer`). The grammar: words of ASCII
letters, hyphenated words of two or three parts, words with a final 's, numbers of one to four digits that do not stand
side by side, single commas after any of them, and a stop at the end. The few words that the tokenizer splits and the
words that may be abbreviations are left to the automaton.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .lexer import TablePtbTokenizer
from .tokenizer import Tokenizer

__all__ = ["PtbTokenizer", "tokenize_fast"]

_LONGEST = 40
_ONLY_WORDS = re.compile(r"[A-Za-z ]+\Z")
_PART = re.compile(r"([A-Za-z]+)(?:-[A-Za-z]+){0,2}(,?)\Z|([A-Za-z]+)'s(,?)\Z|([0-9]{1,4})(,?)\Z")
_FINAL_WORD = re.compile(r"(?:.*[ ])?([A-Za-z]+)\.\Z")
_SPLIT_IN_TWO = frozenset(["cannot", "gimme", "gonna", "gotta", "lemme", "wanna"])
# Of all words of one to four letters, those whose final dot the tokenizer keeps in some capitalisation.
_SHORT_ABBREVIATIONS = (
    "a b c d e f g h i j k l m n o p q r s t u v w x y z adj adm adv al ala alex apr ariz ark assn asst atty aug "
    "ave az bhd bldg blvd brig bros capt cf cie cmdr co col colo conn corp cos cpl ct dak dec del dept det dr drs "
    "elec ens esq est etc ext feb fla fri ft ga gen gov govs hon ill inc ind insp intl invt jan jos jr jul jun "
    "kan kans ky la lt ltd maj mar mass md mfg mich minn miss mlle mme mo mon mont mr mrs ms msgr mt mtg natl neb "
    "nev nov oct okla ore pa penn pfc ph plc ppte ppty pres prof pte ptes pty ptys pvt rd rep reps rev rt sen "
    "sens sep sept seq sfc sgt spc sq sr st ste supt sys tel tenn tex thu tue tues univ va vs vt wash wed wis "
    "wisc wm wyo "
)
_KEEPS_DOT = frozenset(_SHORT_ABBREVIATIONS.split())
_LONGEST_ABBREVIATION = 6
_LONG_ABBREVIATION = "bancorp"
"""The only one of more letters."""


def tokenize_fast(caption: str) -> str | None:
    """The tokens of a plain caption joined by single spaces, None if the caption needs the automaton."""
    if not caption:
        return ""
    if _ONLY_WORDS.match(caption):
        words = caption.lower().split()
        return " ".join(words) if _SPLIT_IN_TWO.isdisjoint(words) and _are_short(words) else None
    if caption.endswith("."):
        final = _FINAL_WORD.match(caption)
        if final is None or not _is_no_abbreviation(final[1].lower()):
            return None
        caption = caption[:-1]
    return _tokenize_parts(caption)


def _tokenize_parts(caption: str) -> str | None:
    if not caption.isascii() or not caption.replace(" ", "a").isprintable():
        return None
    tokens = []
    after_number = False
    for part in caption.split():
        match = _PART.match(part)
        if match is None or len(part) > _LONGEST or (after_number and match[5]):
            return None
        after_number = match[5] is not None
        token = part.removesuffix(",").lower()
        if match[3] is not None:
            tokens += [token[:-2], "'s"]
        else:
            tokens.append(token)
        if not _SPLIT_IN_TWO.isdisjoint(re.split("[-']", token)):
            return None
    return " ".join(tokens) if tokens else None


def _are_short(words: Sequence[str]) -> bool:
    return not words or max(map(len, words)) <= _LONGEST


def _is_no_abbreviation(word: str) -> bool:
    if len(word) > _LONGEST_ABBREVIATION:
        return word != _LONG_ABBREVIATION
    return len(word) <= 4 and word not in _KEEPS_DOT


class PtbTokenizer:
    """`tokenize_fast` where it answers, another tokenizer for the rest.

    Args:
        rest: what tokenises the other captions; `TablePtbTokenizer` if not given.
    """

    def __init__(self, rest: Tokenizer | None = None) -> None:
        self._rest: Tokenizer = rest or TablePtbTokenizer()
        self.signature = self._rest.signature
        """That of the other tokenizer: the answers are the same."""

    def tokenize(self, texts: Sequence[str]) -> list[str]:
        """One tokenised text per text, its tokens joined by single spaces; see `JavaPtbTokenizer.tokenize`."""
        fast = [tokenize_fast(text) for text in texts]
        slow = [text for text, tokens in zip(texts, fast, strict=True) if tokens is None]
        answers = iter(self._rest.tokenize(slow))
        return [next(answers) if tokens is None else tokens for tokens in fast]
