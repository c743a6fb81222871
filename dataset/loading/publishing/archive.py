"""One file for a repository that gives DOIs: the exported folder, the same to the byte whenever the data are."""

from __future__ import annotations

import zipfile
from pathlib import Path

from ...errors import InvalidInputError
from ...runtime.cache import atomic_file

__all__ = ["check_archive_name", "write_archive"]

_TIME = (1980, 1, 1, 0, 0, 0)
"""Of every entry: when the archive was made is no part of it."""


def check_archive_name(path: Path) -> None:
    """See that an archive may be written.

    Raises:
        InvalidInputError: it is there already, or its name does not say that it is a zip archive.
    """
    problems = [] if path.suffix == ".zip" else [f"expected a name that ends in .zip, found {path.name!r}"]
    problems += ["it is there already"] if path.exists() else []
    if problems:
        raise InvalidInputError(str(path), problems, "Name a new .zip file.")


def write_archive(folder: Path, path: Path) -> Path:
    """Pack an exported folder, its files in the order of their names; stored, since parquet is compressed already."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    with atomic_file(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            entry = zipfile.ZipInfo(f"{path.stem}/{file.relative_to(folder).as_posix()}", _TIME)
            entry.external_attr = 0o644 << 16
            with file.open("rb") as content, archive.open(entry, "w", force_zip64=True) as packed:
                while block := content.read(1 << 20):
                    packed.write(block)
    return path
