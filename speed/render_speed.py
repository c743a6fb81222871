"""Images per CPU second of the scene renderer, warm; optionally against an older renderer on its own scenes.

python speed/render_speed.py --images 20
python speed/render_speed.py --against PATH    # a folder with scene.py (make_scene, flatten) and rnp2.py (shade)
"""

from __future__ import annotations

import argparse
import importlib
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from dataset.scenes.layout.scene import build_scene
from dataset.scenes.rendering.render import render


def seconds_each(draw: Callable[[int], object], images: int) -> list[float]:
    """CPU seconds per image, after one image that is not counted (it compiles)."""
    draw(0)
    taken = []
    for seed in range(1, images + 1):
        start = time.process_time()
        draw(seed)
        taken.append(time.process_time() - start)
    return taken


def older_renderer(folder: Path, resolution: int) -> Callable[[int], object]:
    """Draws scene `seed` with the modules of a folder."""
    sys.path.insert(0, str(folder))
    scenes, renderer = importlib.import_module("scene"), importlib.import_module("rnp2")

    def draw(seed: int) -> object:
        root = scenes.make_scene(seed)
        return renderer.shade(root, scenes.flatten(root), resolution)

    return draw


def report(name: str, taken: list[float]) -> float:
    """Print one line; returns images per CPU second."""
    rate = 1 / statistics.mean(taken)
    low, middle, high = min(taken), statistics.median(taken), max(taken)
    print(f"{name:10s} {rate:7.2f} images per CPU second   CPU s: {low:.3f} / {middle:.3f} / {high:.3f} (min/med/max)")
    return rate


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=20, help="images to draw after the first (default 20)")
    parser.add_argument("--resolution", type=int, default=448, help="pixels per side (default 448)")
    parser.add_argument("--against", type=Path, help="folder of an older renderer to compare with in the same run")
    options = parser.parse_args()
    rate = report("render", seconds_each(lambda seed: render(build_scene(seed), options.resolution), options.images))
    if options.against:
        older = older_renderer(options.against, options.resolution)
        print(f"ratio {rate / report('older', seconds_each(older, max(options.images // 4, 1))):.2f}")


if __name__ == "__main__":
    main()
