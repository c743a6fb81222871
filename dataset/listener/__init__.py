"""The listener: caption text -> logical form -> what it denotes in a scene -> is it the right region?

The grammar and the meaning of its words are documented in ``docs/listener.md``.
"""

from .explain import Explanation, explain
from .grammar.parse import parse
from .listen import Hearing, listen
from .logic import Constraint, Phrase
from .world import World, WorldRegion

__all__ = ["Constraint", "Explanation", "Hearing", "Phrase", "World", "WorldRegion", "explain", "listen", "parse"]
