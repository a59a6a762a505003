"""A real PostgreSQL for every test. `client`, `owner` and `sessions` roll back; the `committed_…` ones commit, and clean up."""

import os
import shutil
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager

import asyncpg
import httpx
import pytest
from asyncpg.connection import LoggedQuery
from litestar import Litestar
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from app.auth.rate_limits import RateLimit, RateLimiter
from app.config import Settings, as_asyncpg_url, load_settings
from app.db.embedded import EmbeddedPostgres
from app.db.engine import create_engine
from app.db.session import SessionFactory, create_session_factory, set_scope
from app.db.tenancy import SCOPE_KEY, SET_SCOPE, TenantScope
from app.server.app import create_app
from tests.support.database import (
    TEMPLATE,
    create_database,
    drop_database,
    run_as_superuser,
    running_server,
    start_server,
)
from tests.support.people import PeopleFactory, Person
from tests.support.transport import asgi_transport

# Row by row: TRUNCATE makes new files for 46 tables, of which a test fills five.
_CLEAN_UP = """
    DO $$
    DECLARE name text;
    BEGIN
        SET LOCAL session_replication_role = replica;  -- no trigger, no foreign key
        FOR name IN SELECT tablename FROM pg_tables
                     WHERE schemaname = 'public' AND tablename NOT IN ('alembic_version', 'saq_versions') LOOP
            EXECUTE format('DELETE FROM %I', name);
        END LOOP;
        FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
            EXECUTE format('ALTER SEQUENCE %I RESTART', name);
        END LOOP;
    END $$
"""


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        server = start_server()
        if server is not None:
            config.stash[_SERVER] = server


def pytest_unconfigure(config: pytest.Config) -> None:
    if (server := config.stash.get(_SERVER, None)) is not None:
        server.stop()
        shutil.rmtree(server.data_dir.parent, ignore_errors=True)


_SERVER = pytest.StashKey[EmbeddedPostgres]()


@pytest.fixture(scope="session")
def database_name() -> Generator[str]:
    """This process's own database, cloned from the template."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    server = running_server()
    create_database(server, name, template=TEMPLATE)
    yield name
    drop_database(server, name)


@pytest.fixture(scope="session")
def settings(database_name: str) -> Settings:
    server = running_server()
    return load_settings(
        {
            "APP_ENV": "testing",
            "SECRET_KEY": "a secret key for the tests only, long enough",
            "LOG_LEVEL": "ERROR",
            # All tests come from one address.
            "REQUESTS_PER_MINUTE_OF_ACCOUNT": "1000000",
            "REQUESTS_PER_MINUTE_OF_NETWORK": "1000000",
            "DATABASE_URL": server.app_url(database_name),
            "DATABASE_OWNER_URL": server.owner_url(database_name),
        }
    )


@pytest.fixture(scope="session")
def superuser_database_url(database_name: str) -> str:
    """For looking from outside at what row-level security hides."""
    return running_server().superuser_url(database_name)


# --- tests that roll back: one connection, one outer transaction


@pytest.fixture(scope="session")
async def engine(settings: Settings) -> AsyncGenerator[AsyncEngine]:
    engine = create_engine(settings.database)
    yield engine
    await engine.dispose()


@pytest.fixture(scope="session")
def _shared_sessions() -> SessionFactory:
    # Sessions without a scope must forget the scope of the session before them in the same outer transaction.
    return create_session_factory_for_tests()


def create_session_factory_for_tests() -> SessionFactory:
    factory = create_session_factory(create_async_engine("postgresql+asyncpg://", poolclass=NullPool))
    factory.configure(join_transaction_mode="create_savepoint", info={SCOPE_KEY: TenantScope()})
    return factory


class LimiterOnSharedConnection(RateLimiter):
    """Counts in the request's own transaction here, and must not leave it without its scope."""

    async def spend(self, *buckets: tuple[RateLimit, str]) -> None:
        async with _scope_kept(self._sessions):
            await super().spend(*buckets)

    async def give_back(self, *buckets: tuple[RateLimit, str]) -> None:
        async with _scope_kept(self._sessions):
            await super().give_back(*buckets)


@asynccontextmanager
async def _scope_kept(sessions: SessionFactory) -> AsyncGenerator[None]:
    connection: AsyncConnection = sessions.kw["bind"]
    names = ("team_id", "user_id", "actor", "platform_wide", "request")
    kept = {
        name: await connection.scalar(
            text("SELECT coalesce(current_setting(:name, true), '')"), {"name": f"app.{name}"}
        )
        for name in names
    }
    try:
        yield
    finally:
        await connection.execute(SET_SCOPE, kept)


@pytest.fixture(scope="session")
def app(settings: Settings, _shared_sessions: SessionFactory) -> Litestar:
    app = create_app(settings, sessions=_shared_sessions)
    app.state.limiter = LimiterOnSharedConnection(_shared_sessions, settings.secret_key)
    return app


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncGenerator[AsyncConnection]:
    async with engine.connect() as connection:
        outer = await connection.begin()
        yield connection
        await outer.rollback()


@pytest.fixture
def sessions(connection: AsyncConnection, _shared_sessions: SessionFactory) -> SessionFactory:
    """The application's session factory, inside a transaction that is rolled back when the test ends."""
    _shared_sessions.configure(bind=connection)
    return _shared_sessions


@pytest.fixture
async def db_session(sessions: SessionFactory, owner: Person) -> AsyncGenerator[AsyncSession]:
    """A session in the scope of `owner`'s team."""
    async with sessions() as session:
        set_scope(session, owner.scope)
        yield session


@pytest.fixture
async def people(app: Litestar, sessions: SessionFactory, settings: Settings) -> AsyncGenerator[PeopleFactory]:
    app.state.signing_keys.forget()  # those of the test before were rolled back
    factory = PeopleFactory(sessions, settings, asgi_transport(app))
    yield factory
    for client in factory.clients:
        await client.aclose()


@pytest.fixture
def client(people: PeopleFactory) -> httpx.AsyncClient:
    """A browser that nobody has signed in with."""
    return people.client()


@pytest.fixture
async def owner(people: PeopleFactory) -> Person:
    """The owner of a team of their own, signed in."""
    return await people.owner()


@pytest.fixture
async def statements(connection: AsyncConnection) -> AsyncGenerator[list[str]]:
    """The SQL statements sent while the test runs, for counting: those of SQLAlchemy and those straight on the driver."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    def note_on_driver(query: LoggedQuery) -> None:
        sent.append(query.query)

    driver_connection = (await connection.get_raw_connection()).driver_connection
    assert isinstance(driver_connection, asyncpg.Connection)
    event.listen(connection.sync_connection, "before_cursor_execute", note)
    with driver_connection.query_logger(note_on_driver):
        yield sent
    event.remove(connection.sync_connection, "before_cursor_execute", note)


# --- tests that commit: for concurrency, notifications and other processes


@pytest.fixture
async def committed_sessions(engine: AsyncEngine, superuser_database_url: str) -> AsyncGenerator[SessionFactory]:
    """A session factory whose transactions really commit; every table is emptied when the test ends."""
    yield create_session_factory(engine)
    cleaner = create_async_engine(as_asyncpg_url(superuser_database_url), poolclass=NullPool)
    async with cleaner.begin() as connection:
        await connection.execute(text(_CLEAN_UP))
    await cleaner.dispose()


@pytest.fixture(scope="session")
def _committing_app(settings: Settings, engine: AsyncEngine) -> Litestar:
    return create_app(settings, sessions=create_session_factory(engine))


@pytest.fixture
def committed_app(_committing_app: Litestar, committed_sessions: SessionFactory) -> Litestar:
    _committing_app.state.signing_keys.forget()  # those of the test before are deleted
    return _committing_app


@pytest.fixture
async def committed_people(
    committed_app: Litestar, committed_sessions: SessionFactory, settings: Settings
) -> AsyncGenerator[PeopleFactory]:
    factory = PeopleFactory(committed_sessions, settings, asgi_transport(committed_app))
    yield factory
    for client in factory.clients:
        await client.aclose()


@pytest.fixture
async def committed_owner(committed_people: PeopleFactory) -> Person:
    return await committed_people.owner()


@pytest.fixture
def as_superuser(database_name: str) -> Callable[..., None]:
    """Run statements that the application may not, on this test process's database."""
    return lambda *statements: run_as_superuser(running_server(), *statements, database=database_name)
