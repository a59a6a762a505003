"""What no request may be, whatever its route: cross-site, and at the API with two credentials or unreadable for PostgreSQL."""

import re
from urllib.parse import parse_qsl

from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from app.auth.errors import CredentialInAddress, CrossSiteRequest, SeveralCredentials
from app.config import Settings
from app.lib.problems import AppError, InvalidInput
from app.server.problems import answer_at_once

CLIENT_HEADER = b"x-requested-with"
CLIENT_NAME = "quittance"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Their credential stands in the body, they read no cookie and set none: other sites' pages can do no more with them than other sites.
TOKEN_ENDPOINTS = frozenset({"/api/auth/token", "/api/auth/revoke"})
_TOKEN_IN_ADDRESS = re.compile(rb"(^|&)access_token=")


class Gate:
    """ASGI middleware, because a guard would be called with copies of request and route for each of these checks."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._allowed_origins = settings.allowed_origins
        self._session_cookie = re.compile(rf"(^|;)\s*{re.escape(settings.session_cookie)}=".encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._refusal(scope) if scope["type"] == "http" else None
        await (answer or self._app)(scope, receive, send)

    def _refusal(self, scope: HTTPScope) -> ASGIApp | None:
        try:
            self._check(scope)
        except AppError as error:
            return answer_at_once(error, scope)
        return None

    def _check(self, scope: HTTPScope) -> None:
        is_api = scope["path"].startswith("/api/")
        headers = dict(scope["headers"])
        is_token_endpoint = scope["path"] in TOKEN_ENDPOINTS
        if is_api and b"%00" in scope["query_string"]:
            _refuse_nul(scope["query_string"])
        if is_api:
            self._refuse_several_credentials(scope, is_token_endpoint=is_token_endpoint)
        if scope["method"] not in _SAFE_METHODS and not is_token_endpoint and not _is_api_client(headers):
            self._refuse_cross_site(headers, is_api=is_api)

    def _refuse_several_credentials(self, scope: HTTPScope, *, is_token_endpoint: bool) -> None:
        """Two ways to say who is calling are one too many, whichever would win (RFC 6750, 2)."""
        authorizations = [value for name, value in scope["headers"] if name == b"authorization"]
        has_cookie = any(name == b"cookie" and self._session_cookie.search(value) for name, value in scope["headers"])
        if len(authorizations) + has_cookie + is_token_endpoint > 1:
            raise SeveralCredentials(
                "Send one of them: the session cookie, one Authorization header, or, to get tokens, the body."
            )
        if _TOKEN_IN_ADDRESS.search(scope["query_string"]):
            raise CredentialInAddress("Send it in the Authorization header: addresses end up in logs and histories.")

    def _refuse_cross_site(self, headers: dict[bytes, bytes], *, is_api: bool) -> None:
        """Unsafe methods need the browser's own word that our page sent them, and a header no form can set.

        SAQ's page, which is not the API's, sends no header of ours.
        """
        site = headers.get(b"sec-fetch-site", b"").decode("latin-1")
        origin = headers.get(b"origin", b"").decode("latin-1")
        is_ours = site == "same-origin" if site else origin in self._allowed_origins
        if not is_ours:
            raise CrossSiteRequest(
                "Send it from the product's own pages: Sec-Fetch-Site or Origin must name this site."
            )
        if is_api and headers.get(CLIENT_HEADER, b"").decode("latin-1") != CLIENT_NAME:
            raise CrossSiteRequest(f"The header X-Requested-With: {CLIENT_NAME} is missing.")


def _is_api_client(headers: dict[bytes, bytes]) -> bool:
    """No page can make a browser send this header to us without asking first, and no cookie comes with it."""
    return b"authorization" in headers


def _refuse_nul(query_string: bytes) -> None:
    for name, value in parse_qsl(query_string.decode("latin-1"), keep_blank_values=True):
        if "\x00" in name or "\x00" in value:
            raise InvalidInput(name.replace("\x00", ""), "The character U+0000 cannot be searched for.")
