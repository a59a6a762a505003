"""Attempts counted in PostgreSQL, in transactions of their own: a refused request must still count."""

from datetime import UTC, datetime

import msgspec

from app.auth.repositories import RateLimitRepository
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.lib.problems import TooManyRequests
from app.lib.tokens import keyed_hash


class RateLimit(msgspec.Struct, frozen=True):
    """At most `attempts` in each window of `window_seconds`."""

    name: str
    attempts: int
    window_seconds: int


class RateLimiter:
    def __init__(self, sessions: SessionFactory, secret_key: str) -> None:
        self._sessions = sessions
        self._secret_key = secret_key

    async def spend(self, *buckets: tuple[RateLimit, str]) -> None:
        """Count one attempt in every bucket; raise `TooManyRequests` when one is beyond its limit."""
        now = clock.now()
        retry_after_seconds = 0
        async with transaction(self._sessions) as session:
            windows = RateLimitRepository(session)
            for limit, key in buckets:
                ends_at = _window_end(now, limit.window_seconds)
                if await windows.add_attempts(self._key_hash(limit, key), ends_at=ends_at, attempts=1) > limit.attempts:
                    retry_after_seconds = max(retry_after_seconds, int((ends_at - now).total_seconds()) + 1)
        if retry_after_seconds:
            minutes = -(-retry_after_seconds // 60)
            unit = "minute" if minutes == 1 else "minutes"
            raise TooManyRequests(
                f"Too many attempts. Please try again in {minutes} {unit}.", retry_after_seconds=retry_after_seconds
            )

    async def give_back(self, *buckets: tuple[RateLimit, str]) -> None:
        """Uncount an attempt that succeeded: only failures should add up."""
        now = clock.now()
        async with transaction(self._sessions) as session:
            windows = RateLimitRepository(session)
            for limit, key in buckets:
                await windows.add_attempts(
                    self._key_hash(limit, key), ends_at=_window_end(now, limit.window_seconds), attempts=-1
                )

    def _key_hash(self, limit: RateLimit, key: str) -> bytes:
        return keyed_hash(self._secret_key, "rate-limit", limit.name, key)


def _window_end(now: datetime, window_seconds: int) -> datetime:
    elapsed = int(now.timestamp())
    return datetime.fromtimestamp(elapsed - elapsed % window_seconds + window_seconds, tz=UTC)
