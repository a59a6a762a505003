from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base

_TRANSACTION = text("((pg_current_xact_id())::text)::bigint")
_SNAPSHOT = text("(pg_current_snapshot())::text")


class TeamEvent(Base):
    """Something that happened in a team: the timeline, the recent activity and the live stream all read it."""

    __tablename__ = "team_events"
    __table_args__ = (Index("ix_team_events_team_id_subject_id_id", "team_id", "subject_id", "id"),)

    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject_type: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[UUID]
    actor_name: Mapped[str | None] = mapped_column(String(120))
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB)
    occurred_at: Mapped[datetime]
    # What was still open when this happened may be committed after it, with a smaller id; rows of before have neither.
    transaction_id: Mapped[int | None] = mapped_column(BigInteger, server_default=_TRANSACTION)
    snapshot: Mapped[str | None] = mapped_column(Text, server_default=_SNAPSHOT)
