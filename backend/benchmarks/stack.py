"""What every measurement over HTTP stands on: a throwaway PostgreSQL, and uvicorn as production starts it."""

import asyncio
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
import uvloop

from app.config import Settings, load_settings
from app.db import migrations
from app.db.embedded import EmbeddedPostgres
from app.db.engine import create_engine
from app.db.session import SessionFactory, create_session_factory
from app.queue.config import build_queue_config
from app.queue.saq_tables import create_saq_tables


class Connection:
    """One keep-alive connection, as thin as can be: the load must not be the generator's own."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Return status and head; the body is read and dropped."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        await reader.readexactly(int(header(head, b"content-length")))
        return int(head[9:12]), head

    def close(self) -> None:
        if self._streams:
            self._streams[1].close()


def post(path: str, body: object, *, network: str) -> bytes:
    """One request as a browser of that network would send it."""
    content = msgspec.json.encode(body)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        f"Sec-Fetch-Site: same-origin\r\nX-Requested-With: quittance\r\nX-Forwarded-For: {network}\r\n\r\n"
    )
    return head.encode() + content


def header(head: bytes, name: bytes) -> bytes:
    return head.partition(b"\r\n" + name + b": ")[2].partition(b"\r\n")[0]


class Server:
    """One uvicorn process, as production starts it."""

    def __init__(self, application: str, environment: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "uvicorn",
            application,
            "--port",
            str(self.port),
            "--no-access-log",
            "--log-level",
            "warning",
        ]
        command += ["--loop", "uvloop", "--http", "httptools", "--no-proxy-headers", "--timeout-keep-alive", "60"]
        self.process = subprocess.Popen(command, env=os.environ | environment)

    def wait(self, path: str, cookies: dict[str, str]) -> bytes:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                answer = httpx.get(f"http://127.0.0.1:{self.port}{path}", cookies=cookies, timeout=5)
            except httpx.TransportError:
                time.sleep(0.2)
                continue
            if answer.status_code != 200:
                raise SystemExit(f"{path} answered {answer.status_code}: {answer.text[:300]}")
            return answer.content
        raise SystemExit(f"{path} did not answer in time")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


class Stack(msgspec.Struct, frozen=True):
    environment: dict[str, str]
    settings: Settings
    postgres: EmbeddedPostgres

    def prepare[T](self, fill: Callable[[SessionFactory, Settings], Awaitable[T]]) -> T:
        """Let `fill` write what the measurement reads."""

        async def run() -> T:
            engine = create_engine(self.settings.database)
            made = await fill(create_session_factory(engine), self.settings)
            await engine.dispose()
            return made

        return uvloop.run(run())


@contextmanager
def fresh_stack() -> Generator[Stack]:
    """A migrated database, and settings whose general limits count but are never reached."""
    with tempfile.TemporaryDirectory(prefix="quittance-bench-") as folder:
        postgres = EmbeddedPostgres(Path(folder) / "pg", fsync=False).start()
        try:
            migrations.upgrade(postgres.owner_url())
            create_saq_tables(postgres.owner_url())
            migrations.grant_application_role(postgres.owner_url(), "quittance_app")
            environment = {
                "APP_ENV": "testing",
                "SECRET_KEY": secrets.token_urlsafe(48),
                "LOG_LEVEL": "WARNING",
                "TRUSTED_PROXY_COUNT": "1",  # so that each of many clients can have a network of its own
                "REQUESTS_PER_MINUTE_OF_ACCOUNT": "1000000000",
                "REQUESTS_PER_MINUTE_OF_NETWORK": "1000000000",
                "DATABASE_URL": postgres.app_url(),
                "DATABASE_OWNER_URL": postgres.owner_url(),
            }
            settings = load_settings(environment)
            build_queue_config(settings)  # whoever enqueues must know the tasks
            yield Stack(environment, settings, postgres)
        finally:
            postgres.stop()
