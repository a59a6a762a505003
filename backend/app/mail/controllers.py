"""The mailbox of development and tests; these routes do not exist in production."""

from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import Provide
from litestar.openapi.datastructures import ResponseSpec

from app.auth.guards import public
from app.lib.problems import NotFound
from app.mail import schemas
from app.mail.deps import provide_mailbox
from app.mail.repositories import MailboxRepository

_OPEN = public("development only: it must be readable before anybody can sign in")


class MailboxController(Controller):
    path = "/dev/mailbox"
    tags = ("Development",)
    dependencies = {"mailbox": Provide(provide_mailbox, sync_to_thread=False)}

    @get("/", guards=[_OPEN])
    async def list_mailbox_messages(self, mailbox: MailboxRepository) -> schemas.MailboxMessageList:
        """The hundred newest messages that would have been sent."""
        rows = await mailbox.latest()
        return schemas.MailboxMessageList(
            items=[
                schemas.MailboxMessageSummary(
                    id=row.id,
                    to=row.recipient,
                    subject=row.subject,
                    created_at=row.created_at,
                    attachment_count=attachments,
                )
                for row, attachments in rows
            ]
        )

    @get("/{message_id:uuid}", guards=[_OPEN])
    async def get_mailbox_message(self, message_id: UUID, mailbox: MailboxRepository) -> schemas.MailboxMessage:
        """One message with both its parts."""
        row = await mailbox.get(message_id)
        if row is None:
            raise NotFound("There is no such message.")
        return schemas.MailboxMessage(
            id=row.id,
            sender=row.sender,
            to=row.recipient,
            subject=row.subject,
            text=row.text,
            html=row.html,
            created_at=row.created_at,
            attachments=[
                schemas.MailboxAttachment(
                    id=attachment.id,
                    filename=attachment.filename,
                    content_type=attachment.content_type,
                    size_bytes=attachment.size_bytes,
                )
                for attachment in await mailbox.attachments_of(message_id)
            ],
        )

    @get(
        "/{message_id:uuid}/attachments/{attachment_id:uuid}",
        guards=[_OPEN],
        media_type="application/octet-stream",
        responses={
            200: ResponseSpec(
                bytes, generate_examples=False, description="The file", media_type="application/octet-stream"
            )
        },
    )
    async def get_mailbox_attachment(
        self, message_id: UUID, attachment_id: UUID, mailbox: MailboxRepository
    ) -> Response[bytes]:
        """One attached file."""
        row = await mailbox.get_attachment(message_id, attachment_id)
        if row is None:
            raise NotFound("There is no such attachment.")
        disposition = f"inline; filename*=UTF-8''{quote(row.filename)}"
        return Response(row.content, media_type=row.content_type, headers={"Content-Disposition": disposition})
