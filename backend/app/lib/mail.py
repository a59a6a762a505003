"""Mail leaves through a transport; the transport says whether a failure is worth another try."""

import re
import ssl
from email import policy
from email.errors import NonASCIILocalPartDefect
from email.headerregistry import AddressHeader, BaseHeader
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Literal, Protocol, cast

import aiosmtplib
import msgspec

from app.lib import clock
from app.lib.tracing import inner_span

SmtpSecurity = Literal["none", "starttls", "tls"]

_LINE_BREAK = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")
_MESSAGE_ID = re.compile(r"<[^\s<>@]+@[^\s<>@]+>")
_CONTENT_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")


class MailError(Exception):
    """The message was not handed over."""


class MailRejected(MailError):
    """Refused for good: sending the same message again changes nothing."""


class MailInvalid(MailRejected):
    """The message cannot be written as an e-mail: a line break in a header, or something that is no address."""


class MailUnavailable(MailError):
    """Refused for now, or nobody answered: try again later."""


class MailAttachment(msgspec.Struct, frozen=True, kw_only=True):
    filename: str
    content_type: str
    content: bytes


class MailMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one recipient; the caller's Message-ID stays the same over all attempts."""

    message_id: str
    sender: str
    to: str
    reply_to: str | None = None
    subject: str
    text: str
    html: str | None = None
    attachments: tuple[MailAttachment, ...] = ()


class MailTransport(Protocol):
    async def send(self, message: MailMessage) -> None:
        """Hand the message over, or raise MailRejected or MailUnavailable."""
        ...


def build_email(message: MailMessage) -> EmailMessage:
    """The message in MIME: both parts as alternatives, attachments behind them."""
    if not _MESSAGE_ID.fullmatch(message.message_id):
        raise MailInvalid(f"{message.message_id!r} is no Message-ID")
    email = EmailMessage(policy=policy.SMTP)
    _set_header(email, "Message-ID", message.message_id)
    _set_header(email, "Date", format_datetime(clock.now()))
    _set_address(email, "From", message.sender)
    _set_address(email, "To", message.to)
    if message.reply_to:
        _set_address(email, "Reply-To", message.reply_to)
    _set_header(email, "Subject", message.subject)
    # Out-of-office replies and other robots keep quiet when they see this (RFC 3834).
    _set_header(email, "Auto-Submitted", "auto-generated")
    try:
        email.set_content(message.text, cte="quoted-printable")
        if message.html is not None:
            email.add_alternative(message.html, subtype="html", cte="quoted-printable")
        for attachment in message.attachments:
            _attach(email, attachment)
    except UnicodeEncodeError as error:
        raise MailInvalid("The message holds half a character (a lone surrogate)") from error
    return email


def _refuse_line_breaks(name: str, value: str) -> None:
    if _LINE_BREAK.search(value):
        raise MailInvalid(f"{name} holds a line break or control character")


def _set_header(email: EmailMessage, name: str, value: str) -> None:
    _refuse_line_breaks(name, value)
    try:
        value.encode()
        email[name] = value
    except ValueError as error:
        raise MailInvalid(f"{name} cannot be written: {error}") from error


def _set_address(email: EmailMessage, name: str, value: str) -> None:
    _set_header(email, name, value)
    header = cast("AddressHeader", email[name])
    addresses = header.addresses
    # Letters beyond ASCII are for the server to accept or refuse (RFC 6532), every other oddity is a mistake.
    defects = [
        defect for defect in cast("BaseHeader", email[name]).defects if not isinstance(defect, NonASCIILocalPartDefect)
    ]
    # Exactly one: a comma in what somebody typed must not make the invoice travel to a second person.
    if len(addresses) != 1 or not addresses[0].username or not addresses[0].domain or defects:
        raise MailInvalid(f"{name} is not one e-mail address: {value!r}")


def address_of(email: EmailMessage, name: str) -> str:
    return cast("AddressHeader", email[name]).addresses[0].addr_spec


def _attach(email: EmailMessage, attachment: MailAttachment) -> None:
    _refuse_line_breaks("The attachment's name", attachment.filename)
    if not _CONTENT_TYPE.fullmatch(attachment.content_type):
        raise MailInvalid(f"{attachment.content_type!r} is no content type")
    maintype, _, subtype = attachment.content_type.partition("/")
    email.add_attachment(attachment.content, maintype=maintype, subtype=subtype, filename=attachment.filename)


class SmtpTransport:
    """Sends over SMTP, one connection a message: the worker's pace does not need more."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        username: str | None = None,
        password: str | None = None,
        security: SmtpSecurity = "starttls",
        timeout_seconds: float = 15,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._username = username
        self._password = password
        self._security = security
        self._timeout_seconds = timeout_seconds
        self._tls_context = tls_context

    async def send(self, message: MailMessage) -> None:
        """Hand the message to the server; an error after its acceptance does not count, or it would be sent twice."""
        email = build_email(message)
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            # Names the sender's own domain instead of asking DNS for this machine's.
            local_hostname=message.message_id.rpartition("@")[2].rstrip(">"),
            username=self._username,
            password=self._password,
            use_tls=self._security == "tls",
            start_tls=self._security == "starttls",
            timeout=self._timeout_seconds,
            tls_context=self._tls_context,
        )
        server = {"network.protocol.name": "smtp", "server.address": self._host, "server.port": self._port}
        with inner_span("send mail", server, kind="client"):
            try:
                async with client:
                    await client.send_message(
                        email, sender=address_of(email, "From"), recipients=[address_of(email, "To")]
                    )
            except (aiosmtplib.SMTPException, OSError, ValueError) as error:
                raise _translate(error) from error


def _translate(error: Exception) -> MailError:
    """What a failure means for the message: only answers about this message can be for good."""
    match error:
        case aiosmtplib.SMTPRecipientsRefused(recipients=[refused, *_]):
            return _by_code(refused.code, refused.message)
        case aiosmtplib.SMTPRecipientRefused() | aiosmtplib.SMTPSenderRefused() | aiosmtplib.SMTPDataError():
            return _by_code(error.code, error.message)
        case aiosmtplib.SMTPNotSupported():
            return MailRejected(error.message)
        case ValueError():
            return MailInvalid(str(error))
        case _:
            # A server that is down, refuses our password or speaks no TLS is for the operator to mend; the message can wait.
            return MailUnavailable(str(error) or type(error).__name__)


def _by_code(code: int, answer: str) -> MailError:
    said = f"{code} {answer}"
    return MailRejected(said) if code >= 500 else MailUnavailable(said)
