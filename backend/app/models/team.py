from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Choice, HasId, Timestamped


class Role(StrEnum):
    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    VIEWER = "viewer"


class Team(HasId, Timestamped, Base):
    """The tenant itself: only its name stands here, all that is private stands in `SellerProfile`."""

    __tablename__ = "teams"
    __table_args__ = (
        Index("ix_teams_deletion_due_at", "deletion_due_at", postgresql_where=text("deletion_due_at IS NOT NULL")),
    )

    name: Mapped[str] = mapped_column(String(120))
    deletion_due_at: Mapped[datetime | None]  # until then an owner can call the deletion off
    closed_at: Mapped[datetime | None]  # since then nobody belongs to it; its issued invoices stay as the law asks


class Membership(Timestamped, Base):
    """Who belongs to a team, and as what. A person sees their own rows in every team."""

    __tablename__ = "memberships"
    __table_args__ = (Index("ix_memberships_user_id", "user_id"),)

    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[Role] = mapped_column(Choice(Role, 16))
