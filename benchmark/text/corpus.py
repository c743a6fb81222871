"""What every metric reads: regions, candidates and references, tokenised, counted and heard once for all of them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from dataset.errors import InvalidInputError
from dataset.schema import Region

from .interning import TokenTable, intern_texts
from .ptb import PtbTokenizer
from .tokenizer import Tokenizer

if TYPE_CHECKING:
    from dataset.listener import Hearing

    from .ngram_kernels import NgramCounts

__all__ = ["NGRAM_ORDERS", "Corpus"]

NGRAM_ORDERS = 4
"""BLEU and CIDEr count n-grams of 1 to 4 words."""

_UNUSUAL_SPACE = re.compile(r"[^\S ]|  ")
_ASCII_SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f"


class Corpus:
    """Candidates and references of one evaluation, one item per region.

    Whatever is computed here is computed on first use and kept: metrics share it.

    Args:
        regions: the regions to score, at least one, each with at least one reference.
        candidates: region_id -> candidate; a region without one gets the empty caption.
        tokenizer: tokenises captions; the PTB tokenizer if not given.
        worlds: image_id -> world in which the listener hears captions, where the data has them.
        data_sha256: digest of the references, for signatures.
        subset: which part of the data the regions are, for signatures; empty for all of it.
        protocol: which test set and rules they follow, for signatures; empty where there is one alone.

    Raises:
        InvalidInputError: there are no regions, or regions without references.
    """

    def __init__(
        self,
        regions: Sequence[Region],
        candidates: Mapping[str, str],
        *,
        tokenizer: Tokenizer | None = None,
        worlds: Mapping[str, Any] | None = None,
        data_sha256: str = "",
        subset: str = "",
        protocol: str = "",
    ) -> None:
        if not regions:
            raise InvalidInputError("regions", ["expected at least one region, found none"])
        bare = [f"{region.region_id}: no reference" for region in regions if not region.captions]
        if bare:
            raise InvalidInputError("regions", bare, "Every region needs at least one reference caption.")
        self.regions = tuple(regions)
        self.candidates = tuple(candidates.get(region.region_id, "") for region in regions)
        self.references = tuple(region.captions for region in regions)
        self.tokenizer: Tokenizer = tokenizer or PtbTokenizer()
        self.worlds = worlds
        self.data_sha256 = data_sha256
        self.subset = subset
        self.protocol = protocol

    def __len__(self) -> int:
        return len(self.regions)

    @cached_property
    def image_numbers(self) -> npt.NDArray[np.int64]:
        """Which image each region belongs to, as numbers from 0 in order of first appearance, (items,)."""
        numbers: dict[str, int] = {}
        return np.array([numbers.setdefault(region.image_id, len(numbers)) for region in self.regions], np.int64)

    @cached_property
    def reference_offsets(self) -> npt.NDArray[np.int64]:
        """Item i owns the references ``reference_offsets[i]:reference_offsets[i + 1]``, (items + 1,)."""
        return np.cumsum([0, *map(len, self.references)], dtype=np.int64)

    @cached_property
    def tokenized(self) -> tuple[list[str], list[str]]:
        """Tokenised candidates (items) and references of all items one after the other (`reference_offsets`)."""
        texts = [*self.candidates, *(caption for captions in self.references for caption in captions)]
        distinct = list(dict.fromkeys(texts))
        tokenized = dict(zip(distinct, self.tokenizer.tokenize(distinct), strict=True))
        done = [tokenized[text] for text in texts]
        return done[: len(self)], done[len(self) :]

    @cached_property
    def tokenized_references(self) -> list[list[str]]:
        """Tokenised references per item."""
        flat, offsets = self.tokenized[1], self.reference_offsets
        return [flat[start:end] for start, end in itertools.pairwise(offsets)]

    @cached_property
    def words(self) -> TokenTable:
        """Interned words of the candidates followed by all references."""
        candidates, references = self.tokenized
        return intern_texts([*candidates, *references])

    @cached_property
    def words_split_at_spaces(self) -> TokenTable:
        """As `words`, split as ROUGE-L's reference implementation does: at each U+0020, so that "" is one word.

        The tokenizer joins "1 1/2" by a no-break space: one word here, two in `words`.
        """
        candidates, references = self.tokenized
        texts = [*candidates, *references]
        # Without leading, trailing, doubled or other spaces the two ways of splitting agree.
        if all(texts) and not _has_unusual_space(" . ".join(["", *texts, ""])):
            return self.words
        return intern_texts(texts, lambda text: text.split(" "))

    @cached_property
    def ngrams(self) -> list[NgramCounts]:
        """N-gram counts of `words`, one entry per order from 1 to `NGRAM_ORDERS`."""
        from .ngram_kernels import count_ngrams

        return count_ngrams(self.words, NGRAM_ORDERS)

    @cached_property
    def hearings(self) -> tuple[Hearing | None, ...]:
        """What the listener makes of each candidate; None for an empty one, and where no world has the region."""
        from dataset.listener import listen

        hearings: list[Hearing | None] = []
        for region, candidate in zip(self.regions, self.candidates, strict=True):
            world, target = (self.worlds or {}).get(region.image_id), region.region_id.rpartition("/")[2]
            if candidate.strip() and world is not None and target in world.by_id:
                hearings.append(listen(candidate, world, target))
            else:
                hearings.append(None)
        return tuple(hearings)


def _has_unusual_space(text: str) -> bool:
    """Whether splitting at U+0020 could differ from splitting at whitespace; fast for plain text."""
    if text.isascii():
        return "  " in text or any(space in text for space in _ASCII_SPACES)
    return _UNUSUAL_SPACE.search(text) is not None
