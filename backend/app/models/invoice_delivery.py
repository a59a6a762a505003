from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Choice, TeamOwned, Timestamped


class DeliveryState(StrEnum):
    QUEUED = "queued"
    RENDERING = "rendering"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class InvoiceDelivery(TeamOwned, Timestamped, Base):
    """One sending of an issued invoice to one recipient; its id makes the Message-ID, so a repeat is recognised."""

    __tablename__ = "invoice_deliveries"
    __table_args__ = (
        ForeignKeyConstraint(["team_id", "invoice_id"], ["invoices.team_id", "invoices.id"], ondelete="CASCADE"),
        CheckConstraint("state IN ('queued', 'rendering', 'sending', 'sent', 'failed')", name="state_known"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_iff_sent_at"),
        Index("ix_invoice_deliveries_team_id_invoice_id_created_at", "team_id", "invoice_id", "created_at"),
    )

    invoice_id: Mapped[UUID]
    state: Mapped[DeliveryState] = mapped_column(Choice(DeliveryState, 12), default=DeliveryState.QUEUED)
    recipient: Mapped[str] = mapped_column(String(254))
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(500))


class InvoiceFile(TeamOwned, Base):
    """The document as it was rendered when issued."""

    __tablename__ = "invoice_files"
    __table_args__ = (
        ForeignKeyConstraint(["team_id", "invoice_id"], ["invoices.team_id", "invoices.id"], ondelete="CASCADE"),
        UniqueConstraint("team_id", "invoice_id", "kind"),
    )

    invoice_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(8))  # pdf
    filename: Mapped[str] = mapped_column(String(120))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    content_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    size_bytes: Mapped[int]
    created_at: Mapped[datetime]
