"""What every command shares: settings, a database session, and one plain sentence when that fails."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import click
import psycopg
import sqlalchemy.exc

from app.config import Settings, get_settings
from app.db.audit import RequestFacts, acting
from app.db.engine import create_engine
from app.db.session import SessionFactory, create_session_factory
from app.lib.ids import new_id

DATABASE_AWAY = "The database does not answer at {url}. Start it with `make db-start`, or correct DATABASE_URL."

LOCKED = "Somebody else was using a table, and nobody was made to wait. Nothing of this step was changed: run it again."

# What asyncpg says of a wrong database, a wrong password, or a server that is just starting.
_REFUSED_CONNECTION = (
    asyncpg.InvalidCatalogNameError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
)


def run_with_sessions(work: Callable[[SessionFactory, Settings], Awaitable[None]]) -> None:
    """Run the command's coroutine with a session factory of its own."""
    settings = get_settings()

    async def run() -> None:
        engine = create_engine(settings.database)
        context = click.get_current_context(silent=True)
        # However it was called: `litestar seed`, not `python -m litestar seed`.
        action = context.command_path.removeprefix("python -m ") if context else "command line"
        try:
            # One id for the whole run, so that the audit log can show its entries as one.
            with acting(RequestFacts(action=action, request_id=str(new_id()))):
                await work(create_session_factory(engine), settings)
        finally:
            await engine.dispose()

    with_plain_errors(lambda: asyncio.run(run()), settings)


def with_plain_errors(work: Callable[[], None], settings: Settings) -> None:
    try:
        work()
    except sqlalchemy.exc.ProgrammingError as error:
        if "does not exist" in str(error.orig):
            raise click.ClickException(
                "The database lacks tables. Bring it up to date with `make db-upgrade`."
            ) from None
        raise
    except (OSError, psycopg.OperationalError, sqlalchemy.exc.OperationalError) as error:
        if isinstance(getattr(error, "orig", None), psycopg.errors.LockNotAvailable):
            raise click.ClickException(LOCKED) from None
        raise _away(settings) from None
    except sqlalchemy.exc.DBAPIError as error:
        if isinstance(getattr(error.orig, "__cause__", None), _REFUSED_CONNECTION):
            raise _away(settings) from None
        raise


def _away(settings: Settings) -> click.ClickException:
    return click.ClickException(DATABASE_AWAY.format(url=_without_password(settings.database.url)))


def _without_password(url: str) -> str:
    return sqlalchemy.make_url(url).render_as_string(hide_password=True)
