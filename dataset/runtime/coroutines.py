"""Running a coroutine to its end from plain code, also where a loop runs already, as in a notebook."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

__all__ = ["run_to_end"]

Value = TypeVar("Value")


def run_to_end(coroutine: Coroutine[Any, Any, Value]) -> Value:
    """What a coroutine returns; in a thread of its own where this one has a running loop, which waits meanwhile."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    context = copy_context()
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: context.run(asyncio.run, coroutine)).result()
