from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Choice, TeamOwned


class PaymentMethod(StrEnum):
    BANK_TRANSFER = "bank_transfer"
    CARD = "card"
    CASH = "cash"
    CHEQUE = "cheque"
    OTHER = "other"


class Payment(TeamOwned, Base):
    """Money received for an invoice. Never changed: a reversal is written beside it, and counts it no longer."""

    __tablename__ = "payments"
    __table_args__ = (
        ForeignKeyConstraint(["team_id", "invoice_id"], ["invoices.team_id", "invoices.id"]),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("(reversed_at IS NULL) = (reversal_reason IS NULL)", name="reversal_has_reason"),
        Index("ix_payments_team_id_invoice_id", "team_id", "invoice_id"),
        Index("ix_payments_team_id_created_at_id", "team_id", "created_at", "id"),
        Index("ix_payments_team_id_paid_on", "team_id", "paid_on"),
    )

    invoice_id: Mapped[UUID]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    paid_on: Mapped[date]
    method: Mapped[PaymentMethod] = mapped_column(Choice(PaymentMethod, 16))
    note: Mapped[str] = mapped_column(String(500), default="")
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    reversed_at: Mapped[datetime | None]
    reversed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    reversal_reason: Mapped[str | None] = mapped_column(String(500))
