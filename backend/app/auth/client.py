"""Where a request came from, believing only as many proxies as the operator named."""

from typing import Any

import msgspec
from litestar.connection import ASGIConnection

from app.config import Settings


class ClientInfo(msgspec.Struct, frozen=True):
    ip_address: str
    user_agent: str


def client_info(request: ASGIConnection[Any, Any, Any, Any], settings: Settings) -> ClientInfo:
    ip_address = request.client.host if request.client else "unknown"
    if settings.trusted_proxy_count:
        # Each trusted proxy appended the address it saw; what stands further left is the visitor's own claim.
        # A header may stand there several times; together they are one list (RFC 9110, 5.2).
        claimed = ",".join(request.headers.getall("x-forwarded-for", []))
        hops = [hop.strip() for hop in claimed.split(",") if hop.strip()]
        if len(hops) >= settings.trusted_proxy_count:
            ip_address = hops[-settings.trusted_proxy_count]
    return ClientInfo(ip_address=ip_address, user_agent=request.headers.get("user-agent", ""))
