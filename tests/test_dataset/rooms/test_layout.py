"""Layouts of rooms: the same everywhere, nothing floats or meets, look-alikes on purpose."""

from __future__ import annotations

from dataclasses import astuple
from itertools import combinations

import pytest

from dataset.rooms.furniture.models import load_models
from dataset.rooms.layout.build import KINDS, build_room
from dataset.rooms.layout.plan import apart, space_of
from dataset.rooms.layout.room import Room, Solid
from dataset.rooms.options import SPLITS, RoomsOptions

HANG = {"picture", "mirror", "shelf", "wall cabinet", "pendant lamp", "pair of curtains", "window"}


@pytest.fixture(scope="module")
def rooms() -> list[Room]:
    """A room of each kind."""
    return [build_room(RoomsOptions().room_seed("train", index), kind) for index, kind in enumerate(KINDS)]


def things(room: Room) -> list[Solid]:
    """What stands, lies or hangs in a room."""
    return [solid for solid in room.solids if solid.solid and solid.node.granularity == "object"]


def test_the_same_seed_gives_the_same_room() -> None:
    """Protects: masks that are the same everywhere."""
    first, second = build_room(7), build_room(7)
    assert [astuple(solid.placement) for solid in first.solids] == [astuple(solid.placement) for solid in second.solids]
    assert [node.category for node in first.nodes()] == [node.category for node in second.nodes()]
    assert first.camera == second.camera
    assert first.camera != build_room(8).camera


def test_nothing_meets(rooms: list[Room]) -> None:
    """Protects: rooms in which no two things are in one place."""
    for room in rooms:
        for first, second in combinations(things(room), 2):
            if first.node.supported_by is second.node or second.node.supported_by is first.node:
                continue
            for hull in first.hulls or (first.box,):
                for other in second.hulls or (second.box,):
                    free = apart(space_of(hull, first.placement), space_of(other, second.placement), -0.002)
                    assert free, f"{room.kind} {room.seed}: {first.node.category} and {second.node.category}"


def test_nothing_floats(rooms: list[Room]) -> None:
    """Protects: things stand on the floor or on a board, or are of a kind that hangs."""
    for room in rooms:
        solids = {id(solid.node): solid for solid in room.solids}
        for solid in things(room):
            stands = load_models()[solid.model].stands if solid.model else ""
            if solid.node.category in HANG or stands in ("wall", "ceiling") or solid.placement.z < 0.01:
                continue
            support = solids[id(solid.node.supported_by)]
            levels = [support.placement.z + support.placement.scale * board.height for board in support.boards]
            assert any(abs(level - solid.placement.z) < 1e-6 for level in levels), solid.node.category


def test_most_rooms_have_look_alikes(rooms: list[Room]) -> None:
    """Protects: regions that plain names do not tell apart; at least 60% of the images need them."""
    alike = [any(sum(solid in room.in_view for solid in solids) > 1 for solids in room.look_alikes) for room in rooms]
    assert sum(alike) >= 0.6 * len(rooms)
    assert all(len(room.in_view) >= 6 for room in rooms)


def test_indices_count_nodes(rooms: list[Room]) -> None:
    """Protects: node maps that point to the right nodes."""
    for room in rooms:
        assert [node.index for node in room.nodes()] == list(range(len(room.nodes())))


def test_seeds_of_splits_never_meet() -> None:
    """Protects: test rooms that no training has seen."""
    options = RoomsOptions()
    seeds = {options.room_seed(split, index) for split in SPLITS for index in range(2000)}
    assert len(seeds) == 3 * 2000
    assert options.image_id("test", 12) == "rooms-test-00012"
