"""A folder of images, planned into shards of a curation."""

from __future__ import annotations

import hashlib
from pathlib import Path

from dataset.curation.rehearsal import write_rehearsal_images
from dataset.curation.run_options import CurationOptions, RunSettings, start_run
from dataset.curation.runs.plan import extend_plan


class Planned:
    """Images in a folder, and runs over them.

    Args:
        base: a folder for everything.
        images: how many.
        per_shard: images of a shard.
    """

    def __init__(self, base: Path, images: int = 4, per_shard: int = 2) -> None:
        self.base = base
        write_rehearsal_images(base / "images", images, levels=2)
        self.settings = RunSettings(str(base / "images"), "rehearsal", images_at_once=2)
        self.per_shard = per_shard

    def begin(self, name: str = "out") -> Path:
        """A run, planned, with nothing made."""
        out = self.base / name
        start_run(out, CurationOptions("rehearsal", encoder="none", levels=1, smallest=0, view_size=64))
        extend_plan(out, self.base / "images", self.per_shard)
        return out

    def slow(self, seconds: float) -> RunSettings:
        """Settings of a describer that takes so many seconds for each answer."""
        return RunSettings(str(self.base / "images"), f"rehearsal:{seconds}", images_at_once=2)


def hashes(out: Path) -> dict[str, str]:
    """SHA-256 of the files that a run wrote."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted((out / "data").glob("*"))}
