from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.datastructures import State
from litestar.di import Provide
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.status_codes import HTTP_200_OK

from app.api_clients.deps import provide_api_client_service, provide_api_key_service, provide_token_service
from app.api_clients.schemas import (
    ApiClient,
    ApiClientCreate,
    ApiClientCreated,
    ApiClientList,
    ApiKey,
    ApiKeyCreate,
    ApiKeyCreated,
    ApiKeyList,
    AuthorizationServer,
    JsonWebKey,
    JsonWebKeySet,
    Revoked,
    TokenRequest,
    TokenRevocation,
    Tokens,
)
from app.api_clients.services import ApiClientService, ApiKeyService
from app.api_clients.tokens import TokenService
from app.auth.client import ClientInfo
from app.auth.guards import public, requires
from app.auth.permissions import BROWSER_ONLY, Permission
from app.auth.signing_keys import SigningKeys
from app.config import Settings

_GRANTABLE = sorted(set(Permission) - BROWSER_ONLY)


class ApiKeyController(Controller):
    path = "/api-keys"
    tags = ("API clients",)
    dependencies = {"api_keys": Provide(provide_api_key_service, sync_to_thread=False)}

    @get(guards=[requires(Permission.API_KEYS_MANAGE)])
    async def list_api_keys(self, api_keys: ApiKeyService) -> ApiKeyList:
        """The team's API keys: all that work, and the latest that don't any more."""
        return await api_keys.list_all()

    @post(guards=[requires(Permission.API_KEYS_MANAGE, is_fresh=True)])
    async def create_api_key(self, api_keys: ApiKeyService, data: ApiKeyCreate) -> ApiKeyCreated:
        """Make a key that acts in your name in this team; its secret is in this answer and never again."""
        return await api_keys.create(data)

    @post("/{api_key_id:uuid}/revoke", guards=[requires(Permission.API_KEYS_MANAGE)], status_code=HTTP_200_OK)
    async def revoke_api_key(self, api_keys: ApiKeyService, api_key_id: UUID) -> ApiKey:
        """End a key at once, whoever made it."""
        return await api_keys.revoke(api_key_id)


class ApiClientController(Controller):
    path = "/api-clients"
    tags = ("API clients",)
    dependencies = {"api_clients": Provide(provide_api_client_service, sync_to_thread=False)}

    @get(guards=[requires(Permission.API_KEYS_MANAGE)])
    async def list_api_clients(self, api_clients: ApiClientService) -> ApiClientList:
        """The programs that are connected to the team by tokens, and the latest that aren't any more."""
        return await api_clients.list_all()

    @post(guards=[requires(Permission.API_KEYS_MANAGE, is_fresh=True)])
    async def connect_api_client(self, api_clients: ApiClientService, data: ApiClientCreate) -> ApiClientCreated:
        """Connect a program in your name; its first refresh token is in this answer and never again."""
        return await api_clients.create(data)

    @post("/{api_client_id:uuid}/revoke", guards=[requires(Permission.API_KEYS_MANAGE)], status_code=HTTP_200_OK)
    async def revoke_api_client(self, api_clients: ApiClientService, api_client_id: UUID) -> ApiClient:
        """Disconnect a program at once, whoever connected it: its access tokens included."""
        return await api_clients.revoke(api_client_id)


class TokenController(Controller):
    path = "/auth"
    tags = ("API clients",)
    dependencies = {"tokens": Provide(provide_token_service, sync_to_thread=False)}

    @post("/token", guards=[public("the refresh token in the body is the credential")], status_code=HTTP_200_OK)
    async def exchange_token(
        self,
        data: Annotated[TokenRequest, Body(media_type=RequestEncodingType.URL_ENCODED)],
        tokens: TokenService,
        client: ClientInfo,
    ) -> Tokens:
        """Exchange a refresh token, once, for an access token of ten minutes and the next refresh token (RFC 6749, 6)."""
        return await tokens.exchange(data, client)

    @post("/revoke", guards=[public("the token in the body is the credential")], status_code=HTTP_200_OK)
    async def revoke_token(
        self,
        data: Annotated[TokenRevocation, Body(media_type=RequestEncodingType.URL_ENCODED)],
        tokens: TokenService,
        client: ClientInfo,
    ) -> Revoked:
        """Disconnect the program that holds the token, at once (RFC 7009)."""
        await tokens.revoke(data, client)
        return Revoked()


class WellKnownController(Controller):
    path = "/.well-known"
    tags = ("API clients",)

    @get("/jwks.json", guards=[public("anybody may verify our signatures")])
    async def get_json_web_keys(self, state: State) -> JsonWebKeySet:
        """The public keys of access tokens (RFC 7517)."""
        keys: SigningKeys = state.signing_keys
        return JsonWebKeySet(keys=[msgspec.convert(key.to_public(), JsonWebKey) for key in await keys.valid()])

    @get("/oauth-authorization-server", guards=[public("clients read it before they have a token")])
    async def get_authorization_server(self, settings: Settings) -> AuthorizationServer:
        """Where tokens are exchanged, and how (RFC 8414)."""
        return AuthorizationServer(
            issuer=settings.app_url,
            token_endpoint=f"{settings.app_url}/api/auth/token",
            revocation_endpoint=f"{settings.app_url}/api/auth/revoke",
            jwks_uri=f"{settings.app_url}/.well-known/jwks.json",
            scopes_supported=_GRANTABLE,
            response_types_supported=[],
            grant_types_supported=["refresh_token"],
            token_endpoint_auth_methods_supported=["none"],
            revocation_endpoint_auth_methods_supported=["none"],
        )
