from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Choice, HasId


class SessionKind(StrEnum):
    BROWSER = "browser"
    API_CLIENT = "api_client"


class AuthenticationMethod(StrEnum):
    """How a person proved who they are; the values of `amr` where RFC 8176 has one."""

    PASSWORD = "pwd"  # noqa: S105 - a name of RFC 8176
    ONE_TIME_CODE = "otp"
    PASSKEY = "hwk"
    RECOVERY_CODE = "recovery"
    FEDERATED = "fed"


class Session(HasId, Base):
    """A signed-in browser or API client; read before the team is known, so it carries no row-level security."""

    __tablename__ = "sessions"
    __table_args__ = (
        Index("ix_sessions_user_id", "user_id"),
        Index("ix_sessions_expires_at", "expires_at"),
        Index("ix_sessions_impersonation_id", "impersonation_id"),
    )

    kind: Mapped[SessionKind] = mapped_column(
        Choice(SessionKind, 12), default=SessionKind.BROWSER, server_default=text("'browser'")
    )
    # Of the cookie; an API client's session has none: its tokens name the session.
    id_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id", ondelete="SET NULL"))
    methods: Mapped[list[AuthenticationMethod]] = mapped_column(
        ARRAY(Choice(AuthenticationMethod, 12)), server_default=text("'{pwd}'")
    )
    # 1: one factor, 2: two, or a passkey with user verification (NIST SP 800-63B AAL).
    assurance_level: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    is_second_factor_due: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    # The last time the person proved who they are; empty where nobody did, as in an impersonation.
    authenticated_at: Mapped[datetime | None]
    impersonation_id: Mapped[UUID | None] = mapped_column(ForeignKey("impersonations.id", ondelete="CASCADE"))
    scopes: Mapped[list[str] | None] = mapped_column(ARRAY(String(40)))  # empty: all that the role may
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    user_agent: Mapped[str] = mapped_column(String(400))
    ip_address: Mapped[str] = mapped_column(String(45))
