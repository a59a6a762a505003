"""A browser as thin as can be: on two cores the load must not be its generator's own."""

import asyncio

import msgspec

from drills.proxy import Streams, header
from tests.support.people import BROWSER_HEADERS


class Answer(msgspec.Struct, frozen=True):
    status: int
    body: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


class Browser:
    """Keeps its connections alive, and opens another when all are waiting for an answer."""

    def __init__(self, port: int, cookie: str) -> None:
        self._port = port
        fields = {"Host": "drill", "Cookie": cookie, "Content-Type": "application/json", **BROWSER_HEADERS}
        self._fields = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self._idle: list[Streams] = []

    async def ask(self, method: str, path: str, body: object = None, *, idempotency_key: str = "") -> Answer:
        """Send one request; raise `OSError` or `EOFError` when no answer comes."""
        content = b"" if body is None else msgspec.json.encode(body)
        own = f"Idempotency-Key: {idempotency_key}\r\n" if idempotency_key else ""
        head = f"{method} {path} HTTP/1.1\r\n{self._fields}{own}Content-Length: {len(content)}\r\n\r\n"
        reader, writer = self._idle.pop() if self._idle else await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(head.encode() + content)
        answered = await reader.readuntil(b"\r\n\r\n")
        received = await reader.readexactly(int(header(answered, b"content-length") or 0))
        self._idle.append((reader, writer))
        return Answer(int(answered[9:12]), received)

    def close(self) -> None:
        for _, writer in self._idle:
            writer.close()
