"""A process that draws shards: ``python -m dataset.scenes.worker TASK``; started by `generate`."""

from __future__ import annotations

import json
import sys

from ..runtime.fingerprint import content_hash
from .generate import Shard
from .options import ScenesOptions


def main(task: str) -> None:
    """Draw the shards of a JSON task, writing ``drawn`` after each scene."""
    job = json.loads(task)
    if job["content_hash"] != content_hash():
        raise SystemExit("the files of the package changed while scenes were drawn: start again")
    options = ScenesOptions(**job["options"])
    for first, count in job["shards"]:
        Shard(options, job["split"], first, count).ensure(_report_scene)


def _report_scene() -> None:
    sys.stdout.write("drawn\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
