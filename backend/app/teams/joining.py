"""Invitations, as their guest answers them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.caller import Principal
from app.auth.client import ClientInfo
from app.auth.rate_limits import RateLimit, RateLimiter
from app.auth.services import SessionService
from app.config import Settings
from app.db.session import enter_scope, release
from app.db.tenancy import Actor, TenantScope
from app.lib import clock
from app.lib.email_address import masked_email
from app.lib.mail_templates import render_invitation_accepted, render_invitation_declined
from app.models import Invitation, InvitationOutcome, Membership, Team, User
from app.teams.errors import AccountExists, InvitationEnded, InvitationForAnotherAddress, TeamFull
from app.teams.invitations import is_backed
from app.teams.members import record_member_event
from app.teams.notices import enqueue_letter, invitation_token_hash
from app.teams.repositories import GuestRepository, InvitationRepository, Member, MemberRepository, SentInvitation
from app.users.services import UserService

LINKS_PER_CLIENT = RateLimit("invitation-link:client", attempts=100, window_seconds=15 * 60)


class JoiningService:
    """Lets nobody in without the team's lock, under which whoever invited must still be able to."""

    def __init__(
        self,
        session: AsyncSession,
        users: UserService,
        browser_sessions: SessionService,
        *,
        settings: Settings,
        limiter: RateLimiter,
    ) -> None:
        self._session = session
        self._users = users
        self._browser_sessions = browser_sessions
        self._settings = settings
        self._limiter = limiter
        self._guests = GuestRepository(session)

    async def look_up(self, token: str, client: ClientInfo) -> tuple[SentInvitation, Team, bool]:
        """What the link is about, and whether its address has an account to log in with."""
        await self._limiter.spend((LINKS_PER_CLIENT, client.network))
        sent, team = await self._open(await self._find_by_token(token))
        return sent, team, await self._users.find_confirmed(sent.invitation.email) is not None

    async def accept(self, token: str, principal: Principal) -> tuple[Team, str]:
        """Join as the person signed in; return the session's new token, too."""
        invitation = await self._find_by_token(token)
        if invitation.email != principal.email:
            raise InvitationForAnotherAddress(masked_email(invitation.email))
        return await self._join_signed_in(invitation, principal)

    async def accept_own(self, invitation_id: UUID, principal: Principal) -> tuple[Team, str]:
        """Join by an invitation to the caller's own confirmed address."""
        return await self._join_signed_in(await self._find_own(invitation_id, principal), principal)

    async def join_as_new_person(
        self, token: str, *, name: str, password: str, client: ClientInfo, previous_token: str | None
    ) -> tuple[Team, str]:
        """Make the account, whose address the link has proven, join, and sign in; return the session's token, too."""
        await self._limiter.spend((LINKS_PER_CLIENT, client.network))
        invitation = await self._find_by_token(token)
        if await self._users.find_confirmed(invitation.email) is not None:
            raise AccountExists
        # Hashed before the team is locked: nobody waits for a hash while they hold something others need.
        await release(self._session)
        password_hash = await self._users.hash_new(password, path="password", email=invitation.email, name=name)
        sent, team = await self._open(invitation, is_locked=True)
        user = await self._users.open_confirmed(name=name, email=invitation.email, password_hash=password_hash)
        await self._browser_sessions.end_all_of(user.id)
        if previous_token:
            await self._browser_sessions.end_by_token(previous_token)
        await self._let_in(sent, team, user, actor=None)
        return team, self._browser_sessions.start(user.id, team.id, client=client)

    async def decline(self, token: str, client: ClientInfo) -> None:
        await self._limiter.spend((LINKS_PER_CLIENT, client.network))
        await self._decline(await self._find_by_token(token))

    async def decline_own(self, invitation_id: UUID, principal: Principal) -> None:
        await self._decline(await self._find_own(invitation_id, principal))

    async def list_own(self, principal: Principal) -> Sequence[tuple[Invitation, Team, User | None]]:
        """What waits at the caller's confirmed address; an unconfirmed one may be anybody's."""
        if not principal.is_email_verified:
            return []
        return await self._guests.list_to(principal.email, now=clock.now())

    async def _find_by_token(self, token: str) -> Invitation:
        invitation = await self._guests.find_by_token(invitation_token_hash(self._settings, token), now=clock.now())
        if invitation is None:
            raise InvitationEnded
        return invitation

    async def _find_own(self, invitation_id: UUID, principal: Principal) -> Invitation:
        invitation = (
            await self._guests.find_to(principal.email, invitation_id, now=clock.now())
            if principal.is_email_verified
            else None
        )
        if invitation is None:
            raise InvitationEnded
        return invitation

    async def _open(
        self,
        invitation: Invitation,
        *,
        is_locked: bool = False,
        user_id: UUID | None = None,
        actor: Actor | None = None,
    ) -> tuple[SentInvitation, Team]:
        """Step into the team that invites, and look again at what the door showed: meanwhile it may have been sent anew."""
        shown_hash = invitation.token_hash
        await enter_scope(self._session, TenantScope(team_id=invitation.team_id, user_id=user_id, actor=actor))
        members = MemberRepository(self._session, invitation.team_id)
        team = await members.lock_team() if is_locked else await members.get_team()
        sent = await InvitationRepository(self._session, invitation.team_id).find_open(invitation.id)
        if team is None or sent is None or sent.invitation.token_hash != shown_hash or not is_backed(sent):
            raise InvitationEnded
        return sent, team

    async def _join_signed_in(self, invitation: Invitation, principal: Principal) -> tuple[Team, str]:
        sent, team = await self._open(invitation, is_locked=True, user_id=principal.user_id, actor=principal.actor)
        user = await self._users.get(principal.user_id)
        user.email_verified_at = user.email_verified_at or clock.now()
        await self._let_in(sent, team, user, actor=principal.actor)
        return team, await self._browser_sessions.renew(principal.credential_id, team_id=team.id)

    async def _let_in(self, sent: SentInvitation, team: Team, user: User, *, actor: Actor | None) -> None:
        await enter_scope(self._session, TenantScope(team_id=team.id, user_id=user.id, actor=actor))
        await self._end(sent, InvitationOutcome.ACCEPTED)
        members = MemberRepository(self._session, team.id)
        if await members.find(user.id) is not None:
            return  # they came in by another way meanwhile, and keep the role they have
        limit = self._settings.team_seat_limit
        if limit and await members.count() >= limit:
            raise TeamFull(limit)
        membership = Membership(team_id=team.id, user_id=user.id, role=sent.invitation.role)
        self._session.add(membership)
        await self._session.flush()
        record_member_event(
            self._session, "member.joined", Member(membership, user), team_id=team.id, actor_name=user.name
        )

    async def _decline(self, invitation: Invitation) -> None:
        sent, _ = await self._open(invitation, is_locked=True)
        await self._end(sent, InvitationOutcome.DECLINED)

    async def _end(self, sent: SentInvitation, outcome: InvitationOutcome) -> None:
        """Only the first of several answers counts, and whoever invited hears of it."""
        invitation = sent.invitation
        invitations = InvitationRepository(self._session, invitation.team_id)
        if not await invitations.end(invitation.id, outcome, now=clock.now()):
            raise InvitationEnded
        await self._tell_inviter(sent, outcome)

    async def _tell_inviter(self, sent: SentInvitation, outcome: InvitationOutcome) -> None:
        team = await MemberRepository(self._session, sent.invitation.team_id).get_team()
        if sent.inviter is None or team is None:
            return
        write = render_invitation_accepted if outcome is InvitationOutcome.ACCEPTED else render_invitation_declined
        letter = write(
            name=sent.inviter.name,
            invitee_email=sent.invitation.email,
            team_name=team.name,
            link=f"{self._settings.app_url}/settings/members",
        )
        await enqueue_letter(
            self._session, letter, kind=f"invitation-{outcome}", to=sent.inviter.email, settings=self._settings
        )
