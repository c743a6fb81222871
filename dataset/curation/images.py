"""The images of a curation and their masks, checked before use.

An image ``NAME.jpg`` (or png, webp) has its masks beside it in ``NAME.json``, as SA-1B, SAM's ``amg.py`` and COCO write
them (see `dataset.user_files.annotations`); without it, in the folder ``NAME`` of pictures that ``amg.py`` writes by
default, or in the one COCO file of the folder that lists the image. A mask that cannot be used costs that mask; an
image or a file that cannot be read costs that image. Both are named. The tar shards of SA-1B are read where they are:
``sa_000000.tar/sa_1.jpg`` is a member, and nothing is ever extracted.

Image and masks are those of the picture as it is shown: turned as its EXIF data say.
"""

from __future__ import annotations

import functools
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..errors import InvalidInputError, UrecaError
from ..runtime.arrays import ByteArray
from ..runtime.compression import decompress
from ..user_files.annotations import read_annotations
from ..user_files.bitmaps import is_bitmap_folder, read_bitmaps
from ..user_files.frames import check_depth, opened_image, picture_of
from ..user_files.sa1b.files import Place, shard_places

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["IMAGE_SUFFIXES", "AnnotatedImage", "find_images", "image_id_of", "read_annotated_image"]

IMAGE_SUFFIXES: Final = (".jpg", ".jpeg", ".png", ".webp")
MOST_JSON_BYTES: Final = 256_000_000
MOST_COCO_BYTES: Final = 2_000_000_000
_FORMATS: Final = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, eq=False)
class AnnotatedImage:
    """An image and those of its masks that can be used.

    Attributes:
        path: the image file.
        image_id: its name without the suffix.
        height, width: pixels of the picture as it is shown.
        annotations: ``id`` (text), ``segmentation``, and what else came with them.
        problems: one line for every mask left out.
    """

    path: Path
    image_id: str
    height: int
    width: int
    annotations: list[dict[str, Any]]
    problems: list[str]

    def read_pixels(self) -> ByteArray:
        """Decode the image: RGB, (height, width, 3), uint8.

        Raises:
            InvalidInputError: the file is not whole, or was changed.
        """
        from PIL import ImageOps

        with _opened(self.path) as image:
            check_depth(image, str(self.path))
            if picture_of(image).upright_size != (self.height, self.width):
                raise ValueError("it was changed while it was read")
            return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))

    @property
    def is_file(self) -> bool:
        """Whether the image is a file of its own, not a member of a tar shard."""
        return not _in_tar(self.path)

    def read_bytes(self) -> bytes:
        """The file's bytes, not decoded."""
        source = _source_of(self.path)
        return source.getvalue() if isinstance(source, io.BytesIO) else source.read_bytes()


def find_images(folder: Path, problems: list[str]) -> Iterator[str]:
    """Paths, relative to the folder, of all images in it, its subfolders and its tar shards, in sorted order.

    Folders of masks, as ``amg.py`` writes them, hold no images.

    Args:
        folder: where to look.
        problems: a line is added for every tar shard that cannot be read.
    """
    entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if is_bitmap_folder(Path(entry.path)):
                continue
            yield from (f"{entry.name}/{name}" for name in find_images(Path(entry.path), problems))
        elif entry.name.lower().endswith(IMAGE_SUFFIXES):
            yield entry.name
        elif entry.name.endswith(".tar"):
            try:
                places = _shard_places(Path(entry.path))
            except InvalidInputError as error:
                problems += [f"{entry.path}: {line}" for line in error.problems]
                continue
            yield from (f"{entry.name}/{name}" for name in sorted(places) if name.endswith(IMAGE_SUFFIXES))


def image_id_of(name: str) -> str:
    """The id of an image file: its name without folders and suffix."""
    return Path(name).stem


def read_annotated_image(path: Path, frame: str | None = None) -> AnnotatedImage:
    """Read an image's header and the masks beside it.

    Args:
        path: the image.
        frame: what the masks are made for, "stored" or "turned"; None to read it off their sizes.

    Raises:
        InvalidInputError: the image or the JSON file cannot be used at all, or it cannot be told whether the masks are
            made for the stored or for the turned picture.
    """
    with _opened(path) as image:
        picture = picture_of(image)
    masks_file, document, unreadable = _document_of(path)
    try:
        annotations, problems = read_annotations(document, picture, path.name, frame)
    except InvalidInputError as error:
        raise InvalidInputError(f"{path} and {masks_file.name}", error.problems) from None
    height, width = picture.upright_size
    return AnnotatedImage(path, path.stem, height, width, annotations, [*unreadable, *problems])


def _in_tar(path: Path) -> bool:
    return path.parent.suffix == ".tar" and path.parent.is_file()


def _source_of(path: Path) -> Path | io.BytesIO:
    """What can be opened: the file's path, or the bytes of the member of a tar shard."""
    if not _in_tar(path):
        return path
    place = _shard_places(path.parent).get(path.name)
    if place is None:
        raise FileNotFoundError(f"{path.parent} has no member {path.name}")
    return io.BytesIO(place.read())


def _shard_places(shard: Path) -> dict[str, Place]:
    try:
        return shard_places(shard)
    except (OSError, tarfile.TarError, ValueError) as error:
        raise InvalidInputError(str(shard), [f"not a whole tar shard: {error}"]) from error


def _opened(path: Path) -> AbstractContextManager[Image]:
    try:
        source = _source_of(path)
    except OSError as error:
        raise InvalidInputError(str(path), [f"the image cannot be read: {error}"]) from error
    return opened_image(source, str(path), _FORMATS)


def _document_of(path: Path) -> tuple[Path, Any, list[str]]:
    """The file or folder with the masks of an image, what is in it, and a line for each mask that cannot be read."""
    beside = path.with_suffix(".json")
    if _in_tar(path) or beside.is_file():
        return beside, _parsed(beside), []
    if is_bitmap_folder(path.with_suffix("")):
        return path.with_suffix(""), *read_bitmaps(path.with_suffix(""))
    for file in _coco_files(path.parent, path.parent.stat().st_mtime_ns):
        document = _coco_document(file, file.stat().st_mtime_ns)
        if _lists(document, path.name):
            return file, document, []
    problem = (
        f"no masks: neither {beside.name} beside it, nor a folder {path.stem} of amg.py, nor a COCO file in its folder "
        f"that lists {path.name}"
    )
    raise InvalidInputError(str(beside), [problem])


@functools.lru_cache(maxsize=64)
def _coco_files(folder: Path, _changed: int) -> tuple[Path, ...]:
    """The JSON files of a folder that do not belong to a single image."""
    names = {entry.name for entry in os.scandir(folder)}
    images = {Path(name).stem for name in names if name.lower().endswith(IMAGE_SUFFIXES)}
    return tuple(folder / name for name in sorted(names) if name.endswith(".json") and Path(name).stem not in images)


@functools.lru_cache(maxsize=2)
def _coco_document(path: Path, _changed: int) -> Any:
    return _parsed(path, MOST_COCO_BYTES)


def _lists(document: Any, file_name: str) -> bool:
    images = document.get("images") if isinstance(document, dict) else None
    return isinstance(images, list) and any(
        isinstance(image, dict) and str(image.get("file_name")).rpartition("/")[2] == file_name for image in images
    )


def _parsed(path: Path, most_bytes: int = MOST_JSON_BYTES) -> Any:
    try:
        source = _source_of(path)
        size = source.getbuffer().nbytes if isinstance(source, io.BytesIO) else source.stat().st_size
        if size > most_bytes:
            raise InvalidInputError(str(path), [f"{size:,} bytes: more than {most_bytes:,}"])
        content = source.getvalue() if isinstance(source, io.BytesIO) else source.read_bytes()
        return json.loads(decompress(content, str(path), most_bytes))
    except FileNotFoundError:
        raise InvalidInputError(str(path), ["no masks: the file is not there"]) from None
    except (ValueError, RecursionError, OSError) as error:
        if isinstance(error, UrecaError):
            raise
        raise InvalidInputError(str(path), [f"not a JSON document: {error}"]) from error
