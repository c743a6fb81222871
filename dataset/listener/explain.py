"""Why a caption was heard as it was: what was read, what was not, and what excluded the region that it is for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .goodwill.check import holds
from .goodwill.generous import generous_model_of
from .goodwill.model import GenerousModel
from .listen import Hearing, listen
from .logic import Phrase
from .meaning.denote import RELATIVE
from .reader import read
from .world import World

__all__ = ["Explanation", "explain"]


@dataclass(frozen=True)
class Explanation:
    """A hearing with its reasons.

    Attributes:
        hearing: what `listen` returns.
        words: every word of the caption with whether it was read; empty for a text that is refused.
        excluded_by: what is said and is not true of the target, not even with goodwill.
    """

    hearing: Hearing
    words: tuple[tuple[str, bool], ...]
    excluded_by: tuple[str, ...]

    def __str__(self) -> str:
        words = " ".join(word if was_read else f"[{word}]" for word, was_read in self.words)
        relation = self.hearing.relation
        lines = [
            f"outcome   {self.hearing.outcome}{f' ({relation})' if relation else ''}",
            f"read      {self.hearing.read_share:.0%}: {words}",
            f"meaning   {self.hearing.logical_form}",
            f"denotes   {', '.join(self.hearing.denoted) or 'nothing'}",
            f"unknown   {self.hearing.first_unknown or 'no word'}",
            f"excluded  {'; '.join(self.excluded_by) or 'by nothing'}",
        ]
        return "\n".join(lines)


def explain(caption: str, world: World, target: str) -> Explanation:
    """Hear a caption and say why.

    Args:
        caption: any text.
        world: the visible regions of the image.
        target: id of the region that the caption is for.

    Raises:
        KeyError: the world has no region of that id.
    """
    hearing = listen(caption, world, target)
    content = read(caption)
    model = generous_model_of(world)
    k = model.position[target]
    excluded = list(_excluding(model, content.head[0].phrase, k)) if content.head else []
    excluded += [str(fact) for fact in content.statements if holds(model, k, fact) is False]
    return Explanation(hearing, content.words, tuple(excluded))


def _excluding(model: GenerousModel, phrase: Phrase, k: int) -> Iterator[str]:
    """The noun, and each constraint, of which region `k` is certainly no case."""
    true, vague = model.named(phrase)
    if not (true | vague) >> k & 1:
        yield phrase.noun
    for constraint in phrase.constraints:
        if constraint.kind in RELATIVE:
            yes, maybe = model.scales.narrow(constraint, true | vague, 0, 0)
        else:
            yes, maybe = model.extension(constraint)
        if not (yes | maybe) >> k & 1:
            yield str(constraint)
