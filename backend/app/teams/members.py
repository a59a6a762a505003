"""Who belongs to the team, and as what."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.caller import Caller, Principal
from app.auth.permissions import Permission
from app.config import Settings
from app.db.session import enter_scope
from app.db.tenancy import TenantScope
from app.events.services import record_event
from app.lib.mail_templates import render_member_removed, render_owner_added, render_ownership_transferred
from app.models import Role, Team
from app.teams.errors import AlreadyOwner, NotAMember, NotYourTeam, RemovingYourself
from app.teams.membership import lock_for, refuse_above, refuse_stale, refuse_without_owner
from app.teams.notices import enqueue_letter
from app.teams.repositories import Member, MemberRepository, MembershipRepository

type MemberEvent = Literal["member.joined", "member.role_changed", "member.left", "member.removed"]


def record_member_event(
    session: AsyncSession, kind: MemberEvent, member: Member, *, team_id: UUID, actor_name: str
) -> None:
    record_event(
        session,
        kind,
        team_id=team_id,
        subject_type="member",
        subject_id=member.user.id,
        actor_name=actor_name,
        detail={"name": member.user.name, "role": member.membership.role},
    )


async def leave_team(session: AsyncSession, principal: Principal, team_id: UUID) -> None:
    """Take the caller out of a team of theirs, whichever they are working in."""
    if not await MembershipRepository(session).is_member(principal.user_id, team_id):
        raise NotYourTeam  # before the transaction steps into a team that somebody named
    await enter_scope(session, TenantScope(team_id=team_id, user_id=principal.user_id, actor=principal.actor))
    members = MemberRepository(session, team_id)
    team, member = await members.lock_team(), await members.find(principal.user_id)
    if team is None or member is None:
        raise NotYourTeam
    await refuse_without_owner(members, member.membership.role)
    record_member_event(session, "member.left", member, team_id=team_id, actor_name=member.user.name)
    await members.remove(member.membership)


class MemberService:
    def __init__(self, session: AsyncSession, caller: Caller, settings: Settings) -> None:
        self._session = session
        self._caller = caller
        self._settings = settings
        self._members = MemberRepository(session, caller.team_id)

    async def list_members(self) -> Sequence[Member]:
        return await self._members.list_members()

    async def change_role(self, user_id: UUID, role: Role) -> Member:
        """Give the member another role, at once; `Role.OWNER` is given by `share_ownership`."""
        _, actor = await lock_for(self._members, self._caller, Permission.MEMBERS_MANAGE)
        member = await self._find(user_id)
        refuse_above(actor, member.membership.role)
        refuse_above(actor, role)
        if member.membership.role == role:
            return member
        refuse_stale(self._caller, member.membership.role)
        await refuse_without_owner(self._members, member.membership.role)
        self._set_role(member, role)
        return member

    async def remove(self, user_id: UUID) -> None:
        """Take the member out, at once, and tell them by mail."""
        if user_id == self._caller.user_id:
            raise RemovingYourself("Leave the team instead: it is a button beside its name.")
        team, actor = await lock_for(self._members, self._caller, Permission.MEMBERS_MANAGE)
        member = await self._find(user_id)
        refuse_above(actor, member.membership.role)
        refuse_stale(self._caller, member.membership.role)
        await refuse_without_owner(self._members, member.membership.role)
        self._record("member.removed", member)
        await self._members.remove(member.membership)
        letter = render_member_removed(name=member.user.name, team_name=team.name, by=actor.user.name)
        await enqueue_letter(
            self._session, letter, kind="member-removed", to=member.user.email, settings=self._settings
        )

    async def share_ownership(self, user_id: UUID, *, is_handover: bool) -> Member:
        """Make a member an owner beside the caller or, as a handover, in their place: then the caller stays as an admin."""
        team, actor = await lock_for(self._members, self._caller, Permission.OWNERSHIP_TRANSFER)
        member = await self._find(user_id)
        if member.membership.role is Role.OWNER and (not is_handover or user_id == self._caller.user_id):
            raise AlreadyOwner
        is_new_owner = member.membership.role is not Role.OWNER
        if is_new_owner:
            self._set_role(member, Role.OWNER)
        if is_handover:
            self._set_role(actor, Role.ADMIN)
            await self._tell_of_handover(team, actor, member)
        if is_new_owner:
            await self._tell_owners(team, member, by=actor, is_told_already=is_handover)
        return member

    async def _find(self, user_id: UUID) -> Member:
        member = await self._members.find(user_id)
        if member is None:
            raise NotAMember
        return member

    def _set_role(self, member: Member, role: Role) -> None:
        member.membership.role = role
        self._record("member.role_changed", member)

    def _record(self, kind: MemberEvent, member: Member) -> None:
        record_member_event(
            self._session, kind, member, team_id=self._caller.team_id, actor_name=self._caller.user_name
        )

    async def _tell_of_handover(self, team: Team, former: Member, new: Member) -> None:
        for member in (former, new):
            letter = render_ownership_transferred(
                name=member.user.name,
                team_name=team.name,
                old_owner_name=former.user.name,
                new_owner_name=new.user.name,
                is_new_owner=member is new,
                link=f"{self._settings.app_url}/settings/members",
            )
            await enqueue_letter(
                self._session, letter, kind="ownership-transferred", to=member.user.email, settings=self._settings
            )

    async def _tell_owners(self, team: Team, new: Member, *, by: Member, is_told_already: bool) -> None:
        """Tell every owner who joins them; after a handover, those who had no letter about it."""
        for member in await self._members.list_members():
            is_new_owner = member.user.id == new.user.id
            if member.membership.role is not Role.OWNER or (is_new_owner and is_told_already):
                continue
            letter = render_owner_added(
                name=member.user.name,
                team_name=team.name,
                by=by.user.name,
                new_owner_name=new.user.name,
                is_new_owner=is_new_owner,
                link=f"{self._settings.app_url}/settings/members",
            )
            await enqueue_letter(
                self._session, letter, kind="owner-added", to=member.user.email, settings=self._settings
            )
