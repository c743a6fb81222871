"""The furniture models: their files, meshes, parts, and the table that names them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from dataset.errors import InvalidInputError, MissingDependencyError
from dataset.listener.words.lexicon import plural_of
from dataset.rooms.furniture.catalogue import DEFAULT_FOLDER, LICENCES, open_packs
from dataset.rooms.furniture.credits import CREDITS_FILE, credits_text
from dataset.rooms.furniture.mesh import load_mesh, mismatches
from dataset.rooms.furniture.models import load_models, read_models
from dataset.rooms.furniture.obj import read_obj
from dataset.rooms.furniture.polygons import triangulated

OBJ = """mtllib stool.mtl
o seat
v -10 8 -5
v 10 8 -5
v 10 8 5
v -10 8 5
vt 0 0
vt 1 0
vt 1 1
vt 0 1
usemtl oak
f 1/1 4/4 3/3 2/2
o legs
usemtl steel
v -10 0 0
v -9 0 0
v -9 8 0
f -3 -2 -1
v 9 0 0
v 10 0 0
v 10 8 0
f -3 -2 -1
l 1 2
"""
"""A stool whose front is towards z and that is twice as wide as deep: a seat (a quad) and two legs."""
MTL = "newmtl oak\nKd 0.5 0.3 0.1\nmap_Kd folder\\wood.jpg\nnewmtl steel\nd 0.5\n"
PROPERTIES = """id#1=Pack#stool
name#1=Bar stool \\u00e9
icon#1=/packs/stool.png
model#1=/packs/stool/stool.obj
width#1=40
depth#1=40
height#1=80
creator#1=Ann
id#2=Pack#movie
name#2=Film
icon#2=/packs/movie.png
model#2=/packs/movie/movie.dae
width#2=1
depth#2=1
height#2=1
"""
STOOL = {
    "id": "KatorLegaz/stool",
    "category": "stool",
    "stands": "floor",
    "rooms": ["kitchen"],
    "size": [0.4, 0.4, 0.8],
    "made_of": {"oak": "wood", "*": "metal"},
    "recolor": ["oak"],
    "parts": {"seat": {"groups": ["seat"]}, "leg": {"materials": ["steel"], "count": 2}},
    "author": "Ann",
    "licence": "CC-BY-3.0-US",
}


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with all packs, of which one has a stool."""
    monkeypatch.setenv("URECA_CACHE", str(tmp_path / "cache"))
    for name in LICENCES:
        with zipfile.ZipFile(tmp_path / f"{name}.sh3f", "w") as archive:
            archive.writestr("PluginFurnitureCatalog.properties", PROPERTIES)
            archive.writestr("packs/stool/stool.obj", OBJ)
            archive.writestr("packs/stool/stool.mtl", MTL)
            archive.writestr("packs/stool/wood.jpg", b"picture")
    return tmp_path


def test_a_catalogue_is_read(packs: Path) -> None:
    """Protects: what the catalogue says of a model, in metres and Unicode, of OBJ models alone."""
    entries = open_packs(packs)["KatorLegaz"].entries
    assert list(entries) == ["KatorLegaz/stool"]
    entry = entries["KatorLegaz/stool"]
    assert (entry.title, entry.size, entry.author) == ("Bar stool é", (0.4, 0.4, 0.8), "Ann")
    assert entry.licence == "CC-BY-3.0-US"


def test_missing_packs_are_named(tmp_path: Path) -> None:
    """Protects: whoever has not installed the models is told how to."""
    with pytest.raises(MissingDependencyError, match="apt-get install sweethome3d-furniture"):
        open_packs(tmp_path)


def test_a_mesh_has_its_size_frame_parts_and_textures(packs: Path) -> None:
    """Protects: metres, z up, front towards -y, origin under the middle, pieces from left to right, textures found."""
    model = read_models([STOOL])["KatorLegaz/stool"]
    mesh = load_mesh(model, packs)
    assert np.allclose(mesh.vertices.min(axis=0), [-0.2, -0.2, 0.0])
    assert np.allclose(mesh.vertices.max(axis=0), [0.2, 0.2, 0.8])
    front = mesh.vertices[2]  # the file's z = 5
    assert np.allclose(front, [0.2, -0.2, 0.8])
    assert mesh.part.tolist() == [0, 0, 1, 1]
    assert mesh.piece.tolist() == [0, 0, 0, 1]
    assert [surface.made_of for surface in mesh.surfaces] == ["wood", "metal"]
    assert [surface.recolor for surface in mesh.surfaces] == [True, False]
    assert mesh.surfaces[0].texture is not None
    assert mesh.surfaces[0].texture.read_bytes() == b"picture"
    assert mesh.surfaces[1].opacity == 0.5
    assert mesh.uv[0].tolist() == [[0, 0], [0, 1], [1, 1]]
    seat = mesh.vertices[mesh.triangles[0]]
    assert np.cross(seat[1] - seat[0], seat[2] - seat[0])[2] > 0, "the seat's upper side must face upwards"
    assert mismatches(model, mesh) == []


def test_what_does_not_fit_a_mesh_is_said(packs: Path) -> None:
    """Protects: a table's line that names a material or a number of pieces that the mesh has not."""
    wrong = {**STOOL, "recolor": ["pine"], "parts": {"leg": {"materials": ["steel"], "count": 4}}, "made_of": {}}
    model = read_models([wrong])["KatorLegaz/stool"]
    assert mismatches(model, load_mesh(model, packs)) == [
        "leg: 1 pieces instead of 4",
        "pine: no such material",
        "oak: the table does not say what it is of",
        "steel: the table does not say what it is of",
    ]


@pytest.mark.parametrize(
    ("stands", "low", "high"), [("wall", (-0.4, 0.0), (0.0, 0.8)), ("ceiling", (-0.2, -0.8), (0.2, 0.0))]
)
def test_what_hangs_has_its_origin_where_it_hangs(packs: Path, stands: str, low: tuple, high: tuple) -> None:
    """Protects: the back plane of things on walls is y = 0, the top of things on the ceiling z = 0."""
    mesh = load_mesh(read_models([{**STOOL, "stands": stands}])["KatorLegaz/stool"], packs)
    assert np.allclose(mesh.vertices.min(axis=0)[1:], low)
    assert np.allclose(mesh.vertices.max(axis=0)[1:], high)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [("v 0 0 x\n", "line 1"), ("v 0 0 0\n", "no faces"), ("v 0 0 0\nf 1 2 3\n", "corner that does not exist")],
)
def test_malformed_files_are_refused(lines: str, problem: str) -> None:
    """Protects: a damaged file is no mesh of something else."""
    with pytest.raises(InvalidInputError, match=problem):
        read_obj(lines, "chair.obj")


def test_polygons_keep_their_form() -> None:
    """Protects: a polygon with a dent is cut into triangles inside of it, wound as it is."""
    dented = [(0, 0, 0), (2, 0, 0), (2, 2, 0), (1, 0.5, 0), (0, 2, 0)]
    triangles = [np.array([dented[k] for k in triangle], float) for triangle in triangulated(dented)]
    areas = [np.cross(c[1] - c[0], c[2] - c[0])[2] / 2 for c in triangles]
    assert all(area > 0 for area in areas)
    assert sum(areas) == pytest.approx(2.5)
    assert triangulated([(0, 0, 0), (1, 0, 0), (1, 0, 1), (0, 0, 1)]) == [(0, 1, 2), (0, 2, 3)]


def test_a_malformed_table_is_refused_with_all_problems() -> None:
    """Protects: a mistake in the table is found when it is read, wherever it is."""
    wrong = [
        {**STOOL, "rooms": ["attic"], "stands": "tree"},
        {**STOOL, "made_of": {"*": "cheese"}, "parts": {"knob": {"of": "drawer", "groups": ["k"]}, "rim": {}}},
        {"id": "Pack/bare"},
    ]
    with pytest.raises(InvalidInputError) as raised:
        read_models(wrong)
    assert len(raised.value.problems) == 7


def test_the_table_is_consistent() -> None:
    """Protects: 150 models of every room, known licences, named authors, plurals that differ, credits up to date."""
    models = load_models()
    assert len(models) >= 150
    assert {room for model in models.values() for room in model.rooms} >= {"living room", "bathroom", "terrace"}
    for model in models.values():
        assert model.licence == LICENCES[model.pack]
        assert model.author
        assert all(0.001 <= side < 5 for side in model.size)
        assert len({part.name for part in model.parts}) == len(model.parts)
        for name in (model.category, *(part.name for part in model.parts)):
            assert name == name.lower().strip()
            assert plural_of(name)
    assert CREDITS_FILE.read_text(encoding="utf-8") == credits_text(models)


@pytest.mark.skipif(not DEFAULT_FOLDER.is_dir(), reason="Debian's package sweethome3d-furniture is not installed")
@pytest.mark.parametrize("name", ["BlendSwap-CC-BY/wardrobe", "KatorLegaz/filing-cabinet", "Scopia/chair"])
def test_the_table_fits_the_installed_models(name: str) -> None:
    """Protects: materials and groups that the table names exist, and sets have as many pieces as it says."""
    model = load_models()[name]
    mesh = load_mesh(model)
    assert mismatches(model, mesh) == []
    assert np.allclose(np.ptp(mesh.vertices, axis=0), model.size)
