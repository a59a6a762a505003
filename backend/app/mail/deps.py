from sqlalchemy.ext.asyncio import AsyncSession

from app.mail.repositories import MailboxRepository


def provide_mailbox(session: AsyncSession) -> MailboxRepository:
    return MailboxRepository(session)
