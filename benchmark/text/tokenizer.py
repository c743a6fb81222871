"""PTB tokenisation as in COCO caption evaluation, through the Stanford tokenizer that pycocoevalcap carries.

Two traps of the original are closed. Characters that Java takes for line ends shift every later caption by one;
they become spaces here. And a caption's last abbreviation is read together with the first word of the next caption
("... and co." before "5 dogs", "the letter a." before "The dog"); here an empty line and two semicolons stand between
captions, so that each is tokenised as if alone and the order of a file changes nothing. What still reads across them, a
tag that opens in one caption and closes in another, is noticed, and those captions are tokenised apart.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from typing import Protocol

from dataset.errors import DataUnavailableError

from .java import java_command, pycocoevalcap_file

__all__ = ["PUNCTUATION", "JavaPtbTokenizer", "RememberingTokenizer", "Tokenizer", "as_one_line", "without_punctuation"]

PUNCTUATION = frozenset(
    ["''", "'", "``", "`", "-LRB-", "-RRB-", "-LCB-", "-RCB-", ".", "?", "!", ",", ":", "-", "--", "...", ";"]
)
"""Tokens dropped after tokenising, as in pycocoevalcap. Text is lower-cased first, so the brackets never match."""

_QUICK_COMPILER = "-XX:TieredStopAtLevel=1"
"""Of Java's two compilers the quick one alone: less work up to some 100,000 captions."""

_DIVIDER = "; ;"
"""A line between captions that no rule looks for; a token that reaches across it has another kind of space in it."""

_LINE_ENDS = str.maketrans(dict.fromkeys("\n\r\v\f\u2028\u2029", " "))


class Tokenizer(Protocol):
    """What turns captions into tokenised text; any object of this shape can be given to `benchmark.evaluate`."""

    @property
    def signature(self) -> str:
        """Name and version, for the signatures of the metrics that use it."""

    def tokenize(self, texts: Sequence[str]) -> list[str]:
        """One tokenised text per text, its tokens joined by single spaces."""


class RememberingTokenizer:
    """A tokenizer that reads each text once, however many systems contain it.

    Args:
        tokenizer: what tokenises new texts.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._tokenized: dict[str, str] = {}

    @property
    def signature(self) -> str:
        """That of the tokenizer it stands for."""
        return self._tokenizer.signature

    def tokenize(self, texts: Sequence[str]) -> list[str]:
        """As the tokenizer it stands for."""
        new = [text for text in dict.fromkeys(texts) if text not in self._tokenized]
        if new:
            self._tokenized.update(zip(new, self._tokenizer.tokenize(new), strict=True))
        return [self._tokenized[text] for text in texts]


class JavaPtbTokenizer:
    """The Stanford PTB tokenizer 3.4.1, lower-casing, punctuation dropped; one Java process per call."""

    signature = "ptb-3.4.1-java"

    def tokenize(self, texts: Sequence[str]) -> list[str]:
        """Tokenise every text as if it were alone.

        Lone surrogates, which have no encoding, become question marks.

        Args:
            texts: any strings; line ends within them count as spaces.

        Returns:
            As many strings as texts, tokens joined by single spaces; "" where nothing is left.

        Raises:
            DataUnavailableError: the Java process failed.
        """
        if not texts:
            return []
        lines = [as_one_line(text) for text in texts]
        return [without_punctuation(line) for line in _stanford_lines(lines)]


def as_one_line(text: str) -> str:
    """The text with spaces for all that Java takes for line ends."""
    return text.translate(_LINE_ENDS)


def without_punctuation(line: str) -> str:
    """A line of tokens without those that pycocoevalcap drops."""
    return " ".join(token for token in line.rstrip().split(" ") if token not in PUNCTUATION)


def _stanford_lines(lines: Sequence[str]) -> list[str]:
    """Raw tokenizer output, one line per line; a batch that comes back with other lines is halved and run again."""
    if len(lines) == 1:
        return [" ".join(filter(None, _run_stanford(f"{lines[0]}\n\n")))]
    output = _run_stanford("".join(f"{line}\n\n{_DIVIDER}\n" for line in lines))
    if len(output) == 3 * len(lines) and not any(output[1::3]) and {*output[2::3]} == {_DIVIDER}:
        return output[::3]
    middle = len(lines) // 2
    return _stanford_lines(lines[:middle]) + _stanford_lines(lines[middle:])


def _run_stanford(text: str) -> list[str]:
    jar = pycocoevalcap_file("tokenizer", "stanford-corenlp-3.4.1.jar")
    command = java_command(
        _QUICK_COMPILER, "-cp", str(jar), "edu.stanford.nlp.process.PTBTokenizer", "-preserveLines", "-lowerCase"
    )
    done = subprocess.run(command, input=text.encode("utf-8", "replace"), capture_output=True, check=False)
    if done.returncode != 0:
        message = done.stderr.decode("utf-8", "replace").strip()[-500:]
        raise DataUnavailableError(f"the PTB tokenizer ended with status {done.returncode}: {message}")
    return done.stdout.decode("utf-8", "replace").removesuffix("\n").split("\n")
