"""Blender materials of finishes and of the surfaces of furniture models."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from ..furniture.mesh import Surface
from ..layout.room import Finish
from .graph import ShaderGraph

__all__ = ["build_material"]

Color = tuple[float, float, float]
ROUGHNESS: Final = {
    "wood": 0.45, "metal": 0.28, "fabric": 0.95, "leather": 0.42, "ceramic": 0.12, "plastic": 0.38, "rubber": 0.75,
    "paper": 0.85, "wicker": 0.7, "stone": 0.6, "plant": 0.5, "soil": 1.0, "wax": 0.4, "food": 0.6, "foam": 0.95,
    "bristle": 0.9, "paint": 0.4, "plaster": 0.92, "tile": 0.18, "carpet": 1.0, "concrete": 0.8, "screen": 0.12,
    "water": 0.05, "grass": 0.9,
}  # fmt: skip
BRIGHTEST: Final = 0.86
"""White paint reflects no more than this."""


def build_material(name: str, source: Finish | Surface, paint: Color | None) -> Any:
    """A Blender material; ``paint`` is the new colour of a model's surfaces that may be changed."""
    import bpy

    material = bpy.data.materials.new(name)
    graph = ShaderGraph(material)
    graph.finish(_of_finish(graph, source) if isinstance(source, Finish) else _of_surface(graph, source, paint))
    return material


def _dimmed(color: Color) -> Color:
    r, g, b = (max(0.004, min(BRIGHTEST, level)) for level in color)
    return r, g, b


def _of_surface(graph: ShaderGraph, surface: Surface, paint: Color | None) -> Any:
    """A surface of a furniture model; no real paint is as deep or as bright as the files' colours may be."""
    r, g, b = (0.02 + 0.8 * level for level in surface.diffuse)
    base: Any = (r, g, b)
    coordinates = graph.node("ShaderNodeTexCoord", "Object")
    if surface.texture is not None:
        base = _picture(graph, surface.texture)
    if paint is not None and surface.recolor:
        base = _tinted(graph, surface.texture, base, paint) if surface.texture is not None else _dimmed(paint)
    made_of = surface.made_of or ("glass" if surface.opacity < 0.6 else "plastic")
    if max(surface.emission) > 0.5 and surface.texture is None:
        made_of = "light"
    if surface.opacity < 0.99 and made_of not in ("glass", "mirror"):
        made_of = "glass" if surface.opacity < 0.6 else made_of
    if made_of == "wood" and surface.texture is None:
        base = _grain(graph, coordinates, base, 0.05, 0.7)
    return _body(graph, made_of, base, coordinates)


def _of_finish(graph: ShaderGraph, finish: Finish) -> Any:
    coordinates = graph.node("ShaderNodeTexCoord", "UV")
    base: Any = _dimmed(finish.color)
    second = _dimmed(finish.second)
    if finish.glow > 0:
        return graph.node("ShaderNodeEmission", Color=finish.color, Strength=finish.glow)
    if finish.pattern in ("planks", "tiles", "bricks"):
        return _laid(graph, finish, coordinates)
    if finish.pattern == "grain":
        base = _grain(graph, coordinates, base, finish.scale, 1.0, second)
    elif finish.pattern in ("stripes", "checks"):
        base = _woven(graph, finish, coordinates, base, second)
    return _body(graph, finish.made_of, base, coordinates, finish.roughness)


def _body(graph: ShaderGraph, made_of: str, base: Any, coordinates: Any, roughness: float | None = None) -> Any:
    """The shader of what something is made of, with this colour."""
    if made_of in ("glass", "water"):
        clear = graph.node("ShaderNodeBsdfTransparent", Color=(0.93, 0.96, 0.95))
        gloss = graph.node("ShaderNodeBsdfGlossy", Color=(1.0, 1.0, 1.0), Roughness=0.02)
        share = graph.node("ShaderNodeFresnel", IOR=1.45)
        return graph.node("ShaderNodeMixShader", n0=share, n1=clear, n2=gloss)
    if made_of == "mirror":
        return graph.node("ShaderNodeBsdfGlossy", Color=(0.88, 0.9, 0.89), Roughness=0.0)
    if made_of == "light":
        return graph.node("ShaderNodeEmission", Color=(1.0, 0.86, 0.66), Strength=6.0)
    rough: Any = ROUGHNESS.get(made_of, 0.5) if roughness is None else roughness
    if made_of in ("paint", "wood", "plastic"):
        rough = graph.spread(graph.noise(coordinates, 14.0, 3.0), 0.3, 0.7, rough - 0.06, rough + 0.08)
    base, normal = _textured(graph, made_of, base, coordinates)
    more = dict(_MORE.get(made_of, {}))
    if normal is not None:
        more["Normal"] = normal
    return graph.node("ShaderNodeBsdfPrincipled", Base_Color=base, Roughness=rough, **more)


_MORE: Final[dict[str, dict[str, Any]]] = {
    "fabric": {"Sheen_Weight": 0.25, "Sheen_Roughness": 0.4},
    "carpet": {"Sheen_Weight": 0.3},
    "metal": {"Metallic": 1.0},
    "ceramic": {"Coat_Weight": 0.4, "Coat_Roughness": 0.05},
}
"""More inputs of the principled shader."""


def _textured(graph: ShaderGraph, made_of: str, base: Any, coordinates: Any) -> tuple[Any, Any]:
    """The colour and the normal (None: as it is) with the fine structure of what something is made of."""
    if made_of == "fabric":
        darker = graph.spread(graph.noise(coordinates, 9.0), 0.3, 0.7, 0.0, 0.16)
        return graph.mix(darker, base, (0.02, 0.02, 0.02)), graph.bump(
            graph.noise(coordinates, 380.0, 1.0), 0.0012, 0.5
        )
    if made_of == "carpet":
        pile = graph.noise(coordinates, 160.0, 3.0, 0.7)
        return graph.mix(graph.spread(pile, 0.3, 0.7, 0.35, 0.0), base, (0.03, 0.03, 0.03)), graph.bump(pile, 0.006)
    if made_of in ("plaster", "concrete"):
        stains = graph.spread(graph.noise(coordinates, 1.3, 3.0), 0.35, 0.75, 0.0, 0.05)
        rough = graph.noise(coordinates, 70.0, 4.0, 0.6)
        return graph.mix(stains, base, (0.1, 0.09, 0.08)), graph.bump(rough, 0.0012, 0.6)
    if made_of == "leather":
        cells = graph.node("ShaderNodeTexVoronoi", Vector=coordinates, Scale=260.0)
        return base, graph.bump(cells, 0.0008, 0.4)
    if made_of == "soil":
        return base, graph.bump(graph.noise(coordinates, 90.0, 4.0), 0.02)
    return (0.006, 0.006, 0.008) if made_of == "screen" else base, None


def _grain(
    graph: ShaderGraph, coordinates: Any, light: Any, scale: float, depth: float, dark: Color | None = None
) -> Any:
    """The grain of wood along u."""
    long = graph.scaled(coordinates, (0.11, 1.0, 1.0))
    warp = graph.noise(long, 3.0 / (scale * 10), 2.0)
    rings = graph.node("ShaderNodeVectorMath", settings={"operation": "ADD"}, n0=long, n1=warp)
    fine = graph.noise(graph.scaled(rings, (1.0, 1.0, 1.0)), 2.0 / scale, 5.0, 0.62)
    share = graph.spread(fine, 0.32, 0.68, 0.0, depth)
    darker = dark if dark is not None else graph.mix(0.45, light, (0.02, 0.012, 0.008))
    return graph.mix(share, light, darker)


def _laid(graph: ShaderGraph, finish: Finish, coordinates: Any) -> Any:
    """Planks, tiles or bricks with their gaps."""
    wooden = finish.pattern == "planks"
    length = finish.scale * finish.ratio
    gap = 0.0016 if wooden else 0.004 if finish.pattern == "tiles" else 0.01
    settings = {"offset": 0.0 if finish.pattern == "tiles" else 0.37 if wooden else 0.5, "offset_frequency": 2}
    sizes = {
        "Scale": 1.0,
        "Mortar_Size": gap / 2,
        "Mortar_Smooth": 0.1,
        "Brick_Width": length,
        "Row_Height": finish.scale,
    }
    bricks = {"Vector": coordinates, "Color1": (0.0, 0.0, 0.0), "Color2": (1.0, 1.0, 1.0), "Mortar": (0.5, 0.5, 0.5)}
    chance = graph.node("ShaderNodeTexBrick", "Color", settings=settings, **bricks, **sizes)
    gaps = graph.node("ShaderNodeTexBrick", "Fac", settings=settings, **bricks, **sizes)
    light, second = _dimmed(finish.color), _dimmed(finish.second)
    if wooden:
        shifted = graph.node(
            "ShaderNodeVectorMath",
            settings={"operation": "ADD"},
            n0=coordinates,
            n1=graph.math("MULTIPLY", chance, 7.3),
        )
        grain = _grain(graph, shifted, light, 0.05, 0.6, second)
        face = graph.mix(graph.math("MULTIPLY", chance, 0.45), grain, second)
        filler: Any = tuple(0.25 * level for level in second)
    else:
        patches = graph.spread(graph.noise(coordinates, 5.0, 5.0, 0.6), 0.3, 0.7, 0.0, 0.18)
        face = graph.mix(patches, light, tuple(0.55 * level for level in light))
        face = graph.mix(graph.math("MULTIPLY", chance, 0.12), face, (0.05, 0.05, 0.05))
        filler = second
    color = graph.mix(gaps, face, filler)
    smooth = finish.roughness if finish.roughness is not None else ROUGHNESS.get(finish.made_of, 0.5)
    worn = graph.spread(graph.noise(coordinates, 6.0, 4.0), 0.3, 0.7, smooth - 0.05, smooth + 0.12)
    rough = graph.math("MAXIMUM", worn, graph.math("MULTIPLY", gaps, 0.9))
    normal = graph.bump(graph.math("SUBTRACT", 1.0, gaps), 0.002, 0.7)
    return graph.node("ShaderNodeBsdfPrincipled", Base_Color=color, Roughness=rough, Normal=normal)


def _woven(graph: ShaderGraph, finish: Finish, coordinates: Any, base: Any, second: Color) -> Any:
    """Stripes or checks."""
    parts = (
        graph.node("ShaderNodeSeparateXYZ", 0, Vector=coordinates),
        graph.node("ShaderNodeSeparateXYZ", 1, Vector=coordinates),
    )
    bands = [
        graph.math("GREATER_THAN", graph.math("FRACT", graph.math("DIVIDE", value, finish.scale)), 0.5)
        for value in parts
    ]
    if finish.pattern == "stripes":
        return graph.mix(bands[0], base, second)
    return graph.mix(graph.math("ABSOLUTE", graph.math("SUBTRACT", bands[0], bands[1])), base, second)


def _picture(graph: ShaderGraph, path: Path) -> Any:
    import bpy

    return graph.node("ShaderNodeTexImage", settings={"image": bpy.data.images.load(str(path), check_existing=True)})


def _tinted(graph: ShaderGraph, texture: Path | None, picture: Any, paint: Color) -> Any:
    """A texture's light and dark in another colour."""
    from PIL import Image, ImageStat

    mean = 0.5
    if texture is not None:
        with Image.open(texture) as opened:
            level = ImageStat.Stat(opened.convert("L").resize((32, 32))).mean[0] / 255
        mean = max(0.03, level**2.2)
    gray = graph.node("ShaderNodeRGBToBW", Color=picture)
    share = graph.spread(graph.math("DIVIDE", gray, mean), 0.0, 2.0, 0.5, 1.5)
    tint = graph.node(
        "ShaderNodeMix",
        2,
        settings={"data_type": "RGBA", "blend_type": "MULTIPLY"},
        n0=1.0,
        n6=_dimmed(paint),
        n7=share,
    )
    return graph.node(
        "ShaderNodeMix",
        2,
        settings={"data_type": "RGBA", "blend_type": "MIX", "clamp_result": True},
        n0=0.0,
        n6=tint,
        n7=tint,
    )
