from litestar.datastructures import Cookie

from app.config import Settings

PASSKEY_COOKIE_SECONDS = 5 * 60


def session_cookie(token: str, settings: Settings) -> Cookie:
    # Lax and not Strict: links in mails must arrive signed in.
    return Cookie(
        key=settings.session_cookie,
        value=token,
        path="/",
        max_age=settings.session.absolute_days * 24 * 3600,
        httponly=True,
        secure=settings.has_secure_cookies,
        samesite="lax",
    )


def expired_session_cookie(settings: Settings) -> Cookie:
    return Cookie(
        key=settings.session_cookie,
        value="",
        path="/",
        max_age=0,
        httponly=True,
        secure=settings.has_secure_cookies,
        samesite="lax",
    )


def passkey_cookie(browser: str, settings: Settings) -> Cookie:
    """Binds the challenge of a log-in page to its browser; no link ever has to carry it, so Strict."""
    return Cookie(
        key=settings.passkey_cookie,
        value=browser,
        path="/",
        max_age=PASSKEY_COOKIE_SECONDS,
        httponly=True,
        secure=settings.has_secure_cookies,
        samesite="strict",
    )
