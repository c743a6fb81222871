"""A process that draws shards: ``python -m dataset.scenes.worker TASK``; started by `generate`."""

from __future__ import annotations

import json
import sys

from ..runtime.fingerprint import content_hash
from .generate import Shard
from .options import ScenesOptions


def main(task: str) -> None:
    """Draw the shards of a JSON task, saying ``drawn`` after each scene."""
    wanted = json.loads(task)
    if wanted["content_hash"] != content_hash():
        raise SystemExit("the files of the package changed while scenes were drawn: start again")
    options = ScenesOptions(**wanted["options"])
    for first, count in wanted["shards"]:
        Shard(options, wanted["split"], first, count).ensure(_say_drawn)


def _say_drawn() -> None:
    sys.stdout.write("drawn\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
