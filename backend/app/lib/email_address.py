"""E-mail addresses, checked without the network and kept in one form."""

from email_validator import EmailNotValidError, validate_email

from app.lib.problems import InvalidInput


def normalize_email(address: str, *, path: str) -> str:
    """Return the address in lower case, domain in its Unicode form; raise `InvalidInput` at `path`."""
    try:
        return validate_email(address.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise InvalidInput(path, "This is not an e-mail address.") from None


def typed_email(address: str) -> str:
    """Return the form in which sign-up kept the address; what is no address belongs to nobody, and is treated like that."""
    try:
        return normalize_email(address, path="email")
    except InvalidInput:
        return address.strip().lower()
