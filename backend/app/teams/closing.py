"""The end of a team: asked for by an owner, called off by an owner, or carried out after the days of grace."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.caller import Caller
from app.auth.permissions import Permission
from app.config import Settings
from app.events.services import record_event
from app.lib import clock
from app.lib.mail_templates import render_team_deletion_called_off, render_team_deletion_requested
from app.models import Team
from app.teams.errors import DeletionAlreadyRequested, NoDeletionRequested, NotTheTeamsName
from app.teams.membership import lock_for
from app.teams.notices import enqueue_letter
from app.teams.repositories import ClosingRepository, InvitationRepository, MemberRepository, MembershipRepository

type ClosingEvent = Literal["team.deletion_requested", "team.deletion_cancelled"]

GRACE = timedelta(days=14)


class ClosingService:
    def __init__(self, session: AsyncSession, caller: Caller, settings: Settings) -> None:
        self._session = session
        self._caller = caller
        self._settings = settings
        self._members = MemberRepository(session, caller.team_id)

    async def request(self, name: str) -> datetime:
        """Have the team deleted in fourteen days, and tell every member by mail."""
        team, _ = await lock_for(self._members, self._caller, Permission.TEAM_DELETE)
        if " ".join(name.split()) != " ".join(team.name.split()):
            raise NotTheTeamsName
        if team.deletion_due_at is not None:
            raise DeletionAlreadyRequested("An owner can call it off until then.")
        team.deletion_due_at = due_at = clock.now() + GRACE
        self._record("team.deletion_requested", team)
        for member in await self._members.list_members():
            letter = render_team_deletion_requested(
                name=member.user.name,
                team_name=team.name,
                deletes_on=due_at.date(),
                by=self._caller.user_name,
                link=f"{self._settings.app_url}/settings/team",
            )
            await enqueue_letter(
                self._session, letter, kind="team-deletion", to=member.user.email, settings=self._settings
            )
        return due_at

    async def call_off(self) -> None:
        """Keep the team after all, and tell every member by mail."""
        team, _ = await lock_for(self._members, self._caller, Permission.TEAM_DELETE)
        if team.deletion_due_at is None:
            raise NoDeletionRequested
        team.deletion_due_at = None
        self._record("team.deletion_cancelled", team)
        for member in await self._members.list_members():
            letter = render_team_deletion_called_off(
                name=member.user.name, team_name=team.name, by=self._caller.user_name
            )
            await enqueue_letter(self._session, letter, kind="team-kept", to=member.user.email, settings=self._settings)

    def _record(self, kind: ClosingEvent, team: Team) -> None:
        record_event(
            self._session,
            kind,
            team_id=team.id,
            subject_type="team",
            subject_id=team.id,
            actor_name=self._caller.user_name,
        )


async def teams_to_close(session: AsyncSession, now: datetime) -> Sequence[UUID]:
    return await MembershipRepository(session).teams_to_close(now)


async def close_team_when_due(session: AsyncSession, team_id: UUID) -> bool:
    """Close the team unless its owner called it off meanwhile; return whether it was closed.

    Without an issued invoice nothing of it is kept. With one, its documents stay for as long as the law asks, where nobody gets at
    them: it has no members, so there is no session, key or invitation that opens it (docs/decisions/0005).
    """
    members, closing = MemberRepository(session, team_id), ClosingRepository(session, team_id)
    team, now = await members.lock_team(), clock.now()
    if team is None or team.deletion_due_at is None or team.deletion_due_at > now:
        return False
    if not await closing.has_documents():
        await closing.delete_team()
        return True
    await closing.delete_what_no_document_needs()
    await InvitationRepository(session, team_id).end_all(now=now)
    await closing.end_memberships()
    team.closed_at = now
    return True
