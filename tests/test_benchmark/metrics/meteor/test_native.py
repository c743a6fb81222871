"""Protects METEOR without Java: its counts, item and corpus scores are those of METEOR 1.5's own program."""

import json
import random
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmark.metrics import Meteor
from benchmark.metrics.meteor.native import LONGEST_TEXT, NativeMeteor
from benchmark.metrics.meteor.scoring import score_statistics, without_perfect_chunks
from benchmark.metrics.meteor.stemmer import stem
from benchmark.text.corpus import Corpus
from benchmark.text.java import java_command, pycocoevalcap_file
from dataset.errors import InvalidInputError
from dataset.schema import Region
from tests.support.crowded_pairs import crowded_pairs


@pytest.fixture(scope="module")
def native() -> NativeMeteor:
    return NativeMeteor()


def test_scores_equal_those_of_the_program(native: NativeMeteor, tmp_path: Path) -> None:
    """Of counts that are the program's own: `test_java` compares these."""
    candidates, references = crowded_pairs()
    counts = native.statistics(candidates, references)
    *items, corpus = java_scores(counts, tmp_path)
    np.testing.assert_array_equal(score_statistics(counts), items)
    metric = Meteor()
    regions = [Region(f"i/{item}", "i", tuple(texts)) for item, texts in enumerate(references)]
    tokenised = {f"i/{item}": candidate for item, candidate in enumerate(candidates)}
    statistics = metric.statistics(Corpus(regions, tokenised, tokenizer=Tokenised()))
    np.testing.assert_array_equal(metric.item_scores(statistics)[:, 0], items)
    [value] = metric.aggregate(statistics.sum(axis=0), np.array(float(len(candidates))))
    assert value == corpus
    assert 0.1 < value < 0.9


class Tokenised:
    """For texts that are tokenised already."""

    signature = "tokenised"

    def tokenize(self, texts: Sequence[str]) -> list[str]:
        return list(texts)


def java_scores(counts: np.ndarray, folder: Path) -> list[float]:
    """What METEOR's EVAL command answers; the paraphrase table is not read for it."""
    empty = folder / "none.gz"
    empty.write_bytes(bytes.fromhex("1f8b08000000000002ff03000000000000000000"))
    jar = pycocoevalcap_file("meteor", "meteor-1.5.jar")
    command = java_command("-jar", str(jar), "-", "-", "-stdio", "-l", "en", "-norm", "-a", str(empty))
    lines = [" ".join(map(str, row)) for row in counts.tolist()]
    question = "EVAL ||| " + " ||| ".join(lines) + "\n"
    done = subprocess.run(command, input=question, capture_output=True, text=True, check=True)
    return [float(line) for line in done.stdout.splitlines()]


def test_scores_of_any_counts_equal_those_of_the_program(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    counts = draw.integers(0, 4, (500, 23)).astype(np.float64)
    counts[:, 0:2] += 20
    counts[:, 21:23] += 4
    counts[::5, 4:20] = 0
    counts[::7] = 0
    *expected, corpus = java_scores(counts, tmp_path)
    np.testing.assert_array_equal(score_statistics(counts), expected)
    sums = without_perfect_chunks(counts).sum(axis=0, keepdims=True)
    np.testing.assert_array_equal(score_statistics(sums), [corpus])


def test_known_scores(native: NativeMeteor) -> None:
    # Answers of `java -jar meteor-1.5.jar - - -stdio -l en -norm`.
    counts = native.statistics(["a dog running quickly", "dog", "x"], [["a hound runs quick"], ["cat", "dog"], ["y"]])
    np.testing.assert_allclose(score_statistics(counts), [0.7, 1.0, 0.0], atol=1e-12)


def test_the_first_of_equal_references_is_counted(native: NativeMeteor) -> None:
    counts = native.statistics(["q"], [["x y", "a b c"]])
    assert counts[0, :2].tolist() == [1, 2]


def test_a_long_repetitive_text_is_scored_and_a_longer_one_refused(native: NativeMeteor) -> None:
    text = "the dog of " * (LONGEST_TEXT // 3)
    assert score_statistics(native.statistics([text], [[text]])) == pytest.approx(1.0)
    with pytest.raises(InvalidInputError, match=f"at most {LONGEST_TEXT:,} words"):
        native.statistics(["dog " * (LONGEST_TEXT + 1)], [["dog"]])


def test_nothing_to_score(native: NativeMeteor) -> None:
    counts = native.statistics([], [])
    assert counts.shape == (0, 23)
    assert score_statistics(counts).shape == (0,)


@pytest.mark.parametrize("references", [[], [["a"], ["b"]], [[]]])
def test_references_must_fit(native: NativeMeteor, references: Sequence[Sequence[str]]) -> None:
    with pytest.raises(InvalidInputError):
        native.statistics(["a"], references)


def test_stems_equal_those_of_the_program(tmp_path: Path) -> None:
    draw = random.Random(3)
    endings = (
        "",
        "s",
        "ies",
        "ied",
        "ed",
        "ing",
        "ingly",
        "eed",
        "ization",
        "fulness",
        "ously",
        "ement",
        "ll",
        "'s",
        "y",
    )
    words = sorted(
        {"".join(draw.choices("aeioubdlnrstxy'", k=draw.randint(0, 6))) + draw.choice(endings) for _ in range(20_000)}
        - {""}
    )
    jar = pycocoevalcap_file("meteor", "meteor-1.5.jar")
    done = subprocess.run(
        java_command("-cp", str(jar), "Stemmer", "en"),
        input="\n".join(words),
        capture_output=True,
        text=True,
        check=True,
    )
    assert [stem(word) for word in words] == done.stdout.splitlines()


def test_another_instance_opens_the_same_tables(native: NativeMeteor) -> None:
    from dataset.runtime.cache import cache_root

    folders = list((cache_root() / "meteor").glob("[!.]*"))
    again = NativeMeteor()
    np.testing.assert_array_equal(again.statistics(["a dog"], [["dogs"]]), native.statistics(["a dog"], [["dogs"]]))
    assert list((cache_root() / "meteor").glob("[!.]*")) == folders
    assert "the" in json.loads((folders[0] / "lists.json").read_text())["function_words"]
