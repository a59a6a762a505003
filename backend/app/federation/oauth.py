"""The authorization code flow with PKCE (RFC 6749, RFC 7636), for every kind of provider."""

from typing import Any, cast
from urllib.parse import quote_plus

import httpx
import msgspec
from authlib.oauth2 import rfc7636
from authlib.oauth2.rfc6749 import parameters

from app.config import ProviderSettings
from app.federation.errors import ProviderRefused
from app.federation.http import ProviderHttp


class AuthorizationRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What one browser is sent to the provider with; made once more, from the same secrets, when it comes back."""

    redirect_uri: str
    state: str
    nonce: str
    code_verifier: str
    is_step_up: bool


class AuthorizationResponse(msgspec.Struct, frozen=True, kw_only=True):
    """What the browser brings back (RFC 6749, 4.1.2; RFC 9207)."""

    code: str | None
    state: str | None
    iss: str | None
    error: str | None


class TokenResponse(msgspec.Struct, frozen=True, kw_only=True):
    access_token: str = ""
    id_token: str = ""
    error: str = ""  # GitHub answers 200 all the same


def authorization_url(
    endpoint: str, settings: ProviderSettings, request: AuthorizationRequest, **further: str | None
) -> str:
    # Authlib publishes no types.
    prepare, challenge = cast("Any", parameters).prepare_grant_uri, cast("Any", rfc7636).create_s256_code_challenge
    return prepare(
        endpoint,
        settings.client_id,
        "code",
        redirect_uri=request.redirect_uri,
        scope=settings.scopes,
        state=request.state,
        code_challenge=challenge(request.code_verifier),
        code_challenge_method="S256",
        **further,
    )


async def exchange_code(
    http: ProviderHttp,
    endpoint: str,
    settings: ProviderSettings,
    *,
    code: str,
    request: AuthorizationRequest,
    is_secret_in_form: bool,
) -> TokenResponse:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": request.redirect_uri,
        "code_verifier": request.code_verifier,
    }
    auth = None
    if is_secret_in_form:
        form |= {"client_id": settings.client_id, "client_secret": settings.client_secret}
    else:
        # Encoded first (RFC 6749, 2.3.1); Authlib's own client leaves that out, so a "+" in a secret would be refused.
        auth = httpx.BasicAuth(quote_plus(settings.client_id), quote_plus(settings.client_secret))
    answer = await http.post(endpoint, TokenResponse, form=form, auth=auth)
    if answer.error or not answer.access_token:
        raise ProviderRefused
    return answer
