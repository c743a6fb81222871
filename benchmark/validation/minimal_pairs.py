"""Minimal pairs: a natural caption, and the same with one word swapped so that it is untrue.

A swap is made in the text, whether or not the listener reads that word. The world's facts make sure that it is untrue:
a new colour is one that nothing in the picture has that the noun after it may mean, a new owner is a thing that the
picture does not show; sides, relations and numbers become their opposites or neighbours. Of the region's own members
the new number must not be the true one: "the two legs" of which a third is hardly seen are three. What may hold all the
same makes no pair: teal windows are called blue, too, and ground is before and behind what stands on it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from dataset.listener import World
from dataset.listener.goodwill.model import GLASS
from dataset.listener.goodwill.parts import LYING
from dataset.listener.words.categories import CATEGORIES
from dataset.listener.words.lexicon import NOUN_WORDS, categories_of, plural_of
from dataset.listener.words.opposites import COUNTS, NOT_A_SIDE, RELATIONS, SIDES
from dataset.listener.words.palette import COLORS
from dataset.listener.words.synonyms import loosely
from dataset.listener.words.vocabulary import NUMBERS
from dataset.listener.world import WorldRegion

__all__ = ["KINDS", "Swap", "swaps"]

KINDS: Final = ("color", "side", "count", "owner", "relation")
COLOR_WORDS: Final = {**{color: color for color in COLORS}, "grey": "gray", "turquoise": "teal"}
COMPOUND: Final = re.compile(rf"-(?:{'|'.join(COLOR_WORDS)}|gold|golden)\b", re.IGNORECASE)
"""After the first colour of two, "yellow-gold", that is not changed."""
NOT_OWNERS: Final = frozenset({"top", "back", "front", "one", "light", "case", "chest", "glass", "stand"})
OWNERS: Final = (
    "car", "van", "bus", "truck", "house", "bench", "robot", "mug", "teapot", "bottle", "vase", "bowl", "bookshelf",
    "cabinet", "bed", "sofa", "armchair", "stool", "television", "wagon", "mailbox", "lamp", "table", "chair",
)  # fmt: skip
"""Objects that an owner is swapped for, if the picture shows none."""


class Swap(NamedTuple):
    """An untrue version of a caption.

    Attributes:
        kind: what was swapped, one of `KINDS`.
        caption: the untrue caption.
        old, new: the words.
    """

    kind: str
    caption: str
    old: str
    new: str


def swaps(caption: str, world: World, seed: str, *, target: str = "") -> list[Swap]:
    """One untrue version of each kind that the caption allows.

    Args:
        caption: a true caption of a region of the world.
        world: the visible regions of the picture.
        seed: chooses among the words that may be swapped; the same seed gives the same pairs.
        target: id of the region; a number that is that of its members, of which the caption counts only those that
            are clearly seen, makes no pair.
    """
    rng = random.Random(seed)
    options_by_kind = {
        "color": _colors(caption, world),
        "side": _sides(caption),
        "count": _counts(caption),
        "owner": _owners(caption, world),
        "relation": _relations(caption),
    }
    pairs = []
    for kind in KINDS:
        options = list(options_by_kind[kind])
        if options:
            start, end, words = rng.choice(options)
            new = rng.choice(words)
            if kind == "count" and target and _is_its_number(caption[:start], caption[end:], world.by_id[target], new):
                continue
            if kind == "color" and _may_be_so(caption, start, end, new, world):
                continue
            if kind == "relation" and target and _is_ground(world.by_id[target]):
                continue
            pairs.append(Swap(kind, caption[:start] + new + caption[end:], caption[start:end], new))
    return pairs


Options = Iterator[tuple[int, int, list[str]]]


def _words(caption: str, words: Iterator[str] | list[str]) -> Iterator[re.Match[str]]:
    alternatives = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return re.finditer(rf"(?<![\w-])(?:{alternatives})(?![\w])", caption, re.IGNORECASE)


def _colors(caption: str, world: World) -> Options:
    for match in _words(caption, list(COLOR_WORDS)):
        covered = _noun_after(caption, match.end())
        seen = _seen(world, covered)
        others = [color for color in COLORS if color not in seen and color != COLOR_WORDS[match[0].lower()]]
        if others:
            yield match.start(), match.end(), others


def _may_be_so(caption: str, start: int, end: int, new: str, world: World) -> bool:
    """Whether a new colour may hold: of teal glass, as a shade of another, "yellow-gold", or of what no other is."""
    is_denied = re.search(r"\bno other\b", caption[:start].rpartition(".")[2], re.IGNORECASE)
    covered = _noun_after(caption, end)
    is_glass = new == "blue" and any(
        region.category in GLASS and "teal" in (region.attributes.get("color"), *region.shades)
        for region in world.regions
        if covered is None or region.category in covered
    )
    return bool(is_denied or COMPOUND.match(caption, end)) or is_glass


def _noun_after(caption: str, start: int) -> frozenset[str] | None:
    """Categories of the first noun after a place in the text; None if the lexicon has none in the next four words."""
    for word in re.findall(r"[a-z]+", caption[start:].lower().split(".")[0])[:4]:
        entries = NOUN_WORDS.get((word,), ())
        categories = [categories_of(lemma) or frozenset() for lemma, _ in entries]
        if entries and any(categories):
            return frozenset().union(*categories, *(loosely(lemma) for lemma, _ in entries))
    return None


def _seen(world: World, covered: frozenset[str] | None) -> set[str]:
    """Every colour of what a noun may mean, in whatever light and of whatever part."""
    seen: set[str] = set()
    meant = {region.id for region in world.regions if covered is None or region.category in covered}
    for region in world.regions:
        if region.id in meant or meant.intersection(world.ancestors(region.id)):
            looks = [region.attributes.get(key, "") for key in ("color", "accent")]
            tiny = [part.partition(" ")[0] for part in region.tiny]
            seen.update(looks, region.maybe_colors, region.shades, region.faint.values(), tiny)
    return seen


def _sides(caption: str) -> Options:
    mentions = list(_words(caption, list(SIDES)))
    sides = {match[0].lower()[:4] for match in mentions}
    if len(sides) > 1:
        return
    for match in mentions:
        if not NOT_A_SIDE.match(caption, match.end()):
            yield match.start(), match.end(), [SIDES[match[0].lower()]]


def _counts(caption: str) -> Options:
    for match in _words(caption, list(COUNTS)):
        rest = caption[match.end() :].lower()
        if not rest.startswith((" of", "-")):
            yield match.start(), match.end(), [COUNTS[match[0].lower()]]


def _is_its_number(before: str, after: str, region: WorldRegion, new: str) -> bool:
    """Whether a number that begins the caption is said of the region, and it has so many members that are seen."""
    covered = _noun_after(after, 0)
    is_head = covered is not None and region.category in covered and before.lower().split() in ([], ["the"], ["all"])
    return is_head and NUMBERS.get(new.rpartition(" ")[2], 0) in (region.count, len(region.members))


def _owners(caption: str, world: World) -> Options:
    visible = {category for region in world.regions for category in (region.category, *region.also)}
    visible |= {tiny.rpartition(" ")[2] for region in world.regions for tiny in region.tiny}
    objects = {region.category for region in world.regions if region.granularity == "object"}
    others = [
        noun
        for noun in OWNERS
        if not (categories_of(noun) or frozenset()) & visible and not loosely(noun) & visible and noun in CATEGORIES
    ]
    for start, end in _owner_spans(caption.lower()):
        for lemma, plural in NOUN_WORDS.get((caption[start:end].lower(),), ()):
            if (categories_of(lemma) or frozenset()) & objects and others:
                yield start, end, [plural_of(noun) if plural else noun for noun in others]
                break


def _owner_spans(caption: str) -> Iterator[tuple[int, int]]:
    """Spans of nouns that something is of, on or in, and of nouns with 's."""
    for match in re.finditer(r"\b(\w+)(?='s\b)", caption):
        yield match.span(1)
    for link in re.finditer(r"\b(?:of|on|in) ", caption):
        for match in list(re.finditer(r"[\w-]+", caption[link.end() :].split(".")[0]))[:5]:
            entries = NOUN_WORDS.get((match[0],), ())
            if entries and match[0] not in NOT_OWNERS and all(categories_of(lemma) for lemma, _ in entries):
                yield link.end() + match.start(), link.end() + match.end()
                break


def _is_ground(region: WorldRegion) -> bool:
    """Whether a region is ground, which lies before and behind what stands on it."""
    return region.granularity == "background" and region.category in LYING - {"wall", "sky"}


def _relations(caption: str) -> Options:
    for match in _words(caption, list(RELATIONS)):
        landmark = re.match(r"\s+(?:the|a|an|two|both)\s", caption[match.end() :])
        if landmark is None or caption[: match.start()].lower().endswith(("from ", "one ", "and ", "just ")):
            continue  # "one above the other", "seen from above"
        yield match.start(), match.end(), [RELATIONS[match[0].lower()]]
