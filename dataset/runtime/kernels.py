"""The one way in which this project compiles a kernel for a GPU: the arithmetic of `compiled`, operation by operation.

Numba compiles what is `compiled` for the CPU once more for the GPU where a kernel calls it, so that both run one
source. By default NVIDIA's compiler joins products with sums, which rounds once instead of twice; here it is told not
to, and no link-time optimisation does it afterwards.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numba
import numpy as np

from ..errors import InvalidInputError, MissingDependencyError
from .compiled import cache_for

__all__ = ["kernel", "require_gpu"]


def require_gpu(needed_for: str) -> None:
    """Check that kernels can run here: on a GPU, or in numba's simulator of one.

    Args:
        needed_for: what needs it, for the message.

    Raises:
        MissingDependencyError: numba-cuda is not installed.
        InvalidInputError: there is no usable GPU.
    """
    if not numba.config.ENABLE_CUDASIM and find_spec("numba_cuda") is None:
        raise MissingDependencyError("numba-cuda", needed_for, "pip install 'ureca[cuda]'")
    cuda = _cuda()
    if not cuda.is_available():
        reason = str(cuda.cuda_error() or "none was found").strip().replace("\n", " ")
        raise InvalidInputError(
            "device", [f"expected an NVIDIA GPU for {needed_for}, found: {reason}"], hint="Take the device 'cpu'."
        )


def kernel(signature: str) -> Callable[[Callable[..., None]], Any]:
    """Compile a function as a kernel when it is defined, and keep the result on disk for the next process.

    Its module stands in a folder below that of the functions which it calls: the result is kept for as long as neither
    changes.

    Args:
        signature: types of its arguments in numba's notation, such as ``"void(float64[:, ::1], int64)"``.
    """

    def compile_now(function: Callable[..., None]) -> Any:
        if numba.config.ENABLE_CUDASIM:
            return _cuda().jit(signature)(function)
        with cache_for(Path(function.__code__.co_filename).parents[1]), _exact_arithmetic():
            return _cuda().jit(signature, cache=True, lto=False)(function)

    return compile_now


@functools.cache
def _cuda() -> Any:
    if not hasattr(np, "row_stack"):
        np.row_stack = np.vstack  # numba-cuda asks for it by this name, which numpy 2.5 no longer has
    from numba import cuda

    if not numba.config.ENABLE_CUDASIM:
        numba.config.CUDA_LOW_OCCUPANCY_WARNINGS = 0  # a scene has fewer solids than a GPU has threads, and may
        _add_functions()
    return cuda


def _add_functions() -> None:
    """Teach numba-cuda two functions of numpy, which it types but does not compile: they are those of `math`."""
    from numba.cuda import mathimpl, ufuncs

    def through(function: Callable[[float], float]) -> Callable[..., Any]:
        def lower(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            plain = mathimpl.get_unary_impl_for_fn_and_ty(function, signature.args[0])
            return plain(context, builder, signature, values)

        return lower

    for name, function in ((np.floor, math.floor), (np.sqrt, math.sqrt)):
        ufuncs.ufunc_db().setdefault(name, {"f->f": through(function), "d->d": through(function)})


@contextmanager
def _exact_arithmetic() -> Iterator[None]:
    """Tell NVIDIA's compiler to keep products and sums apart: numba has no option that does."""
    from numba.cuda.cudadrv import nvvm

    plain = nvvm.compile_ir
    nvvm.compile_ir = functools.partial(plain, fma=False)
    try:
        yield
    finally:
        nvvm.compile_ir = plain
