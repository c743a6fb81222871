"""The console script ``ureca`` as installed: a process whose path does not begin with the working folder."""

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
ENTRY_POINT = "from dataset.terminal.script import main; main()"


def ureca(*words: str, folder: Path, code: str = ENTRY_POINT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``ureca WORDS`` in a folder, or other code with these words."""
    return subprocess.run(
        [sys.executable, "-P", "-c", code, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
