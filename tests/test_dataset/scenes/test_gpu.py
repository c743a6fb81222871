"""Protects rendering on a GPU: the kernels draw what the CPU draws, and say what is missing where they cannot run.

There need be no GPU: numba's simulator runs the kernels in Python, every function that they call too, on small maps.
"""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from dataset.errors import InsufficientMemoryError, InvalidInputError, MissingDependencyError, UnknownNameError
from dataset.runtime import kernels
from dataset.scenes.layout.graph import Scene
from dataset.scenes.layout.scene import build_scene
from dataset.scenes.rendering import lights
from dataset.scenes.rendering.gpu import draw
from dataset.scenes.rendering.render import Rendering, render
from dataset.scenes.words.describe import describe_scene
from dataset.scenes.words.regions import visible_regions

ROOT = Path(__file__).parents[3]
SIDE, SUN_MAP, SKY_MAP = 20, 24, 12
SEEDS = {"room with a polished floor": 0, "room": 2, "outdoors": 3}

SIMULATED = f"""
import sys
import numpy as np
from dataset.scenes.layout.scene import build_scene
from dataset.scenes.rendering.gpu import draw
from dataset.scenes.rendering.render import render

draw.SUN_MAP, draw.SKY_MAP = {SUN_MAP}, {SKY_MAP}
pictures = {{}}
for seed in {sorted(SEEDS.values())}:
    drawn = render(build_scene(seed), {SIDE}, "cuda")
    pictures[f"image{{seed}}"], pictures[f"nodes{{seed}}"] = drawn.image, drawn.node_map
np.savez(sys.argv[1], **pictures)
"""

# A stand-in for the driver, so that kernels become machine code of an H100 where there is none, and are not loaded.
COMPILED = """
from types import SimpleNamespace
from dataset.runtime import kernels
kernels._cuda()
from numba import cuda
from numba.cuda import dispatcher
from numba.cuda.cudadrv import devices

device = SimpleNamespace(compute_capability=(9, 0), id=0)
dispatcher.get_current_device = lambda: device
devices.get_context = lambda *_: SimpleNamespace(device=device)
codes = {}
dispatcher._Kernel.bind = lambda kernel: codes.update({kernel.py_func.__name__: kernel._codelibrary.get_asm_str()})
from dataset.scenes.rendering.gpu import color_kernels, depth_kernels

for name, code in codes.items():
    print(name, "fma.rn.f64" in code, "mul.rn.f64" in code)
"""


def run(script: str, *arguments: str, **environment: str) -> str:
    command = [sys.executable, "-c", script, *arguments]
    variables = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"} | environment
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout


def captions(scene: Scene, drawn: Rendering) -> list[tuple[str, list[str]]]:
    return [(one.region_id, one.references) for one in describe_scene(visible_regions(scene, drawn)[0], scene.seed)[0]]


def test_kernels_draw_what_the_cpu_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(SIMULATED, str(tmp_path / "pictures.npz"), NUMBA_ENABLE_CUDASIM="1", NUMBA_DISABLE_JIT="1")
    simulated = np.load(tmp_path / "pictures.npz")
    monkeypatch.setattr(lights, "SUN_MAP", SUN_MAP)
    monkeypatch.setattr(lights, "SKY_MAP", SKY_MAP)
    differences = {}
    for name, seed in SEEDS.items():
        scene = build_scene(seed)
        there, here = Rendering(simulated[f"image{seed}"], simulated[f"nodes{seed}"]), render(scene, SIDE)
        differences[name] = (
            int((there.image != here.image).any(axis=2).sum()),
            int((there.node_map != here.node_map).sum()),
            captions(scene, there) != captions(scene, here),
        )
        assert len(captions(scene, here)) > 3
        assert (there.image.dtype, there.node_map.dtype) == (np.uint8, np.int32)
    assert differences == dict.fromkeys(SEEDS, (0, 0, False))


@pytest.mark.skipif(find_spec("numba_cuda") is None, reason="needs numba-cuda with NVIDIA's compiler")
def test_kernels_compile_for_an_h100_without_joined_products(tmp_path: Path) -> None:
    lines = run(COMPILED, NUMBA_CACHE_DIR=str(tmp_path)).split("\n")[:-1]
    assert len(lines) == 8
    assert {line.split()[1] for line in lines} == {"False"}
    assert all(line.endswith("True") for line in lines)


def test_without_numba_cuda_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "find_spec", lambda name: None)
    with pytest.raises(MissingDependencyError, match=r"numba-cuda.*pip install 'ureca\[cuda\]'"):
        render(build_scene(3), SIDE, "cuda")


def test_without_a_gpu_the_error_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = SimpleNamespace(is_available=lambda: False, cuda_error=lambda: "no driver\nwas found")
    monkeypatch.setattr(kernels, "find_spec", lambda name: name)
    monkeypatch.setattr(kernels, "_cuda", lambda: nothing)
    with pytest.raises(InvalidInputError, match=r"no driver was found(.|\n)*'cpu'"):
        render(build_scene(3), SIDE, "cuda")


def test_a_full_gpu_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fill_up(*sizes: int) -> None:
        raise RuntimeError("[CUresult.CUDA_ERROR_OUT_OF_MEMORY] Call to cuMemAlloc results in an error")

    monkeypatch.setattr(draw, "require_gpu", lambda needed_for: None)
    monkeypatch.setattr(draw, "_easel", fill_up)
    with pytest.raises(InsufficientMemoryError, match=f"{SIDE} x {SIDE} pixels"):
        render(build_scene(3), SIDE, "cuda")


def test_an_unknown_device_is_an_error() -> None:
    with pytest.raises(UnknownNameError, match="'cuda'"):
        render(build_scene(3), SIDE, "cudo")
