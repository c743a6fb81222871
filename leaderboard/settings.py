"""Every setting of the leaderboard, in one place; docs/leaderboard.md holds the same table."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from benchmark.metrics import METRICS
from dataset.errors import InvalidInputError

__all__ = ["BoardSettings", "Settings", "get_settings"]

_PREFIX = "URECA_LEADERBOARD_"


class BoardSettings(BaseModel):
    """One public board: which data systems caption on it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    config: str
    """A config of the dataset, such as ``scenes``."""

    split: str = "test"
    """A split of the config."""

    title: str = ""
    """Shown as the board's heading; its name if left empty."""

    options: dict[str, int | str] = Field(default_factory=dict)
    """Options of the config, such as ``{"resolution": 448}``."""

    verdicts: str = ""
    """File of a judge's recorded verdicts on captions of the board: its scores become columns."""

    calibration: str = ""
    """File of the judge's known errors: corrected rates become columns."""

    lead: str = ""
    """The score that leads, such as ``judge_correct``; the first headline if left empty."""


class Settings(BaseSettings):
    """Read from environment variables: the field's name in capitals after ``URECA_LEADERBOARD_``.

    Nothing is read when the module is imported; every `get_settings()` reads anew.
    """

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, extra="ignore", populate_by_name=True)

    data_dir: Path = Field(default_factory=lambda: _data_home() / "ureca" / "leaderboard")
    """Blobs, runs and the embedded database; with several hosts, a folder that all of them share."""

    database_url: str = Field("", validation_alias=AliasChoices(f"{_PREFIX}DATABASE_URL", "DATABASE_URL"))
    """``postgresql+psycopg://user@host/name``, or empty for SQLite in `data_dir`. Also read from ``DATABASE_URL``."""

    boards: dict[str, BoardSettings] = Field(
        default_factory=lambda: {
            "scenes": BoardSettings(config="scenes", title="Scenes"),
            "rooms": BoardSettings(config="rooms", title="Rooms"),
            "photos": BoardSettings(config="photos", title="Photos"),
        }
    )
    """Name -> board, as JSON; challenges come on top of these."""

    host: str = "127.0.0.1"
    """Address to listen on; 0.0.0.0 for every network."""

    port: int = Field(8501, ge=1, le=65535)
    """Port of the pages and the API."""

    public_url: str = ""
    """How the outside reaches the pages, for links; ``http://host:port`` if left empty."""

    repository: str = ""
    """Where code and data are, as a web address; the board links to it."""

    contact: str = ""
    """Whom to ask, and to whom entries are reported: ``mailto:...`` or a web address."""

    news: str = ""
    """One or two sentences under the board."""

    segmenter: str = ""
    """Id or folder of a Segment Anything checkpoint for regions of visitors' pictures; GrabCut finds them if empty."""

    workers: int = Field(1, ge=0, le=64)
    """Scoring workers that `serve` starts; 0 if they run elsewhere (`python -m leaderboard worker`)."""

    upload_mib: int = Field(25, ge=1, le=128)
    """Largest file that is accepted, MiB as sent; decompressed it may have 128 MiB."""

    page_uploads: Literal["open", "login", "off"] = "open"
    """Who may upload in the page: everybody, those logged in (needs OIDC in Streamlit's secrets), nobody."""

    page_quota_per_day: int = Field(200, ge=0)
    """Submissions a day from the page by people who are not logged in, all of them together."""

    try_it: bool = True
    """Whether visitors may have regions captioned by the models of this server; one process does it for all of them."""

    try_it_waiting: int = Field(20, ge=1)
    """Regions that may wait for that process; more are refused with a message."""

    path_prefix: str = ""
    """Path under which everything is served, such as ``/ureca``, if the proxy before it does not take it off."""

    framed_by: str = ""
    """Sites that may show the pages in a frame, separated by spaces (``https://*.example.org``); none if empty."""

    connections: int = Field(500, ge=10)
    """Connections at a time; more are answered with 503."""

    quota_per_day: int = Field(20, ge=0)
    """Submissions a day for each token or login, unless the token says otherwise; refused files are not counted."""

    requests_per_minute: int = Field(60, ge=1)
    """Requests a minute for each token."""

    lease_seconds: float = Field(60.0, gt=0)
    """A job belongs to its worker for so long after each heartbeat; then another worker takes it."""

    attempts: int = Field(3, ge=1)
    """A job that failed so often is not tried again."""

    retry_seconds: float = Field(10.0, ge=0)
    """Pause before a failed job is tried again, times the number of attempts."""

    poll_seconds: float = Field(0.5, gt=0)
    """How often an idle worker looks for jobs."""

    score_seconds: float = Field(1800.0, gt=0)
    """Time limit of one scoring, wall clock."""

    score_memory_mib: int = Field(6144, ge=64)
    """Memory limit of one scoring, MiB (enforced by the kernel, on Linux only)."""

    metrics: Annotated[tuple[str, ...], NoDecode] = Field(default_factory=lambda: _light_metrics())
    """Metrics to compute where the data allows them, comma-separated; the report of a run notes what was left out."""

    resamples: int = Field(2000, ge=0)
    """Bootstrap resamples of images behind each interval."""

    free_mib: int = Field(256, ge=0)
    """With less free disk space than this, nothing is accepted and nothing is scored; it waits instead."""

    database_patience_seconds: float = Field(30.0, ge=0)
    """How long to try again when the database is away or busy."""

    @field_validator("metrics", mode="before")
    @classmethod
    def _split_names(cls, names: Any) -> Any:
        if isinstance(names, str):
            return tuple(name.strip() for name in names.split(",") if name.strip())
        return names

    @field_validator("path_prefix")
    @classmethod
    def _check_prefix(cls, path: str) -> str:
        path = path.strip("/")
        if not all(part and part.isascii() and part.replace("-", "").isalnum() for part in path.split("/") if path):
            raise ValueError("expected a path of letters, digits and hyphens, such as /ureca")
        return f"/{path}" if path else ""

    @field_validator("framed_by")
    @classmethod
    def _check_sites(cls, sites: str) -> str:
        if any(not site.startswith(("https://", "http://")) or set(site) & set(";,'\"") for site in sites.split()):
            raise ValueError("expected addresses that start with https://, separated by spaces")
        return sites

    @field_validator("database_url")
    @classmethod
    def _name_the_driver(cls, url: str) -> str:
        for short in ("postgres://", "postgresql://"):
            if url.startswith(short):
                return "postgresql+psycopg://" + url.removeprefix(short)
        if url and not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("expected postgresql+psycopg://user@host/name or sqlite:////path")
        return url

    @field_validator("repository", "contact")
    @classmethod
    def _is_address(cls, address: str) -> str:
        if address and not address.startswith(("https://", "http://", "mailto:")):
            raise ValueError("expected an address that starts with https:// or mailto:")
        return address

    @property
    def database(self) -> str:
        """URL of the database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'leaderboard.sqlite'}"

    @property
    def upload_bytes(self) -> int:
        """Largest file that is accepted."""
        return self.upload_mib * 2**20

    @property
    def url(self) -> str:
        """Where the pages are, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}{self.path_prefix}").rstrip("/")


def get_settings(**changes: Any) -> Settings:
    """Settings from the environment, some of them given here instead.

    Raises:
        InvalidInputError: with every setting that cannot be used.
    """
    try:
        return Settings(**changes)
    except ValidationError as error:
        problems = [
            f"{_PREFIX}{'.'.join(map(str, problem['loc'])).removeprefix(_PREFIX).upper()}: {problem['msg']}"
            for problem in error.errors(include_url=False)
        ]
        raise InvalidInputError("settings", problems, "They are explained in docs/leaderboard.md.") from error


def _light_metrics() -> tuple[str, ...]:
    """All but those that run a model: minutes on a processor for one submission."""
    return tuple(name for name, metric in METRICS.items() if not (metric.runs_model or metric.needs_verdicts))


def _data_home() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
