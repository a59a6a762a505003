from app.lib.problems import Conflict, InvalidInput, NotFound


class WrongCode(InvalidInput):
    slug = "wrong-code"

    def __init__(self, path: str, detail: str) -> None:
        super().__init__(path, detail)


class PasskeyRefused(InvalidInput):
    """The same answer whatever was wrong with it: what exactly stands in the log."""

    slug = "passkey-refused"
    title = "The passkey was not accepted"

    def __init__(self) -> None:
        super().__init__("credential", "This passkey was not accepted. Nothing was changed; please try again.")


class WrongStepUpPassword(InvalidInput):
    slug = "wrong-current-password"

    def __init__(self) -> None:
        super().__init__("password", "This is not your password.")


class StepUpMethodNotOffered(Conflict):
    slug = "step-up-method-not-offered"
    title = "You confirm in another way that it is you"


class SecondStepNotDue(Conflict):
    slug = "second-step-not-due"
    title = "You are signed in already"


class AuthenticatorExists(Conflict):
    slug = "authenticator-exists"
    title = "There is an authenticator app already"


class NoPendingAuthenticator(Conflict):
    slug = "no-pending-authenticator"
    title = "There is nothing to confirm"


class AuthenticatorUnreadable(Conflict):
    slug = "authenticator-unreadable"
    title = "The authenticator app cannot be checked"


class NoSecondFactor(Conflict):
    slug = "no-second-factor"
    title = "Two-step log-in is off"


class LastWayIn(Conflict):
    slug = "only-way-in"
    title = "Nothing else would open your account"


class TooManyPasskeys(Conflict):
    slug = "too-many-passkeys"
    title = "There are too many passkeys"


class PasskeyExists(Conflict):
    slug = "passkey-exists"
    title = "This passkey is known already"


class AuthenticatorNotFound(NotFound):
    title = "There is no authenticator app"


class PasskeyNotFound(NotFound):
    title = "There is no such passkey"
