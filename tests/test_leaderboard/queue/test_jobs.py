"""Protects the queue: each job to one worker, leases, attempts, the reaper, positions, health."""

import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest
from sqlalchemy import select, update

from leaderboard.queue import jobs
from leaderboard.queue.health import queue_health
from leaderboard.queue.jobs import Claim
from leaderboard.settings import Settings
from leaderboard.storage.schema import Job, Submission, System, Worker
from leaderboard.storage.store import Store

NOW = 1_000_000.0


@pytest.fixture
def queue(store: Store) -> Store:
    """Four submissions with a job each."""
    with store.session() as session:
        session.add(System(id=1, name="S", name_key="s", owner="operator"))
        session.flush()
        for number in range(4):
            session.add(submission(f"s{number}"))
            session.flush()
            jobs.enqueue(session, f"s{number}", NOW)
    return store


def submission(identity: str) -> Submission:
    return Submission(
        id=identity,
        board="photos",
        config="photos",
        split="test",
        system_id=1,
        predictions_sha256="0",
        upload_sha256="0",
        upload_bytes=1,
        captions=1,
        missing=0,
        actor="operator",
        source="seed",
    )


def claim(store: Store, worker: str, now: float = NOW, lease: float = 60.0) -> Claim | None:
    with store.session() as session:
        return jobs.claim(session, worker, now, lease)


def job_of(store: Store, held: Claim) -> Job:
    with store.reading() as session:
        return session.get_one(Job, held.job_id)


def test_jobs_come_in_order_and_rescorings_last(queue: Store) -> None:
    with queue.session() as session:
        session.execute(update(Job).where(Job.submission_id == "s0").values(batch="again"))
    taken = [held.submission_id for _ in range(4) if (held := claim(queue, "w")) is not None]
    assert taken == ["s1", "s2", "s3", "s0"]
    assert claim(queue, "w") is None


def test_a_submission_has_one_open_job(queue: Store) -> None:
    with queue.session() as session:
        first = jobs.enqueue(session, "s0", NOW)
        assert jobs.enqueue(session, "s0", NOW, "again").id == first.id
    held = claim(queue, "w")
    assert held is not None
    with queue.session() as session:
        assert jobs.finish(session, held, NOW)
        assert jobs.enqueue(session, held.submission_id, NOW, "again").id != held.job_id


def test_many_workers_at_once_get_each_job_once(store: Store) -> None:
    with store.session() as session:
        session.add(System(id=1, name="S", name_key="s", owner="operator"))
        session.flush()
        session.add_all(submission(f"s{number}") for number in range(40))
        session.flush()
        session.add_all(Job(submission_id=f"s{number}", created_at=NOW) for number in range(40))

    def work(name: int) -> list[int]:
        mine = []
        while (held := claim(store, f"w{name}")) is not None:
            mine.append(held.job_id)
            with store.session() as session:
                assert jobs.finish(session, held, NOW)
        return mine

    with ThreadPoolExecutor(6) as pool:
        taken = [job for part in pool.map(work, range(6)) for job in part]
    assert len(taken) == len(set(taken)) == 40


def test_a_lost_lease_goes_to_another_and_the_first_can_change_nothing(queue: Store) -> None:
    slow = claim(queue, "slow", lease=60.0)
    assert slow is not None
    with queue.session() as session:
        assert jobs.heartbeat(session, slow, NOW + 50, 60.0, "bleu")
        assert jobs.reap(session, NOW + 100, attempts=3, retry_seconds=10.0) == 0
        assert jobs.reap(session, NOW + 111, attempts=3, retry_seconds=10.0) == 1
    quick = claim(queue, "quick", NOW + 111)
    assert quick is not None
    assert quick.submission_id == "s1"  # s0 waits for its pause
    again = claim(queue, "quick", NOW + 122)
    while again is not None and again.job_id != slow.job_id:
        again = claim(queue, "quick", NOW + 122)
    assert again is not None
    assert again.attempt == 2
    with queue.session() as session:
        assert not jobs.heartbeat(session, slow, NOW + 123, 60.0)
        assert not jobs.finish(session, slow, NOW + 123)
        assert not jobs.fail(session, slow, NOW + 123, "late", None)
        assert not jobs.release(session, slow, NOW + 123)
        assert jobs.finish(session, again, NOW + 124)
    assert job_of(queue, again).state == "done"


def test_the_same_worker_cannot_finish_an_earlier_attempt(queue: Store) -> None:
    first = claim(queue, "w")
    assert first is not None
    with queue.session() as session:
        assert jobs.fail(session, first, NOW, "crash", NOW)
    second = claim(queue, "w")
    assert second is not None
    assert (second.job_id, second.attempt) == (first.job_id, 2)
    with queue.session() as session:
        assert not jobs.finish(session, first, NOW)


def test_a_job_that_kills_its_workers_is_given_up(queue: Store) -> None:
    now = NOW
    for attempt in (1, 2, 3):
        held = claim(queue, f"w{attempt}", now, lease=1.0)
        assert held is not None
        assert held.submission_id == "s0"
        now += 2
        with queue.session() as session:
            jobs.reap(session, now, attempts=3, retry_seconds=0.0)
    found = job_of(queue, held)
    assert (found.state, found.attempts) == ("failed", 3)
    assert "tried 3 times" in found.error
    following = claim(queue, "w4", now)
    assert following is not None
    assert following.submission_id == "s1"


def test_a_job_given_back_has_not_been_tried(queue: Store) -> None:
    held = claim(queue, "w")
    assert held is not None
    with queue.session() as session:
        assert jobs.release(session, held, NOW + 5, "the disk is full")
    found = job_of(queue, held)
    assert (found.state, found.attempts, found.error) == ("queued", 0, "the disk is full")
    assert [claim(queue, "w", NOW + 4).submission_id for _ in range(3)] == ["s1", "s2", "s3"]  # type: ignore[union-attr]


def test_an_error_with_zero_bytes_can_be_stored(queue: Store) -> None:
    held = claim(queue, "w")
    assert held is not None
    with queue.session() as session:
        assert jobs.fail(session, held, NOW, "a\0b" * 5_000, None)
    assert job_of(queue, held).error.startswith("a?b")


def test_position_and_health_are_told(queue: Store) -> None:
    assert claim(queue, "busy") is not None
    with queue.session() as session:
        session.add_all(
            [
                Worker(id="busy", host="h", pid=1, state="scoring", job_id=1, seen_at=NOW),
                Worker(id="dead", host="h", pid=2, state="scoring", job_id=2, seen_at=NOW - 60),
                Worker(id="gone", host="h", pid=3, state="stopped", seen_at=NOW - 60),
                Worker(id="old", host="h", pid=4, state="idle", seen_at=NOW - 100_000),
            ]
        )
    with queue.reading() as session:
        positions = {name: jobs.progress_of(session, name).position for name in ("s0", "s1", "s3")}  # type: ignore[union-attr]
        assert positions == {"s0": None, "s1": 1, "s3": 3}
        assert jobs.progress_of(session, "nothing") is None
        health = queue_health(session, queue.settings, NOW + 1)
    assert (health.queued, health.running, health.failed, health.alive) == (3, 1, 0, 1)
    assert sorted(worker.state for worker in health.workers) == ["scoring", "silent", "stopped"]
    assert not any("busy" in worker.name or worker.name == "h" for worker in health.workers)
    assert health.wait_seconds(1) is None


def work_all(settings: Settings, name: str) -> list[int]:
    """Take jobs and finish them until there is none; returns their numbers."""
    mine, taken = Store(settings), []
    while (held := mine.transact(lambda session: jobs.claim(session, name, NOW, 60.0))) is not None:
        taken.append(held.job_id)
        assert mine.transact(lambda session, held=held: jobs.finish(session, held, NOW))
    mine.close()
    return taken


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_processes_racing_for_jobs_get_each_once(store: Store) -> None:
    with store.session() as session:
        session.add(System(id=1, name="S", name_key="s", owner="operator"))
        session.flush()
        session.add_all(submission(f"s{number}") for number in range(60))
        session.flush()
        session.add_all(Job(submission_id=f"s{number}", created_at=NOW) for number in range(60))
    store.close()  # a fork must not share its connections
    with ProcessPoolExecutor(3, mp_context=get_context("fork")) as pool:
        taken = [job for part in pool.map(work_all, [store.settings] * 3, ["w0", "w1", "w2"]) for job in part]
    assert sorted(taken) == sorted(set(taken))
    with store.reading() as session:
        assert set(session.scalars(select(Job.state))) == {"done"}
    assert len(taken) == 60
