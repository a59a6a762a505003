from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, HasId


class Impersonation(HasId, Base):
    """A platform administrator looking through another person's eyes; belongs to people, not to a team.

    Triggers (migration 0011) end it with its session, its session with it, and both with the administrator's own rights.
    """

    __tablename__ = "impersonations"
    __table_args__ = (
        Index("ix_impersonations_user_id_started_at", "user_id", "started_at"),
        Index("ix_impersonations_administrator_id_started_at", "administrator_id", "started_at"),
    )

    administrator_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(String(500))
    is_read_only: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
