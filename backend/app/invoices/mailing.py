"""The mail that carries an invoice to its recipient."""

from app.config import Settings
from app.invoices.deliveries import Dispatch
from app.lib.mail import MailAttachment, MailMessage
from app.lib.mail_templates import render_invoice
from app.lib.money import Currency
from app.mail.transport import message_id


def compose_invoice_mail(dispatch: Dispatch, content: bytes, settings: Settings) -> MailMessage:
    """Say what is owed and when, with the document attached; answers go to the seller."""
    mail = render_invoice(
        seller_name=dispatch.seller_name,
        recipient_name=dispatch.contact_name or dispatch.buyer_name,
        number=dispatch.number,
        amount=Currency.of(dispatch.currency).format(dispatch.gross_minor),
        currency=dispatch.currency,
        due_date=dispatch.due_date,
    )
    return MailMessage(
        message_id=message_id("invoice-delivery", dispatch.delivery_id, settings),
        sender=settings.mail.sender,
        to=dispatch.recipient,
        reply_to=dispatch.seller_email or None,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        attachments=(MailAttachment(filename=dispatch.filename, content_type="application/pdf", content=content),),
    )
