from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Choice, HasId


class TokenPurpose(StrEnum):
    CONFIRM_SIGN_UP = "confirm_sign_up"
    CONFIRM_ADDRESS = "confirm_address"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a purpose
    CHANGE_FROM_ADDRESS = "change_from_address"
    CHANGE_TO_ADDRESS = "change_to_address"


class EmailToken(HasId, Base):
    """A link that was mailed: for one purpose and one address, to be followed once and soon."""

    __tablename__ = "email_tokens"
    __table_args__ = (
        CheckConstraint("num_nonnulls(user_id, sign_up_id) = 1", name="for_one"),
        Index("ix_email_tokens_email_created_at", "email", "created_at"),
        Index("ix_email_tokens_user_id", "user_id"),
        Index("ix_email_tokens_sign_up_id", "sign_up_id"),
        Index("ix_email_tokens_email_change_id", "email_change_id"),
        Index("ix_email_tokens_expires_at", "expires_at"),
    )

    purpose: Mapped[TokenPurpose] = mapped_column(Choice(TokenPurpose, 24))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    sign_up_id: Mapped[UUID | None] = mapped_column(ForeignKey("sign_ups.id", ondelete="CASCADE"))
    email_change_id: Mapped[UUID | None] = mapped_column(ForeignKey("email_changes.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
