"""HTTP for payments: those of one invoice, and those of the team."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import Provide
from litestar.params import Parameter
from litestar.status_codes import HTTP_200_OK

from app.auth.guards import requires
from app.auth.permissions import Permission
from app.lib.money import Currency
from app.lib.pagination import DEFAULT_LIMIT, MAX_LIMIT
from app.payments.deps import provide_payment_service
from app.payments.repositories import PaymentRow
from app.payments.schemas import Payment, PaymentCreate, PaymentList, PaymentPage, PaymentReverse
from app.payments.services import PaymentService


class InvoicePaymentController(Controller):
    path = "/invoices/{invoice_id:uuid}/payments"
    tags = ("Payments",)
    dependencies = {"payments": Provide(provide_payment_service, sync_to_thread=False)}

    @get(guards=[requires(Permission.PAYMENTS_READ)])
    async def list_invoice_payments(self, payments: PaymentService, invoice_id: UUID) -> PaymentList:
        """The payments of one invoice, the newest first."""
        return PaymentList(items=[_to_schema(row) for row in await payments.list_of_invoice(invoice_id)])

    @post(guards=[requires(Permission.PAYMENTS_WRITE)])
    async def record_payment(self, payments: PaymentService, invoice_id: UUID, data: PaymentCreate) -> Payment:
        """Count money towards an issued invoice, up to what is still due."""
        return _to_schema(await payments.record(invoice_id, data))


class PaymentController(Controller):
    path = "/payments"
    tags = ("Payments",)
    dependencies = {"payments": Provide(provide_payment_service, sync_to_thread=False)}

    @get(guards=[requires(Permission.PAYMENTS_READ)])
    async def list_payments(
        self,
        payments: PaymentService,
        *,
        cursor: Annotated[str | None, Parameter(max_length=2000)] = None,
        limit: Annotated[int, Parameter(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    ) -> PaymentPage:
        """All payments of your team, the newest first."""
        rows, next_cursor = await payments.list_page(cursor, limit)
        return PaymentPage(items=[_to_schema(row) for row in rows], next_cursor=next_cursor)

    @post("/{payment_id:uuid}/reverse", guards=[requires(Permission.PAYMENTS_WRITE)], status_code=HTTP_200_OK)
    async def reverse_payment(self, payments: PaymentService, payment_id: UUID, data: PaymentReverse) -> Payment:
        """Let a payment count no longer; the row and its trail stay."""
        return _to_schema(await payments.reverse(payment_id, reason=data.reason))


def _to_schema(row: PaymentRow) -> Payment:
    payment = row.payment
    return Payment(
        id=payment.id,
        invoice_id=payment.invoice_id,
        invoice_number=row.invoice_number,
        customer_name=row.customer_name,
        amount=Currency.of(payment.currency).format(payment.amount_minor),
        currency=payment.currency,
        paid_on=payment.paid_on,
        method=payment.method,
        note=payment.note,
        recorded_by_name=row.recorded_by_name,
        created_at=payment.created_at,
        reversed_at=payment.reversed_at,
        reversal_reason=payment.reversal_reason,
    )
