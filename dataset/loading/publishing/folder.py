"""The Hub-shaped folder: parquet files and documents, which `datasets` reads without our code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import InvalidInputError, check_name
from ...runtime.cache import atomic_file
from ...schema import features
from ...user_files.data_options import PROTOCOL_KEY
from ..sources import CONFIGS, EMBEDDED, Source, open_source
from .documents import SplitSize, write_documents

__all__ = ["export_folder"]


def export_folder(
    out: Path,
    configs: Sequence[str] | None = None,
    splits: Sequence[str] | None = None,
    options: Mapping[str, Any] | None = None,
) -> Iterator[Path]:
    """Write ``<config>/<split>-00000-of-00007.parquet`` and the documents; yields each file when it is written.

    Image bytes are in the files: every row has its image, and parquet stores repeated bytes of a row group once.

    Args:
        out: the folder; made if it does not exist, must be empty if it does.
        configs: which configs, by default all whose data is embedded.
        splits: which splits, all by default.
        options: of the config, if it is one alone; one of the user's own files needs ``data_dir``.

    Raises:
        InvalidInputError: the folder has other files in it, or options are for several configs.
        UnknownNameError: no such config, split or option.
    """
    if out.exists() and any(out.iterdir()):
        raise InvalidInputError(str(out), ["the folder is not empty"], "Name a new folder, or empty this one first.")
    names = list(configs or EMBEDDED)
    if options and len(names) > 1:
        raise InvalidInputError(
            "options", [f"expected one config, found {', '.join(names)}"], "Name it: --config NAME."
        )
    parts: list[tuple[str, Source, list[str]]] = []
    for config in names:
        source = open_source(config, options)
        parts.append((config, source, [split for split in source.splits if not splits or split in splits]))
    all_splits = {split for _, source, _ in parts for split in source.splits}
    for split in splits or ():
        check_name("split", split, sorted(all_splits))
    sizes: dict[str, dict[str, SplitSize]] = {}
    data: list[Path] = []
    for config, source, splits_of_config in parts:
        for split in splits_of_config:
            source.prepare(split)
            written: list[Path] = []
            rows = table_bytes = 0
            for path, count, size in _write_split(out / config, source, split):
                written.append(path)
                rows, table_bytes = rows + count, table_bytes + size
                yield path
            if written:
                file_bytes = sum(path.stat().st_size for path in written)
                sizes.setdefault(config, {})[split] = SplitSize(rows, table_bytes, file_bytes)
            data += written
    yield from write_documents(out, sizes, _of_config(names[0], options) if len(names) == 1 else {}, data)


def _of_config(config: str, options: Mapping[str, Any] | None) -> dict[str, Any]:
    """The options that decide the data; where the user's files are does not."""
    return {**CONFIGS[config].defaults, **(options or {})} | (
        {"data_dir": None} if "data_dir" in (options or {}) else {}
    )


def _write_split(folder: Path, source: Source, split: str) -> Iterator[tuple[Path, int, int]]:
    """(file, its rows, their bytes as Arrow) of each file."""
    import pyarrow.parquet as pq

    groups = _grouped(source.shards(split), 5)
    schema, protocol = features().arrow_schema, source.protocol(split)
    if protocol:
        schema = schema.with_metadata({**(schema.metadata or {}), PROTOCOL_KEY: protocol})
    for number, group in enumerate(groups):
        path = folder / f"{split}-{number:05d}-of-{len(groups):05d}.parquet"
        rows = size = 0
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
                table = _table(source.rows(shard), schema)
                rows, size = rows + table.num_rows, size + table.nbytes
                writer.write_table(table)
        yield path, rows, size


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
