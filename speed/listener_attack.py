"""How far a program gets that sees masks alone: it asks the listener itself for phrases without a noun.

``python -m speed.listener_attack`` tries, for regions of ``scenes/test``, phrases of place, order and size with words
that say nothing of what the thing is, and is told by the listener in the true world which of them is correct: more
than any program with masks alone can know. It prints the share of regions for which a phrase was heard as correct.
"""

from __future__ import annotations

import sys

from dataset.listener import World, listen
from dataset.loading.regions import load_regions, load_worlds
from tests.support.nounless_phrases import nounless_phrases

__all__ = ["attack"]


def attack(worlds: dict[str, World], targets: list[tuple[str, str]]) -> float:
    """Share of the targets, pairs of an image_id and a region's id, that some phrase identifies."""
    texts = list(nounless_phrases())
    reached = sum(
        any(listen(text, worlds[image_id], target).outcome == "correct" for text in texts)
        for image_id, target in targets
    )
    return reached / len(targets)


if __name__ == "__main__":
    regions = load_regions("scenes", "test")[::10]
    pairs = [(region.image_id, region.region_id.rpartition("/")[2]) for region in regions]
    sys.stdout.write(f"{attack(dict(load_worlds('test')), pairs):.2%} of {len(pairs)} regions\n")
