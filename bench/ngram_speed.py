"""BLEU, ROUGE-L and CIDEr beside pycocoevalcap: CPU time and peak memory, from tokenised text to per-item scores.

Each side runs in a process of its own on the same generated captions (40 words, Zipf-distributed, one reference).

    python -m bench.ngram_speed [PAIRS ...]
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmark.corpus import Corpus
from benchmark.metrics import Bleu, Cider, RougeL
from dataset.schema import Region

WORDS_PER_CAPTION = 40
VOCABULARY = 5_000


class Verbatim:
    """Text that is tokenised already."""

    signature = "verbatim"

    def tokenize(self, texts: Sequence[str]) -> list[str]:
        """The texts as they are."""
        return list(texts)


def captions(count: int, seed: int) -> list[str]:
    """Captions of words whose frequencies fall as 1 / rank."""
    weights = 1 / np.arange(1, VOCABULARY + 1)
    drawn = np.random.default_rng(seed).choice(VOCABULARY, (count, WORDS_PER_CAPTION), p=weights / weights.sum())
    return [" ".join(f"w{number}" for number in row) for row in drawn]


def ours(candidates: list[str], references: list[str]) -> None:
    """All three metrics of this project."""
    regions = [Region(f"{n // 5}/{n}", str(n // 5), (text,)) for n, text in enumerate(references)]
    by_id = {region.region_id: text for region, text in zip(regions, candidates, strict=True)}
    corpus = Corpus(regions, by_id, tokenizer=Verbatim())
    for metric in (Bleu(), RougeL(), Cider()):
        metric.item_scores(metric.statistics(corpus))


def original(candidates: list[str], references: list[str]) -> None:
    """All three scorers of pycocoevalcap."""
    from pycocoevalcap.bleu.bleu import Bleu as CocoBleu
    from pycocoevalcap.cider.cider import Cider as CocoCider
    from pycocoevalcap.rouge.rouge import Rouge as CocoRouge

    known = {n: [text] for n, text in enumerate(references)}
    given = {n: [text] for n, text in enumerate(candidates)}
    CocoBleu().compute_score(known, given, verbose=0)
    CocoRouge().compute_score(known, given)
    CocoCider().compute_score(known, given)


SIDES: dict[str, Callable[[list[str], list[str]], None]] = {"ours": ours, "pycocoevalcap": original}


def measure(side: str, pairs: int) -> dict[str, float]:
    """CPU seconds and peak memory in MiB of one side, in a new process."""
    command = [sys.executable, "-m", "bench.ngram_speed", "--side", side, str(pairs)]
    done = subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parents[1])
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def run_side(side: str, pairs: int) -> None:
    """What the new process does: warm up (imports, compiled code), then measure."""
    candidates, references = captions(pairs, 1), captions(pairs, 2)
    SIDES[side](candidates[:10], references[:10])
    start = time.process_time()
    SIDES[side](candidates, references)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"seconds": seconds, "mib": peak}))


def main(arguments: list[str]) -> None:
    """Print a table, one line per number of pairs."""
    if arguments[:1] == ["--side"]:
        run_side(arguments[1], int(arguments[2]))
        return
    print("BLEU + ROUGE-L + CIDEr, tokenised text to per-item scores")
    print(f"{'pairs':>9} {'ours':>18} {'pycocoevalcap':>18} {'time':>7} {'memory':>7}")
    for pairs in map(int, arguments or ["2000", "20000"]):
        own, other = measure("ours", pairs), measure("pycocoevalcap", pairs)
        cells = [f"{side['seconds']:6.2f} s {side['mib']:5.0f} MiB" for side in (own, other)]
        ratios = (other["seconds"] / own["seconds"], other["mib"] / own["mib"])
        print(f"{pairs:>9,} {cells[0]:>18} {cells[1]:>18} {ratios[0]:6.1f}x {ratios[1]:6.1f}x")


if __name__ == "__main__":
    main(sys.argv[1:])
