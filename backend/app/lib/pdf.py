"""Invoices as PDF: prints the figures it is given and calculates none."""

import threading
from datetime import UTC, date, datetime, time
from pathlib import Path

import msgspec
import typst

from app.lib.documents.invoice import DocumentLine, DocumentTax, InvoiceDocument, Party, PaymentDetails
from app.lib.documents.view import invoice_view

__all__ = [
    "DocumentLine",
    "DocumentTax",
    "InvoiceDocument",
    "Party",
    "PaymentDetails",
    "PdfError",
    "render_invoice_pdf",
]

DOCUMENTS_FOLDER = Path(__file__).parent / "documents"


class PdfError(Exception):
    """The document could not be rendered; trying again with the same document will fail again."""


# A typst.Compiler refuses a second caller ("Already borrowed"), so each thread keeps its own; the parsed fonts are shared.
_of_this_thread = threading.local()
_fonts_lock = threading.Lock()
_shared_fonts: typst.Fonts | None = None


def _fonts() -> typst.Fonts:
    global _shared_fonts  # noqa: PLW0603 - read from disk once per process
    with _fonts_lock:
        if _shared_fonts is None:
            # The wheel's own fonts stand in for signs that Source Sans lacks; the system's would make bytes differ by machine.
            _shared_fonts = typst.Fonts(
                include_system_fonts=False,
                include_embedded_fonts=True,
                font_paths=[str(DOCUMENTS_FOLDER / "fonts")],
            )
        return _shared_fonts


def _compiler() -> typst.Compiler:
    compiler: typst.Compiler | None = getattr(_of_this_thread, "compiler", None)
    if compiler is None:
        compiler = typst.Compiler(
            DOCUMENTS_FOLDER / "invoice.typ",
            root=DOCUMENTS_FOLDER,
            font_paths=_fonts(),
            ignore_system_fonts=True,
        )
        _of_this_thread.compiler = compiler
    return compiler


def render_invoice_pdf(document: InvoiceDocument) -> bytes:
    """The document as a tagged A4 PDF; the same document gives the same bytes. Blocking: call it in a thread."""
    try:
        # User text travels as JSON data and is shown as strings: Typst never parses it as markup.
        data = msgspec.json.encode(invoice_view(document)).decode()
        rendered = _compiler().compile(
            format="pdf",
            sys_inputs={"data": data},
            timestamp=datetime.combine(document.issue_date or date(2000, 1, 1), time(), tzinfo=UTC),
        )
    except (typst.TypstError, ValueError) as error:
        raise PdfError(str(error)) from error
    if not isinstance(rendered, bytes):
        message = "Typst returned no document"
        raise PdfError(message)
    return rendered
