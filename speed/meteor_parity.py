"""Compare the compiled METEOR with METEOR 1.5's own program on varied pairs: differences, CPU times, their ratio.

    python -m speed.meteor_parity --pairs 100000 --captions references.jsonl

Captions come from `--captions` (JSON lines with "captions"), from the docstrings and metadata of installed packages,
and from the paraphrase table itself. Candidates are other captions, class names, and references changed by synonym and
paraphrase swaps, inflection, reordering, deletion and repetition; one to five references each, 1 to 200 words.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import random
import resource
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from benchmark.metrics.meteor.data import MeteorData
from benchmark.metrics.meteor.java import JavaMeteor
from benchmark.metrics.meteor.native import NativeMeteor
from benchmark.metrics.meteor.scoring import score_statistics
from benchmark.text.java import pycocoevalcap_file
from benchmark.text.tokenizer import JavaPtbTokenizer
from tests.support.package_texts import package_texts

__all__ = ["PairMaker"]

_MANY_MATCHES = ("the", "a", "of", "dog", "dogs", "hound", "on", "in the")
_LONGEST = 200
_ENDINGS = ("s", "es", "ed", "ing", "er", "est", "ly", "ies", "'s")


class PairMaker:
    """Makes candidates and references.

    Args:
        texts: tokenised texts to start from.
        seed: everything follows from it.
        table_rows: rows of the paraphrase table to know.
    """

    def __init__(self, texts: list[str], seed: int, table_rows: int = 60_000) -> None:
        self.random = random.Random(seed)
        self.texts = texts
        self.words = sorted({word for text in texts for word in text.split()})
        self.rows = _sample_table(table_rows, seed)
        self.paraphrases = defaultdict(list)
        for left, right in self.rows:
            self.paraphrases[left].append(right)
            self.paraphrases[right].append(left)
        synonyms = MeteorData().synonyms
        self.sets = synonyms.of_word
        self.members = synonyms.members()

    def pair(self) -> tuple[str, list[str]]:
        """A candidate and its references."""
        base = self._base()
        more = self.random.choice([0, 0, 0, 1, 2, 4])
        references = [base, *(self._change(base) if self.random.random() < 0.7 else self._base() for _ in range(more))]
        kind = self.random.random()
        if kind < 0.15:
            candidate = self._base()
        elif kind < 0.2:
            candidate = base
        elif kind < 0.25:
            candidate = self.random.choice(self.words)
        else:
            candidate = self._change(base)
        return candidate, references

    def _base(self) -> str:
        kind = self.random.random()
        if kind < 0.6:
            text = self.random.choice(self.texts)
        elif kind < 0.75:
            text = " ".join(self.random.choice(self.rows)[self.random.random() < 0.5] for _ in range(self._few(6)))
        elif kind < 0.85:
            few = self.random.sample(self.words, min(len(self.words), self._few(8)))
            text = " ".join(self.random.choices(few, k=self._few(40)))
        elif kind < 0.95:
            text = " ".join(self.random.choice(self.texts) for _ in range(self._few(8)))
        else:
            text = " ".join(self.random.choices(_MANY_MATCHES, k=self._few(30)))
        return " ".join(text.split()[:_LONGEST])

    def _few(self, most: int) -> int:
        return self.random.randint(1, most)

    def _change(self, text: str) -> str:
        words = text.split()
        steps = (self._swap_synonyms, self._swap_paraphrases, self._inflect, self._reorder, self._drop, self._repeat)
        for step in self.random.sample(steps, self._few(4)):
            if words:
                words = step(words)
        return " ".join(words[:_LONGEST])

    def _swap_synonyms(self, words: list[str]) -> list[str]:
        return [self._synonym(word) if self.random.random() < 0.4 else word for word in words]

    def _synonym(self, word: str) -> str:
        sets = self.sets(word)
        return self.random.choice(self.members[self.random.choice(sets)]).replace("_", " ") if sets else word

    def _swap_paraphrases(self, words: list[str]) -> list[str]:
        done, place = [], 0
        while place < len(words):
            width = self.random.randint(1, 4)
            paraphrases = self.paraphrases.get(" ".join(words[place : place + width]))
            if paraphrases and self.random.random() < 0.7:
                done += self.random.choice(paraphrases).split(" ")
                place += width
            else:
                done.append(words[place])
                place += 1
        return done

    def _inflect(self, words: list[str]) -> list[str]:
        return [word + self.random.choice(_ENDINGS) if self.random.random() < 0.3 else word for word in words]

    def _reorder(self, words: list[str]) -> list[str]:
        start, end = sorted(self.random.choices(range(len(words) + 1), k=2))
        return words[end:] + words[start:end] + words[:start]

    def _drop(self, words: list[str]) -> list[str]:
        return [word for word in words if self.random.random() < 0.8]

    def _repeat(self, words: list[str]) -> list[str]:
        return list(itertools.chain.from_iterable([word] * (1 + (self.random.random() < 0.2)) for word in words))


def _sample_table(rows: int, seed: int) -> list[tuple[str, str]]:
    step = 5_274_084 // rows
    first = random.Random(seed).randrange(step)
    with gzip.open(pycocoevalcap_file("meteor", "data", "paraphrase-en.gz"), "rt", encoding="utf-8") as lines:
        pairs = [line.rstrip("\n") for number, line in enumerate(lines) if number // 3 % step == first and number % 3]
    return list(zip(pairs[::2], pairs[1::2], strict=True))


def _cpu_seconds(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def _read_captions(path: Path) -> list[str]:
    with path.open(encoding="utf-8") as lines:
        return [caption for line in lines for caption in json.loads(line)["captions"]]


def main() -> int:
    """Run the comparison; the exit status is 1 if any item differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--captions", type=Path, nargs="*", default=[], help="JSON lines with captions")
    parser.add_argument("--show", type=int, default=5, help="differing pairs to print")
    options = parser.parse_args()
    texts = package_texts(max(1_000, options.pairs // 4), options.seed)
    for path in options.captions:
        texts += _read_captions(path)
    tokenized = [text for text in JavaPtbTokenizer().tokenize(texts) if text]
    maker = PairMaker(tokenized, options.seed)
    pairs = [maker.pair() for _ in range(options.pairs)]
    candidates, references = zip(*pairs, strict=True)
    words = sum(len(text.split()) for pair in pairs for text in (pair[0], *pair[1]))
    print(f"{len(pairs):,} candidates, {sum(map(len, references)):,} references, {words:,} words")

    native = NativeMeteor()
    native.statistics(["a dog"], [["the dogs"]])  # compiles or loads
    started = _cpu_seconds(resource.RUSAGE_SELF)
    counts = native.statistics(candidates, references)
    native_seconds = _cpu_seconds(resource.RUSAGE_SELF) - started
    java, start_seconds, wall = _run_java(candidates, references)
    java_seconds = _cpu_seconds(resource.RUSAGE_CHILDREN) - start_seconds
    difference = np.abs(score_statistics(counts) - score_statistics(java))
    differing = np.flatnonzero((counts != java).any(axis=1))
    print(f"items whose counts differ: {len(differing):,}; largest difference of scores: {difference.max():.3g}")
    print(f"native {native_seconds:.2f} CPU s ({1e6 * native_seconds / len(pairs):.0f} us per item)")
    print(f"java   {java_seconds:.2f} CPU s ({wall:.1f} s), start not counted: {java_seconds / native_seconds:.1f} x")
    for item in differing[: options.show]:
        print(f"  {candidates[item]!r}\n  {references[item]!r}\n    java   {java[item]}\n    native {counts[item]}")
    return int(bool(len(differing)))


def _run_java(candidates: tuple[str, ...], references: tuple[list[str], ...]) -> tuple[np.ndarray, float, float]:
    """Java's counts, the CPU seconds of children up to a started program, and the wall seconds of the whole run."""
    before = _cpu_seconds(resource.RUSAGE_CHILDREN)
    JavaMeteor().statistics(["a"], [["b"]])
    start = _cpu_seconds(resource.RUSAGE_CHILDREN) - before
    begin = time.monotonic()
    counts = JavaMeteor().statistics(candidates, references)
    return counts, before + 2 * start, time.monotonic() - begin


if __name__ == "__main__":
    sys.exit(main())
