"""Protects: a first run in a log is not silent for a minute, and quick work leaves nothing in it."""

import io
import sys
from typing import Any

import pytest

from dataset.runtime import progress
from dataset.runtime.progress import progress_bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, stream: Any, silent: float) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "_SILENT_SECONDS", silent)
    monkeypatch.setattr(progress, "_BETWEEN_LINES", 0.0)
    with progress_bar(title="Drawing test scenes", unit="scene", total=3) as bar:
        for _ in range(3):
            bar.update()
    return str(stream.getvalue())


def test_long_work_in_a_pipe_writes_lines_and_short_work_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Drawing test scenes: 100%" in shown(monkeypatch, io.StringIO(), 0.0)
    assert not shown(monkeypatch, io.StringIO(), 60.0)
    assert "Drawing test scenes" in shown(monkeypatch, Terminal(), 60.0)
