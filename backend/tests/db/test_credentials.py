"""DATABASE_AUTH=iam at the wire: whoever opens a connection shows a token of its own, over TLS that was verified."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import psycopg
import pytest
from sqlalchemy import make_url, text

from app.config import DatabaseSettings, Settings, load_settings
from app.db import credentials
from app.db.credentials import asyncpg_arguments, psycopg_arguments
from app.db.engine import create_engine
from app.db.session import SessionFactory
from app.events.hub import EventHub
from app.queue.connection import QueueConnection
from app.queue.postgres import LedgerQueue
from tests.support.iam_gate import KEY_ID, REGION, SECRET_KEY, IamGate, opened_gate


@pytest.fixture
async def gate(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[IamGate]:
    """The tests' database as Amazon RDS would show it, and the keys of a task's role in the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    credentials._signer.cache_clear()
    query = make_url(settings.database.url).query
    async with opened_gate(Path(str(query["host"])) / f".s.PGSQL.{query['port']}", tmp_path) as gate:
        yield gate
    credentials._signer.cache_clear()


def through(gate: IamGate, settings: Settings, **changed: str) -> DatabaseSettings:
    database = make_url(settings.database.url).database
    return load_settings(
        {
            "DATABASE_AUTH": "iam",
            "DATABASE_URL": f"postgresql://quittance_app@localhost:{gate.port}/{database}",
            "DATABASE_CA_FILE": str(gate.ca_file),
            "AWS_REGION": REGION,
            **changed,
        }
    ).database


async def test_each_connection_of_the_request_pool_shows_a_token(gate: IamGate, settings: Settings) -> None:
    engine = create_engine(through(gate, settings))
    async with engine.connect() as first, engine.connect() as second:
        roles = [await connection.scalar(text("SELECT current_user")) for connection in (first, second)]
    async with engine.connect() as again:
        await again.scalar(text("SELECT 1"))
    await engine.dispose()

    assert roles == ["quittance_app", "quittance_app"]
    assert len(gate.tokens) == 2


async def test_the_queue_and_its_listener_show_tokens(gate: IamGate, settings: Settings) -> None:
    connection = QueueConnection(through(gate, settings), "saq:default")
    heard = asyncio.Event()
    connection.listen(heard.set)
    pool = await connection.pool()

    assert await pool.fetchval("SELECT current_setting('app.queue')") == "on"
    await asyncio.wait_for(heard.wait(), 5)
    await connection.close()

    assert len(gate.tokens) == 2


async def test_the_pool_of_saq_shows_a_new_token_for_a_new_connection(
    gate: IamGate, settings: Settings, sessions: SessionFactory
) -> None:
    queue = LedgerQueue(through(gate, settings), sessions)
    await queue.connect()
    async with queue.pool.connection() as first, queue.pool.connection() as second:
        assert first.autocommit
        assert first is not second
    await queue.disconnect()

    assert len(gate.tokens) == 2


async def test_live_updates_show_a_token(gate: IamGate, settings: Settings, sessions: SessionFactory) -> None:
    hub = EventHub(through(gate, settings), sessions)
    await hub.start()
    async with asyncio.timeout(5):
        while not hub.is_listening:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.01)
    await hub.stop()

    assert len(gate.tokens) == 1


async def test_a_token_of_another_key_opens_nothing(
    gate: IamGate, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")

    with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError, match="PAM authentication failed"):
        await _connect_with_asyncpg(through(gate, settings))


async def test_without_keys_the_database_counts_as_away(
    gate: IamGate, settings: Settings, sessions: SessionFactory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    database = through(gate, settings)
    hub = EventHub(database, sessions)
    await hub.start()

    with pytest.raises(ConnectionError, match="no keys"):
        await _connect_with_asyncpg(database)
    assert not any(task.done() for task in hub._tasks), "it goes on trying"
    await hub.stop()
    assert gate.tokens == []


async def test_no_token_goes_to_a_server_that_is_not_the_one_of_its_certificate(
    gate: IamGate, settings: Settings
) -> None:
    database = through(gate, settings)
    elsewhere = msgspec.structs.replace(database, url=database.url.replace("localhost", "127.0.0.1"))

    with pytest.raises(OSError, match="certificate"):
        await _connect_with_asyncpg(elsewhere)
    with pytest.raises(psycopg.OperationalError, match="certificate"):
        await _connect_with_psycopg(elsewhere)
    assert gate.tokens == []


async def test_no_token_goes_to_a_server_that_nobody_vouches_for(gate: IamGate, settings: Settings) -> None:
    database = through(gate, settings, DATABASE_CA_FILE="")

    with pytest.raises(OSError, match="certificate"):
        await _connect_with_asyncpg(database)
    with pytest.raises(psycopg.OperationalError, match="certificate"):
        await _connect_with_psycopg(database)
    assert gate.tokens == []


async def test_the_owner_keeps_its_password_and_goes_over_verified_tls(gate: IamGate, settings: Settings) -> None:
    owner_url = through(
        gate, settings, DATABASE_OWNER_URL=f"postgresql://master:secret@localhost:{gate.port}/quittance"
    ).owner_url

    assert owner_url.startswith("postgresql://master:secret@localhost:")
    assert make_url(owner_url).query == {"sslmode": "verify-full", "sslrootcert": str(gate.ca_file)}
    with pytest.raises(psycopg.OperationalError, match="PAM authentication failed"):
        await asyncio.to_thread(psycopg.connect, owner_url)
    assert gate.tokens == ["secret"]


def test_with_a_password_nothing_is_added(settings: Settings) -> None:
    assert asyncpg_arguments(settings.database) == psycopg_arguments(settings.database) == {}


async def _connect_with_asyncpg(database: DatabaseSettings) -> None:
    connect: Any = asyncpg.connect
    await connect(database.url, timeout=5, **asyncpg_arguments(database))


async def _connect_with_psycopg(database: DatabaseSettings) -> None:
    await asyncio.to_thread(lambda: psycopg.connect(database.url, **psycopg_arguments(database)))
