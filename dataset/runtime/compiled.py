"""The one way in which this project compiles a function, so that every machine computes the same bits.

No fast mathematics, no threads, no fused multiply-add: the operations of the source in IEEE doubles, in their order.

Numba keeps a compiled function for as long as the function's own file does not change, even if a function it calls,
in another file, does: after an update the old one would keep running. So each folder of sources has its own cache for
each state of its files and of those in folders below it.
"""

from __future__ import annotations

import functools
import hashlib
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Final, TypeVar, cast, overload

import numba
from numba import njit, types

from .cache import cache_root

__all__ = ["cache_for", "compiled"]

Function = TypeVar("Function", bound=Callable[..., Any])

_NUMBA_FOLDER: Final[str] = numba.config.CACHE_DIR
"""What the environment says, before anything here changes numba's setting."""
_one_at_a_time = threading.RLock()
"""The setting is one for all threads, and modules are imported in several."""


@overload
def compiled(function: Function) -> Function: ...
@overload
def compiled(**options: Any) -> Callable[[Function], Function]: ...
def compiled(function: Function | None = None, **options: Any) -> Function | Callable[[Function], Function]:
    """Compile with numba on first call, and keep the result on disk where a place for it can be written.

    Use it as ``@compiled`` or ``@compiled(inline="always")``; the options are those of `numba.njit`, and one more:
    ``allocates=False`` says that the function makes no arrays, and so need not count who refers to those that it is
    given. In a function of a few sums that counting takes most of the time. If its name is private too, then only
    compiled functions can call it. Division by zero gives inf or nan, as in numpy, unless ``error_model="python"``.
    """
    if function is None:
        return functools.partial(_compiled, options)
    return _compiled(options, function)


def _compiled(options: dict[str, Any], function: Function) -> Function:
    settings: dict[str, Any] = {"error_model": "numpy", "no_cfunc_wrapper": True, **options}
    allocates = settings.pop("allocates", True)
    # Python calls no private function that makes no arrays: what it would need for that takes long to compile.
    settings |= {"_nrt": allocates, "no_cpython_wrapper": not allocates and function.__name__.startswith("_")}
    with cache_for(Path(function.__code__.co_filename).parent):
        try:
            return cast(Function, _for_any_number(njit(cache=True, **settings)(function)))
        except RuntimeError:
            return cast(Function, _for_any_number(njit(**settings)(function)))


def _for_any_number(dispatcher: Any) -> Any:
    """Have a function compiled once for all whole numbers: of a 0 or True in a call numba makes types of their own.

    It would compile a function called with 0, with 1 and with a variable three times.
    """
    if numba.config.DISABLE_JIT:  # it is the function itself
        return dispatcher
    template = dispatcher.get_call_template

    def plain_template(arguments: Sequence[Any], named: Mapping[str, Any]) -> Any:
        plain = {name: types.unliteral(kind) for name, kind in named.items()}
        return template([types.unliteral(kind) for kind in arguments], plain)

    dispatcher.get_call_template = plain_template
    return dispatcher


def _spare_linear_algebra() -> None:
    """Load the part of numba that imports `scipy.linalg`, without that import: a third of the time to get ready.

    Numba does it to learn whether linear algebra can be compiled, and does it again where it is compiled.
    """
    probed = "scipy.linalg.cython_blas"
    if "scipy.linalg" in sys.modules or find_spec("scipy") is None:
        return
    sys.modules[probed] = ModuleType(probed)
    try:
        import numba.np.arraymath  # noqa: F401
    finally:
        del sys.modules[probed]


@contextmanager
def cache_for(folder: Path) -> Iterator[None]:
    """Let numba keep what it compiles in here in a place for the present state of a folder of sources."""
    with _one_at_a_time:
        before = numba.config.CACHE_DIR
        numba.config.CACHE_DIR = str(_cache_place(folder))
        try:
            yield
        finally:
            numba.config.CACHE_DIR = before


@functools.cache
def _cache_place(folder: Path) -> Path:
    """``$NUMBA_CACHE_DIR``, or beside the sources, or in the cache; then one folder per state of the sources."""
    beside = folder / "__pycache__"
    if _NUMBA_FOLDER:
        base = Path(_NUMBA_FOLDER)
    else:
        base = beside if os.access(beside if beside.is_dir() else folder, os.W_OK) else cache_root() / "numba"
    digest = hashlib.sha256()
    for source in sorted(folder.rglob("*.py")):
        digest.update(source.name.encode() + source.read_bytes())
    return base / f"compiled-{digest.hexdigest()[:12]}"


_spare_linear_algebra()
