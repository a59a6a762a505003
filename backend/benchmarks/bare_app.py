"""The limit: Litestar and asyncpg, no authentication, no layers; the same answer, byte for byte."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import asyncpg
from litestar import Litestar, get

from app.invoices.schemas import InvoicePage, InvoiceStatus, InvoiceSummary
from app.lib.pagination import encode_cursor

SQL = """
SELECT i.id, i.number, i.state, i.customer_id, c.name, i.issue_date, i.due_date, i.currency, i.gross_minor, p.paid_minor, i.created_at
  FROM invoices i JOIN customers c ON c.team_id = i.team_id AND c.id = i.customer_id
  CROSS JOIN LATERAL (SELECT coalesce(sum(amount_minor), 0)::bigint AS paid_minor FROM payments
                       WHERE team_id = i.team_id AND invoice_id = i.id AND reversed_at IS NULL) p
 WHERE i.team_id = $1 ORDER BY i.created_at DESC, i.id DESC LIMIT 21
"""
TEAM_ID = UUID(os.environ["BENCH_TEAM_ID"])
pool: Any  # asyncpg publishes no types of its own


@asynccontextmanager
async def lifespan(_app: Litestar) -> AsyncGenerator[None]:
    global pool  # noqa: PLW0603 - a program of one file
    pool = await cast("Any", asyncpg).create_pool(os.environ["BENCH_DATABASE_URL"], min_size=10, max_size=15)
    yield
    await pool.close()


@get("/invoices")
async def list_invoices() -> InvoicePage:
    today = datetime.now(tz=UTC).date()
    rows: list[Any] = await pool.fetch(SQL, TEAM_ID)
    items = [
        InvoiceSummary(
            id=row["id"],
            number=row["number"],
            status=_status(row, today),
            customer_id=row["customer_id"],
            customer_name=row["name"],
            issue_date=row["issue_date"],
            due_date=row["due_date"],
            currency=row["currency"],
            gross_amount=str(Decimal(row["gross_minor"]).scaleb(-2)),
            amount_due=str(Decimal(row["gross_minor"] - row["paid_minor"]).scaleb(-2)),
            created_at=row["created_at"],
        )
        for row in rows[:20]
    ]
    return InvoicePage(items=items, next_cursor=encode_cursor(rows[19]["created_at"].isoformat(), rows[19]["id"]))


def _status(row: Any, today: date) -> InvoiceStatus:
    if row["state"] == "draft":
        return InvoiceStatus.DRAFT
    if row["paid_minor"] >= row["gross_minor"]:
        return InvoiceStatus.PAID
    if row["due_date"] < today:
        return InvoiceStatus.OVERDUE
    return InvoiceStatus.PARTIALLY_PAID if row["paid_minor"] else InvoiceStatus.OPEN


app = Litestar([list_invoices], lifespan=[lifespan], openapi_config=None, logging_config=None)
