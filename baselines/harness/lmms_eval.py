"""A task folder of lmms-eval: a YAML file that its registry takes, and a module with the functions it names.

The functions are this package's; the written module only says which task they belong to. lmms-eval loads that module
anew for every function, so nothing is kept in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmark.metrics import find_score
from dataset import __version__
from dataset.loading.registration import register
from dataset.terminal import terminal

from .task import BOUNDS, CaptionTask

__all__ = ["task_functions", "write_task"]

_LONGEST = 256
"""Tokens of an answer."""

_MODULE = '''"""Functions of the lmms-eval task {name}; written by: ureca harness lmms-eval."""

from baselines.harness.lmms_eval import task_functions

globals().update(task_functions({settings}))
'''


def write_task(task: CaptionTask, folder: Path) -> list[Path]:
    """Write ``<name>.yaml`` and ``<name>.py``; the folder is for lmms-eval's ``--include_path``."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "config": task.config,
        "split": task.split,
        "options": task.settings,
        "view": task.view,
        "view_size": task.view_size,
        "ask": task.ask,
    }
    arguments = ", ".join(f"{name}={value!r}" for name, value in settings.items())
    module, config = folder / f"{task.name}.py", folder / f"{task.name}.yaml"
    module.write_text(_MODULE.format(name=task.name, settings=arguments), encoding="utf-8")
    config.write_text(_yaml(task), encoding="utf-8")
    return [config, module]


def _yaml(task: CaptionTask) -> str:
    options = {**task.settings, "only_split": task.split}
    lines = [
        f"# Written by: ureca harness lmms-eval. Use it with: lmms_eval --include_path FOLDER --tasks {task.name}",
        f"task: {task.name}",
        "dataset_path: ureca",
        f"dataset_name: {task.config}",
        "dataset_kwargs:",
        *(f"  {name}: {json.dumps(value)}" for name, value in options.items()),
        f"test_split: {task.split}",
        "output_type: generate_until",
        f"doc_to_visual: !function {task.name}.doc_to_visual",
        f"doc_to_text: !function {task.name}.doc_to_text",
        "doc_to_target: caption",
        "generation_kwargs:",
        f"  max_new_tokens: {_LONGEST}",
        "  temperature: 0",
        "  do_sample: false",
        f"process_results: !function {task.name}.process_results",
        "metric_list:",
    ]
    for name in _metrics(task):
        higher = "false" if find_score(name).lower_is_better else "true"
        lines += [
            f"  - metric: {name}",
            f"    aggregation: !function {task.name}.{name}",
            f"    higher_is_better: {higher}",
        ]
    return "\n".join([*lines, "metadata:", f"  - version: {json.dumps(__version__)}", ""])


def _metrics(task: CaptionTask) -> list[str]:
    first, *others = task.scores
    return [first, *(f"{first}_{bound}" for bound in BOUNDS), *others]


def task_functions(*, options: Mapping[str, Any], **settings: Any) -> dict[str, Callable[..., Any]]:
    """What the YAML file names, by name; see `CaptionTask` for the settings."""
    register()  # lmms-eval loads "ureca" by name after it has read the YAML file
    task = CaptionTask(options=tuple(options.items()), **settings)

    def doc_to_visual(row: Mapping[str, Any]) -> list[Any]:
        return [task.picture(row)]

    def doc_to_text(_row: Mapping[str, Any]) -> str:
        return task.question

    def process_results(row: Mapping[str, Any], answers: Sequence[str]) -> dict[str, dict[str, str]]:
        answer = {"region_id": row["region_id"], "answer": answers[0] if answers else ""}
        return dict.fromkeys(_metrics(task), answer)

    functions: dict[str, Callable[..., Any]] = {name: _aggregation(task, name) for name in _metrics(task)}
    return {"doc_to_visual": doc_to_visual, "doc_to_text": doc_to_text, "process_results": process_results, **functions}


def _aggregation(task: CaptionTask, name: str) -> Callable[[Sequence[Mapping[str, str]]], float]:
    """A score of all answers; lmms-eval calls one function for each, and the report is made once for all."""

    def aggregate(answers: Sequence[Mapping[str, str]]) -> float:
        report = task.report({answer["region_id"]: answer["answer"] for answer in answers})
        if name == task.scores[0]:
            signatures = dict.fromkeys(report.metrics[score].signature for score in task.scores)
            for line in [*report.facts(), *signatures]:
                terminal.print(line, highlight=False, markup=False, soft_wrap=True)
        return task.values(report)[name]

    aggregate.__name__ = name
    return aggregate
