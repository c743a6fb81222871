"""``python -m benchmark.calibrate``: thresholds of uniqueness from a validation split, stored in the package."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from dataset import __version__
from dataset.errors import DataUnavailableError, check_name
from dataset.loading.regions import data_sha256, load_regions
from dataset.loading.sources import DEFAULT_CONFIG, WITH_WORLDS
from dataset.runtime.cache import atomic_file
from dataset.schema import Region
from dataset.terminal import CommandLine, terminal

from .metrics.uniqueness.similarity import EmbeddingSimilarity, LexicalSimilarity, Similarity
from .metrics.uniqueness.thresholds import PERCENTILE, calibrate, stored_file
from .text.corpus import Corpus

__all__ = ["app", "calibration"]

app = CommandLine()

_SPLIT = "validation"


@app.command()
def main(
    config: Annotated[str, typer.Option(help=" or ".join(WITH_WORLDS))] = DEFAULT_CONFIG,
    out: Annotated[Path | None, typer.Option(help="Where the thresholds go; default: into the package.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit code 1 if what is stored differs.")
    ] = False,
) -> None:
    """Calibrate on the validation split of a config. Takes as long as embedding its references takes."""
    check_name("config", config, WITH_WORLDS)
    out = out or stored_file(config)
    with terminal.status(f"calibrating on {config}/{_SPLIT}"):
        thresholds = calibration(config, load_regions(config, _SPLIT))
    text = json.dumps(thresholds, indent=2) + "\n"
    if check:
        same = out.is_file() and out.read_text(encoding="utf-8") == text
        typer.echo("the stored thresholds are up to date" if same else f"{out} is out of date: run without --check")
        raise typer.Exit(0 if same else 1)
    with atomic_file(out) as temporary:
        temporary.write_text(text, encoding="utf-8")
    typer.echo(text, nl=False)


def calibration(config: str, regions: list[Region]) -> dict[str, Any]:
    """The thresholds of both similarities with their provenance, as stored.

    Raises:
        MissingDependencyError: torch, transformers or the embedded weights are not installed.
    """
    corpus = Corpus(regions, {}, data_sha256=data_sha256(regions))
    similarities: tuple[Similarity, ...] = (LexicalSimilarity(), EmbeddingSimilarity())
    rows = []
    for similarity in similarities:
        error = similarity.unavailable()
        if error is not None:
            raise error
        thresholds = calibrate(similarity.vectors(corpus), corpus, "")
        if thresholds is None:
            raise DataUnavailableError(f"{config}/{_SPLIT} has too few regions to calibrate on")
        rows.append(
            {
                "similarity": similarity.signature,
                "near_duplicate": thresholds.near_duplicate,
                "correct": thresholds.correct,
                "config": config,
                "split": _SPLIT,
                "sha256": corpus.data_sha256,
                "regions": len(corpus),
                "images": int(corpus.image_numbers.max()) + 1,
            }
        )
    return {
        "command": "python -m benchmark.calibrate" + ("" if config == DEFAULT_CONFIG else f" --config {config}"),
        "version": __version__,
        "percentile": PERCENTILE,
        "thresholds": rows,
    }


if __name__ == "__main__":
    app()
