from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class AuditChain(Base):
    """The newest link of a team's or a person's audit log: locked last, at COMMIT, so that links are counted without a gap."""

    __tablename__ = "audit_chains"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditEntry(Base):
    """A changed row and who changed it, written by a trigger (migration 0004) in the changing transaction; never changed, never deleted.

    Without a team it is about a person's own account. There are no foreign keys: the log outlives what it tells of.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_team_id_occurred_at", "team_id", text("occurred_at DESC"), text("sequence DESC")),
        Index("ix_audit_entries_user_id_occurred_at", "user_id", text("occurred_at DESC")),
        Index("ix_audit_entries_occurred_at", text("occurred_at DESC")),
        Index("ix_audit_entries_team_id_target_id", "team_id", "target_id"),
    )

    chain_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    team_id: Mapped[UUID | None]
    user_id: Mapped[UUID | None]  # whose account, where there is no team
    occurred_at: Mapped[datetime]
    actor_id: Mapped[UUID | None]  # empty: the system
    actor_name: Mapped[str | None] = mapped_column(String(120))
    impersonator_id: Mapped[UUID | None]
    credential: Mapped[str | None] = mapped_column(String(16))  # session, access_token, api_key
    credential_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(String(80))  # the handler, task or command
    target_type: Mapped[str] = mapped_column(String(40))
    target_id: Mapped[UUID]
    change: Mapped[str] = mapped_column(String(8))  # created, updated, deleted
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # of an update only what differs; secrets masked
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    request_id: Mapped[str | None] = mapped_column(String(64))
    trace_id: Mapped[str | None] = mapped_column(String(64))
    ip_address: Mapped[str | None] = mapped_column(String(45))
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
