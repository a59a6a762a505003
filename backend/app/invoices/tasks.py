"""`process_invoice`: render an issued invoice, keep the document, mail it; and what is left to do when that ends unseen."""

import asyncio
from uuid import UUID

from app.invoices.deliveries import DeliveryService, Dispatch
from app.invoices.mailing import compose_invoice_mail
from app.lib.mail import MailRejected
from app.lib.pdf import InvoiceDocument, PdfError, render_invoice_pdf
from app.lib.tracing import inner_span
from app.mail.transport import build_transport
from app.queue.registry import LeaseLost, PermanentFailure, TaskContext, task

_TIMEOUT_SECONDS = 120
# Ours ends first: a timeout of the queue cancels the attempt, and would leave no time to tell the team.
_OWN_TIMEOUT_SECONDS = _TIMEOUT_SECONDS - 20
_NOT_RENDERED = "The document could not be rendered."
GAVE_UP = "The invoice could not be sent after several attempts. Try again later."


@task(retries=5, timeout=_TIMEOUT_SECONDS, on_death="give_up_sending")
async def process_invoice(ctx: TaskContext, *, delivery_id: UUID) -> None:
    """Every step may be repeated: the kept document, the Message-ID and the state tell what is done already."""
    try:
        async with asyncio.timeout(_OWN_TIMEOUT_SECONDS):
            await _deliver(ctx, delivery_id)
    except LeaseLost:
        raise  # another attempt has taken over: this one has nothing to say any more
    except MailRejected as rejection:
        await _give_up(ctx, delivery_id, f"The mail server refused the message: {rejection}")
        raise PermanentFailure(str(rejection)) from rejection
    except PdfError as error:
        await _give_up(ctx, delivery_id, _NOT_RENDERED)
        raise PermanentFailure(str(error)) from error
    except Exception:
        if ctx.is_last_attempt:
            await _give_up(ctx, delivery_id, GAVE_UP)
        raise


@task
async def give_up_sending(ctx: TaskContext, *, delivery_id: UUID) -> None:
    """Tell the team that an invoice was not sent whose last attempt died with its worker, or nobody knows whether it was."""
    await _give_up(ctx, delivery_id, GAVE_UP)


async def _deliver(ctx: TaskContext, delivery_id: UUID) -> None:
    async with ctx.session() as session:
        dispatch = await DeliveryService(session, _team_id(ctx)).begin(delivery_id)
    if dispatch is None:
        return
    # Rendering and sending take their time outside of transactions: no lock waits for them.
    rendered = None if dispatch.document is None else await _render(dispatch.document)
    async with ctx.session() as session:
        content = await DeliveryService(session, _team_id(ctx)).start_sending(dispatch, rendered)
    if content is None:
        return
    await _send(ctx, dispatch, content)
    async with ctx.session() as session:
        await DeliveryService(session, _team_id(ctx)).mark_sent(dispatch)


async def _render(document: InvoiceDocument) -> bytes:
    with inner_span("render pdf"):
        return await asyncio.to_thread(render_invoice_pdf, document)


async def _send(ctx: TaskContext, dispatch: Dispatch, content: bytes) -> None:
    message = compose_invoice_mail(dispatch, content, ctx.settings)
    await build_transport(ctx.settings, ctx.sessions).send(message)


async def _give_up(ctx: TaskContext, delivery_id: UUID, reason: str) -> None:
    async with ctx.session() as session:
        await DeliveryService(session, _team_id(ctx)).mark_failed(delivery_id, reason)


def _team_id(ctx: TaskContext) -> UUID:
    if ctx.team_id is None:
        raise PermanentFailure("process_invoice works for a team, and this run has none")
    return ctx.team_id
