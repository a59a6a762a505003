"""OpenID Connect: discovery, and ID tokens that are believed only where everything fits (Core 1.0, 3.1.3.7)."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

import msgspec
import structlog
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from app.config import LOOPBACK_HOSTS, ProviderSettings
from app.federation.errors import ProviderRefused, ProviderUnavailable
from app.federation.http import ProviderHttp
from app.federation.identities import ProvenIdentity, checked_email, checked_subject, shown
from app.federation.oauth import AuthorizationRequest, AuthorizationResponse, authorization_url, exchange_code
from app.lib import clock

log = structlog.get_logger("quittance.security")

# Fixed: what the token's own header says is a claim of whoever made it (RFC 8725, 3.1).
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
LEEWAY_SECONDS = 60
_CACHED_FOR = timedelta(hours=1)
_NEW_KEYS_AT_MOST_EVERY = timedelta(minutes=1)


class ProviderMetadata(msgspec.Struct, frozen=True, kw_only=True):
    """What discovery tells (Discovery 1.0, 3), as far as we ask."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False

    @property
    def endpoints(self) -> list[str]:
        known = (self.authorization_endpoint, self.token_endpoint, self.jwks_uri, self.userinfo_endpoint)
        return [endpoint for endpoint in known if endpoint]


class OidcProvider:
    """One issuer. Its metadata and keys are asked for once an hour; keys once more when a token names an unknown one."""

    def __init__(self, settings: ProviderSettings, http: ProviderHttp) -> None:
        self.settings = settings
        self.can_step_up = True
        self._http = http
        self._metadata: tuple[ProviderMetadata, datetime] | None = None
        self._keys: tuple[KeySet, datetime] | None = None

    async def authorization_url(self, request: AuthorizationRequest) -> str:
        metadata = await self._discover()
        step_up = {"prompt": "login", "max_age": "0"} if request.is_step_up else {}
        return authorization_url(
            metadata.authorization_endpoint, self.settings, request, nonce=request.nonce, **step_up
        )

    async def identify(self, response: AuthorizationResponse, request: AuthorizationRequest) -> ProvenIdentity:
        """Exchange the code and return whom the ID token names; raise `ProviderRefused` unless every check passes."""
        metadata = await self._discover()
        is_iss_missing = response.iss is None and metadata.authorization_response_iss_parameter_supported
        if is_iss_missing or response.iss not in {None, metadata.issuer}:
            raise self._refusal("iss of the response")
        tokens = await exchange_code(
            self._http,
            metadata.token_endpoint,
            self.settings,
            code=response.code or "",
            request=request,
            is_secret_in_form="client_secret_basic" not in metadata.token_endpoint_auth_methods_supported,
        )
        claims = await self._validated(tokens.id_token, tokens.access_token, request.nonce, metadata)
        subject = checked_subject(claims["sub"])
        profile = claims
        if not claims.get("email") and metadata.userinfo_endpoint:
            profile = await self._http.get(metadata.userinfo_endpoint, dict[str, Any], access_token=tokens.access_token)
            if profile.get("sub") != subject:  # Core 1.0, 5.3.4
                raise self._refusal("sub of the userinfo")
        email = checked_email(_text(profile, "email"))
        name = shown(_text(profile, "name"), longest=100) or (email or "").partition("@")[0]
        return ProvenIdentity(
            issuer=self.settings.issuer,
            subject=subject,
            email=email,
            is_email_verified=email is not None and profile.get("email_verified") is True,
            name=name,
            label=email or name or shown(subject, longest=120),
            authenticated_at=_moment(claims.get("auth_time")),
        )

    async def _validated(
        self, id_token: str, access_token: str, nonce: str, metadata: ProviderMetadata
    ) -> dict[str, Any]:
        try:
            token = await self._verified(id_token, metadata)
            claims = cast("Any", CodeIDToken)(
                token.claims,
                token.header,
                options={
                    "iss": {"essential": True, "value": self.settings.issuer},
                    "aud": {"essential": True, "value": self.settings.client_id},
                },
                params={"nonce": nonce, "client_id": self.settings.client_id, "access_token": access_token},
            )
            claims.validate(now=int(clock.now().timestamp()), leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError, RecursionError) as error:
            raise self._refusal(f"ID token: {type(error).__name__}") from None
        # We trust no other audience, and no other kind of token that the same key may have signed.
        if claims["aud"] not in (self.settings.client_id, [self.settings.client_id]):
            raise self._refusal("ID token: audience")
        if str(token.header.get("typ", "JWT")).upper() != "JWT":
            raise self._refusal("ID token: type")
        return token.claims

    async def _verified(self, id_token: str, metadata: ProviderMetadata) -> jwt.Token:
        keys = await self._current_keys(metadata)
        try:
            return jwt.decode(id_token, keys, algorithms=ALGORITHMS)
        except InvalidKeyIdError:
            return jwt.decode(id_token, await self._current_keys(metadata, is_renewed=True), algorithms=ALGORITHMS)

    async def _discover(self) -> ProviderMetadata:
        if self._metadata is not None and clock.now() - self._metadata[1] < _CACHED_FOR:
            return self._metadata[0]
        issuer = self.settings.issuer
        metadata = await self._http.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration", ProviderMetadata)
        if metadata.issuer != issuer:
            raise self._refusal("issuer of the metadata")
        if not all(_is_as_safe_as(issuer, endpoint) for endpoint in metadata.endpoints):
            raise self._refusal("an endpoint without https")
        self._metadata = (metadata, clock.now())
        return metadata

    async def _current_keys(self, metadata: ProviderMetadata, *, is_renewed: bool = False) -> KeySet:
        good_for = _NEW_KEYS_AT_MOST_EVERY if is_renewed else _CACHED_FOR
        if self._keys is not None and clock.now() - self._keys[1] < good_for:
            return self._keys[0]
        document = await self._http.get(metadata.jwks_uri, dict[str, Any])
        try:
            keys = KeySet.import_key_set(cast("Any", document))
        except (JoseError, ValueError, TypeError, KeyError):
            log.warning("provider has no usable keys", provider=self.settings.id)
            raise ProviderUnavailable from None
        self._keys = (keys, clock.now())
        return keys

    def _refusal(self, reason: str) -> ProviderRefused:
        log.warning("provider not believed", provider=self.settings.id, reason=reason)
        return ProviderRefused()


def _is_as_safe_as(issuer: str, endpoint: str) -> bool:
    parts = urlsplit(endpoint)
    is_loopback = urlsplit(issuer).scheme == "http" and parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS
    return bool(parts.hostname) and (parts.scheme == "https" or is_loopback)


def _text(document: dict[str, Any], key: str) -> str | None:
    value = document.get(key)
    return value if isinstance(value, str) else None


def _moment(value: object) -> datetime | None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        return None
    try:
        return datetime.fromtimestamp(value, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
