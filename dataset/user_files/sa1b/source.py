"""The config ``sa1b``: captions joined with files, image by image."""

from __future__ import annotations

import functools
from typing import Any

from ...errors import InvalidInputError
from ..data_options import Sa1bOptions
from ..source import Joined, UserDataSource
from .captioned_image import CaptionedImage, read_rows
from .captions import caption_files, files_sha256, read_captions
from .files import find_files

__all__ = ["Sa1bSource"]


class Sa1bSource(UserDataSource[Sa1bOptions, CaptionedImage]):
    """Captions of SA-1B regions and the user's SA-1B."""

    def prepare(self, split: str) -> None:
        """Check all captions against the data, once, and copy the captioned JPEGs of tar shards to the cache.

        Raises:
            InvalidInputError: images, masks or shards that are missing or cannot be used, all of them.
        """
        super().prepare(split)
        for image in self._joined.images:
            image.picture_file()

    def join(self, split: str) -> Joined:  # noqa: ARG002 - there is one split
        """The images of the captions, from captions and folder."""
        return self._joined

    def all_problems(self, split: str) -> list[str]:
        """Everything wrong with the data; of the images that are there it is kept in the cache."""
        images, problems = self.join(split)
        state = "".join(repr((image.image_id, image.picture, image.annotations)) for image in images)
        return [*problems, *self.checked_once(self.content_key() + state, lambda: self.problems_of_images(images))]

    def read_image(self, image: CaptionedImage) -> tuple[list[dict[str, Any]], list[str]]:
        """The rows of an image, and what is wrong with it."""
        try:
            return read_rows(image)
        except (InvalidInputError, OSError) as error:
            reason = " ".join(str(error).split())
            return [], [f"image {image.image_id}: {reason} ({len(image.captions):,} captioned regions)"]

    def file_of(self, image: CaptionedImage) -> str:
        """The user's own file, or a copy in the cache if it is in a tar shard."""
        return image.picture_file()

    def stream_file_of(self, image: CaptionedImage) -> dict[str, Any]:
        """The user's own file; one in a tar shard as bytes."""
        return image.picture_bytes()

    def annotations_state(self) -> str:
        """The captions' hash."""
        return files_sha256(caption_files(self.options.captions))

    @functools.cached_property
    def _joined(self) -> Joined:
        """The images whose files are there, and what is wrong with the others."""
        folder = self.options.folder
        unusable: list[str] = []
        skipping = self.options.on_missing == "skip"
        captions = read_captions(caption_files(self.options.captions), unusable if skipping else None)
        places, shards, problems = find_files(
            folder, {f"{name}.{kind}" for name in captions for kind in ("jpg", "json")}
        )
        problems = [*unusable, *(f"shard {problem}" for problem in problems)]
        if not places and not shards and len(problems) == len(unusable):
            problems = [
                f"neither an image of the captions (such as {next(iter(captions), 'sa_1')}.jpg) nor a .tar in it"
            ]
            raise InvalidInputError(str(folder), problems, "Name the folder that holds SA-1B.")
        images = []
        for image_id, masks in captions.items():
            picture, annotations = places.get(f"{image_id}.jpg"), places.get(f"{image_id}.json")
            if picture is not None and annotations is not None:
                regions = tuple((mask_id, tuple(texts)) for mask_id, texts in masks.items())
                images.append(CaptionedImage(image_id, picture, annotations, regions, self.options.frame))
                continue
            kinds = " and ".join(kind for kind, place in ((".jpg", picture), (".json", annotations)) if place is None)
            problems.append(f"image {image_id}: no {kinds} ({len(masks):,} captioned regions)")
        return Joined(images, problems)
