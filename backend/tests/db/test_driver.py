"""The short way beside SQLAlchemy must share the session's transaction, and its errors must reach SQLAlchemy's pool."""

import asyncpg
import pytest
from sqlalchemy import Integer, bindparam, func, literal, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.config import Settings
from app.db.driver import DriverStatement
from app.db.engine import create_engine
from app.db.session import SessionFactory, create_session_factory, transaction
from app.db.tenancy import TenantScope
from app.lib.ids import new_id
from app.models import Team

TRANSACTION_ID = DriverStatement(text("SELECT pg_current_xact_id()::text AS id"))
TEAM = DriverStatement(text("SELECT current_setting('app.team_id', true) AS id"))


async def test_it_runs_inside_the_sessions_transaction_whichever_speaks_first(
    committed_sessions: SessionFactory,
) -> None:
    async with committed_sessions() as session:
        first = (await TRANSACTION_ID.fetch(session, {}))[0]["id"]
        between = await session.scalar(text("SELECT pg_current_xact_id()::text"))
        last = (await TRANSACTION_ID.fetch(session, {}))[0]["id"]

    assert first == between == last


async def test_what_follows_it_is_committed_and_rolled_back_with_the_session(
    committed_sessions: SessionFactory,
) -> None:
    kept, dropped = Team(id=new_id(), name="Kept"), Team(id=new_id(), name="Dropped")
    async with transaction(committed_sessions) as session:
        await TRANSACTION_ID.fetch(session, {})
        session.add(kept)
    async with committed_sessions() as session:
        await TRANSACTION_ID.fetch(session, {})
        session.add(dropped)
        await session.flush()
        await session.rollback()

    async with committed_sessions() as session:
        assert (await session.scalars(select(Team.name))).all() == ["Kept"]


async def test_it_sees_the_scope_of_the_session_and_only_for_the_transaction(
    committed_sessions: SessionFactory,
) -> None:
    team_id = new_id()
    async with transaction(committed_sessions, TenantScope(team_id=team_id)) as session:
        assert (await TEAM.fetch(session, {}))[0]["id"] == str(team_id)
    for _ in range(5):
        async with committed_sessions() as session:
            assert (await TEAM.fetch(session, {}))[0]["id"] in {None, ""}


async def test_values_are_bound_by_name_and_literals_stay(db_session: AsyncSession) -> None:
    numbers = func.generate_series(bindparam("first", type_=Integer()), bindparam("last", type_=Integer()))
    statement = DriverStatement(select(numbers.label("number"), literal("fixed").label("word")))

    rows = await statement.fetch(db_session, {"last": 3, "first": 2})

    assert [tuple(row) for row in rows] == [(2, "fixed"), (3, "fixed")]


async def test_a_connection_that_died_is_reported_and_the_pool_forgets_all_of_that_server(
    settings: Settings, engine: AsyncEngine
) -> None:
    own = create_engine(settings.database)
    sessions = create_session_factory(own)
    async with sessions() as one, sessions() as other:
        pids = [
            (await DriverStatement(text("SELECT pg_backend_pid() AS pid")).fetch(session, {}))[0]["pid"]
            for session in (one, other)
        ]
    async with engine.connect() as killer:
        for pid in pids:
            await killer.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})

    async with sessions() as session:
        with pytest.raises((DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
            await TRANSACTION_ID.fetch(session, {})
    for _ in range(3):
        async with sessions() as session:
            assert await TRANSACTION_ID.fetch(session, {})
    await own.dispose()
