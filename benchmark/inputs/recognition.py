"""Which project a file of results comes from, told by the fields of its rows, and the command that reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["ForeignRows", "Producer", "producer_of"]


@dataclass(frozen=True, slots=True)
class Producer:
    """What rows with certain fields are.

    Attributes:
        fields: that such a row has.
        what: the kind of file, in words.
        protocols: of ``ureca convert``, that read it.
    """

    fields: frozenset[str]
    what: str
    protocols: tuple[str, ...]

    def command(self, file: str) -> str:
        """The command that reads such a file."""
        protocol = "|".join(self.protocols)
        return f"ureca convert --protocol {protocol} --annotations FILE --results {file}"


_PRODUCERS = tuple(
    Producer(frozenset(fields.split()), what, tuple(protocols.split()))
    for fields, what, protocols in (
        ("bbox object_descriptions", "boxes of a GRiT detector", "grit visual-genome"),
        ("annotation_id generated_refexp", "Google Refexp results", "google-refexp refcocog"),
        ("ref_id sent", "results of REFER", "refer"),
        ("question_id text", "answers of All-Seeing, ViP-LLaVA or another LLaVA", "opengvlab vip-llava"),
        ("image_path caption gt", "results of Grasp-Any-Region on MDVP-Bench", "grasp-any-region"),
        ("ann_id caption", "results by annotation", "osprey refcocog grit"),
        ("annotation_id caption", "results by annotation", "osprey refcocog grit"),
        ("question_id caption", "answers by question", "opengvlab vip-llava"),
        ("image_id caption", "COCO caption results, as GLaMM, Osprey and GPT4RoI write them", "glamm osprey grit"),
        ("id conversations", "questions with conversations, references rather than results", "vip-llava"),
        ("image_id phrase", "regions of Visual Genome, references rather than results", "visual-genome"),
    )
)


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
            what = f"these are {producer.what}; `{producer.command(file)}` reads them"
            lines.append(f"{place}: no region_id in the object (found: {fields}){more}: {what}")
        return lines
