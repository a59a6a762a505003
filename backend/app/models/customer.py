from datetime import datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, TeamOwned, Timestamped


class Customer(TeamOwned, Timestamped, Base):
    """The Buyer of EN 16931 (BG-7) as the team keeps it; issued invoices hold their own copy."""

    __tablename__ = "customers"
    __table_args__ = (
        Index("ix_customers_team_id_lower_name_id", "team_id", text("lower(name)"), "id"),
        Index("ix_customers_team_id_created_at_id", "team_id", "created_at", "id"),
    )

    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), default="")
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    address_line_1: Mapped[str] = mapped_column(String(200), default="")
    address_line_2: Mapped[str] = mapped_column(String(200), default="")
    postal_code: Mapped[str] = mapped_column(String(20), default="")
    city: Mapped[str] = mapped_column(String(120), default="")
    country_code: Mapped[str] = mapped_column(String(2), default="")
    vat_identifier: Mapped[str] = mapped_column(String(32), default="")
    currency: Mapped[str] = mapped_column(String(3))
    payment_terms_days: Mapped[int | None]
    notes: Mapped[str] = mapped_column(Text, default="")
    archived_at: Mapped[datetime | None]
