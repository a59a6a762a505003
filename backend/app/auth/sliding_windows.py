"""The `limits` library's sliding windows over two stores: PostgreSQL, shared by all processes, and the memory of one.

A sliding window counter weighs the window before by the part of it that is still in sight. A fixed window would let twice its limit through
at its edge and then shut everybody out until the next one; here attempts come back one by one.
"""

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable
from math import floor
from typing import Never, override

import msgspec
from limits import RateLimitItem
from limits.aio.storage import SlidingWindowCounterSupport, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.repositories import RateLimitRepository
from app.lib import clock
from app.lib.tokens import keyed_hash

MOST_KEYS_IN_MEMORY = 100_000


class Window(msgspec.Struct, frozen=True):
    """What was counted for a key in the present window and the one before, at one moment."""

    previous: int
    current: int
    seconds_left: float

    def weigh(self, expiry: int) -> int:
        return floor(self.previous * self.seconds_left / expiry + self.current)


class WindowStorage(Storage, SlidingWindowCounterSupport):
    """A storage of the library that keeps windows aligned to the clock, and no other strategy's figures."""

    @property
    @override
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        return ()

    @abstractmethod
    async def window(self, key: str, expiry: int) -> Window: ...

    @override
    async def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        window = await self.window(key, expiry)
        return window.previous, window.seconds_left, window.current, window.seconds_left + expiry

    @override
    async def incr(self, key: str, expiry: int, amount: int = 1) -> Never:
        raise NotImplementedError

    @override
    async def get(self, key: str) -> Never:
        raise NotImplementedError

    @override
    async def get_expiry(self, key: str) -> Never:
        raise NotImplementedError

    @override
    async def check(self) -> Never:
        raise NotImplementedError

    @override
    async def reset(self) -> Never:
        raise NotImplementedError

    @override
    async def clear(self, key: str) -> Never:
        raise NotImplementedError


class PostgresStorage(WindowStorage):
    """Counts in the caller's transaction; whoever is refused rolls it back, and then nothing was counted in any bucket."""

    def __init__(self, session: AsyncSession, secret_key: str) -> None:
        super().__init__()
        self._windows = RateLimitRepository(session)
        self._secret_key = secret_key
        self._counted: dict[str, Window] = {}

    async def add(self, items: Iterable[tuple[str, int]], amount: int) -> None:
        """Add to the present windows of all keys, given with their lengths, in one statement."""
        now = clock.now().timestamp()
        keys = {keyed_hash(self._secret_key, "rate-limit", key): (key, expiry) for key, expiry in items}
        rows = [(key_hash, _end(now, expiry), expiry) for key_hash, (_, expiry) in keys.items()]
        for key_hash, current, previous in await self._windows.add_attempts(rows, attempts=amount):
            key, expiry = keys[key_hash]
            self._counted[key] = Window(previous, current, _end(now, expiry) - now)

    @override
    async def window(self, key: str, expiry: int) -> Window:
        if key not in self._counted:
            await self.add([(key, expiry)], 0)
        return self._counted[key]

    @override
    async def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Say whether what was added to the key fits; add it first where `add` has not."""
        if key not in self._counted:
            await self.add([(key, expiry)], amount)
        return self._counted[key].weigh(expiry) <= limit

    @override
    async def clear_sliding_window(self, key: str, expiry: int) -> None:
        self._counted.pop(key, None)
        await self._windows.delete_key(keyed_hash(self._secret_key, "rate-limit", key))


class ProcessStorage(WindowStorage):
    """Counts of this process, for limits that would not be worth a write.

    The library's own memory storage walks through all keys after every hit: 2 ms at 20,000 keys, which a stranger can make.
    Windows are aligned, so that dropping the counter before the last is all there is to clean.
    """

    def __init__(self, window_seconds: int) -> None:
        super().__init__()
        self._window_seconds = window_seconds
        self._ends_at = 0
        self._previous: Counter[str] = Counter()
        self._current: Counter[str] = Counter()

    @override
    async def window(self, key: str, expiry: int) -> Window:
        now = clock.now().timestamp()
        # A clock that was set back must not leave everybody refused until the time it showed before.
        if not self._ends_at - self._window_seconds <= now < self._ends_at:
            self._turn(_end(now, self._window_seconds))
        return Window(self._previous[key], self._current[key], self._ends_at - now)

    @override
    async def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        window = await self.window(key, expiry)
        if window.weigh(expiry) + amount > limit:
            return False
        if len(self._current) >= MOST_KEYS_IN_MEMORY:
            self._current.clear()
        self._current[key] += amount
        return True

    @override
    async def clear_sliding_window(self, key: str, expiry: int) -> None:
        del self._previous[key], self._current[key]

    def _turn(self, ends_at: int) -> None:
        is_next = ends_at == self._ends_at + self._window_seconds
        self._previous = self._current if is_next else Counter[str]()
        self._current = Counter[str]()
        self._ends_at = ends_at


class SlidingWindows(SlidingWindowCounterRateLimiter):
    """The library's strategy, with the time in seconds from now by our clock."""

    def __init__(self, storage: WindowStorage) -> None:
        super().__init__(storage)
        self._windows = storage

    async def standing(self, item: RateLimitItem, key: str) -> tuple[int, int]:
        """Return how many attempts are left, and in how many seconds there will be more."""
        expiry = item.get_expiry()
        window = await self._windows.window(item.key_for(key), expiry)
        left = window.seconds_left
        more_in = left % (expiry / window.previous) if window.previous else left
        return max(0, item.amount - window.weigh(expiry)), floor(more_in) + 1


def _end(now: float, expiry: int) -> int:
    return int(now) - int(now) % expiry + expiry
