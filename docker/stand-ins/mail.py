"""Takes mail on port 1025; /api/v1/messages lists it, newest first, and /api/v1/message/{id}/raw has it as it came."""

import asyncio
import json
import signal
from email import message_from_bytes, policy
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

letters: list[bytes] = []


class Keeper:
    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        letters.append(envelope.original_content or b"")
        return "250 kept"


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        match self.path.strip("/").split("/"):
            case ["api", "v1", "messages"]:
                self._answer(json.dumps({"messages": [_summary(index) for index in reversed(range(len(letters)))]}))
            case ["api", "v1", "message", index, "raw"] if index.isdecimal() and int(index) < len(letters):
                self._answer(letters[int(index)].decode("latin-1"), "text/plain; charset=latin-1")
            case _:
                self.send_error(HTTPStatus.NOT_FOUND)

    def _answer(self, text: str, content_type: str = "application/json") -> None:
        body = text.encode("latin-1")
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing of requests."""


def _summary(index: int) -> dict[str, object]:
    email = message_from_bytes(letters[index], policy=policy.default)
    addresses = [{"Address": address.addr_spec} for address in email["To"].addresses]
    return {"ID": str(index), "Subject": str(email["Subject"]), "To": addresses}


async def main() -> None:
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    smtp = Controller(Keeper(), hostname="0.0.0.0", port=1025)
    pages = ThreadingHTTPServer(("0.0.0.0", 8025), Pages)
    smtp.start()
    Thread(target=pages.serve_forever, daemon=True).start()
    await stopped.wait()
    smtp.stop()


if __name__ == "__main__":
    asyncio.run(main())
