"""Any config as training shards: ``python -m baselines.training.convert --config photos --split test --out DIR``.

It needs the project as installed; the shards need numpy alone. Your own rows are ``--config folder --data-option
data_dir=FOLDER``. Scenes are drawn into shards directly, and faster, by `baselines.training.draw`.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from dataset.errors import InvalidInputError
from dataset.loading.regions import data_sha256, load_images
from dataset.masks.rle import decode_mask
from dataset.runtime.interpreter import typed_command
from dataset.runtime.progress import progress_bar
from dataset.schema import Region
from dataset.terminal import CommandLine, DataConfig, DataPairs, DataSplit, FirstImages, config_options, terminal

from ..inputs import open_image
from .shards import SceneExample, Scenes, begin_shards, end_shards, shard_spans, write_shard

__all__ = ["convert_config", "example_of"]

app = CommandLine()


def convert_config(
    out: Path,
    config: str,
    split: str,
    *,
    images: int | None = None,
    data_options: Mapping[str, Any] | None = None,
    command: str = "",
) -> Scenes:
    """Write the images of a split into a folder of shards; shards that exist are kept.

    Args:
        out: the folder.
        config: of any data; "scenes" too, but without what the listener needs.
        split: a split of the config.
        images: only the first images, this many.
        data_options: of the config, such as ``data_dir``.
        command: what to type to do this again, for the summary.

    Raises:
        UnknownNameError: no such config, split or option.
        InvalidInputError: a region without a mask, or `out` holds other images.
    """
    pairs = list(islice(load_images(config, split, **dict(data_options or {})), images))
    all_regions = [region for _, regions in pairs for region in regions]
    made_by = {"config": config, "split": split, "data_sha256": data_sha256(all_regions)}
    if not pairs:
        raise InvalidInputError(f"{config}/{split}", ["there are no images"])
    begin_shards(out, made_by, len(pairs), command)
    with progress_bar(title=f"Converting {config}/{split}", unit="image", total=len(pairs)) as bar:
        for first, count in shard_spans(len(pairs)):
            write_shard(out, first, count, ((example, None) for example in _examples(pairs[first : first + count])))
            bar.update(count)
    return end_shards(out)


def example_of(image_file: Path, regions: Sequence[Region]) -> SceneExample:
    """An image of a config with its regions.

    Raises:
        InvalidInputError: the image cannot be read, a mask is missing or of another size.
    """
    image = np.asarray(open_image(image_file))
    masks = np.zeros((len(regions), *image.shape[:2]), dtype=np.bool_)
    problems = []
    for mask, region in zip(masks, regions, strict=True):
        if region.mask is None:
            problems.append(f"{region.region_id} has no mask")
        elif tuple(region.mask["size"]) != image.shape[:2]:
            problems.append(f"{region.region_id}: expected a mask of {image.shape[:2]}, found {region.mask['size']}")
        else:
            mask[:] = decode_mask(region.mask)
    if problems:
        raise InvalidInputError(str(image_file), problems)
    return SceneExample.measured(regions[0].image_id, image, masks, regions)


def _examples(pairs: Sequence[tuple[Path, list[Region]]]) -> Iterator[SceneExample]:
    return (example_of(image_file, regions) for image_file, regions in pairs)


@app.command()
def main(
    config: DataConfig,
    split: DataSplit,
    out: Annotated[Path, typer.Option(help="Folder to write into.")],
    images: FirstImages = None,
    data_option: DataPairs = None,
) -> None:
    """Write the images of any config as training shards."""
    options = config_options(data_option)
    command = shlex.join(typed_command())
    scenes = convert_config(out, config, split, images=images, data_options=options, command=command)
    counts = f"{len(scenes):,} images with {int(scenes.region_counts.sum()):,} regions"
    terminal.print(f"{counts} in {out}", highlight=False)


if __name__ == "__main__":
    app()
