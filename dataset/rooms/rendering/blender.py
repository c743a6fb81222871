"""A room in Blender: meshes, light, camera, settings of the path tracer; and the rendered image.

One process renders many rooms: meshes of furniture stay, everything else is removed after each room.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from ...errors import MissingDependencyError
from ...runtime.arrays import ByteArray, Float32Array
from ..layout.room import Lamp, Placement, Room
from ..projection import turn
from .geometry import Batch, batches_of, painted_surface
from .graph import ShaderGraph
from .shaders import build_material

__all__ = ["Photograph", "RenderSettings", "photograph"]

INSTALL: Final = "pip install --no-deps bpy==4.5.15 (Python 3.11)"
"""It asks for NumPy 1, and works with NumPy 2: as an extra it could not be installed beside this package."""

SMOOTH_DEGREES: Final = 40
MIDDLE_GRAY: Final = 0.25
"""The mean of log luminance is exposed to this."""


@dataclass(frozen=True)
class RenderSettings:
    """How much work goes into an image.

    Attributes:
        side: pixels of the square picture.
        samples: paths for each pixel.
        threads: of the renderer.
    """

    side: int = 512
    samples: int = 12
    threads: int = 1


@dataclass(frozen=True, eq=False)
class Photograph:
    """What the renderer gives.

    Attributes:
        image: (side, side, 3) sRGB.
        albedo: (side, side, 3) float32, linear RGB reflectance of what each pixel shows, in [0, 1].
        seconds: that it took.
    """

    image: ByteArray
    albedo: Float32Array
    seconds: float


@contextmanager
def _quiet() -> Iterator[None]:
    """Without Blender's own lines on standard output and its warnings on standard error."""
    sys.stdout.flush()
    streams = os.dup(1), os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(streams[0], 1)
        os.dup2(streams[1], 2)
        for number in (*streams, nowhere):
            os.close(number)


def start_blender() -> Any:
    """The module bpy.

    Raises:
        MissingDependencyError: it is not installed.
    """
    try:
        with _quiet():
            import bpy
    except ImportError as error:
        raise MissingDependencyError("Blender's module bpy", "Rendering rooms", INSTALL) from error
    return bpy


def photograph(room: Room, settings: RenderSettings) -> Photograph:
    """Render a room.

    Raises:
        MissingDependencyError: bpy or the packs of furniture are not installed.
    """
    import time

    bpy = start_blender()
    start = time.monotonic()
    with _quiet(), TemporaryDirectory(prefix="ureca-room-") as folder:
        _clear(bpy)
        scene = bpy.context.scene
        for number, batch in enumerate(batches_of(room)):
            _add_batch(bpy, scene, batch, number)
        for lamp in room.lamps:
            _add_lamp(bpy, scene, lamp, Placement(0, 0, 0, 0, 1))
        for solid in room.solids:
            for lamp in solid.lights:
                _add_lamp(bpy, scene, lamp, solid.placement)
        _add_camera(bpy, scene, room)
        _add_backdrop(bpy, scene, room)
        _choose_settings(scene, settings, Path(folder), room.seed)
        bpy.ops.render.render()
        combined, albedo = (_read(bpy, Path(folder), name) for name in ("image", "albedo"))
        image = _developed(bpy, scene, combined, room.exposure, Path(folder))
    return Photograph(image, np.clip(albedo, 0, 1), time.monotonic() - start)


def _clear(bpy: Any) -> None:
    if bpy.context.scene.get("rooms") is None:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        bpy.context.scene["rooms"] = 1
    for thing in list(bpy.data.objects):
        bpy.data.objects.remove(thing)
    for kind in (bpy.data.materials, bpy.data.lights, bpy.data.cameras, bpy.data.worlds):
        for data in list(kind):
            kind.remove(data)
    for mesh in list(bpy.data.meshes):
        if not mesh.name.startswith("model:"):
            bpy.data.meshes.remove(mesh)
    for image in list(bpy.data.images):
        if image.name.startswith("passes:"):
            bpy.data.images.remove(image)


def _add_batch(bpy: Any, scene: Any, batch: Batch, number: int) -> None:
    solid = batch.solid
    name = f"model:{solid.model}" if solid.model else f"built:{number}"
    mesh = bpy.data.meshes.get(name[:63])
    if mesh is None or not solid.model:
        mesh = _mesh(bpy, name[:63], batch)
    thing = bpy.data.objects.new(name, mesh)
    scene.collection.objects.link(thing)
    place = solid.placement
    thing.location, thing.rotation_euler = (place.x, place.y, place.z), (0, 0, math.radians(place.yaw))
    thing.scale = (place.scale,) * 3
    painted = painted_surface(solid.model) if solid.model and solid.paint is not None else -1
    for slot, finish in enumerate(batch.finishes):
        thing.material_slots[slot].link = "OBJECT"
        thing.material_slots[slot].material = build_material(
            f"{name}:{slot}", finish, solid.paint if slot == painted else None
        )
    thing.visible_camera = not solid.hidden_front
    kinds = {getattr(finish, "made_of", "") for finish in batch.finishes}
    if kinds == {"glass"}:
        thing.visible_shadow = False


def _mesh(bpy: Any, name: str, batch: Batch) -> Any:
    mesh = bpy.data.meshes.new(name)
    count = len(batch.triangles)
    mesh.vertices.add(len(batch.vertices))
    mesh.vertices.foreach_set("co", batch.vertices.astype(np.float32).ravel())
    mesh.loops.add(3 * count)
    mesh.loops.foreach_set("vertex_index", batch.triangles.astype(np.int32).ravel())
    mesh.polygons.add(count)
    mesh.polygons.foreach_set("loop_start", np.arange(0, 3 * count, 3, dtype=np.int32))
    mesh.polygons.foreach_set("loop_total", np.full(count, 3, dtype=np.int32))
    for _ in batch.finishes:
        mesh.materials.append(None)
    mesh.polygons.foreach_set("material_index", batch.finish.astype(np.int32))
    layer = mesh.uv_layers.new(name="uv")
    layer.data.foreach_set("uv", batch.uv.astype(np.float32).ravel())
    mesh.update(calc_edges=True)
    mesh.polygons.foreach_set("use_smooth", np.full(count, batch.smooth))
    if batch.smooth:
        mesh.set_sharp_from_angle(angle=math.radians(SMOOTH_DEGREES))
    mesh.update()
    return mesh


def _add_lamp(bpy: Any, scene: Any, lamp: Lamp, placement: Placement) -> None:
    from mathutils import Vector

    kind = {"ball": "POINT", "rectangle": "AREA", "sun": "SUN"}[lamp.kind]
    light = bpy.data.lights.new("lamp", kind)
    light.energy, light.color = lamp.power, lamp.color
    thing = bpy.data.objects.new("lamp", light)
    if kind == "POINT":
        light.shadow_soft_size = lamp.size[0]
    elif kind == "AREA":
        light.shape, light.size, light.size_y = "RECTANGLE", lamp.size[0], lamp.size[1]
        light.spread = math.radians(150)
    else:
        light.angle = math.radians(lamp.size[0])
    cosine, sine = turn(placement.yaw)
    x, y, z = (placement.scale * number for number in lamp.position)
    thing.location = (placement.x + cosine * x - sine * y, placement.y + sine * x + cosine * y, placement.z + z)
    thing.rotation_euler = Vector(lamp.direction).to_track_quat("-Z", "Y").to_euler()
    thing.visible_camera = False
    if lamp.portal:
        thing.visible_glossy = False
    scene.collection.objects.link(thing)


def _add_camera(bpy: Any, scene: Any, room: Room) -> None:
    from mathutils import Vector

    data = bpy.data.cameras.new("camera")
    data.sensor_fit, data.angle = "HORIZONTAL", math.radians(room.camera.field_of_view)
    data.clip_start = 0.05
    if room.aperture > 0:
        data.dof.use_dof, data.dof.focus_distance = True, room.focus
        data.dof.aperture_fstop = data.lens / 1000 / room.aperture
    thing = bpy.data.objects.new("camera", data)
    thing.location = room.camera.position
    ahead = Vector(room.camera.target) - Vector(room.camera.position)
    thing.rotation_euler = ahead.to_track_quat("-Z", "Y").to_euler()
    scene.collection.objects.link(thing)
    scene.camera = thing


def _add_backdrop(bpy: Any, scene: Any, room: Room) -> None:
    """What is seen outdoors; indoors other light than that of windows comes from it only weakly."""
    world = bpy.data.worlds.new("outdoors")
    scene.world = world
    graph = ShaderGraph(world)
    direction = graph.node("ShaderNodeTexCoord", "Generated")
    height = graph.node("ShaderNodeSeparateXYZ", 2, Vector=direction)
    ground, horizon, high = room.backdrop
    leaves = graph.noise(direction, 7.0, 2.5, 0.5)
    lower = graph.mix(graph.spread(leaves, 0.35, 0.65, 0, 1), ground, tuple(0.3 * level for level in ground))
    edge = graph.math("ADD", height, graph.math("MULTIPLY", graph.noise(direction, 5.0, 4.0), -0.3))
    upper = graph.mix(graph.spread(height, 0.0, 0.6, 0, 1), horizon, high)
    color = graph.mix(graph.spread(edge, -0.10, 0.02, 0, 1), lower, upper)
    seen = graph.node("ShaderNodeBackground", Color=color, Strength=room.brightness)
    other = graph.node(
        "ShaderNodeBackground", Color=color, Strength=room.brightness * (1.0 if room.kind == "terrace" else 0.35)
    )
    camera_ray = graph.node("ShaderNodeLightPath", "Is Camera Ray")
    graph.finish(graph.node("ShaderNodeMixShader", n0=camera_ray, n1=other, n2=seen), "ShaderNodeOutputWorld")
    world.cycles.sampling_method = "AUTOMATIC" if room.kind == "terrace" else "NONE"


def _choose_settings(scene: Any, settings: RenderSettings, folder: Path, seed: int) -> None:
    scene.render.engine, cycles = "CYCLES", scene.cycles
    cycles.device, cycles.samples, cycles.seed = "CPU", settings.samples, seed & 0x7FFFFFFF
    cycles.use_adaptive_sampling, cycles.adaptive_threshold = True, 0.03
    cycles.adaptive_min_samples = max(4, settings.samples // 3)
    cycles.use_denoising, cycles.denoiser = True, "OPENIMAGEDENOISE"
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 5, 4, 3
    cycles.transmission_bounces, cycles.transparent_max_bounces = 4, 8
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.sample_clamp_indirect, cycles.blur_glossy = 3.0, 1.0
    cycles.use_light_tree = True
    scene.render.threads_mode, scene.render.threads = "FIXED", settings.threads
    scene.render.resolution_x = scene.render.resolution_y = settings.side
    scene.render.resolution_percentage = 100
    scene.render.use_persistent_data = False
    scene.view_settings.view_transform, scene.view_settings.look = "AgX", "AgX - Medium High Contrast"
    layer = scene.view_layers[0]
    layer.cycles.denoising_store_passes = True
    scene.use_nodes = True
    tree = scene.node_tree
    tree.nodes.clear()
    passes = tree.nodes.new("CompositorNodeRLayers")
    files = tree.nodes.new("CompositorNodeOutputFile")
    files.base_path, files.format.file_format, files.format.color_depth = str(folder), "OPEN_EXR", "32"
    files.file_slots.clear()
    for name, output in (("image", "Image"), ("albedo", "Denoising Albedo")):
        files.file_slots.new(name)
        tree.links.new(passes.outputs[output], files.inputs[name])


def _read(bpy: Any, folder: Path, name: str) -> Float32Array:
    """A pass that was written, from the top row down."""
    image = bpy.data.images.load(str(next(folder.glob(f"{name}*.exr"))))
    image.name = f"passes:{name}"
    width, height = image.size
    pixels = np.empty(width * height * image.channels, dtype=np.float32)
    image.pixels.foreach_get(pixels)
    bpy.data.images.remove(image)
    return pixels.reshape(height, width, -1)[::-1, :, :3].copy()


def _developed(bpy: Any, scene: Any, light: Float32Array, exposure: float, folder: Path) -> ByteArray:
    """The image of a film: exposed by a meter, in AgX."""
    from PIL import Image

    luminance = np.clip(light @ np.array([0.2126, 0.7152, 0.0722], dtype=np.float32), 1e-4, None)
    metered = float(np.exp(np.log(np.minimum(luminance, 8 * np.median(luminance))).mean()))
    side = light.shape[0]
    image = bpy.data.images.new("passes:light", side, side, float_buffer=True)
    image.colorspace_settings.name = "Linear Rec.709"
    pixels = np.ones((side, side, 4), dtype=np.float32)
    pixels[..., :3] = light[::-1]
    image.pixels.foreach_set(pixels.ravel())
    scene.view_settings.exposure = math.log2(MIDDLE_GRAY / metered) + exposure
    scene.render.image_settings.file_format, scene.render.image_settings.color_mode = "PNG", "RGB"
    path = folder / "developed.png"
    image.save_render(str(path), scene=scene)
    bpy.data.images.remove(image)
    with Image.open(path) as opened:
        return np.asarray(opened.convert("RGB")).copy()
