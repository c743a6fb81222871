"""Limits of the input: larger files are not predictions, and longer captions are not captions."""

from __future__ import annotations

__all__ = [
    "MAX_CAPTION_CHARACTERS",
    "MAX_FILE_BYTES",
    "MAX_ID_CHARACTERS",
    "MAX_PROBLEMS",
    "MAX_REFERENCES",
    "MAX_REFERENCE_BYTES",
    "MAX_ROWS",
]

MAX_CAPTION_CHARACTERS = 32_768
"""Characters of one caption: more than a model writes that repeats itself until it may write no more."""

MAX_ID_CHARACTERS = 10_000
"""Characters of one id."""

MAX_FILE_BYTES = 128 * 2**20
"""Bytes of one file, after decompression."""

MAX_ROWS = 1_000_000
"""Rows of one file of predictions."""

MAX_REFERENCES = 20_000_000
"""Rows of one file of references: Visual Genome has 5.4 million regions."""

MAX_REFERENCE_BYTES = 8 * 2**30
"""Bytes of one file of references, after decompression."""

MAX_PROBLEMS = 1_000
"""Reading a file stops after this many problems."""
