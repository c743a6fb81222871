"""Files of judges' verdicts as other benchmarks publish them: read whole, named by system and judge.

- ``dlc-bench``: an object region -> answers to multiple-choice questions with ``score_pos`` and ``score_neg``, beside
  averages; also ParaDLC-Bench's. (`eval_model_outputs.py` of Describe Anything.)
- ``gar-bench-simple``, ``gar-bench-detailed``: a list of captions with the judge's word as ``eval_result``. (Grasp Any
  Region.)
- ``gar-bench-vqa``: a list of questions with the right letter and the system's as ``model_output``; needs no judge.
- ``review``: JSON Lines with two marks as ``tuple``, of a reference and of the system. (Ferret-Bench, MDVP-Bench.)
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from dataset.errors import InvalidInputError
from dataset.user_files.files import load_json, plain_id, rows_of

from ..metrics.base import FloatArray, Totals
from .judged_scores import ChoiceScores, QuestionScores, ReviewScores, TruthScores
from .reading import read_source

__all__ = ["OWN_JUDGE", "JudgedFile", "images_of_regions", "is_judged", "read_judged", "same_regions"]

OWN_JUDGE: Final = "own judge"
"""The judge of a file that names none: the one that its benchmark prescribes."""

_SIGN: Final = re.compile(r'(?<!\\)"(score_pos|eval_result|tuple)"\s*:')
_CHOICES: Final = tuple(re.compile(rf'(?<!\\)"{field}"\s*:') for field in ("choices", "model_output"))
_EVALUATION: Final = "_eval"
_REVIEW: Final = re.compile(r"(gpt4_text_|reviews?_)")
_SHOWN: Final = 5

_Entries = list[tuple[str, Mapping[str, Any]]]


@dataclass(frozen=True)
class JudgedFile:
    """A judge's verdicts about the captions of one system.

    Attributes:
        path: the file.
        layout: the benchmark.
        system: whose captions they are.
        judge: who judged them.
        totals: turns sums of the rows into the benchmark's scores.
        keys: of the regions or questions.
        rows: what each contributes, (keys, width).
        sha256: of the file.
        images: key -> image, where the file says it.
    """

    path: Path
    layout: str
    system: str
    judge: str
    totals: Totals
    keys: tuple[str, ...]
    rows: FloatArray
    sha256: str
    images: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """System and judge."""
        return f"{self.system} @ {self.judge}"

    def of(self, keys: Sequence[str]) -> FloatArray:
        """The rows of some keys, in their order."""
        places = {key: place for place, key in enumerate(self.keys)}
        return self.rows[[places[key] for key in keys]]


@dataclass(frozen=True)
class _Layout:
    """One way in which verdicts are published."""

    name: str
    totals: type[QuestionScores] | type[TruthScores] | type[ChoiceScores] | type[ReviewScores]
    entries: Callable[[Any], _Entries]


def is_judged(path: Path) -> bool:
    """Whether a file looks like a published file of verdicts rather than one of captions."""
    try:
        text = "" if path.is_dir() else read_source(path).text
    except InvalidInputError:
        return False
    return _SIGN.search(text) is not None or all(sign.search(text) for sign in _CHOICES)


def read_judged(path: Path, name: str | None = None) -> JudgedFile:
    """Read a published file of verdicts.

    Args:
        path: the file.
        name: ``SYSTEM`` or ``SYSTEM@JUDGE``; taken from the path if None: ``gar_1b_eval_gpt.json`` is system gar_1b,
            judged by gpt, ``gar_1b/review_refer_desc.jsonl`` is system gar_1b.

    Raises:
        InvalidInputError: it is none, or has entries that do not fit, all of them.
    """
    source = read_source(path)
    layout = _layout_of(path, content := _parse(path, source.text))
    entries = layout.entries(content)
    problems, rows = [], []
    for key, entry in entries:
        row = layout.totals.row(entry)
        if isinstance(row, str):
            problems.append(f"{key}: {row}")
        else:
            rows.append(row)
    problems += [f"{key}: {count} times" for key, count in Counter(key for key, _ in entries).items() if count > 1]
    if problems or not rows:
        raise InvalidInputError(str(path), problems or ["there is no verdict in it"], limit=20)
    system, _, judge = (name or _name_of(path)).partition("@")
    keys = tuple(key for key, _ in entries)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    judge = judge.strip() or OWN_JUDGE
    images = {key: str(entry["image_path"]) for key, entry in entries if "image_path" in entry}
    totals = layout.totals()
    return JudgedFile(path, layout.name, system.strip(), judge, totals, keys, np.array(rows, float), digest, images)


def same_regions(files: Sequence[JudgedFile], only_shared: bool = False) -> list[str]:
    """The regions that all files judge, in the order of the first.

    Args:
        files: of one benchmark.
        only_shared: leave out what one of them lacks.

    Raises:
        InvalidInputError: files of several benchmarks, one system and judge twice, regions that one file lacks without
            `only_shared`, or none that all have.
    """
    layouts = sorted({file.layout for file in files})
    if len(layouts) > 1:
        problems = [f"{file.path} is of {file.layout}" for file in files]
        raise InvalidInputError("files of verdicts", problems, "Compare those of one benchmark at a time.")
    labels = Counter(file.label for file in files)
    twice = [f"{file.path} is {file.label}" for file in files if labels[file.label] > 1]
    if twice:
        hint = "Name them apart: --name SYSTEM@JUDGE, once for each file, in their order."
        raise InvalidInputError("files of verdicts", twice, hint)
    shared = set.intersection(*(set(file.keys) for file in files))
    every = list(dict.fromkeys(key for file in files for key in file.keys))
    problems = []
    for file in files:
        lacking = [key for key in every if key not in set(file.keys)]
        if lacking:
            examples = ", ".join(lacking[:_SHOWN]) + (", ..." if len(lacking) > _SHOWN else "")
            problems.append(f"{file.path} lacks {len(lacking):,} of {len(every):,} regions: {examples}")
    if problems and not (only_shared and shared):
        hint = "--only-given compares on the regions that all have." if shared else "They share no region."
        raise InvalidInputError("files of verdicts", problems, hint)
    return [key for key in files[0].keys if key in shared]


def images_of_regions(annotations: Path) -> dict[str, str]:
    """Region -> image of a benchmark's annotation file: COCO's, or ParaDLC-Bench's list of images.

    Raises:
        InvalidInputError: it is neither.
    """
    content = load_json(annotations)
    if isinstance(content, list):
        return {
            f"{plain_id(image['image_id'])}_{plain_id(row['index'])}": plain_id(image["image_id"])
            for image in rows_of(annotations, content, "", ["image_id", "annotations"])
            for row in rows_of(annotations, image["annotations"], "", ["index"])
        }
    rows = rows_of(annotations, content, "annotations", ["id", "image_id"])
    return {plain_id(row["id"]): plain_id(row["image_id"]) for row in rows}


def _parse(path: Path, text: str) -> Any:
    """One JSON value, or the list of those of JSON Lines."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise InvalidInputError(str(path), ["nested too deeply"]) from error
    except json.JSONDecodeError as whole:
        values, problems = [], []
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                try:
                    values.append(json.loads(line))
                except json.JSONDecodeError as error:
                    problems.append(f"line {number}: not JSON ({error.msg})")
        if problems:
            problems = problems if values else [f"line {whole.lineno}: not JSON ({whole.msg})"]
            raise InvalidInputError(str(path), problems, limit=20) from whole
        return values


def _questions(content: Any) -> _Entries:
    """Regions of an object; the averages beside them are not regions."""
    if not isinstance(content, Mapping):
        return []
    return [(str(key), entry) for key, entry in content.items() if isinstance(entry, Mapping)]


def _truths(content: Any) -> _Entries:
    """Captions or questions of a list, named by their image; several of one image are numbered."""
    rows = [row for row in content if isinstance(row, Mapping)] if isinstance(content, list) else []
    images = [str(row.get("image", row.get("image_path", place))) for place, row in enumerate(rows)]
    seen: Counter[str] = Counter()
    entries: _Entries = []
    for image, row in zip(images, rows, strict=True):
        seen[image] += 1
        entries.append((image if seen[image] == 1 else f"{image}#{seen[image]}", row))
    return entries


def _reviews(content: Any) -> _Entries:
    rows = [row for row in content if isinstance(row, Mapping)] if isinstance(content, list) else [content]
    return [(f"{row.get('category', 'question')}/{plain_id(row.get('question_id'))}", row) for row in rows]


_QUESTIONS = _Layout("dlc-bench", QuestionScores, _questions)
_SIMPLE = _Layout("gar-bench-simple", TruthScores, _truths)
_DETAILED = _Layout("gar-bench-detailed", TruthScores, _truths)
_CHOSEN = _Layout("gar-bench-vqa", ChoiceScores, _truths)
_REVIEWS = _Layout("review", ReviewScores, _reviews)


def _layout_of(path: Path, content: Any) -> _Layout:
    """The layout whose field the first entry has."""
    rows = list(content.values()) if isinstance(content, Mapping) else content if isinstance(content, list) else []
    first = next((row for row in rows if isinstance(row, Mapping)), content if isinstance(content, Mapping) else {})
    if "tuple" in first:
        return _REVIEWS
    if "eval_result" in first:
        return _DETAILED if "predicate_name" in first else _SIMPLE
    if "score_pos" in first:
        return _QUESTIONS
    if {"choices", "model_output"} <= set(first):
        return _CHOSEN
    problem = "no judge's verdicts: expected entries with score_pos and score_neg, eval_result, tuple, or choices"
    raise InvalidInputError(
        str(path), [problem], f"The first entry has {', '.join(map(str, list(first)[:8])) or 'none'}."
    )


def _name_of(path: Path) -> str:
    """System, and judge after ``@``, as the publishers' programs name files."""
    stem = path.name.partition(".")[0]
    if _REVIEW.match(stem):
        return path.absolute().parent.name
    system, _, judge = stem.partition(_EVALUATION)
    return f"{system or stem}@{judge.strip('_-')}"
