"""What every scenario stands on: a database of its own, worker processes, and what can be asked when all is quiet."""

import asyncio
import secrets
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.config import Settings, load_settings
from app.db import migrations
from app.db.embedded import APP_ROLE, OWNER_ROLE, EmbeddedPostgres
from app.db.engine import create_engine
from app.db.session import create_session_factory, transaction
from app.db.tenancy import TenantScope
from app.lib.ids import new_id
from app.models import Team
from app.queue.config import build_queue_config
from app.queue.enqueue import enqueue
from app.queue.saq_tables import create_saq_tables
from chaos import tasks as tasks  # whoever enqueues must know them
from tests.queue.workers import WorkerProcess

APP = "chaos.worker_app:app"
_asyncpg: Any = asyncpg  # its functions carry no types
_TEMPLATE = "chaos_template"
_TABLES = """
    CREATE TABLE chaos_effects (run_id uuid NOT NULL, attempt integer NOT NULL, at timestamptz NOT NULL);
    CREATE TABLE chaos_committed (run_id uuid NOT NULL);
    GRANT SELECT, INSERT ON chaos_effects, chaos_committed TO quittance_app;
"""
# Neither over, nor waiting where a worker would find it; or over without what it should have done.
_LOST = """
    SELECT count(*) FROM chaos_committed LEFT JOIN job_runs AS run ON run.id = chaos_committed.run_id
     WHERE run.id IS NULL OR run.state IN ('running', 'dead')
        OR run.state = 'queued' AND NOT EXISTS (SELECT FROM saq_jobs WHERE key = run.id::text AND status IN ('new', 'queued'))
        OR run.state = 'succeeded' AND run.task <> 'chaos_step' AND NOT EXISTS (SELECT FROM chaos_effects WHERE run_id = run.id)
"""
_NOTE = text("INSERT INTO chaos_committed (run_id) SELECT unnest(CAST(:ids AS uuid[]))")
_TWICE = "SELECT count(*) FROM (SELECT FROM chaos_effects GROUP BY run_id HAVING count(*) > 1) AS twice"


_LISTENERS = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'quittance-queue-listener'
"""


class Verdict(msgspec.Struct, frozen=True):
    lost: int
    twice: int


class Failed(Exception):
    """What a scenario saw is not what was promised."""


class Stand:
    def __init__(self, server: EmbeddedPostgres, database: str, *, is_quick: bool) -> None:
        self.server = server
        self.is_quick = is_quick
        self._superuser_url = server.superuser_url(database)
        self.environment = {
            "APP_ENV": "testing",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "LOG_LEVEL": "WARNING",
            "DATABASE_URL": server.app_url(database),
            "DATABASE_OWNER_URL": server.owner_url(database),
        }
        self.settings: Settings = load_settings(self.environment)
        build_queue_config(self.settings)  # registers the application's tasks
        self._engine = create_engine(self.settings.database)
        self.sessions = create_session_factory(self._engine)

    def of[T](self, *, quick: T, long: T) -> T:
        return quick if self.is_quick else long

    async def close(self) -> None:
        await self._engine.dispose()

    # The database, seen by its superuser

    async def fetch(self, query: str, *values: object) -> list[Any]:
        connection = await self._connect()
        try:
            return await connection.fetch(query, *values)
        finally:
            await connection.close()

    async def _connect(self) -> Any:
        # Looking must not be counted among the scans of whole tables.
        return await _asyncpg.connect(self._superuser_url, timeout=5, server_settings={"enable_seqscan": "off"})

    async def value(self, query: str, *values: object) -> Any:
        return (await self.fetch(query, *values))[0][0]

    async def execute(self, script: str) -> None:
        """Run several statements."""
        connection = await self._connect()
        try:
            await connection.execute(script)
        finally:
            await connection.close()

    @asynccontextmanager
    async def open_transaction(self, statement: str) -> AsyncGenerator[None]:
        """Hold a transaction open in which the statement was run."""
        connection = await self._connect()
        try:
            await connection.execute("BEGIN")
            await connection.execute(statement)
            yield
        finally:
            await connection.close()

    # Runs

    async def team(self) -> UUID:
        team_id = new_id()
        async with transaction(self.sessions) as session:
            session.add(Team(id=team_id, name="Atelier Nord"))
        return team_id

    async def enqueue(self, task: str, count: int = 1, *, team_id: UUID | None = None, **arguments: Any) -> list[UUID]:
        """Commit so many runs, and with them that they were committed; again when the connection was lost meanwhile."""
        for patience in range(10, -1, -1):
            try:
                return await self._enqueue(task, count, team_id, arguments)
            except (DBAPIError, OSError):
                if not patience:
                    raise
                await asyncio.sleep(0.2)
        raise AssertionError

    async def _enqueue(self, task: str, count: int, team_id: UUID | None, arguments: dict[str, Any]) -> list[UUID]:
        async with transaction(self.sessions, TenantScope(team_id=team_id)) as session:
            run_ids = [await enqueue(session, task, **arguments) for _ in range(count)]
            await session.execute(_NOTE, {"ids": run_ids})
        return run_ids

    async def count(self, *states: str) -> int:
        return await self.value("SELECT count(*) FROM job_runs WHERE state = ANY($1) AND task LIKE 'chaos%'", states)

    async def effects(self) -> int:
        return await self.value("SELECT count(*) FROM chaos_effects")

    async def until(self, condition: Callable[[], Awaitable[bool]], *, within: float, what: str) -> float:
        """Wait until it is so; return how many seconds it took."""
        started_at = time.monotonic()
        while not await condition():
            if time.monotonic() - started_at > within:
                raise Failed(f"waited {within:g} s for {what}")
            await asyncio.sleep(0.1)
        return time.monotonic() - started_at

    async def until_state(self, count: int, *states: str, within: float) -> float:
        async def is_so() -> bool:
            return await self.count(*states) >= count

        return await self.until(is_so, within=within, what=f"{count} runs to be {' or '.join(states)}")

    async def until_quiet(self, *, within: float) -> float:
        async def is_quiet() -> bool:
            return await self.value(
                "SELECT count(*) = 0 FROM saq_jobs WHERE task LIKE 'chaos%' AND task <> 'chaos_tick'"
            )

        return await self.until(is_quiet, within=within, what="all runs to be over")

    async def verdict(self) -> Verdict:
        return Verdict(await self.value(_LOST), await self.value(_TWICE))

    # Workers

    def worker(self, *arguments: str, app_path: str = APP, **environment: str) -> WorkerProcess:
        return WorkerProcess(self.settings, app_path, arguments=arguments, **{**self.environment, **environment})

    async def until_working(self, count: int) -> None:
        """Wait until so many workers listen."""

        async def do_listen() -> bool:
            return await self.value(_LISTENERS) >= count

        await self.until(do_listen, within=90, what=f"{count} workers to listen")


def require(is_so: bool, what: str) -> None:
    if not is_so:
        raise Failed(what)


def percentile(values: Iterable[float], percent: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else 0.0


async def build_template(server: EmbeddedPostgres) -> None:
    await _create_database(server, _TEMPLATE)
    owner_url = server.owner_url(_TEMPLATE)
    await asyncio.to_thread(migrations.upgrade, owner_url)
    create_saq_tables(owner_url)
    migrations.grant_application_role(owner_url, APP_ROLE)
    connection: Any = await _asyncpg.connect(server.superuser_url(_TEMPLATE))
    await connection.execute(_TABLES)
    await connection.close()


@asynccontextmanager
async def stand_of(server: EmbeddedPostgres, name: str, *, is_quick: bool) -> AsyncGenerator[Stand]:
    """A migrated database of its own."""
    await _create_database(server, name, template=_TEMPLATE)
    stand = Stand(server, name, is_quick=is_quick)
    try:
        yield stand
    finally:
        await stand.close()


async def _create_database(server: EmbeddedPostgres, name: str, *, template: str = "template1") -> None:
    connection: Any = await _asyncpg.connect(server.superuser_url())
    await connection.execute(f'CREATE DATABASE "{name}" OWNER {OWNER_ROLE} TEMPLATE {template}')
    await connection.close()
