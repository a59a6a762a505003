"""A load balancer as small as can be: asks for readiness, keeps connections alive, and sends again only what may be sent again."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

import msgspec

CHECK_SECONDS = 0.25
PATIENCE_SECONDS = 10
_SAFE = (b"GET", b"HEAD")
_READY = b"GET /health/ready HTTP/1.1\r\nHost: proxy\r\nConnection: close\r\n\r\n"

type Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Backend:
    def __init__(self, port: int) -> None:
        self.port = port
        self._up = asyncio.Event()
        self._idle: list[Streams] = []

    @property
    def is_up(self) -> bool:
        return self._up.is_set()

    async def until_up(self) -> None:
        await self._up.wait()

    def set_aside(self) -> None:
        """Send nothing here until it is ready again."""
        self._up.clear()
        for _, writer in self._idle:
            writer.close()
        self._idle.clear()

    async def connect(self) -> Streams:
        while self._idle:
            reader, writer = self._idle.pop()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
        return await asyncio.open_connection("127.0.0.1", self.port)

    def keep(self, streams: Streams) -> None:
        self._idle.append(streams)

    async def check(self) -> None:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(_READY)
            async with asyncio.timeout(5):
                is_ready = (await reader.readline())[9:12] == b"200"
            writer.close()
        except (OSError, TimeoutError):
            is_ready = False
        if is_ready:
            self._up.set()
        else:
            self.set_aside()


class Request(msgspec.Struct, frozen=True):
    method: bytes
    raw: bytes

    @property
    def may_be_repeated(self) -> bool:
        return self.method in _SAFE or b"\r\nidempotency-key:" in self.raw.partition(b"\r\n\r\n")[0].lower()


class Proxy:
    def __init__(self, ports: list[int]) -> None:
        self.backends = [Backend(port) for port in ports]
        self.sent_again = 0
        self._turn = 0

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncGenerator[int]:
        """Listen on a free port and yield it."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        checking = asyncio.create_task(self._check())
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            checking.cancel()
            server.close()

    async def _check(self) -> None:
        while True:
            await asyncio.gather(*(backend.check() for backend in self.backends))
            await asyncio.sleep(CHECK_SECONDS)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await _read_request(reader)) is not None:
                await self._answer(request, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # whoever asked is gone, or their answer broke off in the middle: they see it
        finally:
            writer.close()

    async def _answer(self, request: Request, client: asyncio.StreamWriter) -> None:
        tried = 0
        while True:
            backend = await self._choose()
            try:
                reader, writer = await backend.connect()
            except OSError:
                backend.set_aside()  # nothing was sent
                continue
            try:
                writer.write(request.raw)
                head = await reader.readuntil(b"\r\n\r\n")
            except (OSError, asyncio.IncompleteReadError):
                writer.close()
                tried += 1
                if not request.may_be_repeated or tried > 3:
                    raise
                self.sent_again += 1
                continue
            if await _pass_on(head, reader, client):
                backend.keep((reader, writer))
            else:
                writer.close()
            return

    async def _choose(self) -> Backend:
        if not any(backend.is_up for backend in self.backends):
            waits = [asyncio.create_task(backend.until_up()) for backend in self.backends]
            await asyncio.wait(waits, timeout=PATIENCE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()
        up = [backend for backend in self.backends if backend.is_up]
        if not up:
            raise ConnectionRefusedError("no backend is ready")
        self._turn += 1
        return up[self._turn % len(up)]


async def _read_request(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    body = await reader.readexactly(int(header(head, b"content-length") or 0))
    return Request(head.partition(b" ")[0], head + body)


async def _pass_on(head: bytes, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> bool:
    """Hand the answer to whoever asked; return whether the connection can be used again."""
    is_last = header(head, b"connection").lower() == b"close"
    # Our connection to the client lives on: what the backend says about its own is not the client's business.
    lines = [line for line in head[:-4].split(b"\r\n") if not line.lower().startswith(b"connection:")]
    client.write(b"\r\n".join(lines) + b"\r\n\r\n")
    if header(head, b"transfer-encoding").lower() == b"chunked":
        while size := await reader.readuntil(b"\r\n"):
            client.write(size + await reader.readexactly(int(size, 16) + 2))
            await client.drain()
            if int(size, 16) == 0:
                break
    else:
        client.write(await reader.readexactly(int(header(head, b"content-length") or 0)))
    await client.drain()
    return not is_last


def header(head: bytes, name: bytes) -> bytes:
    for line in head.split(b"\r\n")[1:]:
        found, _, value = line.partition(b":")
        if found.lower() == name:
            return value.strip()
    return b""
