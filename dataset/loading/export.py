"""The Hub-shaped folder: parquet files and a card, which `datasets` reads by path or from the Hub without our code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ..errors import InvalidInputError, check_name
from ..runtime.cache import atomic_file
from ..schema import features
from .sources import DEFAULT_CONFIG, EMBEDDED, Source, open_source

__all__ = ["export_folder"]

_CARD = "DATASET_CARD.md"


def export_folder(
    out: Path, configs: Sequence[str] | None = None, splits: Sequence[str] | None = None
) -> Iterator[Path]:
    """Write ``<config>/<split>-00000-of-00007.parquet`` and README.md; yields each file when it is written.

    Image bytes are in the files: every row has its image, and parquet stores repeated bytes of a row group once.

    Args:
        out: the folder; made if it does not exist, must be empty if it does.
        configs: which configs, by default all whose data is embedded.
        splits: which splits, all by default.

    Raises:
        InvalidInputError: the folder has other files in it.
        UnknownNameError: no such config or split.
    """
    if out.exists() and any(out.iterdir()):
        raise InvalidInputError(str(out), ["the folder is not empty"], "Name a new folder, or empty this one first.")
    parts: list[tuple[str, Source, list[str]]] = []
    for config in configs or EMBEDDED:
        source = open_source(config)
        parts.append((config, source, [split for split in source.splits if not splits or split in splits]))
    all_splits = {split for _, source, _ in parts for split in source.splits}
    for split in splits or ():
        check_name("split", split, sorted(all_splits))
    for config, source, names in parts:
        for split in names:
            source.prepare(split)
            yield from _write_split(out / config, source, split)
    yield _write_card(out, {config: names for config, _, names in parts if names})


def _write_split(folder: Path, source: Source, split: str) -> Iterator[Path]:
    import pyarrow.parquet as pq

    groups = _grouped(source.shards(split), 5)
    schema = features().arrow_schema
    for number, group in enumerate(groups):
        path = folder / f"{split}-{number:05d}-of-{len(groups):05d}.parquet"
        with (
            atomic_file(path) as temporary,
            # one row group per shard, all its images in one dictionary: bytes are stored once per image
            pq.ParquetWriter(
                temporary,
                schema,
                compression="zstd",
                use_dictionary=True,
                dictionary_pagesize_limit=1 << 30,
            ) as writer,
        ):
            for shard in group:
                writer.write_table(_table(source.rows(shard), schema))
        yield path


def _grouped(shards: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [shards[first : first + size] for first in range(0, len(shards), size)]


def _table(rows: Iterable[dict[str, Any]], schema: Any) -> Any:
    import pyarrow as pa

    contents: dict[str, bytes] = {}
    records = []
    for row in rows:
        file = row.pop("image_file")
        if file not in contents:
            contents[file] = Path(file).read_bytes()
        records.append({"image": {"bytes": contents[file], "path": Path(file).name}, **row})
    return pa.Table.from_pylist(records, schema=schema)


def _write_card(out: Path, exported: dict[str, list[str]]) -> Path:
    """The dataset card with the front matter's configs cut down to what was exported."""
    card = _card_text()
    _, front, body = card.split("---\n", 2)
    lines = ["configs:"]
    for config, splits in exported.items():
        lines += [f"- config_name: {config}"]
        lines += ["  default: true"] if config == DEFAULT_CONFIG else []
        lines += ["  data_files:"]
        for split in splits:
            lines += [f"  - split: {split}", f"    path: {config}/{split}-*.parquet"]
    front = re.sub(r"^configs:\n(?:[- ].*\n)*", "\n".join(lines) + "\n", front, flags=re.MULTILINE)
    path = out / "README.md"
    with atomic_file(path) as temporary:
        temporary.write_text(f"---\n{front}---\n{body}", encoding="utf-8")
    return path


def _card_text() -> str:
    package = Path(__file__).resolve().parents[1]
    for place in (package / _CARD, package.parent / _CARD):
        if place.is_file():
            return place.read_text(encoding="utf-8")
    raise InvalidInputError(_CARD, ["the dataset card is missing from the installation"], "Reinstall ureca.")
