"""The development mailbox: messages are kept in the database instead of being sent."""

from sqlalchemy.dialects.postgresql import insert

from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.lib.ids import new_id
from app.lib.mail import MailMessage
from app.lib.tracing import inner_span
from app.models import MailboxAttachment, MailboxMessage


class MailboxTransport:
    def __init__(self, sessions: SessionFactory) -> None:
        self._sessions = sessions

    async def send(self, message: MailMessage) -> None:
        """Keep the message; one that is already there by its Message-ID stays the only one."""
        with inner_span("send mail"):
            await self._keep(message)

    async def _keep(self, message: MailMessage) -> None:
        async with transaction(self._sessions) as session:
            row = {
                "id": new_id(),
                "message_id": message.message_id,
                "sender": message.sender,
                "recipient": message.to,
                "subject": message.subject,
                "text": message.text,
                "html": message.html or "",
                "created_at": clock.now(),
            }
            statement = (
                insert(MailboxMessage).values(row).on_conflict_do_nothing(index_elements=[MailboxMessage.message_id])
            )
            inserted_id = await session.scalar(statement.returning(MailboxMessage.id))
            if inserted_id is None:
                return
            session.add_all(
                MailboxAttachment(
                    mailbox_message_id=inserted_id,
                    filename=attachment.filename,
                    content_type=attachment.content_type,
                    content=attachment.content,
                    size_bytes=len(attachment.content),
                )
                for attachment in message.attachments
            )
