"""The tables as they were in the beginning, for the first migration: history, which no later change may touch."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, text

__all__ = ["TABLES"]

TABLES = MetaData()

Table(
    "api_token",
    TABLES,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("secret_sha256", String, nullable=False),
    Column("quota_per_day", Integer),
    Column("minute", Integer, nullable=False),
    Column("requests", Integer, nullable=False),
    Column("created_at", Float(53), nullable=False),
    Column("expires_at", Float(53)),
    Column("revoked_at", Float(53)),
)

Table(
    "audit_event",
    TABLES,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", Float(53), nullable=False),
    Column("actor", String, nullable=False),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("details", JSON, nullable=False),
    Column("previous_hash", String, nullable=False),
    Column("hash", String, nullable=False, unique=True),
)

Table(
    "challenge",
    TABLES,
    Column("name", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("state", String, nullable=False),
    Column("images", Integer, nullable=False),
    Column("resolution", Integer, nullable=False),
    Column("data_sha256", String, nullable=False),
    Column("details", JSON, nullable=False),
    Column("created_at", Float(53), nullable=False),
    Column("closed_at", Float(53)),
    Column("published_at", Float(53)),
)

Table(
    "reported",
    TABLES,
    Column("table_name", String, primary_key=True),
    Column("system", String, primary_key=True),
    Column("metric", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("value", Float(53)),
    Column("scale", Float(53), nullable=False),
    Column("implementation", String, nullable=False),
    Column("source", String, nullable=False),
    Column("url", String, nullable=False),
)

Table(
    "system",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("name_key", String, nullable=False, unique=True),
    Column("owner", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("description", String, nullable=False),
    Column("paper", String, nullable=False),
    Column("code", String, nullable=False),
    Column("model_card", String, nullable=False),
    Column("parameters", Float(53)),
    Column("captions_per_second", Float(53)),
    Column("hardware", String, nullable=False),
    Column("created_at", Float(53), nullable=False),
)

Table(
    "worker",
    TABLES,
    Column("id", String, primary_key=True),
    Column("host", String, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("job_id", Integer),
    Column("started_at", Float(53), nullable=False),
    Column("seen_at", Float(53), nullable=False),
)

Table(
    "submission",
    TABLES,
    Column("id", String, primary_key=True),
    Column("board", String, nullable=False),
    Column("config", String, nullable=False),
    Column("split", String, nullable=False),
    Column("system_id", Integer, ForeignKey("system.id"), nullable=False, index=True),
    Column("note", String, nullable=False),
    Column("predictions_sha256", String, nullable=False),
    Column("upload_sha256", String, nullable=False),
    Column("upload_bytes", Integer, nullable=False),
    Column("captions", Integer, nullable=False),
    Column("missing", Integer, nullable=False),
    Column("actor", String, nullable=False),
    Column("source", String, nullable=False),
    Column("visibility", String, nullable=False),
    Column("hidden_reason", String, nullable=False),
    Column("verified_by", String, nullable=False),
    Column("verified_at", Float(53)),
    Column("verified_reason", String, nullable=False),
    Column("created_at", Float(53), nullable=False),
    Index("submission_of_actor", "actor", "created_at"),
    Index("submission_of_board", "board", "visibility"),
)

Table(
    "job",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("submission_id", String, ForeignKey("submission.id"), nullable=False, index=True),
    Column("batch", String, nullable=False, index=True),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("worker_id", String),
    Column("lease_until", Float(53)),
    Column("available_at", Float(53), nullable=False),
    Column("progress", String, nullable=False),
    Column("error", String, nullable=False),
    Column("created_at", Float(53), nullable=False),
    Column("started_at", Float(53)),
    Column("finished_at", Float(53)),
    Index(
        "job_open_once",
        "submission_id",
        unique=True,
        sqlite_where=text("state in ('queued', 'running')"),
        postgresql_where=text("state in ('queued', 'running')"),
    ),
    Index("job_queue", "state", "available_at", "id"),
)

Table(
    "probe",
    TABLES,
    Column("submission_id", String, ForeignKey("submission.id"), primary_key=True),
    Column("name", String, primary_key=True),
    Column("flagged", Boolean, nullable=False),
    Column("value", Float(53)),
    Column("message", String, nullable=False),
    Column("details", JSON, nullable=False),
    Column("created_at", Float(53), nullable=False),
)

Table(
    "score_run",
    TABLES,
    Column("id", String, primary_key=True),
    Column("submission_id", String, ForeignKey("submission.id"), nullable=False, index=True),
    Column("job_id", Integer, ForeignKey("job.id"), nullable=False, unique=True),
    Column("batch", String, nullable=False, index=True),
    Column("signature", String, nullable=False),
    Column("signatures", JSON, nullable=False),
    Column("lower_is_better", JSON, nullable=False),
    Column("data_sha256", String, nullable=False),
    Column("regions", Integer, nullable=False),
    Column("images", Integer, nullable=False),
    Column("scored", Integer, nullable=False),
    Column("missing", Integer, nullable=False),
    Column("versions", JSON, nullable=False),
    Column("notes", JSON, nullable=False),
    Column("files", JSON, nullable=False),
    Column("seconds", Float(53), nullable=False),
    Column("created_at", Float(53), nullable=False),
)

Table(
    "score",
    TABLES,
    Column("run_id", String, ForeignKey("score_run.id"), primary_key=True),
    Column("slice", String, primary_key=True),
    Column("metric", String, primary_key=True),
    Column("value", Float(53)),
    Column("low", Float(53)),
    Column("high", Float(53)),
    Column("n", Integer, nullable=False),
    Index("score_column", "slice", "metric"),
)
