from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, HasId, TeamOwned


class ApiClient(TeamOwned, Base):
    """A program that a member connected; its scopes, end and revocation stand in its session. It ends with the membership."""

    __tablename__ = "api_clients"
    __table_args__ = (
        ForeignKeyConstraint(
            ["team_id", "user_id"], ["memberships.team_id", "memberships.user_id"], ondelete="CASCADE"
        ),
        Index("ix_api_clients_session_id", "session_id"),
        Index("ix_api_clients_team_id_user_id", "team_id", "user_id"),
    )

    user_id: Mapped[UUID]
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    connected_at: Mapped[datetime | None]  # its first token was exchanged


class RefreshToken(HasId, Base):
    """One link in the chain of a session's refresh tokens; read by its hash before any team is known, as sessions are."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (Index("ix_refresh_tokens_session_id", "session_id"),)

    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SigningKey(HasId, Base):
    """Names a key that signs access tokens; the key itself is derived from SECRET_KEY and this id, and is nowhere stored."""

    __tablename__ = "signing_keys"

    created_at: Mapped[datetime]
    valid_until: Mapped[datetime | None]  # empty: still signs
