"""Rooms of a secret, as `dataset.scenes.hidden` has scenes: whoever draws them needs Blender's module."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from ..scenes.hidden import HiddenScene, hidden_names, hide, keyed
from .facts.regions import world_of
from .generate import check_tools, draw_negative
from .negatives import read_negative
from .options import RoomsOptions

__all__ = ["draw_hidden_rooms"]


def draw_hidden_rooms(secret: bytes, name: str, images: int, resolution: int = 512) -> Iterator[HiddenScene]:
    """Render the rooms of a secret, half a minute of one thread each, in an order that reveals nothing.

    The same secret gives the same rooms with the same release of Blender: colours are named from what it says that
    surfaces reflect.

    Args:
        secret: at least `dataset.scenes.hidden.FEWEST_SECRET_BYTES` random bytes.
        name: of the challenge: the same secret under another name gives other rooms.
        images: how many rooms.
        resolution: side of the images in pixels.

    Raises:
        InvalidInputError: the secret is too short.
        MissingDependencyError: bpy or the packs of furniture are not installed.
    """
    names = hidden_names(secret, name, images)
    check_tools()
    for image_id, index in names:
        yield _draw(secret, name, index, image_id, resolution)


@dataclass(frozen=True)
class _HiddenOptions(RoomsOptions):
    """How one hidden room is drawn: seed and name come from the secret, not from split and number."""

    secret_seed: int = 0
    name: str = ""

    def __post_init__(self) -> None:
        RoomsOptions(self.seed, self.resolution, self.samples)

    def room_seed(self, split: str, index: int) -> int:
        del split, index
        return self.secret_seed

    def image_id(self, split: str, index: int) -> str:
        del split, index
        return self.name


def _draw(secret: bytes, name: str, index: int, image_id: str, resolution: int) -> HiddenScene:
    from PIL import Image

    seed = keyed(secret, name, "room", index)
    with TemporaryDirectory(prefix="ureca-hidden-") as folder:
        options = _HiddenOptions(resolution=resolution, secret_seed=seed, name=image_id)
        draw_negative(Path(folder), "test", index, options)
        negative = read_negative(Path(folder) / f"{image_id}.npz")
        with Image.open(Path(folder) / f"{image_id}.jpg") as picture:
            image = np.asarray(picture.convert("RGB"))
    world, masks = world_of(negative)
    return hide(secret, name, index, image_id, image, world, masks)
