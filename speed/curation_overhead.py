"""What the framework costs beside the work itself, and the rates from which docs/scale.md computes SA-1B.

    python -m speed.curation_overhead
    python -m speed.curation_overhead --images 12 --height 1500 --width 2250

The work: read image and masks, build the tree, draw every view, build and hash every prompt, write the rows, in one
plain loop. The framework: `run_shard`, which does the same with journal, ledger, tasks, resume and commit, and answers
that take no time. All times are CPU times of this process.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dataset.curation.images import find_images, read_annotated_image
from dataset.curation.records import Ledger, Record
from dataset.curation.region_tree import RegionTree, build_region_tree
from dataset.curation.rehearsal import write_rehearsal_images
from dataset.curation.run_options import CurationOptions, RunSettings, read_options, start_run
from dataset.curation.runs.curated_rows import rows_of_image, write_parquet
from dataset.curation.runs.plan import extend_plan
from dataset.curation.runs.shards import run_shard
from dataset.prompting.chat import chat_messages
from dataset.prompting.journal import Journal
from dataset.prompting.prompts import Prompt, detailed_prompt, short_prompt, verification_prompt
from dataset.prompting.views import RegionViews

NAME = "x" * 60


@dataclass
class Stopwatch:
    """CPU seconds by name."""

    seconds: dict[str, float]

    def time(self, name: str, work: Callable[[], Prompt]) -> Prompt:
        """Do some work and add its time."""
        start = time.process_time()
        result = work()
        self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - start
        return result


def draw_all(views: RegionViews, tree: RegionTree, image_id: str, watch: Stopwatch) -> list[Prompt]:
    """The prompts of the short, detailed and verification stages, hashed."""
    built = []
    for node in tree.nodes:
        parent = None if node.parent < 0 else tree.nodes[node.parent].mask
        ids = {"image_id": image_id, "region_id": node.region_id}
        prompts: dict[str, Callable[[], Prompt]] = {
            "short": lambda node=node, parent=parent, ids=ids: short_prompt(  # type: ignore[misc]
                views.in_parent(node.mask, parent), views.crop(node.mask), parent_caption=NAME, **ids
            ),
            "detailed": lambda node=node, ids=ids: detailed_prompt(  # type: ignore[misc]
                views.contour(node.mask), short_caption=NAME, parent_caption=NAME, **ids
            ),
            "verification": lambda node=node, ids=ids: verification_prompt(  # type: ignore[misc]
                views.contour(node.mask), caption=NAME, **ids
            ),
        }
        for stage, make in prompts.items():
            prompt = watch.time(stage, make)
            assert prompt.content_hash
            built.append(prompt)
    return built


def plain_work(images: Path, out: Path, options: CurationOptions, watch: Stopwatch) -> int:
    """The work without the framework; the number of regions."""
    count = 0
    with Journal(out / "nothing.jsonl") as journal:
        ledger = Ledger(journal)

        def rows() -> list[list[dict[str, object]]]:
            nonlocal count
            all_rows = []
            for name in find_images(images, []):
                image = read_annotated_image(images / name)
                pixels = image.height * image.width
                tree = build_region_tree(image.image_id, image.annotations, pixels, options)
                draw_all(RegionViews(image.read_pixels(), size=options.view_size), tree, image.image_id, watch)
                for node in tree.nodes:
                    record = Record("short", image.image_id, node.region_id, NAME)
                    ledger._records["short", node.region_id] = record
                count += len(tree.nodes)
                all_rows.append(list(rows_of_image(image, tree, ledger, embed=True)))
            return all_rows

        write_parquet(out / "plain.parquet", rows(), {})
    return count


def encoding_seconds(images: Path, options: CurationOptions) -> float:
    """CPU seconds to turn one prompt into a request body: JPEG and base64."""
    path = images / next(find_images(images, []))
    image = read_annotated_image(path)
    tree = build_region_tree(image.image_id, image.annotations, image.height * image.width, options)
    views = RegionViews(image.read_pixels(), size=options.view_size)
    prompts = draw_all(views, tree, image.image_id, Stopwatch({}))[:30]
    start = time.process_time()
    for prompt in prompts:
        chat_messages(prompt)
    return (time.process_time() - start) / len(prompts)


def encoder_seconds(crops: int = 32) -> float | None:
    """CPU seconds of the embedded encoder for one crop; None without torch."""
    try:
        import torch

        from dataset.curation.look_alikes.encoders import open_encoder
    except ImportError:
        return None
    torch.set_num_threads(1)
    encoder = open_encoder()
    batch = list(np.random.default_rng(0).integers(0, 255, (crops, 224, 224, 3), np.uint8))
    encoder.encode(batch[:2])
    start = time.process_time()
    encoder.encode(batch)
    return (time.process_time() - start) / crops


def journal_seconds(base: Path, count: int = 20_000) -> tuple[float, float]:
    """CPU seconds to append a record, and to read one again."""
    path = base / "journal.jsonl"
    start = time.process_time()
    with Journal(path) as journal:
        ledger = Ledger(journal)
        for number in range(count):
            ledger.add(
                Record("short", "image", f"image/{number}", NAME, None, None, "m", "0" * 64, None, NAME, (NAME,))
            )
    appended = time.process_time() - start
    start = time.process_time()
    with Journal(path) as journal:
        assert len(Ledger(journal)) == count
    return appended / count, (time.process_time() - start) / count


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=8)
    parser.add_argument("--height", type=int, default=1500)
    parser.add_argument("--width", type=int, default=2250)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        write_rehearsal_images(base / "images", arguments.images, height=arguments.height, width=arguments.width)
        options = CurationOptions("rehearsal", encoder="none", levels=1, smallest=0)
        settings = RunSettings(str(base / "images"), "rehearsal")
        plain, framed = [], []
        watch = Stopwatch({})
        for number in range(arguments.rounds + 1):
            out = base / f"out-{number}"
            start_run(out, options)
            extend_plan(out, base / "images")
            watch = Stopwatch({})
            start = time.process_time()
            regions = plain_work(base / "images", out, read_options(out), watch)
            plain.append(time.process_time() - start)
            start = time.process_time()
            report = run_shard(0, out, settings)
            framed.append(time.process_time() - start)
            assert report.regions == regions
            start = time.process_time()
            run_shard(0, out, settings)
            again = time.process_time() - start
            (out / "data" / "shard-00000.parquet").unlink()
            start = time.process_time()
            run_shard(0, out, settings)
            resumed = time.process_time() - start
        work, whole = min(plain[1:]), min(framed[1:])  # the first round loads and compiles
        append, read = journal_seconds(base)
        print(
            f"{arguments.images} images of {arguments.width} x {arguments.height}, "
            f"{regions} regions, {report.records} records"
        )
        print(f"plain work {work:.2f} s, run_shard {whole:.2f} s: overhead {whole / work - 1:.1%}")
        print(f"a done shard: {again * 1000:.1f} ms; whole journal, file gone: {resumed / whole:.1%} of the first time")
        for stage, seconds in watch.seconds.items():
            print(f"views and prompt, {stage}: {seconds / regions * 1000:.2f} ms a region")
        print(f"JPEG and base64 of a prompt: {encoding_seconds(base / 'images', options) * 1000:.2f} ms")
        print(f"journal: {append * 1e6:.0f} us to append a record, {read * 1e6:.0f} us to read it again")
        encoder = encoder_seconds()
        if encoder is not None:
            print(f"embedded encoder: {encoder * 1000:.1f} ms a crop on one core")


if __name__ == "__main__":
    main()
