"""What is left in the database, seen past row-level security."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.config import as_asyncpg_url
from app.models import Base


class Leftovers:
    def __init__(self, superuser_database_url: str) -> None:
        self._engine = create_async_engine(as_asyncpg_url(superuser_database_url), poolclass=NullPool)

    async def of_team(self, team_id: UUID) -> dict[str, int]:
        """The tables that have rows of the team, and how many."""
        names = [table.name for table in Base.metadata.sorted_tables if "team_id" in table.columns]
        counts = [f"SELECT '{name}', count(*) FROM {name} WHERE team_id = :team" for name in names]
        return await self._found(" UNION ALL ".join(counts), team=team_id)

    async def saying(self, *words: str) -> dict[str, int]:
        """The tables that have rows with one of the words anywhere in them, and how many."""
        tables = Base.metadata.sorted_tables
        counts = [
            f"SELECT '{table.name}', count(*) FROM {table.name} t WHERE t::text LIKE ANY(:words)" for table in tables
        ]
        return await self._found(" UNION ALL ".join(counts), words=[f"%{word}%" for word in words])

    async def _found(self, statement: str, **values: object) -> dict[str, int]:
        async with self._engine.connect() as connection:
            rows = await connection.execute(text(statement), values)
            return {table: count for table, count in rows if count}
