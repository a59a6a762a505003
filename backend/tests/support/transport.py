"""In-process HTTP: httpx and Litestar describe the same ASGI with types that do not meet."""

from typing import Any, cast

import httpx
from litestar import Litestar


def asgi_transport(app: Litestar, *, client_address: str = "127.0.0.1") -> httpx.ASGITransport:
    """Errors become answers, as they do behind a real server."""
    return httpx.ASGITransport(cast("Any", app), raise_app_exceptions=False, client=(client_address, 1234))
