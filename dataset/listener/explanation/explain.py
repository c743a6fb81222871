"""Why a caption was heard as it was: what was read, what was not, and what excluded the region that it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..checks.facts import holds
from ..goodwill.generous import generous_model_of
from ..goodwill.model import GenerousModel
from ..listen import Hearing, listen
from ..logic import RELATIVE, Phrase
from ..reader import Read, read
from ..words.opposites import Detail
from ..world import World
from .scrutiny import unchecked
from .wording import constraint_in_words, fact_in_words, noun_in_words

__all__ = ["Clause", "Explanation", "explain"]


@dataclass(frozen=True)
class Clause:
    """One thing that a caption says of what it means.

    Attributes:
        form: as in the logical form.
        text: in words.
        fits: ids of the regions of which it is, or may be, true.
        certain: those of `fits` of which it is certainly true.
    """

    form: str
    text: str
    fits: frozenset[str]
    certain: frozenset[str]


@dataclass(frozen=True)
class Explanation:
    """A hearing with its reasons.

    Attributes:
        hearing: what `listen` returns.
        words: every word of the caption with whether it was read; empty for a text that is refused.
        clauses: what is said, one by one, in the first reading.
        excluded_by: the clauses that are not true of the target, not even with goodwill.
        unchecked: of a correct caption the details that could be untrue without being noticed, each with the words
            around it.
    """

    hearing: Hearing
    words: tuple[tuple[str, bool], ...]
    clauses: tuple[Clause, ...]
    excluded_by: tuple[str, ...]
    unchecked: tuple[str, ...] = ()

    def __str__(self) -> str:
        words = " ".join(word if was_read else f"[{word}]" for word, was_read in self.words)
        relation = self.hearing.relation
        by_none = "by nothing, others fit better" if self.hearing.outcome == "wrong" else "by nothing"
        lines = [
            f"outcome   {self.hearing.outcome}{f' ({relation})' if relation else ''}",
            f"read      {self.hearing.read_share:.0%}: {words}",
            f"meaning   {self.hearing.logical_form}",
            f"denotes   {', '.join(self.hearing.denoted) or 'nothing'}",
            f"unknown   {self.hearing.first_unknown or 'no word'}",
            f"excluded  {'; '.join(self.excluded_by) or by_none}",
        ]
        if self.hearing.untold:
            lines.append(f"untold    as correct with the opposite of {', '.join(self.hearing.untold)}")
        if self.hearing.outcome == "correct":
            lines.append(f"unchecked {'; '.join(self.unchecked) or 'nothing'}")
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
    untrue = hearing.untrue if hearing.outcome == "false" else ()
    model = generous_model_of(world)
    clauses = tuple(
        Clause(form, text, frozenset(model.ids(true | vague)), frozenset(model.ids(true)))
        for form, text, true, vague in _said(model, content, untrue)
    )
    excluded = tuple(clause.form for clause in clauses if target not in clause.fits)
    missed = tuple(_in_context(caption, detail) for detail in unchecked(caption, world, target))
    return Explanation(hearing, content.words, clauses, excluded, missed)


def _in_context(caption: str, detail: Detail) -> str:
    """A detail between the words beside it in its sentence: "at its *left* end"."""
    end = detail.start + len(detail.word)
    before = re.split(r"[.!?;,]", caption[: detail.start])[-1].split()
    after = re.split(r"[.!?;,]", caption[end:])[0].split()
    return " ".join((*before[-2:], f"*{detail.word}*", *after[:1]))


def _said(model: GenerousModel, content: Read, untrue: tuple[str, ...]) -> Iterator[tuple[str, str, int, int]]:
    """The noun, each constraint, each statement, and what is named in passing and untrue.

    Each as a form, in words, and where it is true and vague.
    """
    if content.head:
        yield from _said_first(model, content.head[0].phrase)
    for fact in (*content.statements, *(fact for fact in content.mentions if str(fact) in untrue)):
        truths = [holds(model, k, fact) for k in range(len(model.position))]
        true = sum(1 << k for k, truth in enumerate(truths) if truth is True)
        yield str(fact), fact_in_words(fact), true, sum(1 << k for k, truth in enumerate(truths) if truth is None)


def _said_first(model: GenerousModel, phrase: Phrase) -> Iterator[tuple[str, str, int, int]]:
    true, vague = model.named(phrase)
    yield phrase.noun, noun_in_words(phrase), true, vague
    for constraint in phrase.constraints:
        if constraint.kind in RELATIVE:
            yes, maybe = model.scales.narrow(constraint, true | vague, 0, 0)
        else:
            yes, maybe = model.extension(constraint)
        yield str(constraint), constraint_in_words(constraint), yes, maybe & ~yes
