"""How long a new leaderboard takes to its first rows: `ureca board serve` with nothing but empty folders.

    python -m speed.leaderboard_start                 until the first row of every board; some minutes

Prints seconds from the start to the first answer, and from there to the first scored row of each board. Exit code 1 if
photos had none within 60 s of the first answer.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from dataset.runtime.interpreter import module_command

LIMIT_S = 60.0
_LOOK_S = 0.5


def ask(address: str) -> Any:
    """JSON from the API; None while nobody answers."""
    with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=30) as sent:
        return json.loads(sent.read())
    return None


def has_row(url: str, board: str) -> bool:
    """Whether a board has a scored submission."""
    state = ask(f"{url}/api/v1/boards/{board}") or {"submissions": []}
    return any(row["scores"] for row in state["submissions"])


def first_rows(url: str, process: subprocess.Popen[bytes], patience: float) -> tuple[float, dict[str, float]]:
    """Seconds to the first answer, and from there to each board's first row."""
    began = time.perf_counter()
    while (listing := ask(f"{url}/api/v1/boards")) is None:
        if process.poll() is not None:
            raise RuntimeError("the server ended")
        time.sleep(_LOOK_S)
    answered = time.perf_counter()
    waiting, seconds = [board["name"] for board in listing["boards"]], {}
    while waiting and time.perf_counter() - answered < patience:
        for name in [name for name in waiting if has_row(url, name)]:
            seconds[name] = time.perf_counter() - answered
            waiting.remove(name)
        time.sleep(_LOOK_S)
    return answered - began, seconds


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patience", type=float, default=600.0)
    options = parser.parse_args()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="ureca-bench-") as root:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("URECA_")}
        environment |= {"URECA_CACHE": f"{root}/cache", "URECA_LEADERBOARD_DATA_DIR": str(Path(root) / "data")}
        process = subprocess.Popen(
            module_command("leaderboard", "serve", "--port", str(port)),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            answered, seconds = first_rows(f"http://127.0.0.1:{port}", process, options.patience)
        finally:
            process.terminate()
            process.wait(60)
    print("| what | s |\n|---|---:|")
    print(f"| first answer of a new board | {answered:.0f} |")
    for name, value in seconds.items():
        print(f"| first row of {name}, after the first answer | {value:.0f} |")
    sys.exit(not seconds.get("photos", options.patience) <= LIMIT_S)


if __name__ == "__main__":
    main()
