from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class NumberSeries(Base):
    """The next number of a team's series; its row lock makes concurrent issues queue, and a rollback gives the number back."""

    __tablename__ = "number_series"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)  # invoice
    year: Mapped[int] = mapped_column(primary_key=True)
    next_sequence: Mapped[int] = mapped_column(default=1)
    last_issue_date: Mapped[date | None]
