"""Every query about invoices, their parts, their numbers and their deliveries."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Row, delete, exists, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.db.repository import TeamRepository
from app.invoices.balances import paid_minor_of, status_of
from app.invoices.calculation import TaxGroup
from app.invoices.listing import ListShape, like_pattern, list_statement, read_cursor_value, write_cursor_value
from app.invoices.schemas import InvoiceQuery
from app.lib import clock
from app.lib.ids import new_id
from app.lib.pagination import decode_cursor, encode_cursor, split_page
from app.models import (
    Customer,
    DeliveryState,
    Invoice,
    InvoiceDelivery,
    InvoiceFile,
    InvoiceLine,
    InvoiceTax,
    NumberSeries,
    Payment,
    SellerProfile,
    TeamEvent,
)

SERIES_KIND = "invoice"
PDF_KIND = "pdf"
_MAX_EVENTS = 500


class InvoiceRepository(TeamRepository[Invoice]):
    model = Invoice

    async def list_page(self, query: InvoiceQuery, *, today: date) -> tuple[Sequence[asyncpg.Record], str | None]:
        """Return one page of plain rows, and the cursor of the next."""
        search = (query.search or "").strip()
        shape = ListShape(
            sort=query.sort,
            status=query.status,
            has_customer=query.customer_id is not None,
            has_search=bool(search),
            has_cursor=query.cursor is not None,
        )
        values: dict[str, Any] = {"team_id": self.team_id, "today": today, "row_limit": query.limit + 1}
        if query.customer_id is not None:
            values["customer_id"] = query.customer_id
        if search:
            values["pattern"] = like_pattern(search)
        if query.cursor is not None:
            cursor = decode_cursor(query.cursor)
            values |= {"cursor_value": read_cursor_value(query.sort, cursor), "cursor_id": cursor.id}
        rows = await list_statement(shape).fetch(self.session, values)
        page, has_more = split_page(rows, query.limit)
        if not has_more:
            return page, None
        last = page[-1]
        return page, encode_cursor(write_cursor_value(query.sort, last["sort_value"]), last["id"])

    async def get_with_balance(self, invoice_id: UUID, *, today: date) -> Row[*tuple[Any, ...]] | None:
        """Return the invoice with its customer, what was paid, its status, and whether its file is stored."""
        paid_minor = paid_minor_of(Invoice)
        has_pdf = exists().where(
            self.belongs(InvoiceFile), InvoiceFile.invoice_id == Invoice.id, InvoiceFile.kind == PDF_KIND
        )
        statement = (
            self.visible(
                Invoice,
                Customer,
                paid_minor.label("paid_minor"),
                status_of(Invoice, paid_minor=paid_minor, today=today).label("status"),
                has_pdf.label("has_pdf"),
            )
            .join(Customer, (Customer.team_id == Invoice.team_id) & (Customer.id == Invoice.customer_id))
            .where(self.belongs(Customer), Invoice.id == invoice_id)
        )
        return (await self.session.execute(statement)).one_or_none()

    async def has_unreversed_payments(self, invoice_id: UUID) -> bool:
        statement = select(Payment.id).where(
            self.belongs(Payment), Payment.invoice_id == invoice_id, Payment.reversed_at.is_(None)
        )
        return await self.session.scalar(statement.limit(1)) is not None

    async def get_customer(self, customer_id: UUID) -> Customer | None:
        return await self.session.scalar(select(Customer).where(self.belongs(Customer), Customer.id == customer_id))

    async def get_seller_profile(self) -> SellerProfile | None:
        return await self.session.scalar(select(SellerProfile).where(self.belongs(SellerProfile)))

    async def list_lines(self, invoice_id: UUID) -> Sequence[InvoiceLine]:
        statement = select(InvoiceLine).where(self.belongs(InvoiceLine), InvoiceLine.invoice_id == invoice_id)
        return (await self.session.scalars(statement.order_by(InvoiceLine.position))).all()

    async def list_taxes(self, invoice_id: UUID) -> Sequence[InvoiceTax]:
        statement = select(InvoiceTax).where(self.belongs(InvoiceTax), InvoiceTax.invoice_id == invoice_id)
        return (await self.session.scalars(statement.order_by(InvoiceTax.id))).all()

    async def replace_lines(self, invoice_id: UUID, lines: Sequence[dict[str, Any]]) -> None:
        """Write the lines anew, in their order; only a draft's, the database refuses others."""
        await self.session.execute(
            delete(InvoiceLine).where(self.belongs(InvoiceLine), InvoiceLine.invoice_id == invoice_id)
        )
        if lines:
            keys = {"team_id": self.team_id, "invoice_id": invoice_id}
            rows = [
                {**line, **keys, "id": new_id(), "position": position} for position, line in enumerate(lines, start=1)
            ]
            await self.session.execute(insert(InvoiceLine), rows)

    async def replace_taxes(self, invoice_id: UUID, groups: Sequence[TaxGroup]) -> None:
        await self.session.execute(
            delete(InvoiceTax).where(self.belongs(InvoiceTax), InvoiceTax.invoice_id == invoice_id)
        )
        if groups:
            rows = [
                {
                    "team_id": self.team_id,
                    "id": new_id(),
                    "invoice_id": invoice_id,
                    "tax_category": group.tax_category,
                    "tax_rate": group.tax_rate,
                    "taxable_minor": group.taxable_minor,
                    "tax_minor": group.tax_minor,
                }
                for group in groups
            ]
            await self.session.execute(insert(InvoiceTax), rows)

    async def delete(self, invoice: Invoice) -> None:
        await self.session.execute(delete(Invoice).where(self.belongs(Invoice), Invoice.id == invoice.id))

    async def take_number(self, year: int, *, issue_date: date) -> int | None:
        """Take the next number of the year's series, or None when a later issue date was used already.

        The series row stays locked until the transaction ends, so numbers follow commits without a gap.
        """
        row = {"team_id": self.team_id, "kind": SERIES_KIND, "year": year, "next_sequence": 1, "last_issue_date": None}
        await self.session.execute(upsert(NumberSeries).values(row).on_conflict_do_nothing())
        taken = (
            update(NumberSeries)
            .where(
                self.belongs(NumberSeries),
                NumberSeries.kind == SERIES_KIND,
                NumberSeries.year == year,
                NumberSeries.last_issue_date.is_(None) | (NumberSeries.last_issue_date <= issue_date),
            )
            .values(next_sequence=NumberSeries.next_sequence + 1, last_issue_date=issue_date)
            .returning(NumberSeries.next_sequence - 1)
            .execution_options(synchronize_session=False)
        )
        return await self.session.scalar(taken)

    async def list_events(self, invoice_id: UUID) -> Sequence[TeamEvent]:
        statement = select(TeamEvent).where(
            self.belongs(TeamEvent), TeamEvent.subject_type == "invoice", TeamEvent.subject_id == invoice_id
        )
        return (await self.session.scalars(statement.order_by(TeamEvent.id).limit(_MAX_EVENTS))).all()

    async def get_file(self, invoice_id: UUID) -> Row[*tuple[Any, ...]] | None:
        columns = (InvoiceFile.filename, InvoiceFile.content, InvoiceFile.content_sha256)
        statement = select(*columns).where(
            self.belongs(InvoiceFile), InvoiceFile.invoice_id == invoice_id, InvoiceFile.kind == PDF_KIND
        )
        return (await self.session.execute(statement)).one_or_none()

    async def store_file_once(self, invoice_id: UUID, *, filename: str, content: bytes, content_sha256: bytes) -> bool:
        """Keep the document; False when one was kept before, which then stays."""
        row = {
            "team_id": self.team_id,
            "id": new_id(),
            "invoice_id": invoice_id,
            "kind": PDF_KIND,
            "filename": filename,
            "content": content,
            "content_sha256": content_sha256,
            "size_bytes": len(content),
            "created_at": clock.now(),
        }
        statement = upsert(InvoiceFile).values(row).on_conflict_do_nothing().returning(InvoiceFile.id)
        return await self.session.scalar(statement) is not None


class DeliveryRepository(TeamRepository[InvoiceDelivery]):
    model = InvoiceDelivery

    async def get_latest(self, invoice_id: UUID, *, is_locked: bool = False) -> InvoiceDelivery | None:
        # Ids sort by time: the newest delivery has the largest.
        statement = (
            self.visible().where(InvoiceDelivery.invoice_id == invoice_id).order_by(InvoiceDelivery.id.desc()).limit(1)
        )
        return await self.session.scalar(statement.with_for_update() if is_locked else statement)

    async def add_queued(self, invoice_id: UUID, recipient: str) -> InvoiceDelivery:
        delivery = self.add(
            InvoiceDelivery(
                team_id=self.team_id, invoice_id=invoice_id, recipient=recipient, state=DeliveryState.QUEUED
            )
        )
        await self.session.flush()  # the job needs the id
        return delivery
