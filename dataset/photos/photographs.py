"""The photographs: where each comes from, under which licence, and its annotated regions.

The pictures are in ``pictures``, bytes as scikit-image, scikit-learn and Matplotlib ship them, and are kept as PNG in
the cache so that prepared data does not point into an environment that may go away.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import DataUnavailableError
from ..runtime.cache import atomic_file, cache_root
from ..schema import Region

__all__ = ["PHOTOGRAPHS", "Photograph", "read_rows"]


@dataclass(frozen=True)
class Photograph:
    """One photograph of the ``photos`` config.

    Attributes:
        image_id: also the name of its annotation file.
        file_name: of the picture, in the folder ``pictures``.
        licence: licence or public-domain statement.
        attribution: author and source, as the licence requires.
        pixels_sha256: SHA-256 of the RGB pixels the annotations were made on.
    """

    image_id: str
    file_name: str
    licence: str
    attribution: str
    pixels_sha256: str

    def cached_png(self) -> Path:
        """Path of the picture as RGB PNG in the cache, written on first use.

        Raises:
            DataUnavailableError: the picture is missing or is not the annotated one.
        """
        target = cache_root() / "photos" / f"{self.image_id}-{self.pixels_sha256[:12]}.png"
        if not target.exists():
            self._write_png(target)
        return target

    def _write_png(self, target: Path) -> None:
        from PIL import Image

        source = _PICTURES / self.file_name
        if not source.is_file():
            raise DataUnavailableError(
                f"the photograph {self.image_id!r} is read from {source}, which is not there. {_REINSTALL}"
            )
        with Image.open(source) as picture:
            rgb = picture.convert("RGB")
        digest = hashlib.sha256(rgb.tobytes()).hexdigest()
        if digest != self.pixels_sha256 and source.suffix != ".jpg":
            # JPEG decoders may differ in the last bit; a lossless file may not differ at all.
            raise DataUnavailableError(
                f"{source} is not the annotated picture: expected pixels {self.pixels_sha256[:12]}, "
                f"found {digest[:12]}. {_REINSTALL}"
            )
        with atomic_file(target) as temporary:
            rgb.save(temporary, format="PNG")

    def regions(self) -> list[dict[str, Any]]:
        """The annotated regions as stored: id, parent, granularity, category, mask, short_caption, captions."""
        return list(_annotations(self.image_id)["regions"])


_PICTURES = Path(__file__).parent / "pictures"
_REINSTALL = "Install this package again with: pip install --force-reinstall --no-deps ureca"
_CC0 = "CC0-1.0"
_PUBLIC_DOMAIN = "public domain (NASA)"
_CC_BY = "CC-BY-2.0"

PHOTOGRAPHS: tuple[Photograph, ...] = (
    Photograph(
        "astronaut",
        "astronaut.png",
        _PUBLIC_DOMAIN,
        "NASA (portrait of Eileen Collins); from scikit-image",
        "a8c429c18afa7b0fd5673e598d73a21225d94c864a71bbb3885126fdecb41071",
    ),
    Photograph(
        "camera",
        "camera.png",
        _CC0,
        "Lav Varshney; from scikit-image",
        "13e2b4aa92cb1649b4aac5a4d48b38a8ea3a18b86e8abdf5a4871abf24c9d038",
    ),
    Photograph(
        "chelsea",
        "chelsea.png",
        _CC0,
        "Stefan van der Walt; from scikit-image",
        "416b729128bfb2c3d1eb69bf9b1734a796293abc17939267b2dc94f8a5784031",
    ),
    Photograph(
        "china",
        "china.jpg",
        _CC_BY,
        "danielbuechele (flickr.com/photos/danielbuechele/6061409035); from scikit-learn",
        "e701459344fd69797154c91add3bb5d70e5ed1a61d8bed889bab3a796104698d",
    ),
    Photograph(
        "coffee",
        "coffee.png",
        _CC0,
        "Rachel Michetti, courtesy of Pikolo Espresso Bar; from scikit-image",
        "0ce2b51640b9c95f19617f03eabf40c3f0368589cc1ee1190b70966165ac184f",
    ),
    Photograph(
        "flower",
        "flower.jpg",
        _CC_BY,
        "vultilion (flickr.com/photos/vultilion/6056698931); from scikit-learn",
        "3202904ed246795bf616c66d7859cd7c6080eff736c6e38dc5cc62779742033f",
    ),
    Photograph(
        "grace_hopper",
        "grace_hopper.jpg",
        "public domain (U.S. Navy)",
        "James S. Davis, U.S. Navy; from Matplotlib",
        "f7f982de68dd296af67ee51b2a95a2e5658f7bf064c6536520b66bae8d01fc34",
    ),
    Photograph(
        "rocket",
        "rocket.jpg",
        "public domain (SpaceX)",
        "SpaceX; from scikit-image",
        "3d4435cc745752b7f9724df88c6e18817de3ce7e3d2d71c55f85f7831e68f197",
    ),
)
"""The photographs of split ``test`` in order."""


@cache
def _annotations(image_id: str) -> Any:
    return json.loads((Path(__file__).parent / f"{image_id}.json").read_text(encoding="utf-8"))


def read_rows(photograph: Photograph) -> Iterator[dict[str, Any]]:
    """Region rows of one photograph, with ``image_file`` instead of the image."""
    image_file = str(photograph.cached_png())
    image_id = photograph.image_id
    depth: dict[str | None, int] = {None: 0}
    for stored in photograph.regions():
        depth[stored["id"]] = depth[stored["parent"]] + 1
        region = Region(
            region_id=f"{image_id}/{stored['id']}",
            image_id=image_id,
            captions=tuple(stored["captions"]),
            parent_id=None if stored["parent"] is None else f"{image_id}/{stored['parent']}",
            depth=depth[stored["id"]],
            granularity=stored["granularity"],
            category=stored["category"],
            short_caption=stored["short_caption"],
            slice="standard",
        )
        yield {"image_file": image_file, **region.with_mask(stored["mask"]).to_row()}
