"""Nodes of things and of their parts."""

from __future__ import annotations

from ...listener.words.lexicon import plural_of
from ..furniture.models import Model
from .room import Node, Placement, Solid

__all__ = ["model_solid", "new_node", "part", "parts"]


def new_node(category: str, granularity: str = "object", **facts: str) -> Node:
    """A node; ``side`` is a slot, all other facts are attributes."""
    slots: dict[str, str | int] = {"side": facts.pop("side")} if "side" in facts else {}
    return Node(category, granularity, plural_of(category), attributes=dict(facts), slots=slots)  # type: ignore[arg-type]


def part(whole: Node, name: str, **facts: str) -> Node:
    """A new part of a thing, or of a part."""
    node = new_node(name, "part" if whole.granularity in ("object", "background") else "subpart", **facts)
    whole.children.append(node)
    return node


def parts(whole: Node, name: str, count: int, **facts: str) -> list[Node]:
    """New parts of one name; more than one are a set, a group below the whole."""
    if count == 1:
        return [part(whole, name, **facts)]
    group = new_node(name, "group", **facts)
    group.count = count
    whole.children.append(group)
    granularity = "part" if whole.granularity == "object" else "subpart"
    group.children = [new_node(name, granularity, **facts) for _ in range(count)]
    return group.children


def model_solid(model: Model, placement: Placement | None = None) -> Solid:
    """A furniture model as a solid, with the nodes of its parts."""
    node = new_node(model.category)
    node.placement = placement
    leaves: dict[tuple[int, int], Node] = {}
    homes: dict[str, list[Node]] = {}
    order = sorted(range(len(model.parts)), key=lambda index: _depth(model, index))
    for index in order:
        entry = model.parts[index]
        wholes = homes[entry.of] if entry.of else [node]
        if len(wholes) > 1 and len(wholes) == entry.count:  # one of each: the handle of every drawer
            pieces = [part(whole, entry.name) for whole in wholes]
        else:
            pieces = parts(wholes[0] if len(wholes) == 1 else node, entry.name, entry.count)
        homes[entry.name] = pieces
        leaves |= {(index, k): piece for k, piece in enumerate(pieces)}
    width, depth, height = model.size
    if model.stands == "wall":
        extent = (-width / 2, -depth, 0.0, width / 2, 0.0, height)
    elif model.stands == "ceiling":
        extent = (-width / 2, -depth / 2, -height, width / 2, depth / 2, 0.0)
    else:
        extent = (-width / 2, -depth / 2, 0.0, width / 2, depth / 2, height)
    return Solid(node, extent, model=model.id, leaves=leaves, boards=model.boards)


def _depth(model: Model, index: int) -> int:
    """How many parts the part is below."""
    of, depth = model.parts[index].of, 0
    while of is not None:
        of, depth = next(part.of for part in model.parts if part.name == of), depth + 1
    return depth
