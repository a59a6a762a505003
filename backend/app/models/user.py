from datetime import datetime

from sqlalchemy import String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, HasId, Timestamped


class User(HasId, Timestamped, Base):
    """A person. Belongs to no team: teams are joined through memberships."""

    __tablename__ = "users"

    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), unique=True)  # kept in lower case
    email_verified_at: Mapped[datetime | None]
    password_hash: Mapped[str | None] = mapped_column(String(255))  # empty: signs in by passkey or another account
    password_changed_at: Mapped[datetime]
    is_platform_admin: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    # Whether a password alone opens only a half-authenticated session; kept by the second_factors domain.
    has_second_factor: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    disabled_at: Mapped[datetime | None]
    disabled_reason: Mapped[str | None] = mapped_column(String(500))
    deletion_due_at: Mapped[datetime | None]
