from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, TeamOwned


class ApiKey(TeamOwned, Base):
    """A secret by which a program acts for a member in one team. It ends with the membership, and a later one doesn't bring it back."""

    __tablename__ = "api_keys"
    __table_args__ = (
        ForeignKeyConstraint(
            ["team_id", "user_id"], ["memberships.team_id", "memberships.user_id"], ondelete="CASCADE"
        ),
        Index("ix_api_keys_key_hash", "key_hash"),
        Index("ix_api_keys_team_id_user_id", "team_id", "user_id"),
    )

    user_id: Mapped[UUID]  # who made it, and in whose name it acts
    name: Mapped[str] = mapped_column(String(120))
    public_id: Mapped[str] = mapped_column(String(12))  # the part of the key that may be shown
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
