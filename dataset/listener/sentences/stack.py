"""The noun phrases of a sentence that are still open, each linked to the one below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ..grammar.modifiers import Constraints, combined
from ..logic import BOTH, Constraint, Phrase
from .islands import Island
from .phrases import named_as, without_opposites

__all__ = [
    "ASIDE", "LISTED", "WITH_ALL", "Frame", "Reading", "Sentence", "Stack", "add_state", "cheapest", "closed_down_to",
    "extended",
    "listed_again", "only_heads", "pushed", "renamed", "rerooted", "singled_out",
]  # fmt: skip

ASIDE: Final = frozenset({"behind", "in front of", "next to", "left of", "right of"})
"""Relations that are said of a thing, not of the parts that it is described with."""

WITH_ALL: Final = frozenset({"together", "along", "including", "includes", "inclusive", "complete", "as"})
"""First words of links before what the head is meant with."""

LISTED: Final = frozenset({"with", "without", "about", "relation"})

MOST_STATES: Final = 24


class Frame(NamedTuple):
    """An open noun phrase and how it is linked to the one below."""

    phrase: Phrase
    kind: str = ""
    value: str = ""


Stack = tuple[Frame, ...]


class Reading(NamedTuple):
    """One way to put a sentence together.

    Attributes:
        phrase: the head with all that is said of it.
        cost: how far attachments reach; the lower, the more usual.
    """

    phrase: Phrase
    cost: int


class Sentence(NamedTuple):
    """A sentence that was read.

    Attributes:
        readings: the cheapest first; none if there is no noun phrase to start from.
        used: positions of the tokens that had a part in it.
        head: the island of the head noun.
    """

    readings: tuple[Reading, ...]
    used: frozenset[int]
    head: Island | None = None


def add_state(states: dict[Stack, int], stack: Stack, cost: int) -> None:
    """Keep a stack with the least cost at which it can be reached."""
    if cost < states.get(stack, cost + 1):
        states[stack] = cost


def cheapest(states: dict[Stack, int]) -> dict[Stack, int]:
    """The cheapest states, as many as are kept."""
    return dict(sorted(states.items(), key=lambda item: item[1])[:MOST_STATES])


def closed_down_to(stack: Stack, depth: int) -> list[Stack]:
    """The stack with the phrases above a depth put into those that they belong to."""
    if stack[depth].phrase.noun == BOTH:
        return []
    stacks = [stack]
    while len(stacks[0]) - 1 > depth:
        closed: list[Stack] = []
        for *rest, owner, part in stacks:
            constraints = tuple(Constraint(part.kind, part.value, phrase) for phrase in _each(part))
            closed += [(*rest, owner._replace(phrase=phrase)) for phrase in combined(owner.phrase, constraints)]
        if not closed:
            return []
        stacks = closed
    return stacks


def extended(stack: Stack, depth: int, constraints: Constraints) -> Iterator[Stack]:
    """The stacks closed down to a depth whose phrase there takes in constraints."""
    for closed in closed_down_to(stack, depth):
        for phrase in combined(closed[-1].phrase, constraints):
            yield (*closed[:-1], closed[-1]._replace(phrase=without_opposites(phrase)))


def listed_again(states: dict[Stack, int], phrases: Sequence[Phrase], kind: str, value: str) -> dict[Stack, int]:
    """The states with the next phrase of a list, linked as the one before it."""
    longer: dict[Stack, int] = {}
    for stack, cost in states.items():
        depth = max((d for d, frame in enumerate(stack) if (frame.kind, frame.value) == (kind, value)), default=1)
        for closed in closed_down_to(stack, max(depth - 1, 0)):
            for phrase in phrases:
                add_state(longer, (*closed, Frame(phrase, kind, value)), cost)
    return longer


def only_heads(states: dict[Stack, int]) -> dict[Stack, int]:
    """The states with all phrases put into the head."""
    heads: dict[Stack, int] = {}
    for stack, cost in states.items():
        for closed in closed_down_to(stack, 0):
            add_state(heads, closed, cost)
    return heads


def renamed(states: dict[Stack, int], noun: str) -> dict[Stack, int]:
    """The states with another noun for the head: of "a slanted pane, the windscreen of the car" the second."""
    return {
        (stack[0]._replace(phrase=stack[0].phrase._replace(noun=noun)), *stack[1:]): cost
        for stack, cost in states.items()
    }


def rerooted(states: dict[Stack, int], phrases: Sequence[Phrase]) -> dict[Stack, int]:
    """The states with a phrase as the head, and what was the head as what it is a part of."""
    others: dict[Stack, int] = {}
    for stack, cost in states.items():
        for closed in closed_down_to(stack, 0):
            for phrase in phrases:
                for part in combined(phrase, (Constraint("of", "", closed[0].phrase),)):
                    add_state(others, (Frame(part),), cost)
    return others


def singled_out(states: dict[Stack, int], phrases: Sequence[Phrase]) -> dict[Stack, int]:
    """The states with one member of a group as the head: "the purple pillows, left one"."""
    others: dict[Stack, int] = {}
    for stack, cost in states.items():
        for closed in closed_down_to(stack, 0):
            whole = closed[0].phrase
            constraints = tuple(c._replace(kind="among") if c.kind == "count" else c for c in whole.constraints)
            for phrase in phrases:
                for one in combined(Phrase(whole.noun, False, constraints), phrase.constraints):
                    add_state(others, (Frame(one),), cost)
    return others


def pushed(
    states: dict[Stack, int],
    phrases: Sequence[Phrase],
    link: tuple[str, str],
    *,
    after_comma: bool,
    said_of_head: bool,
) -> dict[Stack, int]:
    """The states with phrases linked to each open phrase that may own them; what stands above the owner is closed.

    Args:
        states: stacks with their costs.
        phrases: the readings of what is linked.
        link: kind and value of the constraint.
        after_comma: whether it may reach down to the head as well as to what is named last.
        said_of_head: whether a verb was before it.
    """
    kind, value = link
    nearest = kind == "of" and not after_comma
    kind = "of" if kind == "in" else kind
    longer: dict[Stack, int] = {}
    for stack, cost in states.items():
        top = len(stack) - 1
        for depth in range(top, -1, -1):
            if nearest and depth < top - (stack[top].kind == "with"):
                break  # but "the pole and base of the lamp"
            if value in ASIDE and stack[depth].kind == "with" and not said_of_head:
                continue
            if kind == "with" and depth and stack[depth].phrase.noun == phrases[0].noun:
                continue  # "the cactus in the blue pot, with its pot"
            reach = depth if kind == "without" else min(top - depth, depth) if after_comma else top - depth
            is_of_owner = kind == "relation" and value != "on"  # "in the pot left of the teal one"
            owner = stack[depth].phrase if is_of_owner else None
            for closed in closed_down_to(stack, depth):
                for phrase in phrases:
                    add_state(longer, (*closed, Frame(named_as(phrase, owner), kind, value)), cost + reach)
    return longer


def _each(part: Frame) -> list[Phrase]:
    """With "black, white and yellow tops": one phrase for each colour."""
    phrase = part.phrase
    colors = [c for c in phrase.constraints if c.kind in ("color", "accent")]
    if part.kind not in ("with", "about") or not phrase.plural or len(colors) < 2:
        return [phrase]
    if any(c.kind == "pattern" for c in phrase.constraints):
        return [phrase]
    rest = tuple(c for c in phrase.constraints if c not in colors and c.kind != "count")
    return [Phrase(phrase.noun, False, (Constraint("color", color.value), *rest)) for color in colors]
