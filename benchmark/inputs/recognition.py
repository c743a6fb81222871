"""Which project a file of results comes from, told by the fields of its rows, and the command that reads it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ..text.limits import MAX_PROBLEMS
from .json_rows import kind_of

__all__ = ["ForeignRows", "NumberedRows", "Producer", "by_annotation", "convert_command", "producer_of"]


@dataclass(frozen=True, slots=True)
class Producer:
    """What rows with certain fields are.

    Attributes:
        fields: that such a row has.
        what: the kind of file, in words.
        protocols: of ``ureca convert``, that read it, the likeliest first.
    """

    fields: frozenset[str]
    what: str
    protocols: tuple[str, ...]

    def advice(self, file: str) -> str:
        """The command that reads such a file, and the other protocols whose results have the same fields."""
        others = f" (or --protocol {' or '.join(self.protocols[1:])})" if self.protocols[1:] else ""
        return f"`{convert_command(self.protocols[0], file)}` reads them{others}"


_NEEDS = {
    "opengvlab": "--annotations region_caption_eval.jsonl --split CATEGORY",
    "refcocog": "--refs 'refs(umd).p' --annotations instances.json --split SPLIT",
    "refer": "--refs 'refs(umd).p' --annotations instances.json --split SPLIT",
    "visual-genome": "--annotations region_descriptions.json",
}
"""What a protocol's command has to name, where it is more than a file of annotations."""


def convert_command(protocol: str, file: str) -> str:
    """The command that reads a result file of a protocol."""
    return f"ureca convert --protocol {protocol} {_NEEDS.get(protocol, '--annotations FILE')} --results {file}"


_PRODUCERS = tuple(
    Producer(frozenset(fields.split()), what, tuple(protocols.split()))
    for fields, what, protocols in (
        ("bbox object_descriptions", "boxes of a GRiT detector", "grit visual-genome"),
        ("annotation_id generated_refexp", "Google Refexp results", "google-refexp refcocog"),
        ("ref_id sent", "results of REFER", "refer"),
        ("ref_id caption", "results by ref", "refer"),
        ("question_id text", "answers of All-Seeing, ViP-LLaVA or another LLaVA", "opengvlab vip-llava"),
        ("image_path caption gt", "results of Grasp-Any-Region on MDVP-Bench", "grasp-any-region"),
        ("ann_id caption", "results by annotation", "osprey refcocog grit"),
        ("annotation_id caption", "results by annotation", "osprey refcocog grit"),
        ("question_id caption", "answers by question", "opengvlab vip-llava"),
        ("question_id answer", "answers by question", "opengvlab vip-llava"),
        ("image_id caption", "COCO caption results, as GLaMM, Osprey and GPT4RoI write them", "glamm osprey grit"),
        ("id conversations", "questions with conversations, references rather than results", "vip-llava"),
        ("image_id phrase", "regions of Visual Genome, references rather than results", "visual-genome"),
    )
)
_BY_REGION = Producer(frozenset({"region_id", "caption"}), "results by region of Visual Genome", ("visual-genome",))


def producer_of(row: Mapping[str, Any]) -> Producer | None:
    """The producer of rows with these fields, None if there is none known."""
    return next((producer for producer in _PRODUCERS if producer.fields <= row.keys()), None)


class ForeignRows:
    """Rows of other projects in a prediction file, counted: one line says what they are."""

    def __init__(self) -> None:
        self._first: dict[Producer, tuple[str, str]] = {}
        self._counts: dict[Producer, int] = {}

    def take(self, place: str, row: Mapping[str, Any]) -> bool:
        """Count a row; whether it is one of another project."""
        producer = producer_of(row)
        if producer is None:
            return False
        self._first.setdefault(producer, (place, ", ".join(ascii(key) for key in list(row)[:5])))
        self._counts[producer] = self._counts.get(producer, 0) + 1
        return True

    def lines(self, file: str) -> list[str]:
        """A line for each kind of row."""
        lines = []
        for producer, (place, fields) in self._first.items():
            more = f", nor in {self._counts[producer] - 1:,} more rows" if self._counts[producer] > 1 else ""
            what = f"these are {producer.what}; {producer.advice(file)}"
            lines.append(f"{place}: no region_id in the object (found: {fields}){more}: {what}")
        return lines


class NumberedRows:
    """Rows whose region_id is a number: faults among rows with ids of text, else regions of Visual Genome."""

    def __init__(self) -> None:
        self._ids: list[tuple[str, str]] = []
        self._count = 0

    def take(self, place: str, row: Mapping[str, Any]) -> bool:
        """Count a row; whether its region_id is a number."""
        region_id = row["region_id"]
        if isinstance(region_id, bool) or not isinstance(region_id, int | float):
            return False
        self._count += 1
        if len(self._ids) < MAX_PROBLEMS:
            self._ids.append((place, kind_of(region_id)))
        return True

    def lines(self, file: str, among_others: bool) -> list[str]:
        """A line for each row if there are others with ids of text, else one line that says what they are."""
        if among_others or not self._ids:
            return [f"{place}: region_id: expected text, found {kind}" for place, kind in self._ids]
        place, kind = self._ids[0]
        more = f", nor in {self._count - 1:,} more rows" if self._count > 1 else ""
        what = f"these may be {_BY_REGION.what}; {_BY_REGION.advice(file)}"
        return [f"{place}: region_id: expected text, found {kind}{more}: {what}"]


def by_annotation(region_ids: Collection[str], file: str) -> str:
    """What ids that are all numbers are: an object annotation id -> caption; empty for other ids."""
    if not region_ids or not all(region_id.isdecimal() for region_id in region_ids):
        return ""
    return f"; an object annotation id -> caption is read by `{convert_command('describe-anything', file)}`"
