"""Invitations, as the team sends them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.caller import Caller
from app.auth.permissions import ROLE_PERMISSIONS, Permission, outranks
from app.auth.rate_limits import RateLimit, RateLimiter
from app.config import Settings
from app.lib import clock
from app.lib.email_address import normalize_email
from app.lib.ids import new_id
from app.models import Invitation, InvitationOutcome, Role, Team
from app.queue.enqueue import enqueue
from app.teams.errors import (
    AlreadyInvited,
    AlreadyMember,
    InvitationNotFound,
    TeamFull,
    TooManyInvitations,
)
from app.teams.membership import lock_for, refuse_above
from app.teams.repositories import InvitationRepository, Member, MemberRepository, SentInvitation
from app.teams.schemas import InvitationState

VALID_FOR = timedelta(days=7)
SHOWN_AFTER_END_FOR = timedelta(days=30)
MOST_PENDING = 50
_DAY = 24 * 3600
PER_TEAM = RateLimit("invitation:team", attempts=50, window_seconds=_DAY)
PER_PERSON = RateLimit("invitation:person", attempts=100, window_seconds=_DAY)
# A person who does not want our mails must not get them by the dozen.
PER_ADDRESS = RateLimit("invitation:team+address", attempts=5, window_seconds=_DAY)


def may_still_invite(inviter_role: Role | None, role: Role) -> bool:
    """Whether somebody who is in the team as `inviter_role` now, or not at all, may invite as `role`."""
    if inviter_role is None or Permission.MEMBERS_INVITE not in ROLE_PERMISSIONS[inviter_role]:
        return False
    return not outranks(role, inviter_role)


def state_of(sent: SentInvitation, *, now: datetime) -> InvitationState:
    invitation = sent.invitation
    if invitation.outcome is not None:
        return InvitationState(invitation.outcome)
    if invitation.expires_at <= now:
        return InvitationState.EXPIRED
    return InvitationState.PENDING if is_backed(sent) else InvitationState.VOID


def is_backed(sent: SentInvitation) -> bool:
    """Whether whoever sent it could send it today: an account that was disabled, or lost its role, lets nobody in."""
    is_able = sent.inviter is not None and sent.inviter.disabled_at is None
    return is_able and may_still_invite(sent.inviter_role, sent.invitation.role)


async def refuse_when_full(
    members: MemberRepository, invitations: InvitationRepository, settings: Settings, *, now: datetime
) -> None:
    """Raise `TeamFull` when no seat is left for one more invitation; call it under the team's lock."""
    limit = settings.team_seat_limit
    if limit and await members.count() + await invitations.count_pending(now) >= limit:
        raise TeamFull(limit)


async def delete_invitations_over_before(session: AsyncSession, team_id: UUID, moment: datetime) -> int:
    return await InvitationRepository(session, team_id).delete_over_before(moment)


class InvitationService:
    def __init__(self, session: AsyncSession, caller: Caller, *, settings: Settings, limiter: RateLimiter) -> None:
        self._session = session
        self._caller = caller
        self._settings = settings
        self._limiter = limiter
        self._members = MemberRepository(session, caller.team_id)
        self._invitations = InvitationRepository(session, caller.team_id)

    async def list_invitations(self) -> Sequence[SentInvitation]:
        return await self._invitations.list_since(clock.now() - SHOWN_AFTER_END_FOR)

    async def count_pending(self) -> int:
        return await self._invitations.count_pending(clock.now())

    async def invite(self, email: str, role: Role) -> SentInvitation:
        """Have an invitation mailed; whether the address has an account makes no difference here."""
        address = normalize_email(email, path="email")
        await self._spend(address)
        _, actor = await self._lock()
        refuse_above(actor, role)
        if await self._members.has_address(address):
            raise AlreadyMember
        existing = await self._invitations.find_open_to(address)
        if existing is not None and existing.expires_at > clock.now():
            raise AlreadyInvited
        await self._refuse_one_too_many()
        invitation = existing or self._invitations.add(
            Invitation(team_id=self._caller.team_id, id=new_id(), email=address)
        )
        return await self._send(invitation, role, actor)

    async def resend(self, invitation_id: UUID) -> SentInvitation:
        """Mail it again under a new link, valid for seven days from now and in the caller's name; the former link leads nowhere."""
        sent = await self._find(invitation_id)
        await self._spend(sent.invitation.email)
        _, actor = await self._lock()
        sent = await self._find(invitation_id)
        refuse_above(actor, sent.invitation.role)
        if sent.invitation.expires_at <= clock.now():
            await self._refuse_one_too_many()
        return await self._send(sent.invitation, sent.invitation.role, actor)

    async def revoke(self, invitation_id: UUID) -> None:
        """Withdraw it: its link leads nowhere from now on."""
        _, actor = await self._lock()
        sent = await self._find(invitation_id)
        refuse_above(actor, sent.invitation.role)
        sent.invitation.outcome, sent.invitation.ended_at = InvitationOutcome.REVOKED, clock.now()
        sent.invitation.token_hash = None

    async def _lock(self) -> tuple[Team, Member]:
        return await lock_for(self._members, self._caller, Permission.MEMBERS_INVITE)

    async def _find(self, invitation_id: UUID) -> SentInvitation:
        sent = await self._invitations.find_open(invitation_id)
        if sent is None:
            raise InvitationNotFound
        return sent

    async def _spend(self, address: str) -> None:
        team_id = str(self._caller.team_id)
        await self._limiter.spend(
            (PER_TEAM, team_id), (PER_PERSON, str(self._caller.user_id)), (PER_ADDRESS, f"{team_id}\n{address}")
        )

    async def _refuse_one_too_many(self) -> None:
        now = clock.now()
        if await self._invitations.count_pending(now) >= MOST_PENDING:
            raise TooManyInvitations(MOST_PENDING)
        await refuse_when_full(self._members, self._invitations, self._settings, now=now)

    async def _send(self, invitation: Invitation, role: Role, actor: Member) -> SentInvitation:
        invitation.role = role
        invitation.invited_by_id = actor.user.id
        invitation.expires_at = clock.now() + VALID_FOR
        invitation.token_hash = invitation.sent_at = None
        await self._session.flush()
        await enqueue(self._session, "send_invitation", invitation_id=invitation.id)
        return SentInvitation(invitation, actor.user, actor.membership.role)
