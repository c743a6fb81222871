"""Rendering of rooms: needs Blender's module and the packs of furniture, and is skipped without them."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dataset.errors import MissingDependencyError
from dataset.rooms.furniture.catalogue import DEFAULT_FOLDER, open_packs
from dataset.rooms.generate import draw_rooms
from dataset.rooms.negatives import read_negative
from dataset.rooms.options import RoomsOptions


def needed_tools() -> str:
    """Why rooms cannot be rendered here; empty if they can."""
    try:
        open_packs(DEFAULT_FOLDER)
    except MissingDependencyError as error:
        return str(error)
    return "" if find_spec("bpy") else "bpy is not installed (make rooms)"


@pytest.mark.skipif(bool(needed_tools()), reason=needed_tools() or "tools are there")
def test_a_room_is_rendered_and_kept(tmp_path: Path) -> None:
    """Protects: that operators can draw rooms, and that words can be made of negatives alone."""
    options = RoomsOptions(resolution=64, samples=2)
    [path] = draw_rooms(tmp_path, "train", [2], options, workers=1)
    negative = read_negative(path)
    image = np.asarray(Image.open(path.with_suffix(".jpg")))
    assert image.shape == (64, 64, 3)
    assert 60 < image.mean() < 200
    assert negative.node_map.shape == (64, 64)
    assert negative.node_map.max() < len(negative.nodes())
    assert len(set(negative.node_map.ravel().tolist())) > 8
    floor = next(node for node in negative.nodes() if node.granularity == "background")
    assert floor.index == 0
    assert 0.02 < negative.albedo[negative.node_map == 0].mean() < 0.9
    before = path.stat().st_mtime_ns
    assert draw_rooms(tmp_path, "train", [2], options, workers=1) == [path]
    assert path.stat().st_mtime_ns == before


@pytest.mark.skipif(not needed_tools(), reason="the tools are there")
def test_missing_tools_are_named(tmp_path: Path) -> None:
    """Protects: an error that says what to install."""
    with pytest.raises(MissingDependencyError, match="install"):
        draw_rooms(tmp_path, "train", [0], RoomsOptions(), workers=1)
