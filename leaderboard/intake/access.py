"""Who may see what: hidden submissions, and everything that would reveal references of a hidden test."""

from __future__ import annotations

from sqlalchemy.orm import Session

from dataset.errors import NotAllowedError, UnknownNameError

from ..boards.board import find_board, list_boards
from ..storage.schema import ScoreRun, Submission
from ..storage.store import Store
from ..storage.tokens import OPERATOR, PAGE, Actor

__all__ = ["is_owner", "readable_run", "readable_submission", "refuse_hidden_file"]

PUBLIC_FILES = ("report.json", "run.json")
"""The other files of a run have numbers for each region: enough of them, and the references can be guessed."""


def readable_submission(session: Session, submission_id: str, actor: Actor | None) -> Submission:
    """A submission that the actor may see: those that are not public only their sender and their owner see.

    Raises:
        UnknownNameError: there is none, as far as this actor may know.
    """
    submission = session.get(Submission, submission_id)
    if submission is None or (submission.visibility != "public" and not is_owner(submission, actor)):
        raise UnknownNameError("submission", submission_id, [])
    return submission


def readable_run(session: Session, run_id: str, actor: Actor | None) -> ScoreRun:
    """A run of such a submission.

    Raises:
        UnknownNameError: there is none, as far as this actor may know.
    """
    run = session.get(ScoreRun, run_id)
    if run is None:
        raise UnknownNameError("run", run_id, [])
    readable_submission(session, run.submission_id, actor)
    return run


def refuse_hidden_file(store: Store, submission: Submission, name: str, actor: Actor | None) -> None:
    """Refuse a file that would help others, or reveal references, while the board's test is hidden.

    Args:
        store: of the leaderboard.
        submission: whose file it is.
        name: ``predictions``, or a file of a run.
        actor: who wants to read it.

    Raises:
        NotAllowedError: this file may not be seen now.
    """
    if submission.board not in list_boards(store) or not find_board(store, submission.board).hidden:
        return
    if name == "predictions":
        if not is_owner(submission, actor):
            raise NotAllowedError(f"captions for {submission.board} are shown to their sender until it is published")
    elif name not in PUBLIC_FILES:
        raise NotAllowedError(f"scores of single regions of {submission.board} are kept until it is published")


def is_owner(submission: Submission, actor: Actor | None) -> bool:
    """Whether a submission is of this actor: sent by the same token or login, or of a system that it owns."""
    if actor is None:
        return False
    sender = actor.name if actor.name != PAGE else None  # many are the page; their claim codes tell who they are
    return actor == OPERATOR or actor.owner == submission.system.owner or sender == submission.actor
