"""Captions of single regions by a model that lies beside the code, made in a process of its own.

The leaderboard imports neither models nor `baselines`: it starts ``python -m baselines.caption``, as a user would.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from dataset.errors import DataUnavailableError
from dataset.runtime.interpreter import module_command, module_environment

__all__ = ["caption_region"]

_SECONDS = 180.0
_TAIL = 600


def caption_region(model: Path, image: Path, mask: npt.NDArray[np.bool_], seconds: float = _SECONDS) -> str:
    """What a model says of one region.

    Args:
        model: folder of a checkpoint.
        image: the picture.
        mask: (height, width) of the picture.
        seconds: to wait at most; loading takes most of them.

    Raises:
        DataUnavailableError: it took too long, or it failed; with the end of its error output.
    """
    with tempfile.TemporaryDirectory(prefix="ureca-try-") as folder:
        drawn = Path(folder) / "mask.png"
        Image.fromarray(mask.astype(np.uint8) * 255).save(drawn)
        command = module_command("baselines.caption", str(model), str(image), "--mask", str(drawn), "--json")
        try:
            done = subprocess.run(
                command, env=module_environment(), capture_output=True, text=True, timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise DataUnavailableError(f"the model did not answer within {seconds:.0f} seconds") from error
    if done.returncode:
        raise DataUnavailableError(f"the model failed: {done.stderr.strip()[-_TAIL:]}")
    caption: str = json.loads(done.stdout.strip().splitlines()[-1])["caption"]
    return caption
