"""What stands beside the data: card, datasheet, licences, citation, where it was made, and checksums of all of it."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from ..._version import __version__
from ...errors import InvalidInputError
from ...rooms.furniture.credits import CREDITS_FILE
from ...rooms.shipped import pictures_digest
from ...runtime.cache import atomic_file
from ...runtime.fingerprint import content_hash
from ..sources import DEFAULT_CONFIG
from .croissant import CROISSANT, PublishedFile, croissant_text

__all__ = ["SUMS", "SplitSize", "credits_of", "write_documents"]

SUMS: Final = "SHA256SUMS"
_CARD: Final = "DATASET_CARD.md"
_COPIES: Final = ("DATASHEET.md", "LICENSE", "CITATION.cff")
_PACKAGE: Final = Path(__file__).resolve().parents[2]
_CREDITS: Final = {
    "photos": ("PHOTOGRAPHS.md", _PACKAGE / "photos" / "pictures" / "README.md"),
    "rooms": ("CREDITS.md", CREDITS_FILE),
}
"""Config -> authors and licences of what its pictures show: name in an export, and where it is."""


@dataclass(frozen=True)
class SplitSize:
    """How large a split is.

    Attributes:
        rows: regions.
        table_bytes: of its rows as Arrow.
        file_bytes: of its files.
    """

    rows: int
    table_bytes: int
    file_bytes: int


def write_documents(
    out: Path, sizes: Mapping[str, Mapping[str, SplitSize]], options: Mapping[str, Any], data: Sequence[Path]
) -> Iterator[Path]:
    """Write all that is not data into the folder of an export; yields each file when it is written.

    Args:
        out: the folder.
        sizes: config -> split -> its size.
        options: of the config, if the export is of one.
        data: the parquet files.
    """
    files = [PublishedFile(path.relative_to(out).as_posix(), path.stat().st_size, sha256_of(path)) for path in data]
    texts = {name: packaged_text(name) for name in _COPIES}
    texts |= credits_of(sizes)
    texts[CROISSANT] = croissant_text({config: list(splits) for config, splits in sizes.items()}, files)
    texts["provenance.json"] = _provenance(sizes, options)
    texts["README.md"] = _card(sizes)
    for name, text in texts.items():
        yield _write(out / name, text)
    sums = {file.path: file.sha256 for file in files} | {name: sha256_of(out / name) for name in texts}
    yield _write(out / SUMS, "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items())))


def credits_of(configs: Iterable[str]) -> dict[str, str]:
    """Name -> text of the files of authors and licences that have to go with the pictures of some configs."""
    return {
        name: path.read_text(encoding="utf-8")
        for config in configs
        if config in _CREDITS
        for name, path in [_CREDITS[config]]
    }


def sha256_of(path: Path) -> str:
    """Digest of a file's content, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def packaged_text(name: str) -> str:
    """A file that stands at the root of a checkout and inside the installed package.

    Raises:
        InvalidInputError: it is missing from the installation.
    """
    for place in (_PACKAGE / name, _PACKAGE.parent / name):
        if place.is_file():
            return place.read_text(encoding="utf-8")
    raise InvalidInputError(name, ["it is missing from the installation"], "Reinstall ureca.")


def _write(path: Path, text: str) -> Path:
    with atomic_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return path


def _provenance(sizes: Mapping[str, Mapping[str, SplitSize]], options: Mapping[str, Any]) -> str:
    """What made the rows: two equal `data_code` make equal rows; `data_rooms` is the identity of shipped rooms."""
    record = {
        "package": "ureca",
        "version": __version__,
        "data_code": content_hash(),
        **({"data_rooms": pictures_digest()} if "rooms" in sizes and not options.get("seed") else {}),
        "options": dict(options),
        "regions": {config: {split: size.rows for split, size in splits.items()} for config, splits in sizes.items()},
        "made_with": {"python": platform.python_version(), **{name: version(name) for name in ("numpy", "pyarrow")}},
    }
    return json.dumps(record, indent=1, default=str) + "\n"


def _card(sizes: Mapping[str, Mapping[str, SplitSize]]) -> str:
    """The dataset card with the front matter cut down to what was exported, and with its sizes."""
    _, front, body = packaged_text(_CARD).split("---\n", 2)
    configs, infos = ["configs:"], ["dataset_info:"]
    features = re.search(r"^  features: &features\n((?:  [- ].*\n)+?)(?=- config_name|\Z)", front, re.MULTILINE)
    columns = features[1].rstrip("\n").splitlines() if features else []
    for config, splits in sizes.items():
        configs += [f"- config_name: {config}", *(["  default: true"] if config == DEFAULT_CONFIG else [])]
        configs += ["  data_files:"]
        infos += [f"- config_name: {config}", "  features:", *columns, "  splits:"]
        for split, size in splits.items():
            configs += [f"  - split: {split}", f"    path: {config}/{split}-*.parquet"]
            infos += [f"  - name: {split}", f"    num_bytes: {size.table_bytes}", f"    num_examples: {size.rows}"]
        infos += [f"  download_size: {sum(size.file_bytes for size in splits.values())}"]
        infos += [f"  dataset_size: {sum(size.table_bytes for size in splits.values())}"]
    for lines in (configs, infos):
        front = re.sub(rf"^{lines[0]}\n(?:[- ].*\n)*", "\n".join(lines) + "\n", front, flags=re.MULTILINE)
    return f"---\n{front}---\n{body}"
