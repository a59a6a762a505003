"""Argon2id, bounded: hashing must never take the machine away from everybody else."""

import asyncio
import os
import secrets
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from app.lib.problems import TooManyRequests

MEMORY_KIB = 19 * 1024
TIME_COST = 2
# Half of the processors stay for everybody else.
CONCURRENT_HASHES = max(1, (os.process_cpu_count() or 1) // 2)
LONGEST_QUEUE = 20
# Whoever is refused in a storm comes back spread over some seconds, and not as the next storm.
RETRY_AFTER_SECONDS = range(2, 7)
_NICENESS = 10
# In a storm a slot rests after each turn, as long as its hashes took: what else a log-in costs, here and in the database, is work too.
_REST_PER_WORK = 1.0


class Turn:
    """A place in the queue for hashing. Whoever waits in it must hold no database connection: there are fewer of those."""

    def __init__(
        self,
        slots: asyncio.Semaphore,
        hash_now: Callable[[str], Awaitable[str]],
        verify_now: Callable[[str | None, str], Awaitable[bool]],
    ) -> None:
        self._slots = slots
        self._hash_now = hash_now
        self._verify_now = verify_now
        self._has_come = False
        self._worked_seconds = 0.0

    async def comes(self) -> None:
        """Wait for a slot, kept until the turn ends; the first hash would wait anyway, but after what precedes it."""
        if not self._has_come:
            await self._slots.acquire()
            self._has_come = True

    async def hash(self, password: str) -> str:
        await self.comes()
        with self._working():
            return await self._hash_now(password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        await self.comes()
        with self._working():
            return await self._verify_now(password_hash, password)

    def ends(self, *, is_somebody_waiting: bool) -> None:
        if self._has_come and is_somebody_waiting:
            asyncio.get_running_loop().call_later(self._worked_seconds * _REST_PER_WORK, self._slots.release)
        elif self._has_come:
            self._slots.release()

    @contextmanager
    def _working(self) -> Generator[None]:
        started_at = time.monotonic()
        try:
            yield
        finally:
            self._worked_seconds += time.monotonic() - started_at


class Passwords:
    """Hash and verify with Argon2id (19 MiB, t=2, p=1: OWASP's minimum, about 40 ms)."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=1, type=Type.ID)
        self._slots = asyncio.Semaphore(CONCURRENT_HASHES)
        # Threads of their own: a hash whose request was cancelled runs on, and must still count.
        self._threads = ThreadPoolExecutor(CONCURRENT_HASHES, "passwords", initializer=_step_back)
        self._waiting = 0
        # Verified against when there is no such user, so that both answers take as long.
        self._decoy_hash = self._hasher.hash("no user has this password")

    @contextmanager
    def turn(self) -> Generator[Turn]:
        """Take a place in the queue, or be refused before anything was counted or read."""
        if self._waiting >= LONGEST_QUEUE:
            raise TooManyRequests(
                "Many people are signing in right now. Please try again in a moment.",
                retry_after_seconds=secrets.choice(RETRY_AFTER_SECONDS),
            )
        self._waiting += 1
        turn = Turn(self._slots, self._hash_now, self._verify_now)
        try:
            yield turn
        finally:
            self._waiting -= 1
            turn.ends(is_somebody_waiting=self._waiting >= CONCURRENT_HASHES)

    async def hash(self, password: str) -> str:
        with self.turn() as turn:
            return await turn.hash(password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Return whether the password fits; without a hash, take the same time and return False."""
        with self.turn() as turn:
            return await turn.verify(password_hash, password)

    def needs_rehash(self, password_hash: str) -> bool:
        return self._hasher.check_needs_rehash(password_hash)

    async def _hash_now(self, password: str) -> str:
        return await self._run(self._hasher.hash, password)

    async def _verify_now(self, password_hash: str | None, password: str) -> bool:
        is_right = await self._run(self._verify, password_hash or self._decoy_hash, password)
        return is_right and password_hash is not None

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run[**P, T](self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.wrap_future(self._threads.submit(function, *args, **kwargs))


def _step_back() -> None:
    """Let this thread hash with what the event loop and the database leave of the processor."""
    if sys.platform == "linux":  # elsewhere it would be the whole process
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), os.getpriority(os.PRIO_PROCESS, 0) + _NICENESS)
