"""Protects: the built-in captioners on a new leaderboard are real submissions, scored there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select

from dataset.errors import DataUnavailableError
from dataset.loading.regions import load_regions
from leaderboard.admin import seeds
from leaderboard.admin.seeds import (
    BASELINES,
    Seed,
    add_all,
    add_seed,
    bundled_models,
    missing_seeds,
)
from leaderboard.boards.board import find_board
from leaderboard.intake.submissions import predictions
from leaderboard.settings import get_settings
from leaderboard.storage.schema import AuditEvent, Job, Score, ScoreRun, Submission, System
from leaderboard.storage.store import Store
from tests.support.scoring_here import score_queued


def test_a_new_board_gets_every_baseline_once_and_scores_it_itself(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = sqlite_store
    models = sorted(bundled_models(), key=bundled_models().__getitem__)
    missing = {seed.captioner: seed for seed in missing_seeds(store)}
    assert list(missing) == [*BASELINES, *models]  # what takes long comes last
    command = "baselines.predict reference --config photos --split test --out reference.jsonl"
    assert missing["reference"].command(Path("reference.jsonl")) == command.split()
    monkeypatch.setattr(seeds, "bundled_models", dict)
    chosen = {name: BASELINES[name] for name in ("constant", "reference")}  # five take as long as five captioners do
    monkeypatch.setattr(seeds, "BASELINES", chosen)
    assert add_all(store) == len(chosen)
    assert missing_seeds(store) == []
    assert add_all(store) == 0
    with store.reading() as session:
        systems = session.scalars(select(System)).all()
        assert {system.name for system in systems} == set(chosen)
        assert {system.kind for system in systems} == {"baseline"}
        assert {row.source for row in session.scalars(select(Submission))} == {"seed"}
        [reference] = session.scalars(select(Submission.id).join(Submission.system).where(System.name == "reference"))
    assert predictions(store, reference) == {region.region_id: region.caption for region in load_regions("photos")}
    score_queued(store)
    with store.reading() as session:
        assert {job.state for job in session.scalars(select(Job))} == {"done"}
        query = (
            select(System.name, Score.value)
            .join(System.submissions)
            .join(ScoreRun, ScoreRun.submission_id == Submission.id)
            .join(Score, Score.run_id == ScoreRun.id)
            .where(Score.slice == "", Score.metric == "duplicate_rate")
        )
        rates = {row.name: row.value for row in session.execute(query)}
        scored = session.scalars(select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "scored"))
        assert scored.one() == len(chosen)
    assert rates["constant"] == 1.0
    assert rates["reference"] == 0.0


def test_a_new_leaderboard_has_three_boards_and_models_come_after_all_that_is_cheap(tmp_path: Path) -> None:
    """Protects: a first row soon on every board; rooms stand between scenes and photos, and photos are fastest."""
    store = Store(get_settings(data_dir=tmp_path / "new", database_url="", free_mib=1))
    assert list(store.settings.boards) == ["scenes", "rooms", "photos"]
    seeds_of_all = missing_seeds(store)
    cheap = [seed.board.name for seed in seeds_of_all if seed.parameters is None]
    assert cheap == [name for name in ("photos", "scenes", "rooms") for _ in BASELINES]
    assert [seed.parameters is None for seed in seeds_of_all] == [True] * len(cheap) + [False] * 3 * len(
        bundled_models()
    )
    sizes = [seed.parameters or 0 for seed in seeds_of_all]
    assert sizes == sorted(sizes)
    store.close()


CAPTIONS = """
import json, pathlib, sys
lines = [json.dumps({"region_id": name, "caption": "the thing"}) for name in NAMES]
pathlib.Path(sys.argv[1]).write_text("\\n".join(lines))
"""
"""Writes the same caption of every region, as a captioner would a better one."""


def test_captions_of_a_checkpoint_are_made_once_and_kept(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("URECA_CACHE", str(tmp_path / "cache"))
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "config.json").write_text("{}")
    monkeypatch.setattr(seeds, "bundled_checkpoints", lambda: {"category": tmp_path / "weights"})
    monkeypatch.setattr(seeds, "module_command", lambda *words: (sys.executable, "-c", captions, words[-1]))
    names = [region.region_id for region in load_regions("photos")]
    captions = CAPTIONS.replace("NAMES", repr(names))
    seed = Seed(find_board(sqlite_store, "photos"), "category", "", 5)
    first = add_seed(sqlite_store, seed)
    [file] = (tmp_path / "cache" / "captions").iterdir()
    lines = file.read_text().replace('"the ', '"some ')
    file.write_text(lines)
    second = add_seed(sqlite_store, seed)  # what lies there is taken, and no process is started
    assert second != first
    assert any(text.startswith("some ") for text in predictions(sqlite_store, second).values())
    (tmp_path / "weights" / "config.json").write_text("{ }")
    assert add_seed(sqlite_store, seed) == first


def test_a_failing_captioner_says_why_leaves_nothing_and_keeps_the_others(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeds, "bundled_models", dict)
    monkeypatch.setattr(seeds, "BASELINES", {"nobody": "", "constant": BASELINES["constant"]})
    with pytest.raises(DataUnavailableError, match="unknown captioner 'nobody'"):
        add_all(sqlite_store)
    assert [seed.captioner for seed in missing_seeds(sqlite_store)] == ["nobody"]
    with sqlite_store.reading() as session:
        assert session.scalars(select(System.name).join(System.submissions)).all() == ["constant"]


def test_models_are_in_the_package_only_where_torch_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    safetensors = pytest.importorskip("safetensors.numpy")
    for name in ("small", "cut"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text("{}")
        arrays = {"a": np.zeros((3, 5), np.float32), "b": np.zeros(7, np.float16)}
        safetensors.save_file(arrays, tmp_path / name / "model.safetensors", {"format": "pt"})
    with (tmp_path / "cut" / "model.safetensors").open("ab") as file:
        file.truncate(100)
    monkeypatch.setattr("dataset.runtime.checkpoint_files.bundled_folder", lambda: tmp_path)
    monkeypatch.setattr(seeds, "find_spec", lambda name: name)
    assert bundled_models() == {"small": 22}
    monkeypatch.setattr(seeds, "find_spec", lambda _: None)
    assert bundled_models() == {}


def test_the_leaderboard_itself_imports_no_captioner() -> None:
    """Protects: every command and every worker starts in a second, not in two."""
    code = "import sys, json, leaderboard.__main__, leaderboard.admin.seeds; print(json.dumps(sorted(sys.modules)))"
    modules = json.loads(
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    )
    heavy = ("baselines", "torch", "streamlit", "numba", "scipy", "pandas", "pyarrow")
    assert not [name for name in modules if name.partition(".")[0] in heavy]
    assert "dataset.listener" not in modules  # its words take as long to read as all the rest
