"""GitHub: OAuth 2 without an ID token, so who it is stands in two answers of its API."""

import msgspec

from app.config import ProviderSettings
from app.federation.errors import ProviderRefused
from app.federation.http import ProviderHttp
from app.federation.identities import ProvenIdentity, checked_email, shown
from app.federation.oauth import AuthorizationRequest, AuthorizationResponse, authorization_url, exchange_code


class GitHubUser(msgspec.Struct, frozen=True, kw_only=True):
    id: int  # logins are given up and taken by others; the number stays
    login: str
    name: str | None = None


class GitHubEmail(msgspec.Struct, frozen=True, kw_only=True):
    email: str
    primary: bool
    verified: bool


class GitHubProvider:
    def __init__(self, settings: ProviderSettings, http: ProviderHttp) -> None:
        self.settings = settings
        self.can_step_up = False  # it neither asks again on demand nor says when it last did
        self._http = http

    async def authorization_url(self, request: AuthorizationRequest) -> str:
        return authorization_url(f"{self.settings.issuer}/login/oauth/authorize", self.settings, request)

    async def identify(self, response: AuthorizationResponse, request: AuthorizationRequest) -> ProvenIdentity:
        issuer = self.settings.issuer
        if response.iss not in {None, issuer, f"{issuer}/login/oauth"}:
            raise ProviderRefused
        tokens = await exchange_code(
            self._http,
            f"{issuer}/login/oauth/access_token",
            self.settings,
            code=response.code or "",
            request=request,
            is_secret_in_form=True,
        )
        api = self.settings.api_url
        user = await self._http.get(f"{api}/user", GitHubUser, access_token=tokens.access_token)
        email, is_verified = await self._primary_email(tokens.access_token)
        login = shown(user.login, longest=100)
        return ProvenIdentity(
            issuer=issuer,
            subject=str(user.id),
            email=email,
            is_email_verified=is_verified,
            name=shown(user.name, longest=100) or login,
            label=login or str(user.id),
            authenticated_at=None,
        )

    async def _primary_email(self, access_token: str) -> tuple[str | None, bool]:
        """The address of `/user` is what the person chose to show; only this list says whether it was confirmed."""
        try:
            emails = await self._http.get(
                f"{self.settings.api_url}/user/emails", list[GitHubEmail], access_token=access_token
            )
        except ProviderRefused:
            return None, False  # the person did not share their addresses
        for entry in emails:
            if entry.primary:
                email = checked_email(entry.email)
                return email, entry.verified and email is not None
        return None, False
