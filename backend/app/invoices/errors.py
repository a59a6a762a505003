"""Why an invoice cannot be changed, issued, sent or voided."""

from app.lib.problems import Conflict, NotFound


class InvoiceNotDraft(Conflict):
    slug = "invoice-not-draft"
    title = "Only a draft can be changed, deleted or issued"


class InvoiceNotIssued(Conflict):
    slug = "invoice-not-issued"
    title = "Only an issued invoice can be sent or voided"


class InvoiceIncomplete(Conflict):
    slug = "invoice-incomplete"
    title = "The invoice is not ready to be issued"


class SellerIncomplete(Conflict):
    slug = "seller-incomplete"
    title = "Complete your team's details before issuing an invoice"


class BuyerIncomplete(Conflict):
    slug = "buyer-incomplete"
    title = "Complete the customer's details before issuing an invoice"


class CustomerArchived(Conflict):
    slug = "customer-archived"
    title = "An archived customer is not invoiced"


class IssueDateOutOfOrder(Conflict):
    slug = "issue-date-out-of-order"
    title = "The issue date lies before the last invoice of the series"


class InvoiceHasPayments(Conflict):
    slug = "invoice-has-payments"
    title = "An invoice with payments cannot be voided"


class DeliveryUnderWay(Conflict):
    slug = "delivery-under-way"
    title = "The invoice is being sent already"


class InvoiceNotFound(NotFound):
    slug = "invoice-not-found"
    title = "There is no such invoice"
