"""Who sends a request: bearer tokens, of which only digests are kept, and how much each may do."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from dataset.errors import LimitReachedError, NotAllowedError, UnknownNameError

from ..settings import Settings
from . import audit
from .schema import ApiToken, Job, Submission
from .store import Store

__all__ = [
    "DAY",
    "OPERATOR",
    "PAGE",
    "Actor",
    "check_quota",
    "claim_actor",
    "claim_of",
    "find_actor",
    "issue_token",
    "login_actor",
    "new_claim_code",
    "revoke_token",
    "used_today",
]

_PREFIX, _CLAIM = "ureca", "claim"
DAY = 86_400.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A sender of submissions.

    Attributes:
        name: ``token:ID``, ``login:DIGEST``, ``page`` or ``operator``; public.
        quota_per_day: submissions a day; None for no limit.
        claim: ``claim:DIGEST`` of the claim code that somebody without a login has; empty if there is none.
    """

    name: str
    quota_per_day: int | None
    claim: str = ""

    @property
    def owner(self) -> str:
        """As what it owns systems: by its claim code where it has one; empty for ``page``, which all visitors are."""
        return self.claim or (self.name if self.name != PAGE else "")


OPERATOR = Actor("operator", None)
"""Anyone with a shell where the leaderboard runs; may do everything."""

PAGE = "page"
"""Name of those who upload in the page without logging in."""


def login_actor(settings: Settings, subject: str) -> Actor:
    """The sender that a login stands for.

    Args:
        settings: for the quota.
        subject: issuer and subject of the login, unchanged; only a digest of them is kept.
    """
    digest = hashlib.sha256(subject.encode()).hexdigest()
    return Actor(f"login:{digest[:12]}", settings.quota_per_day)


def new_claim_code() -> str:
    """A code that gives its holder a system; it is shown once and stored nowhere."""
    return f"{_CLAIM}_{secrets.token_urlsafe(24)}"


def claim_of(code: str) -> str:
    """The owner that a claim code stands for: ``claim:`` and a digest, which is public and gives nothing away.

    Raises:
        NotAllowedError: it does not look like a claim code.
    """
    text = code.strip()
    if not text.startswith(f"{_CLAIM}_") or not 20 <= len(text) <= 100 or not text.isascii():
        raise NotAllowedError(
            f"this is no claim code: it begins with {_CLAIM}_ and was shown after the first submission."
        )
    return f"claim:{_digest(text)[:24]}"


def claim_actor(settings: Settings, code: str) -> Actor:
    """The sender without a login who has a claim code."""
    return Actor(PAGE, settings.page_quota_per_day, claim_of(code))


def issue_token(
    session: Session, now: float, name: str, quota_per_day: int | None = None, valid_seconds: float | None = None
) -> str:
    """Make a token; what is returned is shown once and stored nowhere.

    Args:
        session: a writing one.
        now: seconds since 1970.
        name: whom it is for.
        quota_per_day: submissions a day; the setting's if None.
        valid_seconds: from now; forever if None.
    """
    identity, secret = secrets.token_hex(4), secrets.token_urlsafe(24)
    expires_at = None if valid_seconds is None else now + valid_seconds
    session.add(
        ApiToken(
            id=identity,
            name=name,
            secret_sha256=_digest(secret),
            quota_per_day=quota_per_day,
            created_at=now,
            expires_at=expires_at,
        )
    )
    audit.append(session, now, OPERATOR.name, "issued token", f"token:{identity}")
    return f"{_PREFIX}_{identity}_{secret}"


def revoke_token(session: Session, now: float, identity: str) -> None:
    """Revoke a token, at once.

    Raises:
        UnknownNameError: there is no such token.
    """
    token = session.get(ApiToken, identity)
    if token is None:
        raise UnknownNameError("token", identity, session.scalars(select(ApiToken.id)).all())
    if token.revoked_at is None:
        token.revoked_at = now
        audit.append(session, now, OPERATOR.name, "revoked token", f"token:{identity}")


def find_actor(session: Session, settings: Settings, now: float, bearer: str) -> Actor:
    """The holder of a token; counts as one request of this minute.

    Args:
        session: a writing one.
        settings: for quota and rate.
        now: seconds since 1970.
        bearer: the token as sent.

    Raises:
        NotAllowedError: the token is unknown, revoked or expired. The message does not say which.
        LimitReachedError: too many requests in this minute.
    """
    prefix, _, rest = bearer.partition("_")
    identity, _, secret = rest.partition("_")
    token = session.get(ApiToken, identity) if prefix == _PREFIX else None
    digest = token.secret_sha256 if token is not None else ""
    matches = hmac.compare_digest(digest, _digest(secret))
    if token is None or not matches or token.revoked_at is not None or now >= (token.expires_at or float("inf")):
        raise NotAllowedError("this token is not known, was revoked or has expired. Ask the operator for one.")
    _count_request(session, settings, now, identity)
    quota = settings.quota_per_day if token.quota_per_day is None else token.quota_per_day
    return Actor(f"token:{identity}", quota)


def bearer_actor(store: Store, bearer: str) -> Actor:
    """The holder of a token or of a claim code. Raises as `find_actor`."""
    if bearer.startswith(f"{_CLAIM}_"):
        return claim_actor(store.settings, bearer)
    return store.transact(lambda session: find_actor(session, store.settings, store.now(session), bearer))


def used_today(session: Session, actor: str, now: float) -> int:
    """Submissions of the last 24 hours that count: those whose scoring did not fail."""
    failed = select(Job.submission_id).group_by(Job.submission_id).having(func.min(Job.state) == "failed")
    failed = failed.having(func.max(Job.state) == "failed")
    query = select(func.count()).where(
        Submission.actor == actor, Submission.created_at > now - DAY, Submission.id.not_in(failed)
    )
    return session.scalars(query).one()


def check_quota(session: Session, actor: Actor, now: float) -> None:
    """Refuse one submission too many.

    Raises:
        LimitReachedError: the quota of 24 hours is used up.
    """
    if actor.quota_per_day is None or used_today(session, actor.name, now) < actor.quota_per_day:
        return
    query = select(func.min(Submission.created_at)).where(
        Submission.actor == actor.name, Submission.created_at > now - DAY
    )
    oldest = session.scalars(query).one()
    raise LimitReachedError(
        f"the quota of {actor.quota_per_day} submissions in 24 hours is used up. Refused files do not count.",
        DAY if oldest is None else oldest + DAY - now,
    )


def _count_request(session: Session, settings: Settings, now: float, identity: str) -> None:
    minute = int(now // 60)
    requests = session.execute(
        update(ApiToken)
        .where(ApiToken.id == identity)
        .values(requests=case((ApiToken.minute == minute, ApiToken.requests + 1), else_=1), minute=minute)
        .returning(ApiToken.requests)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    if requests > settings.requests_per_minute:
        raise LimitReachedError(
            f"more than {settings.requests_per_minute} requests in a minute", 60 * (minute + 1) - now
        )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
