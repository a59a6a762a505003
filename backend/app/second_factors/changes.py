"""What gaining and losing a factor brings with it, the same for an authenticator app and a passkey."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.client import ClientInfo
from app.config import Settings
from app.lib import clock
from app.lib.problems import NotFound
from app.models import RecoveryCodeSet, User
from app.queue.enqueue import enqueue
from app.second_factors import recovery_codes
from app.second_factors.repositories import FactorRepository


class FactorChanges:
    """One change of one person's factors. Whoever begins it holds the person: two removals at once would each see the other's factor."""

    def __init__(self, session: AsyncSession, settings: Settings, user_id: UUID) -> None:
        self._session = session
        self._settings = settings
        self._factors = FactorRepository(session, user_id)
        self._user_id = user_id

    async def begin(self) -> User:
        user = await self._factors.locked_person()
        if user is None:
            raise NotFound("This account does not exist any more.")
        return user

    async def gained(self, user: User) -> list[str]:
        """Ask for the second step from now on; return the first recovery codes, or none where there are some."""
        user.has_second_factor = True
        return [] if await self._factors.recovery_codes() else await self.new_recovery_codes()

    async def lost(self, user: User) -> None:
        """With the last factor, the second step and the recovery codes go."""
        user.has_second_factor = await self._factors.has_factor()
        if not user.has_second_factor:
            await self._factors.delete_recovery_codes()

    async def new_recovery_codes(self) -> list[str]:
        """Replace the recovery codes and return them; only their hashes are kept."""
        codes = recovery_codes.new_codes()
        hashes = [recovery_codes.code_hash(self._settings, self._user_id, code) for code in codes]
        kept = await self._factors.recovery_codes()
        if kept is None:
            self._factors.add(RecoveryCodeSet(user_id=self._user_id, code_hashes=hashes, made_at=clock.now()))
        else:
            kept.code_hashes, kept.made_at = hashes, clock.now()
        return codes

    async def notify(self, what: str, client: ClientInfo, *, detail: str = "") -> None:
        """Tell the person by mail, where whoever did it cannot hide it."""
        await enqueue(
            self._session,
            "send_credential_notice",
            user_id=self._user_id,
            what=what,
            ip_address=client.ip_address,
            user_agent=client.user_agent,
            detail=detail,
        )
