"""METEOR's word lists and tables, indexed once into the cache from the installed pycocoevalcap."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from zipfile import ZipFile

from dataset.runtime.cache import cache_root, make_folder_once

from ...text.java import pycocoevalcap_file
from .normalize import MeteorNormalizer
from .paraphrases import ParaphraseTable, open_paraphrases, write_paraphrases
from .synonyms import SynonymSets, write_synonym_sets

__all__ = ["MeteorData"]

_LAYOUT = 1
"""Changes whenever the files in the cache folder change their meaning."""

_GZIP_TRAILER = 8
_JAR_PARTS = (
    "function/english.words",
    "nonbreaking/english.prefixes",
    "synonym/english.exceptions",
    "synonym/english.synsets",
)


class MeteorData:
    """What METEOR 1.5 knows of English.

    The first use on a machine indexes the tables (some seconds); later ones open them in milliseconds. The folder's
    name holds the checksums of its sources, so that another version of them makes another folder.

    Args:
        cache_dir: where indexed tables are kept; the project's cache folder if not given.

    Raises:
        MissingDependencyError: pycocoevalcap is not installed.
        DataUnavailableError: its files are incomplete, or the cache cannot be written.
    """

    def __init__(self, cache_dir: Path | None = None) -> None:
        jar = pycocoevalcap_file("meteor", "meteor-1.5.jar")
        table = pycocoevalcap_file("meteor", "data", "paraphrase-en.gz")
        parent = (cache_dir or cache_root()) / "meteor"
        self.folder = make_folder_once(parent / _source_key(jar, table), lambda folder: _fill(folder, jar, table))
        lists = json.loads((self.folder / "lists.json").read_text("utf-8"))
        self.function_words = frozenset[str](lists["function_words"])
        self.normalizer = MeteorNormalizer(lists["prefixes"])

    @cached_property
    def synonyms(self) -> SynonymSets:
        """WordNet's synonym sets."""
        return SynonymSets(self.folder)

    @cached_property
    def paraphrases(self) -> tuple[dict[str, int], ParaphraseTable]:
        """Word numbers and arrays of the paraphrase table."""
        return open_paraphrases(self.folder)


def _source_key(jar: Path, table: Path) -> str:
    """A digest of the sources' own checksums: the zip entries' CRCs, and CRC and length at the end of the gzip file."""
    with ZipFile(jar) as archive:
        checksums = [f"{archive.getinfo(part).CRC:08x}" for part in _JAR_PARTS]
    with table.open("rb") as file:
        file.seek(-_GZIP_TRAILER, 2)
        checksums.append(file.read().hex())
    return hashlib.sha256(" ".join([str(_LAYOUT), *checksums]).encode()).hexdigest()[:16]


def _fill(folder: Path, jar: Path, table: Path) -> None:
    with ZipFile(jar) as archive:
        functions, prefixes = (archive.read(part).decode("utf-8").split("\n") for part in _JAR_PARTS[:2])
        write_synonym_sets(archive, folder)
    lists = {"function_words": [line for line in functions if line], "prefixes": _read_prefixes(prefixes)}
    (folder / "lists.json").write_text(json.dumps(lists), "utf-8")
    write_paraphrases(table, folder)


def _read_prefixes(lines: Iterable[str]) -> dict[str, bool]:
    """Prefixes that keep their dot, with True for those that keep it before numbers only."""
    entries = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return {entry[0]: "#NUMERIC_ONLY#" in entry for entry in entries}
