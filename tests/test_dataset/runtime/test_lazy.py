"""Protects: every public name of a package whose names are loaded on first use leads to a thing of that name."""

import importlib

import pytest


@pytest.mark.parametrize(
    "package", ["dataset", "dataset.curation", "dataset.masks", "benchmark", "baselines", "leaderboard"]
)
def test_public_names_lead_somewhere(package: str) -> None:
    module = importlib.import_module(package)
    assert module.__all__
    assert [name for name in module.__all__ if not hasattr(module, name)] == []
    assert set(module.__all__) <= set(dir(module))
