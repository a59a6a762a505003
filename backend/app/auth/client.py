"""Where a request came from, believing only as many proxies as the operator named."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import msgspec
from litestar.connection import ASGIConnection

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


def client_info(connection: ASGIConnection[Any, Any, Any, Any], settings: Settings) -> ClientInfo:
    peer = connection.client.host if connection.client else ""
    address = _parse(peer)
    if settings.trusted_proxy_count:
        # Each trusted proxy appended the address it saw; what stands further left is the visitor's own claim.
        # A header may stand there several times; together they are one list (RFC 9110, 5.2).
        claimed = ",".join(connection.headers.getall("x-forwarded-for", []))
        hops = [hop.strip() for hop in claimed.split(",") if hop.strip()]
        if len(hops) >= settings.trusted_proxy_count:
            address = _parse(hops[-settings.trusted_proxy_count]) or address
    return ClientInfo(
        ip_address=str(address) if address else _UNKNOWN, user_agent=connection.headers.get("user-agent", "")
    )


def client_network(address: str) -> str:
    """Return the network that one client has to themself: an IPv4 address, or the /64 of an IPv6 address."""
    parsed = _parse(address)
    if isinstance(parsed, IPv6Address):
        return str(IPv6Network((parsed, _IPV6_PREFIX), strict=False))
    return str(parsed) if parsed else _UNKNOWN


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
