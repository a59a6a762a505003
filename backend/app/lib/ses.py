"""Sends over Amazon SES, with the keys of the process's AWS role. Imported only where MAIL_TRANSPORT is ses."""

import asyncio
from email.headerregistry import Address, AddressHeader
from email.message import EmailMessage
from threading import Lock
from typing import Any, cast

import botocore.session
import idna
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from app.lib.mail import MailError, MailInvalid, MailMessage, MailRejected, MailUnavailable, address_of, build_email
from app.lib.tracing import inner_span

_session: Any = botocore.session  # botocore carries no types
# What SES says of this message. All else is the operator's to mend (an unverified sender, a paused account) or passes: it can wait.
_FOR_GOOD = frozenset({"BadRequestException", "MessageRejected"})
_UNVERIFIED = "not verified"


class SesTransport:
    """One request a message. SES writes a Message-ID of its own: a message that is sent twice looks like two."""

    def __init__(self, *, region: str, timeout_seconds: float = 15, endpoint_url: str | None = None) -> None:
        self._region = region
        self._endpoint_url = endpoint_url
        # The job tries again, later; the library must not do so beneath it.
        self._config = Config(connect_timeout=5, read_timeout=timeout_seconds, retries={"total_max_attempts": 1})
        self._client: Any = None
        self._lock = Lock()

    async def send(self, message: MailMessage) -> None:
        """Hand the message over, or raise MailRejected or MailUnavailable."""
        email = build_email(message)
        for name in ("From", "To", "Reply-To"):
            if name in email:
                _write_in_ascii(email, name)
        destination = {"ToAddresses": [address_of(email, "To")]}
        request = {"Destination": destination, "Content": {"Raw": {"Data": email.as_bytes()}}}
        with inner_span("send mail", {"rpc.service": "SESv2", "cloud.region": self._region}, kind="client"):
            try:
                await asyncio.to_thread(self._send, request)
            except (ClientError, BotoCoreError) as error:
                raise _translate(error) from error

    def _send(self, request: dict[str, Any]) -> None:
        with self._lock:
            if self._client is None:
                self._client = _session.get_session().create_client(
                    "sesv2", region_name=self._region, endpoint_url=self._endpoint_url, config=self._config
                )
        self._client.send_email(**request)


def _write_in_ascii(email: EmailMessage, name: str) -> None:
    """SES knows a domain by its ASCII form alone, and no other letters in front of the @."""
    address = cast("AddressHeader", email[name]).addresses[0]
    try:
        domain = idna.encode(address.domain, uts46=True).decode()
        email.replace_header(name, Address(address.display_name, address.username, domain))
    except (ValueError, IndexError) as error:
        raise MailInvalid(f"{name}: {address.domain!r} is no domain") from error
    if not address.username.isascii():
        raise MailInvalid(f"{name}: Amazon SES writes to no {address.addr_spec!r}")


def _translate(error: ClientError | BotoCoreError) -> MailError:
    # Only a refusal has an answer, and botocore carries no types.
    answer = cast("dict[str, dict[str, str]]", getattr(error, "response", {})).get("Error", {})
    code, text = answer.get("Code", type(error).__name__), answer.get("Message", str(error))
    is_for_good = code in _FOR_GOOD and _UNVERIFIED not in text
    return (MailRejected if is_for_good else MailUnavailable)(f"{code} {text}")
