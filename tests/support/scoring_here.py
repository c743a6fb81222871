"""Scoring in this process, for tests of what is done with scores and not of the worker."""

from __future__ import annotations

from leaderboard.boards.board import find_board
from leaderboard.queue import jobs
from leaderboard.scoring import results
from leaderboard.scoring.score_one import Task, score
from leaderboard.storage.schema import Submission
from leaderboard.storage.store import Store


def score_queued(store: Store) -> None:
    """Score all that is queued, as a worker does; an error of scoring is the test's own."""
    settings = store.settings
    while True:
        with store.session() as session:
            claim = jobs.claim(session, "test", store.now(session), 60.0)
            if claim is None:
                return
            submission = session.get_one(Submission, claim.submission_id)
            board, sha256, system = submission.board, submission.predictions_sha256, submission.system.name
        folder = store.folder / "scoring" / claim.run_id
        folder.mkdir(parents=True)
        place, blobs = find_board(store, board).to_dict(), str(store.folder / "blobs")
        score(Task(place, blobs, sha256, system, str(folder), settings.metrics, settings.resamples, 4096))
        assert results.record(store, claim, folder, 1.0)
