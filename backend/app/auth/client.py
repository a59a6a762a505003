"""Where a request came from, believing only as many proxies as the operator named."""

import msgspec
from litestar import Request

from app.config import Settings


class ClientInfo(msgspec.Struct, frozen=True):
    ip_address: str
    user_agent: str


def client_info(request: Request[object, object, object], settings: Settings) -> ClientInfo:
    ip_address = request.client.host if request.client else "unknown"
    if settings.trusted_proxy_count:
        # Each trusted proxy appended the address it saw; what stands further left is the visitor's own claim.
        hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
        if len(hops) >= settings.trusted_proxy_count:
            ip_address = hops[-settings.trusted_proxy_count]
    return ClientInfo(ip_address=ip_address, user_agent=request.headers.get("user-agent", ""))
