"""A dataset class of VLMEvalKit, in the form of its ``ImageBaseDataset``, and a way to run its program with it.

    python -m baselines.harness.vlmevalkit VLMEvalKit/run.py --data URECA_scenes --model NAME

VLMEvalKit has no place to look for other people's datasets: the class is added to its list before its program starts.
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from dataset.errors import InvalidInputError, MissingDependencyError
from dataset.loading.regions import load_images
from dataset.loading.sources import EMBEDDED
from dataset.terminal import terminal

from .task import CaptionTask

__all__ = ["dataset_class", "register"]

_PREFIX = "URECA_"


def register() -> type[Any]:
    """Add the class to VLMEvalKit's list; calling it again changes nothing.

    Raises:
        MissingDependencyError: VLMEvalKit is not installed.
    """
    try:
        import vlmeval.dataset as kit
    except ImportError as error:
        raise MissingDependencyError(
            f"VLMEvalKit ({error})", "this task", "pip install -e VLMEvalKit, in your clone of it"
        ) from error
    for member in kit.DATASET_CLASSES:
        if member.__name__ == "UrecaDataset":
            return cast(type[Any], member)
    added = dataset_class()
    kit.DATASET_CLASSES.append(added)
    kit.SUPPORTED_DATASETS.extend(added.supported_datasets())
    return added


def dataset_class(tasks: Sequence[CaptionTask] = ()) -> type[Any]:
    """The class, of these tasks or of the test splits that come with the package, as ``URECA_<config>``."""
    from vlmeval.dataset.image_base import ImageBaseDataset
    from vlmeval.smp import dump, load

    by_name = {_PREFIX + task.config: task for task in tasks or map(CaptionTask, EMBEDDED)}

    class UrecaDataset(ImageBaseDataset):
        """Regions to be captioned, each in a picture of its own; scored by `CaptionTask.report`."""

        TYPE = "Caption"
        DATASET_URL = dict.fromkeys(by_name, "")

        def load_data(self, dataset: str) -> Any:
            """One row for each region."""
            import pandas

            self._task = by_name[dataset]
            images = load_images(self._task.config, self._task.split, **self._task.settings)
            self._rows = {region.region_id: (path, region.mask) for path, group in images for region in group}
            rows = [
                {"index": number, "region_id": region_id, "image_path": _file_name(region_id), "question": ""}
                for number, region_id in enumerate(self._rows)
            ]
            return pandas.DataFrame(rows).assign(question=self._task.question)

        def build_prompt(self, line: Any) -> list[dict[str, str]]:
            """The picture of the region, drawn on first use, and the question."""
            from PIL import Image, ImageOps

            row: Mapping[str, Any] = self.data.iloc[line] if isinstance(line, int) else line
            drawing = Path(self.img_root) / f"{self._task.view}-{self._task.view_size}" / row["image_path"]
            if not drawing.exists():
                drawing.parent.mkdir(parents=True, exist_ok=True)
                path, mask = self._rows[row["region_id"]]
                image = ImageOps.exif_transpose(Image.open(path))
                self._task.picture({"image": image, "mask": mask}).save(drawing)
            return [{"type": "image", "value": str(drawing)}, {"type": "text", "value": row["question"]}]

        @classmethod
        def evaluate(cls, eval_file: str, **_judge: Any) -> dict[str, float]:
            """Scores x 100 of a file of predictions; its name says which data they are of."""
            predictions = load(eval_file)
            task = _task_of(Path(eval_file), by_name)
            ids, answers = (list(map(str, predictions[name])) for name in ("region_id", "prediction"))
            report = task.report(dict(zip(ids, answers, strict=True)))
            for line in (*report.facts(), *dict.fromkeys(score.signature for score in report.metrics.values())):
                terminal.print(line, highlight=False, markup=False, soft_wrap=True)
            scores = task.values(report)
            dump(scores, str(Path(eval_file).with_suffix("")) + "_score.json")
            return scores

        @classmethod
        def report_primary_metric(cls, metrics: dict[str, Any] | None) -> dict[str, float]:
            """The headline: the first of the scores."""
            return dict(list((metrics or {}).items())[:1])

    return UrecaDataset


def _file_name(region_id: str) -> str:
    return region_id.replace("/", "-") + ".png"


def _task_of(file: Path, by_name: Mapping[str, CaptionTask]) -> CaptionTask:
    matches = [task for name, task in by_name.items() if file.stem.endswith(name)]
    if not matches:
        raise InvalidInputError(str(file), [f"expected a name that ends in {' or '.join(by_name)}"])
    return matches[0]


def main() -> None:
    """Run VLMEvalKit's program, the first argument, with the class in its list."""
    if len(sys.argv) < 2:
        raise SystemExit("usage: python -m baselines.harness.vlmevalkit VLMEvalKit/run.py --data URECA_scenes ...")
    del sys.argv[0]
    sys.path.insert(0, str(Path(sys.argv[0]).resolve().parent))
    register()
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
