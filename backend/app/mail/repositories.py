from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from app.models import MailboxAttachment, MailboxMessage

LONGEST_LIST = 100


class MailboxRepository:
    """The mailbox of the development machine: one for everybody, because it stands in for the outside world."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def latest(self) -> Sequence[Row[MailboxMessage, int]]:
        attachments = (
            select(func.count())
            .where(MailboxAttachment.mailbox_message_id == MailboxMessage.id)
            .correlate(MailboxMessage)
            .scalar_subquery()
        )
        statement = (
            select(MailboxMessage, attachments)
            .order_by(MailboxMessage.created_at.desc(), MailboxMessage.id.desc())
            .limit(LONGEST_LIST)
        )
        return (await self._session.execute(statement)).all()

    async def get(self, message_id: UUID) -> MailboxMessage | None:
        return await self._session.get(MailboxMessage, message_id)

    async def attachments_of(self, message_id: UUID) -> Sequence[MailboxAttachment]:
        statement = (
            select(MailboxAttachment)
            .where(MailboxAttachment.mailbox_message_id == message_id)
            .order_by(MailboxAttachment.id)
        )
        return (await self._session.scalars(statement)).all()

    async def get_attachment(self, message_id: UUID, attachment_id: UUID) -> MailboxAttachment | None:
        statement = (
            select(MailboxAttachment)
            .options(undefer(MailboxAttachment.content))
            .where(MailboxAttachment.id == attachment_id, MailboxAttachment.mailbox_message_id == message_id)
        )
        return await self._session.scalar(statement)

    async def delete_before(self, moment: datetime) -> None:
        await self._session.execute(delete(MailboxMessage).where(MailboxMessage.created_at < moment))
