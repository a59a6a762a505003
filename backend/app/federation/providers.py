"""Which providers this installation is registered with."""

from collections.abc import Iterator
from typing import Protocol

from app.config import ProviderSettings, Settings
from app.federation.errors import UnknownProvider
from app.federation.github import GitHubProvider
from app.federation.http import ProviderHttp
from app.federation.identities import ProvenIdentity
from app.federation.oauth import AuthorizationRequest, AuthorizationResponse
from app.federation.oidc import OidcProvider


class Provider(Protocol):
    settings: ProviderSettings
    can_step_up: bool

    async def authorization_url(self, request: AuthorizationRequest) -> str: ...

    async def identify(self, response: AuthorizationResponse, request: AuthorizationRequest) -> ProvenIdentity: ...


class Providers:
    """One per process: metadata and keys are kept between requests."""

    def __init__(self, settings: Settings) -> None:
        self._http = ProviderHttp()
        self._by_id: dict[str, Provider] = {
            provider.id: GitHubProvider(provider, self._http)
            if provider.api_url
            else OidcProvider(provider, self._http)
            for provider in settings.providers
        }

    def get(self, provider_id: str) -> Provider:
        provider = self._by_id.get(provider_id)
        if provider is None:
            raise UnknownProvider
        return provider

    def __iter__(self) -> Iterator[Provider]:
        return iter(self._by_id.values())

    def of_issuer(self, issuer: str) -> Provider | None:
        return next((provider for provider in self._by_id.values() if provider.settings.issuer == issuer), None)

    async def close(self) -> None:
        await self._http.close()
