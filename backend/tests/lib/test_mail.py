"""Mail arrives whole at a real SMTP server, and a failure says whether another try makes sense."""

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.lib.mail import (
    MailAttachment,
    MailInvalid,
    MailMessage,
    MailRejected,
    MailUnavailable,
    SmtpTransport,
    build_email,
)

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40

INVOICE_MAIL = MailMessage(
    message_id="<invoice.42@quittance.example>",
    sender="Atelier Nord <invoices@quittance.example>",
    to="Ines Möller <ines@kvarn.example>",
    reply_to="hello@ateliernord.example",
    subject="Invoice INV-2026-0042 from Atelier Nørd — €119 ☂",
    text="Dear Ines,\n\nAttached is the invoice.\n.\nA line with a single dot stands above.\n" + "long " * 300,
    html="<p>Dear Ines, <b>Ελλάδα</b></p>",
    attachments=(MailAttachment(filename="Rechnung №42.pdf", content_type="application/pdf", content=PDF),),
)


class Recorder:
    """An aiosmtpd handler that keeps what arrives and refuses what it is told to."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.recipient_answer = "250 OK"
        self.data_answer = "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        return self.data_answer

    def only_message(self) -> EmailMessage:
        (envelope,) = self.envelopes
        assert isinstance(envelope.content, bytes)
        return message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.default)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def transport(recorder: Recorder) -> Iterator[SmtpTransport]:
    controller = Controller(recorder, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=True)
    controller.start()
    try:
        yield SmtpTransport(host="127.0.0.1", port=controller.port, security="none", timeout_seconds=5)
    finally:
        controller.stop()


async def test_message_arrives_with_both_parts_and_its_attachment(transport: SmtpTransport, recorder: Recorder) -> None:
    await transport.send(INVOICE_MAIL)
    received = recorder.only_message()
    assert recorder.envelopes[0].mail_from == "invoices@quittance.example"
    assert recorder.envelopes[0].rcpt_tos == ["ines@kvarn.example"]
    assert received["Subject"] == INVOICE_MAIL.subject
    assert received["To"] == INVOICE_MAIL.to
    assert received["Reply-To"] == INVOICE_MAIL.reply_to
    assert received["Message-ID"] == INVOICE_MAIL.message_id
    assert received["Auto-Submitted"] == "auto-generated"
    assert received["Date"].datetime is not None
    text, html = received.get_body(("plain",)), received.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n").strip() == INVOICE_MAIL.text.strip()
    assert html.get_content().strip() == INVOICE_MAIL.html
    (attachment,) = received.iter_attachments()
    assert attachment.get_filename() == "Rechnung №42.pdf"
    assert attachment.get_content_type() == "application/pdf"
    assert attachment.get_content() == PDF


async def test_text_only_message_has_one_part(transport: SmtpTransport, recorder: Recorder) -> None:
    await transport.send(msgspec.structs.replace(INVOICE_MAIL, html=None, attachments=()))
    assert recorder.only_message().get_content_type() == "text/plain"


async def test_address_beyond_ascii_arrives(transport: SmtpTransport, recorder: Recorder) -> None:
    await transport.send(msgspec.structs.replace(INVOICE_MAIL, to="ünïcode@пример.example"))
    assert recorder.envelopes[0].rcpt_tos == ["ünïcode@пример.example"]


async def test_address_beyond_ascii_is_rejected_by_a_server_that_cannot_carry_it(recorder: Recorder) -> None:
    controller = Controller(recorder, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=False)
    controller.start()
    try:
        transport = SmtpTransport(host="127.0.0.1", port=controller.port, security="none", timeout_seconds=5)
        with pytest.raises(MailRejected, match="SMTPUTF8"):
            await transport.send(msgspec.structs.replace(INVOICE_MAIL, to="ünïcode@kvarn.example"))
    finally:
        controller.stop()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("550 5.1.1 No such mailbox", MailRejected), ("451 4.2.1 Greylisted, come back later", MailUnavailable)],
)
async def test_refused_recipient_is_for_good_only_when_the_server_says_so(
    transport: SmtpTransport, recorder: Recorder, answer: str, expected: type[Exception]
) -> None:
    recorder.recipient_answer = answer
    with pytest.raises(expected, match=answer[:3]):
        await transport.send(INVOICE_MAIL)
    assert recorder.envelopes == []


@pytest.mark.parametrize(
    ("answer", "expected"), [("554 5.7.1 Spam", MailRejected), ("452 4.3.1 Disk full", MailUnavailable)]
)
async def test_refused_content_is_for_good_only_when_the_server_says_so(
    transport: SmtpTransport, recorder: Recorder, answer: str, expected: type[Exception]
) -> None:
    recorder.data_answer = answer
    with pytest.raises(expected, match=answer[:3]):
        await transport.send(INVOICE_MAIL)


async def test_absent_server_is_unavailable() -> None:
    with pytest.raises(MailUnavailable):
        await SmtpTransport(host="127.0.0.1", port=free_port(), security="none", timeout_seconds=2).send(INVOICE_MAIL)


async def test_silent_server_is_unavailable_after_the_timeout() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        transport = SmtpTransport(host="127.0.0.1", port=silent.getsockname()[1], security="none", timeout_seconds=0.2)
        with pytest.raises(MailUnavailable):
            await transport.send(INVOICE_MAIL)


async def test_starttls_is_never_skipped_when_the_server_lacks_it(recorder: Recorder) -> None:
    controller = Controller(recorder, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        transport = SmtpTransport(host="127.0.0.1", port=controller.port, security="starttls", timeout_seconds=5)
        with pytest.raises(MailUnavailable, match="STARTTLS"):
            await transport.send(INVOICE_MAIL)
    finally:
        controller.stop()
    assert recorder.envelopes == []


@pytest.mark.parametrize(
    "injected",
    [
        {"subject": "Hello\r\nBcc: victim@evil.example"},
        {"subject": "Hello\nX: y"},
        {"subject": "Hello\u2028X: y"},
        {"subject": "half \ud800"},
        {"to": "ines@kvarn.example\r\nRCPT TO:<victim@evil.example>"},
        {"to": "ines@kvarn.example, victim@evil.example"},
        {"to": "ines@kvarn.example>\x00"},
        {"to": "nobody"},
        {"to": ""},
        {"sender": "A <a@b.example>\nBcc: victim@evil.example"},
        {"reply_to": "a@b.example\r\nBcc: victim@evil.example"},
        {"message_id": "<a@b.example>\r\nBcc: victim@evil.example"},
        {"message_id": "not an id"},
        {"text": "half \ud800"},
        {"attachments": (MailAttachment(filename="a.pdf\r\nX: y", content_type="application/pdf", content=PDF),)},
        {"attachments": (MailAttachment(filename="a.pdf", content_type="application/pdf\r\nX: y", content=PDF),)},
    ],
)
def test_header_injection_and_half_addresses_are_refused_for_good(injected: dict[str, object]) -> None:
    with pytest.raises(MailInvalid):
        build_email(msgspec.structs.replace(INVOICE_MAIL, **injected))
    assert issubclass(MailInvalid, MailRejected)
