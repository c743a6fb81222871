"""The OpenAI chat protocol: requests with pictures, and how answers are read."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ..runtime.arrays import ByteArray
from .describer import Answer, Failure
from .prompts import Prompt, is_refusal

__all__ = ["chat_messages", "read_completion", "status_failure"]

QUALITY: Final = 95
"""Of the JPEG a picture is sent as; colours are not subsampled, so that thin contours keep theirs."""
PASSING: Final = frozenset({408, 409, 425, 429})
SHOWN: Final = 200
"""Characters of an answer in a failure's detail."""


def chat_messages(prompt: Prompt) -> list[dict[str, Any]]:
    """One user message: the pictures in their order, then the words."""
    pictures = [{"type": "image_url", "image_url": {"url": _data_url(image)}} for image in prompt.images]
    return [{"role": "user", "content": [*pictures, {"type": "text", "text": prompt.text}]}]


def _data_url(image: ByteArray) -> str:
    from PIL import Image

    buffer = io.BytesIO()
    kind = "png" if image.shape[2] == 4 else "jpeg"  # JPEG has no alpha
    options = {} if kind == "png" else {"quality": QUALITY, "subsampling": 0}
    Image.fromarray(image).save(buffer, kind.upper(), **options)
    return f"data:image/{kind};base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def status_failure(status: int, body: bytes) -> Failure | None:
    """The failure that an HTTP status means; None for success."""
    if 200 <= status < 300:
        return None
    kind: Any = "status" if status in PASSING or status >= 500 else "rejected"
    return Failure(kind, f"HTTP {status}: {_excerpt(body)}".rstrip(": "))


def read_completion(body: bytes) -> Answer:
    """The text of a chat completion, or what is wrong with it."""
    try:
        record = json.loads(body)
        choice = record["choices"][0]
        message = choice["message"]
        reason, refusal = choice.get("finish_reason"), message.get("refusal")
        text = _text_of(message.get("content"))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        detail = f"{type(error).__name__} in {_excerpt(body) or 'an empty body'}"
        return Answer(failure=Failure("malformed", detail))
    if refusal or reason == "content_filter":
        return Answer(failure=Failure("refusal", _text_of(str(refusal or "content filter"))[:SHOWN]))
    if not text.strip():
        return Answer(failure=Failure("empty"))
    if is_refusal(text):
        return Answer(failure=Failure("refusal", text.strip()[:SHOWN]))
    if reason == "length":
        return Answer(failure=Failure("truncated", text[-SHOWN:]))
    usage = record.get("usage")
    return Answer(
        text, prompt_tokens=_count(usage, "prompt_tokens"), completion_tokens=_count(usage, "completion_tokens")
    )


def _count(usage: object, name: str) -> int:
    """A number of tokens; 0 for anything else."""
    number = usage.get(name) if isinstance(usage, Mapping) else None
    return number if isinstance(number, int) and not isinstance(number, bool) and number > 0 else 0


def _text_of(content: object) -> str:
    """Text, or the texts of a list of parts; lone surrogates, which no file can keep, are replaced.

    Raises:
        TypeError: it is neither.
    """
    if content is None:
        return ""
    if isinstance(content, str):
        return content.encode("utf-8", "replace").decode()
    if isinstance(content, Sequence):
        return "".join(_text_of(part.get("text")) for part in content if isinstance(part, Mapping))
    raise TypeError(f"content of type {type(content).__name__}")


def _excerpt(body: bytes) -> str:
    return " ".join(body[:SHOWN].decode("utf-8", "replace").split())
