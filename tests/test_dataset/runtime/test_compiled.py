"""Protects compiled functions: quick to load, and numba is left as whole as it was found."""

import subprocess
import sys

import numpy as np

from dataset.runtime.compiled import compiled

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
