"""What is kept about runs beside the runs themselves."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, HasId


class JobLogLine(Base):
    """A line that a task logged; deleted with the other traces of its run, or with its team."""

    __tablename__ = "job_log_lines"
    __table_args__ = (
        Index("ix_job_log_lines_run_id", "run_id", "attempt", "number"),
        Index("ix_job_log_lines_at", "at"),
        Index("ix_job_log_lines_team_id", "team_id"),
    )
    __mapper_args__ = {"primary_key": ["run_id", "attempt", "number"]}

    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"))
    run_id: Mapped[UUID]
    attempt: Mapped[int]
    number: Mapped[int]
    at: Mapped[datetime]
    level: Mapped[str] = mapped_column(String(10))
    event: Mapped[str] = mapped_column(Text)
    fields: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


class JobStatistic(Base):
    """What ended in one minute, counted by the workers as they write the ends down."""

    __tablename__ = "job_statistics"
    __table_args__ = (
        Index(
            "uq_job_statistics_team_id_minute_queue_task",
            "team_id",
            "minute",
            "queue",
            "task",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_job_statistics_minute", "minute"),
    )
    __mapper_args__ = {"primary_key": ["team_id", "minute", "queue", "task"]}

    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"))
    minute: Mapped[datetime]
    queue: Mapped[str] = mapped_column(String(40))
    task: Mapped[str] = mapped_column(String(120))
    succeeded: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)  # attempts that will be made again
    dead: Mapped[int] = mapped_column(default=0)
    wait_seconds_sum: Mapped[float] = mapped_column(default=0.0)
    wait_seconds_max: Mapped[float] = mapped_column(default=0.0)
    run_seconds_sum: Mapped[float] = mapped_column(default=0.0)
    run_seconds_max: Mapped[float] = mapped_column(default=0.0)


class JobAction(HasId, Base):
    """What a person did to runs, schedules or the queue; the audit log is written from here."""

    __tablename__ = "job_actions"
    __table_args__ = (
        Index("ix_job_actions_run_id", "run_id", postgresql_where=text("run_id IS NOT NULL")),
        Index("ix_job_actions_team_id_at", "team_id", "at"),
    )

    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"))
    run_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(String(24))
    subject: Mapped[str | None] = mapped_column(String(200))  # a task, a queue or a schedule
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    by_id: Mapped[UUID | None]
    at: Mapped[datetime]
