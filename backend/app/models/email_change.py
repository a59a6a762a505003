from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, HasId


class EmailChange(HasId, Base):
    """A person's wish for another address; it happens when both addresses have confirmed it."""

    __tablename__ = "email_changes"
    __table_args__ = (
        Index(
            "uq_email_changes_open",
            "user_id",
            unique=True,
            postgresql_where=text("completed_at IS NULL AND cancelled_at IS NULL"),
        ),
        Index("ix_email_changes_user_id", "user_id"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    current_email: Mapped[str] = mapped_column(String(254))
    new_email: Mapped[str] = mapped_column(String(254))
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    current_confirmed_at: Mapped[datetime | None]
    new_confirmed_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
