"""What a run of a judge costs: tokens of pictures and words, prices, and a budget that is not overdrawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from dataset.errors import InvalidInputError
from dataset.prompting.describer import Answer
from dataset.prompting.prompts import Prompt

__all__ = ["Account", "Prices", "Usage", "estimated_usage"]

_PATCH: Final = 28
"""Models of the Qwen-VL family read one token for each square of so many pixels; others differ by a small factor."""
_CHARACTERS_PER_TOKEN: Final = 4
_ANSWER_TOKENS: Final = 160
_MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens read and written."""

    prompt_tokens: float = 0.0
    completion_tokens: float = 0.0

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.prompt_tokens + other.prompt_tokens, self.completion_tokens + other.completion_tokens)

    def times(self, factor: float) -> Usage:
        """The same so many times."""
        return Usage(self.prompt_tokens * factor, self.completion_tokens * factor)


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices in any currency for a million tokens; 0 for a server of one's own.

    Raises:
        InvalidInputError: a price is negative.
    """

    prompt: float = 0.0
    completion: float = 0.0

    def __post_init__(self) -> None:
        if not (self.prompt >= 0 and self.completion >= 0):
            raise InvalidInputError("prices", [f"expected no negative number, found {self.prompt}, {self.completion}"])

    def cost(self, usage: Usage) -> float:
        """What some tokens cost."""
        return (usage.prompt_tokens * self.prompt + usage.completion_tokens * self.completion) / _MILLION


def estimated_usage(prompt: Prompt) -> Usage:
    """About how many tokens a question and its answer have."""
    patches = sum(math.ceil(image.shape[0] / _PATCH) * math.ceil(image.shape[1] / _PATCH) for image in prompt.images)
    return Usage(patches + len(prompt.text) / _CHARACTERS_PER_TOKEN, _ANSWER_TOKENS)


class Account:
    """Counts what a run costs and keeps it inside of a budget.

    A request is reserved at its estimated price before it is sent, so that requests under way cannot overdraw the
    budget by more than the error of the estimate.

    Args:
        prices: of the model.
        budget: the most that may be spent; None for no limit.
        spent: what earlier parts of the run have cost.

    Raises:
        InvalidInputError: the budget is negative, or there is one and no price.
    """

    def __init__(self, prices: Prices, budget: float | None = None, spent: float = 0.0) -> None:
        if budget is not None and not budget >= 0:
            raise InvalidInputError("budget", [f"expected no negative number, found {budget}"])
        if budget is not None and prices == Prices():
            raise InvalidInputError("budget", ["there is a budget and no price to hold it against"])
        self.prices, self.budget, self.spent = prices, budget, spent
        self.usage = Usage()
        self.requests = 0
        self._reserved = 0.0

    def reserve(self, estimate: Usage) -> bool:
        """Set the price of a request aside; False if the budget does not have it."""
        price = self.prices.cost(estimate)
        if self.budget is not None and self.spent + self._reserved + price > self.budget:
            return False
        self._reserved += price
        return True

    def settle(self, estimate: Usage, answer: Answer) -> float:
        """Replace what was set aside by what was used: the tokens that the server names, else the estimate."""
        self._reserved -= self.prices.cost(estimate)
        if answer.failure is not None:
            return 0.0
        used = (
            Usage(answer.prompt_tokens, answer.completion_tokens)
            if answer.prompt_tokens or answer.completion_tokens
            else estimate
        )
        price = self.prices.cost(used)
        self.spent += price
        self.usage += used
        self.requests += 1
        return price
