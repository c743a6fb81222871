"""The images of a curation and their masks, checked before use.

An image ``NAME.jpg`` (or png, webp) has its masks beside it in ``NAME.json``, in the form of SA-1B:
``{"annotations": [{"id": ..., "segmentation": {"size": [height, width], "counts": ...}, ...}, ...]}``. A mask that
cannot be used costs that mask; an image or a file that cannot be read costs that image. Both are named. The tar shards
of SA-1B are read where they are: ``sa_000000.tar/sa_1.jpg`` is a member, and nothing is ever extracted.
"""

from __future__ import annotations

import io
import json
import os
import re
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from ..errors import InvalidInputError
from ..masks.rle import MaskRle, encode_runs
from ..masks.tree import build_mask_tree
from ..runtime.arrays import ByteArray
from ..user_files.sa1b.files import Place, shard_places

__all__ = ["IMAGE_SUFFIXES", "AnnotatedImage", "find_images", "image_id_of", "read_annotated_image"]

IMAGE_SUFFIXES: Final = (".jpg", ".jpeg", ".png", ".webp")
MOST_PIXELS: Final = 100_000_000
MOST_JSON_BYTES: Final = 256_000_000
MOST_MASKS: Final = 100_000
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_POINTER: Final = re.compile(r"/(\d+)")


@dataclass(frozen=True, eq=False)
class AnnotatedImage:
    """An image and those of its masks that can be used.

    Attributes:
        path: the image file.
        image_id: its name without the suffix.
        height, width: pixels, from the file's header.
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
        from PIL import Image

        with _refusing_bad_images(self.path), Image.open(_source_of(self.path), formats=_FORMATS) as image:
            if (image.height, image.width) != (self.height, self.width):
                raise ValueError("it was changed while it was read")
            return np.asarray(image.convert("RGB"))

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

    Args:
        folder: where to look.
        problems: a line is added for every tar shard that cannot be read.
    """
    entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
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


def read_annotated_image(path: Path) -> AnnotatedImage:
    """Read an image's header and the masks beside it.

    Raises:
        InvalidInputError: the image or the JSON file cannot be used at all.
    """
    height, width = _read_size(path)
    annotations = _read_annotations(path.with_suffix(".json"))
    good: list[dict[str, Any]] = []
    problems: list[str] = []
    seen: set[str] = set()
    for index, annotation in enumerate(annotations):
        problem = _problem_of(annotation, height, width, seen)
        if problem is None:
            seen.add(str(annotation["id"]))
            mask = _compressed(annotation["segmentation"])
            problem = mask if isinstance(mask, str) else None
            good += [] if problem else [{**annotation, "id": str(annotation["id"]), "segmentation": mask}]
        if problem:
            problems.append(f"annotation {index}: {problem}")
    good, undecodable = _decodable(good)
    return AnnotatedImage(path, path.stem, height, width, good, [*problems, *undecodable])


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


@contextmanager
def _refusing_bad_images(path: Path) -> Iterator[None]:
    from PIL import Image

    try:
        yield
    except InvalidInputError:
        raise
    except FileNotFoundError:
        raise InvalidInputError(str(path), ["the image is not there"]) from None
    except Image.DecompressionBombError as error:
        raise InvalidInputError(str(path), [f"not opened: {error}"]) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise InvalidInputError(str(path), [f"not a whole JPEG, PNG or WebP image: {error}"]) from error


def _read_size(path: Path) -> tuple[int, int]:
    """Height and width from the header, without decoding."""
    from PIL import Image

    with _refusing_bad_images(path), Image.open(_source_of(path), formats=_FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise ValueError(f"{image.width} x {image.height} pixels; more than {MOST_PIXELS:,} are not opened")
        return image.height, image.width


def _read_annotations(path: Path) -> list[Any]:
    try:
        source = _source_of(path)
        size = source.getbuffer().nbytes if isinstance(source, io.BytesIO) else source.stat().st_size
        if size > MOST_JSON_BYTES:
            raise InvalidInputError(str(path), [f"{size:,} bytes: more than {MOST_JSON_BYTES:,}"])
        document = json.loads(source.getvalue() if isinstance(source, io.BytesIO) else source.read_bytes())
    except FileNotFoundError:
        raise InvalidInputError(str(path), ["no masks: the file is not there"]) from None
    except (ValueError, RecursionError, OSError) as error:
        if isinstance(error, InvalidInputError):
            raise
        raise InvalidInputError(str(path), [f"not a JSON document: {error}"]) from error
    annotations = document.get("annotations") if isinstance(document, dict) else document
    if not isinstance(annotations, list):
        raise InvalidInputError(str(path), ['expected {"annotations": [...]}, as in SA-1B'])
    if len(annotations) > MOST_MASKS:
        raise InvalidInputError(str(path), [f"{len(annotations):,} masks: more than {MOST_MASKS:,}"])
    return annotations


def _problem_of(annotation: Any, height: int, width: int, seen: set[str]) -> str | None:
    """What makes a mask useless, before its counts are decoded."""
    if not isinstance(annotation, Mapping):
        return f"expected an object, found {type(annotation).__name__}"
    own = annotation.get("id")
    if isinstance(own, bool) or not isinstance(own, int | str) or not re.fullmatch(r"[\w.:-]{1,100}", str(own)):
        return f"id: expected a number or a short text without spaces and slashes, found {str(own)[:50]!r}"
    if str(own) in seen:
        return f"id {own!r} comes twice; the first stays"
    mask = annotation.get("segmentation")
    if not isinstance(mask, Mapping) or not {"size", "counts"} <= mask.keys():
        return f"id {own!r}: segmentation: expected an object with size and counts"
    size = mask["size"]
    if not isinstance(size, list) or any(type(side) is not int for side in size) or size != [height, width]:
        return f"id {own!r}: a mask of size {str(size)[:50]} in an image of size {[height, width]}"
    return None


def _compressed(mask: Mapping[str, Any]) -> MaskRle | str:
    """The mask in COCO's compressed form; the problem as text if it is not even a list of runs."""
    counts = mask["counts"]
    height, width = mask["size"]
    if isinstance(counts, str):
        return MaskRle(size=[height, width], counts=counts)
    if not isinstance(counts, list) or any(type(count) is not int or count < 0 for count in counts):
        return "counts: expected text, or a list of run lengths"
    if sum(counts) != height * width:
        return f"counts: the runs sum to {sum(counts):,}, the image has {height * width:,} pixels"
    return encode_runs(counts, height, width)


def _decodable(annotations: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """The annotations whose counts can be decoded, and what is wrong with the others."""
    try:
        build_mask_tree(annotations)
    except InvalidInputError as error:
        problems = [re.sub(r"^/\d+/?", "annotation: ", problem) for problem in error.problems]
        bad = {int(match[1]) for problem in error.problems if (match := _POINTER.match(problem))}
        return [annotation for index, annotation in enumerate(annotations) if index not in bad], problems
    return annotations, []
