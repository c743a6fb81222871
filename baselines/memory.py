"""How much memory is free, and the error that says so before the operating system ends the process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from dataset.errors import InsufficientMemoryError

__all__ = ["free_memory", "naming_memory_errors", "need_memory"]

_MEMINFO: Final = Path("/proc/meminfo")
_CGROUP: Final = Path("/sys/fs/cgroup")
_REFUSALS: Final = re.compile(r"out of memory|can't allocate memory|failed to allocate", re.IGNORECASE)


def free_memory() -> int | None:
    """Bytes that this process may still take: of the machine and of its container; None where it is not reported."""
    available = re.search(r"^MemAvailable:\s+(\d+) kB", _text(_MEMINFO), re.MULTILINE)
    limits = [int(available[1]) * 1024] if available else []
    most, used = _text(_CGROUP / "memory.max").strip(), _text(_CGROUP / "memory.current").strip()
    if most.isdecimal() and used.isdecimal():
        cached = re.search(r"^inactive_file (\d+)$", _text(_CGROUP / "memory.stat"), re.MULTILINE)
        limits.append(int(most) - int(used) + (int(cached[1]) if cached else 0))
    return min(limits) if limits else None


def need_memory(needed: int, purpose: str, hint: str) -> None:
    """Check that there is room before it is taken.

    Args:
        needed: bytes.
        purpose: what needs them, the message's subject.
        hint: what to do instead.

    Raises:
        InsufficientMemoryError: less is free.
    """
    free = free_memory()
    if free is not None and needed > free:
        raise InsufficientMemoryError(
            f"{purpose} needs {_gigabytes(needed)} of memory, {_gigabytes(free)} free. {hint}"
        )


@contextmanager
def naming_memory_errors(purpose: str, hint: str) -> Iterator[None]:
    """Turn what Python, NumPy and torch raise when memory runs out into an error that says what to do.

    Raises:
        InsufficientMemoryError: instead of a MemoryError, or of a RuntimeError of torch about memory.
    """
    try:
        yield
    except InsufficientMemoryError:
        raise
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and not _REFUSALS.search(str(error)):
            raise
        first = (str(error).splitlines() or [""])[0]
        raise InsufficientMemoryError(f"{purpose}: the memory ran out ({first or 'no details'}). {hint}") from error


def _gigabytes(count: int) -> str:
    return f"{count / 2**30:.1f} GiB"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return ""
