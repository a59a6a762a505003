"""Attempts counted in PostgreSQL, in transactions of their own: a refused request must still count."""

from collections.abc import Sequence
from contextvars import ContextVar

import msgspec
from limits import RateLimitItem, RateLimitItemPerSecond

from app.auth.sliding_windows import PostgresStorage, SlidingWindows
from app.db.session import SessionFactory, transaction
from app.lib.problems import TooManyRequests

LONGEST_WINDOW_SECONDS = 24 * 3600

type Bucket = tuple[RateLimit, str]


class RateLimit(msgspec.Struct, frozen=True):
    """At most `attempts` in any `window_seconds`. The answer tells how many are left, unless others' attempts would show in it."""

    name: str
    attempts: int
    window_seconds: int
    is_told: bool = True

    def __post_init__(self) -> None:
        if self.window_seconds > LONGEST_WINDOW_SECONDS:
            raise ValueError("The nightly clean-up keeps windows for a day only.")

    @property
    def item(self) -> RateLimitItem:
        return RateLimitItemPerSecond(self.attempts, self.window_seconds, self.name)


class Standing(msgspec.Struct, frozen=True):
    """How a limit stands for one client after the attempt."""

    limit: RateLimit
    remaining: int
    more_in_seconds: int


# Filled while a request is answered; server/rate_limits.py makes headers of it.
told_limits: ContextVar[dict[str, Standing] | None] = ContextVar("told_limits", default=None)


class RateLimiter:
    def __init__(self, sessions: SessionFactory, secret_key: str) -> None:
        self._sessions = sessions
        self._secret_key = secret_key

    async def spend(self, *buckets: Bucket) -> None:
        """Count one attempt in every bucket; when one is full, count it in none and raise `TooManyRequests`."""
        async with transaction(self._sessions) as session:
            windows = SlidingWindows(storage := PostgresStorage(session, self._secret_key))
            await storage.add(_keys(buckets), 1)
            is_full = [not await windows.hit(limit.item, key) for limit, key in buckets]
            # Only a full bucket is told where one refuses: the others' figures are about to be rolled back.
            relevant = [bucket for bucket, full in zip(buckets, is_full, strict=True) if full] or list(buckets)
            standings = await _tell(windows, relevant)
            if any(is_full):
                raise refusal(standings)

    async def give_back(self, *buckets: Bucket) -> None:
        """Uncount an attempt that succeeded: only failures should add up."""
        async with transaction(self._sessions) as session:
            windows = SlidingWindows(storage := PostgresStorage(session, self._secret_key))
            await storage.add(_keys(buckets), -1)
            await _tell(windows, buckets)


def _keys(buckets: Sequence[Bucket]) -> list[tuple[str, int]]:
    return [(limit.item.key_for(key), limit.window_seconds) for limit, key in buckets]


async def _tell(windows: SlidingWindows, buckets: Sequence[Bucket]) -> list[Standing]:
    standings = [Standing(limit, *await windows.standing(limit.item, key)) for limit, key in buckets]
    tell(standings)
    return standings


def tell(standings: Sequence[Standing]) -> None:
    """Let the present request's answer carry them."""
    if (told := told_limits.get()) is not None:
        told.update({standing.limit.name: standing for standing in standings if standing.limit.is_told})


def refusal(standings: Sequence[Standing]) -> TooManyRequests:
    seconds = max(standing.more_in_seconds for standing in standings)
    minutes = -(-seconds // 60)
    when = f"{seconds} seconds" if seconds < 60 else "1 minute" if minutes == 1 else f"{minutes} minutes"
    return TooManyRequests(f"Too many attempts. Please try again in {when}.", retry_after_seconds=seconds)
