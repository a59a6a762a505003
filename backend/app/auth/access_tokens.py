"""Access tokens: JWTs of ten minutes (RFC 9068) that name a session, which is looked up on every request all the same."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import msgspec
from joserfc import jws, jwt
from joserfc.errors import JoseError

from app.auth.permissions import Permission
from app.auth.repositories import known_scopes
from app.auth.signing_keys import ALGORITHM, SigningKeys
from app.config import Settings
from app.lib import clock
from app.lib.ids import new_id

LIFETIME = timedelta(minutes=10)
LEEWAY_SECONDS = 60  # between the clocks of processes that sign and verify
TYPE = "at+jwt"
_LONGEST = 4096


class AccessClaims(msgspec.Struct, frozen=True, kw_only=True):
    """All of them are required."""

    iss: str
    aud: str
    sub: UUID
    client_id: UUID
    sid: UUID
    team: UUID
    scope: str
    iat: int
    nbf: int
    exp: int
    jti: UUID

    @property
    def scopes(self) -> frozenset[Permission]:
        return known_scopes(self.scope.split())


class _Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing else is accepted: no address of a key (jku, x5u), no key of the sender's own (jwk), no extension (crit)."""

    alg: str
    typ: str
    kid: str


class AccessTokens:
    def __init__(self, settings: Settings, keys: SigningKeys) -> None:
        self._issuer = settings.app_url
        self._audience = f"{settings.app_url}/api"
        self._keys = keys

    async def issue(
        self, *, user_id: UUID, client_id: UUID, session_id: UUID, team_id: UUID, scopes: Iterable[Permission]
    ) -> str:
        """Sign a token for the session; its scopes may be fewer than the session's."""
        key, now = await self._keys.current(), int(clock.now().timestamp())
        claims = AccessClaims(
            iss=self._issuer,
            aud=self._audience,
            sub=user_id,
            client_id=client_id,
            sid=session_id,
            team=team_id,
            scope=" ".join(sorted(scopes)),
            iat=now,
            nbf=now,
            exp=now + int(LIFETIME.total_seconds()),
            jti=new_id(),
        )
        header = {"alg": ALGORITHM, "typ": TYPE, "kid": key.id}
        return jwt.encode(header, msgspec.to_builtins(claims), key.key, algorithms=[ALGORITHM])

    async def verify(self, token: str) -> AccessClaims | None:
        """Return the claims of a token that this installation signed for its API and that holds now."""
        if len(token) > _LONGEST:
            return None
        try:
            header = msgspec.convert(jws.extract_compact(token.encode()).headers(), _Header)
            if (header.alg, header.typ) != (ALGORITHM, TYPE) or (key := await self._keys.find(header.kid)) is None:
                return None
            decoded = jwt.decode(token, key.key, algorithms=[ALGORITHM])
            claims = msgspec.convert(decoded.claims, AccessClaims)
        except (JoseError, msgspec.ValidationError, ValueError):
            return None
        return claims if self._holds(claims) else None

    def _holds(self, claims: AccessClaims) -> bool:
        now = clock.now().timestamp()
        return (
            (claims.iss, claims.aud) == (self._issuer, self._audience)
            and max(claims.nbf, claims.iat) <= now + LEEWAY_SECONDS
            and claims.exp > now - LEEWAY_SECONDS
        )
