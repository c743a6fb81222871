"""Why one caption failed, in words: what was understood, what of it is not true of the region, what it fits instead."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from benchmark.metrics import find_score, headline_order
from dataset.listener import Hearing, explain
from dataset.listener.words.connectives import FUNCTION_WORDS
from dataset.schema import Region

from .groups import relation_of

if TYPE_CHECKING:
    from dataset.listener import Clause, Explanation, World

    from ..explore import SystemCaption

__all__ = ["Reason", "is_wrong", "reason_of"]

_WORD: Final = re.compile(r"[\w-]+")
_RELATIVES: Final = {
    "sibling": "a sibling of this region",
    "parent": "the whole that this region is part of",
    "child": "a part of this region",
    "other": "something else in the picture",
}
_JUDGED: Final = {
    "correct": "fits this region and no other",
    "ambiguous": "fits this region and others",
    "wrong": "fits another region",
    "false": "is not true of this region",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a caption failed.

    Attributes:
        sentence: for the reader.
        clauses: what the listener read, one by one: in words, and how true it is of the region and of the one that
            the words fit instead: "yes", "perhaps" or "no"; empty if there is none.
        unread: words of the caption that the listener did not read.
        other: id of the region that the words fit instead; empty if there is none.
        other_caption: the reference of that region that shares most words with the caption.
        shared: words of the caption that the other region's reference has too.
        other_box: XYWH as shares of the image, of what the words fit instead if that is no region of the data.
    """

    sentence: str
    clauses: tuple[tuple[str, str, str], ...] = ()
    unread: tuple[str, ...] = ()
    other: str = ""
    other_caption: str = ""
    shared: tuple[str, ...] = ()
    other_box: tuple[float, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """For the widgets, as JSON."""
        return {
            "sentence": self.sentence,
            "clauses": [list(clause) for clause in self.clauses],
            "unread": list(self.unread),
            "other": self.other,
            "other_caption": self.other_caption,
            "shared": list(self.shared),
            "other_box": list(self.other_box),
        }


def is_wrong(answer: SystemCaption) -> bool:
    """Whether a caption is wrong by the first of its scores that tells."""
    verdicts = [name for name in headline_order(answer.scores) if find_score(name).is_verdict]
    return bool(verdicts) and answer.scores[verdicts[0]] < 1


def reason_of(answer: SystemCaption, region: Region, regions: Mapping[str, Region], world: World | None) -> Reason:
    """Why a caption is not right.

    Args:
        answer: the caption, its confusion and its scores.
        region: that it is for.
        regions: of the image, by id.
        world: the facts of the scene; None on photographs.
    """
    confusion = answer.confusion
    if not answer.caption.strip() or confusion is None:
        return Reason("There is no caption for this region.")
    target = region.region_id.rpartition("/")[2]
    others = [other for other in confusion.others if other.region_id != region.region_id]
    if world is not None and target in world.by_id:
        reason = _heard(explain(answer.caption, world, target), answer.caption, region, target, regions)
        return reason if reason.other or not confusion.boxes else replace(reason, other_box=confusion.boxes[0])
    other = others[0] if others else None
    sentence = _by_words(region, other, confusion.excess, regions) + _judged(answer.scores)
    return _beside(Reason(sentence), answer.caption, other)


def _heard(
    explanation: Explanation, caption: str, region: Region, target: str, regions: Mapping[str, Region]
) -> Reason:
    hearing = explanation.hearing
    denoted = [own_id for own_id in hearing.denoted if own_id != target]
    ids = [f"{region.image_id}/{own_id}" for own_id in denoted]
    other = next((regions[region_id] for region_id in ids if region_id in regions), None)
    own_other = other.region_id.rpartition("/")[2] if other is not None else denoted[0] if denoted else ""
    clauses = tuple(
        (clause.text, _truth(clause, target), _truth(clause, own_other) if own_other else "")
        for clause in explanation.clauses
    )
    unread = tuple(word for word, was_read in explanation.words if not was_read and word not in FUNCTION_WORDS)
    untrue = [text for text, own, _ in clauses if own == "no"]
    truer = [text for text, own, there in clauses if own == "perhaps" and there == "yes"]
    because = f" Not true of this region: {_listed(untrue)}." if untrue else ""
    if truer and not untrue:
        because = f" Truer of that one: {_listed(truer)}."
    sentence = _sentence(hearing, len(denoted), because)
    return _beside(Reason(sentence, clauses, unread), caption, other)


def _truth(clause: Clause, own_id: str) -> str:
    return "yes" if own_id in clause.certain else "perhaps" if own_id in clause.fits else "no"


def _sentence(hearing: Hearing, others: int, because: str) -> str:
    outcome = hearing.outcome
    if outcome == "correct":
        return "The listener finds this region and no other."
    if outcome == "ambiguous":
        which = "another one" if others == 1 else f"{others} others"
        return f"True of this region and of {which}: nothing that is said tells them apart."
    if outcome == "wrong":
        what = _RELATIVES.get(hearing.relation or "other", _RELATIVES["other"])
        what = what if others == 1 else f"{others} other regions, the nearest of them {what}"
        return f"The words fit {what}.{because}"
    if outcome == "nothing":
        return f"Nothing in the picture is all that the words say.{because}"
    if outcome == "false":
        return f"The region is named.{because}"
    if hearing.untold:
        return (
            f"It would be as correct with the opposite of {_listed(hearing.untold)}: too little of it can be checked."
        )
    first = f": “{hearing.first_unknown}” is a word that it does not know" if hearing.first_unknown else ""
    return f"The listener does not understand the caption{first}."


def _by_words(region: Region, other: Region | None, excess: float, regions: Mapping[str, Region]) -> str:
    if other is None:
        return "It is too unlike the references of this region."
    what = _RELATIVES[relation_of(region, other, regions)]
    if excess > 0:
        return f"The words are nearer to the references of {what}, by {excess:.2f} on a scale of 0 to 1."
    if excess == 0:
        return f"The words are as near to the references of {what} as to its own."
    return f"The words are nearest to this region's references, and too unlike them to count; second comes {what}."


def _judged(scores: Mapping[str, float]) -> str:
    """What a judge saw, where one was asked."""
    verdict = next((text for name, text in _JUDGED.items() if scores.get(f"judge_{name}") == 1), "")
    return f" The judge: it {verdict}." if verdict else ""


def _beside(reason: Reason, caption: str, other: Region | None) -> Reason:
    """A reason with the reference of the other region that shares most words with the caption."""
    if other is None:
        return reason
    own = _content(caption)
    best = max(other.captions, key=lambda text: (len(own & _content(text)), -len(text)))
    shared = tuple(sorted(own & _content(best)))
    return replace(reason, other=other.region_id, other_caption=best, shared=shared)


def _content(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.casefold()) if len(word) > 1 and word not in FUNCTION_WORDS}


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(f"“{text}”" for text in texts)
