from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Choice, HasId


class FederationPurpose(StrEnum):
    LOG_IN = "log_in"
    LINK = "link"
    STEP_UP = "step_up"


class FederationAttempt(HasId, Base):
    """A browser on its way to a provider and back: used once, within minutes. What the provider must echo is kept as hashes only."""

    __tablename__ = "federation_attempts"
    __table_args__ = (Index("ix_federation_attempts_expires_at", "expires_at"),)

    state_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary(32))  # of the cookie that only this browser has
    provider_id: Mapped[str] = mapped_column(String(32))
    purpose: Mapped[FederationPurpose] = mapped_column(Choice(FederationPurpose, 8))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))  # who links or steps up
    next_path: Mapped[str] = mapped_column(String(500))
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
