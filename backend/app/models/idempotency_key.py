from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class IdempotencyKey(Base):
    """What was answered to a POST that carried an Idempotency-Key, written in the transaction of its effect."""

    __tablename__ = "idempotency_keys"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)  # of the person and what they sent
    request_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime]
    status: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(100))
    sealed_answer: Mapped[bytes] = mapped_column(LargeBinary)
