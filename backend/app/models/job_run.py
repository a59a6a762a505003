from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Choice, HasId


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    DEAD = "dead"
    CANCELLED = "cancelled"


class JobRun(HasId, Base):
    """The ledger of jobs. A run without a team belongs to the system, and is seen only outside every team."""

    __tablename__ = "job_runs"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'succeeded', 'dead', 'cancelled')", name="state_known"),
        Index("ix_job_runs_team_id_queued_at", "team_id", "queued_at"),
        Index("ix_job_runs_finished_at", "finished_at"),
        # While a run with this key waits or works, a second one is not accepted.
        Index(
            "uq_job_runs_live_key",
            "team_id",
            "task",
            "unique_key",
            unique=True,
            postgresql_where=text("unique_key IS NOT NULL AND state IN ('queued', 'running')"),
            postgresql_nulls_not_distinct=True,
        ),
    )

    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"))
    queue: Mapped[str] = mapped_column(String(40))
    task: Mapped[str] = mapped_column(String(120))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB)
    unique_key: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[JobState] = mapped_column(Choice(JobState, 12), default=JobState.QUEUED)
    attempt: Mapped[int] = mapped_column(default=0)  # also the lease: a write must name the attempt it belongs to
    max_attempts: Mapped[int]
    progress: Mapped[float] = mapped_column(default=0.0)
    result: Mapped[Any | None] = mapped_column(JSONB)
    error: Mapped[str | None] = mapped_column(Text)
    worker: Mapped[str | None] = mapped_column(String(120))
    trace_id: Mapped[str | None] = mapped_column(String(64))
    # Written by a trigger: whose transaction enqueued it, and who acted in their name.
    requested_by_id: Mapped[UUID | None]
    impersonator_id: Mapped[UUID | None]
    scheduled_at: Mapped[datetime]
    queued_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
