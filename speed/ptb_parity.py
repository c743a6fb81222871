"""Compare the tokenizer without Java with the Java program on hard captions: differences, minimised, and CPU times.

    python -m speed.ptb_parity --captions 1000000 --seed 0

Captions come from the metadata and docstrings of installed packages, from made-up pieces (numbers, fractions,
abbreviations, acronyms, addresses, emoticons, markup, entities, code, dashes, quotes, currencies, random characters),
from walks through the automaton, and from mutations of all of them. Exit status 1 if a caption needed Java or differs.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchmark.text.ptb import PtbTokenizer, tokenize_fast
from benchmark.text.tokenizer import JavaPtbTokenizer
from tests.support.hard_captions import CaptionMaker
from tests.support.package_texts import package_texts

__all__ = ["minimise"]

_LONGEST = 2_000
"""Characters of a text that are compared."""

_PLAIN = (
    "the left zebra",
    "a man in a red shirt",
    "woman on the right with a t-shirt",
    "the dog's left ear, close to the door",
    "black-and-white cat lying on 2 pillows.",
    "second bowl of soup from the left",
    "Guy in blue",
    "the tall tree behind the bus",
)


def minimise(caption: str) -> str:
    """A shortest found part of a caption that still differs from the Java program's answer."""
    while len(caption) > 1:
        shorter = sorted(
            {
                caption[:start] + caption[start + size :]
                for size in (len(caption) // 2, len(caption) // 4, 3, 2, 1)
                if size
                for start in range(0, len(caption), max(1, size // 2))
            }
            - {caption},
            key=len,
        )
        differing = [part for part, ours, java in zip(shorter, *_answers(shorter), strict=True) if ours != java]
        if not differing:
            break
        caption = differing[0]
    return caption


def _answers(captions: Sequence[str]) -> tuple[list[str], list[str]]:
    return PtbTokenizer().tokenize(captions), JavaPtbTokenizer().tokenize(captions)


def _plain_seconds() -> float:
    """CPU seconds of 100,000 plain captions, the least of five runs."""
    captions = [_PLAIN[number % len(_PLAIN)] for number in range(100_000)]
    times = []
    for _ in range(5):
        start = time.process_time()
        PtbTokenizer().tokenize(captions)
        times.append(time.process_time() - start)
    return min(times)


@dataclass
class _Counts:
    """What the comparison has counted so far; seconds are CPU seconds, Java's with those of its process."""

    captions: int = 0
    distinct: int = 0
    beyond: int = 0
    needed_java: int = 0
    seconds: float = 0.0
    java_seconds: float = 0.0
    differing: list[str] = field(default_factory=list)

    def compare(self, captions: Sequence[str]) -> None:
        """Compare a batch."""
        self.captions += len(captions)
        self.distinct += len(set(captions))
        self.beyond += sum(tokenize_fast(caption) is None for caption in captions)
        start, children = _cpu_seconds()
        ours = PtbTokenizer().tokenize(captions)
        end, later = _cpu_seconds()
        self.needed_java += later > children  # a process was started
        self.seconds += end - start
        java = JavaPtbTokenizer().tokenize(captions)
        self.java_seconds += sum(_cpu_seconds()) - end - later
        self.differing += [caption for caption, own, other in zip(captions, ours, java, strict=True) if own != other]


def _cpu_seconds() -> tuple[float, float]:
    """CPU seconds of this process, and of its ended children."""
    times = os.times()
    return times.user + times.system, times.children_user + times.children_system


def _captions(options: argparse.Namespace) -> Iterator[str]:
    texts = package_texts(options.texts, options.seed)
    maker = CaptionMaker(texts, options.seed)
    fuzz = (maker.caption() for _ in itertools.repeat(None))
    return itertools.islice(itertools.chain((text[:_LONGEST] for text in texts), fuzz), options.captions)


def main() -> int:
    """Run the comparison; the exit status is 1 if any caption differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--captions", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--texts", type=int, default=20_000, help="texts of installed packages, compared whole as well")
    parser.add_argument("--batch", type=int, default=50_000, help="captions of one start of the Java program")
    parser.add_argument("--show", type=int, default=5, help="differing captions to minimise and print")
    options = parser.parse_args()
    print(f"plain captions: {_plain_seconds():.3f} CPU s per 100,000")
    counts = _Counts()
    captions = _captions(options)
    while batch := list(itertools.islice(captions, options.batch)):
        counts.compare(batch)
        print(f"  {counts.captions:,}: {len(counts.differing):,} differ", file=sys.stderr)
    print(f"{counts.captions:,} captions, {counts.distinct:,} of them distinct in their batch")
    print(f"beyond the grammar of plain captions: {counts.beyond:,} ({100 * counts.beyond / counts.captions:.1f}%)")
    print(f"needed Java: {counts.needed_java:,}; differ: {len(counts.differing):,}")
    ours, java = (1e5 * seconds / counts.captions for seconds in (counts.seconds, counts.java_seconds))
    print(f"CPU s per 100,000: {ours:.2f}, of Java {java:.2f}")
    for caption in counts.differing[: options.show]:
        part = minimise(caption)
        [own], [other] = _answers([part])
        print(f"  {part!a}\n    java {other!a}\n    ours {own!a}")
    return int(bool(counts.differing or counts.needed_java))


if __name__ == "__main__":
    sys.exit(main())
