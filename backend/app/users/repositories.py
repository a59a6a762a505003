from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import release
from app.models import User


class UserRepository:
    """People belong to no team, so there is no scope: who is asked for is always the caller or an address."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, user_id: UUID, *, is_locked: bool = False) -> User | None:
        return await self._find(select(User).where(User.id == user_id), is_locked=is_locked)

    async def get_by_email(self, email: str, *, is_locked: bool = False) -> User | None:
        return await self._find(select(User).where(User.email == email), is_locked=is_locked)

    async def release(self) -> None:
        """Hold no connection while a password waits to be hashed."""
        await release(self._session)

    async def _find(self, statement: Select[User], *, is_locked: bool) -> User | None:
        return await self._session.scalar(statement.with_for_update(key_share=True) if is_locked else statement)

    def add(self, user: User) -> None:
        self._session.add(user)

    async def flush(self) -> None:
        await self._session.flush()
