"""The audit log as its readers may see it: a team its own, a person their account's, the administration everybody's."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any, Literal
from uuid import UUID

import msgspec

from app.audit.csv_lines import HEADER, csv_row
from app.audit.errors import TooManyEntries
from app.audit.repositories import AuditRepository
from app.audit.schemas import AuditEntry, AuditFilters, AuditPage, AuditQuery, FieldChange
from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.models import AuditEntry as AuditRow

type Reader = Literal["team", "account", "administration"]

LONGEST_EXPORT = 50_000
_EXPORT_BATCH = 500
# What the administration reads of a team's entries; what a team works on is its own.
_OPEN_TO_ADMINISTRATION = frozenset({"team", "membership", "invitation", "api_key"})


class AuditService:
    def __init__(self, repository: AuditRepository, reader: Reader) -> None:
        self._repository = repository
        self._reader: Reader = reader

    async def list_page(self, query: AuditQuery) -> AuditPage:
        rows, next_cursor = await self._repository.list_page(query)
        names = await self._repository.names(rows)
        return AuditPage(items=[self._entry(row, names) for row in rows], next_cursor=next_cursor)

    async def refuse_long_export(self, filters: AuditFilters) -> None:
        """Raise `TooManyEntries` rather than leave out what somebody relies on having seen."""
        if await self._repository.has_more_than(LONGEST_EXPORT, filters):
            raise TooManyEntries(
                f"An export holds at most {LONGEST_EXPORT:,} entries, and these are more. Choose a shorter period."
            )

    def _entry(self, row: AuditRow, names: Mapping[UUID, str]) -> AuditEntry:
        is_hidden = (
            self._reader == "administration"
            and row.team_id is not None
            and row.target_type not in _OPEN_TO_ADMINISTRATION
        )
        return AuditEntry(
            chain_id=row.chain_id,
            sequence=row.sequence,
            occurred_at=row.occurred_at,
            team_id=row.team_id,
            user_id=row.user_id,
            actor_id=row.actor_id,
            actor_name=row.actor_name,
            impersonator_id=row.impersonator_id,
            impersonator_name=names.get(row.impersonator_id) if row.impersonator_id else None,
            credential=row.credential,
            credential_id=row.credential_id,
            action=row.action,
            change=msgspec.convert(row.change, Literal["created", "updated", "deleted"]),
            target_type=row.target_type,
            target_id=row.target_id,
            target_name=None if is_hidden else _own_name(row) or names.get(row.target_id),
            fields=[] if is_hidden else _fields(row),
            are_fields_hidden=is_hidden,
            request_id=row.request_id,
            trace_id=row.trace_id,
            ip_address=row.ip_address if self._may_see_address(row) else None,
        )

    def _may_see_address(self, row: AuditRow) -> bool:
        """Where an administrator sits is not for those whom they help."""
        if self._reader == "administration":
            return True
        is_by_administrator = row.impersonator_id is not None or (
            self._reader == "account" and row.actor_id != row.user_id
        )
        return not is_by_administrator


async def export_team_log(
    sessions: SessionFactory, scope: TenantScope, team_id: UUID, filters: AuditFilters
) -> AsyncGenerator[str]:
    """Write the entries as CSV, newest first, each batch in a transaction of its own: a slow reader holds no connection."""
    yield HEADER
    cursor: str | None = None
    for _ in range(LONGEST_EXPORT // _EXPORT_BATCH + 1):
        query = AuditQuery(filters=filters, cursor=cursor, limit=_EXPORT_BATCH)
        async with transaction(sessions, scope) as session:
            page = await AuditService(AuditRepository.of_team(session, team_id), "team").list_page(query)
        yield "".join(csv_row(entry) for entry in page.items)
        cursor = page.next_cursor
        if cursor is None:
            return


def _own_name(row: AuditRow) -> str | None:
    """What the target was called when it changed, where its entry says so."""
    known = (row.before or {}) | (row.after or {})
    name = known.get("name") or known.get("number")
    return str(name) if name else None


def _fields(row: AuditRow) -> list[FieldChange]:
    before: dict[str, Any] = row.before or {}
    after: dict[str, Any] = row.after or {}
    return [FieldChange(field=field, before=before.get(field), after=after.get(field)) for field in {**before, **after}]
