"""Headers that every answer carries unless its route set its own."""

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.config import Settings

API_CSP = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
SECURITY_HEADERS: dict[str, str] = {
    "Content-Security-Policy": API_CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
_YEAR_SECONDS = 365 * 24 * 3600


def transport_security(settings: Settings) -> dict[str, str]:
    return (
        {"Strict-Transport-Security": f"max-age={_YEAR_SECONDS}; includeSubDomains"}
        if settings.has_secure_cookies
        else {}
    )


class SecurityHeaders:
    """ASGI middleware; a header that the route set itself stays."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        headers = {**SECURITY_HEADERS, "Cache-Control": "no-store", **transport_security(settings)}
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message["headers"])
                present = {name.lower() for name, _ in headers}
                headers += [header for header in self._headers if header[0] not in present]
                message["headers"] = headers
            await send(message)

        await self._app(scope, receive, send_with_headers)
