from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Impersonation, Membership, Role, Session, Team, User


class MeRepository:
    """What a signed-in person sees of themselves, whichever team they are in."""

    def __init__(self, session: AsyncSession, user_id: UUID) -> None:
        self._session = session
        self._user_id = user_id

    async def teams(self) -> Sequence[tuple[Team, Role]]:
        statement = (
            select(Team, Membership.role)
            .join(Membership, Membership.team_id == Team.id)
            .where(Membership.user_id == self._user_id)
            .order_by(Team.name, Team.id)
        )
        return [(team, role) for team, role in (await self._session.execute(statement)).all()]

    async def impersonation(self, session_id: UUID) -> tuple[Impersonation, str] | None:
        """The impersonation behind a session, with the administrator's name."""
        statement = (
            select(Impersonation, User.name)
            .join(Session, Session.impersonation_id == Impersonation.id)
            .join(User, User.id == Impersonation.administrator_id)
            .where(Session.id == session_id, Session.user_id == self._user_id)
        )
        row = (await self._session.execute(statement)).one_or_none()
        return (row[0], row[1]) if row else None
