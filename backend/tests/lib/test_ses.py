"""Amazon SES at the wire: what is sent is signed and whole, and each refusal says whether another try makes sense."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import msgspec
import pytest

from app.lib.mail import MailInvalid, MailMessage, MailRejected, MailUnavailable
from app.lib.ses import SesTransport
from tests.lib.test_mail import INVOICE_MAIL, PDF

KEY_ID, SECRET_KEY, SESSION_TOKEN = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "of-the-task-role"
REGION = "eu-central-1"


class Ses:
    """As much of SESv2 as sends mail; it computes each signature for itself."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.answer: tuple[int, dict[str, str], str] = (200, {"MessageId": "0107-1"}, "")
        self.url = ""


@pytest.fixture
def ses(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ses]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    monkeypatch.setenv("AWS_SESSION_TOKEN", SESSION_TOKEN)
    here = Ses()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.path == "/v2/email/outbound-emails"
            status, answer, error = (
                here.answer
                if _is_signed(self, body)
                else (403, {"message": "Wrong signature"}, "SignatureDoesNotMatch")
            )
            if status == 200:
                here.requests.append(json.loads(body))
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            if error:
                self.send_header("x-amzn-errortype", error)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing of requests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    here.url = f"http://127.0.0.1:{server.server_port}"
    yield here
    server.shutdown()
    server.server_close()
    thread.join()


def _is_signed(request: BaseHTTPRequestHandler, body: bytes) -> bool:
    """Whether the request carries the signature (version 4) that its key, region, service, headers and body make."""
    found = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, SignedHeaders=(\S+), Signature=(\w{64})",
        request.headers["Authorization"],
    )
    if found is None or found[1] != KEY_ID or (found[3], found[4]) != (REGION, "ses"):
        return False
    assert request.headers["X-Amz-Security-Token"] == SESSION_TOKEN
    assert {"host", "x-amz-date", "x-amz-security-token"} <= set(found[5].split(";"))
    headers = "".join(f"{name}:{request.headers[name].strip()}\n" for name in found[5].split(";"))
    canonical = "\n".join([request.command, request.path, "", headers, found[5], hashlib.sha256(body).hexdigest()])
    scope = f"{found[2]}/{REGION}/ses/aws4_request"
    to_sign = "\n".join(
        ["AWS4-HMAC-SHA256", request.headers["X-Amz-Date"], scope, hashlib.sha256(canonical.encode()).hexdigest()]
    )
    key = f"AWS4{SECRET_KEY}".encode()
    for part in (found[2], REGION, "ses", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.compare_digest(hmac.new(key, to_sign.encode(), "sha256").hexdigest(), found[6])


def transport_to(ses: Ses) -> SesTransport:
    return SesTransport(region=REGION, timeout_seconds=2, endpoint_url=ses.url)


async def test_a_message_arrives_whole_and_signed(ses: Ses) -> None:
    await transport_to(ses).send(INVOICE_MAIL)

    (request,) = ses.requests
    email = message_from_bytes(base64.b64decode(request["Content"]["Raw"]["Data"]), policy=policy.default)
    assert request["Destination"] == {"ToAddresses": ["ines@kvarn.example"]}
    assert "FromEmailAddress" not in request  # the header says it, with its name
    assert email["From"] == INVOICE_MAIL.sender
    assert email["To"] == INVOICE_MAIL.to
    assert email["Subject"] == INVOICE_MAIL.subject
    assert [part.get_content() for part in email.iter_attachments()] == [PDF]


async def test_a_client_is_kept_for_the_next_message(ses: Ses) -> None:
    transport = transport_to(ses)

    await transport.send(INVOICE_MAIL)
    await transport.send(INVOICE_MAIL)

    assert len(ses.requests) == 2


async def test_a_domain_in_other_letters_is_written_in_ascii(ses: Ses) -> None:
    await transport_to(ses).send(_to("Jörg <joerg@straße.example>"))

    (request,) = ses.requests
    assert request["Destination"] == {"ToAddresses": ["joerg@xn--strae-oqa.example"]}
    email = message_from_bytes(base64.b64decode(request["Content"]["Raw"]["Data"]), policy=policy.default)
    assert email["To"] == "Jörg <joerg@xn--strae-oqa.example>"


async def test_an_address_that_ses_cannot_write_to_is_refused_for_good(ses: Ses) -> None:
    with pytest.raises(MailInvalid, match="jörg@kvarn"):
        await transport_to(ses).send(_to("jörg@kvarn.example"))

    assert ses.requests == []


@pytest.mark.parametrize(
    ("status", "error", "text"),
    [
        (400, "MessageRejected", "Message contains a virus"),
        (400, "BadRequestException", "Local address contains control or whitespace"),
    ],
)
async def test_what_is_wrong_with_the_message_is_for_good(ses: Ses, status: int, error: str, text: str) -> None:
    ses.answer = (status, {"message": text}, error)

    with pytest.raises(MailRejected, match=text):
        await transport_to(ses).send(INVOICE_MAIL)


@pytest.mark.parametrize(
    ("status", "error", "text"),
    [
        (400, "MessageRejected", "Email address is not verified. The following identities failed the check: …"),
        (400, "MailFromDomainNotVerifiedException", "The MAIL FROM domain is not verified"),
        (400, "SendingPausedException", "Sending is paused"),
        (400, "AccountSuspendedException", "The account is suspended"),
        (403, "AccessDeniedException", "User is not authorized to perform: ses:SendEmail"),
        (429, "TooManyRequestsException", "Maximum sending rate exceeded"),
        (503, "ServiceUnavailable", "Try again"),
    ],
)
async def test_what_the_operator_or_time_will_mend_can_wait(ses: Ses, status: int, error: str, text: str) -> None:
    ses.answer = (status, {"message": text}, error)

    with pytest.raises(MailUnavailable, match=error):
        await transport_to(ses).send(INVOICE_MAIL)


async def test_a_wrong_key_is_no_fault_of_the_message(ses: Ses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")

    with pytest.raises(MailUnavailable, match="SignatureDoesNotMatch"):
        await transport_to(ses).send(INVOICE_MAIL)


async def test_a_service_that_does_not_answer_is_asked_once_and_can_wait(ses: Ses) -> None:
    nowhere = SesTransport(region=REGION, endpoint_url="http://127.0.0.1:1")

    with pytest.raises(MailUnavailable):
        await nowhere.send(INVOICE_MAIL)


def _to(address: str) -> MailMessage:
    return msgspec.structs.replace(INVOICE_MAIL, to=address)
