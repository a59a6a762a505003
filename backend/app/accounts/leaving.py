"""An account's end: asked for, fourteen days to think again, then gone."""

from datetime import timedelta
from uuid import UUID

import structlog
from msgspec import structs
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.errors import DeletionUnderway, LastOwner, NotConfirmed
from app.accounts.links import Links
from app.accounts.repositories import LeavingRepository, OwnMembershipRepository, TeamOwnerRepository
from app.accounts.schemas import Deletion, OwnedTeam
from app.api_clients.services import end_keys_of
from app.auth.caller import Principal
from app.auth.client import ClientInfo
from app.auth.services import SessionService
from app.db.session import enter_scope, outside_teams
from app.db.tenancy import TenantScope
from app.lib import clock
from app.lib.mail_templates import CredentialChange
from app.queue.enqueue import enqueue
from app.users.services import UserService

GRACE = timedelta(days=14)

log = structlog.get_logger("quittance.security")


class DeletionService:
    def __init__(
        self,
        session: AsyncSession,
        principal: Principal,
        *,
        users: UserService,
        browser_sessions: SessionService,
        links: Links,
    ) -> None:
        self._session = session
        self._principal = principal
        self._users = users
        self._browser_sessions = browser_sessions
        self._links = links

    async def state(self) -> Deletion:
        user = await self._users.get(self._principal.user_id)
        return Deletion(due_at=user.deletion_due_at, teams_without_other_owner=await self._left_alone())

    async def request(self, confirmation: str, client: ClientInfo) -> Deletion:
        """Begin the days of grace and end every credential but those to come back with; raise `LastOwner` with the teams' names."""
        user = await self._users.get(self._principal.user_id)
        if confirmation.strip().lower() != user.email:
            raise NotConfirmed
        if user.deletion_due_at is not None:
            raise DeletionUnderway
        if teams := await self._left_alone():
            names = ", ".join(f"“{team.name}”" for team in teams)
            raise LastOwner(f"Hand over or delete first: {names}. Nothing was changed.")
        user.deletion_due_at = clock.now() + GRACE
        await self._links.end_all_of(user.id)
        await self._browser_sessions.end_all_of(user.id)
        await self._end_api_keys()
        async with outside_teams(self._session):
            await enqueue(
                self._session,
                "send_deletion_mail",
                user_id=user.id,
                ip_address=client.ip_address,
                user_agent=client.user_agent[:400],
            )
        return Deletion(due_at=user.deletion_due_at, teams_without_other_owner=[])

    async def cancel(self, client: ClientInfo) -> None:
        """Keep the account; without a deletion under way there is nothing to do."""
        user = await self._users.get(self._principal.user_id)
        if user.deletion_due_at is None:
            return
        user.deletion_due_at = None
        async with outside_teams(self._session):
            await enqueue(
                self._session,
                "send_credential_notice",
                user_id=user.id,
                what=CredentialChange.DELETION_CANCELLED,
                ip_address=client.ip_address,
                user_agent=client.user_agent[:400],
            )

    async def _end_api_keys(self) -> None:
        """In each team: those of one team open only to it."""
        own = TenantScope(user_id=self._principal.user_id, actor=self._principal.actor)
        await enter_scope(self._session, own)
        for team_id in await OwnMembershipRepository(self._session).team_ids_of(self._principal.user_id):
            await enter_scope(self._session, structs.replace(own, team_id=team_id))
            await end_keys_of(self._session, self._principal.user_id, team_id)
        await enter_scope(self._session, self._principal.scope)

    async def _left_alone(self) -> list[OwnedTeam]:
        teams = await teams_left_alone(self._session, self._principal.user_id, is_foreseen=True)
        await enter_scope(self._session, self._principal.scope)
        return teams


async def teams_left_alone(session: AsyncSession, user_id: UUID, *, is_foreseen: bool = False) -> list[OwnedTeam]:
    """The teams that have no owner but this person; the transaction is left in the person's scope.

    Foreseen: not those that will have ended before the account does, and an owner who is leaving as well is none.
    """
    own = TenantScope(user_id=user_id)
    await session.flush()
    await enter_scope(session, own)
    alone: list[OwnedTeam] = []
    leaving = LeavingRepository(session)
    closing_before = clock.now() + GRACE if is_foreseen else None
    for team_id, name in await leaving.teams_owned_by(user_id, closing_before=closing_before):
        # Each team opens its memberships only to itself.
        await enter_scope(session, TenantScope(team_id=team_id, user_id=user_id))
        if not await TeamOwnerRepository(session, team_id).has_owner_beside(user_id, is_staying=is_foreseen):
            alone.append(OwnedTeam(id=team_id, name=name))
    await enter_scope(session, own)
    return alone


async def delete_if_due(session: AsyncSession, user_id: UUID) -> bool:
    """Delete an account that is due; one that has become a team's last owner meanwhile stays until it has handed over."""
    leaving = LeavingRepository(session)
    if not await leaving.lock_due(user_id, now=clock.now()):
        return False
    alone = await teams_left_alone(session, user_id)
    # Nobody acts here but the system.
    await enter_scope(session, TenantScope())
    if alone:
        log.warning("account kept: last owner", user_id=str(user_id), teams=[str(team.id) for team in alone])
        return False
    await leaving.delete(user_id)
    log.info("account deleted", user_id=str(user_id))
    return True
