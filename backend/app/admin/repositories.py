"""Queries across teams, for transactions that are platform-wide: people, who belongs where, and how many."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.admin.schemas import AdminListQuery, UserState
from app.lib.pagination import decode_cursor, encode_cursor, split_page
from app.models import Impersonation, Membership, Role, Session, Team, User

_STATES: dict[str, ColumnElement[bool]] = {
    "unverified": User.email_verified_at.is_(None),
    "disabled": User.disabled_at.is_not(None),
    "deletion_due": User.deletion_due_at.is_not(None),
    "administrator": User.is_platform_admin.is_(True),
}
_LATEST_IMPERSONATIONS = 10


class AdminUserRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_page(self, query: AdminListQuery, state: UserState) -> tuple[Sequence[User], str | None]:
        statement = select(User)
        if state != "all":
            statement = statement.where(_STATES[state])
        return await _page(self._session, statement, User, (User.name, User.email), query)

    async def get(self, user_id: UUID, *, is_locked: bool = False) -> User | None:
        return await self._session.get(User, user_id, with_for_update=is_locked or None)

    async def lock_administrators(self) -> Sequence[UUID]:
        """Hold every account that can run the installation: two of them must not dismiss each other at the same moment."""
        statement = (
            select(User.id)
            .where(User.is_platform_admin, User.disabled_at.is_(None))
            .order_by(User.id)
            .with_for_update()
        )
        return (await self._session.scalars(statement)).all()

    async def memberships_of(self, user_ids: Sequence[UUID]) -> Sequence[tuple[UUID, Team, Role]]:
        statement = (
            select(Membership.user_id, Team, Membership.role)
            .join(Team, Team.id == Membership.team_id)
            .where(Membership.user_id.in_(user_ids))
            .order_by(Membership.created_at, Team.id)
        )
        return [(user_id, team, role) for user_id, team, role in (await self._session.execute(statement)).all()]

    async def session_figures(self, user_id: UUID, *, now: datetime) -> tuple[int, datetime | None]:
        """Return how many sessions are live, and when the person was last seen; an impersonation is not the person."""
        is_own = (Session.user_id == user_id) & Session.impersonation_id.is_(None)
        is_live = Session.revoked_at.is_(None) & (Session.expires_at > now)
        statement = select(func.count().filter(is_live), func.max(Session.last_seen_at)).where(is_own)
        count, last_seen_at = (await self._session.execute(statement)).one()
        return count, last_seen_at

    async def impersonations_of(self, user_id: UUID) -> Sequence[tuple[Impersonation, str]]:
        statement = (
            select(Impersonation, User.name)
            .join(User, User.id == Impersonation.administrator_id)
            .where(Impersonation.user_id == user_id)
            .order_by(Impersonation.started_at.desc())
            .limit(_LATEST_IMPERSONATIONS)
        )
        return [(impersonation, name) for impersonation, name in (await self._session.execute(statement)).all()]

    async def figures(self, *, now: datetime) -> Any:
        users = (
            select(
                func.count().label("user_count"),
                func.count().filter(_STATES["unverified"]).label("unverified_user_count"),
                func.count().filter(User.has_second_factor).label("second_factor_user_count"),
                func.count().filter(_STATES["disabled"]).label("disabled_user_count"),
                func.count().filter(_STATES["deletion_due"]).label("deletion_due_user_count"),
                func.count().filter(_STATES["administrator"]).label("administrator_count"),
            )
            .select_from(User)
            .subquery()
        )
        teams = select(func.count()).select_from(Team).scalar_subquery()
        sessions = (
            select(func.count())
            .select_from(Session)
            .where(Session.revoked_at.is_(None), Session.expires_at > now)
            .scalar_subquery()
        )
        impersonations = (
            select(func.count())
            .select_from(Impersonation)
            .where(Impersonation.ended_at.is_(None), Impersonation.expires_at > now)
            .scalar_subquery()
        )
        statement = select(
            *users.c,
            teams.label("team_count"),
            sessions.label("live_session_count"),
            impersonations.label("running_impersonation_count"),
        )
        return (await self._session.execute(statement)).one()


class ImpersonationRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, impersonation: Impersonation) -> None:
        self._session.add(impersonation)

    async def flush(self) -> None:
        await self._session.flush()

    async def with_people(self, impersonation_id: UUID) -> tuple[Impersonation, User, str] | None:
        """Return it with the person looked at and the administrator's name."""
        administrator = aliased(User)
        statement = (
            select(Impersonation, User, administrator.name)
            .join(User, User.id == Impersonation.user_id)
            .join(administrator, administrator.id == Impersonation.administrator_id)
            .where(Impersonation.id == impersonation_id)
        )
        row = (await self._session.execute(statement)).one_or_none()
        return (row[0], row[1], row[2]) if row else None

    async def end_of_session(self, session_id: UUID, *, now: datetime) -> None:
        """End the impersonation behind a session; a trigger revokes the session."""
        impersonation_id = select(Session.impersonation_id).where(Session.id == session_id).scalar_subquery()
        await self._end(Impersonation.id == impersonation_id, now=now)

    async def end_all_by(self, administrator_id: UUID, *, now: datetime) -> None:
        await self._end(Impersonation.administrator_id == administrator_id, now=now)

    async def _end(self, condition: ColumnElement[bool], *, now: datetime) -> None:
        await self._session.execute(
            update(Impersonation).where(condition, Impersonation.ended_at.is_(None)).values(ended_at=now)
        )


class AdminTeamRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_page(self, query: AdminListQuery) -> tuple[Sequence[Team], str | None]:
        return await _page(self._session, select(Team), Team, (Team.name,), query)

    async def get(self, team_id: UUID) -> Team | None:
        return await self._session.get(Team, team_id)

    async def members(self, team_ids: Sequence[UUID]) -> Sequence[tuple[Membership, User]]:
        statement = (
            select(Membership, User)
            .join(User, User.id == Membership.user_id)
            .where(Membership.team_id.in_(team_ids))
            .order_by(Membership.created_at, User.id)
        )
        return [(membership, user) for membership, user in (await self._session.execute(statement)).all()]

    async def member_figures(self, team_ids: Sequence[UUID]) -> dict[UUID, tuple[int, list[str]]]:
        """Return each team's number of members and its owners' names."""
        statement = (
            select(
                Membership.team_id,
                func.count(),
                func.array_agg(User.name).filter(Membership.role == Role.OWNER),
            )
            .join(User, User.id == Membership.user_id)
            .where(Membership.team_id.in_(team_ids))
            .group_by(Membership.team_id)
        )
        return {
            team_id: (count, sorted(owners or [])) for team_id, count, owners in await self._session.execute(statement)
        }


async def _page(
    session: AsyncSession, statement: Select[Any], model: Any, searched: tuple[Any, ...], query: AdminListQuery
) -> tuple[Sequence[Any], str | None]:
    """Newest first: ids sort by the time they were made at."""
    if query.search:
        # `autoescape` makes % and _ in the search ordinary characters.
        statement = statement.where(or_(*(column.icontains(query.search, autoescape=True) for column in searched)))
    if query.cursor:
        statement = statement.where(model.id < decode_cursor(query.cursor).id)
    rows = (await session.scalars(statement.order_by(model.id.desc()).limit(query.limit + 1))).all()
    page, has_more = split_page(rows, query.limit)
    return page, encode_cursor("", page[-1].id) if has_more else None
