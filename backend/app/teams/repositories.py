from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.repository import TeamRepository
from app.models import Membership, Role, SellerProfile, Team, User


class MembershipRepository:
    """Memberships across teams, for a person who has not chosen one yet."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def oldest_of(self, user_id: UUID) -> Membership | None:
        statement = (
            select(Membership)
            .where(Membership.user_id == user_id)
            .order_by(Membership.created_at, Membership.team_id)
            .limit(1)
        )
        return await self._session.scalar(statement)

    async def team_ids(self) -> Sequence[UUID]:
        """Every team, for the schedules: the list of ids is the system's, what is inside stays behind row-level security."""
        return (await self._session.scalars(select(Team.id).order_by(Team.id))).all()


class SellerRepository(TeamRepository[SellerProfile]):
    model = SellerProfile

    async def get_profile(self) -> SellerProfile | None:
        return await self.session.scalar(self.visible())

    async def get_team(self) -> Team | None:
        return await self.session.get(Team, self.team_id)

    async def owners(self) -> Sequence[User]:
        statement = (
            select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(self.belongs(Membership), Membership.role == Role.OWNER)
            .order_by(User.email)
        )
        return (await self.session.scalars(statement)).all()
