"""``ureca judge-benchmark captions.json --benchmark dlc-bench ...``: another benchmark's questions to your judge."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from dataset.errors import DataUnavailableError, InvalidInputError, check_name
from dataset.loading.regions import load_images
from dataset.prompting.prompts import Context, Prompt
from dataset.prompting.response_cache import ResponseCache
from dataset.runtime.cache import atomic_file
from dataset.runtime.coroutines import run_to_end
from dataset.terminal import CommandLine, check_outputs, config_options, terminal
from dataset.user_files.files import load_json, load_json_lines, plain_id, rows_of

from ..inputs.flags import DataOptions
from .benchmark_pictures import Pictures
from .benchmark_questions import BENCHMARKS, Asked, BenchmarkQuestions, GarQuestions, MultipleChoice, Reviews
from .cost import Account, Prices, estimated_usage
from .flags import (
    Attempts,
    Budget,
    Check,
    CompletionPrice,
    Concurrency,
    DryRun,
    Extra,
    KeyVariable,
    MaxTokens,
    Model,
    PromptPrice,
    Timeout,
    Url,
)
from .server import JudgeServer, server_of

__all__ = ["app", "ask_all"]

_LEAST_FAILURES: Final = 16
_CAPTIONS: Final = ("caption", "text", "model_output")

app = CommandLine()


@app.command(stopped="stopped; the same command resumes")
def main(
    captions: Annotated[Path, typer.Argument(help="Captions in the benchmark's layout, or a prediction file.")],
    benchmark: Annotated[str, typer.Option(help=", ".join(BENCHMARKS))],
    prompt: Annotated[Path, typer.Option(help="The benchmark's own prompt, a text with {fields}.")],
    out: Annotated[Path, typer.Option(help="File of verdicts, in the benchmark's layout.")],
    questions: Annotated[Path | None, typer.Option(help="qa.json, or question.jsonl.")] = None,
    recognition: Annotated[Path | None, typer.Option(help="dlc-bench: its first question, with {name}.")] = None,
    class_names: Annotated[Path | None, typer.Option(help="dlc-bench: class_names.json.")] = None,
    reference_answers: Annotated[Path | None, typer.Option(help="review: answer.jsonl.")] = None,
    context: Annotated[Path | None, typer.Option(help="review: context.jsonl.")] = None,
    images: Annotated[Path | None, typer.Option(help="gar-bench: show the images of this folder.")] = None,
    config: Annotated[str | None, typer.Option(help="dlc-bench: show images and masks of this config.")] = None,
    option: DataOptions = None,
    url: Url = None,
    model: Model = None,
    budget: Budget = None,
    prompt_price: PromptPrice = 0.0,
    completion_price: CompletionPrice = 0.0,
    dry_run: DryRun = False,
    concurrency: Concurrency = 8,
    timeout: Timeout = 180.0,
    attempts: Attempts = 5,
    max_tokens: MaxTokens = 300,
    extra: Extra = "{}",
    check: Check = True,
    api_key_variable: KeyVariable = "OPENAI_API_KEY",
) -> None:
    """Ask a judge what another benchmark asks, and write its file of verdicts; `ureca compare` reads it.

    Exit code 2 for input that cannot be used, 1 if some questions have no answer.
    """
    check_name("benchmark", benchmark, BENCHMARKS)
    check_outputs(out)
    words = _text(prompt)
    asker: BenchmarkQuestions
    if benchmark == GarQuestions.name:
        rows = rows_of(captions, _content(captions), "", ["image", "model_output", "mask_rles"])
        asker = GarQuestions(rows, words, None if images is None else Pictures(images))
    elif benchmark == MultipleChoice.name:
        pictures = None if config is None else Pictures(None, _regions(config, config_options(option)))
        first = None if recognition is None else _text(recognition)
        asker = MultipleChoice(
            _captions(captions), _given(questions, "--questions"), words, first, class_names, pictures
        )
    else:
        files = _given(questions, "--questions"), _given(reference_answers, "--reference-answers")
        asker = Reviews(_captions(captions), *files, context, words)
    inquiries = asker.asked()
    account = Account(Prices(prompt_price, completion_price), budget)
    _say(f"{len(inquiries):,} questions about {len({each.region for each in inquiries}):,} captions")
    if dry_run:
        return
    server = server_of(
        url,
        model,
        concurrency=concurrency,
        timeout=timeout,
        attempts=attempts,
        max_tokens=max_tokens,
        extra=extra,
        check=check,
        api_key_variable=api_key_variable,
    )
    store = out.with_name(f"{out.name}.answers")
    with ResponseCache(store) as cache:
        answers = ask_all(inquiries, server, account, cache)
    with atomic_file(out) as temporary:
        temporary.write_text(_written(asker.verdicts(answers), out), encoding="utf-8", errors="backslashreplace")
    missing = len(inquiries) - len(answers)
    _say(f"{len(answers):,} answers; verdicts written to {out}")
    if missing:
        _say(f"{missing:,} questions have no answer; the same command asks for them again")
        raise typer.Exit(1)
    store.unlink(missing_ok=True)


def ask_all(inquiries: Sequence[Asked], server: JudgeServer, account: Account, cache: ResponseCache) -> dict[str, str]:
    """Key -> answer, of all questions that have one; those in the cache are not asked again.

    Raises:
        DataUnavailableError: the server is gone.
        InvalidInputError: an image cannot be used.
    """
    answers: dict[str, str] = {}
    waiting: Iterator[Asked] = iter(inquiries)
    failures: list[str] = []

    async def work(describer: Any) -> None:
        for each in waiting:
            prompt = await asyncio.to_thread(_prompt, each)
            key = hashlib.sha256(json.dumps([server.model, server.url, prompt.content_hash]).encode()).hexdigest()
            text = cache.get(key)
            if text is None:
                estimate = estimated_usage(prompt)
                if not account.reserve(estimate):
                    return
                answer = await describer.answer(prompt)
                account.settle(estimate, answer)
                if answer.failure is not None:
                    failures.append(f"{each.region}: {answer.failure}")
                    if len(failures) >= _LEAST_FAILURES and not answers:
                        raise DataUnavailableError(f"{len(failures)} questions failed, the last: {failures[-1]}")
                    continue
                text = answer.text
                cache.put(key, text)
            answers[each.key] = text

    async def ask() -> None:
        async with server.open() as describer, asyncio.TaskGroup() as group:
            for _ in range(min(server.concurrency, max(len(inquiries), 1))):
                group.create_task(work(describer))

    try:
        run_to_end(ask())
    except* (DataUnavailableError, InvalidInputError) as errors:
        raise errors.exceptions[0] from None
    for line in failures[:10]:
        _say(f"no answer: {line}")
    return answers


def _prompt(each: Asked) -> Prompt:
    return Prompt("verification", each.text, tuple(each.pictures()), Context(each.region, each.region))


def _regions(config: str, options: Mapping[str, Any]) -> dict[str, tuple[Path, Any]]:
    """Last part of a region's id -> its image and the region."""
    return {
        region.region_id.rpartition("/")[2]: (path, region)
        for path, regions in load_images(config, "test", **options)
        for region in regions
    }


def _captions(path: Path) -> dict[str, str]:
    """Captions by the benchmark's name of a region: of an object, of rows with ids, or of rows in its order."""
    content = _content(path)
    if isinstance(content, Mapping):
        return {str(key): text for key, text in content.items() if isinstance(text, str)}
    captions, problems = {}, []
    for place, row in enumerate(content if isinstance(content, list) else []):
        text = next((row[name] for name in _CAPTIONS if name in row), None) if isinstance(row, Mapping) else None
        if not isinstance(text, str):
            problems.append(f"row {place}: expected one of {', '.join(_CAPTIONS)}")
            continue
        captions[plain_id(row.get("region_id", row.get("question_id", place))).rpartition("/")[2]] = text
    if problems or not captions:
        raise InvalidInputError(str(path), problems or ["there is no caption in it"], limit=20)
    return captions


def _content(path: Path) -> Any:
    return load_json_lines(path) if ".jsonl" in path.name else load_json(path)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(str(path), [f"cannot be read: {error}"]) from error


def _given(path: Path | None, name: str) -> Path:
    if path is None:
        raise InvalidInputError(name, ["is needed for this benchmark"])
    return path


def _written(content: Any, out: Path) -> str:
    """JSON, or JSON Lines where the file is called so."""
    if ".jsonl" in out.name and isinstance(content, list):
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in content)
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _say(text: str) -> None:
    terminal.print(text, highlight=False, markup=False, soft_wrap=True)


if __name__ == "__main__":
    app()
