"""The colour of a surface point under the scene's light."""

# pragma: no cover - compiled code is invisible to coverage

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .solids import Solids
from .surfaces import normal_at

__all__ = ["shade"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@njit(cache=True, error_model="numpy")
def shade(solids: Solids, rays: Floats, sun: Floats, samples: Floats, surface: Integers) -> Floats:
    """Linear RGB in [0, 1] of samples (n, 3) of image x, image y and depth, which see `surface` (n,)."""
    out = np.zeros((len(samples), 3))
    for s in range(len(samples)):
        if surface[s] < 0:
            out[s] = 0.6, 0.75, 0.92
            continue
        i, face = surface[s] // 8, surface[s] % 8
        gx, gy, t = samples[s]
        dx = rays[3, 0] + gx * rays[4, 0] + gy * rays[5, 0]
        dy = rays[3, 1] + gx * rays[4, 1] + gy * rays[5, 1]
        dz = rays[3, 2] + gx * rays[4, 2] + gy * rays[5, 2]
        px, py, pz = rays[0, 0] + t * dx, rays[0, 1] + t * dy, rays[0, 2] + t * dz
        m = solids.inverse[i]
        qx, qy, qz = px - solids.center[i, 0], py - solids.center[i, 1], pz - solids.center[i, 2]
        x = m[0, 0] * qx + m[0, 1] * qy + m[0, 2] * qz
        y = m[1, 0] * qx + m[1, 1] * qy + m[1, 2] * qz
        z = m[2, 0] * qx + m[2, 1] * qy + m[2, 2] * qz
        a, b, c = normal_at(solids.shape[i], solids.size[i], solids.planes[i], face, solids.fit[i, 2], x, y, z)
        nx = m[0, 0] * a + m[1, 0] * b + m[2, 0] * c
        ny = m[0, 1] * a + m[1, 1] * b + m[2, 1] * c
        nz = m[0, 2] * a + m[1, 2] * b + m[2, 2] * c
        length = np.sqrt(nx * nx + ny * ny + nz * nz) + 1e-12
        lit = max((nx * sun[0] + ny * sun[1] + nz * sun[2]) / length, 0.0) * 0.6 + 0.35 + 0.1 * nz / length
        for k in range(3):
            out[s, k] = min(solids.colors[i, k] * lit, 1.0)
    return out
