from datetime import datetime
from uuid import UUID

import msgspec


class MailboxMessageSummary(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    to: str
    subject: str
    created_at: datetime
    attachment_count: int


class MailboxMessageList(msgspec.Struct, frozen=True, kw_only=True):
    items: list[MailboxMessageSummary]


class MailboxAttachment(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    filename: str
    content_type: str
    size_bytes: int


class MailboxMessage(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    sender: str
    to: str
    subject: str
    text: str
    html: str
    created_at: datetime
    attachments: list[MailboxAttachment]
