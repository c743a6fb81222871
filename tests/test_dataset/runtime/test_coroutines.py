"""Protects: curation and captioning work inside a running event loop, as in a notebook."""

import asyncio

import pytest

from dataset.runtime.coroutines import run_to_end


async def answer() -> int:
    await asyncio.sleep(0)
    return 42


async def fail() -> None:
    raise KeyError("here")


def test_a_coroutine_runs_with_and_without_a_running_loop() -> None:
    async def inside() -> int:
        return run_to_end(answer())

    assert run_to_end(answer()) == asyncio.run(inside()) == 42


def test_its_errors_arrive() -> None:
    async def inside() -> None:
        run_to_end(fail())

    with pytest.raises(KeyError, match="here"):
        run_to_end(fail())
    with pytest.raises(KeyError, match="here"):
        asyncio.run(inside())
