"""Write predictions: ``python -m baselines.predict NAME --config scenes --split test --out predictions.jsonl``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from dataset.cache import atomic_file
from dataset.errors import UnknownNameError, UrecaError
from dataset.regions import load_images

from .trivial import TRIVIAL

__all__ = ["write_predictions"]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
_terminal = Console(stderr=True)


def write_predictions(predictions: Iterable[Mapping[str, str]], out: Path) -> int:
    """Write ``{"region_id", "caption"}`` lines; the file appears whole or not at all. Returns their number."""
    count = 0
    with atomic_file(out) as temporary, temporary.open("w", encoding="utf-8") as lines:
        for prediction in predictions:
            lines.write(json.dumps(dict(prediction), ensure_ascii=False) + "\n")
            count += 1
    return count


def _predict(name: str, config: str, split: str) -> Iterable[Mapping[str, str]]:
    if name not in TRIVIAL:
        raise UnknownNameError("captioner", name, TRIVIAL)
    captioner = TRIVIAL[name]
    images = list(load_images(config, split))
    for image, regions in track(images, "Captioning", console=_terminal, disable=not _terminal.is_terminal):
        for region, caption in zip(regions, captioner(image, regions), strict=True):
            yield {"region_id": region.region_id, "caption": caption}


@app.command()
def main(
    name: Annotated[str, typer.Argument(help=f"Captioner: {', '.join(TRIVIAL)}.")],
    config: Annotated[str, typer.Option(help="scenes or photos.")] = "scenes",
    split: Annotated[str, typer.Option(help="A split of the config.")] = "test",
    out: Annotated[Path, typer.Option(help="JSONL file to write.")] = Path("predictions.jsonl"),
) -> None:
    """Caption every region of a split with a built-in captioner."""
    try:
        count = write_predictions(_predict(name, config, split), out)
    except UrecaError as error:
        _terminal.print(f"[bold red]error[/]: {error}", highlight=False)
        raise typer.Exit(2) from None
    _terminal.print(f"{count:,} captions written to {out}", highlight=False)


if __name__ == "__main__":
    app()
