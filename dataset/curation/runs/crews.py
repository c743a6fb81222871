"""What every crew of workers can do, and what comes back from it for a shard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from .shards import ShardReport

__all__ = ["Crew", "Outcome"]


@dataclass(frozen=True)
class Outcome:
    """What came back for one shard: a report, or what went wrong.

    Attributes:
        shard: its number.
        report: if the shard is made.
        error: otherwise, what went wrong.
        traceback: of the error.
        kind: done; failed: to be tried again; server: the server is down.
    """

    shard: int
    kind: Literal["done", "failed", "server"]
    report: ShardReport | None = None
    error: str = ""
    traceback: str = ""

    @classmethod
    def of_message(cls, shard: int, message: dict[str, Any]) -> Outcome:
        """From what `worker.attempt_shard` says."""
        if "report" in message:
            return cls(shard, "done", ShardReport.from_dict(message["report"]))
        return cls(shard, "server" if message["server"] else "failed", None, message["error"], message["traceback"])


class Crew(Protocol):
    """Workers that make shards."""

    size: int
    """Shards that can be under way at once."""

    def start(self, shard: int) -> None:
        """Hand out a shard; there is a free worker."""

    def wait(self) -> Outcome:
        """Wait until a shard under way comes back; a worker that died comes back as failed, and is replaced."""

    def close(self) -> None:
        """End all workers."""
