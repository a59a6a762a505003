from datetime import datetime

from sqlalchemy import String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, HasId, Timestamped


class User(HasId, Timestamped, Base):
    """A person. Belongs to no team: teams are joined through memberships."""

    __tablename__ = "users"

    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), unique=True)  # kept in lower case
    password_hash: Mapped[str] = mapped_column(String(255))
    password_changed_at: Mapped[datetime]
    is_platform_admin: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
