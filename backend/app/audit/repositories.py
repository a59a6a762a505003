"""Every query about the audit log. Three readers see three parts of it, and row-level security draws the same lines."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, or_, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.schemas import AuditFilters, AuditQuery
from app.db import tenancy
from app.lib.pagination import Cursor, cursor_time, decode_cursor, encode_cursor, split_page
from app.lib.problems import InvalidInput
from app.models import ApiKey, AuditChain, AuditEntry, Customer, Invitation, Invoice, Team, User

# What a target is called today, where its entry does not say it.
_NAMES: dict[str, Any] = {"membership": User.name, "seller_profile": Team.name, "team": Team.name, "user": User.name}
_NAMES_IN_TEAM: dict[str, Any] = {
    "api_key": ApiKey.name,
    "customer": Customer.name,
    "invitation": Invitation.email,
    "invoice": Invoice.number,
}


class AuditRepository:
    """The entries that `is_visible` selects: of one team, of one account, or all of them."""

    def __init__(self, session: AsyncSession, is_visible: ColumnElement[bool], *, team_id: UUID | None = None) -> None:
        self._session = session
        self._is_visible = is_visible
        self._team_id = team_id

    @classmethod
    def of_team(cls, session: AsyncSession, team_id: UUID) -> "AuditRepository":
        return cls(session, tenancy.belongs_to_team(AuditEntry, team_id), team_id=team_id)

    @classmethod
    def of_account(cls, session: AsyncSession, user_id: UUID) -> "AuditRepository":
        return cls(session, and_(AuditEntry.team_id.is_(None), AuditEntry.user_id == user_id))

    @classmethod
    def of_all(cls, session: AsyncSession, *, team_id: UUID | None, user_id: UUID | None) -> "AuditRepository":
        """For a transaction that is platform-wide; any other would see its own entries only."""
        conditions: list[ColumnElement[bool]] = [AuditEntry.occurred_at.is_not(None)]
        if team_id is not None:
            conditions.append(AuditEntry.team_id == team_id)
        if user_id is not None:
            conditions.append(AuditEntry.user_id == user_id)
        return cls(session, and_(*conditions))

    async def list_page(self, query: AuditQuery) -> tuple[Sequence[AuditEntry], str | None]:
        """Return one page, newest first, and the cursor of the next."""
        statement = _matching(select(AuditEntry).where(self._is_visible), query.filters)
        if query.cursor:
            cursor = decode_cursor(query.cursor)
            last = (_cursor_moment(cursor), _cursor_sequence(cursor), cursor.id)
            types = (AuditEntry.occurred_at.type, AuditEntry.sequence.type, AuditEntry.chain_id.type)
            statement = statement.where(
                tuple_(*_ORDER) < tuple_(*(literal(value, type_) for value, type_ in zip(last, types, strict=True)))
            )
        statement = statement.order_by(*(column.desc() for column in _ORDER)).limit(query.limit + 1)
        page, has_more = split_page((await self._session.scalars(statement)).all(), query.limit)
        next_cursor = None
        if has_more:
            last_row = page[-1]
            next_cursor = encode_cursor(f"{last_row.occurred_at.isoformat()} {last_row.sequence}", last_row.chain_id)
        return page, next_cursor

    async def has_more_than(self, count: int, filters: AuditFilters) -> bool:
        found = _matching(select(AuditEntry.sequence).where(self._is_visible), filters).limit(count + 1).subquery()
        return (await self._session.scalar(select(func.count()).select_from(found)) or 0) > count

    async def names(self, entries: Iterable[AuditEntry]) -> dict[UUID, str]:
        """Return what targets and impersonators are called, in one statement for the whole page."""
        wanted: dict[Any, set[UUID]] = {}
        for entry in entries:
            if (column := self._name_of(entry.target_type)) is not None:
                wanted.setdefault(column, set()).add(entry.target_id)
            if entry.impersonator_id is not None:
                wanted.setdefault(User.name, set()).add(entry.impersonator_id)
        statements = [
            select(column.class_.id, cast(column, String)).where(
                column.class_.id.in_(ids), *self._belongs(column.class_)
            )
            for column, ids in wanted.items()
        ]
        if not statements:
            return {}
        rows = await self._session.execute(union_all(*statements))
        return {row[0]: row[1] for row in rows if row[1]}

    def _name_of(self, target_type: str) -> Any | None:
        names = _NAMES if self._team_id is None else _NAMES | _NAMES_IN_TEAM
        return names.get(target_type)

    def _belongs(self, model: Any) -> list[ColumnElement[bool]]:
        if self._team_id is None or "team_id" not in model.__table__.columns:
            return []
        return [tenancy.belongs_to_team(model, self._team_id)]


class ChainRepository:
    """The chains themselves, for verifying them in a platform-wide transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def ids(self, chain_id: UUID | None) -> Sequence[UUID]:
        """Every chain that has a head or an entry, or only the given one: either alone would hide what was deleted of the other."""
        known = union_all(select(AuditChain.id), select(AuditEntry.chain_id)).subquery()
        statement = select(known.c.id).distinct().order_by(known.c.id)
        if chain_id is not None:
            statement = statement.where(known.c.id == chain_id)
        return (await self._session.scalars(statement)).all()

    async def head(self, chain_id: UUID) -> AuditChain | None:
        return await self._session.get(AuditChain, chain_id)

    async def links_after(self, chain_id: UUID, sequence: int, *, limit: int) -> Sequence[Any]:
        """Return the next entries as rows, `before` and `after` in PostgreSQL's own text: what was hashed."""
        columns = [
            cast(column, String).label(column.name) if column.name in {"before", "after"} else column
            for column in AuditEntry.__table__.columns
        ]
        statement = (
            select(*columns)
            .where(AuditEntry.chain_id == chain_id, AuditEntry.sequence > sequence)
            .order_by(AuditEntry.sequence)
            .limit(limit)
        )
        return (await self._session.execute(statement)).all()


_ORDER = (AuditEntry.occurred_at, AuditEntry.sequence, AuditEntry.chain_id)


def _matching(statement: Select[Any], filters: AuditFilters) -> Select[Any]:
    equal = {
        AuditEntry.actor_id: filters.actor_id,
        AuditEntry.action: filters.action,
        AuditEntry.target_type: filters.target_type,
        AuditEntry.target_id: filters.target_id,
        AuditEntry.change: filters.change,
    }
    statement = statement.where(*(column == value for column, value in equal.items() if value is not None))
    if filters.occurred_from is not None:
        statement = statement.where(AuditEntry.occurred_at >= _in_utc(filters.occurred_from, "occurred_from"))
    if filters.occurred_until is not None:
        statement = statement.where(AuditEntry.occurred_at < _in_utc(filters.occurred_until, "occurred_until"))
    if filters.search:
        # `autoescape` makes % and _ in the search ordinary characters.
        statement = statement.where(
            or_(
                cast(AuditEntry.target_id, String).startswith(filters.search.lower(), autoescape=True),
                AuditEntry.actor_name.icontains(filters.search, autoescape=True),
                AuditEntry.action.icontains(filters.search, autoescape=True),
            )
        )
    return statement


def _in_utc(moment: datetime, path: str) -> datetime:
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise InvalidInput(path, "This is too far from now.") from None


def _cursor_moment(cursor: Cursor) -> datetime:
    return cursor_time(Cursor(cursor.value.partition(" ")[0], cursor.id))


def _cursor_sequence(cursor: Cursor) -> int:
    text = cursor.value.partition(" ")[2]
    if not (text.isascii() and text.isdigit() and len(text) < 19):  # fits into a bigint
        raise InvalidInput("cursor", "This is not a cursor of this list.")
    return int(text)
