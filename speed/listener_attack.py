"""How far a program gets that sees masks alone: it asks the listener itself for phrases without a noun.

``python -m speed.listener_attack`` tries, for regions of ``scenes/test``, phrases of place, order and size with words
that say nothing of what the thing is, and is told by the listener in the true world which of them is correct: more
than any program with masks alone can know. It prints the share of regions for which a phrase was heard as correct.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator

from dataset.listener import World, listen
from dataset.loading.regions import load_regions, load_worlds

__all__ = ["attack", "phrases"]

NOUNS = ("thing", "things", "object", "one", "item", "part", "region", "group")
MOST = (
    "leftmost",
    "rightmost",
    "topmost",
    "lowest",
    "nearest",
    "farthest",
    "biggest",
    "smallest",
    "tallest",
    "shortest",
)
PLACES = ("left", "right", "top", "bottom", "middle")
RANKS = ("second", "third", "fourth")


def phrases() -> Iterator[str]:
    """Noun phrases, and pairs of them, in which no word names a kind of thing."""
    simple = [f"{most} {noun}" for most in MOST for noun in NOUNS]
    simple += [f"{place} {noun}" for place in PLACES for noun in NOUNS[:2]]
    simple += [f"{rank} {noun} from the {place}" for rank in RANKS for noun in NOUNS[:2] for place in PLACES[:4]]
    yield from (f"the {phrase}" for phrase in simple)
    yield from (f"the {one} of the {other}" for one, other in itertools.product(simple[::7], simple[::5]))


def attack(worlds: dict[str, World], targets: list[tuple[str, str]]) -> float:
    """Share of the targets, pairs of an image_id and a region's id, that some phrase identifies."""
    texts = list(phrases())
    found = sum(
        any(listen(text, worlds[image_id], target).outcome == "correct" for text in texts)
        for image_id, target in targets
    )
    return found / len(targets)


if __name__ == "__main__":
    regions = load_regions("scenes", "test")[::10]
    pairs = [(region.image_id, region.region_id.rpartition("/")[2]) for region in regions]
    sys.stdout.write(f"{attack(dict(load_worlds('test')), pairs):.2%} of {len(pairs)} regions\n")
