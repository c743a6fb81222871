"""How far a program gets that sees masks alone: it asks the listener itself for phrases without a noun.

``python -m speed.listener_attack`` tries, for regions of ``scenes/test``, phrases of place, order and size with words
that say nothing of what the thing is, and is told by the listener in the true world which of them is correct: more
than any program with masks alone can know. Then it lets the captioner `mask-only` describe all regions from a pretend
world that it makes of the masks, without a colour and with each colour guessed of everything. It prints the share of
regions for which a phrase was heard as correct.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from baselines.mask_only import mask_only, nounless_phrases
from dataset.listener import World, listen
from dataset.listener.words.palette import COLORS
from dataset.loading.regions import load_images, load_regions, load_worlds

__all__ = ["attack", "blind"]


def attack(worlds: dict[str, World], targets: list[tuple[str, str]]) -> float:
    """Share of the targets, pairs of an image_id and a region's id, that some phrase identifies."""
    texts = list(nounless_phrases())
    reached = sum(
        any(listen(text, worlds[image_id], target).outcome == "correct" for text in texts)
        for image_id, target in targets
    )
    return reached / len(targets)


def blind(colors: Sequence[str]) -> dict[str, float]:
    """Share of the regions of ``scenes/test`` that the captioner `mask-only` identifies, which sees masks alone.

    Args:
        colors: each is guessed of every region, before its noun; none where it is empty.

    Returns:
        colour -> share.
    """
    worlds = load_worlds("test")
    number, correct = 0, dict.fromkeys(colors, 0)
    for path, regions in load_images("scenes"):
        for region, caption in zip(regions, mask_only(path, regions), strict=True):
            image_id, _, target = region.region_id.rpartition("/")
            number += 1
            for color in colors:
                text = caption.replace("the ", f"the {color} ", 1) if color else caption
                correct[color] += listen(text, worlds[image_id], target).outcome == "correct"
    return {color: count / number for color, count in correct.items()}


if __name__ == "__main__":
    rows = load_regions("scenes", "test")[::10]
    pairs = [(region.image_id, region.region_id.rpartition("/")[2]) for region in rows]
    sys.stdout.write(f"told by the listener: {attack(dict(load_worlds('test')), pairs):.2%} of {len(pairs)} regions\n")
    for guess, share in blind(["", *COLORS]).items():
        sys.stdout.write(f"masks alone, {guess or 'no colour'}: {share:.2%}\n")
