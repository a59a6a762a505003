"""Which answers are kept for requests that are sent again: one per team, person and key, sealed."""

import hashlib
from datetime import datetime
from typing import Any, ClassVar, cast

import msgspec
from sqlalchemy import CursorResult, delete, func, select

from app.auth.caller import Caller
from app.config import Settings
from app.db.repository import TeamRepository
from app.lib import clock
from app.lib.crypto import SecretBox, Undecipherable
from app.lib.problems import AppError, Conflict
from app.models import IdempotencyKey

TABLE = "idempotency_keys"


class IdempotencyKeyReused(AppError):
    status = 422
    slug = "idempotency-key-reused"
    title = "This Idempotency-Key belongs to another request"


class IdempotencyAnswerLost(Conflict):
    slug = "idempotency-answer-lost"
    title = "This request was carried out already, and its answer can no longer be read"


class Answer(msgspec.Struct, frozen=True):
    status: int
    media_type: str
    body: bytes


class IdempotencyRepository(TeamRepository[IdempotencyKey]):
    model: ClassVar[type[Any]] = IdempotencyKey

    async def lock(self, key_hash: bytes) -> IdempotencyKey | None:
        """Wait until nobody else works on the same request, then return what was answered to it."""
        number = int.from_bytes(key_hash[:8], signed=True)
        await self.session.execute(select(func.pg_advisory_xact_lock(number)))
        return await self.session.scalar(self.visible().where(IdempotencyKey.key_hash == key_hash))

    async def delete_before(self, moment: datetime) -> int:
        statement = delete(IdempotencyKey).where(self.belongs(IdempotencyKey), IdempotencyKey.created_at < moment)
        return cast("CursorResult[Any]", await self.session.execute(statement)).rowcount


class RepeatableRequest:
    """A request that may be sent again: carried out once, then answered as it was the first time."""

    def __init__(
        self, repository: IdempotencyRepository, caller: Caller, settings: Settings, *, key: str, request: bytes
    ) -> None:
        self._repository = repository
        self._box = SecretBox(
            settings.secret_key, retired=settings.retired_secret_keys, purpose="answers to idempotency keys"
        )
        # Whoever acts in somebody's name is still another person.
        person = caller.impersonator_id or caller.user_id
        self._key_hash = hashlib.sha256(person.bytes + key.encode()).digest()
        self._request_hash = hashlib.sha256(request).digest()

    async def earlier_answer(self) -> Answer | None:
        """Return what was answered before, or None: then the request is to be carried out, and its answer kept."""
        row = await self._repository.lock(self._key_hash)
        if row is None:
            return None
        if row.request_hash != self._request_hash:
            raise IdempotencyKeyReused("Send another key with another request. Nothing was changed.")
        try:
            body = self._box.open(row.sealed_answer, context=self._key_hash)
        except Undecipherable:
            raise IdempotencyAnswerLost("Look for what it made before you send it with a new key.") from None
        return Answer(row.status, row.media_type, body.encode())

    def keep(self, answer: Answer) -> None:
        """Write the answer down in the transaction that carried the request out."""
        self._repository.add(
            IdempotencyKey(
                team_id=self._repository.team_id,
                key_hash=self._key_hash,
                request_hash=self._request_hash,
                created_at=clock.now(),
                status=answer.status,
                media_type=answer.media_type,
                sealed_answer=self._box.seal(answer.body.decode(), context=self._key_hash),
            )
        )
