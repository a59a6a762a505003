"""The rules about API keys and connected API clients: made and ended in the browser, by members who may manage them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.api_clients.errors import ApiClientNotFound, ApiKeyNotFound, TooManyApiClients, TooManyApiKeys
from app.api_clients.repositories import ApiClientRepository, ApiKeyRepository, RefreshTokenRepository, lock_team
from app.api_clients.schemas import (
    ApiClient,
    ApiClientCreate,
    ApiClientCreated,
    ApiClientList,
    ApiKey,
    ApiKeyCreate,
    ApiKeyCreated,
    ApiKeyList,
    CredentialState,
)
from app.auth.api_keys import PREFIX, api_key_hash, new_api_key
from app.auth.caller import Caller
from app.auth.client import ClientInfo
from app.auth.permissions import BROWSER_ONLY, Permission
from app.auth.repositories import known_scopes
from app.auth.services import SessionService
from app.config import Settings
from app.lib import clock
from app.lib.ids import new_id
from app.lib.problems import FieldError, InvalidInput
from app.lib.tokens import keyed_hash, new_token
from app.models import ApiClient as ApiClientRow
from app.models import ApiKey as ApiKeyRow
from app.models import RefreshToken, Session
from app.queue.enqueue import enqueue

LIVE_KEYS_PER_TEAM = 50
LIVE_CLIENTS_PER_TEAM = 50
CLIENT_LIFETIME = timedelta(days=30)
FIRST_TOKEN_LIFETIME = timedelta(hours=1)


class ApiKeyService:
    def __init__(self, session: AsyncSession, caller: Caller, client: ClientInfo, settings: Settings) -> None:
        self._session = session
        self._caller = caller
        self._client = client
        self._settings = settings
        self._keys = ApiKeyRepository(session, caller.team_id)

    async def list_all(self) -> ApiKeyList:
        now = clock.now()
        rows = await self._keys.list_all(now, live_limit=LIVE_KEYS_PER_TEAM)
        items = [_key_schema(row, created_by_name, now) for row, created_by_name in rows]
        return ApiKeyList(items=items, grantable_scopes=sorted(grantable_scopes(self._caller)))

    async def create(self, data: ApiKeyCreate) -> ApiKeyCreated:
        """Make a key; the answer is the only place where its secret stands."""
        scopes, now = _granted(data.scopes, self._caller), clock.now()
        await lock_team(self._session, self._caller.team_id)
        if await self._keys.count_live(now) >= LIVE_KEYS_PER_TEAM:
            raise TooManyApiKeys(
                f"A team has at most {LIVE_KEYS_PER_TEAM} keys that work. Revoke one that is not used."
            )
        new = new_api_key()
        lifetime = None if data.expires_in_days is None else timedelta(days=data.expires_in_days)
        row = self._keys.add(
            ApiKeyRow(
                id=new_id(),
                team_id=self._caller.team_id,
                user_id=self._caller.user_id,
                name=data.name.strip(),
                public_id=new.public_id,
                key_hash=api_key_hash(new.key, self._settings.secret_key),
                scopes=scopes,
                created_at=now,
                expires_at=now + lifetime if lifetime else None,
            )
        )
        await notify_of_key(self._session, self._caller.user_id, "api_key_created", row.name, self._client)
        return ApiKeyCreated(api_key=_key_schema(row, self._caller.user_name, now), key=new.key)

    async def revoke(self, api_key_id: UUID) -> ApiKey:
        """End the key at once, its event streams included; again changes nothing."""
        found, now = await self._keys.find(api_key_id), clock.now()
        if found is None:
            raise ApiKeyNotFound
        row, created_by_name = found
        if row.revoked_at is None:
            row.revoked_at, row.revoked_by_id = now, self._caller.user_id
            await notify_of_key(self._session, row.user_id, "api_key_revoked", row.name, self._client)
        return _key_schema(row, created_by_name, now)


async def end_keys_of(session: AsyncSession, user_id: UUID, team_id: UUID) -> None:
    """End a member's keys at once, for good."""
    await ApiKeyRepository(session, team_id).revoke_all_of(user_id, now=clock.now())


async def delete_keys_ended_before(session: AsyncSession, team_id: UUID, moment: datetime) -> int:
    return await ApiKeyRepository(session, team_id).delete_ended_before(moment)


class ApiClientService:
    def __init__(self, session: AsyncSession, caller: Caller, client: ClientInfo, settings: Settings) -> None:
        self._session = session
        self._caller = caller
        self._client = client
        self._settings = settings
        self._clients = ApiClientRepository(session, caller.team_id)

    async def list_all(self) -> ApiClientList:
        now = clock.now()
        rows = await self._clients.list_all(now, live_limit=LIVE_CLIENTS_PER_TEAM)
        items = [_client_schema(row, session, name, now) for row, session, name in rows]
        return ApiClientList(items=items, grantable_scopes=sorted(grantable_scopes(self._caller)))

    async def create(self, data: ApiClientCreate) -> ApiClientCreated:
        """Open a session for a program; the answer is the only place where its first refresh token stands."""
        scopes, now = _granted(data.scopes, self._caller), clock.now()
        await lock_team(self._session, self._caller.team_id)
        if await self._clients.count_live(now) >= LIVE_CLIENTS_PER_TEAM:
            raise TooManyApiClients(
                f"A team has at most {LIVE_CLIENTS_PER_TEAM} API clients. Disconnect one that is not used."
            )
        session = SessionService(self._session, self._settings).start_for_api_client(
            self._caller, scopes=scopes, client=self._client, lifetime=CLIENT_LIFETIME
        )
        await self._session.flush()  # no relationships are mapped, so the order of the inserts is ours to give
        row = self._clients.add(
            ApiClientRow(
                id=new_id(),
                team_id=self._caller.team_id,
                user_id=self._caller.user_id,
                session_id=session.id,
                name=data.name.strip(),
                created_at=now,
            )
        )
        refresh_token, expires_at = new_token(), now + FIRST_TOKEN_LIFETIME
        RefreshTokenRepository(self._session).add(
            RefreshToken(
                id=new_id(),
                session_id=session.id,
                token_hash=refresh_token_hash(refresh_token, self._settings),
                created_at=now,
                expires_at=expires_at,
            )
        )
        await notify_of_key(self._session, self._caller.user_id, "api_key_created", row.name, self._client)
        return ApiClientCreated(
            api_client=_client_schema(row, session, self._caller.user_name, now),
            refresh_token=refresh_token,
            expires_at=expires_at,
            token_endpoint=f"{self._settings.app_url}/api/auth/token",
        )

    async def revoke(self, api_client_id: UUID) -> ApiClient:
        """End every token of the client at once, and its event streams; again changes nothing."""
        found, now = await self._clients.find(api_client_id), clock.now()
        if found is None:
            raise ApiClientNotFound
        row, session, created_by_name = found
        if session.revoked_at is None:
            session.revoked_at = now
            await notify_of_key(self._session, row.user_id, "api_key_revoked", row.name, self._client)
        return _client_schema(row, session, created_by_name, now)


def grantable_scopes(caller: Caller) -> frozenset[Permission]:
    """What the caller may hand on: what they may do themselves, and never what makes credentials or ends the team."""
    return caller.permissions - BROWSER_ONLY


def refresh_token_hash(token: str, settings: Settings) -> bytes:
    return keyed_hash(settings.secret_key, "refresh-token", token)


async def notify_of_key(session: AsyncSession, user_id: UUID, what: str, name: str, client: ClientInfo) -> None:
    """Mail the person in whose name the program acts."""
    await enqueue(
        session,
        "send_credential_notice",
        user_id=user_id,
        what=what,
        ip_address=client.ip_address,
        user_agent=client.user_agent[:400],
        detail=name,
    )


def _granted(scopes: Sequence[Permission], caller: Caller) -> list[str]:
    grantable = grantable_scopes(caller)
    faults = [
        FieldError(path=f"scopes[{index}]", detail=f"You cannot give {scope} to a program.")
        for index, scope in enumerate(scopes)
        if scope not in grantable
    ]
    if faults:
        raise InvalidInput.of(faults)
    return sorted({str(scope) for scope in scopes})


def _state(now: datetime, *, expires_at: datetime | None, revoked_at: datetime | None) -> CredentialState:
    if revoked_at is not None:
        return CredentialState.REVOKED
    has_expired = expires_at is not None and expires_at <= now
    return CredentialState.EXPIRED if has_expired else CredentialState.ACTIVE


def _key_schema(row: ApiKeyRow, created_by_name: str, now: datetime) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        prefix=PREFIX + row.public_id,
        scopes=sorted(known_scopes(row.scopes)),
        created_by_name=created_by_name,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
        state=_state(now, expires_at=row.expires_at, revoked_at=row.revoked_at),
    )


def _client_schema(row: ApiClientRow, session: Session, created_by_name: str, now: datetime) -> ApiClient:
    return ApiClient(
        id=row.id,
        name=row.name,
        scopes=sorted(known_scopes(session.scopes or ())),
        created_by_name=created_by_name,
        created_at=row.created_at,
        connected_at=row.connected_at,
        last_used_at=session.last_seen_at if row.connected_at else None,
        expires_at=session.expires_at,
        revoked_at=session.revoked_at,
        state=_state(now, expires_at=session.expires_at, revoked_at=session.revoked_at),
    )
