"""Configs of other data sets: annotations joined with the user's images, image by image."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import InvalidInputError
from .benchmarks.instances import instance_images
from .benchmarks.region_lists import listed_regions
from .data_options import InstancesOptions, RefcocogOptions, RegionListOptions, VisualGenomeOptions
from .described_image import DescribedImage, read_rows
from .files import ImageFiles, file_name
from .source import Joined, UserDataSource
from .splits import ListedImage, refcocog_images, visual_genome_images

__all__ = ["ForeignSource"]

_Options = RefcocogOptions | VisualGenomeOptions | InstancesOptions


class ForeignSource(UserDataSource[_Options, DescribedImage]):
    """Another data set in the user's own files."""

    def join(self, split: str) -> Joined:
        """The images of a split, from annotations and folder."""
        listed, unusable = _listed_images(self.options, split, self.content_key())
        names = {image.file_name: None for image in listed}
        files, wrong = ImageFiles(self.options.folder, set(map(file_name, names))).find_all(names)
        boxes_only = isinstance(self.options, VisualGenomeOptions)
        images, problems = [], list(unusable)
        for image in listed:
            if image.file_name in files:
                file = str(files[image.file_name])
                images.append(
                    DescribedImage(image.image_id, file, image.size, image.regions, boxes_only, self.options.frame)
                )
            else:
                problems.append(f"image {image.image_id}: {wrong[image.file_name]} ({len(image.regions):,} regions)")
        return Joined(images, problems)

    def read_image(self, image: DescribedImage) -> tuple[list[dict[str, Any]], list[str]]:
        """The rows of an image, and what is wrong with it."""
        try:
            return read_rows(image)
        except InvalidInputError as error:
            what = f"{Path(image.file).name} {'; '.join(error.problems)}"
            return [], [f"image {image.image_id}: {what} ({len(image.regions):,} regions)"]

    def file_of(self, image: DescribedImage) -> str:
        """The user's own file."""
        return image.file

    def annotations_state(self) -> str:
        """Options, and place, size and time of the annotation files."""
        states: list[Any] = [self.options]
        for name in (*self.options.needed_files, *self.options.optional_files):
            file = self.options.folder / name
            state = file.stat() if file.is_file() else None
            states.append((name, state and (state.st_size, state.st_mtime_ns)))
        return repr(states)


@functools.lru_cache(maxsize=1)  # the same split is needed several times in a row, and parsing takes long
def _listed_images(options: _Options, split: str, _content: str) -> tuple[list[ListedImage], list[str]]:
    """The images of a split, and what is left out of it; changed files have another content key: they are read anew."""
    left_out: list[str] = []
    return _each_once(_read_images(options, split, left_out), left_out), left_out


def _read_images(options: _Options, split: str, left_out: list[str]) -> list[ListedImage]:
    """The images of a split as its files list them."""
    folder = options.folder
    if isinstance(options, RefcocogOptions):
        refs = folder / f"refs({options.refs}).p"
        return refcocog_images(refs, folder / "instances.json", split, left_out)
    if isinstance(options, InstancesOptions):
        read = listed_regions if isinstance(options, RegionListOptions) else instance_images
        return read(folder / options.annotations, left_out)
    sizes, splits = (folder / name for name in options.optional_files)
    return visual_genome_images(
        folder / "region_descriptions.json",
        sizes if sizes.is_file() else None,
        splits if splits.is_file() else None,
        split,
        left_out,
    )


def _each_once(images: Sequence[ListedImage], left_out: list[str]) -> list[ListedImage]:
    """Images without the regions whose ids have come before, which are named."""
    seen: set[str] = set()
    once = []
    for image in images:
        regions = []
        for described in image.regions:
            name = described.region.region_id
            if name in seen:
                left_out.append(f"region {name}: is there again")
            else:
                regions.append(described)
            seen.add(name)
        once += [replace(image, regions=tuple(regions))] if regions else []
    return once
