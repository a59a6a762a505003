from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, SmallInteger, String, Text, text
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
    """The ledger of jobs. A run without a team belongs to the system, and is seen only outside every team.

    No index names `state`, so that beginning an attempt touches no index (a HOT update): what is over has `finished_at`.
    """

    __tablename__ = "job_runs"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'succeeded', 'dead', 'cancelled')", name="state_known"),
        CheckConstraint("(state IN ('queued', 'running')) = (finished_at IS NULL)", name="over_iff_finished_at"),
        # Ids sort by time: these are the pages of the console.
        Index("ix_job_runs_team_id_id", "team_id", "id"),
        Index("ix_job_runs_team_id_task_id", "team_id", "task", "id"),
        Index("ix_job_runs_dead", "team_id", "id", postgresql_where=text("is_dead")),
        # What waits or works, and what died, of all teams: few among many that are over.
        Index("ix_job_runs_team_id_id_live", "team_id", "id", postgresql_where=text("finished_at IS NULL")),
        Index("ix_job_runs_id_live", "id", postgresql_where=text("finished_at IS NULL")),
        Index("ix_job_runs_id_dead", "id", postgresql_where=text("is_dead")),
        Index("ix_job_runs_replay_of_id", "replay_of_id", postgresql_where=text("replay_of_id IS NOT NULL")),
        Index("ix_job_runs_finished_at", "finished_at", postgresql_where=text("finished_at IS NOT NULL")),
        # While a run with this key waits or works, a second one is not accepted.
        Index(
            "uq_job_runs_live_key",
            "team_id",
            "task",
            "unique_key",
            unique=True,
            postgresql_where=text("unique_key IS NOT NULL AND finished_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        {"postgresql_with": {"fillfactor": 50}},
    )

    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"))
    queue: Mapped[str] = mapped_column(String(40))
    task: Mapped[str] = mapped_column(String(120))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB)
    unique_key: Mapped[str | None] = mapped_column(String(200))
    priority: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    state: Mapped[JobState] = mapped_column(Choice(JobState, 12), default=JobState.QUEUED)
    is_dead: Mapped[bool] = mapped_column(Computed("state = 'dead'", persisted=True))
    attempt: Mapped[int] = mapped_column(default=0)  # also the lease: a write must name the attempt it belongs to
    max_attempts: Mapped[int]
    progress: Mapped[float] = mapped_column(default=0.0)
    progress_done: Mapped[int | None]
    progress_total: Mapped[int | None]
    progress_message: Mapped[str | None] = mapped_column(String(200))
    result: Mapped[Any | None] = mapped_column(JSONB)
    error: Mapped[str | None] = mapped_column(Text)
    # Of every attempt that failed: attempt, worker, started_at, ended_at, error.
    failures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    worker: Mapped[str | None] = mapped_column(String(120))
    trace_id: Mapped[str | None] = mapped_column(String(64))
    traceparent: Mapped[str | None] = mapped_column(String(55))
    replay_of_id: Mapped[UUID | None]
    # Written by a trigger: whose transaction enqueued it, and who acted in their name.
    requested_by_id: Mapped[UUID | None]
    impersonator_id: Mapped[UUID | None]
    scheduled_at: Mapped[datetime]
    queued_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
