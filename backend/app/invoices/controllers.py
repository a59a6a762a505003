"""HTTP for invoices."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter
from litestar.status_codes import HTTP_200_OK, HTTP_304_NOT_MODIFIED

from app.auth.guards import requires
from app.auth.permissions import Permission
from app.invoices.deps import provide_draft_service, provide_invoice_service, provide_issuing_service
from app.invoices.drafts import DraftService
from app.invoices.issuing import IssuingService
from app.invoices.schemas import (
    Invoice,
    InvoiceCalculate,
    InvoiceDraft,
    InvoiceEventList,
    InvoiceIssue,
    InvoicePage,
    InvoiceQuery,
    InvoiceSort,
    InvoiceStatus,
    InvoiceVoid,
    Totals,
)
from app.invoices.services import InvoicePdf, InvoiceService
from app.lib.pagination import DEFAULT_LIMIT, MAX_LIMIT

PDF_MEDIA_TYPE = "application/pdf"
# Without the format, generated clients would read the document as text.
PdfBytes = Annotated[bytes, Parameter(schema_extra={"format": "binary"})]


class InvoiceController(Controller):
    path = "/invoices"
    tags = ("invoices",)
    dependencies = {
        "invoices": Provide(provide_invoice_service, sync_to_thread=False),
        "drafts": Provide(provide_draft_service, sync_to_thread=False),
        "issuing": Provide(provide_issuing_service, sync_to_thread=False),
    }

    @get(guards=[requires(Permission.INVOICES_READ)])
    async def list_invoices(
        self,
        invoices: InvoiceService,
        *,
        status: InvoiceStatus | None = None,
        customer_id: UUID | None = None,
        search: Annotated[str | None, Parameter(max_length=120)] = None,
        sort: InvoiceSort = "-created_at",
        cursor: Annotated[str | None, Parameter(max_length=2000)] = None,
        limit: Annotated[int, Parameter(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    ) -> InvoicePage:
        """Invoices with their derived status, newest first unless sorted otherwise."""
        query = InvoiceQuery(
            status=status, customer_id=customer_id, search=search, sort=sort, cursor=cursor, limit=limit
        )
        return await invoices.list_page(query)

    @post(guards=[requires(Permission.INVOICES_WRITE)])
    async def create_invoice(self, drafts: DraftService, data: InvoiceDraft) -> Invoice:
        """Start a draft."""
        return await drafts.create(data)

    @post("/calculate", guards=[requires(Permission.INVOICES_READ)], status_code=HTTP_200_OK)
    async def calculate_invoice(self, drafts: DraftService, data: InvoiceCalculate) -> Totals:
        """The totals these lines would have; nothing is stored."""
        return drafts.calculate(data)

    @get("/{invoice_id:uuid}", guards=[requires(Permission.INVOICES_READ)])
    async def get_invoice(self, invoices: InvoiceService, invoice_id: UUID) -> Invoice:
        """One invoice, whole."""
        return await invoices.show(invoice_id)

    @put("/{invoice_id:uuid}", guards=[requires(Permission.INVOICES_WRITE)])
    async def replace_invoice_draft(self, drafts: DraftService, invoice_id: UUID, data: InvoiceDraft) -> Invoice:
        """Replace all of a draft."""
        return await drafts.replace(invoice_id, data)

    @delete("/{invoice_id:uuid}", guards=[requires(Permission.INVOICES_WRITE)])
    async def delete_invoice_draft(self, drafts: DraftService, invoice_id: UUID) -> None:
        """Throw a draft away."""
        await drafts.delete(invoice_id)

    @post("/{invoice_id:uuid}/issue", guards=[requires(Permission.INVOICES_ISSUE)], status_code=HTTP_200_OK)
    async def issue_invoice(self, issuing: IssuingService, invoice_id: UUID, data: InvoiceIssue) -> Invoice:
        """Give the draft its number, freeze it, and send it."""
        return await issuing.issue(invoice_id, data)

    @post("/{invoice_id:uuid}/void", guards=[requires(Permission.INVOICES_VOID)], status_code=HTTP_200_OK)
    async def void_invoice(self, issuing: IssuingService, invoice_id: UUID, data: InvoiceVoid) -> Invoice:
        """Cancel an issued invoice; its number stays taken."""
        return await issuing.void(invoice_id, data)

    @post("/{invoice_id:uuid}/send", guards=[requires(Permission.INVOICES_ISSUE)], status_code=HTTP_200_OK)
    async def send_invoice(self, issuing: IssuingService, invoice_id: UUID) -> Invoice:
        """Mail an issued invoice once more."""
        return await issuing.send(invoice_id)

    @get(
        "/{invoice_id:uuid}/pdf",
        guards=[requires(Permission.INVOICES_READ)],
        media_type=PDF_MEDIA_TYPE,
        responses={
            HTTP_200_OK: ResponseSpec(
                PdfBytes, media_type=PDF_MEDIA_TYPE, description="The document", generate_examples=False
            )
        },
    )
    async def get_invoice_pdf(
        self, request: Request[None, None, State], invoices: InvoiceService, invoice_id: UUID
    ) -> Response[bytes]:
        """The document: as it was sent, or a preview of a draft."""
        return _pdf_response(await invoices.get_pdf(invoice_id), known_etags=request.headers.get("if-none-match", ""))

    @get("/{invoice_id:uuid}/timeline", guards=[requires(Permission.INVOICES_READ)])
    async def list_invoice_events(self, invoices: InvoiceService, invoice_id: UUID) -> InvoiceEventList:
        """What happened to the invoice, oldest first."""
        return await invoices.list_events(invoice_id)


def _pdf_response(pdf: InvoicePdf, *, known_etags: str) -> Response[bytes]:
    etag = f'"{pdf.content_sha256.hex()}"'
    headers = {
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f'inline; filename="{pdf.filename}"',
        # Our own pages show it in a frame. Nothing else is named here: browsers' PDF viewers break under stricter rules.
        "Content-Security-Policy": "frame-ancestors 'self'",
        "X-Frame-Options": "SAMEORIGIN",
        "ETag": etag,
    }
    if etag in known_etags:
        return Response(b"", status_code=HTTP_304_NOT_MODIFIED, headers=headers, media_type=PDF_MEDIA_TYPE)
    return Response(pdf.content, headers=headers, media_type=PDF_MEDIA_TYPE)
