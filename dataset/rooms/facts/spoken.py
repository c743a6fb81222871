"""From the tree of a layout to the tree that people speak of.

A layout builds a kitchen of units, each with its piece of the worktop, and a pair of curtains as one thing; people
speak of the worktop, the sink and the left curtain. What has a name of its own becomes a thing of its own here, what
nobody names belongs to its whole, and nouns become the listener's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from ...listener.words.lexicon import plural_of
from ...runtime.arrays import Int32Array
from ...scenes.layout.graph import Granularity, Node

__all__ = ["spoken_tree"]

NOUNS: Final = {
    "wooden floor": "floor", "tiled floor": "floor", "green apple": "apple", "oven door": "door",
    "dark room": "corridor", "fridge": "refrigerator", "lemon": "fruit", "orange": "fruit",
    "sink unit": "kitchen cabinet", "shelf": "wall shelf",
}  # fmt: skip
"""Nouns that say a fact that the listener knows by itself, or that are colours too -> how captions call the thing."""
PART_NOUNS: Final = {
    ("sofa", "mattress"): "cushion", ("coffee table", "shelf"): "board", ("side table", "shelf"): "board",
    ("table", "shelf"): "board", ("sink unit", "basin"): "sink", ("sofa", "foot"): "leg",
}  # fmt: skip
"""(whole, part) -> how captions call the part, where the part's own noun would not do."""
UNNAMED: Final = frozenset({"door leaf", "panel"})
"""Parts that nobody speaks of: they belong to what they are a part of."""
MISNAMED: Final = {"BlendSwap-CC-0/shelves": frozenset({"drawer"})}
"""Model -> parts that do not look like what the table of models calls them: they belong to their whole too."""
BY_THEMSELVES: Final = frozenset(
    {("pair of curtains", "curtain"), ("pair of curtains", "curtain rod"), ("towel rail", "towel"),
     ("radiator", "towel"), ("toilet paper holder", "toilet paper roll"), ("window", "window sill"),
     ("sink unit", "basin"), ("oven", "hob"), ("door", "corridor"), ("door", "dark room")}
)  # fmt: skip
"""(whole, part): parts that people name without their whole."""
CARRIED: Final = frozenset({"towel", "toilet paper roll"})
"""Those of them that hang on what they were a part of."""
WOVEN: Final = frozenset({"curtain"})
"""Those of them that look as their whole does."""
LOOKS: Final = frozenset({"pattern", "material"})
SHARED: Final = "worktop"
"""What the units of a kitchen have one of together."""
UNITS: Final = frozenset({"kitchen cabinet", "sink unit", "oven"})
HOLDERS: Final = frozenset({"bookshelf", "cabinet"})
"""Things of which rows of books are parts."""


def spoken_tree(
    roots: Sequence[Node], node_map: Int32Array, models: Mapping[int, str] | None = None
) -> tuple[list[Node], Int32Array]:
    """The tree that people speak of, as copies, and where its nodes are seen.

    Args:
        roots: background and objects of a layout, all nodes numbered in walk order from 0.
        node_map: (h, w), the index of the node at each pixel, -1 where there is none.
        models: index of a thing's node -> id of its furniture model.

    Returns:
        The new roots, numbered in walk order from 0, and their (h, w) node map.
    """
    tree = _Tree(models or {})
    for root in roots:
        tree.add(root)
    return tree.numbered(node_map)


class _Tree:
    """The new tree, and which of its nodes each old one has become."""

    def __init__(self, models: Mapping[int, str]) -> None:
        self.models = models
        self.roots: list[Node] = []
        self.became: dict[int, Node] = {}
        self.supports: list[tuple[Node, Node]] = []
        self.worktop: Node | None = None

    def add(self, root: Node) -> None:
        """Add a thing, and what people name without it."""
        if root.category == "row of books":
            self._add_row(root)
            return
        copy = self._copy(root, NOUNS.get(root.category, root.category))
        self.roots.append(copy)
        for child in root.children:
            if child.category == SHARED and root.category in UNITS:
                self._add_shared(child, root)
            elif (root.category, child.category) in BY_THEMSELVES:
                self._add_by_itself(child, root, copy)
            else:
                self._below(copy, child, root.category, MISNAMED.get(self.models.get(root.index, ""), frozenset()))
        if root.category == "sink unit":
            self._give_tap_to_sink(copy)

    def _copy(self, node: Node, category: str) -> Node:
        copy = replace(
            node,
            category=category,
            plural=plural_of(category) if node.count else "",
            children=[],
            attributes=dict(node.attributes),
        )
        if node.category == "tiled floor":
            copy.attributes["pattern"] = "tiles"
        self.became[node.index] = copy
        if node.supported_by is not None:
            self.supports.append((copy, node.supported_by))
        return copy

    def _below(self, whole: Node, child: Node, root: str, misnamed: frozenset[str] = frozenset()) -> None:
        """Add a part and all below it."""
        if child.category in UNNAMED | misnamed:
            self.became[child.index] = whole
        else:
            own = self._copy(child, _part_noun(root, child.category))
            whole.children.append(own)
            whole = own
        for grandchild in child.children:
            self._below(whole, grandchild, root, misnamed)

    def _add_row(self, root: Node) -> None:
        """A row of books is no thing: its set of books is a region, of the bookshelf that it stands in if it does."""
        holder = None if root.supported_by is None else self.became.get(root.supported_by.index)
        if holder is None or holder.category not in HOLDERS:
            self.roots.append(self._copy(root, "book"))
            self.roots[-1].plural, self.roots[-1].count = "books", 1
            holder = self.roots[-1]
        else:
            self.became[root.index] = holder
        for child in root.children:
            self._below(holder, child, root.category)

    def _add_shared(self, child: Node, root: Node) -> None:
        if self.worktop is None:
            self.worktop = replace(child, granularity="object", placement=root.placement, children=[])
            self.roots.append(self.worktop)
        self.became[child.index] = self.worktop

    def _add_by_itself(self, child: Node, root: Node, whole: Node) -> None:
        pieces = child.children if child.count else [child]
        self.became[child.index] = whole
        for piece in pieces:
            own = self._copy(piece, _part_noun(root.category, piece.category))
            if piece.granularity != "background":
                own.granularity = "object"
            own.placement = root.placement
            if piece.category in WOVEN:
                own.attributes |= {name: root.attributes[name] for name in LOOKS & root.attributes.keys()}
            own.supported_by = None
            if piece.category in CARRIED:
                self.supports.append((own, root))
            self.roots.append(own)
            for below in piece.children:
                self._below(own, below, own.category)

    def _give_tap_to_sink(self, unit: Node) -> None:
        sink = next((root for root in self.roots if root.category == "sink" and root.placement == unit.placement), None)
        if sink is not None:
            sink.children += [child for child in unit.children if child.category == "tap"]
            unit.children = [child for child in unit.children if child.category != "tap"]

    def numbered(self, node_map: Int32Array) -> tuple[list[Node], Int32Array]:
        """The roots with indices and supports, and the node map in the new indices."""
        nodes = [node for root in self.roots for node in root.walk()]
        for index, node in enumerate(nodes):
            node.index = index
            _follow(node)
        for node, old in self.supports:
            node.supported_by = self._support(old)
        table = np.full(max(self.became, default=-1) + 2, -1, np.int32)  # the last is for -1
        for before, now in self.became.items():
            table[before] = now.index
        covered: Int32Array = table[node_map]
        return self.roots, covered

    def _support(self, old: Node) -> Node:
        """What a thing stands on; what stands on a unit of a kitchen stands on the worktop."""
        if self.worktop is not None and old.category in UNITS:
            return self.worktop
        return self.became[old.index]


def _follow(node: Node) -> None:
    """Let a node's parts be what they are of it where it now is in the tree."""
    if node.count:
        return
    level: Granularity = "part" if node.granularity in ("object", "background") else "subpart"
    for child in node.children:
        child.granularity = "group" if child.count else level
        for piece in child.children if child.count else ():
            piece.granularity = level


def _part_noun(root: str, part: str) -> str:
    return PART_NOUNS.get((root, part)) or NOUNS.get(part, part)
