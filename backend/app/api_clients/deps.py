from litestar.datastructures import State
from sqlalchemy.ext.asyncio import AsyncSession

from app.api_clients.services import ApiClientService, ApiKeyService
from app.api_clients.tokens import TokenService
from app.auth.caller import Caller
from app.auth.client import ClientInfo
from app.auth.rate_limits import RateLimiter
from app.config import Settings


def provide_api_key_service(
    session: AsyncSession, caller: Caller, client: ClientInfo, settings: Settings
) -> ApiKeyService:
    return ApiKeyService(session, caller, client, settings)


def provide_api_client_service(
    session: AsyncSession, caller: Caller, client: ClientInfo, settings: Settings
) -> ApiClientService:
    return ApiClientService(session, caller, client, settings)


def provide_token_service(state: State, settings: Settings, limiter: RateLimiter) -> TokenService:
    return TokenService(state.sessions, state.access_tokens, limiter, settings)
