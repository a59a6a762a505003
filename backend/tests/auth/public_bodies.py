"""A valid body for every handler that takes one from somebody unknown, as tests/auth/policies.py has for the others."""

from tests.auth.policies import Json

_LINK: Json = {"token": "a-link-that-nobody-was-mailed"}
_PASSWORD = "four unrelated words"

PUBLIC_BODIES: dict[str, Json] = {
    "sign_up": {"name": "Ada", "email": "ada@example.com", "password": _PASSWORD, "team_name": "Engines"},
    "verify_email": _LINK | {"password": _PASSWORD},
    "resend_verification": {"email": "ada@example.com"},
    "request_password_reset": {"email": "ada@example.com"},
    "reset_password": _LINK | {"new_password": _PASSWORD},
    "confirm_email_change": _LINK,
    "refuse_email_change": _LINK,
    "log_in": {"email": "ada@example.com", "password": _PASSWORD},
    "log_in_with_passkey": {"credential": {}},
    "look_up_invitation": _LINK,
    "decline_invitation": _LINK,
    "join_by_invitation": _LINK | {"name": "Ada", "password": _PASSWORD},
}
# Forms, not JSON: RFC 6749 and 7009.
FORMS = {"exchange_token", "revoke_token"}
