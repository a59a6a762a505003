"""Browser sessions: opaque, hashed at rest, a new id whenever what they may do changes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import UNSET, UnsetType
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.caller import Caller, Principal
from app.auth.client import ClientInfo
from app.auth.repositories import SessionRepository
from app.config import Settings
from app.db.audit import RequestFacts
from app.lib import clock
from app.lib.ids import new_id
from app.lib.problems import Unauthenticated
from app.lib.tokens import keyed_hash, new_token
from app.models import AuthenticationMethod, Impersonation, Session, SessionKind

# A second factor, or a passkey that checked its holder, makes it two (NIST SP 800-63B).
_STRONG = frozenset(
    {AuthenticationMethod.ONE_TIME_CODE, AuthenticationMethod.PASSKEY, AuthenticationMethod.RECOVERY_CODE}
)


class SessionService:
    def __init__(self, session: AsyncSession, settings: Settings) -> None:
        self._sessions = SessionRepository(session)
        self._settings = settings

    async def authenticate(self, token: str, facts: RequestFacts) -> Principal | None:
        idle = timedelta(hours=self._settings.session.idle_hours)
        return await self._sessions.authenticate(self._hash(token), now=clock.now(), idle=idle, facts=facts)

    def start(
        self,
        user_id: UUID,
        team_id: UUID | None,
        *,
        client: ClientInfo,
        methods: Sequence[AuthenticationMethod] = (AuthenticationMethod.PASSWORD,),
        is_second_factor_due: bool = False,
        authenticated_at: datetime | UnsetType | None = UNSET,
    ) -> str:
        """Open a session and return its token, which is nowhere stored; `authenticated_at` where that is not this moment."""
        token, now = new_token(), clock.now()
        self._sessions.add(
            Session(
                id=new_id(),
                id_hash=self._hash(token),
                user_id=user_id,
                team_id=team_id,
                methods=list(methods),
                assurance_level=_assurance_level(methods),
                is_second_factor_due=is_second_factor_due,
                authenticated_at=now if authenticated_at is UNSET else authenticated_at,
                created_at=now,
                last_seen_at=now,
                expires_at=now + timedelta(days=self._settings.session.absolute_days),
                user_agent=client.user_agent[:400],
                ip_address=client.ip_address[:45],
            )
        )
        return token

    def start_for_api_client(
        self, caller: Caller, *, scopes: Sequence[str], client: ClientInfo, lifetime: timedelta
    ) -> Session:
        """Open a session that no cookie opens: the tokens of a program name it, and may do as much as the scopes say."""
        now = clock.now()
        row = Session(
            id=new_id(),
            kind=SessionKind.API_CLIENT,
            user_id=caller.user_id,
            team_id=caller.team_id,
            methods=[],
            assurance_level=1,
            is_second_factor_due=False,
            scopes=list(scopes),
            created_at=now,
            last_seen_at=now,
            expires_at=now + lifetime,
            user_agent=client.user_agent[:400],
            ip_address=client.ip_address[:45],
        )
        self._sessions.add(row)
        return row

    def start_impersonation(self, impersonation: Impersonation, team_id: UUID | None, *, client: ClientInfo) -> str:
        """Open a session in which nobody proved to be the person: never fresh, one factor, over when the impersonation is."""
        token, now = new_token(), clock.now()
        self._sessions.add(
            Session(
                id=new_id(),
                id_hash=self._hash(token),
                user_id=impersonation.user_id,
                team_id=team_id,
                methods=[],
                assurance_level=1,
                authenticated_at=None,
                impersonation_id=impersonation.id,
                created_at=now,
                last_seen_at=now,
                expires_at=impersonation.expires_at,
                user_agent=client.user_agent[:400],
                ip_address=client.ip_address[:45],
            )
        )
        return token

    async def renew(
        self,
        session_id: UUID,
        *,
        proven_by: Sequence[AuthenticationMethod] = (),
        team_id: UUID | None = None,
    ) -> str:
        """Replace a session by one with a new id, in which more was proven or another team was chosen; its end stays where it was."""
        previous = await self._sessions.get(session_id)
        if previous is None or previous.revoked_at is not None:
            raise Unauthenticated("Your session has ended. Sign in to continue; nothing was lost.")
        token, now = new_token(), clock.now()
        methods = [*previous.methods, *(method for method in proven_by if method not in previous.methods)]
        self._sessions.add(
            Session(
                id=new_id(),
                id_hash=self._hash(token),
                user_id=previous.user_id,
                team_id=team_id or previous.team_id,
                methods=methods,
                assurance_level=_assurance_level(methods),
                is_second_factor_due=previous.is_second_factor_due and not _STRONG & set(proven_by),
                authenticated_at=now if proven_by else previous.authenticated_at,
                impersonation_id=previous.impersonation_id,
                created_at=previous.created_at,
                last_seen_at=now,
                expires_at=previous.expires_at,
                user_agent=previous.user_agent,
                ip_address=previous.ip_address,
            )
        )
        previous.revoked_at = now
        return token

    async def end_by_token(self, token: str) -> None:
        """End whatever session a browser still had, whoever's it was."""
        await self._sessions.revoke_by_hash(self._hash(token), now=clock.now())

    async def end(self, session_id: UUID) -> None:
        await self._sessions.revoke(session_id, now=clock.now())

    async def end_all_of(self, user_id: UUID, *, except_id: UUID | None = None) -> None:
        """End every browser's and API client's session of a person."""
        await self._sessions.revoke_all_of(user_id, now=clock.now(), except_id=except_id)

    def _hash(self, token: str) -> bytes:
        return keyed_hash(self._settings.secret_key, "session", token)


def _assurance_level(methods: Sequence[AuthenticationMethod]) -> int:
    return 2 if _STRONG & set(methods) else 1
