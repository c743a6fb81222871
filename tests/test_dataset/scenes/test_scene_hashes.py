"""Protects reproducibility: the benchmark's scenes are the same arrays and the same words everywhere.

The hashes were equal on Python 3.11 / numpy 2.4 / numba 0.68, Python 3.12 / numpy 2.1 / numba 0.61 and Python 3.13 /
numpy 2.3 / numba 0.63. A change here changes the data, and with it every score: raise the version and say so in the
changelog.
"""

import hashlib
import json

import pytest

from dataset.scenes.options import ScenesOptions
from dataset.scenes.rows import draw
from dataset.scenes.words.describe import describe_scene

HASHES = {
    ("train", 0): ("a165deb123251869", "fd2742549678ce90"),
    ("validation", 2): ("b0f219bd15b620eb", "eaacfd170fb6a0ea"),
    ("test", 3): ("f3b586cc9ea0390a", "6cdb5955f98b5864"),
    ("test", 7): ("68d3ed053393479d", "0f04c311dd52776a"),
}
"""(split, index) -> hash of the image's array, hash of masks, world and captions; 16 digits of SHA-256 each."""


@pytest.mark.parametrize(("split", "index"), HASHES)
def test_scene_is_the_same_to_the_last_bit(split: str, index: int) -> None:
    options = ScenesOptions()
    image, world, masks = draw(options, split, index)
    descriptions, _ = describe_scene(world, options.scene_seed(split, index))
    words = json.dumps([world.to_dict(), [[d.region_id, d.references, d.short_caption] for d in descriptions]])
    pixels = hashlib.sha256(image.tobytes())
    rest = hashlib.sha256(words.encode() + b"".join(masks[region.id].tobytes() for region in world.regions))
    assert (pixels.hexdigest()[:16], rest.hexdigest()[:16]) == HASHES[split, index]
