"""Protects compiled functions: quick to load, and numba is left as whole as it was found."""

import subprocess
import sys
import threading
from contextlib import nullcontext
from pathlib import Path

import numba
import numpy as np
import pytest

from dataset.runtime.arrays import FloatArray
from dataset.runtime.compiled import cache_for, compiled

LOAD = """
import sys
import numba, numpy as np
from dataset.runtime.compiled import compiled

@compiled
def total(values):
    return values.sum()

assert total(np.ones(3)) == 3
print("scipy.linalg" in sys.modules, "scipy.linalg.cython_blas" in sys.modules)

@numba.njit
def product(left, right):
    return left @ right

print(product(np.eye(2), np.full((2, 2), 3.0)).sum())
print(type(sys.modules["scipy.linalg.cython_blas"].__spec__.loader).__name__)
"""


def test_loading_spares_linear_algebra_and_linear_algebra_still_compiles() -> None:
    """Importing scipy.linalg took a third of the time to get ready; a user's own `@` must find the real one."""
    ended = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["False", "False", "12.0", "ExtensionFileLoader"]


def test_division_by_zero_is_numpys_unless_asked_otherwise() -> None:
    @compiled
    def quotient(left: float, right: float) -> float:
        return left / right

    assert quotient(1.0, 0.0) == np.inf


def test_what_allocates_nothing_counts_no_references_and_returns_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))  # numba does not show code that an earlier run left
    monkeypatch.setattr("dataset.runtime.compiled.cache_for", lambda _: nullcontext())

    @compiled
    def counted(values: FloatArray) -> float:
        return _middle(values[1:]) + values[0]

    @compiled(allocates=False)
    def uncounted(values: FloatArray) -> float:
        return _middle(values[1:]) + values[0]

    values = np.arange(7.0)
    references = sys.getrefcount(values)
    assert counted(values) == uncounted(values) == 4.0
    assert sys.getrefcount(values) == references
    code = {function: "".join(function.inspect_llvm().values()) for function in (counted, uncounted)}  # type: ignore[attr-defined]
    assert "NRT_decref" in code[counted]
    assert "NRT_" not in code[uncounted]


def test_private_functions_that_allocate_nothing_are_for_compiled_ones_only() -> None:
    """What Python would need to call one is not compiled; a public one can be called."""

    @compiled(allocates=False)
    def public(values: FloatArray) -> float:
        return _middle(values)

    assert public(np.arange(5.0)) == 2.0
    wrapped = [not function.targetoptions["no_cpython_wrapper"] for function in (public, _middle)]  # type: ignore[attr-defined]
    assert wrapped == [True, False]


def test_a_function_is_compiled_once_for_all_whole_numbers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Numba has types of their own for a 0, a 1 and True in a call: each would be compiled again."""
    monkeypatch.setattr(
        "dataset.runtime.compiled._cache_place", lambda _: tmp_path
    )  # what an earlier run compiled is not compiled again

    @compiled
    def public(values: FloatArray, place: int) -> float:
        return _at(values, 0, True) + _at(values, 1, False) + _at(values, place, place > 1)

    assert public(np.arange(5.0), 3) == 0 - 1 + 3
    assert len(_at.signatures) == 1  # type: ignore[attr-defined]


@compiled(allocates=False)
def _at(values: FloatArray, place: int, positive: bool) -> float:
    return float(values[place] if positive else -values[place])


@compiled(allocates=False)
def _middle(values: FloatArray) -> float:
    value: float = values[len(values) // 2]
    return value


def test_modules_imported_in_two_threads_keep_what_is_compiled_in_their_own_folders(tmp_path: Path) -> None:
    """The place is a setting of all threads: one took the other's for the base of its own, and compiled all again."""
    places = {}

    def enter(folder: Path) -> None:
        with cache_for(folder):
            places[folder.name] = Path(numba.config.CACHE_DIR)

    folders = [tmp_path / name for name in ("text", "meteor")]
    for folder in folders:
        folder.mkdir()
    other = threading.Thread(target=enter, args=(folders[1],))
    before = numba.config.CACHE_DIR
    with cache_for(folders[0]):
        other.start()
        other.join(0.05)
        places["text"] = Path(numba.config.CACHE_DIR)
    other.join()
    assert before == numba.config.CACHE_DIR
    for folder in folders:
        assert len(places[folder.name].relative_to(before or folder).parts) == (1 if before else 2)
