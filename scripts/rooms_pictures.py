"""The pictures of rooms in README and docs/rooms.md: ``python scripts/rooms_pictures.py``.

``docs/figures/rooms-regions.jpg`` has chosen regions with their captions, ``rooms.jpg`` sixteen test images.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from baselines import open_image
from dataset.inspection.pictures import sheet_of_regions
from dataset.loading.regions import load_images
from dataset.masks.rle import decode_mask

FIGURES = Path(__file__).resolve().parents[1] / "docs" / "figures"
REGIONS = ("22/30", "34/51", "46/38", "194/30", "186/30", "186/60", "194/94", "46/165")
SHEET = (1, 186, 6, 22, 25, 34, 43, 11, 203, 100, 105, 28, 202, 194, 46, 112)
SIDE = 320


def main() -> None:
    """Draw both."""
    images = {int(path.stem.rpartition("-")[2]): (path, regions) for path, regions in load_images("rooms", "test")}
    panels = []
    for number, region_id in (name.split("/") for name in REGIONS):
        path, regions = images[int(number)]
        [region] = [each for each in regions if each.region_id.endswith(f"/{region_id}")]
        if region.mask is None:
            raise ValueError(f"{region.region_id} has no mask to draw")
        lines = [region.granularity or "", region.caption]
        panels.append((np.asarray(open_image(path)), decode_mask(region.mask), lines))
    sheet_of_regions(panels).save(FIGURES / "rooms-regions.jpg", quality=88)
    columns = 4
    sheet = Image.new("RGB", (columns * SIDE, SIDE * len(SHEET) // columns))
    for place, number in enumerate(SHEET):
        picture = Image.open(images[number][0]).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        sheet.paste(picture, (place % columns * SIDE, place // columns * SIDE))
    sheet.save(FIGURES / "rooms.jpg", quality=82)


if __name__ == "__main__":
    main()
