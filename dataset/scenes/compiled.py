"""The one way in which this package compiles a function, so that every machine computes the same bits.

No fast mathematics, no threads, no fused multiply-add: what the source says, in IEEE doubles, in that order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

__all__ = ["compiled"]

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile with numba on first call, and keep the result on disk where a place for it can be written."""
    try:
        return cast(Function, njit(cache=True, error_model="numpy")(function))
    except RuntimeError:
        return cast(Function, njit(error_model="numpy")(function))
