"""Limits of the input: larger files are not predictions, and METEOR does not finish on longer captions."""

from __future__ import annotations

__all__ = ["MAX_CAPTION_CHARACTERS", "MAX_FILE_BYTES", "MAX_PROBLEMS", "MAX_ROWS", "MAX_WORDS"]

MAX_WORDS = 500
"""Words (and tokens) of one caption. Java METEOR's aligner takes seconds at 500 repeated words, hours at 5,000."""

MAX_CAPTION_CHARACTERS = 10_000
"""Characters of one caption or id."""

MAX_FILE_BYTES = 128 * 2**20
"""Bytes of one file, after decompression."""

MAX_ROWS = 1_000_000
"""Rows of one file."""

MAX_PROBLEMS = 1_000
"""Reading a file stops after this many problems."""
