"""The application behind a real uvicorn on the test's own event loop: constants can be patched, streams really stream."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, override

import httpx
import msgspec
import uvicorn
from litestar import Litestar

from tests.support.people import BROWSER_HEADERS


class _Server(uvicorn.Server):
    @override
    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave Ctrl-C to pytest."""
        yield


@asynccontextmanager
async def live_server(app: Litestar) -> AsyncGenerator[str]:
    """Serve the application, lifespan included, and yield its address."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_level="warning", access_log=False, timeout_graceful_shutdown=1
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started or serving.done(), what="the server to start")
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving


def browser(address: str, cookie_name: str = "", token: str | None = None) -> httpx.AsyncClient:
    cookies = {cookie_name: token} if token else None
    return httpx.AsyncClient(base_url=address, headers=BROWSER_HEADERS, cookies=cookies, timeout=10)


async def until(is_true: Callable[[], bool], *, what: str, within_seconds: float = 5) -> None:
    ends_at = time.monotonic() + within_seconds
    while not is_true():
        assert time.monotonic() < ends_at, f"waited {within_seconds} s for {what}"
        await asyncio.sleep(0.01)


class Frame(msgspec.Struct, kw_only=True):
    """One block of a stream, as EventSource reads it."""

    id: str | None = None
    name: str | None = None
    data: str | None = None
    comment: str | None = None
    retry: str | None = None
    arrived_at: float

    @property
    def event(self) -> dict[str, Any]:
        assert self.data is not None, self
        return msgspec.json.decode(self.data)


class Stream:
    """One open stream, read in the background as a browser does."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.frames: list[Frame] = []
        self.ended_at: float | None = None
        self._reading = asyncio.create_task(self._read())

    @property
    def events(self) -> list[Frame]:
        """The blocks that EventSource hands to the page."""
        return [frame for frame in self.frames if frame.data is not None]

    @property
    def last_event_id(self) -> str | None:
        return next((frame.id for frame in reversed(self.frames) if frame.id is not None), None)

    async def has_events(self, count: int, *, within_seconds: float = 5) -> list[Frame]:
        await until(lambda: len(self.events) >= count, what=f"{count} events", within_seconds=within_seconds)
        return self.events

    async def has_ended(self, *, within_seconds: float = 5) -> None:
        await until(lambda: self.ended_at is not None, what="the stream to end", within_seconds=within_seconds)

    async def close(self) -> None:
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self) -> None:
        block: dict[str, str] = {}
        async for line in self.response.aiter_lines():
            if line:
                name, _, value = line.partition(": ")
                known = "name" if name == "event" else name
                block["comment" if line.startswith(":") else known] = value
            elif block:
                self.frames.append(Frame(**block, arrived_at=time.monotonic()))
                block = {}
        self.ended_at = time.monotonic()


@asynccontextmanager
async def open_stream(
    client: httpx.AsyncClient, last_event_id: str | None = None, *, path: str = "/api/events"
) -> AsyncGenerator[Stream]:
    """Open a stream and wait until the server has subscribed it."""
    headers = {"Last-Event-ID": last_event_id} if last_event_id else {}
    async with client.stream("GET", path, headers=headers) as response:
        assert response.status_code == 200, await response.aread()
        stream = Stream(response)
        await until(lambda: bool(stream.frames) or stream.ended_at is not None, what="the stream to open")
        try:
            yield stream
        finally:
            await stream.close()
