"""Draw a scene on a GPU: the tables go there in two copies, eight kernels run, the picture comes back in two."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from filelock import FileLock

from ....errors import InsufficientMemoryError
from ....runtime.arrays import ByteArray, FloatArray, Int32Array
from ....runtime.cache import cache_root
from ....runtime.kernels import require_gpu
from ..lights import SKY_DIRECTIONS, SKY_MAP, SUN_MAP, lights_before_maps
from ..mirror import below, has_polished_floor, polish_of
from ..photo_pyramids import photo_pyramids
from ..solids import COLUMNS, Solids

__all__ = ["draw"]

Triple = tuple[float, float, float]


def draw(
    solids: Solids, view: FloatArray, rays: FloatArray, sun: Triple, indoor: bool, seed: int, resolution: int
) -> tuple[ByteArray, Int32Array]:
    """Image (resolution, resolution, 3) and node map (resolution, resolution) of a scene, see `render.Rendering`.

    Args:
        solids: the scene.
        view: (4, 3) of the camera, see `raster.rectangles`.
        rays: (6, 3) of the camera, see `raster.rasterise`.
        sun: unit vector towards the sun or lamp.
        indoor: whether this is a room.
        seed: the scene's.
        resolution: pixels per side.

    Raises:
        MissingDependencyError: numba-cuda is not installed.
        InvalidInputError: there is no usable GPU.
        InsufficientMemoryError: the GPU has no room for the picture.
    """
    require_gpu("drawing scenes on a GPU")
    with _LOCK, _clear_memory_errors(resolution):
        easel = _easel(resolution, SUN_MAP, SKY_MAP)
        easel.set_up(solids, view, rays, sun, indoor, seed)
        return easel.paint(len(solids.kinds), has_polished_floor(solids))


_LOCK = threading.Lock()


@functools.lru_cache(maxsize=2)
def _easel(resolution: int, sun_side: int, sky_side: int) -> _Easel:
    # The first process compiles, which takes a while, and the others find the result.
    cache_root().mkdir(parents=True, exist_ok=True)
    with FileLock(cache_root() / ".kernels.lock"):
        from . import color_kernels, depth_kernels
    return _Easel(depth_kernels, color_kernels, resolution, sun_side, sky_side)


class _Transfer:
    """Arrays of one type that lie one after the other on both sides and are copied together.

    Attributes:
        here: the arrays of this side, in order.
        there: the same on the GPU.
    """

    def __init__(self, dtype: Any, shapes: Sequence[tuple[int, ...]]) -> None:
        from numba import cuda

        sizes = [int(np.prod(shape)) for shape in shapes]
        ends = np.cumsum(sizes).tolist()
        self._here = cuda.pinned_array(ends[-1], dtype=dtype)
        self._there = cuda.device_array(ends[-1], dtype=dtype)
        parts = [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]
        self.here = [self._here[part].reshape(shape) for part, shape in zip(parts, shapes, strict=True)]
        self.there = [self._there[part].reshape(shape) for part, shape in zip(parts, shapes, strict=True)]

    def send(self) -> None:
        """Copy to the GPU."""
        self._there.copy_to_device(self._here)

    def fetch(self) -> None:
        """Copy back, once all kernels are done."""
        self._there.copy_to_host(self._here)


class _Easel:
    """Memory of the GPU for pictures of one size, and what to run on it."""

    def __init__(self, depth_kernels: Any, color_kernels: Any, side: int, sun_side: int, sky_side: int) -> None:
        self._see, self._color, self._side = depth_kernels, color_kernels, side
        self._sides, self._room = (side, sun_side, sky_side), 0
        from numba import cuda

        def array(*shape: int, dtype: Any = np.float64) -> Any:
            return cuda.device_array(shape, dtype=dtype)

        self._photos = cuda.to_device(np.ascontiguousarray(photo_pyramids()))
        self._sun_map = array(1, sun_side, sun_side, dtype=np.float32)
        self._sky_maps = array(SKY_DIRECTIONS, sky_side, sky_side, dtype=np.float32)
        self._depth, self._surface = array(2, side, side), array(2, side, side, dtype=np.int64)
        self._flat_surface = self._surface.reshape(2, side * side)
        self._free, self._colors = array(side * side), array(side * side, 3)
        self._edges, self._count = array(side * side, dtype=np.int64), array(1, dtype=np.int64)
        self._image, self._nodes = _Transfer(np.uint8, [(side * side, 3)]), _Transfer(np.int32, [(side * side,)])

    def _make_room(self, solids: int) -> None:
        """Hold tables for so many solids."""
        if solids <= self._room:
            return
        from numba import cuda

        room, views = max(256, 2 * solids), self._see.VIEWS
        number_shapes = [(room, COLUMNS), (room, 8, 3), (room,), (views, 4, 3), (views, 6, 3), (self._color.LAMP,)]
        self._numbers = _Transfer(np.float64, number_shapes)
        self._kinds = _Transfer(np.int64, [(room, 5), (room,), (room + 1,)])
        self._frames = [cuda.device_array((views, room, 6, 3), dtype=np.float64) for _ in range(3)]
        self._boxes = cuda.device_array((views, room, 4), dtype=np.int64)
        self._room = room

    def set_up(self, solids: Solids, view: FloatArray, rays: FloatArray, sun: Triple, indoor: bool, seed: int) -> None:
        """Send a scene's tables to the GPU; see `draw`."""
        n = len(solids.kinds)
        self._make_room(n)
        lights, light_rays = lights_before_maps(solids, sun, indoor, seed)
        numbers, corners, polish, all_views, all_rays, lamp = self._numbers.here
        kinds, node, walls = self._kinds.here
        numbers[:n], corners[:n], polish[:n] = solids.numbers, solids.corners, polish_of(solids)
        kinds[:n], node[:n] = solids.kinds, solids.node
        walls[0], walls[1 : 1 + len(lights.walls)] = len(lights.walls), lights.walls
        all_views[0], all_views[1], all_views[2:3], all_views[3:] = view, below(view), lights.sun_view, lights.sky_views
        all_rays[0], all_rays[1], all_rays[2:] = rays, below(rays), light_rays
        lamp[:3], lamp[3:] = sun, (lights.softness, lights.sky_offset, 2.0 / self._side, float(indoor))
        self._numbers.send()
        self._kinds.send()

    def paint(self, n: int, polished: bool) -> tuple[ByteArray, Int32Array]:
        """Draw the scene that was set up: its number of solids, and whether its floor mirrors."""
        see, color, (side, sun_side, sky_side) = self._see, self._color, self._sides
        block, tile = see.BLOCK, see.TILE
        across, down = _groups(side, tile[0]), _groups(side, tile[1])
        tiles = _tiles(sun_side, tile) + SKY_DIRECTIONS * _tiles(sky_side, tile)
        numbers, corners, polish, views, rays, lamp = self._numbers.there
        kinds, node, walls = self._kinds.there
        (image,), (nodes,) = self._image.there, self._nodes.there
        frames = (*self._frames, self._boxes)
        pixels = _groups(side * side, block), block
        see.place[_groups(max(n, 1) * see.VIEWS, block), block](
            numbers, corners, views, rays, n, *self._sides, *frames, self._count
        )
        see.texels[tiles, tile](kinds, numbers, n, *frames, self._sun_map, self._sky_maps)
        see.see[(across, down, 2 if polished else 1), tile](kinds, numbers, n, *frames, self._depth, self._surface)
        grid = (across, down), tile
        color.sky[grid](
            kinds,
            numbers,
            rays,
            views,
            self._sky_maps,
            self._depth,
            self._surface,
            self._free,
            self._edges,
            self._count,
        )
        scene = kinds, numbers, self._photos, rays, views, self._sun_map, self._sky_maps, lamp, walls
        color.shade[grid](*scene, self._depth, self._flat_surface, self._free, self._colors)
        if polished:
            color.mirror[grid](*scene, self._depth, self._flat_surface, polish, self._colors)
        color.refine[pixels](*scene, self._frames[0], self._surface, self._edges, self._count, self._colors)
        color.develop[pixels](self._colors, self._flat_surface, node, image, nodes)
        self._image.fetch()
        self._nodes.fetch()
        return self._image.here[0].reshape(side, side, 3).copy(), self._nodes.here[0].reshape(side, side).copy()


def _groups(total: int, size: int) -> int:
    return -(-total // size)


def _tiles(side: int, tile: tuple[int, int]) -> int:
    return _groups(side, tile[0]) * _groups(side, tile[1])


@contextmanager
def _clear_memory_errors(side: int) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if "OUT_OF_MEMORY" not in str(error):
            raise
        raise InsufficientMemoryError(
            f"the GPU has no room to draw pictures of {side} x {side} pixels ({error}). "
            "Let fewer processes draw at a time, or take the device 'cpu'."
        ) from error
