"""Metrics by their names on a command line."""

from __future__ import annotations

from dataset.errors import InvalidInputError

from ..metrics import METRICS, ListenerOutcomes, find_metrics

__all__ = ["listens", "metric_names"]


def metric_names(metrics: str | None) -> list[str] | None:
    """Names from a comma-separated list; None, for all, stays None.

    Raises:
        InvalidInputError: the list is empty.
        UnknownNameError: a name is neither a metric nor a score.
    """
    if metrics is None:
        return None
    names = [name.strip() for name in metrics.split(",") if name.strip()]
    if not names:
        raise InvalidInputError("--metrics", ["no metric is named"], f"Available: {', '.join(METRICS)}.")
    find_metrics(names)
    return names


def listens(names: list[str] | None) -> bool:
    """Whether worlds have to be loaded for these metrics."""
    return names is None or ListenerOutcomes.name in find_metrics(names)
