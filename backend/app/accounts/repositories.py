from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.repository import TeamRepository
from app.models import (
    DataExport,
    DataExportArchive,
    EmailChange,
    EmailToken,
    ExportState,
    Membership,
    Role,
    Session,
    SessionKind,
    SignUp,
    Team,
    TokenPurpose,
    User,
)


class SignUpRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, sign_up: SignUp) -> None:
        self._session.add(sign_up)

    async def get(self, sign_up_id: UUID) -> SignUp | None:
        return await self._session.get(SignUp, sign_up_id)

    async def newest_of(self, email: str, *, since: datetime, limit: int) -> Sequence[SignUp]:
        statement = select(SignUp).where(SignUp.email == email, SignUp.created_at > since)
        return (await self._session.scalars(statement.order_by(SignUp.created_at.desc()).limit(limit))).all()

    async def count_of(self, email: str, *, since: datetime) -> int:
        statement = select(func.count()).where(SignUp.email == email, SignUp.created_at > since)
        return await self._session.scalar(statement) or 0

    async def delete_of(self, email: str) -> None:
        await self._session.execute(delete(SignUp).where(SignUp.email == email))

    async def delete_before(self, moment: datetime) -> None:
        await self._session.execute(delete(SignUp).where(SignUp.created_at < moment))


class EmailTokenRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, token: EmailToken) -> None:
        self._session.add(token)

    async def find(self, purpose: TokenPurpose, token_hash: bytes, *, now: datetime) -> EmailToken | None:
        return await self._session.scalar(select(EmailToken).where(_usable(purpose, token_hash, now)))

    async def spend(self, purpose: TokenPurpose, token_hash: bytes, *, now: datetime) -> bool:
        """Mark it used; of several that try at once, one is told that it was the one."""
        statement = update(EmailToken).where(_usable(purpose, token_hash, now)).values(used_at=now)
        return await self._session.scalar(statement.returning(EmailToken.id)) is not None

    async def count_of(self, email: str, *, since: datetime) -> int:
        statement = select(func.count()).where(EmailToken.email == email, EmailToken.created_at > since)
        return await self._session.scalar(statement) or 0

    async def end_all_of(self, user_id: UUID, *purposes: TokenPurpose) -> None:
        """Forget a person's links, those for some purposes or all of them."""
        statement = delete(EmailToken).where(EmailToken.user_id == user_id)
        await self._session.execute(statement.where(EmailToken.purpose.in_(purposes)) if purposes else statement)

    async def delete_expired_before(self, moment: datetime) -> None:
        await self._session.execute(delete(EmailToken).where(EmailToken.expires_at < moment))


def _usable(purpose: TokenPurpose, token_hash: bytes, now: datetime) -> ColumnElement[bool]:
    return (
        (EmailToken.token_hash == token_hash)
        & (EmailToken.purpose == purpose)
        & EmailToken.used_at.is_(None)
        & (EmailToken.expires_at > now)
    )


class EmailChangeRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, change: EmailChange) -> None:
        self._session.add(change)

    async def open_of(self, user_id: UUID, *, now: datetime) -> EmailChange | None:
        statement = select(EmailChange).where(
            EmailChange.user_id == user_id,
            EmailChange.completed_at.is_(None),
            EmailChange.cancelled_at.is_(None),
            EmailChange.expires_at > now,
        )
        return await self._session.scalar(statement)

    async def get(self, change_id: UUID, *, is_locked: bool = False) -> EmailChange | None:
        statement = select(EmailChange).where(EmailChange.id == change_id)
        return await self._session.scalar(statement.with_for_update() if is_locked else statement)

    async def delete_over_before(self, moment: datetime) -> None:
        """Whatever became of a change, it is over when it expires."""
        await self._session.execute(delete(EmailChange).where(EmailChange.expires_at < moment))

    async def cancel_open_of(self, user_id: UUID, *, now: datetime) -> bool:
        statement = (
            update(EmailChange)
            .where(
                EmailChange.user_id == user_id, EmailChange.completed_at.is_(None), EmailChange.cancelled_at.is_(None)
            )
            .values(cancelled_at=now)
        )
        return await self._session.scalar(statement.returning(EmailChange.id)) is not None


class OwnSessionRepository:
    """A person's own sessions; those in which an administrator looks through their eyes are told elsewhere."""

    def __init__(self, session: AsyncSession, user_id: UUID) -> None:
        self._session = session
        self._user_id = user_id

    async def live(self, *, now: datetime, idle: timedelta) -> Sequence[Session]:
        statement = select(Session).where(self._is_live(now, idle)).order_by(Session.last_seen_at.desc(), Session.id)
        return (await self._session.scalars(statement)).all()

    async def revoke(self, session_id: UUID, *, now: datetime, idle: timedelta) -> bool:
        statement = (
            update(Session).where(self._is_live(now, idle), Session.id == session_id).values(revoked_at=now)
        ).returning(Session.id)
        return await self._session.scalar(statement) is not None

    def _is_live(self, now: datetime, idle: timedelta) -> ColumnElement[bool]:
        return (
            (Session.user_id == self._user_id)
            & Session.impersonation_id.is_(None)
            & Session.revoked_at.is_(None)
            & (Session.expires_at > now)
            & or_(Session.kind != SessionKind.BROWSER, Session.last_seen_at > now - idle)
        )


class ExportRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, export: DataExport) -> None:
        self._session.add(export)

    async def flush(self) -> None:
        await self._session.flush()

    async def newest_of(self, user_id: UUID) -> tuple[DataExport, DataExportArchive | None] | None:
        statement = (
            select(DataExport, DataExportArchive)
            .outerjoin(DataExportArchive, DataExportArchive.data_export_id == DataExport.id)
            .where(DataExport.user_id == user_id)
            .order_by(DataExport.requested_at.desc(), DataExport.id.desc())
            .limit(1)
        )
        row = (await self._session.execute(statement)).one_or_none()
        return None if row is None else (row[0], row[1])

    async def get(self, export_id: UUID) -> DataExport | None:
        return await self._session.get(DataExport, export_id)

    async def content(self, export_id: UUID, user_id: UUID, *, now: datetime) -> bytes | None:
        statement = (
            select(DataExportArchive.content)
            .join(DataExport, DataExport.id == DataExportArchive.data_export_id)
            .where(
                DataExport.id == export_id,
                DataExport.user_id == user_id,
                DataExport.state == ExportState.READY,
                DataExport.expires_at > now,
            )
        )
        return await self._session.scalar(statement)

    async def begin(self, export_id: UUID) -> None:
        """Start with an empty archive, also on a second attempt."""
        await self._session.execute(delete(DataExportArchive).where(DataExportArchive.data_export_id == export_id))
        self._session.add(DataExportArchive(data_export_id=export_id, progress=0.0))

    async def set_progress(self, export_id: UUID, progress: float) -> None:
        await self._session.execute(
            update(DataExportArchive).where(DataExportArchive.data_export_id == export_id).values(progress=progress)
        )

    async def keep(self, export_id: UUID, content: bytes) -> None:
        await self._session.execute(
            update(DataExportArchive)
            .where(DataExportArchive.data_export_id == export_id)
            .values(content=content, size_bytes=len(content), progress=1.0)
        )

    async def finish(
        self, export_id: UUID, state: ExportState, *, now: datetime, keep_for: timedelta | None = None
    ) -> None:
        """End the building; one that was given up meanwhile stays as it is."""
        statement = update(DataExport).where(DataExport.id == export_id, DataExport.state == ExportState.BUILDING)
        await self._session.execute(
            statement.values(state=state, finished_at=now, expires_at=now + keep_for if keep_for else None)
        )

    async def delete_other_archives_of(self, user_id: UUID, export_id: UUID) -> None:
        exports = select(DataExport.id).where(DataExport.user_id == user_id, DataExport.id != export_id)
        await self._session.execute(delete(DataExportArchive).where(DataExportArchive.data_export_id.in_(exports)))

    async def delete_requested_before(self, moment: datetime) -> None:
        await self._session.execute(delete(DataExport).where(DataExport.requested_at < moment))

    async def delete_archives_expired_before(self, moment: datetime) -> None:
        expired = select(DataExport.id).where(DataExport.expires_at < moment)
        await self._session.execute(delete(DataExportArchive).where(DataExportArchive.data_export_id.in_(expired)))


class OwnMembershipRepository:
    """A person's memberships in all their teams; needs that person's own scope."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def team_ids_of(self, user_id: UUID) -> Sequence[UUID]:
        statement = select(Membership.team_id).where(Membership.user_id == user_id).order_by(Membership.team_id)
        return (await self._session.scalars(statement)).all()


class LeavingRepository:
    """Accounts that are due to be deleted."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def due(self, *, now: datetime) -> Sequence[UUID]:
        statement = select(User.id).where(User.deletion_due_at <= now).order_by(User.deletion_due_at, User.id)
        return (await self._session.scalars(statement)).all()

    async def lock_due(self, user_id: UUID, *, now: datetime) -> bool:
        statement = select(User.id).where(User.id == user_id, User.deletion_due_at <= now).with_for_update()
        return await self._session.scalar(statement) is not None

    async def delete(self, user_id: UUID) -> None:
        """Sessions, memberships and all that is theirs go along; what others need of it loses the name (SET NULL)."""
        await self._session.execute(delete(User).where(User.id == user_id))

    async def teams_owned_by(
        self, user_id: UUID, *, closing_before: datetime | None = None
    ) -> Sequence[tuple[UUID, str]]:
        """The person's teams, without those that close before the moment. Needs that person's own scope."""
        statement = (
            select(Team.id, Team.name)
            .join(Membership, Membership.team_id == Team.id)
            .where(Membership.user_id == user_id, Membership.role == Role.OWNER)
            .order_by(Team.name, Team.id)
        )
        if closing_before is not None:
            statement = statement.where(or_(Team.deletion_due_at.is_(None), Team.deletion_due_at > closing_before))
        return [(row.id, row.name) for row in (await self._session.execute(statement)).all()]


class TeamOwnerRepository(TeamRepository[Membership]):
    model = Membership

    async def has_owner_beside(self, user_id: UUID, *, is_staying: bool) -> bool:
        """Whether somebody else owns the team, too; their membership is held until the transaction ends."""
        statement = self.visible(Membership.user_id).where(Membership.role == Role.OWNER, Membership.user_id != user_id)
        if is_staying:
            statement = statement.join(User, User.id == Membership.user_id).where(User.deletion_due_at.is_(None))
        return await self.session.scalar(statement.limit(1).with_for_update(of=Membership)) is not None
