"""Where a request came from, believing only as many proxies as the operator named."""

import functools
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import msgspec
from litestar.connection import ASGIConnection
from litestar.types import Scope

from app.config import Settings

_IPV6_PREFIX = 64
_UNKNOWN = "unknown"


class ClientInfo(msgspec.Struct, frozen=True):
    ip_address: str
    user_agent: str

    @property
    def network(self) -> str:
        """What attempts are counted by; see `client_network`."""
        return client_network(self.ip_address)


def client_info(request: ASGIConnection[Any, Any, Any, Any], settings: Settings) -> ClientInfo:
    return ClientInfo(
        ip_address=client_address(request.scope, settings), user_agent=request.headers.get("user-agent", "")
    )


def client_address(scope: Scope, settings: Settings) -> str:
    peer = scope["client"]
    address = _parse(peer[0]) if peer else None
    if settings.trusted_proxy_count:
        # Each trusted proxy appended the address it saw; what stands further left is the visitor's own claim.
        # A header may stand there several times; together they are one list (RFC 9110, 5.2).
        claimed = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
        hops = [hop.strip() for hop in claimed.decode("latin-1").split(",") if hop.strip()]
        if len(hops) >= settings.trusted_proxy_count:
            address = _parse(hops[-settings.trusted_proxy_count]) or address
    return str(address) if address else _UNKNOWN


@functools.lru_cache(maxsize=4096)
def client_network(address: str) -> str:
    """Return the network that one client has to themself: an IPv4 address, or the /64 of an IPv6 address."""
    parsed = _parse(address)
    if isinstance(parsed, IPv6Address):
        return str(IPv6Network((parsed, _IPV6_PREFIX), strict=False))
    return str(parsed) if parsed else _UNKNOWN


@functools.lru_cache(maxsize=4096)
def _parse(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address as proxies write it: with a port, in brackets, with a zone, as IPv4 inside IPv6."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
