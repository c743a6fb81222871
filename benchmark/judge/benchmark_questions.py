"""What other benchmarks ask a judge, in their published layouts: the questions, and the file of verdicts.

The words come from the user: a file with the benchmark's own prompt, whose ``{fields}`` are filled. The verdicts are
written as the benchmark's own program writes them, so that its files and these compare.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt

from dataset.errors import InvalidInputError
from dataset.user_files.files import load_json, load_json_lines, plain_id, rows_of

from .benchmark_pictures import Pictures

__all__ = ["BENCHMARKS", "Asked", "BenchmarkQuestions", "GarQuestions", "MultipleChoice", "Reviews", "fill"]

Pixels = npt.NDArray[np.uint8]

_FIELD: Final = re.compile(r"\{(\w+)\}")
_LETTERS: Final = "ABCDEFGHIJ"
_NUMBERS: Final = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Asked:
    """One question.

    Attributes:
        key: unique in the run.
        region: whose caption it is about.
        text: the words.
        pictures: draws what is shown with it.
    """

    key: str
    region: str
    text: str
    pictures: Callable[[], Sequence[Pixels]] = field(default=tuple, repr=False)


def fill(template: str, fields: Mapping[str, Any], source: str) -> str:
    """A prompt with its ``{fields}`` filled; other braces stay.

    Raises:
        InvalidInputError: it has a field that the benchmark does not have.
    """
    unknown = [name for name in dict.fromkeys(_FIELD.findall(template)) if name not in fields]
    if unknown:
        problems = [f"{{{name}}} is not a field of this benchmark" for name in unknown]
        raise InvalidInputError(source, problems, f"There are: {', '.join(f'{{{name}}}' for name in fields)}.")
    return _FIELD.sub(lambda match: str(fields[match[1]]), template)


class BenchmarkQuestions(ABC):
    """The questions of one benchmark about one system's captions."""

    name: ClassVar[str]

    @abstractmethod
    def asked(self) -> list[Asked]:
        """The questions, in order.

        Raises:
            InvalidInputError: files that do not fit together.
        """

    @abstractmethod
    def verdicts(self, answers: Mapping[str, str]) -> Any:
        """The content of the published file, of the regions all of whose questions are answered."""


class MultipleChoice(BenchmarkQuestions):
    """DLC-Bench and ParaDLC-Bench.

    Args:
        captions: region -> caption.
        questions: ``qa.json``.
        prompt: fields ``pred_caption`` and ``question_text_str``.
        recognition: the question whether the caption names the thing, field ``name``, ``a_name`` with its article;
            without it every caption counts as naming it.
        class_names: ``class_names.json``, for that question.
        pictures: draws region's image and mask; None for a judge that sees no image.
    """

    name = "dlc-bench"

    def __init__(
        self,
        captions: Mapping[str, str],
        questions: Path,
        prompt: str,
        recognition: str | None,
        class_names: Path | None,
        pictures: Pictures | None,
    ) -> None:
        self._captions, self._prompt, self._recognition = captions, prompt, recognition
        self._pictures = pictures
        self._questions: Mapping[str, Any] = _table(questions)
        self._names = {} if class_names is None else _table(class_names)
        problems = [f"{key}: no caption" for key in self._questions if key not in captions]
        if recognition is not None:
            problems += [f"{key}: no name in --class-names" for key in self._questions if key not in self._names]
        for key, rows in self._questions.items():
            problems += [f"{key}/{place}: {wrong}" for place, row in enumerate(rows) if (wrong := _choices_of(row)[1])]
        if problems:
            raise InvalidInputError(str(questions), problems, limit=20)

    def asked(self) -> list[Asked]:
        """The question of recognition, if there is one, and the others of each region."""
        return [
            Asked(f"{key}#{place}", key, self._text(key, row), self._shown(key))
            for key in self._questions
            for place, row in enumerate(self._rows(key))
        ]

    def verdicts(self, answers: Mapping[str, str]) -> dict[str, Any]:
        """Region -> details with rewards, and their means."""
        content: dict[str, Any] = {}
        for key in self._questions:
            rows = self._rows(key)
            if all(f"{key}#{place}" in answers for place in range(len(rows))):
                content[key] = self._verdict(key, rows, [answers[f"{key}#{place}"] for place in range(len(rows))])
        regions = list(content.values())
        for name in ("pos", "neg"):
            means = [entry[f"score_{name}"] for entry in regions if entry[f"score_{name}"] is not None]
            if means:
                content[f"avg_{name}"] = sum(means) / len(means)
        return content

    def _rows(self, key: str) -> list[Mapping[str, Any]]:
        rows = list(self._questions[key])
        if self._recognition is None:
            return rows
        name = str(self._names[key])
        fields = {"name": name, "a_name": f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"}
        question = fill(self._recognition, fields, "--recognition").strip()
        choices = [["Yes", "correct"], ["No", "incorrect"]]
        return [{"question": question, "choices": choices, "type": "recognition"}, *rows]

    def _text(self, key: str, row: Mapping[str, Any]) -> str:
        choices = [f"{_LETTERS[place]}. {choice}" for place, (choice, _) in enumerate(row["choices"])]
        fields = {
            "pred_caption": self._captions[key],
            "question_text_str": "\n".join([str(row["question"]), *choices]),
        }
        return fill(self._prompt, fields, "--prompt")

    def _shown(self, key: str) -> Callable[[], Sequence[Pixels]]:
        pictures = self._pictures
        return tuple if pictures is None else lambda: pictures.image_and_mask(key)

    def _verdict(self, key: str, rows: Sequence[Mapping[str, Any]], answers: Sequence[str]) -> dict[str, Any]:
        details: dict[str, list[dict[str, Any]]] = {"positive": [], "negative": [], "recognition": []}
        recognised = True
        for row, answer in zip(rows, answers, strict=True):
            place = choice_of(answer, [str(choice) for choice, _ in row["choices"]])
            reward = 0 if place is None else row["choices"][place][1]
            if row["type"] == "recognition":
                recognised = reward == "correct"
                reward = "correct" if recognised else "incorrect"
            elif not recognised:
                reward = min(0, reward)
            details[row["type"]].append(
                {**row, "pred_answer": answer.strip(), "pred_index": place, "eval_result": reward}
            )
        rewards = {name: [entry["eval_result"] for entry in details[name]] for name in ("positive", "negative")}
        every = [*rewards["positive"], *rewards["negative"]]
        return {
            "pred": self._captions[key],
            **{f"details_{name}{'' if name == 'recognition' else 's'}": entries for name, entries in details.items()},
            "response": list(answers),
            "score": sum(every) / max(len(every), 1),
            "score_pos": _mean(rewards["positive"]),
            "score_neg": _mean(rewards["negative"]),
            "recognition_result": recognised if self._recognition is not None else None,
        }


class GarQuestions(BenchmarkQuestions):
    """GAR-Bench, simple and detailed: one yes or no about each caption.

    Args:
        rows: its list, each with ``model_output``.
        prompt: fields are those of the rows.
        pictures: draws an image with all of its masks; None for a judge that sees no image.
    """

    name = "gar-bench"

    def __init__(self, rows: Sequence[Mapping[str, Any]], prompt: str, pictures: Pictures | None) -> None:
        self._rows, self._prompt, self._pictures = rows, prompt, pictures

    def asked(self) -> list[Asked]:
        """One question for each row."""
        return [
            Asked(str(place), str(row["image"]), fill(self._prompt, row, "--prompt").strip(), self._shown(row))
            for place, row in enumerate(self._rows)
        ]

    def verdicts(self, answers: Mapping[str, str]) -> list[dict[str, Any]]:
        """The rows with the judge's word as ``eval_result``."""
        return [
            {**row, "eval_result": answers[str(place)].strip()}
            for place, row in enumerate(self._rows)
            if str(place) in answers
        ]

    def _shown(self, row: Mapping[str, Any]) -> Callable[[], Sequence[Pixels]]:
        pictures = self._pictures
        return tuple if pictures is None else lambda: pictures.with_crops(str(row["image"]), row["mask_rles"])


class Reviews(BenchmarkQuestions):
    """Ferret-Bench and MDVP-Bench: two marks, of the reference's answer and of the system's.

    Args:
        captions: question id -> the system's answer.
        questions, answers: ``question.jsonl`` and ``answer.jsonl``, or lists.
        context: ``context.jsonl``, by image; None where the judge sees none.
        prompt: fields ``question``, ``context``, ``answer1``, ``answer2``.
    """

    name = "review"

    def __init__(
        self, captions: Mapping[str, str], questions: Path, answers: Path, context: Path | None, prompt: str
    ) -> None:
        self._prompt, self._captions = prompt, captions
        self._questions = rows_of(questions, _lines(questions), "", ["question_id", "image", "text"])
        rows = rows_of(answers, _lines(answers), "", ["question_id", "text"])
        self._answers = {plain_id(row["question_id"]): str(row["text"]) for row in rows}
        lines = [] if context is None else rows_of(context, _lines(context), "", ["image", "text"])
        self._context = {str(row["image"]): str(row["text"]) for row in lines}
        ids = [plain_id(row["question_id"]) for row in self._questions]
        problems = [f"question {name}: no caption" for name in ids if name not in captions]
        problems += [f"question {name}: no answer in {answers.name}" for name in ids if name not in self._answers]
        if problems:
            raise InvalidInputError(str(questions), problems, limit=20)

    def asked(self) -> list[Asked]:
        """One for each question of the benchmark."""
        inquiries = []
        for row in self._questions:
            name = plain_id(row["question_id"])
            fields = {
                "question": row["text"],
                "context": self._context.get(str(row["image"]), ""),
                "answer1": self._answers[name],
                "answer2": self._captions[name],
            }
            inquiries.append(Asked(name, name, fill(self._prompt, fields, "--prompt")))
        return inquiries

    def verdicts(self, answers: Mapping[str, str]) -> list[dict[str, Any]]:
        """Reviews with both marks; -1 where there are none, as the published program writes."""
        reviews: list[dict[str, Any]] = []
        for row in self._questions:
            name = plain_id(row["question_id"])
            if name in answers:
                marks = [float(mark) for mark in _NUMBERS.findall(answers[name].strip().partition("\n")[0])]
                kind = {"category": row["category"]} if "category" in row else {}
                entry = {"id": len(reviews) + 1, "question_id": row["question_id"], **kind}
                pair = marks if len(marks) == 2 else [-1.0, -1.0]
                answered = {"answer1": self._answers[name], "answer2": self._captions[name]}
                reviews.append({**entry, "content": answers[name], "tuple": pair, **answered})
        return reviews


BENCHMARKS: Final = (MultipleChoice.name, GarQuestions.name, Reviews.name)
"""What can be asked."""


def choice_of(answer: str, choices: Sequence[str]) -> int | None:
    """Which choice an answer names: by its letter, its words, or both; None if that cannot be told."""
    text = " ".join(answer.split()).casefold()
    words = [" ".join(choice.split()).casefold() for choice in choices]
    for place, word in enumerate(words):
        if text in (word, f"{_LETTERS[place].casefold()}. {word}"):
            return place
    letter = re.match(r"\(?([a-j])\s*(?:[.):]|$)", text)
    if letter and (place := _LETTERS.casefold().index(letter[1])) < len(words):
        return place
    inside = [place for place, word in enumerate(words) if word in text]
    return inside[0] if len(inside) == 1 else None


def _mean(rewards: Sequence[float]) -> float | None:
    return sum(rewards) / len(rewards) if rewards else None


def _choices_of(row: Any) -> tuple[list[Any], str]:
    """The choices of a question, and what is wrong with it."""
    choices = row.get("choices") if isinstance(row, Mapping) else None
    if not isinstance(choices, list) or not 0 < len(choices) <= len(_LETTERS):
        return [], "choices: expected a list of pairs of words and a reward"
    if not all(isinstance(pair, list) and len(pair) == 2 and isinstance(pair[1], int | float) for pair in choices):
        return [], "choices: expected pairs of words and a reward"
    return choices, "" if row.get("type") in ("positive", "negative") else "type: expected positive or negative"


def _table(path: Path) -> Mapping[str, Any]:
    content = load_json(path)
    if not isinstance(content, Mapping) or not content:
        raise InvalidInputError(str(path), ["expected an object by region"])
    return content


def _lines(path: Path) -> Any:
    return load_json_lines(path) if ".jsonl" in path.name else load_json(path)
