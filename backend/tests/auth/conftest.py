"""The worlds of the matrix: one for each way of locking, each in a database of its own, built when first asked for."""

import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack

import msgspec
import pytest
from sqlalchemy import ColumnElement, text, true

from app.config import Settings
from app.db import tenancy
from app.db.engine import create_engine
from app.server.app import create_app
from tests.auth.callers import Answered, all_answers
from tests.auth.world import World, build_world
from tests.conftest import LimiterOnSharedConnection
from tests.support.database import TEMPLATE, create_database, drop_database, running_server

BOTH_LOCKS, ROW_LEVEL_SECURITY_ALONE, FILTERS_ALONE = RUNS = (
    "both locks",
    "row-level security alone",
    "repository filters alone",
)

type Worlds = Callable[[str], Awaitable[World]]


def _any_team(_model: object, _team_id: object) -> ColumnElement[bool]:
    return true()


@pytest.fixture(scope="session")
async def worlds(settings: Settings) -> AsyncGenerator[Worlds]:
    """A connection's transaction is open for the whole session, so other tests' tables must not be locked by it."""
    server, worker = running_server(), os.environ.get("PYTEST_XDIST_WORKER", "main")
    built: dict[str, World] = {}
    async with AsyncExitStack() as stack:

        async def world_of(run: str) -> World:
            if run in built:
                return built[run]
            name = f"matrix_{worker}_{RUNS.index(run)}"
            create_database(server, name, template=TEMPLATE)
            stack.callback(drop_database, server, name)
            url = server.superuser_url(name) if run == FILTERS_ALONE else server.app_url(name)
            database = msgspec.structs.replace(settings.database, url=url)
            engine = create_engine(database)
            stack.push_async_callback(engine.dispose)
            connection = await stack.enter_async_context(engine.connect())
            outer = await connection.begin()
            stack.push_async_callback(outer.rollback)
            # One run's transaction waits while the others' tests are at work.
            await connection.execute(text("SET idle_in_transaction_session_timeout = 0"))
            built[run] = await build_world(connection, msgspec.structs.replace(settings, database=database))
            return built[run]

        yield world_of


@pytest.fixture(params=RUNS)
async def world(request: pytest.FixtureRequest, worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> World:
    """Three times: with both locks, and with each of them alone."""
    world = await worlds(request.param)
    if request.param == ROW_LEVEL_SECURITY_ALONE:
        monkeypatch.setattr(tenancy, "belongs_to_team", _any_team)
    return world


@pytest.fixture
async def locked_world(worlds: Worlds) -> World:
    """As in production: both locks."""
    return await worlds(BOTH_LOCKS)


@pytest.fixture(scope="session")
def production_settings(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Without an export of the front end, whether or not this folder has one."""
    return msgspec.structs.replace(
        settings,
        environment="production",
        app_url="https://invoices.example.com",
        web_dir=tmp_path_factory.mktemp("web") / "not built",
    )


@pytest.fixture(scope="session")
async def production_world(worlds: Worlds, production_settings: Settings) -> World:
    """The same teams and people, in front of an application with production's settings."""
    world = await worlds(BOTH_LOCKS)
    app = create_app(production_settings, sessions=world.sessions)
    app.state.limiter = LimiterOnSharedConnection(world.sessions, production_settings.secret_key)
    old, new = f"{world.settings.session_cookie}=", f"{production_settings.session_cookie}="
    shown = {
        name: msgspec.structs.replace(
            each, headers={header: value.replace(old, new) for header, value in each.headers.items()}
        )
        for name, each in world.shown.items()
    }
    return msgspec.structs.replace(world, settings=production_settings, app=app, shown=shown)


@pytest.fixture(scope="session")
async def production_answers(production_world: World) -> list[Answered]:
    """Each handler's answer to each kind of caller, on a page of another origin."""
    return await all_answers(production_world, {"Origin": "https://evil.example"})
