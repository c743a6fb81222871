"""The listener: caption text -> readings -> what they denote in a scene -> is it the right region?

Start with `listen`, the main path. From there, in the order in which a caption goes through them:

- `reader`: from the caption to what it says;
- `words`, `grammar`, `sentences`: tables of words, rules for complete noun phrases, and free text read in islands;
- `logic`: the logical forms that reading ends in, and `world`, the facts of a scene that they are checked against;
- `meaning`, `goodwill`: what a logical form denotes, exactly, and what a person would still let pass;
- `explain`: why a caption was heard as it was.

The grammar and the meaning of its words are documented in ``docs/listener.md``.
"""

from .explanation.explain import Clause, Explanation, explain
from .grammar.parse import parse
from .listen import Hearing, listen
from .logic import Constraint, Phrase
from .world import World, WorldRegion

__all__ = [
    "Clause",
    "Constraint",
    "Explanation",
    "Hearing",
    "Phrase",
    "World",
    "WorldRegion",
    "explain",
    "listen",
    "parse",
]
