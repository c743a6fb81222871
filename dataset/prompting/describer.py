"""What answers the prompts: the protocol, an answer, and the ways to fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, Protocol, runtime_checkable

from .prompts import Prompt

__all__ = ["FAILURES", "Answer", "Describer", "Failure", "FailureKind"]

FailureKind = Literal[
    "connection", "timeout", "status", "malformed", "empty", "truncated", "refusal", "rejected", "unknown_region"
]
FAILURES: Final[dict[FailureKind, str]] = {
    "connection": "no connection, or it broke off in the middle of an answer",
    "timeout": "no whole answer in time",
    "status": "the server answered with an error that may pass (HTTP 408, 409, 425, 429, 5xx)",
    "malformed": "the answer is not a chat completion",
    "empty": "the answer has no text",
    "truncated": "the answer was cut off at the token limit",
    "refusal": "the model refused, or a filter did",
    "rejected": "the server will not take this request (other HTTP errors)",
    "unknown_region": "the describer knows nothing of this region",
}


@dataclass(frozen=True)
class Failure:
    """Why there is no answer.

    Attributes:
        kind: one of `FAILURES`.
        detail: what was found, for the report; at most a few hundred characters.
        attempts: how many requests were made.
    """

    kind: FailureKind
    detail: str = ""
    attempts: int = 1

    def __str__(self) -> str:
        tried = f" after {self.attempts} attempts" if self.attempts > 1 else ""
        return f"{self.kind}{tried}: {self.detail or FAILURES[self.kind]}"


@dataclass(frozen=True)
class Answer:
    """What became of one prompt: a text, or a failure, never both.

    Attributes:
        text: the answer, unchanged; "" if it failed.
        failure: why it failed, None if it did not.
        cached: it came from the response cache. (Not for records that must be equal after a resume.)
        prompt_tokens, completion_tokens: what the server says it has read and written; 0 if it does not say.
    """

    text: str = ""
    failure: Failure | None = None
    cached: bool = False
    prompt_tokens: int = 0
    completion_tokens: int = 0


@runtime_checkable
class Describer(Protocol):
    """Anything that answers prompts: a model server, or the scenes' metadata."""

    @property
    def name(self) -> str:
        """Which model answers, for the provenance of captions."""

    async def answer(self, prompt: Prompt, *, seed: int = 0) -> Answer:
        """Answer one prompt; what goes wrong with one prompt is its answer's failure and raises nothing.

        Args:
            prompt: the question.
            seed: 64-bit seed of this request.
        """
