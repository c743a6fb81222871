"""The Porter2 English stemmer (Porter 2002, snowballstem.org), in the state that METEOR 1.5 carries."""

from __future__ import annotations

__all__ = ["stem"]

_VOWELS = frozenset("aeiouy")
_DOUBLES = ("bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt")
_LI_ENDINGS = frozenset("cdeghkmnrt")
_WHOLE_WORDS = {
    "skis": "ski", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "idly": "idl", "gently": "gentl",
    "ugly": "ugli", "early": "earli", "only": "onli", "singly": "singl", "sky": "sky", "news": "news", "howe": "howe",
    "atlas": "atlas", "cosmos": "cosmos", "bias": "bias", "andes": "andes",
}  # fmt: skip
_COMPLETE_AFTER_PLURAL = frozenset(
    ["inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed"]
)
_STEP_2 = (
    ("ization", "ize"), ("ational", "ate"), ("fulness", "ful"), ("ousness", "ous"), ("iveness", "ive"),
    ("tional", "tion"), ("biliti", "ble"), ("lessli", "less"), ("entli", "ent"), ("ation", "ate"), ("alism", "al"),
    ("aliti", "al"), ("ousli", "ous"), ("iviti", "ive"), ("fulli", "ful"), ("enci", "ence"), ("anci", "ance"),
    ("abli", "able"), ("izer", "ize"), ("ator", "ate"), ("alli", "al"), ("bli", "ble"), ("ogi", "og"), ("li", ""),
)  # fmt: skip
_STEP_3 = (
    ("ational", "ate"), ("tional", "tion"), ("alize", "al"), ("icate", "ic"), ("iciti", "ic"), ("ative", ""),
    ("ical", "ic"), ("ness", ""), ("ful", ""),
)  # fmt: skip
_STEP_4 = (
    "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "ion",
    "al", "er", "ic",
)  # fmt: skip
_STEP_2_ENDINGS = tuple(suffix for suffix, _ in _STEP_2)
_STEP_3_ENDINGS = tuple(suffix for suffix, _ in _STEP_3)


def stem(word: str) -> str:
    """The Porter2 stem of a lower-cased word."""
    if word in _WHOLE_WORDS:
        return _WHOLE_WORDS[word]
    if len(word) < 3:
        return word
    word = _mark_consonant_y(word.removeprefix("'"))
    r1 = _first_region(word)
    r2 = _after_vowel_and_consonant(word, r1)
    word = _strip_plural(_strip_possessive(word))
    if word in _COMPLETE_AFTER_PLURAL:
        return word
    word = _strip_past_and_participle(word, r1)
    if len(word) > 2 and word[-1] in "yY" and word[-2] not in _VOWELS:
        word = word[:-1] + "i"
    word = _strip_residue(_step_4(_step_3(_step_2(word, r1), r1, r2), r2), r1, r2)
    return word.replace("Y", "y")


def _mark_consonant_y(word: str) -> str:
    if "y" not in word:
        return word
    letters = list(word)
    for place, letter in enumerate(letters):
        if letter == "y" and (place == 0 or letters[place - 1] in _VOWELS):
            letters[place] = "Y"
    return "".join(letters)


def _after_vowel_and_consonant(word: str, start: int) -> int:
    for place in range(start, len(word) - 1):
        if word[place] in _VOWELS and word[place + 1] not in _VOWELS:
            return place + 2
    return len(word)


def _first_region(word: str) -> int:
    for prefix in ("gener", "commun", "arsen"):
        if word.startswith(prefix):
            return len(prefix)
    return _after_vowel_and_consonant(word, 0)


def _ends_in_short_syllable(word: str) -> bool:
    if len(word) >= 3:
        return word[-3] not in _VOWELS and word[-2] in _VOWELS and word[-1] not in _VOWELS and word[-1] not in "wxY"
    return len(word) == 2 and word[0] in _VOWELS and word[1] not in _VOWELS


def _has_vowel(word: str) -> bool:
    return not _VOWELS.isdisjoint(word)


def _strip_possessive(word: str) -> str:
    for suffix in ("'s'", "'s", "'"):
        if word.endswith(suffix):
            return word[: -len(suffix)]
    return word


def _strip_plural(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith(("ied", "ies")):
        return word[:-2] if len(word) > 4 else word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")) and _has_vowel(word[:-2]):
        return word[:-1]
    return word


def _strip_past_and_participle(word: str, r1: int) -> str:
    for suffix in ("eedly", "eed"):
        if word.endswith(suffix):
            start = len(word) - len(suffix)
            return word[:start] + "ee" if start >= r1 else word
    for suffix in ("ingly", "edly", "ing", "ed"):
        if word.endswith(suffix):
            shorter = word[: -len(suffix)]
            return _mend(shorter, r1) if _has_vowel(shorter) else word
    return word


def _mend(word: str, r1: int) -> str:
    if word.endswith(("at", "bl", "iz")):
        return word + "e"
    if word.endswith(_DOUBLES):
        return word[:-1]
    return word + "e" if len(word) <= r1 and _ends_in_short_syllable(word) else word


def _step_2(word: str, r1: int) -> str:
    if not word.endswith(_STEP_2_ENDINGS):
        return word
    for suffix, replacement in _STEP_2:
        if word.endswith(suffix):
            start = len(word) - len(suffix)
            before = word[start - 1 : start]
            if start < r1 or (suffix == "ogi" and before != "l") or (suffix == "li" and before not in _LI_ENDINGS):
                return word
            return word[:start] + replacement
    return word


def _step_3(word: str, r1: int, r2: int) -> str:
    if not word.endswith(_STEP_3_ENDINGS):
        return word
    for suffix, replacement in _STEP_3:
        if word.endswith(suffix):
            start = len(word) - len(suffix)
            return word[:start] + replacement if start >= (r2 if suffix == "ative" else r1) else word
    return word


def _step_4(word: str, r2: int) -> str:
    if not word.endswith(_STEP_4):
        return word
    for suffix in _STEP_4:
        if word.endswith(suffix):
            start = len(word) - len(suffix)
            blocked = suffix == "ion" and word[start - 1 : start] not in ("s", "t")
            return word if start < r2 or blocked else word[:start]
    return word


def _strip_residue(word: str, r1: int, r2: int) -> str:
    last = len(word) - 1
    if word.endswith("e"):
        goes = last >= r2 or (last >= r1 and not _ends_in_short_syllable(word[:last]))
        return word[:last] if goes else word
    return word[:last] if word.endswith("ll") and last >= r2 else word
