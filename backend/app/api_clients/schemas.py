"""What the API says and accepts about programs that call it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from app.auth.permissions import Permission
from app.lib.fields import Name

type Scopes = Annotated[list[Permission], Meta(min_length=1, max_length=40)]
type KeyLifetime = Literal[30, 90, 365]


class CredentialState(StrEnum):
    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key of the team, without its secret: that was shown once."""

    id: UUID
    name: str
    prefix: str
    scopes: list[Permission]
    created_by_name: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    state: CredentialState


class ApiKeyList(msgspec.Struct, frozen=True, kw_only=True):
    """All keys that work and the latest that don't any more, and which scopes you may give to a new one."""

    items: list[ApiKey]
    grantable_scopes: list[Permission]


class ApiKeyCreate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new key, in your name and for your present team; `null` as days: it never expires."""

    name: Name
    scopes: Scopes
    expires_in_days: KeyLifetime | None = 365


class ApiKeyCreated(msgspec.Struct, frozen=True, kw_only=True):
    """The only answer that carries the key itself."""

    api_key: ApiKey
    key: str


class ApiClient(msgspec.Struct, frozen=True, kw_only=True):
    """A program that works with access tokens in your team; its id is OAuth's `client_id`."""

    id: UUID
    name: str
    scopes: list[Permission]
    created_by_name: str
    created_at: datetime
    connected_at: datetime | None
    last_used_at: datetime | None
    expires_at: datetime
    revoked_at: datetime | None
    state: CredentialState


class ApiClientList(msgspec.Struct, frozen=True, kw_only=True):
    items: list[ApiClient]
    grantable_scopes: list[Permission]


class ApiClientCreate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A program to connect, in your name and to your present team."""

    name: Name
    scopes: Scopes


class ApiClientCreated(msgspec.Struct, frozen=True, kw_only=True):
    """The only answer that carries the first refresh token; it has to be exchanged before `expires_at`."""

    api_client: ApiClient
    refresh_token: str
    expires_at: datetime
    token_endpoint: str


# Unknown parameters are ignored, and everything may be missing: RFC 6749, 3.2, wants that, and refusals with names of its own.


class TokenRequest(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 6749, 6: exchange a refresh token for an access token and the next refresh token."""

    grant_type: str | None = None
    refresh_token: str | None = None
    client_id: str | None = None
    scope: str | None = None


class TokenRevocation(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 7009: end the access of the program that holds the token, whichever of its tokens it is."""

    token: str | None = None
    token_type_hint: str | None = None


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 6749, 5.1."""

    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str
    scope: str


class Revoked(msgspec.Struct, frozen=True, kw_only=True):
    """Empty: the answer is the same whether or not there was anything to revoke."""


class JsonWebKey(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 7517 and RFC 8037."""

    kty: str
    crv: str
    x: str
    kid: str
    use: str
    alg: str


class JsonWebKeySet(msgspec.Struct, frozen=True, kw_only=True):
    keys: list[JsonWebKey]


class AuthorizationServer(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 8414."""

    issuer: str
    token_endpoint: str
    revocation_endpoint: str
    jwks_uri: str
    scopes_supported: list[Permission]
    response_types_supported: list[str]
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    revocation_endpoint_auth_methods_supported: list[str]
