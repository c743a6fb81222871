"""Captions made worse on purpose, to see which metrics notice: a ladder, adversaries, and swapped attributes."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dataset.schema import Region

__all__ = ["ADVERSARIES", "LADDER", "SWAPS", "Holdout", "System", "drop_words", "hold_out", "swap_attribute"]

System = list[str | None]
"""One caption per region; None where there is no such caption for the region."""

_COLORS: Final = (
    "black",
    "gray",
    "white",
    "red",
    "orange",
    "yellow",
    "green",
    "teal",
    "blue",
    "purple",
    "pink",
    "brown",
)
_COUNTS: Final = ("two", "three", "four", "five", "six", "seven", "eight")
_SIDES: Final = {
    "left": "right",
    "right": "left",
    "leftmost": "rightmost",
    "rightmost": "leftmost",
    "top": "bottom",
    "bottom": "top",
    "front": "back",
    "back": "front",
    "upper": "lower",
    "lower": "upper",
    "first": "last",
}
_PADDING_WORDS, _MAX_JOINED_WORDS = 30, 150
_SYLLABLES: Final = ("ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu")


@dataclass(frozen=True)
class Holdout:
    """Regions with one reference set aside, so that metrics can be tested on a good caption they have not seen.

    Attributes:
        regions: without the last reference, if there were several.
        held_out: that reference, None where there was only one.
        seed: of everything random.
    """

    regions: tuple[Region, ...]
    held_out: tuple[str | None, ...]
    seed: int = 0

    def random(self, purpose: str) -> random.Random:
        """A separate generator for each purpose."""
        return random.Random(f"{self.seed}:{purpose}")


def hold_out(regions: Sequence[Region], seed: int = 0) -> Holdout:
    """Set the last reference of every region with several aside."""
    several = [len(region.captions) > 1 for region in regions]
    without_last = tuple(
        replace(region, captions=region.captions[:-1]) if more else region
        for region, more in zip(regions, several, strict=True)
    )
    last = tuple(region.captions[-1] if more else None for region, more in zip(regions, several, strict=True))
    return Holdout(without_last, last, seed)


def drop_words(caption: str, share: float, generator: random.Random) -> str:
    """The caption without a share of its words, chosen at random; at least one word stays."""
    words = caption.split()
    keep = max(1, round(len(words) * (1 - share)))
    return " ".join(words[place] for place in sorted(generator.sample(range(len(words)), keep)))


def swap_attribute(caption: str, kind: str, generator: random.Random) -> str | None:
    """The caption with its first word of a kind replaced by a contradicting one, None if it has none.

    Args:
        caption: any text.
        kind: "side" (left, right, top, front ...), "color" or "count".
        generator: chooses among colours and counts.
    """
    for match in re.finditer(r"[a-z]+", caption):
        word = match[0]
        if kind == "side" and word in _SIDES:
            other = _SIDES[word]
        elif kind == "color" and word in _COLORS:
            other = generator.choice([color for color in _COLORS if color != word])
        elif kind == "count" and word in _COUNTS:
            other = generator.choice([count for count in _COUNTS if count != word])
        else:
            continue
        return caption[: match.start()] + other + caption[match.end() :]
    return None


def _reference(holdout: Holdout) -> System:
    return [region.caption for region in holdout.regions]


def _paraphrase(holdout: Holdout) -> System:
    return list(holdout.held_out)


def _dropped(share: float) -> Callable[[Holdout], System]:
    def drop(holdout: Holdout) -> System:
        generator = holdout.random(f"drop {share}")
        return [drop_words(region.caption, share, generator) for region in holdout.regions]

    return drop


def _relative(holdout: Holdout) -> System:
    """The next sibling's caption, else the parent's, else another region's of the image."""
    captions: System = []
    images = _by_image(holdout.regions)
    for region in holdout.regions:
        others = [other for other in images[region.image_id] if other.region_id != region.region_id]
        siblings = [other for other in others if other.parent_id == region.parent_id]
        parents = [other for other in others if other.region_id == region.parent_id]
        if len(siblings) < len(others):  # a tree
            nearest = siblings or parents or others
        else:
            nearest = others
        captions.append(_after(region, nearest).caption if nearest else None)
    return captions


def _parent(holdout: Holdout) -> System:
    by_id = {region.region_id: region for region in holdout.regions}
    return [by_id[region.parent_id].caption if region.parent_id in by_id else None for region in holdout.regions]


def _category(holdout: Holdout) -> System:
    return [None if region.category is None else f"the {region.category}" for region in holdout.regions]


def _shuffled(holdout: Holdout) -> System:
    """The caption of a region of another image."""
    generator = holdout.random("shuffled")
    captions: System = []
    for region in holdout.regions:
        drawn = (generator.choice(holdout.regions) for _ in range(1_000))
        captions.append(next((other.caption for other in drawn if other.image_id != region.image_id), None))
    return captions


def _shuffled_within(holdout: Holdout) -> System:
    """Every region gets the caption of the next region of its image."""
    images = _by_image(holdout.regions)
    following = [_after(region, images[region.image_id]) for region in holdout.regions]
    return [
        None if other is region else other.caption for region, other in zip(holdout.regions, following, strict=True)
    ]


def _junk(holdout: Holdout) -> System:
    """Made-up words, as many as the reference has, different for every region."""
    generator = holdout.random("junk")
    return [
        " ".join("".join(generator.choices(_SYLLABLES, k=3)) for _ in region.caption.split())
        for region in holdout.regions
    ]


def _constant(holdout: Holdout) -> System:
    """One caption per image: its first region's."""
    images = _by_image(holdout.regions)
    return [images[region.image_id][0].caption for region in holdout.regions]


def _index_appended(holdout: Holdout) -> System:
    """The constant with a running number."""
    seen: Counter[str] = Counter()
    captions: System = []
    for region, caption in zip(holdout.regions, _constant(holdout), strict=True):
        seen[region.image_id] += 1
        captions.append(f"{caption} {seen[region.image_id]}")
    return captions


def _concatenated(holdout: Holdout) -> System:
    """All captions of the image in one, cut after 150 words, for every region of it."""
    joined = {
        image: " ".join(", ".join(region.caption for region in regions).split()[:_MAX_JOINED_WORDS])
        for image, regions in _by_image(holdout.regions).items()
    }
    return [joined[region.image_id] for region in holdout.regions]


def _padded(holdout: Holdout) -> System:
    """The category (or first two words) followed by the most frequent words of all references."""
    words = Counter(word for region in holdout.regions for caption in region.captions for word in caption.split())
    padding = " ".join(word for word, _ in words.most_common(_PADDING_WORDS))
    short = [
        f"the {region.category}" if region.category else " ".join(region.caption.split()[:2])
        for region in holdout.regions
    ]
    return [f"{caption} {padding}" for caption in short]


def _parent_and_word(holdout: Holdout) -> System:
    """The parent's caption and the region's category."""
    return [
        None if caption is None else f"{caption} {region.category or 'part'}"
        for region, caption in zip(holdout.regions, _parent(holdout), strict=True)
    ]


def _swapped(kind: str) -> Callable[[Holdout], System]:
    def swap(holdout: Holdout) -> System:
        generator = holdout.random(f"swap {kind}")
        good = (text or region.caption for region, text in zip(holdout.regions, holdout.held_out, strict=True))
        return [swap_attribute(caption, kind, generator) for caption in good]

    return swap


LADDER: Final[Mapping[str, tuple[int, Callable[[Holdout], System]]]] = {
    "reference": (0, _reference),
    "paraphrase": (1, _paraphrase),
    "partial drop": (2, _dropped(0.4)),
    "relative": (3, _relative),
    "category": (3, _category),
    "shuffled": (4, _shuffled),
    "junk": (4, _junk),
}
"""Rung -> its level (0 is best; equal levels are not compared) and what makes it.

A relative's caption is wrong, the bare category is right but may fit several regions: which is worse is a matter of
opinion, and the listener, which hears many categories as correct, puts the category first.
"""

ADVERSARIES: Final[Mapping[str, Callable[[Holdout], System]]] = {
    "junk": _junk,
    "constant": _constant,
    "constant + index": _index_appended,
    "all captions": _concatenated,
    "padding": _padded,
    "parent": _parent,
    "parent + word": _parent_and_word,
    "shuffled within": _shuffled_within,
}
"""Systems that describe nothing in particular, or everything."""

SWAPS: Final[Mapping[str, Callable[[Holdout], System]]] = {
    "side": _swapped("side"),
    "color": _swapped("color"),
    "count": _swapped("count"),
}
"""One word of the held-out caption replaced by a contradicting one."""

EXTRA: Final[Mapping[str, Callable[[Holdout], System]]] = {
    "drop 20%": _dropped(0.2),
    "drop 60%": _dropped(0.6),
    "drop 80%": _dropped(0.8),
}
"""More systems for rank correlations."""


def _by_image(regions: Sequence[Region]) -> dict[str, list[Region]]:
    images: dict[str, list[Region]] = {}
    for region in regions:
        images.setdefault(region.image_id, []).append(region)
    return images


def _after(region: Region, regions: Sequence[Region]) -> Region:
    """The region that follows in the list, wrapping around; the first one if the region is not in it."""
    place = next((place for place, other in enumerate(regions) if other is region), -1)
    return regions[(place + 1) % len(regions)]
