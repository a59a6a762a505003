"""Who owns a transaction: one request or one block of a job, committed here and nowhere else."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from app.db.tenancy import SCOPE_KEY, SET_SCOPE, TenantScope, TenantSession, scope_parameters

type SessionFactory = async_sessionmaker[AsyncSession]


def create_session_factory(engine: AsyncEngine) -> SessionFactory:
    return async_sessionmaker(engine, sync_session_class=TenantSession, expire_on_commit=False, autoflush=True)


def set_scope(session: AsyncSession, scope: TenantScope) -> None:
    """Give the session's next transaction its scope."""
    session.info[SCOPE_KEY] = scope


@asynccontextmanager
async def transaction(factory: SessionFactory, scope: TenantScope | None = None) -> AsyncGenerator[AsyncSession]:
    """Commit on leaving; roll back on any exception, a failed COMMIT included."""
    async with factory() as session:
        if scope is not None:
            set_scope(session, scope)
        try:
            yield session
            await commit(session)
        except asyncio.CancelledError:
            await discard(session)
            raise


async def discard(session: AsyncSession) -> None:
    """Throw the connection away: one that was cancelled in the middle of BEGIN would go back to the pool with its transaction open."""
    await asyncio.shield(session.invalidate())


async def release(session: AsyncSession) -> None:
    """Give the connection back before a long wait: what was read is let go, and the next query begins another transaction."""
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("The changes so far would be lost.")
    await session.close()


async def commit(session: AsyncSession) -> None:
    """Commit the one transaction of this request or job."""
    await session.commit()


async def enter_scope(session: AsyncSession, scope: TenantScope) -> None:
    """Change the scope in the middle of a transaction: sign-up creates the team it then works in."""
    set_scope(session, scope)
    if session.in_transaction():
        await session.execute(SET_SCOPE, scope_parameters(scope))
