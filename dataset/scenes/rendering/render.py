"""Draw a scene: an image and, for every pixel, the node it shows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...errors import InvalidInputError, check_name
from ...runtime.arrays import ByteArray, FloatArray, Int32Array, IntArray
from ..layout.framing import cross
from ..layout.graph import Camera, Scene, Vector

__all__ = ["DEVICES", "Rendering", "render"]

DEVICES = ("cpu", "cuda")


@dataclass(frozen=True)
class Rendering:
    """A drawn scene.

    Attributes:
        image: uint8 (resolution, resolution, 3), RGB.
        node_map: int32 (resolution, resolution), `Node.index` of what is seen at each pixel's centre, -1 where
            nothing is (the sky).
    """

    image: ByteArray
    node_map: Int32Array


def render(scene: Scene, resolution: int = 448, device: str = "cpu") -> Rendering:
    """Draw a scene; on the CPU the same scene gives the same bits on every machine.

    Args:
        scene: what to draw; its nodes must be numbered.
        resolution: pixels per side, at least 8.
        device: ``cpu``, or ``cuda``: an NVIDIA GPU, which runs the same functions in doubles.

    Raises:
        InvalidInputError: an unusable resolution, camera or primitive, or no GPU.
        InsufficientMemoryError: no room on the GPU.
        MissingDependencyError: a GPU is asked for and numba-cuda is not installed.
        UnknownNameError: a device, shape, colour, finish or pattern that does not exist.
    """
    from .antialias import blend, refine
    from .film import centres, develop
    from .lights import lights_of
    from .mirror import below, has_polished_floor, mirrored_samples
    from .photo_pyramids import photo_pyramids
    from .raster import rasterise, rectangles
    from .shading import shade
    from .shadow_bounds import sky_bounds_of, sun_bounds_of
    from .sky import sky_light
    from .solids import solids_of
    from .surfaces import face_normals

    if resolution < 8:
        raise InvalidInputError("resolution", [f"expected at least 8 pixels per side, found {resolution}"])
    check_name("device", device, DEVICES)
    solids, sun = solids_of(scene), _unit(scene.sun, "sun")
    view, rays = _camera(scene.camera)
    if device == "cuda":
        from .gpu.draw import draw

        return Rendering(*draw(solids, view, rays, sun, scene.indoor, scene.seed, resolution))
    lights = lights_of(solids, sun, scene.indoor, scene.seed)

    bounds = sun_bounds_of(lights.sun_view, lights.sun_map, lights.softness)
    nearest, normals = sky_bounds_of(lights.sky_maps), face_normals(solids)

    def colors_of(rays: FloatArray, samples: FloatArray, seen: IntArray, side: int) -> FloatArray:
        free = sky_light(solids, lights, nearest, normals, rays, samples, seen, side)
        return shade(solids, lights, bounds, photo_pyramids(), rays, 2.0 / resolution, samples, seen, free, normals)

    boxes = rectangles(solids.corners, view, True, resolution)
    depth, surface = rasterise(solids, rays, boxes, False, resolution)
    colors = colors_of(rays, centres(depth), surface.ravel(), resolution)
    if has_polished_floor(solids):
        boxes = rectangles(solids.corners, below(view), True, resolution)
        mirrored = rasterise(solids, below(rays), boxes, True, resolution)
        pixel, samples, seen, weight = mirrored_samples(solids, rays, depth, surface, *mirrored)
        blend(colors, pixel, weight, colors_of(below(rays), samples, seen, 0))
    pixel, samples, seen, weight = refine(solids, rays, depth, surface)
    blend(colors, pixel, weight, colors_of(rays, samples, seen, 0))
    return Rendering(*develop(colors, surface, solids.node))


def _camera(camera: Camera) -> tuple[FloatArray, FloatArray]:
    """The view (4, 3) and the rays (6, 3) of a camera, see `raster`."""
    forward = _unit(tuple(b - a for a, b in zip(camera.position, camera.target, strict=True)), "camera direction")
    right = _unit((forward[1], -forward[0], 0.0), "camera: it looks straight up or down; its right")
    up = cross(right, forward)
    slope = round(math.tan(math.radians(camera.field_of_view / 2)), 9)
    none = (0.0, 0.0, 0.0)
    view = [camera.position, forward, [a / slope for a in right], [a / slope for a in up]]
    rays = [camera.position, none, none, forward, [a * slope for a in right], [a * slope for a in up]]
    return np.array(view, dtype=np.float64), np.array(rays, dtype=np.float64)


def _unit(vector: tuple[float, ...], what: str) -> Vector:
    length = math.sqrt(sum(value * value for value in vector))
    if length < 1e-9:
        raise InvalidInputError("scene", [f"{what}: expected a direction, found length {length}"])
    x, y, z = (value / length for value in vector)
    return x, y, z
