"""What a stage writes down while it runs: JSON lines, TensorBoard where it is installed, and how it was started."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dataset.runtime.cache import atomic_file
from dataset.runtime.interpreter import typed_command

if TYPE_CHECKING:
    import torch

__all__ = ["Averages", "TrainingLog", "provenance", "read_log"]


class TrainingLog:
    """``log.jsonl`` and ``tensorboard/`` of a stage.

    Args:
        folder: of the stage.
        step: the step to resume from; later lines of an interrupted run are dropped, since they come again.
    """

    def __init__(self, folder: Path, step: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "log.jsonl"
        lines = [line for line in read_log(self.path) if line["step"] <= step]
        with atomic_file(self.path) as temporary:
            temporary.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        self._board: Any = None
        if importlib.util.find_spec("tensorboard") is not None:
            from torch.utils.tensorboard import SummaryWriter

            self._board = SummaryWriter(str(folder / "tensorboard"), purge_step=step + 1)

    def write(self, kind: str, step: int, values: Mapping[str, Any]) -> None:
        """Add a line of a kind, such as ``train`` or ``validation``."""
        with self.path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"kind": kind, "step": step, **values}) + "\n")
        if self._board is not None:
            for name, value in values.items():
                if isinstance(value, int | float):
                    self._board.add_scalar(f"{kind}/{name}", value, step)

    def close(self) -> None:
        """Write out what TensorBoard has buffered."""
        if self._board is not None:
            self._board.close()


class Averages:
    """Means since the last line; losses stay on the device until then."""

    def __init__(self) -> None:
        self.losses: list[torch.Tensor] = []
        self.waited = self.worked = 0.0
        self.scenes: list[int] = []
        self.norm: Any = None
        self.before: tuple[int, float] | None = None

    def add(self, loss: torch.Tensor, waited: float, worked: float, new_scenes: Sequence[int] = ()) -> None:
        """Count one backward pass."""
        self.losses.append(loss)
        self.waited += waited
        self.worked += worked
        self.scenes += new_scenes

    def line(self, rate: float, regions: int, seconds: float) -> dict[str, Any]:
        """What to log, and a new start."""
        import torch

        loss = float(torch.stack(self.losses).mean())
        last_regions, last_seconds = self.before or (0, 0.0)
        values = {
            "loss": round(loss, 5),
            "rate": rate,
            "gradient_norm": None if self.norm is None else round(float(self.norm), 4),
            "regions": regions,
            "new_scenes": spans(self.scenes),
            "regions_per_second": round((regions - last_regions) / max(seconds - last_seconds, 1e-9), 1),
            "data_share": round(self.waited / max(self.worked, 1e-9), 4),
            "seconds": round(seconds, 2),
        }
        self.losses, self.waited, self.worked, self.before = [], 0.0, 0.0, (regions, seconds)
        self.scenes = []
        return values


def read_log(path: Path) -> list[dict[str, Any]]:
    """Lines of a log; a last line that was cut off is left out."""
    if not path.is_file():
        return []
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            lines.append(json.loads(line))
        except ValueError:
            break
    return lines


def spans(numbers: Iterable[int]) -> list[list[int]]:
    """Numbers as [first, last] of what follows without a gap, in order."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs


def provenance() -> dict[str, Any]:
    """The command, the commit (if it is a checkout without changes) and the versions that make a run."""
    from importlib.metadata import PackageNotFoundError, version

    versions = {}
    for name in ("torch", "transformers", "peft", "accelerate", "numpy", "tokenizers"):
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return {
        "command": typed_command(),
        "commit": _git("rev-parse", "HEAD"),
        "changed_files": len((_git("status", "--porcelain", "--", "baselines", "dataset") or "").splitlines()),
        "versions": versions,
    }


def _git(*arguments: str) -> str | None:
    folder = Path(__file__).resolve().parent
    try:
        answer = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()
