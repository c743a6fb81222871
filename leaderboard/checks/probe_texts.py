"""What the probes look at: captions normalised once, grouped by image, and a few ways to take them apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from benchmark.metrics.duplicates import normalize_caption
from dataset.schema import Region

__all__ = ["Sample", "is_repetitive", "most_frequent", "shared_words", "without_index"]

_INVISIBLE: Final = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_NUMBER: Final = re.compile(r"\d+(st|nd|rd|th)?|[ivx]+|.")
_COUNTING: Final = frozenset(
    re.split(
        r"\s+",
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty thirty forty first second third fourth fifth sixth seventh eighth ninth "
        "tenth number no nr id index item region mask object variant version",
    )
)
REPETITIVE_WORDS: Final = 15
"""Shorter captions may repeat themselves: "the left leg of the left chair on the left"."""


@dataclass(frozen=True)
class Sample:
    """A submission's captions beside the regions they are for.

    Attributes:
        regions: all regions of the board, in any order.
        captions: the caption of each, "" where there is none.
    """

    regions: Sequence[Region]
    captions: Sequence[str]

    @classmethod
    def of(cls, predictions: Mapping[str, str], regions: Sequence[Region]) -> Sample:
        """Captions by region_id, put in the order of the regions."""
        return cls(regions, [predictions.get(region.region_id, "") for region in regions])

    @cached_property
    def texts(self) -> list[str]:
        """Captions as compared: normalised (see `normalize_caption`), and without invisible characters."""
        return [normalize_caption(_INVISIBLE.sub("", caption)) for caption in self.captions]

    @cached_property
    def captioned(self) -> list[int]:
        """Positions that have a caption."""
        return [place for place, text in enumerate(self.texts) if text]

    @cached_property
    def images(self) -> dict[str, list[int]]:
        """image_id -> positions of its regions that have a caption."""
        images: dict[str, list[int]] = {}
        for place in self.captioned:
            images.setdefault(self.regions[place].image_id, []).append(place)
        return images

    @cached_property
    def references(self) -> list[frozenset[str]]:
        """The normalised references of each region."""
        return [frozenset(map(normalize_caption, region.captions)) for region in self.regions]

    def repeated(self, texts: Sequence[str]) -> set[int]:
        """Positions whose text is also that of another region of the image."""
        positions: set[int] = set()
        for places in self.images.values():
            uses = Counter(texts[place] for place in places)
            positions.update(place for place in places if uses[texts[place]] > 1)
        return positions


def without_index(text: str) -> str:
    """A normalised caption without what could be a running number: digits anywhere, counting at the start or the end.

    >>> without_index("the object in the picture number 12"), without_index("the second stool from the right")
    ('the object in the picture', 'the second stool from the right')
    """
    words = [word for word in text.split() if not word.isdigit()]
    while words and _counts(words[-1]):
        words.pop()
    while words and _counts(words[0]):
        words.pop(0)
    return " ".join(words)


def _counts(word: str) -> bool:
    return word in _COUNTING or _NUMBER.fullmatch(word) is not None


def shared_words(texts: Sequence[str]) -> frozenset[str]:
    """Words that more than half of the texts contain."""
    holding = Counter(word for text in texts for word in set(text.split()))
    return frozenset(word for word, count in holding.items() if 2 * count > len(texts))


def is_repetitive(text: str) -> bool:
    """Whether a long text says the same few words again and again."""
    words = text.split()
    return len(words) >= REPETITIVE_WORDS and 2.5 * len(set(words)) < len(words)


def most_frequent(counts: Counter[str]) -> tuple[str, int]:
    """The most frequent text and its count; of equally frequent ones the longest, then the first in the alphabet."""
    text = min(counts, key=lambda text: (-counts[text], -len(text), text))
    return text, counts[text]
