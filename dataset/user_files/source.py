"""The configs ``refcocog`` and ``visual_genome``: annotations joined with the user's images, image by image."""

from __future__ import annotations

import functools
import hashlib
import json
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import InvalidInputError, UnknownNameError
from ..runtime.cache import atomic_file, cache_root
from ..runtime.fingerprint import code_digest
from .options import ForeignOptions, RefcocogOptions, VisualGenomeOptions
from .rows import DescribedImage, read_rows
from .sa1b.files import walk_files
from .splits import AnnotatedImage, refcocog_images, visual_genome_images

__all__ = ["ForeignSource", "content_key"]

logger = logging.getLogger(__name__)
_HINT = 'Complete the data, or leave these out with a warning: on_missing="skip".'


class _Joined(NamedTuple):
    """The images of a split whose files are there, and what is wrong with the others."""

    images: list[DescribedImage]
    problems: list[str]


def content_key(options: ForeignOptions) -> str:
    """16 digits that change with the annotation files (place, size, time) or with the code that makes rows of them."""
    digest = hashlib.sha256(repr(options).encode())
    for name in (*options.needed_files, *options.optional_files):
        file = options.folder / name
        state = file.stat() if file.is_file() else None
        digest.update(repr((name, state and (state.st_size, state.st_mtime_ns))).encode())
    digest.update(code_digest([Path(__file__).parent]).encode())
    return digest.hexdigest()[:16]


class ForeignSource:
    """Another data set in the user's own files (see `ForeignOptions`). A shard is one image.

    Without a data_dir every split has one shard that raises when it is read, so that splits can be listed without data.
    """

    def __init__(self, options: ForeignOptions) -> None:
        self.options = options
        self.splits: tuple[str, ...] = options.splits

    def prepare(self, split: str) -> None:
        """Check the images and regions of the split, once.

        Raises:
            InvalidInputError: images and regions that are missing or cannot be used, all of them.
        """
        self._check_split(split)
        self._report(self._all_problems(split))

    def shards(self, split: str) -> list[DescribedImage | None]:
        """Every image of the split that is in the data; what is not is named and counted.

        Raises:
            InvalidInputError: images that are missing, all of them.
        """
        self._check_split(split)
        if self.options.data_dir is None:
            return [None]
        images, problems = _join(self.options, split)
        self._report(problems)
        return list(images)

    def rows(self, shard: DescribedImage | None) -> Iterator[dict[str, Any]]:
        """Rows of one image, which is the user's own file.

        Raises:
            InvalidInputError: no data_dir; or, unless skipping, an image or regions that cannot be used.
        """
        if shard is None:
            _ = self.options.folder  # raises: no data_dir
            return
        rows, problems = _read(shard)
        if problems and self.options.on_missing == "error":
            raise InvalidInputError(f"{self.options.data_dir} (image {shard.image_id})", problems, _HINT)
        for problem in problems:
            logger.debug("left out: %s", problem)
        for row in rows:
            yield {"image_file": shard.file, **row}

    stream_rows = rows

    def _check_split(self, split: str) -> None:
        if split not in self.splits:
            raise UnknownNameError(f"split of config {self.options.config!r}:", split, self.splits)

    def _all_problems(self, split: str) -> list[str]:
        """Everything wrong with a split; kept in the cache, as it takes reading all annotations."""
        from tqdm import tqdm

        name = hashlib.sha256(f"{content_key(self.options)}:{split}".encode()).hexdigest()[:24]
        kept = cache_root() / "foreign" / "checked" / f"{name}.json"
        if kept.is_file():
            return list(json.loads(kept.read_bytes()))
        images, problems = _join(self.options, split)
        found = list(problems)
        for image in tqdm(images, desc=f"Checking {self.options.config}", unit="image", disable=None):
            found += _read(image)[1]
        if not found or self.options.on_missing == "skip":
            with atomic_file(kept) as temporary:
                temporary.write_text(json.dumps(found), encoding="utf-8")
        return found

    def _report(self, problems: list[str]) -> None:
        if not problems:
            return
        kinds = {kind: sum(problem.startswith(f"{kind} ") for problem in problems) for kind in ("image", "region")}
        counted = ", ".join(f"{count:,} {kind}{'s' if count != 1 else ''}" for kind, count in kinds.items() if count)
        error = InvalidInputError(f"{self.options.data_dir} ({counted} missing or unusable)", problems, _HINT)
        if self.options.on_missing == "error":
            raise error
        logger.warning("left out: %s", str(error).rpartition("\n")[0])


def _join(options: ForeignOptions, split: str) -> _Joined:
    annotated = _annotated_images(options, split, content_key(options))
    places = _find(options.folder, {image.file_name for image in annotated})
    boxes_only = isinstance(options, VisualGenomeOptions)
    images, problems = [], []
    for image in annotated:
        if image.file_name in places:
            file = places[image.file_name]
            images.append(DescribedImage(image.image_id, file, image.size, image.regions, boxes_only))
        else:
            problems.append(f"image {image.image_id}: no {image.file_name} ({len(image.regions):,} regions)")
    return _Joined(images, problems)


@functools.lru_cache(maxsize=1)  # the same split is asked for several times in a row, and parsing takes long
def _annotated_images(options: ForeignOptions, split: str, _content: str) -> list[AnnotatedImage]:
    """The images of a split; changed files have another content key, so they are read again."""
    folder = options.folder
    if isinstance(options, RefcocogOptions):
        return refcocog_images(folder / f"refs({options.refs}).p", folder / "instances.json", split)
    sizes, splits = (folder / name for name in options.optional_files)
    return visual_genome_images(
        folder / "region_descriptions.json",
        sizes if sizes.is_file() else None,
        splits if splits.is_file() else None,
        split,
    )


def _find(folder: Path, wanted: set[str]) -> Mapping[str, str]:
    """File name -> path of the first such file below the folder; the search ends when all are found."""
    places: dict[str, str] = {}
    for path in walk_files(folder):
        if len(places) == len(wanted):
            break
        if path.name in wanted:
            places.setdefault(path.name, str(path))
    return places


def _read(image: DescribedImage) -> tuple[list[dict[str, Any]], list[str]]:
    """The rows of an image, and what is wrong with it."""
    try:
        return read_rows(image)
    except InvalidInputError as error:
        return [], [f"image {image.image_id}: {' '.join(str(error).split())} ({len(image.regions):,} regions)"]
