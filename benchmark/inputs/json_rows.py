"""Walking JSON and JSON Lines row by row, with the place of every row.

A problem in one row does not hide those of the others, and reading stops early on garbage, whatever its size.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..text.limits import MAX_ROWS
from .reading import Problems, SourceText

__all__ = ["JsonRows", "kind_of", "pointer_part"]

_KEY_LENGTH = 200

_SPACE = re.compile(r"[ \t\r\n]*")

_Row = tuple[str, Any]
_Walk = Generator[_Row, None, int]
"""Yields rows with their places, returns where it stopped."""


@dataclass(slots=True)
class JsonRows:
    """The rows of a JSON or JSON Lines text, each with its place (line number or JSON pointer).

    Three shapes are accepted: a list of rows, an object, and one row per line. Of an object, each key and value is
    a row ``{key_name: key, value_name: value}``, unless it has the key `list_name`: then the rows are in there.

    Attributes:
        source: the text.
        problems: where problems go.
        key_name, value_name: names for the two halves of an object's entries; None if an object has no rows.
        list_name: the key whose value is the list of rows.
        most: rows that are read.
        extra: the entries of an object that hold no text, filled while walking.
        has_list: whether the object has the list, then its entries that hold text were no rows.
        beside: place -> text of these entries, filled while walking.
    """

    source: SourceText
    problems: Problems
    key_name: str = "region_id"
    value_name: str = "caption"
    list_name: str = "predictions"
    most: int = MAX_ROWS
    extra: dict[str, Any] = field(default_factory=dict)
    has_list: bool = False
    beside: dict[str, str] = field(default_factory=dict)
    _notes: list[str] = field(default_factory=list)
    _decoder: json.JSONDecoder = field(init=False)

    def __post_init__(self) -> None:
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object, parse_constant=self._constant, parse_int=_bounded_int
        )

    def __iter__(self) -> Iterator[_Row]:
        """Yield (place, value) of every row; problems of the syntax are noted, not raised."""
        text = self.source.text
        start = self._skip(0)
        rows: Iterator[_Row]
        if self._is_lines():
            rows = self._lines()
        elif text[start] == "[":
            rows = self._whole(self._list(start, ""))
        elif text[start] == "{":
            rows = self._whole(self._object_entries(start))
        else:
            self.problems.add(self._line(start), f"expected '[' or '{{', found {text[start : start + 20]!r}")
            return
        try:
            for number, row in enumerate(rows):
                if number == self.most:
                    self.problems.add(row[0], f"more than {self.most:,} rows, the most that is read")
                    return
                yield row
        except json.JSONDecodeError as error:
            self.problems.add(self._line(error.pos), f"malformed JSON: {error.msg} (column {error.colno})")

    def _is_lines(self) -> bool:
        """JSON Lines: by the file's name, or because the first line is an object and so is the next, or a row."""
        if self.source.name.removesuffix(".gz").removesuffix(".zst").endswith((".jsonl", ".ndjson")):
            return True
        first, _, rest = self.source.text.lstrip().partition("\n")
        first = first.strip()
        if not (first.startswith("{") and first.endswith("}")):
            return False
        if rest.lstrip().startswith("{"):
            return True
        return not rest.strip() and f'"{self.key_name}"' in first and self.list_name not in first

    def _lines(self) -> Iterator[_Row]:
        text, start, number = self.source.text, 0, 0
        while start < len(text):
            end = text.find("\n", start)
            end = len(text) if end < 0 else end
            number += 1
            line = text[start:end].strip(" \t\r")
            start = end + 1
            if not line:
                continue
            try:
                value, stop = self._value(line, 0, f"line {number}")
            except json.JSONDecodeError as error:
                self.problems.add(f"line {number}", f"malformed JSON: {error.msg} (column {error.pos + 1})")
                continue
            if stop < len(line):
                self.problems.add(f"line {number}", f"expected one object, found more text at column {stop + 1}")
                continue
            yield f"line {number}", value

    def _whole(self, rows: _Walk) -> Iterator[_Row]:
        """The rows, then a check that nothing follows the value they are in."""
        stop = yield from rows
        end = self._skip(stop)
        if end < len(self.source.text):
            self.problems.add(self._line(end), f"malformed JSON: unexpected {self.source.text[end : end + 20]!r}")

    def _list(self, start: int, pointer: str) -> _Walk:
        text, at, number = self.source.text, self._skip(start + 1), 0
        if text[at : at + 1] == "]":
            return at + 1
        while True:
            value, at = self._value(text, at, f"{pointer}/{number}")
            yield f"{pointer}/{number}", value
            number += 1
            at = self._skip(at)
            if text[at : at + 1] == "]":
                return at + 1
            at = self._skip(self._expect(",", at))

    def _object_entries(self, start: int) -> _Walk:
        text, at = self.source.text, self._skip(start + 1)
        if text[at : at + 1] == "}":
            return at + 1
        while True:
            self._expect('"', at)
            key, at = self._value(text, at, "")  # text holds nothing to note; counting lines here would be quadratic
            at = self._skip(self._expect(":", self._skip(at)))
            pointer = "/" + pointer_part(key)
            if key == self.list_name and text[at : at + 1] == "[":
                self.has_list = True
                at = yield from self._list(at, pointer)
            else:
                value, at = self._value(text, at, pointer)
                yield from self._entry(pointer, key, value)
            at = self._skip(at)
            if text[at : at + 1] == "}":
                return at + 1
            at = self._skip(self._expect(",", at))

    def _entry(self, pointer: str, key: str, value: Any) -> Iterator[_Row]:
        if key == self.list_name:
            self.problems.add(pointer, f"expected a list, found {kind_of(value)}")
        elif isinstance(value, str):
            self.beside[pointer] = value
            yield pointer, {self.key_name: key, self.value_name: value}
        elif key in self.extra:
            self.problems.add(pointer, "this key is in the object twice")
        else:
            self.extra[key] = value

    def _value(self, text: str, at: int, place: str) -> tuple[Any, int]:
        self._notes.clear()
        try:
            value, stop = self._decoder.raw_decode(text, at)
        except RecursionError:
            raise json.JSONDecodeError("nested too deeply", text, at) from None
        except StopIteration:
            raise json.JSONDecodeError("expected a value", text, at) from None
        for note in self._notes:
            self.problems.add(place, note)
        return value, stop

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        mapping = dict(pairs)
        if len(mapping) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = sorted({key for key in keys if keys.count(key) > 1}) if len(keys) < 1000 else ["..."]
            self._notes.append(f"duplicate keys in one object: {', '.join(map(repr, twice))}")
        return mapping

    def _constant(self, name: str) -> float:
        self._notes.append(f"{name} is not JSON")
        return float(name)

    def _expect(self, character: str, at: int) -> int:
        if self.source.text[at : at + 1] != character:
            raise json.JSONDecodeError(f"expected {character!r}", self.source.text, at)
        return at + 1

    def _skip(self, at: int) -> int:
        match = _SPACE.match(self.source.text, at)
        return at if match is None else match.end()

    def _line(self, at: int) -> str:
        return f"line {self.source.text.count(chr(10), 0, at) + 1}"


def pointer_part(key: str) -> str:
    """A key as a part of a JSON pointer (RFC 6901), on one line and not too long to read."""
    escaped = key[:_KEY_LENGTH].replace("~", "~0").replace("/", "~1")
    text = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in escaped)
    return text if len(key) <= _KEY_LENGTH else f"{text}..."


def kind_of(value: Any) -> str:
    """What a JSON value is, in words: "a list", "the number 3", "null"."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"the number {value:.6g}"
    for kind, name in ((str, "text"), (list, "a list"), (dict, "an object")):
        if isinstance(value, kind):
            return name
    return type(value).__name__


def _bounded_int(digits: str) -> int | float:
    return int(digits) if len(digits) < 20 else float(digits)
