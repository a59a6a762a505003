"""Browsers that have signed in to an address before: what strangers guess at that address does not count against them.

The cookie signs nobody in. Whoever steals one may only guess, in a bucket of its own and as slowly as everybody else.
"""

import hmac

from litestar.datastructures import Cookie

from app.config import Settings
from app.lib.email_address import typed_email
from app.lib.tokens import keyed_hash, new_token

_KEPT_SECONDS = 180 * 24 * 3600


def known_browser_cookie(email: str, settings: Settings) -> Cookie:
    """Return what the browser keeps after signing in to the address."""
    browser = new_token()
    return Cookie(
        key=settings.known_browser_cookie,
        value=f"{browser}.{_seal(browser, email, settings)}",
        path="/",
        max_age=_KEPT_SECONDS,
        httponly=True,
        secure=settings.has_secure_cookies,
        samesite="strict",
    )


def known_browser(value: str | None, email: str, settings: Settings) -> str | None:
    """Return the browser's own id when the cookie was given to it for this address."""
    if not value:
        return None
    browser, _, seal = value.partition(".")
    is_genuine = hmac.compare_digest(seal.encode(), _seal(browser, email, settings).encode())
    return browser if is_genuine else None


def _seal(browser: str, email: str, settings: Settings) -> str:
    return keyed_hash(settings.secret_key, "known-browser", browser, typed_email(email)).hex()
