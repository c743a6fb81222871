"""Decoding in fixed shapes, recorded as CUDA graphs: a GPU then does not wait for Python.

A token of a small model is some hundred kernels of a few microseconds each, and Python starts one in ten. A recording
starts them all at once. It is of one shape, so a batch is filled up with rows that have ended, its prompts with
padding, and its prefix with tokens that nobody sees.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

import torch

from .answers import Answers, positions_of
from .caches import FixedCache, KeyValues, empty_key_values

__all__ = ["Recordings"]

logger = logging.getLogger(__name__)

PREFIX_STEP, PROMPT_STEP = 64, 8
"""Prefixes and prompts are filled up to a multiple of so many tokens; rows to a power of two."""
MOST_BYTES: Final = 4 * 2**30
"""Of recordings that are kept; those that were not used for the longest time go first."""


class FixedAnswers(Answers):
    """Answers in fixed shapes; `load` gives them other prompts, and `record` makes them quick on a GPU."""

    patience = 4

    def __init__(self, model: Any, like: torch.Tensor, shape: tuple[int, int, int], end: int, new: int) -> None:
        """Args: model; embeddings to be alike; (rows, prompt tokens, prefix tokens); see `Answers` for the others."""
        rows, length, before = shape
        text = model.model.language_model
        padding = torch.zeros(rows, dtype=torch.long, device=like.device)
        prefix = empty_key_values(text, like, 1, before) if before else None
        cache = FixedCache(prefix, empty_key_values(text, like, rows, length + new), padding)
        super().__init__(model, cache, like.new_zeros(rows, length, like.shape[2]), padding, 0, end, new)
        self.fixed_cache, self.padding = cache, padding
        self.graphs: list[torch.cuda.CUDAGraph] = []

    @property
    def nbytes(self) -> int:
        """Memory of keys and values."""
        pairs = [*self.cache.own, *(self.cache.prefix or [])]
        return sum(keys.nbytes + values.nbytes for keys, values in pairs)

    def load(self, prompts: torch.Tensor, padding: torch.Tensor, prefix: KeyValues | None) -> None:
        """Take over prompts (rows, length, width), left-padded, that are at most as many and as long as there is room.

        Rows that are left over count as ended.
        """
        rows, length = prompts.shape[:2]
        blank = self.prompts.shape[1] - length
        self.prompts.zero_()
        self.prompts[:rows, blank:] = prompts
        self.padding.fill_(0)
        self.padding[:rows] = padding + blank
        if prefix is not None:
            self.fixed_cache.load_prefix(prefix)
        before = prefix[0][0].shape[2] if prefix is not None else 0
        self.positions.copy_(positions_of(self.prompts, self.padding, before))
        self.last_positions.copy_(self.positions[:, -1:])
        self.step.zero_()
        self.ended.copy_(self.rows >= rows)

    def begin(self) -> None:
        """Read the prompts and answer with a first token each."""
        self._run(0, super().begin)

    def go_on(self) -> None:
        """The next token of each answer."""
        self._run(1, super().go_on)

    def _run(self, number: int, work: Callable[[], None]) -> None:
        self.fixed_cache.answering = number == 1
        if self.graphs:
            self.graphs[number].replay()
        else:
            work()

    def have_ended(self) -> bool:
        """Whether all answers have; none is dropped."""
        return bool(self.ended.all())

    def record(self, pool: Any, stream: torch.cuda.Stream) -> None:
        """Record both kinds of work; what was loaded has to be loaded again.

        Args:
            pool: of memory, for recordings that are never replayed at the same time.
            stream: to record on, of the device of the prompts.

        Raises:
            RuntimeError: something of the model cannot be recorded, or memory is out.
        """
        if self.text.shape[1] < 2:
            return
        before, graphs = torch.cuda.current_stream(stream.device), []
        with torch.cuda.device(stream.device), _same_autocast_without_cache():
            stream.wait_stream(before)
            with torch.cuda.stream(stream):  # libraries choose and load their kernels
                self.begin()
                self.go_on()
            before.wait_stream(stream)
            try:
                for work in (self.begin, self.go_on):
                    graph = torch.cuda.CUDAGraph()
                    with torch.cuda.graph(graph, pool=pool, stream=stream, capture_error_mode="thread_local"):
                        work()
                    graphs.append(graph)
            finally:
                torch.cuda.set_stream(before)  # which a failure in a recording forgets
        self.graphs = graphs


class Recordings:
    """Fixed shapes of a model that came before, with their recordings.

    Args:
        model: a `UrecaForConditionalGeneration`.
        record: make CUDA graphs; off, the same kernels are started one by one, on any device.

    Attributes:
        problem: why nothing is recorded any more; None if all is well.
    """

    def __init__(self, model: Any, *, record: bool = True) -> None:
        self.model, self.record = model, record
        self.problem: str | None = None
        self._by_shape: dict[tuple[Any, ...], FixedAnswers] = {}
        self._pool: Any = None
        self._stream: torch.cuda.Stream | None = None

    def answers(
        self, prompts: torch.Tensor, padding: torch.Tensor, prefix: KeyValues | None, end: int, max_new_tokens: int
    ) -> FixedAnswers:
        """Answers to begin with, see `decoding.decode` for the arguments; valid until the next call."""
        rows, length = prompts.shape[:2]
        before = prefix[0][0].shape[2] if prefix is not None else 0
        shape = (1 << (rows - 1).bit_length(), _filled(length, PROMPT_STEP), _filled(before, PREFIX_STEP))
        weights = self.model.lm_head.weight.data_ptr()  # a recording is of these addresses
        autocast = torch.is_autocast_enabled(prompts.device.type)
        key = (shape, end, max_new_tokens, prompts.dtype, prompts.device, weights, autocast)
        answers = self._by_shape.pop(key, None)
        if answers is None:
            answers = FixedAnswers(self.model, prompts, shape, end, max_new_tokens)
            self._make_room(answers.nbytes)
            answers.load(prompts, padding, prefix)
            self._try_to_record(answers)
        self._by_shape[key] = answers  # the last one is the one used last
        answers.load(prompts, padding, prefix)
        return answers

    def _make_room(self, nbytes: int) -> None:
        kept_bytes = sum(answers.nbytes for answers in self._by_shape.values())
        while self._by_shape and kept_bytes + nbytes > MOST_BYTES:
            kept_bytes -= self._by_shape.pop(next(iter(self._by_shape))).nbytes

    def _try_to_record(self, answers: FixedAnswers) -> None:
        if not self.record or self.problem is not None:
            return
        try:
            self._pool = self._pool or torch.cuda.graph_pool_handle()
            self._stream = self._stream or torch.cuda.Stream(answers.prompts.device)  # type: ignore[no-untyped-call]
            answers.record(self._pool, self._stream)
        except RuntimeError as error:
            self.problem = str(error)
            logger.warning("decoding is not recorded, so it is slower: %s", error)


def _filled(tokens: int, step: int) -> int:
    return -(-tokens // step) * step


def _same_autocast_without_cache() -> torch.autocast:
    """The number types of now, with weights converted each time: a recording may not hold copies of them."""
    enabled, dtype = torch.is_autocast_enabled("cuda"), torch.get_autocast_dtype("cuda")
    return torch.autocast("cuda", dtype=dtype, enabled=enabled, cache_enabled=False)
