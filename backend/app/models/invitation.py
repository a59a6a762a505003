from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Choice, TeamOwned, Timestamped
from app.models.team import Role


class InvitationOutcome(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REVOKED = "revoked"


class Invitation(TeamOwned, Timestamped, Base):
    """An address that may join a team. Its guest, who is in no team yet, finds it by the link's token or by their own verified address."""

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("role IN ('admin', 'member', 'viewer')", name="role_can_be_given"),
        CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="outcome_iff_ended_at"),
        Index("uq_invitations_open_email", "team_id", "email", unique=True, postgresql_where=text("outcome IS NULL")),
        # Not unique: a key over all teams would tell one team what another has.
        Index("ix_invitations_token_hash", "token_hash"),
        Index("ix_invitations_email", "email"),
    )

    email: Mapped[str] = mapped_column(String(254))  # kept in lower case
    role: Mapped[Role] = mapped_column(Choice(Role, 16))
    invited_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    # Made by the worker when it sends the link, and new each time: until then, and once the invitation has ended, there is none.
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    sent_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    outcome: Mapped[InvitationOutcome | None] = mapped_column(Choice(InvitationOutcome, 8))
    ended_at: Mapped[datetime | None]
