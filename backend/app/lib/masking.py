"""What of a job's arguments, result, errors and log lines people may read: secrets and the bodies of letters are covered.

Tasks are handed ids, so there should be nothing to cover; this is for the day on which one is handed more.
"""

import re
from typing import Any, cast

MASK = "•••"

# Also read by PostgreSQL (repositories.py): only what both understand alike.
SECRET_NAME = (
    r"(token|secret|passw|hash|cookie|credential|authorization|api_?key|private_?key|otp|(^|_)(pin|salt)($|_)"  # noqa: S105 - what secrets are called
    r"|(^|recovery_?|verification_?|backup_?|reset_?|one_?time_?|log_?in_?)codes?$)"
)
_PARAMETER = r"([?&#/;\s]|^)[a-z_]*(token|secret|passw|signature|api_?key|code)[a-z_]*="
_BEARER = r"bearer\s+"
_PARAMETER_VALUE = r"[^&#\s'\"<>]+"
_BEARER_VALUE = r"[a-z0-9._~+/=-]+"
SECRET_IN_TEXT = f"({_PARAMETER}{_PARAMETER_VALUE}|{_BEARER}{_BEARER_VALUE})"
# A letter holds names, amounts and links that open something.
BODY_NAMES = ("text", "html", "body")

_secret_name = re.compile(SECRET_NAME, re.IGNORECASE)
_secret_in_text = re.compile(f"({_PARAMETER}){_PARAMETER_VALUE}|({_BEARER}){_BEARER_VALUE}", re.IGNORECASE)


def masked(value: Any) -> Any:
    """Return a copy without what only its owner should read."""
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        return {name: MASK if _is_hidden(name, item) else masked(item) for name, item in fields.items()}
    if isinstance(value, list):
        return [masked(item) for item in cast("list[Any]", value)]
    return masked_text(value) if isinstance(value, str) else value


def masked_text(text: str) -> str:
    """Cover secrets in addresses and headers that stand somewhere in a text."""
    return _secret_in_text.sub(lambda found: (found[1] or found[4] or "") + MASK, text)


def _is_hidden(name: str, value: object) -> bool:
    """A secret that is not there, or is a yes or no, has nothing to cover."""
    if isinstance(value, bool) or value is None or value == "":
        return False
    return name.lower() in BODY_NAMES or _secret_name.search(name) is not None
