"""The short way for what every request does: a prepared statement straight on asyncpg, inside the session's own transaction.

SQLAlchemy's execution costs about 0.2 ms of Python per statement. That is nothing for most routes, and half of the invoice list.
Reads only: whatever changes rows goes through the session, which knows what it has to flush.
"""

from collections.abc import Mapping
from typing import Any, cast

import asyncpg
from sqlalchemy import ClauseElement, Connection, Executable, text
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi, PGDialect_asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

_DISCONNECTED = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, AsyncAdapt_asyncpg_dbapi.Error, OSError)
_dialect = PGDialect_asyncpg()


class DriverStatement:
    """A statement compiled once; `values` are its bind parameters by name."""

    def __init__(self, statement: Executable) -> None:
        # `Executable` does not say that every statement can be compiled.
        compiled = cast("Any", cast("ClauseElement", statement).compile(dialect=_dialect))
        self.sql: str = compiled.string
        self._names: tuple[str, ...] = tuple(compiled.positiontup or ())
        self._defaults: dict[str, Any] = {name: value for name, value in compiled.params.items() if value is not None}

    def positional(self, values: Mapping[str, Any]) -> list[Any]:
        """The bind parameters in the order of `sql`."""
        arguments = self._defaults | dict(values)
        return [arguments[name] for name in self._names]

    async def fetch(self, session: AsyncSession, values: Mapping[str, Any]) -> list[asyncpg.Record]:
        """Return the rows; columns are read by position or name."""
        # Where the transaction has its connection already, asking for it needs no switch into SQLAlchemy's greenlet.
        held = session.sync_session
        connection = held.connection() if held.in_transaction() else (await session.connection()).sync_connection
        assert connection is not None  # `session.connection()` returns started ones only
        try:
            raw = await _begun(connection)
            return await raw.fetch(self.sql, *self.positional(values))
        except _DISCONNECTED:
            # Asked once more through SQLAlchemy, so that it notices and drops every connection of the dead server.
            await session.execute(text("SELECT 1"))
            raise


async def _begun(connection: Connection) -> Any:
    """Return the asyncpg connection (its classes carry no types) with BEGIN sent: SQLAlchemy sends it with its own first statement."""
    adapted: Any = connection.connection.dbapi_connection
    if adapted._transaction is None:  # noqa: SLF001 - tests/db/test_driver.py pins it
        await adapted._start_transaction()  # noqa: SLF001
    return adapted.driver_connection
