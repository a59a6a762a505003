from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, HasId


class SignUp(HasId, Base):
    """What somebody typed who may or may not read that address; it becomes an account when its link and password meet.

    One address may be typed by several people: each has a row, a link and a password of their own.
    """

    __tablename__ = "sign_ups"
    __table_args__ = (
        Index("ix_sign_ups_email_created_at", "email", "created_at"),
        Index("ix_sign_ups_created_at", "created_at"),
    )

    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120))
    team_name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime]
