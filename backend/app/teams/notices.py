"""The team's letters to its people."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.lib import clock
from app.lib.ids import new_id
from app.lib.mail import MailMessage
from app.lib.mail_templates import Letter, render_invitation
from app.lib.tokens import keyed_hash, new_token
from app.mail.transport import message_id
from app.queue.enqueue import enqueue
from app.teams.repositories import InvitationRepository, MemberRepository


async def enqueue_letter(session: AsyncSession, letter: Letter, *, kind: str, to: str, settings: Settings) -> UUID:
    """Have the letter sent when the transaction commits. It must carry no secret: the run's arguments are kept."""
    return await enqueue(
        session,
        "send_email",
        to=to,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        message_id=message_id(kind, new_id(), settings),
    )


def invitation_token_hash(settings: Settings, token: str) -> bytes:
    return keyed_hash(settings.secret_key, "invitation", token)


class InvitationMailService:
    """The one letter with a secret in it: the worker makes the link when it sends, and only its hash is kept."""

    def __init__(self, session: AsyncSession, team_id: UUID, settings: Settings) -> None:
        self._invitations = InvitationRepository(session, team_id)
        self._members = MemberRepository(session, team_id)
        self._settings = settings

    async def compose(self, invitation_id: UUID, *, key: str) -> MailMessage | None:
        """Make a new link and its mail; None when the invitation has ended or its link was sent already."""
        sent = await self._invitations.find_open(invitation_id)
        team = await self._members.get_team()
        if sent is None or sent.inviter is None or team is None:
            return None
        invitation = sent.invitation
        if invitation.sent_at is not None or invitation.expires_at <= clock.now():
            return None
        token = new_token()
        invitation.token_hash = invitation_token_hash(self._settings, token)
        letter = render_invitation(
            team_name=team.name,
            inviter_name=sent.inviter.name,
            role=invitation.role,
            # Behind the hash sign: fragments reach no server's log and no Referer.
            link=f"{self._settings.app_url}/invitation#token={token}",
            expires_on=invitation.expires_at.date(),
            is_existing_user=await self._members.has_account(invitation.email),
        )
        return MailMessage(
            message_id=message_id("invitation", key, self._settings),
            sender=self._settings.mail.sender,
            to=invitation.email,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
        )

    async def mark_sent(self, invitation_id: UUID) -> None:
        sent = await self._invitations.find_open(invitation_id)
        if sent is not None and sent.invitation.token_hash is not None:
            sent.invitation.sent_at = clock.now()
