"""The published captions: JSON lines in InternVL's layout, from the Hub or from a file.

One line: ``{"id": 7, "image": "sa_223750", "mask_id": "12", "conversations": [{"from": "human", "value":
"<image> ..."}, {"from": "gpt", "value": caption}]}``. `mask_id` is the ``id`` of an annotation of the image.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ...errors import DataUnavailableError, InvalidInputError
from ...runtime.compression import decompress

__all__ = ["REPOSITORY", "caption_files", "files_sha256", "read_captions"]

REPOSITORY = "SammyLim/URECA"
_IMAGE = re.compile(r"sa_\d+")
_LAYOUT = (
    'Expected on every line: {"image": "sa_223750", "mask_id": "12", "conversations": [{"from": "human", "value": '
    '"<image>..."}, {"from": "gpt", "value": "the caption"}]}. If the published layout has changed, update ureca or '
    "convert the file and name it with captions=FILE."
)

Captions = dict[str, dict[str, list[str]]]
"""image_id -> mask id -> its captions, without repetitions; all in the order of the files."""


def caption_files(captions: str | None) -> list[Path]:
    """The caption files: the one named, or those of the Hub repository, downloaded once.

    Raises:
        DataUnavailableError: the Hub cannot be reached, or has no such files, and none were downloaded before.
    """
    if captions is not None:
        return [Path(captions)]
    from huggingface_hub import snapshot_download

    hint = f"Download the .jsonl files of https://huggingface.co/datasets/{REPOSITORY} yourself and name captions=FILE."
    try:
        folder = Path(snapshot_download(REPOSITORY, repo_type="dataset", allow_patterns=["*.jsonl"]))
    except (OSError, ValueError) as error:  # both of the Hub's error families and all network errors
        raise DataUnavailableError(f"the captions on the Hub are unreachable ({error}). {hint}") from error
    files = sorted(folder.rglob("*.jsonl"))
    if not files:
        raise DataUnavailableError(f"the Hub repository {REPOSITORY} has no .jsonl file any more. {hint}")
    return files


def files_sha256(files: Iterable[Path]) -> str:
    """SHA-256 over the contents of the files, in order."""
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def read_captions(files: Iterable[Path], left_out: list[str] | None = None) -> Captions:
    """Read all captions.

    Args:
        files: of JSON lines, also as gzip or zstd.
        left_out: where a line goes for each line of another layout, which is then left out; None raises instead.

    Raises:
        InvalidInputError: another kind of file; without `left_out` lines of another layout, all of them, the first with
            its text.
    """
    by_image: Captions = {}
    for file in files:
        problems: list[str] = []
        for number, line in enumerate(decompress(file.read_bytes(), str(file)).split(b"\n"), 1):
            if not line.strip():
                continue
            try:
                image_id, mask_id, caption = _parsed(line)
            except ValueError as error:
                text = "" if problems else f"\n    {_shortened(line)}"
                problems.append(f"line {number}: {error}{text}")
                continue
            captions = by_image.setdefault(image_id, {}).setdefault(mask_id, [])
            if caption not in captions:
                captions.append(caption)
        if left_out is not None:
            left_out += [f"row {file.name} {problem.partition(chr(10))[0]}" for problem in problems]
        elif problems:
            raise InvalidInputError(str(file), problems, _LAYOUT, limit=5)
    return by_image


def _parsed(line: bytes) -> tuple[str, str, str]:
    """(image_id, mask id, caption) of one line; ValueError says what is wrong with it."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON ({error})") from None
    if not isinstance(record, Mapping):
        raise ValueError(f"expected an object, found {type(record).__name__}")
    image_id, mask_id, turns = (record.get(key) for key in ("image", "mask_id", "conversations"))
    if not isinstance(image_id, str) or not _IMAGE.fullmatch(image_id):
        raise ValueError(f"image: expected a name such as 'sa_223750', found {_shortened(image_id)}")
    if isinstance(mask_id, bool) or not isinstance(mask_id, int | str) or not re.fullmatch(r"\d+", str(mask_id)):
        raise ValueError(f"mask_id: expected a whole number, found {_shortened(mask_id)}")
    return image_id, str(int(mask_id)), _answer(turns)


def _answer(turns: Any) -> str:
    """The text of the model's turn in a conversation of two."""
    speakers = (
        [turn.get("from") if isinstance(turn, Mapping) else None for turn in turns] if isinstance(turns, list) else []
    )
    if speakers != ["human", "gpt"]:
        raise ValueError(f"conversations: expected a turn from 'human' and one from 'gpt', found {_shortened(turns)}")
    answer = turns[1].get("value")
    if not isinstance(answer, str) or not answer.strip():
        raise ValueError(f"conversations/1/value: expected the caption, found {_shortened(answer)}")
    return answer.strip()


def _shortened(content: Any) -> str:
    text = content.decode("utf-8", "replace").rstrip() if isinstance(content, bytes) else repr(content)
    return text if len(text) <= 200 else f"{text[:200]}... ({len(text):,} characters)"
