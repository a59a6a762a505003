"""The mailbox of development: what would have been sent, once, whole, and never in production."""

from uuid import uuid4

import httpx
import msgspec

from app.config import Settings
from app.db.session import SessionFactory
from app.lib.mail import MailAttachment, MailMessage, SmtpTransport
from app.lib.ses import SesTransport
from app.mail.mailbox import MailboxTransport
from app.mail.transport import build_transport, message_id

PDF = b"%PDF-1.7 \x00\xff binary"
MESSAGE = MailMessage(
    message_id="<invoice.1@example.com>",
    sender="Quittance <invoices@quittance.example>",
    to="someone@example.com",
    reply_to=None,
    subject="Invoice 2026-0001 — “Ä”",
    text="Dear someone",
    html="<p>Dear someone</p>",
    attachments=(MailAttachment(filename="Rechnung Ä.pdf", content_type="application/pdf", content=PDF),),
)


async def test_a_message_is_kept_whole(client: httpx.AsyncClient, sessions: SessionFactory) -> None:
    await MailboxTransport(sessions).send(MESSAGE)

    (summary,) = (await client.get("/api/dev/mailbox")).json()["items"]
    assert summary["to"] == "someone@example.com"
    assert summary["subject"] == MESSAGE.subject
    assert summary["attachment_count"] == 1
    message = (await client.get(f"/api/dev/mailbox/{summary['id']}")).json()
    assert (message["sender"], message["text"], message["html"]) == (MESSAGE.sender, MESSAGE.text, MESSAGE.html)
    (attachment,) = message["attachments"]
    assert (attachment["filename"], attachment["content_type"], attachment["size_bytes"]) == (
        "Rechnung Ä.pdf",
        "application/pdf",
        len(PDF),
    )
    file = await client.get(f"/api/dev/mailbox/{summary['id']}/attachments/{attachment['id']}")
    assert file.content == PDF
    assert file.headers["content-type"] == "application/pdf"
    assert file.headers["content-disposition"] == "inline; filename*=UTF-8''Rechnung%20%C3%84.pdf"
    assert file.headers["x-content-type-options"] == "nosniff"


async def test_a_message_sent_twice_is_one(client: httpx.AsyncClient, sessions: SessionFactory) -> None:
    transport = MailboxTransport(sessions)
    await transport.send(MESSAGE)
    await transport.send(MESSAGE)
    await transport.send(
        msgspec.structs.replace(MESSAGE, message_id="<invoice.2@example.com>", html=None, attachments=())
    )

    items = (await client.get("/api/dev/mailbox")).json()["items"]
    assert sorted(item["attachment_count"] for item in items) == [0, 1]


async def test_what_is_not_there_is_404(client: httpx.AsyncClient, sessions: SessionFactory) -> None:
    await MailboxTransport(sessions).send(MESSAGE)
    (summary,) = (await client.get("/api/dev/mailbox")).json()["items"]

    for path in (uuid4(), f"{uuid4()}/attachments/{uuid4()}", f"{summary['id']}/attachments/{uuid4()}"):
        assert (await client.get(f"/api/dev/mailbox/{path}")).status_code == 404


async def test_html_of_a_mail_is_data_and_runs_nothing(client: httpx.AsyncClient, sessions: SessionFactory) -> None:
    page = MailAttachment(filename="page.html", content_type="text/html", content=b"<script>alert(1)</script>")
    await MailboxTransport(sessions).send(msgspec.structs.replace(MESSAGE, attachments=(page,)))
    (summary,) = (await client.get("/api/dev/mailbox")).json()["items"]
    message = await client.get(f"/api/dev/mailbox/{summary['id']}")
    file = await client.get(f"/api/dev/mailbox/{summary['id']}/attachments/{message.json()['attachments'][0]['id']}")

    assert message.headers["content-type"] == "application/json"
    assert "default-src 'none'" in file.headers["content-security-policy"]


def test_the_settings_choose_the_way_out(settings: Settings, sessions: SessionFactory) -> None:
    over_smtp = msgspec.structs.replace(settings, mail=msgspec.structs.replace(settings.mail, transport="smtp"))

    assert isinstance(build_transport(settings, sessions), MailboxTransport)
    assert isinstance(build_transport(over_smtp, sessions), SmtpTransport)
    by_ses = msgspec.structs.replace(
        settings, mail=msgspec.structs.replace(settings.mail, transport="ses", region="eu-central-1")
    )
    assert isinstance(build_transport(by_ses, sessions), SesTransport)
    assert build_transport(by_ses, sessions) is build_transport(by_ses, sessions), "one of them keeps its connections"


def test_a_message_keeps_its_id_however_often_it_is_built(settings: Settings) -> None:
    assert message_id("invoice", 7, settings) == message_id("invoice", 7, settings) == "<invoice.7@localhost>"
