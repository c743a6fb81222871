"""Scenes of a secret: a test that cannot be drawn without it, and that anyone can draw again once it is published.

`ScenesOptions.seed` has 22 bits: anyone with the code can try them all. Here the seed of every scene is a keyed hash
(HMAC-SHA-256) of its number under a secret of at least 128 bits, so that a scene reveals nothing about another one, and
64 bits of seed have to be guessed for each. What participants see (image_id, region_id and the order of both) comes
from the same keyed hash and reveals neither the order in which things were drawn nor the mask tree.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from ..errors import InvalidInputError
from ..masks.rle import encode_mask
from ..runtime.arrays import ByteArray
from ..schema import Region
from .rng import SplitMix64

if TYPE_CHECKING:
    from ..listener import World

__all__ = ["FEWEST_SECRET_BYTES", "HiddenScene", "draw_hidden_scenes", "hidden_names", "hide", "keyed"]

FEWEST_SECRET_BYTES: Final = 16
_DOMAIN: Final = b"ureca hidden scenes 1"
_NAME_BITS: Final = 48


@dataclass(frozen=True, eq=False)
class HiddenScene:
    """One scene with everything that scoring needs; participants get only the image and the masks.

    Attributes:
        image_id: ``<challenge>-<12 hexadecimal digits>``.
        image: uint8 (h, w, 3).
        regions: the described regions, ordered by the number that their id ends in.
        world: what the listener resolves captions in; its ids are those of the regions.
    """

    image_id: str
    image: ByteArray
    regions: tuple[Region, ...]
    world: World


def draw_hidden_scenes(secret: bytes, name: str, images: int, resolution: int = 448) -> Iterator[HiddenScene]:
    """Draw the scenes of a secret, in an order that reveals nothing.

    Args:
        secret: at least `FEWEST_SECRET_BYTES` random bytes.
        name: of the challenge: the same secret under another name gives other scenes.
        images: how many scenes; every fourth shows combinations that no training scene shows.
        resolution: side of the images in pixels.

    Raises:
        InvalidInputError: the secret is too short.
    """
    from .layout.scene import build_scene
    from .rendering.render import render
    from .words.regions import visible_regions

    for image_id, index in hidden_names(secret, name, images):
        scene = build_scene(keyed(secret, name, "scene", index), held_out=index % 4 == 3)
        rendering = render(scene, resolution)
        world, masks = visible_regions(scene, rendering)
        yield hide(secret, name, index, image_id, rendering.image, world, masks)


def hidden_names(secret: bytes, name: str, images: int) -> list[tuple[str, int]]:
    """(image_id, index) of the images of a secret, in an order that reveals nothing.

    Raises:
        InvalidInputError: the secret is too short.
    """
    if len(secret) < FEWEST_SECRET_BYTES:
        problem = f"expected at least {FEWEST_SECRET_BYTES} bytes, found {len(secret)}"
        raise InvalidInputError("secret", [problem], "Use a random one.")
    ids = {keyed(secret, name, "image", index) >> (64 - _NAME_BITS): index for index in range(images)}
    if len(ids) < images:
        raise InvalidInputError("secret", ["two of its images have the same name"], "Choose another secret.")
    return [(f"{name}-{identity:0{_NAME_BITS // 4}x}", ids[identity]) for identity in sorted(ids)]


def hide(
    secret: bytes, name: str, index: int, image_id: str, image: ByteArray, drawn: World, drawn_masks: Mapping[str, Any]
) -> HiddenScene:
    """An image of a secret as participants may have it: its regions under numbers that reveal nothing, described.

    Args:
        secret: of the challenge.
        name: of the challenge.
        index: of the image, with which its seeds are made.
        image_id: its public name.
        image: uint8 (h, w, 3).
        drawn: what the listener knows, under the ids of drawing.
        drawn_masks: region id of drawing -> bool (h, w).
    """
    from .rows import described_regions
    from .words.describe import describe_scene

    numbers = SplitMix64(keyed(secret, name, "ids", index)).shuffled(range(1, len(drawn.regions) + 1))
    new = {region.id: str(number) for region, number in zip(drawn.regions, numbers, strict=True)}
    world = _renamed(drawn, new)
    masks = {new[region_id]: mask for region_id, mask in drawn_masks.items()}
    descriptions, _ = describe_scene(world, keyed(secret, name, "words", index))
    regions = [
        region.with_mask(encode_mask(masks[own_id]))
        for own_id, region in described_regions(image_id, world, descriptions)
    ]
    return HiddenScene(image_id, image, _by_number(regions), world)


def keyed(secret: bytes, name: str, purpose: str, index: int) -> int:
    """64 bits that look random without the secret, for one purpose of one image."""
    message = b"\0".join([_DOMAIN, name.encode(), purpose.encode(), str(index).encode()])
    return int.from_bytes(hmac.digest(secret, message, hashlib.sha256)[:8], "big")


def _renamed(world: World, new: dict[str, str]) -> World:
    """The same world under other ids."""
    regions = [
        replace(
            region,
            id=new[region.id],
            parent=None if region.parent is None else new[region.parent],
            # Things too small for a region still carry others and belong to sets: "0" is not an id of any region.
            supported_by=None if region.supported_by is None else new.get(region.supported_by, "0"),
            members=tuple(new.get(member, "0") for member in region.members),
        )
        for region in world.regions
    ]
    return type(world)(tuple(regions))


def _by_number(regions: Sequence[Region]) -> tuple[Region, ...]:
    return tuple(sorted(regions, key=lambda region: int(region.region_id.rpartition("/")[2])))
