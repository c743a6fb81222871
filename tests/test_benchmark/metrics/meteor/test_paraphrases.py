"""Protects METEOR's index: each phrase of the table is found, with its paraphrases in the order of the table."""

import gzip
import random
from collections import defaultdict
from pathlib import Path

import pytest

from benchmark.metrics.meteor import paraphrase_tree, paraphrases
from benchmark.metrics.meteor.paraphrases import open_paraphrases, write_paraphrases

Rows = list[tuple[str, str]]


def made_rows(count: int, words: int, seed: int) -> Rows:
    """Rows with runs of one phrase, phrases that begin like others, long words and words beyond ASCII."""
    draw = random.Random(seed)
    vocabulary = [f"w{number}" for number in range(words)] + ["\u00e9t\u00e9", "\u65e5\u672c", "x" * 300, "'s", ","]
    rows: Rows = []
    while len(rows) < count:
        left = " ".join(draw.choices(vocabulary, k=draw.randint(1, 4)))
        rows += [(left, " ".join(draw.choices(vocabulary, k=draw.randint(1, 6)))) for _ in range(draw.randint(1, 9))]
    return rows[:count]


def write(rows: Rows, folder: Path) -> None:
    text = "".join(f"0.0{number}\n{left}\n{right}\n" for number, (left, right) in enumerate(rows))
    (folder / "table.gz").write_bytes(gzip.compress(text.encode(), 1))
    write_paraphrases(folder / "table.gz", folder)


def assert_index_holds(rows: Rows, folder: Path) -> None:
    numbers, table = open_paraphrases(folder)
    children = dict(zip(table.keys.tolist(), table.children.tolist(), strict=True))

    def node_of(phrase: str) -> int:
        node = 0
        for word in phrase.split(" "):
            node = children[node << 20 | numbers[word]]
        return node

    expected = defaultdict(list)
    for left, right in rows:
        expected[left].append(node_of(right))
    starts, targets = table.offsets.tolist(), table.paraphrases.tolist()
    for left, nodes in expected.items():
        node = node_of(left)
        assert targets[starts[node] : starts[node + 1]] == nodes
    prefixes = set()
    for phrase in (phrase for row in rows for phrase in row):
        words = phrase.split(" ")
        prefixes |= {tuple(words[:end]) for end in range(1, len(words) + 1)}
    assert len(starts) - 2 == len(prefixes) == sum(key >= 0 for key in table.keys.tolist())
    assert list(numbers) == list(dict.fromkeys(word for row in rows for phrase in row for word in phrase.split(" ")))


def test_a_small_table_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paraphrases, "_BLOCK", 1_000)
    rows = made_rows(3_000, 200, 0)
    write(rows, tmp_path)
    assert_index_holds(rows, tmp_path)


def test_a_table_that_outgrows_the_first_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paraphrase_tree, "_WORD_ROOM", 1 << 5)
    monkeypatch.setattr(paraphrase_tree, "_EDGE_ROOM", 1 << 4)
    rows = made_rows(5_000, 1_000, 2)
    write(rows, tmp_path)
    assert_index_holds(rows, tmp_path)


def test_progress_is_told_when_piped(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write(made_rows(100, 20, 1), tmp_path)
    captured = capfd.readouterr()
    assert "METEOR: building the paraphrase index, once: 100%" in captured.err
    assert captured.out == ""
