"""The config ``sa1b``: captions joined with files, image by image."""

from __future__ import annotations

import functools
import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ...errors import InvalidInputError, UnknownNameError
from ...runtime.cache import atomic_file, cache_root
from ...runtime.fingerprint import code_digest
from .captions import caption_files, files_sha256, read_captions
from .files import find_files
from .options import Sa1bOptions
from .rows import CaptionedImage, read_rows

__all__ = ["Sa1bSource", "content_key"]

logger = logging.getLogger(__name__)
_HINT = 'Complete the data, or leave these captions out with a warning: on_missing="skip".'


def content_key(options: Sa1bOptions) -> str:
    """16 digits that change with the captions or with the code that makes rows of them."""
    digest = hashlib.sha256(files_sha256(caption_files(options.captions)).encode())
    here = Path(__file__).parent
    masks = here.parents[1] / "masks"
    digest.update(code_digest([here, masks / "tree.py", masks / "column_runs.py"]).encode())
    return digest.hexdigest()[:16]


class Sa1bSource:
    """Captions of SA-1B regions and the user's SA-1B (see `Sa1bOptions`). A shard is one image.

    Without a data_dir there is one shard that raises when it is read, so that splits can be listed without data.
    """

    splits: tuple[str, ...] = ("train",)

    def __init__(self, options: Sa1bOptions) -> None:
        self.options = options

    def prepare(self, split: str) -> None:
        """Check all captions against the data, once, and copy the captioned JPEGs of tar shards to the cache.

        Raises:
            InvalidInputError: images, masks or shards that are missing or cannot be used, all of them.
        """
        self._check_split(split)
        self._report(self._problems_of_images())
        for image in self._joined[0]:
            image.picture_file()

    def shards(self, split: str) -> list[CaptionedImage | None]:
        """Every image that has captions and is in the data; what is not is named and counted.

        Raises:
            InvalidInputError: images or shards that are missing, all of them.
        """
        self._check_split(split)
        if self.options.data_dir is None:
            return [None]
        images, problems = self._joined
        self._report(problems)
        return list(images)

    def rows(self, shard: CaptionedImage | None) -> Iterator[dict[str, Any]]:
        """Rows of one image, which is a file: the user's own, or a copy in the cache if it is in a tar shard."""
        yield from self._rows(shard, CaptionedImage.picture_file, logging.DEBUG)

    def stream_rows(self, shard: CaptionedImage | None) -> Iterator[dict[str, Any]]:
        """Rows of one image; one in a tar shard is given as bytes, and nothing is written."""
        yield from self._rows(shard, CaptionedImage.picture_bytes, logging.WARNING)

    def _rows(
        self, shard: CaptionedImage | None, picture: Callable[[CaptionedImage], Any], level: int
    ) -> Iterator[dict[str, Any]]:
        if shard is None:
            _ = self.options.folder  # raises: no data_dir
            return
        rows, problems = _read(shard)
        if problems and self.options.on_missing == "error":
            raise InvalidInputError(f"{self.options.data_dir} (image {shard.image_id})", problems, _HINT)
        for problem in problems:
            logger.log(level, "left out: %s", problem)
        given = picture(shard) if rows else None
        for row in rows:
            yield {"image_file": given, **row}

    def _check_split(self, split: str) -> None:
        if split not in self.splits:
            raise UnknownNameError("split", split, self.splits)

    @functools.cached_property
    def _joined(self) -> tuple[list[CaptionedImage], list[str]]:
        """The images whose files are there, and what is wrong with the others."""
        folder = self.options.folder
        captions = read_captions(caption_files(self.options.captions))
        places, shards, problems = find_files(
            folder, {f"{name}.{kind}" for name in captions for kind in ("jpg", "json")}
        )
        problems = [f"shard {problem}" for problem in problems]
        if not places and not shards and not problems:
            problems = [
                f"neither an image of the captions (such as {next(iter(captions), 'sa_1')}.jpg) nor a .tar in it"
            ]
            raise InvalidInputError(str(folder), problems, "Name the folder that holds SA-1B.")
        images = []
        for image_id, masks in captions.items():
            picture, annotations = places.get(f"{image_id}.jpg"), places.get(f"{image_id}.json")
            if picture is not None and annotations is not None:
                regions = tuple((mask_id, tuple(texts)) for mask_id, texts in masks.items())
                images.append(CaptionedImage(image_id, picture, annotations, regions))
                continue
            kinds = " and ".join(kind for kind, place in ((".jpg", picture), (".json", annotations)) if place is None)
            problems.append(f"image {image_id}: no {kinds} ({len(masks):,} captioned regions)")
        return images, problems

    def _problems_of_images(self) -> list[str]:
        """Everything wrong with the data; kept in the cache, as it takes reading all annotations."""
        from tqdm import tqdm

        images, problems = self._joined
        state = hashlib.sha256(content_key(self.options).encode())
        for image in images:
            state.update(repr((image.image_id, image.picture, image.annotations)).encode())
        kept = cache_root() / "sa1b" / "checked" / f"{state.hexdigest()[:24]}.json"
        if kept.is_file():
            return [*problems, *json.loads(kept.read_bytes())]
        found: list[str] = []
        for image in tqdm(images, desc="Checking SA-1B", unit="image", disable=None):
            found += _read(image)[1]
        if not found or self.options.on_missing == "skip":
            with atomic_file(kept) as temporary:
                temporary.write_text(json.dumps(found), encoding="utf-8")
        return [*problems, *found]

    def _report(self, problems: list[str]) -> None:
        if not problems:
            return
        kinds = {
            kind: sum(problem.startswith(f"{kind} ") for problem in problems) for kind in ("shard", "image", "mask")
        }
        counted = ", ".join(f"{count:,} {kind}{'s' if count != 1 else ''}" for kind, count in kinds.items() if count)
        error = InvalidInputError(f"{self.options.data_dir} ({counted} missing or unusable)", problems, _HINT)
        if self.options.on_missing == "error":
            raise error
        logger.warning("left out: %s", str(error).rpartition("\n")[0])


def _read(image: CaptionedImage) -> tuple[list[dict[str, Any]], list[str]]:
    """The rows of an image, and what is wrong with it."""
    try:
        rows, missing = read_rows(image)
    except (InvalidInputError, OSError) as error:
        return [], [
            f"image {image.image_id}: {' '.join(str(error).split())} ({len(image.captions):,} captioned regions)"
        ]
    return rows, [f"mask {image.image_id}/{mask_id}: no annotation has this id" for mask_id in missing]
