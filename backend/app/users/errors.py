from app.lib.problems import Conflict, InvalidInput


class EmailTaken(Conflict):
    slug = "email-taken"
    title = "There is already an account with this e-mail address"


class WrongCurrentPassword(InvalidInput):
    slug = "wrong-current-password"

    def __init__(self) -> None:
        super().__init__("current_password", "This is not your present password.")
