"""Names of the array types that annotations use, by what an entry is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["BoolArray", "ByteArray", "Float32Array", "FloatArray", "Int32Array", "IntArray"]

FloatArray = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]
ByteArray = npt.NDArray[np.uint8]
"""Pixels, among others."""
BoolArray = npt.NDArray[np.bool_]
"""Masks, among others."""
