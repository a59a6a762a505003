"""What steers the queue, for all teams: schedules, pauses, rates, and the workers that are there."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Choice


class CatchUp(StrEnum):
    """What becomes of ticks that nobody was there for."""

    SKIP = "skip"
    ONCE = "once"
    ALL = "all"


class JobSchedule(Base):
    """When a task starts by itself. Declared in code, changed by an administrator; a new declaration wins."""

    __tablename__ = "job_schedules"
    __table_args__ = (CheckConstraint("catch_up IN ('skip', 'once', 'all')", name="catch_up_known"),)

    name: Mapped[str] = mapped_column(String(160), primary_key=True)
    queue: Mapped[str] = mapped_column(String(40))
    task: Mapped[str] = mapped_column(String(120))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    cron: Mapped[str] = mapped_column(String(100))
    time_zone: Mapped[str] = mapped_column(String(64))
    catch_up: Mapped[CatchUp] = mapped_column(Choice(CatchUp, 8))
    most_caught_up: Mapped[int]
    declaration: Mapped[str] = mapped_column(String(400))  # as the code has it, to notice when that changes
    is_enabled: Mapped[bool] = mapped_column(default=True)
    next_run_at: Mapped[datetime]
    last_tick_at: Mapped[datetime | None]
    last_run_id: Mapped[UUID | None]
    edited_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]  # no longer declared


class JobPause(Base):
    """A task, or with an empty name the whole queue, that no worker starts."""

    __tablename__ = "job_pauses"

    queue: Mapped[str] = mapped_column(String(40), primary_key=True)
    task: Mapped[str] = mapped_column(String(120), primary_key=True)
    paused_at: Mapped[datetime]
    paused_by_id: Mapped[UUID | None]


class JobRate(Base):
    """The tokens left of a task with a rate limit, when last counted."""

    __tablename__ = "job_rates"

    queue: Mapped[str] = mapped_column(String(40), primary_key=True)
    task: Mapped[str] = mapped_column(String(120), primary_key=True)
    tokens: Mapped[float]
    counted_at: Mapped[datetime]


class JobWorker(Base):
    """A worker process, as long as it lives and shortly after."""

    __tablename__ = "job_workers"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    queue: Mapped[str] = mapped_column(String(40))
    hostname: Mapped[str] = mapped_column(String(255))
    pid: Mapped[int]
    version: Mapped[str] = mapped_column(String(40))
    concurrency: Mapped[int]
    tasks: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    started_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime]
    stopping_at: Mapped[datetime | None]
