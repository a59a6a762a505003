"""A provider that answers whatever a test tells it: what a stolen, misled or broken one could send."""

import base64
import hmac
from collections.abc import Callable
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.jwk import RSAKey
from litestar import Litestar, Request, get, post
from litestar.datastructures import State

from app.lib import clock

CLIENT_ID = "quittance"

type Json = dict[str, Any]


class HostileProvider:
    """Its answers, to be changed one at a time; as they are at first, they are in order."""

    def __init__(self) -> None:
        self.issuer = ""
        self.key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
        self.published = [self.key]
        self.metadata: Json = {}
        self.make_id_token: Callable[[Json], Any] = self.signed
        self.nonce = ""
        self.claims: Json = {}
        self.userinfo: Json = {}
        self.userinfo_tokens: list[str] = []
        self.key_requests = 0

    def reset(self) -> None:
        self.published = [self.key]
        self.metadata, self.claims, self.userinfo = {}, {}, {}
        self.make_id_token = self.signed
        self.userinfo_tokens = []
        self.key_requests = 0

    def signed(self, claims: Json, *, key: RSAKey | None = None, header: Json | None = None) -> str:
        key = key or self.key
        return jwt.encode({"alg": "RS256", "kid": key.kid, **(header or {})}, claims, key)

    def unsigned(self, claims: Json) -> str:
        header = _base64url(b'{"alg":"none","typ":"JWT"}').decode()
        return f"{header}.{self.signed(claims).split('.')[1]}."

    def signed_with_the_public_key(self, claims: Json) -> str:
        """HS256 with the published key as the secret: accepted by whoever lets the token choose its algorithm."""
        header = msgspec.json.encode({"alg": "HS256", "kid": self.key.kid})
        signed = b".".join(_base64url(part) for part in (header, msgspec.json.encode(claims)))
        digest = hmac.digest(self.key.as_pem(private=False), signed, "sha256")
        return b".".join((signed, _base64url(digest))).decode()

    def id_token(self) -> Any:
        now = int(clock.now().timestamp())
        claims = {
            "iss": self.issuer,
            "sub": "subject-1",
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "nonce": self.nonce,
            "email": "ada@example.com",
            "email_verified": True,
            "name": "Ada Byron",
        } | self.claims
        return self.make_id_token({name: value for name, value in claims.items() if value is not None})


def _base64url(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def hostile_app(provider: HostileProvider) -> Litestar:
    @get("/.well-known/openid-configuration")
    async def discover() -> Json:
        return {
            "issuer": provider.issuer,
            "authorization_endpoint": f"{provider.issuer}/authorize",
            "token_endpoint": f"{provider.issuer}/token",
            "jwks_uri": f"{provider.issuer}/jwks",
            "userinfo_endpoint": f"{provider.issuer}/userinfo",
        } | provider.metadata

    @get("/jwks")
    async def keys() -> Json:
        provider.key_requests += 1
        return {"keys": [key.as_dict(private=False) for key in provider.published]}

    @post("/token", status_code=200)
    async def token() -> Json:
        return {"access_token": "access", "token_type": "Bearer", "id_token": provider.id_token()}

    @get("/userinfo")
    async def userinfo(request: Request[Any, Any, State]) -> Json:
        provider.userinfo_tokens.append(request.headers.get("authorization", ""))
        return provider.userinfo

    return Litestar([discover, keys, token, userinfo], state=State(), openapi_config=None)
