"""What somebody does with the product who just started it: over HTTP, with the mail as it arrives."""

import re
import time
from collections.abc import Generator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import httpx

EMAIL, PASSWORD = "ada@quittance.example", "keeps the container lights on"
CUSTOMER = "konto@galerie-sommer.example"
_MAIL_SECONDS = 30


class JourneyError(Exception):
    """Says what was expected and what came."""


def expect(is_so: object, sentence: str) -> None:
    if not is_so:
        raise JourneyError(sentence)


class Visitor:
    """A browser as far as the API cares, and the mailbox of whoever sits in front of it."""

    def __init__(self, web_url: str, mail_url: str) -> None:
        headers = {"Origin": web_url, "X-Requested-With": "quittance"}
        self.web = httpx.Client(base_url=web_url, headers=headers, timeout=20, trust_env=False)
        self._mail = httpx.Client(base_url=mail_url, timeout=5, trust_env=False)

    def sign_up(self) -> None:
        """Ask for an account, follow the mailed link, and be signed in."""
        person = {"name": "Ada Winter", "email": EMAIL, "password": PASSWORD, "team_name": "Winter & Co"}
        self._send("POST", "/api/auth/sign-up", person)
        letter = self.letter_to(EMAIL)
        text = letter.get_body(("plain",))
        link = re.search(r"https?://\S+/verify-email#token=([\w-]+)", text.get_content() if text else "")
        if link is None:
            raise JourneyError("the mail of the sign-up has no link")
        expect(
            link[0].startswith(str(self.web.base_url)), f"the mailed link leads elsewhere: {urlsplit(link[0]).netloc}"
        )
        self._send("POST", "/api/auth/verify-email", {"token": link[1], "password": PASSWORD})

    def write_invoice(self) -> str:
        """Say who sells and who buys, write a draft, and return its id."""
        seller = {
            "legal_name": "Winter & Co GmbH",
            "address_line_1": "Lindenallee 3",
            "city": "Kassel",
            "country_code": "DE",
        }
        self._send("PATCH", "/api/team", {"seller": seller})
        customer = self._send("POST", "/api/customers", {"name": "Galerie Sommer", "email": CUSTOMER, "city": "Bonn"})
        line = {"description": "Interface design", "quantity": "26.5", "unit_code": "HUR", "unit_price": "92.00"}
        line |= {"tax_category": "S", "tax_rate": "19"}
        draft = {"customer_id": customer["id"], "currency": "EUR", "lines": [line]}
        return str(self._send("POST", "/api/invoices", draft)["id"])

    def issue(self, invoice_id: str) -> str:
        """Give the draft its number; the worker is to mail it."""
        invoice = self._send("POST", f"/api/invoices/{invoice_id}/issue", {})
        expect(invoice["gross_amount"] == "2901.22", f"the invoice comes to {invoice['gross_amount']}")
        return str(invoice["number"])

    @contextmanager
    def listening(self) -> Generator[None]:
        """Hold a live stream open, as every page does that somebody looks at."""
        with self.web.stream("GET", "/api/events") as response:
            expect(response.status_code == 200, f"the live stream was answered with {response.status_code}")
            lines = response.iter_lines()  # kept: the stream ends with who reads it
            expect(next(lines).startswith(":"), "the live stream does not begin")
            yield

    def letter_to(self, address: str) -> EmailMessage:
        """Wait for the newest mail to the address."""
        deadline = time.monotonic() + _MAIL_SECONDS
        while time.monotonic() < deadline:
            if letters := self._letters_to(address):
                raw = self._mail.get(f"/api/v1/message/{letters[0]}/raw").raise_for_status().content
                return message_from_bytes(raw, policy=policy.default)
            time.sleep(0.2)
        raise JourneyError(f"no mail to {address} within {_MAIL_SECONDS} s")

    def has_letter_to(self, address: str) -> bool:
        return bool(self._letters_to(address))

    def _letters_to(self, address: str) -> list[str]:
        messages: list[Any] = self._mail.get("/api/v1/messages").raise_for_status().json()["messages"]
        return [message["ID"] for message in messages if any(to["Address"] == address for to in message["To"])]

    def _send(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        response = self.web.request(method, path, json=body)
        expect(response.is_success, f"{method} {path} was answered with {response.status_code}: {response.text[:300]}")
        if cookies := [cookie.split(";")[0] for cookie in response.headers.get_list("set-cookie")]:
            # As browsers do on http://localhost, and httpx doesn't: Secure cookies go back.
            self.web.headers["Cookie"] = "; ".join(cookies)
        return response.json()


def check_invoice_letter(letter: EmailMessage, number: str) -> None:
    documents = [part for part in letter.iter_attachments() if part.get_content_type() == "application/pdf"]
    expect(number in str(letter["Subject"]), f"the mail's subject is {letter['Subject']!r}, without {number}")
    expect(len(documents) == 1, f"the mail has {len(documents)} PDFs")
    expect(documents[0].get_content().startswith(b"%PDF-"), "what the mail carries is no PDF")


def check_headers(web: httpx.Client) -> None:
    """The page, one of its scripts and the API, as production answers them."""
    page = web.get("/log-in")
    expect(page.status_code == 200, f"/log-in was answered with {page.status_code}")
    for name in (
        "content-security-policy",
        "strict-transport-security",
        "x-content-type-options",
        "permissions-policy",
    ):
        expect(name in page.headers, f"the page lacks {name}")
    expect("'sha256-" in page.headers["content-security-policy"], "the page's policy knows none of its scripts")
    expect("server" not in page.headers, "the answer says which server gave it")
    script = re.search(r'src="(/_next/static/[^"]+\.js)"', page.text)
    if script is None:
        raise JourneyError("the page loads no script")
    asset = web.get(script[1], headers={"Accept-Encoding": "br"})
    expect("immutable" in asset.headers.get("cache-control", ""), "a hashed script may not be kept")
    expect(asset.headers.get("content-encoding") == "br", "a script is sent uncompressed")
    for path in ("/schema", "/saq", "/api/dev/mailbox"):
        expect(web.get(path, headers={"Accept": "application/json"}).status_code == 404, f"{path} is there")
    refused = web.get("/api/invoices", headers={"Cookie": ""})
    expect(refused.headers.get("cache-control") == "no-store", "an answer of the API may be kept")
