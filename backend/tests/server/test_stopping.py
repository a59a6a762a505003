"""SIGTERM: the process says that it is going, answers whoever still comes, parts from them, and ends in order."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest

from app.config import Settings
from tests.support.live_server import browser, open_stream
from tests.support.people import Person

BACKEND = Path(__file__).resolve().parents[2]
DRAIN_SECONDS = 2


class Production:
    """uvicorn in a process of its own, with the options of the README."""

    def __init__(self, settings: Settings) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        environment = {
            "APP_ENV": "testing",
            "SECRET_KEY": settings.secret_key,
            "DATABASE_URL": settings.database.url,
            "DRAIN_SECONDS": str(DRAIN_SECONDS),
        }
        options = [
            "--no-access-log",
            "--no-proxy-headers",
            "--timeout-graceful-shutdown",
            "10",
            "--log-level",
            "warning",
        ]
        command = [sys.executable, "-m", "uvicorn", "app.asgi:app", "--port", str(port), *options]
        self.process = subprocess.Popen(command, cwd=BACKEND, env=os.environ | environment)

    async def is_ready(self) -> None:
        async with browser(self.address) as client:
            for _ in range(300):
                try:
                    if (await client.get("/health/ready")).status_code == 200:
                        return
                except httpx.TransportError:
                    await asyncio.sleep(0.1)
        raise AssertionError("not ready within 30 s")

    async def has_ended(self) -> int:
        return await asyncio.to_thread(self.process.wait, 20)


@pytest.fixture
async def production(settings: Settings) -> AsyncGenerator[Production]:
    process = Production(settings)
    try:
        await process.is_ready()
        yield process
    finally:
        if process.process.poll() is None:
            process.process.kill()
            process.process.wait()


@pytest.mark.slow
async def test_a_process_that_stops_says_so_and_lets_nobody_down(
    production: Production, settings: Settings, committed_owner: Person
) -> None:
    async with (
        browser(production.address, settings.session_cookie, committed_owner.token) as kept_alive,
        open_stream(kept_alive) as stream,
    ):
        before = await kept_alive.get("/api/customers")
        production.process.send_signal(signal.SIGTERM)
        asked_at = time.monotonic()
        await stream.has_ended(within_seconds=1)
        ready = await kept_alive.get("/health/ready")
        live = await kept_alive.get("/health/live")
        late = await kept_alive.get("/api/customers")
        status = await production.has_ended()
        seconds = time.monotonic() - asked_at

    assert (before.status_code, late.status_code, live.status_code, ready.status_code) == (200, 200, 200, 503)
    assert ready.json() == {"status": "failed", "database": "ok", "queue": "ok"}
    assert "connection" not in before.headers
    assert {answer.headers["connection"] for answer in (ready, live, late)} == {"close"}
    assert status == -signal.SIGTERM  # uvicorn raises it once more when everything is closed
    assert DRAIN_SECONDS <= seconds < DRAIN_SECONDS + 5


@pytest.mark.slow
async def test_whoever_cannot_wait_says_it_twice(production: Production) -> None:
    production.process.send_signal(signal.SIGTERM)
    await asyncio.sleep(0.2)
    asked_at = time.monotonic()
    production.process.send_signal(signal.SIGTERM)

    await production.has_ended()
    assert time.monotonic() - asked_at < DRAIN_SECONDS
