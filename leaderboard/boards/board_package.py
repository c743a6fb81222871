"""What submitters of a public board caption, as one file: its images, and its regions without their captions."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final

from dataset.errors import NotAllowedError
from dataset.loading.regions import data_sha256
from dataset.runtime.cache import atomic_file

from ..storage.store import Store
from .board import CHALLENGE, find_board
from .challenge_files import ZIP_DATE, region_lines

__all__ = ["board_package"]

_README: Final = """\
{title}: {images:,} images, {regions:,} regions.

images/          the pictures, named by image_id
regions.jsonl    one region a line: {{"region_id", "image_id", "mask": {{"size": [h, w], "counts": COCO RLE}}}}

Write one line for every region, {{"region_id": ..., "caption": ...}}, and submit the file to the board {name}.
Each caption should hold for its region and for no other region of the image.
"""


def board_package(store: Store, name: str) -> Path:
    """A zip file with everything that is captioned; made on first use and kept in ``<data_dir>/packages``.

    Raises:
        UnknownNameError: there is no such board.
        NotAllowedError: the board is a challenge, which has a package of its own.
    """
    board = find_board(store, name)
    if board.config == CHALLENGE:
        raise NotAllowedError(f"{board.title} is a challenge: its package is challenges/{name}/package.zip")
    data = board.data()
    path = store.folder / "packages" / f"{name}-{data_sha256(data.regions)[:16]}.zip"
    if path.is_file():
        return path
    images = data.images() or {}
    readme = _README.format(title=board.title, images=len(images), regions=len(data.regions), name=name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(path) as temporary, zipfile.ZipFile(temporary, "w") as package:
        package.writestr(zipfile.ZipInfo("README.txt", ZIP_DATE), readme)
        regions = zipfile.ZipInfo("regions.jsonl", ZIP_DATE)
        package.writestr(regions, region_lines(data.regions), compress_type=zipfile.ZIP_DEFLATED)
        for image_id, file in images.items():
            picture = zipfile.ZipInfo(f"images/{image_id}{file.suffix}", ZIP_DATE)
            package.writestr(picture, file.read_bytes())  # compressed already
    return path
