"""The mail that carries an invoice to its recipient."""

from app.config import Settings
from app.invoices.deliveries import Dispatch
from app.lib.mail import MailAttachment, MailMessage
from app.lib.mail_templates import render_invoice
from app.mail.transport import message_id


def compose_invoice_mail(dispatch: Dispatch, content: bytes, settings: Settings) -> MailMessage:
    """Say what is owed and when, with the document attached; answers go to the seller."""
    seller, buyer = dispatch.seller, dispatch.buyer
    letter = render_invoice(
        seller_name=seller.name,
        recipient_name=buyer.contact_name or buyer.name,
        number=dispatch.number,
        amount_due=dispatch.amount_due,
        currency=dispatch.currency,
        issue_date=dispatch.issue_date,
        due_date=dispatch.due_date,
        iban=seller.iban or None,
        bic=seller.bic or None,
        reply_to=seller.email or None,
    )
    return MailMessage(
        message_id=message_id("invoice-delivery", dispatch.delivery_id, settings),
        sender=settings.mail.sender,
        to=dispatch.recipient,
        reply_to=seller.email or None,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        attachments=(MailAttachment(filename=dispatch.filename, content_type="application/pdf", content=content),),
    )
