"""What is kept about a person, as an archive of JSON files. A new table about people adds one line to `FILES`."""

import io
import re
import zipfile
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import timedelta
from typing import IO, Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, LargeBinary, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.repositories import ExportRepository, OwnMembershipRepository
from app.db.session import enter_scope
from app.db.tenancy import TenantScope
from app.lib import clock
from app.models import (
    ApiClient,
    ApiKey,
    AuditEntry,
    DataExport,
    EmailChange,
    ExportState,
    Impersonation,
    LinkedIdentity,
    Membership,
    Passkey,
    Session,
    Team,
    User,
)

type Statement = Callable[[UUID], Select[*tuple[Any, ...]]]

_SECRET = re.compile(r"hash|secret")
PAGE_ROWS = 500
VALID_HOURS = 24

README = """Your data in Quittance
======================

Made on {made_on} for {email}.

What is here: everything that Quittance keeps about you as a person, as JSON.
{listing}

What is not here, and why:
- Your password, keys and codes. They are kept only in a form that nobody can read back.
- Customers, invoices, payments and their PDF files. They are the books of your teams, with other people's data in
  them; an owner downloads them inside the product.
- In the team-activity file, what exactly was changed, for the same reason.

Times are in UTC (ISO 8601).
"""


def rows_of(model: Any, belongs: Callable[[UUID], ColumnElement[bool]]) -> Statement:
    """Every column of a person's rows, but for secrets and binary ones."""
    columns = [
        column
        for column in model.__table__.columns
        if not _SECRET.search(column.name) and not isinstance(column.type, LargeBinary)
    ]
    order = list(model.__table__.primary_key.columns)
    return lambda user_id: select(*columns).where(belongs(user_id)).order_by(*order)


def _memberships(user_id: UUID) -> Select[*tuple[Any, ...]]:
    columns = (Membership.team_id, Team.name.label("team_name"), Membership.role, Membership.created_at)
    joined = select(*columns).join(Team, Team.id == Membership.team_id)
    return joined.where(Membership.user_id == user_id).order_by(Membership.created_at, Membership.team_id)


def _activity(user_id: UUID) -> Select[*tuple[Any, ...]]:
    entry = AuditEntry
    what = (entry.action, entry.target_type, entry.target_id, entry.change)
    columns = (entry.team_id, entry.occurred_at, *what, entry.ip_address)
    own = select(*columns).where(entry.actor_id == user_id, entry.team_id.is_not(None))
    return own.order_by(entry.sequence)


# File name → its rows, read in the person's own scope.
FILES: dict[str, Statement] = {
    "account.json": rows_of(User, lambda user_id: User.id == user_id),
    "sessions.json": rows_of(Session, lambda user_id: Session.user_id == user_id),
    "memberships.json": _memberships,
    "passkeys.json": rows_of(Passkey, lambda user_id: Passkey.user_id == user_id),
    "linked-accounts.json": rows_of(LinkedIdentity, lambda user_id: LinkedIdentity.user_id == user_id),
    "account-history.json": rows_of(
        AuditEntry, lambda user_id: AuditEntry.team_id.is_(None) & (AuditEntry.user_id == user_id)
    ),
    "address-changes.json": rows_of(EmailChange, lambda user_id: EmailChange.user_id == user_id),
    "impersonations.json": rows_of(
        Impersonation,
        lambda user_id: or_(Impersonation.user_id == user_id, Impersonation.administrator_id == user_id),
    ),
    "exports.json": rows_of(DataExport, lambda user_id: DataExport.user_id == user_id),
}
# File name → its rows, read once in the scope of each of their teams.
FILES_PER_TEAM: dict[str, Statement] = {
    "team-activity.json": _activity,
    "api-keys.json": rows_of(ApiKey, lambda user_id: ApiKey.user_id == user_id),
    "api-clients.json": rows_of(ApiClient, lambda user_id: ApiClient.user_id == user_id),
}


class ExportBuilder:
    """Reads in short transactions, so that a long history holds up nobody; `open_session` gives one at a time."""

    def __init__(self, open_session: Callable[[], AbstractAsyncContextManager[AsyncSession]]) -> None:
        self._open_session = open_session

    async def build(self, export_id: UUID) -> User | None:
        """Make and keep the archive; return whose it is, or nothing when there is nothing to do any more."""
        async with self._open_session() as session:
            export = await ExportRepository(session).get(export_id)
            user = await session.get(User, export.user_id) if export else None
            if export is None or user is None or export.state != ExportState.BUILDING:
                return None
            await ExportRepository(session).begin(export_id)
        content = await self._write(export_id, user)
        async with self._open_session() as session:
            exports = ExportRepository(session)
            await exports.keep(export_id, content)
            await exports.delete_other_archives_of(user.id, export_id)
            await exports.finish(export_id, ExportState.READY, now=clock.now(), keep_for=timedelta(hours=VALID_HOURS))
        return user

    async def give_up(self, export_id: UUID) -> None:
        async with self._open_session() as session:
            await ExportRepository(session).finish(export_id, ExportState.FAILED, now=clock.now())

    async def _write(self, export_id: UUID, user: User) -> bytes:
        archive = Archive()
        own = TenantScope(user_id=user.id)
        for done, (name, statement) in enumerate(FILES.items(), start=1):
            with archive.file(name) as rows:
                async with self._reading(own) as session:
                    await rows.add(session, statement(user.id))
            async with self._open_session() as session:
                await ExportRepository(session).set_progress(export_id, done / (len(FILES) + len(FILES_PER_TEAM)))
        async with self._reading(own) as session:
            team_ids = await OwnMembershipRepository(session).team_ids_of(user.id)
        for name, statement in FILES_PER_TEAM.items():
            with archive.file(name) as rows:
                for team_id in team_ids:
                    async with self._reading(TenantScope(team_id=team_id, user_id=user.id)) as session:
                        await rows.add(session, statement(user.id))
        return archive.finish(email=user.email, made_on=clock.today().isoformat())

    @asynccontextmanager
    async def _reading(self, scope: TenantScope) -> AsyncGenerator[AsyncSession]:
        async with self._open_session() as session:
            await enter_scope(session, scope)
            yield session
            await enter_scope(session, TenantScope())


class Archive:
    """A ZIP file in the making."""

    def __init__(self) -> None:
        self._buffer = io.BytesIO()
        self._zip = zipfile.ZipFile(self._buffer, "w", compression=zipfile.ZIP_DEFLATED)
        self._names: list[str] = []

    @contextmanager
    def file(self, name: str) -> Generator["JsonList"]:
        self._names.append(name)
        with self._zip.open(name, "w") as file:
            file.write(b"[")
            yield JsonList(file)
            file.write(b"\n]\n")

    def finish(self, *, email: str, made_on: str) -> bytes:
        listing = "\n".join(f"- {name}" for name in self._names)
        self._zip.writestr("README.txt", README.format(email=email, made_on=made_on, listing=listing))
        self._zip.close()
        return self._buffer.getvalue()


class JsonList:
    """Rows written as they are read: a long history needs no memory."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._separator = b"\n"

    async def add(self, session: AsyncSession, statement: Select[*tuple[Any, ...]]) -> None:
        rows = await session.stream(statement.execution_options(yield_per=PAGE_ROWS))
        async for row in rows.mappings():
            self._file.write(self._separator + msgspec.json.encode(dict(row)))
            self._separator = b",\n"
