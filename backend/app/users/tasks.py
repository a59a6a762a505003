from app.lib.mail import MailMessage
from app.lib.mail_templates import render_welcome
from app.mail.transport import build_transport, message_id
from app.queue.registry import TaskContext, task


@task(retries=5, timeout=60)
async def send_welcome_email(ctx: TaskContext, *, name: str, email: str, team_name: str) -> None:
    """Greet a new person; the message id makes a repeat the same message."""
    mail = render_welcome(name=name, team_name=team_name, app_url=ctx.settings.app_url)
    await build_transport(ctx.settings, ctx.sessions).send(
        MailMessage(
            message_id=message_id("welcome", ctx.run_id, ctx.settings),
            sender=ctx.settings.mail.sender,
            to=email,
            reply_to=None,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            attachments=(),
        )
    )
