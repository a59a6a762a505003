from app.lib.problems import Unauthenticated


class PasskeyLogInRefused(Unauthenticated):
    """The same answer for an unknown passkey, a disabled account and a forged answer."""

    slug = "passkey-refused"
    title = "The passkey was not accepted"
