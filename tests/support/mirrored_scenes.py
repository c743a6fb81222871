"""Scenes in a mirror: another true training sample from each one that was drawn.

The picture, the masks, the boxes, the captions and the world all change left for right. The listener can hear every
caption that names a side in the mirrored world, where it must denote its region alone as it did before. What names
none says nothing that a mirror changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from baselines.training.shards import SceneExample
from dataset.listener import World, listen
from dataset.scenes.words.mirrored import mirrored_caption, mirrored_world
from dataset.schema import Region

__all__ = ["mirrored"]


def mirrored(example: SceneExample, world: World, *, verify: bool = True) -> tuple[SceneExample, World]:
    """An example and its world with left and right exchanged; its image id ends in ``-mirrored``.

    Args:
        example: the drawn scene, its regions named as in its world.
        world: what the listener needs of it.
        verify: have the captions that name a side heard in the mirrored world; those that do not denote their region
            alone are left out, and regions that keep none too. Without, all are kept.
    """
    other = mirrored_world(world)
    regions, places = [], []
    for k, region in enumerate(example.regions):
        captions = tuple(_captions(region, other) if verify else map(mirrored_caption, region.captions))
        if captions:
            regions.append(_mirrored_region(region, example, captions))
            places.append(k)
    image = np.ascontiguousarray(example.image[:, ::-1])
    masks = np.ascontiguousarray(example.masks[:, :, ::-1])
    masks = masks if len(places) == len(masks) else masks[places]
    image_id = _renamed(example.image_id, example)
    return SceneExample(image_id, example.height, example.width, tuple(regions), image, masks), other


def _captions(region: Region, world: World) -> Iterator[str]:
    """The mirrored captions that denote the region alone in the mirrored world."""
    own_id = region.region_id.rpartition("/")[2]
    for caption in region.captions:
        other = mirrored_caption(caption)
        if other == caption or listen(other, world, own_id).outcome == "correct":
            yield other


def _mirrored_region(region: Region, example: SceneExample, captions: tuple[str, ...]) -> Region:
    bbox = region.bbox
    if bbox is not None:
        left, top, width, height = bbox
        bbox = (example.width - left - width, top, width, height)
    return replace(
        region,
        image_id=_renamed(region.image_id, example),
        region_id=_renamed(region.region_id, example),
        parent_id=None if region.parent_id is None else _renamed(region.parent_id, example),
        captions=captions,
        bbox=bbox,
    )


def _renamed(name: str, example: SceneExample) -> str:
    """An id of the example's image or of one of its regions, for the mirrored image."""
    return f"{example.image_id}-mirrored{name.removeprefix(example.image_id)}"
