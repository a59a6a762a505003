from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Choice, TeamOwned, Timestamped


class InvoiceState(StrEnum):
    """What is stored; open, paid and overdue are derived from payments and dates."""

    DRAFT = "draft"
    ISSUED = "issued"
    VOID = "void"


class TaxCategory(StrEnum):
    """VAT category code (BT-151, UNCL5305)."""

    STANDARD = "S"
    ZERO_RATED = "Z"
    EXEMPT = "E"


class Invoice(TeamOwned, Timestamped, Base):
    """An invoice. Once issued, a database trigger lets only the step to void through."""

    __tablename__ = "invoices"
    __table_args__ = (
        ForeignKeyConstraint(["team_id", "customer_id"], ["customers.team_id", "customers.id"]),
        UniqueConstraint("team_id", "number"),
        UniqueConstraint("team_id", "series_year", "series_sequence"),
        CheckConstraint("state IN ('draft', 'issued', 'void')", name="state_known"),
        CheckConstraint("(state = 'draft') = (number IS NULL)", name="number_iff_issued"),
        CheckConstraint(
            "(number IS NULL) = (series_sequence IS NULL) AND (number IS NULL) = (series_year IS NULL)",
            name="series_with_number",
        ),
        CheckConstraint(
            "state = 'draft' OR (issue_date IS NOT NULL AND due_date IS NOT NULL AND seller IS NOT NULL AND buyer IS NOT NULL)",
            name="issued_is_complete",
        ),
        CheckConstraint("(state = 'void') = (voided_at IS NOT NULL)", name="void_iff_voided"),
        CheckConstraint("gross_minor = net_minor + tax_minor", name="totals_add_up"),
        Index("ix_invoices_team_id_created_at_id", "team_id", "created_at", "id"),
        Index("ix_invoices_team_id_customer_id", "team_id", "customer_id"),
        Index("ix_invoices_team_id_state_due_date", "team_id", "state", "due_date"),
    )

    customer_id: Mapped[UUID]
    state: Mapped[InvoiceState] = mapped_column(Choice(InvoiceState, 8), default=InvoiceState.DRAFT)
    number: Mapped[str | None] = mapped_column(String(40))  # BT-1
    series_year: Mapped[int | None]
    series_sequence: Mapped[int | None]
    issue_date: Mapped[date | None]  # BT-2
    due_date: Mapped[date | None]  # BT-9
    payment_terms_days: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))  # BT-5
    buyer_reference: Mapped[str] = mapped_column(String(120), default="")  # BT-10
    purchase_order_reference: Mapped[str] = mapped_column(String(120), default="")  # BT-13
    note: Mapped[str] = mapped_column(Text, default="")  # BT-22
    net_minor: Mapped[int] = mapped_column(BigInteger, default=0)  # BT-109
    tax_minor: Mapped[int] = mapped_column(BigInteger, default=0)  # BT-110
    gross_minor: Mapped[int] = mapped_column(BigInteger, default=0)  # BT-112
    seller: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # frozen when issued
    buyer: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    issued_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None] = mapped_column(String(500))


class InvoiceLine(TeamOwned, Base):
    """One line (BG-25)."""

    __tablename__ = "invoice_lines"
    __table_args__ = (
        ForeignKeyConstraint(["team_id", "invoice_id"], ["invoices.team_id", "invoices.id"], ondelete="CASCADE"),
        UniqueConstraint("team_id", "invoice_id", "position"),
        CheckConstraint("quantity > 0 AND unit_price >= 0 AND tax_rate >= 0", name="not_negative"),
        CheckConstraint("tax_category = 'S' OR tax_rate = 0", name="rate_only_when_standard"),
    )

    invoice_id: Mapped[UUID]
    position: Mapped[int]
    description: Mapped[str] = mapped_column(Text)
    quantity: Mapped[Decimal] = mapped_column(Numeric(18, 6))  # BT-129
    unit_code: Mapped[str] = mapped_column(String(3))  # BT-130, UN/ECE Recommendation 20
    unit_price: Mapped[Decimal] = mapped_column(Numeric(20, 6))  # BT-146
    tax_category: Mapped[TaxCategory] = mapped_column(Choice(TaxCategory, 2))
    tax_rate: Mapped[Decimal] = mapped_column(Numeric(7, 4))  # BT-152, percent
    net_minor: Mapped[int] = mapped_column(BigInteger)  # BT-131


class InvoiceTax(TeamOwned, Base):
    """One row of the tax breakdown (BG-23)."""

    __tablename__ = "invoice_taxes"
    __table_args__ = (
        ForeignKeyConstraint(["team_id", "invoice_id"], ["invoices.team_id", "invoices.id"], ondelete="CASCADE"),
        UniqueConstraint("team_id", "invoice_id", "tax_category", "tax_rate"),
    )

    invoice_id: Mapped[UUID]
    tax_category: Mapped[TaxCategory] = mapped_column(Choice(TaxCategory, 2))
    tax_rate: Mapped[Decimal] = mapped_column(Numeric(7, 4))
    taxable_minor: Mapped[int] = mapped_column(BigInteger)  # BT-116
    tax_minor: Mapped[int] = mapped_column(BigInteger)  # BT-117
