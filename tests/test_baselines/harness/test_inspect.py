"""Protects the task of Inspect: the real harness asks its mock model, and its numbers are those of `evaluate`."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmark import evaluate
from dataset.loading.regions import load_regions

inspect_ai = pytest.importorskip("inspect_ai", reason="inspect_ai is not installed")


def test_the_real_harness_shows_regions_and_prints_the_headline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tiktoken
    from inspect_ai.model import ModelOutput, get_model

    from baselines.harness.inspect_task import ureca

    regions = load_regions("photos")[:12]
    pictures = []

    def answer(messages: list, *_: object) -> ModelOutput:
        picture, words = messages[0].content
        pictures.append(picture.image)
        assert words.text.startswith("A red contour marks one region")
        return ModelOutput.from_content("mockllm/model", "the smiling woman")

    # Inspect counts the tokens of its mock model by a table that it downloads
    monkeypatch.setattr(tiktoken, "get_encoding", lambda _name: SimpleNamespace(encode=lambda text, **_: text.split()))
    [log] = inspect_ai.eval(
        ureca("photos", view_size=64),
        model=get_model("mockllm/model", custom_outputs=answer),
        limit=len(regions),
        log_dir=str(tmp_path),
        display="none",
    )
    assert log.status == "success", log.error
    assert len(set(pictures)) == len(regions)
    assert all(picture.startswith("data:image/png;base64,") for picture in pictures)
    metrics = {name: value.value for name, value in log.results.scores[0].metrics.items()}
    captions = {region.region_id: "the smiling woman" for region in regions}
    expected = evaluate(captions, regions, metrics=["unique_and_correct", "cider"]).metrics
    assert metrics["unique_and_correct"] == 100 * expected["unique_and_correct"].value
    assert metrics["cider"] == pytest.approx(100 * expected["cider"].value)
