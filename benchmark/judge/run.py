"""Ask a judge about many captions: resumable, each verdict once, with what it costs and how far it is."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from dataset.errors import DataUnavailableError
from dataset.prompting.describer import Describer, Failure
from dataset.prompting.journal import Journal, begin_run
from dataset.prompting.prompts import Prompt
from dataset.prompting.response_cache import ResponseCache
from dataset.runtime.coroutines import run_to_end

from ..verdicts.verdict import Verdict, read_verdict, write_verdicts
from .cost import Account, estimated_usage
from .panels import PanelOptions
from .plan import CaptionKey, ImageToJudge, Place, Questions
from .question import Reply, read_reply

__all__ = ["JudgeProgress", "JudgeRun", "OpenDescriber"]

OpenDescriber = Callable[[], AbstractAsyncContextManager[Describer]]
"""Opens what answers."""

_LEAST_FAILURES: Final = 16
"""Failures in a row after which the server is taken to be gone."""
_REPLIES: Final = 3
"""Answers that are asked for until one is of the form that was asked for."""


@dataclass(slots=True)
class JudgeProgress:
    """How far a run is.

    Attributes:
        total: captions to judge.
        earlier: verdicts that an earlier part of the run has left.
        done: verdicts, those included.
        failures: region -> why it has no verdict.
        is_over_budget: captions were left because the budget is spent.
        started: `time.monotonic` when it began.
    """

    total: int
    earlier: int = 0
    done: int = 0
    failures: dict[str, str] = field(default_factory=dict)
    is_over_budget: bool = False
    started: float = field(default_factory=time.monotonic)

    @property
    def rate(self) -> float:
        """Verdicts per second, without those of an earlier part."""
        return (self.done - self.earlier) / max(time.monotonic() - self.started, 1e-3)

    @property
    def seconds_left(self) -> float | None:
        """At this rate; None before the first verdict."""
        return (self.total - self.done - len(self.failures)) / self.rate if self.done > self.earlier else None

    @property
    def is_complete(self) -> bool:
        """Whether every caption has a verdict."""
        return self.done == self.total


class JudgeRun:
    """A run over some captions whose verdicts go to one file.

    Killed at any point and made again, it goes on: a journal beside the file keeps every verdict, and a file of answers
    every well-formed one. The file of verdicts is written when the run ends, with those that there are, in the order of
    the captions.

    Args:
        images: what to judge, in the order in which it is asked about; see `shuffled_images`.
        out: the file of verdicts.
        options: what is shown.
        judge: signature of the judge, for each verdict.
        identity: what besides decides the verdicts, as JSON: which data and captions.
        answers: JSONL file of answers that stays when the run is over, so that other runs need not ask again; beside
            `out` and removed at the end if None.
    """

    def __init__(
        self,
        images: Sequence[ImageToJudge],
        out: Path,
        options: PanelOptions,
        judge: str,
        identity: Mapping[str, Any],
        answers: Path | None = None,
    ) -> None:
        self.questions = Questions(images, options)
        self.out, self.judge, self._answers = out, judge, answers
        self._identity = {"judge": judge, **identity}
        self._places = {self.questions.caption(place).key: place for place in self.questions.places()}

    @property
    def journal_path(self) -> Path:
        """Where the verdicts of an unfinished run are kept."""
        return self.out.with_name(f"{self.out.name}.partial")

    @property
    def answers_path(self) -> Path:
        """Where the answers are kept."""
        return self._answers or self.out.with_name(f"{self.out.name}.answers")

    def make(
        self,
        open_describer: OpenDescriber,
        account: Account,
        *,
        concurrency: int = 8,
        on_progress: Callable[[JudgeProgress], None] = lambda _: None,
    ) -> JudgeProgress:
        """Ask for every verdict that is missing, and write the file.

        Args:
            open_describer: makes what answers.
            account: what may be spent; earlier parts of the run are charged to it.
            concurrency: captions under way at once.
            on_progress: called after every verdict and failure.

        Raises:
            InvalidInputError: the run was started with something else, or an image cannot be used.
            DataUnavailableError: the server is gone, or the journal is damaged or in use.
        """
        with Journal(self.journal_path, wait_seconds=1.0) as journal, ResponseCache(self.answers_path) as answers:
            verdicts = self._earlier(journal, account)
            progress = JudgeProgress(len(self._places), len(verdicts), len(verdicts))
            on_progress(progress)
            todo = [place for key, place in self._places.items() if key not in verdicts]

            async def judge_all() -> None:
                async with open_describer() as describer:
                    desk = _Desk(self, describer, answers, account, journal, verdicts, progress, on_progress)
                    await desk.judge(todo, concurrency)

            run_to_end(judge_all())
            write_verdicts((verdicts[key] for key in self._places if key in verdicts), self.out)
        if progress.is_complete:
            lock = self.journal_path.with_name(f".{self.journal_path.name}.lock")
            for path in (self.journal_path, lock, *([] if self._answers else [self.answers_path])):
                path.unlink(missing_ok=True)
        return progress

    def _earlier(self, journal: Journal, account: Account) -> dict[CaptionKey, Verdict]:
        """The verdicts that the journal holds; what its answers have cost is charged."""
        verdicts: dict[CaptionKey, Verdict] = {}
        for number, record in enumerate(begin_run(journal, self._identity), 2):
            try:
                if "cost" in record:
                    account.spent += float(record["cost"])
                    continue
                verdict = read_verdict(record["verdict"])
                key = (verdict.region_id, verdict.system, verdict.caption)
                self._places[key]
            except (KeyError, ValueError, TypeError):
                problem = f"{journal.path}: line {number} is damaged. Delete it to ask for its caption again."
                raise DataUnavailableError(problem) from None
            verdicts[key] = verdict
        return verdicts


class _BudgetError(Exception):
    """Internal: the budget does not have the next request."""


@dataclass(slots=True)
class _Merged:
    """What the answers to all questions about one caption say together.

    A region fits if the caption fits it in one round; the one that is meant, which every round shows, in all of them.
    """

    target: str
    with_elsewhere: bool
    shown: dict[str, None] = field(default_factory=dict)
    fits: dict[str, None] = field(default_factory=dict)
    misses_target: bool = False
    elsewhere: bool = False
    sure: bool = True
    closest: str | None = None
    statements: tuple[tuple[str, bool], ...] = ()

    def add(self, region_ids: Sequence[str], reply: Reply) -> None:
        """Take in one answer."""
        fitting = [region_ids[panel] for panel in reply.fits]
        self.shown |= dict.fromkeys(region_ids)
        self.fits |= dict.fromkeys(fitting)
        self.misses_target |= self.target in region_ids and self.target not in fitting
        self.elsewhere |= self.with_elsewhere and reply.elsewhere
        self.sure &= reply.sure
        closest = None if reply.closest is None else region_ids[reply.closest]
        if closest is not None and (self.closest is None or closest == self.target):
            self.closest, self.statements = closest, reply.statements

    @property
    def is_settled(self) -> bool:
        """Whether no further round can make the caption unique."""
        return self.with_elsewhere and (self.misses_target or len(self.fits) > 1 or self.elsewhere)

    def verdict(self, caption: str, system: str, judge: str) -> Verdict:
        """All of it."""
        fits = [each for each in self.shown if each in self.fits and not (each == self.target and self.misses_target)]
        return Verdict(
            region_id=self.target,
            system=system,
            caption=caption,
            candidates=tuple(self.shown),
            fits=tuple(fits),
            elsewhere=self.elsewhere,
            sure=self.sure,
            closest=self.closest,
            statements=self.statements,
            judge=judge,
        )


@dataclass(slots=True)
class _Desk:
    """Where the questions of a run are asked and its verdicts noted."""

    run: JudgeRun
    describer: Describer
    answers: ResponseCache
    account: Account
    journal: Journal
    verdicts: dict[CaptionKey, Verdict]
    progress: JudgeProgress
    on_progress: Callable[[JudgeProgress], None]
    _failed_in_a_row: int = 0

    async def judge(self, todo: Sequence[Place], concurrency: int) -> None:
        """Judge the captions at these places, so many at once."""
        waiting: Iterator[Place] = iter(todo)

        async def work() -> None:
            for place in waiting:
                if self.progress.is_over_budget:
                    return
                await self._judge_one(place, max(_LEAST_FAILURES, concurrency))

        workers = [asyncio.create_task(work()) for _ in range(min(concurrency, max(len(todo), 1)))]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _judge_one(self, place: Place, most_failures: int) -> None:
        caption = self.run.questions.caption(place)
        try:
            verdict = await self._verdict(place)
        except _BudgetError:
            self.progress.is_over_budget = True
            return
        if isinstance(verdict, Failure):
            self.progress.failures[" ".join(filter(None, [caption.region_id, caption.system]))] = str(verdict)
            self._failed_in_a_row += 1
            self.on_progress(self.progress)
            if self._failed_in_a_row >= most_failures:
                raise DataUnavailableError(
                    f"{self._failed_in_a_row} captions in a row got no verdict, the last one because of: {verdict}. "
                    "When the server answers again, the same command goes on."
                )
            return
        self._failed_in_a_row = 0
        self.journal.append({"verdict": verdict.to_dict()})
        self.verdicts[caption.key] = verdict
        self.progress.done += 1
        self.on_progress(self.progress)

    async def _verdict(self, place: Place) -> Verdict | Failure:
        """Ask round after round until the caption is not unique or all look-alikes were shown."""
        questions = self.run.questions
        caption = questions.caption(place)
        merged = _Merged(caption.region_id, with_elsewhere=questions.options.view != "single")
        for region_ids in await asyncio.to_thread(questions.regions_of, place):
            prompt, key = await asyncio.to_thread(self._drawn, place, region_ids)
            reply = await self._reply(prompt, key, len(region_ids))
            if isinstance(reply, Failure):
                return reply
            merged.add(region_ids, reply)
            if merged.is_settled:
                break
        return merged.verdict(caption.caption, caption.system, self.run.judge)

    def _drawn(self, place: Place, region_ids: Sequence[str]) -> tuple[Prompt, str]:
        """A question, and the key of its answer: of all that decides it."""
        questions = self.run.questions
        prompt = questions.prompt(place, region_ids)
        decisive = json.dumps([self.run.judge, questions.options.seed, prompt.content_hash])
        return prompt, hashlib.sha256(decisive.encode()).hexdigest()

    async def _reply(self, prompt: Prompt, key: str, count: int) -> Reply | Failure:
        """Ask until the answer is of the form that was asked for; what each answer costs is noted at once."""
        earlier = read_reply(self.answers.get(key) or "", count)
        if isinstance(earlier, Reply):
            return earlier
        wrong = ""
        for attempt in range(_REPLIES):
            estimate = estimated_usage(prompt)
            if not self.account.reserve(estimate):
                raise _BudgetError
            answer = await self.describer.answer(prompt, seed=self.run.questions.options.seed + attempt)
            price = self.account.settle(estimate, answer)
            if price:
                self.journal.append({"cost": price})
            if answer.failure is not None:
                return answer.failure
            reply = read_reply(answer.text, count)
            if isinstance(reply, Reply):
                self.answers.put(key, answer.text)
                return reply
            wrong = reply
        return Failure("malformed", f"not the JSON object that was asked for: {wrong}", attempts=_REPLIES)
