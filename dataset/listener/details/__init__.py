"""Details that a sentence claims in passing, of whatever it is said: looks, things, edges, what hides what."""

from __future__ import annotations

__all__: list[str] = []
