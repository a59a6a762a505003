from app.lib.problems import Conflict, NotFound


class PaymentNotFound(NotFound):
    slug = "payment-not-found"
    title = "There is no such payment"


class InvoiceNotPayable(Conflict):
    slug = "invoice-not-payable"
    title = "Only an issued invoice can be paid"


class PaymentExceedsBalance(Conflict):
    slug = "payment-exceeds-balance"
    title = "The payment is more than what is due"


class PaymentAlreadyReversed(Conflict):
    slug = "payment-already-reversed"
    title = "The payment is already reversed"
