from uuid import UUID

from app.admin.repositories import ImpersonationRepository
from app.lib.mail import MailMessage
from app.lib.mail_templates import render_impersonation_started
from app.mail.transport import build_transport, message_id
from app.queue.registry import TaskContext, task


@task(retries=5, timeout=60)
async def send_impersonation_notice(ctx: TaskContext, *, impersonation_id: UUID) -> None:
    """Tell a person who looks into their account, and why; a repeat is the same message."""
    async with ctx.session() as session:
        found = await ImpersonationRepository(session).with_people(impersonation_id)
    if found is None:
        return
    impersonation, user, administrator_name = found
    letter = render_impersonation_started(
        name=user.name,
        by=administrator_name,
        reason=impersonation.reason,
        when=impersonation.started_at,
        until=impersonation.expires_at,
        is_read_only=impersonation.is_read_only,
        security_link=f"{ctx.settings.app_url}/settings/activity",
    )
    await build_transport(ctx.settings, ctx.sessions).send(
        MailMessage(
            message_id=message_id("impersonation", impersonation_id, ctx.settings),
            sender=ctx.settings.mail.sender,
            to=user.email,
            reply_to=None,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            attachments=(),
        )
    )
