"""Scripts that put no spaces between words, which the standard metrics count as one word a run."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["note_on_scripts"]

# Thai, Lao, Tibetan, Myanmar, Khmer; kana, Han and what is written with them; Han beyond the first plane.
_UNSPACED = re.compile(
    "[\u0e01-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)


def note_on_scripts(captions: Iterable[str]) -> list[str]:
    """A line if captions are in scripts without spaces: what the standard metrics make of them; otherwise nothing."""
    count = sum(1 for caption in captions if not caption.isascii() and _UNSPACED.search(caption))
    if not count:
        return []
    return [
        f"{count:,} caption{'s are' if count != 1 else ' is'} in a script without spaces between words: bleu, rouge_l, "
        "meteor and cider take a run of it for one word, as the reference tools do, so that they see only equal runs"
    ]
