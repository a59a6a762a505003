"""What those who run the installation may do to accounts. Triggers write each of it into the account's own log."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from app.admin.errors import (
    AccountDisabled,
    AlreadyVerified,
    CannotAdminister,
    LastAdministrator,
    OwnAccount,
    TeamNotFound,
    UserNotFound,
)
from app.admin.repositories import AdminTeamRepository, AdminUserRepository, ImpersonationRepository
from app.admin.schemas import (
    AdminImpersonation,
    AdminListQuery,
    AdminMember,
    AdminOverview,
    AdminTeam,
    AdminTeamDetail,
    AdminTeamPage,
    AdminUser,
    AdminUserDetail,
    AdminUserPage,
    AdminUserTeam,
    UserState,
)
from app.auth.services import SessionService
from app.lib import clock
from app.models import Impersonation, User
from app.queue.enqueue import enqueue


class AdminUserService:
    def __init__(self, session: AsyncSession, browser_sessions: SessionService, administrator_id: UUID) -> None:
        self._session = session
        self._browser_sessions = browser_sessions
        self._administrator_id = administrator_id
        self._users = AdminUserRepository(session)
        self._impersonations = ImpersonationRepository(session)

    async def overview(self) -> AdminOverview:
        return msgspec.convert(await self._users.figures(now=clock.now()), AdminOverview, from_attributes=True)

    async def list_page(self, query: AdminListQuery, state: UserState) -> AdminUserPage:
        users, next_cursor = await self._users.list_page(query, state)
        return AdminUserPage(items=await self._with_teams(users), next_cursor=next_cursor)

    async def get(self, user_id: UUID) -> AdminUserDetail:
        user = await self._users.get(user_id)
        if user is None:
            raise UserNotFound
        (shown,) = await self._with_teams([user])
        session_count, last_seen_at = await self._users.session_figures(user_id, now=clock.now())
        return AdminUserDetail(
            user=shown,
            session_count=session_count,
            last_seen_at=last_seen_at,
            impersonations=[_impersonation(*found) for found in await self._users.impersonations_of(user_id)],
        )

    async def disable(self, user_id: UUID, reason: str) -> None:
        """Shut the account: its sessions and streams end at once, its keys open nothing; nothing of it is deleted."""
        await self._stand_among_administrators()
        user = await self._another(user_id)
        user.disabled_at = user.disabled_at or clock.now()
        user.disabled_reason = reason.strip()
        await self._sign_out(user_id)

    async def enable(self, user_id: UUID) -> None:
        user = await self._another(user_id)
        user.disabled_at = None
        user.disabled_reason = None

    async def end_sessions(self, user_id: UUID) -> None:
        """Sign somebody out of every browser and every API client."""
        await self._another(user_id)
        await self._sign_out(user_id)

    async def send_verification(self, user_id: UUID) -> None:
        user = await self._another(user_id)
        if user.email_verified_at is not None:
            raise AlreadyVerified
        if user.disabled_at is not None:
            raise AccountDisabled("Enable the account first; until then its link would open nothing.")
        await enqueue(self._session, "resend_confirmation", email=user.email)

    async def make_administrator(self, user_id: UUID) -> None:
        user = await self._another(user_id)
        if user.email_verified_at is None or user.disabled_at is not None:
            raise CannotAdminister("Only an enabled account with a confirmed e-mail address can.")
        user.is_platform_admin = True

    async def remove_administrator(self, user_id: UUID) -> None:
        await self._stand_among_administrators()
        user = await self._another(user_id)
        user.is_platform_admin = False

    async def _another(self, user_id: UUID) -> User:
        if user_id == self._administrator_id:
            raise OwnAccount("Ask another administrator: nobody does this to their own account.")
        user = await self._users.get(user_id, is_locked=True)
        if user is None:
            raise UserNotFound
        return user

    async def _stand_among_administrators(self) -> None:
        """Whoever dismisses another must still be an administrator when it happens: so there is always one."""
        if self._administrator_id not in await self._users.lock_administrators():
            raise LastAdministrator("You are no administrator any more, so nothing was changed.")

    async def _sign_out(self, user_id: UUID) -> None:
        await self._session.flush()
        await self._browser_sessions.end_all_of(user_id)
        await self._impersonations.end_all_by(user_id, now=clock.now())

    async def _with_teams(self, users: Sequence[User]) -> list[AdminUser]:
        teams: dict[UUID, list[AdminUserTeam]] = {user.id: [] for user in users}
        for user_id, team, role in await self._users.memberships_of(list(teams)):
            teams[user_id].append(AdminUserTeam(id=team.id, name=team.name, role=role))
        return [_user(user, teams[user.id]) for user in users]


class AdminTeamService:
    def __init__(self, session: AsyncSession) -> None:
        self._teams = AdminTeamRepository(session)

    async def list_page(self, query: AdminListQuery) -> AdminTeamPage:
        teams, next_cursor = await self._teams.list_page(query)
        figures = await self._teams.member_figures([team.id for team in teams])
        return AdminTeamPage(
            items=[
                AdminTeam(
                    id=team.id,
                    name=team.name,
                    created_at=team.created_at,
                    member_count=figures[team.id][0] if team.id in figures else 0,
                    owner_names=figures[team.id][1] if team.id in figures else [],
                )
                for team in teams
            ],
            next_cursor=next_cursor,
        )

    async def get(self, team_id: UUID) -> AdminTeamDetail:
        team = await self._teams.get(team_id)
        if team is None:
            raise TeamNotFound
        return AdminTeamDetail(
            id=team.id,
            name=team.name,
            created_at=team.created_at,
            members=[
                AdminMember(
                    user_id=user.id,
                    name=user.name,
                    email=user.email,
                    role=membership.role,
                    is_disabled=user.disabled_at is not None,
                    joined_at=membership.created_at,
                )
                for membership, user in await self._teams.members([team_id])
            ],
        )


def _user(user: User, teams: list[AdminUserTeam]) -> AdminUser:
    return AdminUser(
        id=user.id,
        name=user.name,
        email=user.email,
        is_email_verified=user.email_verified_at is not None,
        has_second_factor=user.has_second_factor,
        is_platform_admin=user.is_platform_admin,
        disabled_at=user.disabled_at,
        disabled_reason=user.disabled_reason,
        deletion_due_at=user.deletion_due_at,
        created_at=user.created_at,
        teams=teams,
    )


def _impersonation(row: Impersonation, administrator_name: str) -> AdminImpersonation:
    return AdminImpersonation(
        id=row.id,
        administrator_name=administrator_name,
        reason=row.reason,
        is_read_only=row.is_read_only,
        started_at=row.started_at,
        ended_at=row.ended_at,
        expires_at=row.expires_at,
    )
