"""A short way to write Blender's shader nodes."""

from __future__ import annotations

from typing import Any

__all__ = ["ShaderGraph"]


class ShaderGraph:
    """The nodes of one Blender material or world, built from the inputs up.

    A value is a number, a tuple, or the output socket of a node; every method returns an output socket.
    """

    def __init__(self, owner: Any) -> None:
        owner.use_nodes = True
        self._nodes, self._links = owner.node_tree.nodes, owner.node_tree.links
        self._nodes.clear()

    def node(self, kind: str, output: str | int = 0, *, settings: dict[str, Any] | None = None, **inputs: Any) -> Any:
        """A node of a kind such as "ShaderNodeMix"; inputs by name with "_" for spaces, or ``n0``, ``n1`` by number."""
        node = self._nodes.new(kind)
        for name, value in (settings or {}).items():
            setattr(node, name, value)
        for name, value in inputs.items():
            key = int(name[1:]) if name[0] == "n" and name[1:].isdecimal() else name.replace("_", " ")
            self.put(node.inputs[key], value)
        return node.outputs[output]

    def put(self, socket: Any, value: Any) -> None:
        """Link an output to a socket, or set its value."""
        if hasattr(value, "is_output"):
            self._links.new(value, socket)
        elif isinstance(value, tuple) and len(value) == 3 and socket.type == "RGBA":
            socket.default_value = (*value, 1.0)
        else:
            socket.default_value = value

    def math(self, operation: str, first: Any, second: Any = 0.0) -> Any:
        """Arithmetic on two numbers."""
        return self.node("ShaderNodeMath", settings={"operation": operation}, n0=first, n1=second)

    def mix(self, share: Any, first: Any, second: Any, how: str = "MIX") -> Any:
        """Two colours mixed."""
        settings = {"data_type": "RGBA", "blend_type": how}
        return self.node("ShaderNodeMix", 2, settings=settings, n0=share, n6=first, n7=second)

    def spread(self, value: Any, low: float, high: float, to_low: float, to_high: float) -> Any:
        """A number from one range in another, clamped."""
        return self.node("ShaderNodeMapRange", n0=value, n1=low, n2=high, n3=to_low, n4=to_high)

    def scaled(self, vector: Any, scale: tuple[float, float, float]) -> Any:
        """A vector with each coordinate multiplied."""
        return self.node("ShaderNodeMapping", Vector=vector, Scale=scale)

    def noise(self, vector: Any, scale: float, detail: float = 2.0, roughness: float = 0.5) -> Any:
        """Noise in [0, 1] with features of size 1 / scale."""
        return self.node("ShaderNodeTexNoise", Vector=vector, Scale=scale, Detail=detail, Roughness=roughness)

    def bump(self, height: Any, distance: float, strength: float = 1.0) -> Any:
        """A normal that shows a height of ``distance`` metres."""
        return self.node("ShaderNodeBump", Height=height, Distance=distance, Strength=strength)

    def finish(self, surface: Any, kind: str = "ShaderNodeOutputMaterial") -> None:
        """End the graph in its output."""
        self.put(self._nodes.new(kind).inputs["Surface"], surface)
