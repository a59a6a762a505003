from app.lib.problems import Conflict, InvalidInput


class LinkNotValid(Conflict):
    """The same answer for a link that never was, was used, ran out, or belongs to an address that changed."""

    slug = "link-not-valid"
    title = "This link does not work any more"

    def __init__(self) -> None:
        super().__init__("A link works once and for a short time. Ask for a new one; nothing was lost.")


class WrongPassword(InvalidInput):
    slug = "wrong-password"

    def __init__(self) -> None:
        super().__init__("password", "This is not the password you chose when you signed up.")


class SameEmail(InvalidInput):
    slug = "same-email"

    def __init__(self) -> None:
        super().__init__("new_email", "This is your present address.")


class NoEmailChange(Conflict):
    slug = "no-email-change"
    title = "No change of address is waiting"


class AlreadyVerified(Conflict):
    slug = "already-verified"
    title = "Your e-mail address is confirmed already"


class ExportUnderway(Conflict):
    slug = "export-underway"
    title = "An export is being made already"


class LastOwner(Conflict):
    slug = "last-owner"
    title = "You are the only owner of a team"


class NotConfirmed(InvalidInput):
    slug = "not-confirmed"

    def __init__(self) -> None:
        super().__init__("confirmation", "Type your e-mail address exactly to confirm.")


class DeletionUnderway(Conflict):
    slug = "deletion-underway"
    title = "Your account is going to be deleted already"
