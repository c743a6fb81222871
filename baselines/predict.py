"""Write predictions: ``python -m baselines.predict NAME --config scenes --split test --out predictions.jsonl``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from dataset import __version__
from dataset.loading.regions import data_sha256, load_images
from dataset.loading.sources import open_source
from dataset.runtime.fingerprint import content_hash
from dataset.schema import Region
from dataset.terminal import (
    CommandLine,
    DataConfig,
    DataPairs,
    DataSplit,
    FirstImages,
    check_outputs,
    config_options,
    read_pairs,
    terminal,
)

from .registry import captioner_names, check_captioner, open_captioner
from .resumable import answers_path, caption_regions

__all__ = ["predict"]

app = CommandLine()


def predict(
    name: str,
    out: Path,
    *,
    config: str = "scenes",
    split: str = "test",
    data_options: Mapping[str, Any] | None = None,
    limit_images: int | None = None,
    options: Mapping[str, Any] | None = None,
    seed: int = 0,
    device: str | None = None,
    skip_failed: bool = False,
) -> int:
    """Caption every region of a split; see `baselines.resumable.caption_regions` for what happens when it is killed.

    Args:
        name: see `baselines.open_captioner`; so are `options`, `seed` and `device`.
        out: JSONL file to write.
        config: one of `dataset.loading.sources.CONFIGS`.
        split: a split of the config.
        data_options: of the config, such as ``data_dir``.
        limit_images: caption only the first images, this many.
        options: of the captioner.
        seed: of random choices of the captioner.
        device: of a trained captioner.
        skip_failed: write the file without regions that have no caption.

    Returns:
        How many captions were written.

    Raises:
        UrecaError: of `load_images`, `open_captioner` and `caption_regions`.
    """
    check_captioner(name)
    check_outputs(out)
    data_options = dict(data_options or {})
    images = list(islice(load_images(config, split, **data_options), limit_images))
    all_regions = [region for _, regions in images for region in regions]
    protocol = open_source(config, data_options).protocol(split)
    identity = {
        "version": __version__,
        "config": config,
        "split": split,
        "data options": data_options,
        "images": len(images),
        "data": data_sha256(all_regions),
        "code of the data": content_hash(),
    }
    with (
        open_captioner(name, options, seed=seed, device=device, answers=answers_path(out)) as captioner,
        _progress(images) as advance,
    ):
        return caption_regions(
            captioner, images, out, identity, skip_failed=skip_failed, on_image=advance, protocol=protocol
        )


@contextmanager
def _progress(images: Sequence[tuple[Path, Sequence[Region]]]) -> Iterator[Callable[[int], None]]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("images, {task.fields[regions]:,} regions"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=terminal, disable=not terminal.is_terminal) as bar:
        task = bar.add_task("Captioning", total=len(images), regions=0)

        def advance(regions: int) -> None:
            bar.update(task, advance=1, regions=bar.tasks[0].fields["regions"] + regions)

        yield advance


@app.command(stopped="stopped; what is done is kept beside {out}: run the same command to resume")
def main(
    name: Annotated[str, typer.Argument(help=f"{', '.join(captioner_names())}, a folder, or a model of the hub.")],
    config: DataConfig = "scenes",
    split: DataSplit = "test",
    out: Annotated[Path, typer.Option(help="JSONL file to write.")] = Path("predictions.jsonl"),
    option: Annotated[list[str] | None, typer.Option(help="NAME=VALUE, of the captioner (repeat).")] = None,
    data_option: DataPairs = None,
    images: FirstImages = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the captioner's random choices.")] = 0,
    device: Annotated[str | None, typer.Option(help="Where a trained captioner runs: cpu, cuda, cuda:1 ...")] = None,
    skip_failed: Annotated[bool, typer.Option(help="Write the file without regions that have no caption.")] = False,
) -> None:
    """Caption every region of a split. Killed at any point, the same command resumes."""
    count = predict(
        name,
        out,
        config=config,
        split=split,
        data_options=config_options(data_option),
        limit_images=images,
        options=read_pairs(option or [], "--option"),
        seed=seed,
        device=device,
        skip_failed=skip_failed,
    )
    terminal.print(f"{count:,} captions written to {out}", highlight=False)


if __name__ == "__main__":
    app()
