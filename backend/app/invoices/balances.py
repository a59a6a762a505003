"""What has been paid and the status that follows from it, as SQL: payments and the dashboard reuse these."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Lateral, case, cast, func, literal, select

from app.invoices.schemas import InvoiceStatus
from app.models import InvoiceState, Payment

_payments = Payment.__table__.c


def _sum_of_payments(invoice: Any) -> Any:
    # The sum of BIGINTs is NUMERIC in PostgreSQL; one document's payments never leave BIGINT.
    return (
        select(cast(func.coalesce(func.sum(_payments.amount_minor), 0), BigInteger).label("paid_minor"))
        .where(
            _payments.team_id == invoice.team_id, _payments.invoice_id == invoice.id, _payments.reversed_at.is_(None)
        )
        .correlate(*_table_of(invoice))
    )


def paid_minor_of(invoice: Any) -> ColumnElement[int]:
    """Sum of the unreversed payments of the invoice in the row; `invoice` is the model or a table's columns."""
    return _sum_of_payments(invoice).scalar_subquery()


def paid_lateral(invoice: Any) -> Lateral:
    """The same sum as a lateral join with the column `paid_minor`, for statements that use it more than once."""
    return _sum_of_payments(invoice).lateral("paid")


def status_of(invoice: Any, *, paid_minor: Any, today: Any) -> ColumnElement[str]:
    """The status people see: derived from state, payments and due date, and stored nowhere."""
    return case(
        (invoice.state == InvoiceState.DRAFT, literal(InvoiceStatus.DRAFT.value)),
        (invoice.state == InvoiceState.VOID, literal(InvoiceStatus.VOID.value)),
        (paid_minor >= invoice.gross_minor, literal(InvoiceStatus.PAID.value)),
        (invoice.due_date < today, literal(InvoiceStatus.OVERDUE.value)),
        (paid_minor > 0, literal(InvoiceStatus.PARTIALLY_PAID.value)),
        else_=literal(InvoiceStatus.OPEN.value),
    )


def _table_of(invoice: Any) -> tuple[Any, ...]:
    return (invoice.id.table,) if hasattr(invoice.id, "table") else (invoice,)
