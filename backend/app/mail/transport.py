"""Which way mail leaves: over SMTP, by Amazon SES, or into the development mailbox."""

import functools
from urllib.parse import urlsplit

from app.config import Settings
from app.db.session import SessionFactory
from app.lib.mail import MailMessage, MailTransport, SmtpTransport
from app.lib.mail_templates import Letter
from app.mail.mailbox import MailboxTransport


def build_transport(settings: Settings, sessions: SessionFactory) -> MailTransport:
    mail = settings.mail
    if mail.transport == "mailbox":
        return MailboxTransport(sessions)
    if mail.transport == "ses":
        return _ses_transport(mail.region, mail.smtp_timeout_seconds)
    return SmtpTransport(
        host=mail.smtp_host,
        port=mail.smtp_port,
        username=mail.smtp_username,
        password=mail.smtp_password,
        security=mail.smtp_security,
        timeout_seconds=mail.smtp_timeout_seconds,
    )


@functools.cache
def _ses_transport(region: str, timeout_seconds: float) -> MailTransport:
    """The one of this process, which keeps its connections and the keys of its role."""
    from app.lib.ses import SesTransport  # noqa: PLC0415 - its library takes memory that other installations need not spend

    return SesTransport(region=region, timeout_seconds=timeout_seconds)


def message_id(kind: str, key: object, settings: Settings) -> str:
    """Return the Message-ID that this mail always has, however often a job repeats it."""
    return f"<{kind}.{key}@{urlsplit(settings.app_url).hostname or 'quittance'}>"


async def send_letter(
    letter: Letter, *, kind: str, key: object, to: str, settings: Settings, sessions: SessionFactory
) -> None:
    """Send one letter without attachments; kind and key make a repeat the same message."""
    message = MailMessage(
        message_id=message_id(kind, key, settings),
        sender=settings.mail.sender,
        to=to,
        reply_to=None,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        attachments=(),
    )
    await build_transport(settings, sessions).send(message)
