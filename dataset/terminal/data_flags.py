"""How every command asks which data is meant: ``--config``, ``--split``, ``--data-option``, ``--images``."""

from __future__ import annotations

from typing import Annotated, Final

import typer

__all__ = ["DATA_OPTION", "DataConfig", "DataPairs", "DataSplit", "FirstImages"]

DATA_OPTION: Final = "--data-option"

DataConfig = Annotated[
    str,
    typer.Option(
        "--config", help="A config of the dataset card, such as scenes, rooms, photos, refoi, or folder: your own rows."
    ),
]
DataSplit = Annotated[str, typer.Option("--split", help="A split of the config.")]
DataPairs = Annotated[list[str] | None, typer.Option(DATA_OPTION, help="NAME=VALUE, of the config (repeat).")]
FirstImages = Annotated[int | None, typer.Option("--images", min=1, help="Only the first N images.")]
