"""Finds the packs of furniture models and reads their catalogues and files.

The models are those of Sweet Home 3D, as Debian's package ``sweethome3d-furniture`` installs them: zip files
(``.sh3f``) with a Java properties file, one OBJ with its MTL and textures per model, and icons. They are not shipped
with this project, only pictures of them; `credits` names their authors.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from ...errors import MissingDependencyError, UnknownNameError
from ...runtime.arrays import FloatArray
from ...runtime.cache import cache_root, make_folder_once

__all__ = ["DEFAULT_FOLDER", "LICENCES", "Entry", "Pack", "open_packs"]

DEFAULT_FOLDER: Final = Path("/usr/share/sweethome3d/furniture")
LICENCES: Final[dict[str, str]] = {
    "BlendSwap-CC-0": "CC0-1.0",
    "BlendSwap-CC-BY": "CC-BY-3.0",
    "KatorLegaz": "CC-BY-3.0-US",
    "Scopia": "CC-BY-3.0",
}
"""Pack -> SPDX identifier of its licence, as its LICENSE.TXT and the package's copyright file say."""

INSTALL: Final = "sudo apt-get install sweethome3d-furniture"
_LINE: Final = re.compile(r"(\w+)#(\d+)=(.*)")
_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True)
class Entry:
    """One model of a catalogue.

    Attributes:
        id: "pack/name", unique over all packs.
        title: the catalogue's name for it in English.
        model: path of its OBJ file in the pack.
        icon: path of its picture in the pack.
        size: width, depth and height in metres.
        elevation: metres above the floor at which it hangs; 0 for things that stand.
        rotation: (3, 3), applied to the file's vertices before they are scaled to `size`.
        author: its creator's name.
        licence: SPDX identifier.
    """

    id: str
    title: str
    model: str
    icon: str
    size: tuple[float, float, float]
    elevation: float
    rotation: FloatArray
    author: str
    licence: str


@dataclass(frozen=True)
class Pack:
    """One zip file of models."""

    path: Path
    _archive: list[zipfile.ZipFile] = field(default_factory=list, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The file's name without its ending: "BlendSwap-CC-0"."""
        return self.path.stem

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """Model's id -> its entry, in the order of the catalogue."""
        records: dict[str, dict[str, str]] = {}
        for line in self.read("PluginFurnitureCatalog.properties").decode("latin-1").splitlines():
            if match := _LINE.match(line.strip()):
                value = _ESCAPE.sub(lambda code: chr(int(code[1], 16)), match[3].strip())
                records.setdefault(match[2], {})[match[1]] = value
        entries = (self._entry(record) for record in records.values() if record.get("model", "").endswith(".obj"))
        return {entry.id: entry for entry in entries}

    def _entry(self, record: dict[str, str]) -> Entry:
        numbers = record.get("modelRotation", "1 0 0 0 1 0 0 0 1").split()
        model = record["model"].lstrip("/")
        width, depth, height = (float(record[side]) / 100 for side in ("width", "depth", "height"))
        return Entry(
            id=f"{self.name}/{record['id'].partition('#')[2]}",
            title=record["name"],
            model=model,
            icon=record["icon"].lstrip("/"),
            size=(width, depth, height),
            elevation=float(record.get("elevation", 0)) / 100,
            rotation=np.array([float(number) for number in numbers]).reshape(3, 3),
            author=record.get("creator", self.name),
            licence=LICENCES[self.name],
        )

    def read(self, name: str) -> bytes:
        """A file of the pack, by its path in it.

        Raises:
            UnknownNameError: it has no such file.
        """
        if not self._archive:
            self._archive.append(zipfile.ZipFile(self.path))
        try:
            return self._archive[0].read(name)
        except KeyError as error:
            raise UnknownNameError(f"file of {self.path}", name, self._archive[0].namelist()) from error

    def files_beside(self, entry: Entry) -> list[str]:
        """Paths in the pack of the files in a model's folder."""
        self.read(entry.model)  # opens the archive
        folder = posixpath.dirname(entry.model) + "/"
        return [name for name in self._archive[0].namelist() if name.startswith(folder) and not name.endswith("/")]

    def extracted(self, entry: Entry) -> Path:
        """The folder in the cache that holds a model's files; made on the first call.

        Raises:
            DataUnavailableError: the cache cannot be written.
        """

        def fill(folder: Path) -> None:
            for name in self.files_beside(entry):
                (folder / posixpath.basename(name)).write_bytes(self.read(name))

        return make_folder_once(cache_root() / "furniture" / entry.id, fill)


@lru_cache(maxsize=4)
def open_packs(folder: Path = DEFAULT_FOLDER) -> dict[str, Pack]:
    """Name -> pack, of all packs whose licence this project may use.

    Args:
        folder: where the ``.sh3f`` files are.

    Raises:
        MissingDependencyError: some are not there; the message says how to install them.
    """
    missing = [name for name in LICENCES if not (folder / f"{name}.sh3f").is_file()]
    if missing:
        files = ", ".join(f"{name}.sh3f" for name in missing)
        raise MissingDependencyError(f"{files} in {folder} (Debian's furniture models)", "rendering rooms", INSTALL)
    return {name: Pack(folder / f"{name}.sh3f") for name in LICENCES}


def all_entries(folder: Path = DEFAULT_FOLDER) -> Iterator[Entry]:
    """The entries of all packs."""
    for pack in open_packs(folder).values():
        yield from pack.entries.values()
