"""The list of invoices: one statement, built once per shape, because this is the page people open all day."""

import functools
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    Text,
    Uuid,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)

from app.db import tenancy
from app.db.base import DateTimeUTC
from app.db.driver import DriverStatement
from app.invoices.balances import paid_lateral, status_of
from app.invoices.schemas import InvoiceStatus
from app.lib.pagination import Cursor
from app.lib.problems import InvalidInput
from app.models import Customer, Invoice, InvoiceState

_invoices = Invoice.__table__.c
_customers = Customer.__table__.c

# Drafts have no dates and no number yet: they stand after everything that has.
_NO_DATE = date(9999, 12, 31)
_NO_NUMBER = 2**63 - 1
_NUMBERS_PER_YEAR = 10**12


class SortKey(msgspec.Struct, frozen=True):
    """What a list is sorted by, and how its cursor value travels as text."""

    expression: Any
    type_: Any
    write: Callable[[Any], str]
    read: Callable[[str], Any]


class ListShape(msgspec.Struct, frozen=True, kw_only=True):
    """What decides the text of the statement; the values are bound when it runs."""

    sort: str
    status: InvoiceStatus | None
    has_customer: bool
    has_search: bool
    has_cursor: bool


def read_cursor_value(sort: str, cursor: Cursor) -> Any:
    """Raise `InvalidInput` for a cursor that belongs to another order of the list."""
    try:
        return _SORT_KEYS[sort.removeprefix("-")].read(cursor.value)
    except (ValueError, OverflowError):
        raise InvalidInput("cursor", "This is not a cursor of this list.") from None


def write_cursor_value(sort: str, value: Any) -> str:
    return _SORT_KEYS[sort.removeprefix("-")].write(value)


def list_statement(shape: ListShape) -> DriverStatement:
    # The filter is part of the key: tests replace it to prove that row-level security holds alone.
    return _build(shape, tenancy.belongs_to_team)


@functools.lru_cache(maxsize=512)
def _build(shape: ListShape, belongs_to_team: Callable[[Any, Any], Any]) -> DriverStatement:
    team_id = bindparam("team_id", type_=Uuid())
    sort_key = _SORT_KEYS[shape.sort.removeprefix("-")]
    paid = paid_lateral(_invoices)
    status = status_of(_invoices, paid_minor=paid.c.paid_minor, today=bindparam("today", type_=Date()))
    tables = Invoice.__table__.join(
        Customer.__table__, (_customers.team_id == _invoices.team_id) & (_customers.id == _invoices.customer_id)
    ).join(paid, true())
    statement: Any = (
        select(
            _invoices.id,
            _invoices.number,
            status.label("status"),
            _invoices.customer_id,
            _customers.name.label("customer_name"),
            _invoices.issue_date,
            _invoices.due_date,
            _invoices.currency,
            _invoices.gross_minor,
            paid.c.paid_minor,
            _invoices.state,
            _invoices.created_at,
            sort_key.expression.label("sort_value"),
        )
        .select_from(tables)
        .where(belongs_to_team(_invoices, team_id), belongs_to_team(_customers, team_id))
    )
    if shape.status is not None:
        # The stored state is a condition an index can answer; the derived one narrows what is left.
        statement = statement.where(_invoices.state == _stored_state(shape.status), status == shape.status.value)
    if shape.has_customer:
        statement = statement.where(_invoices.customer_id == bindparam("customer_id", type_=Uuid()))
    if shape.has_search:
        pattern = bindparam("pattern", type_=Text())
        statement = statement.where(
            or_(_invoices.number.ilike(pattern, escape="\\"), _customers.name.ilike(pattern, escape="\\"))
        )
    is_descending = shape.sort.startswith("-")
    if shape.has_cursor:
        here = tuple_(sort_key.expression, _invoices.id)
        last = tuple_(bindparam("cursor_value", type_=sort_key.type_), bindparam("cursor_id", type_=Uuid()))
        statement = statement.where(here < last if is_descending else here > last)
    order = (sort_key.expression, _invoices.id)
    ordered = statement.order_by(*(key.desc() if is_descending else key.asc() for key in order))
    return DriverStatement(ordered.limit(bindparam("row_limit", type_=Integer())))


def like_pattern(search: str) -> str:
    """Return the pattern that finds `search` as it is written: % and _ in it are ordinary characters."""
    escaped = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _stored_state(status: InvoiceStatus) -> InvoiceState:
    match status:
        case InvoiceStatus.DRAFT:
            return InvoiceState.DRAFT
        case InvoiceStatus.VOID:
            return InvoiceState.VOID
        case _:
            return InvoiceState.ISSUED


def _read_instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(text)
    return instant.astimezone(UTC)


def _read_bigint(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 19 or int(text) >= 2**63:
        raise ValueError(text)
    return int(text)


_DATE_TYPE = Date()
_SORT_KEYS: dict[str, SortKey] = {
    "created_at": SortKey(_invoices.created_at, DateTimeUTC(timezone=True), datetime.isoformat, _read_instant),
    "issue_date": SortKey(
        func.coalesce(_invoices.issue_date, literal(_NO_DATE, _DATE_TYPE)),
        _DATE_TYPE,
        date.isoformat,
        date.fromisoformat,
    ),
    "due_date": SortKey(
        func.coalesce(_invoices.due_date, literal(_NO_DATE, _DATE_TYPE)), _DATE_TYPE, date.isoformat, date.fromisoformat
    ),
    "number": SortKey(
        func.coalesce(
            cast(_invoices.series_year, BigInteger) * literal(_NUMBERS_PER_YEAR, BigInteger())
            + _invoices.series_sequence,
            literal(_NO_NUMBER, BigInteger()),
        ),
        BigInteger(),
        str,
        _read_bigint,
    ),
    "customer_name": SortKey(func.lower(_customers.name), Text(), str, str),
    "gross_amount": SortKey(_invoices.gross_minor, BigInteger(), str, _read_bigint),
}
