"""`make rolling-restart`: two API processes behind a load balancer are stopped and started in turns while a hundred requests a second
go on arriving. No request may fail, no POST take effect twice, and whoever listens must be told of every event.

A stream that resumes tells again what was still open when its last event happened: among that may be what was committed late, and only
the listener knows what it saw. As the contract asks, the listener here drops the few ids that it knows (`told_again`).
"""

import asyncio
import os
import signal
import socket
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from uuid import UUID

import httpx
import psycopg

from app.auth.client import ClientInfo
from app.auth.services import SessionService
from app.config import Settings, load_settings
from app.db import migrations
from app.db.embedded import APP_ROLE, DATABASE, EmbeddedPostgres
from app.db.engine import create_engine
from app.db.session import create_session_factory, transaction
from app.lib.ids import new_id
from app.queue.saq_tables import create_saq_tables
from app.teams.services import create_team
from drills.browser import Answer, Browser
from drills.proxy import Proxy
from tests.support.people import BROWSER_HEADERS, add_user

BACKEND = Path(__file__).resolve().parents[1]
REQUESTS_PER_SECOND = 100
ROUNDS = 2
DRAIN_SECONDS = 2
READS = ("/api/customers", "/api/invoices", "/api/dashboard", "/api/me")
SECRET_KEY = "of the rolling restart alone, long enough"


class Process:
    """One API process, as the README starts it."""

    def __init__(self, environment: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        options = [
            "--no-access-log",
            "--no-proxy-headers",
            "--timeout-keep-alive",
            "75",
            "--timeout-graceful-shutdown",
            "10",
        ]
        command = [
            sys.executable,
            "-m",
            "uvicorn",
            "app.asgi:app",
            "--port",
            str(self.port),
            "--log-level",
            "warning",
            *options,
        ]
        self._process = await asyncio.create_subprocess_exec(*command, cwd=BACKEND, env=os.environ | self._environment)

    async def stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            await self._process.wait()


class Load:
    """Reads and writes at a steady rate, whether or not the earlier ones are answered."""

    def __init__(self, browser: Browser) -> None:
        self.outcomes = Counter[str]()
        self.acknowledged: list[str] = []
        self.is_over = False
        self._browser = browser
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        started_at, number = time.monotonic(), 0
        while not self.is_over:
            request = self._write(number) if number % 3 == 0 else self._read(number)
            task = asyncio.create_task(request)
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
            number += 1
            await asyncio.sleep(max(0, started_at + number / REQUESTS_PER_SECOND - time.monotonic()))
        await asyncio.gather(*self._under_way)

    async def _read(self, number: int) -> None:
        await self._send("GET", READS[number % len(READS)])

    async def _write(self, number: int) -> None:
        name = f"Customer {new_id()}"
        body = {"name": name, "email": "konto@helle.example", "currency": "EUR"}
        key = str(new_id())
        # Every fifth is impatient and sends at once again: the load balancer hands it to the other process.
        times = 2 if number % 5 == 0 else 1
        answers = await asyncio.gather(
            *(self._send("POST", "/api/customers", body, idempotency_key=key) for _ in range(times))
        )
        if all(answers):
            self.acknowledged.append(name)
        if len({answer.body for answer in answers if answer is not None}) > 1:
            self.outcomes["two answers to one request"] += 1

    async def _send(self, method: str, path: str, body: object = None, *, idempotency_key: str = "") -> Answer | None:
        try:
            answer = await self._browser.ask(method, path, body, idempotency_key=idempotency_key)
        except (OSError, EOFError) as error:
            self.outcomes[type(error).__name__] += 1
            return None
        self.outcomes["answered" if answer.is_success else f"{method} {path} {answer.status}"] += 1
        return answer if answer.is_success else None

    @property
    def failures(self) -> dict[str, int]:
        return {what: count for what, count in self.outcomes.items() if what != "answered"}


class Listener:
    """A browser's EventSource: comes back by itself, after the last event that it was told."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.ids: set[int] = set()
        self.told_again = 0
        self.opened_at_id: int | None = None
        self.has_opened = asyncio.Event()
        self.refused = Counter[str]()
        self.streams = 0
        self._last_id: str | None = None
        self._client = client

    async def run(self) -> None:
        while True:
            headers = {"Last-Event-ID": self._last_id} if self._last_id else {}
            try:
                async with self._client.stream("GET", "/api/events", headers=headers, timeout=30) as answer:
                    answer.raise_for_status()
                    self.streams += 1
                    await self._read(answer)
            except httpx.HTTPError as error:
                self.refused[repr(error)] += 1
            await asyncio.sleep(0.1)

    async def _read(self, answer: httpx.Response) -> None:
        frame_id, has_data = None, False
        async for line in answer.aiter_lines():
            if line.startswith("id: "):
                frame_id = line.removeprefix("id: ")
            elif line.startswith("data: "):
                has_data = True
            elif not line and frame_id is not None:
                self._last_id = frame_id
                if has_data:
                    self.told_again += int(frame_id) in self.ids
                    self.ids.add(int(frame_id))
                elif self.opened_at_id is None:
                    self.opened_at_id = int(frame_id)
                    self.has_opened.set()
                frame_id, has_data = None, False


async def drill(server: EmbeddedPostgres) -> int:
    started_at = time.monotonic()
    environment = {
        "APP_ENV": "testing",
        "SECRET_KEY": SECRET_KEY,
        "LOG_LEVEL": "ERROR",
        "DRAIN_SECONDS": str(DRAIN_SECONDS),
        # Starting a process takes a core for seconds: on a machine of two the other process has half of what it needs.
        "DATABASE_POOL_TIMEOUT_SECONDS": "20",
        "REQUESTS_PER_MINUTE_OF_ACCOUNT": "1000000",
        "REQUESTS_PER_MINUTE_OF_NETWORK": "1000000",
        "DATABASE_URL": server.app_url(),
        "DATABASE_OWNER_URL": server.owner_url(),
    }
    settings = load_settings(environment)
    team_id, token = await _sign_in(settings)
    processes = [Process(environment) for _ in range(2)]
    proxy = Proxy([process.port for process in processes])
    cookies = {settings.session_cookie: token}
    try:
        for process in processes:
            await process.start()
        async with (
            proxy.serving() as port,
            httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{port}",
                headers=BROWSER_HEADERS,
                cookies=cookies,
                timeout=20,
                trust_env=False,
            ) as client,
        ):
            for backend in proxy.backends:
                await backend.until_up()
            browser = Browser(port, f"{settings.session_cookie}={token}")
            load, listener = Load(browser), Listener(client)
            listening = asyncio.create_task(listener.run())
            async with asyncio.timeout(10):
                await listener.has_opened.wait()
            loading = asyncio.create_task(load.run())
            restarts = await _restart_in_turns(processes, proxy)
            load.is_over = True
            await loading
            await asyncio.sleep(1)
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            browser.close()
    finally:
        await asyncio.gather(*(process.stop() for process in processes))
    return _judge(
        server, team_id, load, listener, proxy, f"restarts={restarts} seconds={time.monotonic() - started_at:.0f}"
    )


async def _restart_in_turns(processes: list[Process], proxy: Proxy) -> int:
    await asyncio.sleep(1)
    for _ in range(ROUNDS):
        for process, backend in zip(processes, proxy.backends, strict=True):
            await process.stop()
            backend.set_aside()
            await process.start()
            async with asyncio.timeout(60):
                await backend.until_up()
            await asyncio.sleep(1)
    return ROUNDS * len(processes)


async def _sign_in(settings: Settings) -> tuple[UUID, str]:
    engine = create_engine(settings.database)
    async with transaction(create_session_factory(engine)) as session:
        user = await add_user(session, "Mara Lindqvist")
        team = await create_team(session, "Atelier Nord", owner_id=user.id)
        client = ClientInfo(ip_address="127.0.0.1", user_agent="rolling restart")
        token = SessionService(session, settings).start(user.id, team.id, client=client)
    await engine.dispose()
    return team.id, token


def _judge(server: EmbeddedPostgres, team_id: UUID, load: Load, listener: Listener, proxy: Proxy, further: str) -> int:
    with psycopg.connect(server.superuser_url(DATABASE)) as connection:
        names = Counter(
            row[0] for row in connection.execute("SELECT name FROM customers WHERE team_id = %s", [team_id])
        )
        query = "SELECT id FROM team_events WHERE team_id = %s AND id > %s"
        events = {row[0] for row in connection.execute(query, [team_id, listener.opened_at_id])}
    failed = sum(load.failures.values())
    duplicated = sum(count - 1 for count in names.values())
    lost = sum(name not in names for name in load.acknowledged)
    missed, made_up = len(events - listener.ids), len(listener.ids - events)
    for what, count in (load.failures | listener.refused).items():
        print(f"failure: {what}: {count}")
    print(
        f"requests={load.outcomes.total()} failed={failed} duplicated={duplicated} lost={lost} events={len(events)} missed={missed} "
        f"made_up={made_up} told_again={listener.told_again} streams={listener.streams} sent_again={proxy.sent_again} {further}"
    )
    showed_something = len(load.acknowledged) > 100 and listener.streams > 1 and bool(events)
    return 0 if showed_something and not (failed or duplicated or lost or missed or made_up) else 1


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="quittance-rolling-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as another user where we are root
        server = EmbeddedPostgres(folder / "pg", fsync=False).start()
        try:
            migrations.upgrade(server.owner_url())
            create_saq_tables(server.owner_url())
            migrations.grant_application_role(server.owner_url(), APP_ROLE)
            return asyncio.run(drill(server))
        finally:
            server.stop()


if __name__ == "__main__":
    raise SystemExit(main())
