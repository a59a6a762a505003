"""Rows to schemas."""

from collections.abc import Sequence
from datetime import datetime

from app.auth.caller import Caller
from app.auth.permissions import Permission
from app.config import Settings
from app.lib.email_address import masked_email
from app.models import SellerProfile
from app.models import Team as TeamRow
from app.models import User as UserRow
from app.models.invitation import Invitation as InvitationRow
from app.teams.invitations import state_of
from app.teams.repositories import Member as MemberRow
from app.teams.repositories import SentInvitation
from app.teams.schemas import (
    Invitation,
    InvitationPreview,
    Member,
    MemberList,
    ReceivedInvitation,
    Seats,
    Seller,
    Team,
)


def to_team(team: TeamRow, seller: SellerProfile) -> Team:
    return Team(
        id=team.id,
        name=team.name,
        seller=Seller(**{field: getattr(seller, field) for field in Seller.__struct_fields__}),
        currency=seller.currency,
        payment_terms_days=seller.payment_terms_days,
        invoice_number_prefix=seller.invoice_number_prefix,
    )


def to_member(member: MemberRow, caller: Caller) -> Member:
    membership, user = member
    return Member(
        user_id=user.id,
        name=user.name,
        email=user.email,
        role=membership.role,
        joined_at=membership.created_at,
        has_second_factor=user.has_second_factor if Permission.MEMBERS_MANAGE in caller.permissions else None,
    )


def to_member_list(
    members: Sequence[MemberRow], caller: Caller, settings: Settings, *, pending_invitations: int
) -> MemberList:
    return MemberList(
        items=[to_member(member, caller) for member in members],
        seats=Seats(
            members=len(members),
            pending_invitations=pending_invitations,
            limit=settings.team_seat_limit or None,
        ),
    )


def to_invitation(sent: SentInvitation, *, now: datetime) -> Invitation:
    row = sent.invitation
    return Invitation(
        id=row.id,
        email=row.email,
        role=row.role,
        state=state_of(sent, now=now),
        invited_by_name=sent.inviter.name if sent.inviter else None,
        created_at=row.created_at,
        sent_at=row.sent_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
    )


def to_preview(sent: SentInvitation, team: TeamRow, *, has_account: bool) -> InvitationPreview:
    row = sent.invitation
    return InvitationPreview(
        team_name=team.name,
        inviter_name=sent.inviter.name if sent.inviter else "",
        role=row.role,
        email_masked=masked_email(row.email),
        expires_at=row.expires_at,
        has_account=has_account,
    )


def to_received(invitation: InvitationRow, team: TeamRow, inviter: UserRow | None) -> ReceivedInvitation:
    return ReceivedInvitation(
        id=invitation.id,
        team_name=team.name,
        inviter_name=inviter.name if inviter else None,
        role=invitation.role,
        expires_at=invitation.expires_at,
    )
