"""Every query about customers."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, tuple_

from app.customers.schemas import CustomerQuery
from app.db.repository import TeamRepository
from app.lib.pagination import cursor_time, decode_cursor, encode_cursor, split_page
from app.models import Customer, SellerProfile

# The index ix_customers_team_id_lower_name_id holds this expression.
_NAME_KEY = func.lower(Customer.name)


class CustomerRepository(TeamRepository[Customer]):
    model = Customer

    async def list_page(self, query: CustomerQuery) -> tuple[Sequence[Customer], str | None]:
        """Return one page, and the cursor of the next."""
        is_by_name = query.sort.endswith("name")
        sort_key: ColumnElement[Any] = _NAME_KEY if is_by_name else Customer.created_at.expression
        statement = self.visible(Customer, sort_key.label("sort_key"))
        statement = statement.where(
            Customer.archived_at.is_not(None) if query.state == "archived" else Customer.archived_at.is_(None)
        )
        if query.search:
            statement = _matching(statement, query.search)
        rows = (await self.session.execute(_from_cursor(statement, sort_key, query))).all()
        page, has_more = split_page(rows, query.limit)
        next_cursor = None
        if has_more:
            last: Customer = page[-1][0]
            next_cursor = encode_cursor(page[-1].sort_key if is_by_name else last.created_at.isoformat(), last.id)
        return [row[0] for row in page], next_cursor

    async def get_team_currency(self) -> str:
        currency = await self.session.scalar(select(SellerProfile.currency).where(self.belongs(SellerProfile)))
        return currency or "EUR"


def _matching(statement: Select[Any], search: str) -> Select[Any]:
    # `autoescape` makes % and _ in the search ordinary characters.
    columns = (Customer.name, Customer.email, Customer.contact_name)
    return statement.where(or_(*(column.icontains(search, autoescape=True) for column in columns)))


def _from_cursor(statement: Select[Any], sort_key: ColumnElement[Any], query: CustomerQuery) -> Select[Any]:
    is_descending = query.sort.startswith("-")
    if query.cursor:
        cursor = decode_cursor(query.cursor)
        value = cursor.value if query.sort.endswith("name") else cursor_time(cursor)
        here = tuple_(sort_key, Customer.id)
        last = tuple_(literal(value, sort_key.type), literal(cursor.id, Customer.id.type))
        statement = statement.where(here < last if is_descending else here > last)
    keys = (sort_key, Customer.id)
    return statement.order_by(*(key.desc() if is_descending else key.asc() for key in keys)).limit(query.limit + 1)
