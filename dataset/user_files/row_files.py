"""The config ``folder``: rows in the region schema in parquet files, as a curation run or an export writes them."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, ClassVar, Final

from ..errors import InvalidInputError
from ..masks.rle import MaskRle, decode_mask
from ..runtime.cache import atomic_file, cache_root
from ..schema import GRANULARITIES, Region
from .data_options import PROTOCOL_KEY, UserDataOptions
from .files import plain_id, walk_files
from .frames import read_picture
from .source import Joined, UserDataSource

__all__ = ["FolderOptions", "FolderSource"]

_SPLIT: Final = re.compile(r"(?:^|[^a-z])(train|validation|test)(?:[^a-z]|$)")
_NEEDED: Final = ("image_id", "region_id", "mask")
_PICTURE: Final = ("image", "image_file")
"""Bytes or a path, as `datasets` writes them, or a path alone."""
_READ: Final = (
    *_NEEDED,
    *_PICTURE,
    "captions",
    "caption",
    "parent_id",
    "depth",
    "granularity",
    "category",
    "short_caption",
    "slice",
)


@dataclass(frozen=True)
class FolderOptions(UserDataOptions):
    """Options of ``load_dataset("ureca", "folder", ...)``.

    Attributes:
        data_dir: folder with parquet files in the region schema, at any depth. They name images in ``image`` (bytes or
            a path) or ``image_file`` (a path). The path of a file below the folder says its split by the word train,
            validation or test; all others are train.
    """

    config: ClassVar[str] = "folder"
    why_needed: ClassVar[str] = "the rows are your own"

    def _problems(self) -> list[str]:
        problems = []
        if self.frame is not None:
            problems.append("frame: the masks of rows are those of the picture as it is shown")
        if self.data_dir is not None and self.folder.is_dir() and not _files(self.folder):
            problems.append(f"data_dir: no .parquet file in {self.folder}")
        return problems

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits that have a file; all that there can be while no folder is named."""
        splits = super().splits
        return splits if self.data_dir is None else tuple(split for split in splits if split in _files(self.folder))

    @property
    def where_to_get(self) -> str:
        """What makes such a folder."""
        return "Name a folder that ureca curate run or ureca export wrote, or of parquet files with the same columns"


@dataclass(frozen=True, slots=True)
class ImageRows:
    """The rows of one image, wherever they are.

    Attributes:
        image_id: of the rows.
        file: the parquet file.
        spans: (row group, first row in it, number of rows), in order.
    """

    image_id: str
    file: str
    spans: tuple[tuple[int, int, int], ...]

    @property
    def count(self) -> int:
        """How many rows they are."""
        return sum(rows for _, _, rows in self.spans)


class FolderSource(UserDataSource[FolderOptions, ImageRows]):
    """The user's own rows."""

    def join(self, split: str) -> Joined:
        """The images of a split, from the files."""
        return _join(tuple(_files(self.options.folder).get(split, ())), self.content_key())

    def read_image(self, image: ImageRows) -> tuple[list[dict[str, Any]], list[str]]:
        """The rows of an image, and what is wrong with it."""
        try:
            return _rows_of(image, self._picture(image))
        except (InvalidInputError, OSError) as error:
            problem = error.problems[0] if isinstance(error, InvalidInputError) else str(error)
            return [], [f"image {image.image_id}: {problem} ({image.count:,} regions)"]

    def file_of(self, image: ImageRows) -> str:
        """The user's own file, or a copy in the cache if its bytes are in the rows."""
        picture = self._picture(image)
        if isinstance(picture, Path):
            return str(picture)
        name = hashlib.sha256(picture).hexdigest()[:32]
        target = cache_root() / "user_data" / "pictures" / name
        if not target.is_file():
            with atomic_file(target) as temporary:
                temporary.write_bytes(picture)
        return str(target)

    def stream_file_of(self, image: ImageRows) -> str | dict[str, Any]:
        """The user's own file, or its bytes."""
        picture = self._picture(image)
        return str(picture) if isinstance(picture, Path) else {"bytes": picture, "path": image.image_id}

    def annotations_state(self) -> str:
        """Options, and place, size and time of the files."""
        files = [path for paths in _files(self.options.folder).values() for path in paths]
        return repr((self.options, [(str(path), *_state(path)) for path in files]))

    def protocol(self, split: str) -> str:
        """What an export wrote into the metadata of its files."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        if self.options.data_dir is None:
            return ""
        texts = []
        for path in _files(self.options.folder).get(split, ()):
            with contextlib.suppress(OSError, pa.ArrowException):  # `join` names files that cannot be read
                metadata = pq.read_schema(path).metadata or {}
                texts.append(metadata.get(PROTOCOL_KEY.encode(), b"").decode("utf-8", "replace"))
        return " + ".join(dict.fromkeys(filter(None, texts)))

    def _picture(self, image: ImageRows) -> bytes | Path:
        """The bytes that are in the rows, or the file that they name.

        Raises:
            InvalidInputError: there is neither.
        """
        table = _table_of(image)
        cell = (table.column("image")[0].as_py() if "image" in table.column_names else None) or {}
        content, name = cell.get("bytes"), cell.get("path")
        if not (content or name) and "image_file" in table.column_names:
            name = table.column("image_file")[0].as_py()
        if content:
            return bytes(content)
        if not name:
            raise InvalidInputError(image.file, ["has neither bytes nor a path in its column image, nor an image_file"])
        for place in (Path(image.file).parent / str(name), Path(self.options.folder) / str(name)):
            if place.is_file():
                return place
        raise InvalidInputError(image.file, [f"no file {name}, and no bytes in its column image"])


def _files(folder: Path) -> Mapping[str, Sequence[Path]]:
    """Split -> its parquet files; hidden files and folders are not looked into."""
    files: dict[str, list[Path]] = {}
    for path in walk_files(folder):
        place = path.relative_to(folder)
        if path.suffix.lower() == ".parquet" and not any(part.startswith(".") for part in place.parts):
            words = _SPLIT.findall(place.as_posix().lower())
            files.setdefault(words[-1] if words else "train", []).append(path)
    return files


def _state(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_size, state.st_mtime_ns


@functools.lru_cache(maxsize=4)  # a split is listed several times in a row
def _join(files: tuple[Path, ...], _content: str) -> Joined:
    """The images of some files; changed files have another content key: they are read anew."""
    images: list[ImageRows] = []
    problems: list[str] = []
    seen: dict[str, str] = {}
    for path in files:
        try:
            listed = list(_images_of(path))
        except InvalidInputError as error:
            problems += [f"shard {path}: {problem}" for problem in error.problems]
            continue
        for image in listed:
            if image.image_id in seen:
                problems.append(
                    f"image {image.image_id}: rows of it stand in {path} after those in {seen[image.image_id]}, with "
                    f"others between ({image.count:,} regions)"
                )
            else:
                seen[image.image_id] = str(path)
                images.append(image)
    return Joined(images, problems)


def _images_of(path: Path) -> Iterator[ImageRows]:
    """The images of a file: neighbouring rows of one id.

    Raises:
        InvalidInputError: it is no parquet file, or lacks columns.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            columns = file.schema_arrow.names
            missing = [name for name in _NEEDED if name not in columns]
            missing += [] if {"caption", "captions"} & set(columns) else ["captions"]
            missing += [] if {"image", "image_file"} & set(columns) else ["image"]
            if missing:
                raise InvalidInputError(str(path), [f"has no column {name}" for name in missing])
            if "image" in columns and not pa.types.is_struct(file.schema_arrow.field("image").type):
                raise InvalidInputError(str(path), ["column image: expected bytes and path, as `datasets` writes them"])
            places = [
                (plain_id(image_id), group, row)
                for group in range(file.num_row_groups)
                for row, image_id in enumerate(file.read_row_group(group, ["image_id"]).column(0).to_pylist())
            ]
    except (OSError, pa.ArrowException) as error:
        raise InvalidInputError(str(path), [f"cannot be read as parquet ({error})"]) from error
    for image_id, members in groupby(places, key=lambda place: place[0]):
        spans = [
            (group, rows[0], len(rows))
            for group, of_group in groupby(members, key=lambda place: place[1])
            if (rows := [row for _, _, row in of_group])
        ]
        yield ImageRows(image_id, str(path), tuple(spans))


@functools.lru_cache(maxsize=2)  # the images of a row group come one after the other
def _row_group(file: str, _state_of_file: tuple[int, int], group: int) -> Any:
    import pyarrow.parquet as pq

    with pq.ParquetFile(file) as opened:
        names = [name for name in _READ if name in opened.schema_arrow.names]
        return opened.read_row_group(group, names)


def _table_of(image: ImageRows) -> Any:
    import pyarrow as pa

    state = _state(Path(image.file))
    parts = [_row_group(image.file, state, group).slice(first, rows) for group, first, rows in image.spans]
    return pa.concat_tables(parts)


def _rows_of(image: ImageRows, picture: bytes | Path) -> tuple[list[dict[str, Any]], list[str]]:
    """Rows of one image, without the image itself, and one line for each region that cannot be used.

    Raises:
        InvalidInputError: the image cannot be read.
    """
    source = io.BytesIO(picture) if isinstance(picture, bytes) else picture
    size = list(read_picture(source, image.image_id).upright_size)
    table = _table_of(image)
    records = table.select([name for name in table.column_names if name not in _PICTURE]).to_pylist()
    names = {plain_id(record["region_id"]) for record in records}
    regions: dict[str, Region] = {}
    problems = []
    for record in records:
        name = plain_id(record["region_id"])
        wrong = _problem_of(record, image.image_id, size) or ("has come before" if name in regions else None)
        if wrong is not None:
            problems.append(f"region {name}: {wrong}")
            continue
        region = _region_of(record, name)
        inside = region.parent_id in names  # the parent of a row that was filtered out is no row
        regions[name] = region if inside else replace(region, parent_id=None)
    return [region.to_row() for region in regions.values()], problems


def _region_of(record: Mapping[str, Any], name: str) -> Region:
    texts = record.get("captions") or [record["caption"]]
    row = {**record, "captions": texts, "region_id": name, "image_id": plain_id(record["image_id"])}
    mask = MaskRle(size=list(record["mask"]["size"]), counts=_text(record["mask"]["counts"]))
    return Region.from_row(row).with_mask(mask)


def _text(counts: str | bytes) -> str:
    return counts.decode() if isinstance(counts, bytes) else counts


def _problem_of(record: Mapping[str, Any], image_id: str, size: list[int]) -> str | None:
    """What keeps a row from being used."""
    name, mask = record["region_id"], record["mask"]
    if not plain_id(name).startswith(f"{image_id}/"):
        return f"region_id: expected {image_id}/ and the name of a mask"
    texts = record.get("captions") or [record.get("caption")]
    if not all(isinstance(text, str) and text.strip() for text in texts):
        return f"captions: expected texts, found {str(texts)[:60]}"
    if record.get("granularity") not in (None, *GRANULARITIES):
        return f"granularity: expected one of {', '.join(GRANULARITIES)}, found {record['granularity']!r}"
    if not isinstance(mask, Mapping) or not mask.get("size") or not mask.get("counts"):
        return "mask: expected size and counts"
    try:
        return None if decode_mask(mask, size).any() else "mask: holds no pixel"
    except InvalidInputError as error:
        return f"mask: {error.problems[0]}"
