from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Select, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.repository import TeamRepository
from app.models import (
    Customer,
    Invitation,
    InvitationOutcome,
    Invoice,
    InvoiceState,
    Membership,
    Role,
    SellerProfile,
    Session,
    SessionKind,
    Team,
    User,
)


class MembershipRepository:
    """Memberships across teams, of a person who has not chosen one yet."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def team_to_open(self, user_id: UUID) -> UUID | None:
        """The team in which the person was last in a browser, of those they are in; else the one they joined first."""
        last_seen_at = (
            select(func.max(Session.last_seen_at))
            .where(
                Session.user_id == Membership.user_id,
                Session.team_id == Membership.team_id,
                Session.kind == SessionKind.BROWSER,
                Session.impersonation_id.is_(None),
            )
            .correlate(Membership)
            .scalar_subquery()
        )
        statement = (
            select(Membership.team_id)
            .where(Membership.user_id == user_id)
            .order_by(last_seen_at.desc().nulls_last(), Membership.created_at, Membership.team_id)
            .limit(1)
        )
        return await self._session.scalar(statement)

    async def is_member(self, user_id: UUID, team_id: UUID) -> bool:
        statement = select(Membership.team_id).where(Membership.user_id == user_id, Membership.team_id == team_id)
        return await self._session.scalar(statement) is not None

    async def teams_to_close(self, now: datetime) -> Sequence[UUID]:
        """Teams whose days of grace are over: which there are is the system's to know, what is inside stays behind row-level security."""
        statement = select(Team.id).where(Team.deletion_due_at <= now, Team.closed_at.is_(None)).order_by(Team.id)
        return (await self._session.scalars(statement)).all()


class SellerRepository(TeamRepository[SellerProfile]):
    model = SellerProfile

    async def get_profile(self) -> SellerProfile | None:
        return await self.session.scalar(self.visible())

    async def get_team(self) -> Team | None:
        return await self.session.get(Team, self.team_id)


class Member(NamedTuple):
    """A membership with the person's own data."""

    membership: Membership
    user: User


class MemberRepository(TeamRepository[Membership]):
    model = Membership

    async def get_team(self) -> Team | None:
        return await self.session.scalar(select(Team).where(Team.id == self.team_id, Team.closed_at.is_(None)))

    async def lock_team(self) -> Team | None:
        """Hold the team, so that changes of who belongs to it queue; what merely refers to it does not wait."""
        statement = select(Team).where(Team.id == self.team_id, Team.closed_at.is_(None))
        return await self.session.scalar(
            statement.with_for_update(key_share=True).execution_options(populate_existing=True)
        )

    async def list_members(self) -> Sequence[Member]:
        statement = (
            self.visible(Membership, User).join(User, User.id == Membership.user_id).order_by(User.name, User.id)
        )
        return [Member(row[0], row[1]) for row in (await self.session.execute(_pairs(statement))).all()]

    async def find(self, user_id: UUID) -> Member | None:
        """The member as the database has them now, whatever this transaction saw of them before."""
        statement = (
            self.visible(Membership, User)
            .join(User, User.id == Membership.user_id)
            .where(Membership.user_id == user_id)
            .execution_options(populate_existing=True)
        )
        row = (await self.session.execute(_pairs(statement))).one_or_none()
        return Member(row[0], row[1]) if row else None

    async def has_address(self, email: str) -> bool:
        statement = (
            self.visible(Membership.user_id).join(User, User.id == Membership.user_id).where(User.email == email)
        )
        return await self.session.scalar(statement) is not None

    async def has_account(self, email: str) -> bool:
        """Whether anybody can log in with the address, in the team or not: for the words of a letter to that address only."""
        statement = select(User.id).where(User.email == email, User.email_verified_at.is_not(None))
        return await self.session.scalar(statement) is not None

    async def count(self, role: Role | None = None) -> int:
        statement = self.visible(func.count())
        if role is not None:
            statement = statement.where(Membership.role == role)
        return await self.session.scalar(statement) or 0

    async def remove(self, membership: Membership) -> None:
        await self.session.delete(membership)
        await self.session.flush()


class SentInvitation(NamedTuple):
    """An invitation with who sent it, and as what they belong to the team now."""

    invitation: Invitation
    inviter: User | None
    inviter_role: Role | None


class InvitationRepository(TeamRepository[Invitation]):
    model = Invitation

    async def list_since(self, moment: datetime) -> Sequence[SentInvitation]:
        """All that are open, and those that ended after the moment; the newest first."""
        statement = (
            self._with_inviter()
            .where(Invitation.outcome.is_(None) | (Invitation.ended_at > moment))
            .order_by(Invitation.created_at.desc(), Invitation.id.desc())
        )
        return [SentInvitation(*row) for row in (await self.session.execute(statement)).all()]

    async def find_open(self, invitation_id: UUID) -> SentInvitation | None:
        statement = self._with_inviter().where(Invitation.id == invitation_id, Invitation.outcome.is_(None))
        row = (await self.session.execute(statement.execution_options(populate_existing=True))).one_or_none()
        return SentInvitation(*row) if row else None

    async def find_open_to(self, email: str) -> Invitation | None:
        return await self.session.scalar(self.visible().where(Invitation.email == email, Invitation.outcome.is_(None)))

    async def count_pending(self, now: datetime) -> int:
        statement = self.visible(func.count()).where(Invitation.outcome.is_(None), Invitation.expires_at > now)
        return await self.session.scalar(statement) or 0

    async def end(self, invitation_id: UUID, outcome: InvitationOutcome, *, now: datetime) -> bool:
        """End an invitation that can still be answered; of two who try at once, one does."""
        statement = (
            update(Invitation)
            .where(
                self.belongs(Invitation),
                Invitation.id == invitation_id,
                Invitation.outcome.is_(None),
                Invitation.expires_at > now,
            )
            .values(outcome=outcome, ended_at=now, token_hash=None, updated_at=now)
            .returning(Invitation.id)
        )
        return await self.session.scalar(statement) is not None

    async def delete_over_before(self, moment: datetime) -> int:
        """Delete those that were answered or withdrawn, or that nobody answered, before the moment."""
        is_over = (Invitation.ended_at < moment) | (Invitation.outcome.is_(None) & (Invitation.expires_at < moment))
        statement = delete(Invitation).where(self.belongs(Invitation), is_over)
        return len((await self.session.scalars(statement.returning(Invitation.id))).all())

    async def end_all(self, *, now: datetime) -> None:
        statement = update(Invitation).where(self.belongs(Invitation), Invitation.outcome.is_(None))
        await self.session.execute(
            statement.values(outcome=InvitationOutcome.REVOKED, ended_at=now, token_hash=None, updated_at=now)
        )

    def _with_inviter(self) -> Any:
        return (
            self.visible(Invitation, User, Membership.role)
            .outerjoin(User, User.id == Invitation.invited_by_id)
            .outerjoin(
                Membership,
                (Membership.team_id == Invitation.team_id) & (Membership.user_id == Invitation.invited_by_id),
            )
        )


class GuestRepository:
    """Invitations as their guest finds them, who is not in the team: by the link's token, or at their own address."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find_by_token(self, token_hash: bytes, *, now: datetime) -> Invitation | None:
        await self._session.execute(_OPEN_DOOR, {"token_hash": token_hash.hex()})
        statement = select(Invitation).where(
            Invitation.token_hash == token_hash, Invitation.outcome.is_(None), Invitation.expires_at > now
        )
        return await self._session.scalar(statement)

    async def find_to(self, email: str, invitation_id: UUID, *, now: datetime) -> Invitation | None:
        statement = select(Invitation).where(
            Invitation.id == invitation_id,
            Invitation.email == email,
            Invitation.outcome.is_(None),
            Invitation.expires_at > now,
        )
        return await self._session.scalar(statement)

    async def list_to(self, email: str, *, now: datetime) -> Sequence[tuple[Invitation, Team, User | None]]:
        statement = (
            select(Invitation, Team, User)
            .join(Team, Team.id == Invitation.team_id)
            .outerjoin(User, User.id == Invitation.invited_by_id)
            .where(
                Invitation.email == email,
                Invitation.outcome.is_(None),
                Invitation.expires_at > now,
            )
            .order_by(Invitation.created_at)
        )
        return [(row[0], row[1], row[2]) for row in (await self._session.execute(statement)).all()]


def _pairs(statement: Select[Any]) -> Select[Membership, User]:
    """`visible` does not know the types of the columns it is given."""
    return cast("Select[Membership, User]", statement)


_OPEN_DOOR = text("SELECT set_config('app.token_hash', :token_hash, true)")


class ClosingRepository(TeamRepository[Invoice]):
    """What a team leaves behind."""

    model = Invoice

    async def has_documents(self) -> bool:
        """Whether the team ever issued an invoice."""
        statement = self.visible(Invoice.id).where(Invoice.state != InvoiceState.DRAFT).limit(1)
        return await self.session.scalar(statement) is not None

    async def delete_team(self) -> None:
        """All that is the team's goes with it."""
        await self.session.execute(delete(Team).where(Team.id == self.team_id))

    async def delete_what_no_document_needs(self) -> None:
        await self.session.execute(delete(Invoice).where(self.belongs(Invoice), Invoice.state == InvoiceState.DRAFT))
        named = select(Invoice.customer_id).where(self.belongs(Invoice))
        await self.session.execute(delete(Customer).where(self.belongs(Customer), Customer.id.not_in(named)))

    async def end_memberships(self) -> None:
        await self.session.execute(delete(Membership).where(self.belongs(Membership)))
        await self.session.execute(update(Session).where(Session.team_id == self.team_id).values(team_id=None))
