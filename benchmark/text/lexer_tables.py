"""The Stanford tokenizer's automaton, read from the jar that pycocoevalcap carries.

The tokenizer's lexer is a finite automaton that JFlex generated from some hundred rules. Its tables are string
constants of one class file, packed as JFlex packs them (https://jflex.de/manual.html). They are read as data, as
METEOR's word lists are; no Java runs.
"""

from __future__ import annotations

import functools
import struct
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dataset.errors import DataUnavailableError

from .java import pycocoevalcap_file

__all__ = ["JAR", "LexerTables", "read_lexer_tables"]

JAR = "stanford-corenlp-3.4.1.jar"
"""The file in pycocoevalcap's folder of the tokenizer."""

_CLASS = "edu/stanford/nlp/process/PTBLexer.class"
_CRC = 0x3A2D8529
"""Checksum of the class: the numbers of rules and states below and in `lexer` are those of this build alone."""

_CHARACTERS = 1 << 16


class LexerTables(NamedTuple):
    """The automaton over UTF-16 units, in the order the compiled scanner takes it.

    Attributes:
        classes: class of each unit, uint8 (65,536,).
        rows: where the row of each state starts in `transitions`, int32 (states,).
        transitions: next state by row and class, -1 where there is none, int16.
        ends: whether a rule, or one part of it, may end in a state, bool (states,).
        rules: number of the rule that ends in a state, uint8 (states,).
    """

    classes: npt.NDArray[np.uint8]
    rows: npt.NDArray[np.int32]
    transitions: npt.NDArray[np.int16]
    ends: npt.NDArray[np.bool_]
    rules: npt.NDArray[np.uint8]


@functools.cache
def read_lexer_tables() -> LexerTables:
    """Read the tables, some 30 ms; once per process.

    Raises:
        MissingDependencyError: pycocoevalcap is not installed.
        DataUnavailableError: its jar is missing, or is another version's.
    """
    strings = _string_constants(_class_file(pycocoevalcap_file("tokenizer", JAR)))

    def units(prefix: str) -> npt.NDArray[np.uint16]:
        names = sorted(name for name in strings if name.startswith(prefix))
        return np.concatenate([_utf16_units(strings[name]) for name in names])

    rows = units("ZZ_ROWMAP_PACKED").astype(np.int32)
    return LexerTables(
        _unpack(units("ZZ_CMAP_PACKED"))[:_CHARACTERS].astype(np.uint8),
        rows[::2] << 16 | rows[1::2],
        (_unpack(units("ZZ_TRANS_PACKED")).astype(np.int32) - 1).astype(np.int16),
        _unpack(units("ZZ_ATTRIBUTE_PACKED")) & 1 == 1,
        _unpack(units("ZZ_ACTION_PACKED")).astype(np.uint8),
    )


def _class_file(jar: Path) -> bytes:
    problem = f"{jar} is not the tokenizer of pycocoevalcap 1.2"
    remedy = "Install it again with: pip install --force-reinstall --no-deps pycocoevalcap==1.2"
    try:
        with zipfile.ZipFile(jar) as archive:
            if archive.getinfo(_CLASS).CRC == _CRC:
                return archive.read(_CLASS)
    except (KeyError, zipfile.BadZipFile) as error:
        raise DataUnavailableError(f"{problem} ({error}). {remedy}") from error
    raise DataUnavailableError(f"{problem} ({_CLASS} has another checksum). {remedy}")


def _unpack(packed: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint16]:
    """Pairs of a count and a value, written out."""
    return np.repeat(packed[1::2], packed[::2])


def _utf16_units(constant: bytes) -> npt.NDArray[np.uint16]:
    """A class file's string: UTF-8 of each UTF-16 unit alone, NUL in two bytes."""
    text = constant.replace(b"\xc0\x80", b"\0").decode("utf-8", "surrogatepass")
    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)


# Constants of a class file by tag (JVM specification, 4.4): bytes after the tag, and places taken in the pool.
_CONSTANT_SIZES = {3: 4, 4: 4, 5: 8, 6: 8, 7: 2, 8: 2, 9: 4, 10: 4, 11: 4, 12: 4, 15: 3, 16: 2, 17: 4, 18: 4}
_UTF8, _TWO_PLACES = 1, (5, 6)


def _string_constants(data: bytes) -> dict[str, bytes]:
    """Names and values of a class's constant string fields."""
    texts, references, position = _constant_pool(data)
    interfaces = struct.unpack_from(">H", data, position + 6)[0]
    position += 8 + 2 * interfaces
    fields = struct.unpack_from(">H", data, position)[0]
    position += 2
    strings = {}
    for _ in range(fields):
        _, name, _, attributes = struct.unpack_from(">4H", data, position)
        position += 8
        for _ in range(attributes):
            kind, size = struct.unpack_from(">HI", data, position)
            value = struct.unpack_from(">H", data, position + 6)[0]
            if texts[kind] == b"ConstantValue" and value in references:
                strings[texts[name].decode()] = texts[references[value]]
            position += 6 + size
    return strings


def _constant_pool(data: bytes) -> tuple[dict[int, bytes], dict[int, int], int]:
    """Texts by number, the text that each string constant refers to, and where the pool ends."""
    texts: dict[int, bytes] = {}
    references: dict[int, int] = {}
    count = struct.unpack_from(">H", data, 8)[0]
    position, number = 10, 1
    while number < count:
        tag = data[position]
        if tag == _UTF8:
            size = 2 + struct.unpack_from(">H", data, position + 1)[0]
            texts[number] = data[position + 3 : position + 1 + size]
        else:
            size = _CONSTANT_SIZES[tag]
            if tag == 8:
                references[number] = struct.unpack_from(">H", data, position + 1)[0]
        position += 1 + size
        number += 2 if tag in _TWO_PLACES else 1
    return texts, references, position
