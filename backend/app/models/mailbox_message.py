from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, HasId


class MailboxMessage(HasId, Base):
    """A mail kept instead of sent, in development and tests only; belongs to an address, not to a team."""

    __tablename__ = "mailbox_messages"

    message_id: Mapped[str] = mapped_column(String(255), unique=True)  # a repeated sending is one message
    sender: Mapped[str] = mapped_column(String(320))
    recipient: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(998))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class MailboxAttachment(HasId, Base):
    __tablename__ = "mailbox_attachments"

    mailbox_message_id: Mapped[UUID] = mapped_column(ForeignKey("mailbox_messages.id", ondelete="CASCADE"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(120))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    size_bytes: Mapped[int]
