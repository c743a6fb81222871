"""One record for every answer: what a region's caption is at a stage, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from ..prompting.journal import Journal
from ..prompting.prompts import Stage

__all__ = ["PASSING", "Ledger", "Record"]

PASSING: Final = ("connection", "timeout", "status")
"""Kinds of failure that are temporary: of the server, not of the region."""


@dataclass(frozen=True)
class Record:
    """What became of one region at one stage.

    Attributes:
        stage: short, detailed, unique or verification.
        image_id, region_id: always text, now and after a resume.
        caption: the stage's caption; for verification the caption that was checked. None if it failed.
        verdict: verification only: true, false or unclear.
        failure: kind, a colon and details; None if it did not fail.
        model: which model answered; None without a request, because nothing looks like the region.
        prompt: SHA-256 of all that the model saw; None without a request.
        given_caption: the region's own caption in the prompt.
        parent_caption, sibling_captions, child_captions: captions of others in the prompt.
        look_alikes: region ids of those drawn with numbers, 1 first.
    """

    stage: Stage
    image_id: str
    region_id: str
    caption: str | None = None
    verdict: str | None = None
    failure: str | None = None
    model: str | None = None
    prompt: str | None = None
    given_caption: str | None = None
    parent_caption: str | None = None
    sibling_captions: tuple[str, ...] = ()
    child_captions: tuple[str, ...] = ()
    look_alikes: tuple[str, ...] = ()

    @property
    def failure_kind(self) -> str | None:
        """The part of `failure` before the colon."""
        return None if self.failure is None else self.failure.partition(":")[0]

    @property
    def may_pass(self) -> bool:
        """Whether it failed for a reason that may be gone tomorrow."""
        return self.failure_kind in PASSING

    def to_dict(self) -> dict[str, Any]:
        """A JSON object without empty fields."""
        return {key: value for key, value in asdict(self).items() if value not in (None, ())}

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Record:
        """Read what `to_dict` wrote."""
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in record.items()}
        return cls(**values)


_FIELDS: Final = frozenset(field.name for field in fields(Record))


class Ledger:
    """All records of a shard: those of the journal, and every new one at once in both.

    A region has one record for each stage, whatever happens.

    A failure that may pass is held back until the server has answered something else: only then is it the region's own.
    What is still held back at the end is not written, and the next run asks again.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._records: dict[tuple[str, str], Record] = {}
        self._held: list[Record] = []
        self.look_alikes: dict[str, dict[str, list[str]]] = {}
        self.problems: dict[str, list[str]] = {}
        self.new_answers = 0
        for line in journal.records:
            self._take(line)

    def _take(self, line: Mapping[str, Any]) -> None:
        if line.keys() <= _FIELDS:
            record = Record.from_dict(line)
            self._records.setdefault((record.stage, record.region_id), record)
        elif "forget" in line:
            self._drop(str(line["forget"]))
        elif "alike" in line:
            self.look_alikes.setdefault(str(line["of"]), line["alike"])
        elif "problems" in line:
            self.problems[str(line["of"])] = line["problems"]

    def __len__(self) -> int:
        return len(self._records)

    def get(self, stage: str, region_id: str) -> Record | None:
        """The record of a region at a stage, None if there is none yet."""
        return self._records.get((stage, region_id))

    def caption(self, stage: str, region_id: str) -> str | None:
        """The caption of a region at a stage, None if there is none."""
        record = self.get(stage, region_id)
        return None if record is None else record.caption

    def add(self, record: Record) -> None:
        """Keep a record, in the journal unless it is a failure to hold back.

        Raises:
            ValueError: the region has a record of this stage.
        """
        key = (record.stage, record.region_id)
        if key in self._records:
            raise ValueError(f"{record.region_id} has a record of stage {record.stage}")
        self._records[key] = record
        if record.may_pass:
            self._held.append(record)
            return
        if record.prompt is not None:
            self.new_answers += 1
            self.release()
        self._journal.append(record.to_dict())

    @property
    def failures_held_back(self) -> int:
        """How many failures in a row are not written yet."""
        return len(self._held)

    def release(self) -> None:
        """Write the failures held back: the server answers, so they are their regions' own."""
        records, self._held = self._held, []
        for record in records:
            self._journal.append(record.to_dict())

    def add_look_alikes(self, image_id: str, look_alikes: Mapping[str, list[str]]) -> None:
        """Keep which regions of an image look alike: region id -> region ids."""
        self.look_alikes[image_id] = dict(look_alikes)
        self._journal.append({"of": image_id, "alike": dict(look_alikes)})

    def add_problems(self, image_id: str, problems: list[str]) -> None:
        """Keep what is wrong with an image, instead of what was recorded before."""
        if problems != self.problems.get(image_id, []):
            self.problems[image_id] = problems
            self._journal.append({"of": image_id, "problems": problems})

    def forget(self, image_id: str) -> None:
        """Drop all that is known of an image, to ask again; the journal keeps a note of it."""
        self._journal.append({"forget": image_id})
        self._drop(image_id)

    def _drop(self, image_id: str) -> None:
        self._records = {key: record for key, record in self._records.items() if record.image_id != image_id}
        self.look_alikes.pop(image_id, None)
        self.problems.pop(image_id, None)

    def failed_images(self) -> list[str]:
        """Images with a failure or with problems."""
        failed = {record.image_id for record in self._records.values() if record.failure}
        return sorted(failed | {image_id for image_id, problems in self.problems.items() if problems})

    def failures(self) -> list[Record]:
        """All records that failed, by region and stage."""
        return sorted(
            (record for record in self._records.values() if record.failure),
            key=lambda record: (record.region_id, record.stage),
        )
