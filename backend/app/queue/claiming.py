"""Taking runs for a worker's free places: many at once, one worker at a time, waiting without asking again and again."""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import asyncpg
import structlog

from app.db.json import decode_json
from app.queue import statements
from app.queue.connection import AWAY, CONTENDED, QueueConnection
from app.queue.enqueue import TIMEOUT_MARGIN_SECONDS
from app.queue.lanes import FIRST, Lane, is_limited, refilled, shares
from app.queue.registry import Task
from app.queue.repositories import ClaimedRun, Lease

logger = structlog.stdlib.get_logger(__name__)

_MOST_LANES = 256
# A worker with more places takes the next runs while the last ones work.
_MOST_AT_ONCE = 100
_HANDED_OUT_TOGETHER = 16
_POLL_SECONDS = 1.0
_AWAY_SECONDS = 1.0
# A worker that is frozen with the turn in its hand must not keep the others from theirs. PostgreSQL 15 and 16 know only of idle ones: one
# that is frozen while it prepares a statement for the first time counts as active there.
_HAVE_NO_PATIENCE = """
    SELECT set_config('transaction_timeout', '5000', true) WHERE current_setting('server_version_num')::integer >= 170000
"""


class Taker:
    """Takes runs that are ready; one worker at a time in the installation, so that limits are exact and nobody waits for a row."""

    def __init__(self, connection: QueueConnection, queue: str, tasks: Mapping[str, Task]) -> None:
        self._connection = connection
        self._queue = queue
        self._tasks = tasks
        self._limited = [name for name, task in tasks.items() if is_limited(task)]
        self._rated = [name for name, task in tasks.items() if task.rate is not None]
        self._free_keys = [name for name, task in tasks.items() if task.unique_while == "waiting"]
        # Where the next claim goes on: with one free place at a time, lanes take turns.
        self._cursor: Lane = FIRST

    async def take(self, places: int, *, worker: str) -> list[ClaimedRun]:
        """Begin an attempt of up to so many runs."""
        pool = await self._connection.pool()
        async with pool.acquire() as connection:
            try:
                # In one round trip with BEGIN: whoever waits here waits in the database.
                await connection.execute(f"""
                    BEGIN;
                    SELECT pg_advisory_xact_lock(hashtext('quittance.take'), hashtext('{self._queue}'));
                    {_HAVE_NO_PATIENCE}
                """)
                rows = await self._take_locked(connection, places, worker)
            except asyncpg.InvalidTextRepresentationError:
                await connection.execute("ROLLBACK")
                await connection.execute(statements.SET_ASIDE_FOREIGN, self._queue)
                return await self.take(places, worker=worker)
            except BaseException:
                await connection.execute("ROLLBACK")
                raise
            await connection.execute("COMMIT")
        return [_claimed(row) for row in sorted(rows, key=lambda row: row["place"])]

    async def _take_locked(self, connection: Any, places: int, worker: str) -> Sequence[Any]:
        ready = await connection.fetch(statements.LANES, self._queue, *self._cursor, _MOST_LANES)
        if not ready:
            return []
        lanes: list[Lane] = [(row["team_id"], row["task"]) for row in ready]
        paused = {row["task"] for row in ready if row["is_paused"]}
        running: dict[Lane, int] = {}
        if any(name in self._limited for _, name in lanes):
            running = {
                (row["team_id"], row["task"]): row["runs"]
                for row in await connection.fetch(statements.RUNNING, self._queue)
            }
        tokens = await self._tokens(connection) if any(name in self._rated for _, name in lanes) else {}
        found = shares(lanes, places, tasks=self._tasks, paused=paused, running=running, tokens=tokens)
        if not found:
            self._cursor = lanes[-1]
            return []
        self._cursor = (found[-1].team_id, found[-1].task)
        rows = await connection.fetch(
            statements.TAKE,
            self._queue,
            [share.team_id for share in found],
            [share.task for share in found],
            [share.most for share in found],
            places,
            worker,
            self._free_keys,
            TIMEOUT_MARGIN_SECONDS,
        )
        await self._spend(connection, tokens, Counter(row["task"] for row in rows))
        return rows

    async def _tokens(self, connection: Any) -> dict[str, float]:
        rows = await connection.fetch(statements.TOKENS, self._queue, self._rated)
        known = {row["task"]: (row["tokens"], row["seconds"]) for row in rows}
        return {name: refilled(self._tasks[name], *known.get(name, (None, 0.0))) for name in self._rated}

    async def _spend(self, connection: Any, tokens: Mapping[str, float], started: Mapping[str, int]) -> None:
        spent = {name: tokens[name] - count for name, count in started.items() if name in tokens}
        if spent:
            await connection.execute(statements.SET_TOKENS, self._queue, list(spent), list(spent.values()))


class Claimer:
    """Hands runs to whoever waits for one: asks once for all of them, and sleeps until something is announced."""

    def __init__(
        self,
        take: Callable[[int], Awaitable[list[ClaimedRun]]],
        give_back: Callable[[Sequence[ClaimedRun]], Awaitable[None]],
    ) -> None:
        self._take = take
        self._give_back = give_back
        self._places: deque[asyncio.Future[ClaimedRun | None]] = deque()
        self._stock: deque[ClaimedRun] = deque()
        self._is_handing_out = False
        self._news = asyncio.Event()
        self._wanted = asyncio.Event()
        self._claiming: asyncio.Task[None] | None = None
        self._is_stopping = False

    async def next(self, timeout_seconds: float) -> ClaimedRun | None:
        """Wait for a run; None when there is none in time (0 waits for ever), or when the worker stops."""
        if self._is_stopping:
            return None
        if self._claiming is None:
            self._claiming = asyncio.create_task(self._claim_again_and_again())
        place: asyncio.Future[ClaimedRun | None] = asyncio.get_running_loop().create_future()
        self._places.append(place)
        self._wanted.set()
        if self._stock and not self._is_handing_out:  # left by a place that was given up
            self._hand_out()
        try:
            if timeout_seconds <= 0:
                return await place
            async with asyncio.timeout(timeout_seconds):
                return await place
        except TimeoutError:
            return None
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and (run := place.result()) is not None:
                await asyncio.shield(self._return([run]))
            raise

    def wake(self) -> None:
        """Something may be ready."""
        self._news.set()

    async def stop(self) -> None:
        """Let nobody begin anything any more: what was taken in this very moment goes back."""
        self._is_stopping = True
        self._release_places()
        if self._claiming is not None:
            claiming, self._claiming = self._claiming, None
            self._wanted.set()
            self._news.set()
            await asyncio.wait([claiming])
        self._release_places()
        if self._stock:
            stock, self._stock = list(self._stock), deque()
            await self._return(stock)

    def _release_places(self) -> None:
        for place in self._places:
            if not place.done():
                place.set_result(None)
        self._places.clear()

    async def _claim_again_and_again(self) -> None:
        while not self._is_stopping:
            await self._wanted.wait()
            while (
                self._places and self._places[0].done()
            ):  # given up; with nothing to hand out nobody else clears them away
                self._places.popleft()
            free = sum(not place.done() for place in self._places) - len(self._stock)
            if free <= 0:
                self._wanted.clear()
                continue
            self._news.clear()
            taken = await self._take_patiently(min(free, _MOST_AT_ONCE))
            if taken:
                self._stock.extend(taken)
                await self._return_surplus()
                if not self._is_handing_out:
                    self._hand_out()
            elif not self._is_stopping:
                await _first_of(self._news, _POLL_SECONDS)

    async def _take_patiently(self, places: int) -> list[ClaimedRun]:
        try:
            return await self._take(places)
        except AWAY + CONTENDED as error:
            logger.warning("nothing_taken", error=type(error).__name__)
            await asyncio.sleep(_AWAY_SECONDS)
        except Exception:
            logger.exception("nothing_taken")  # one bad answer must not end the worker's only hand
            await asyncio.sleep(_AWAY_SECONDS)
        return []

    async def _return_surplus(self) -> None:
        """What was taken for places that were given up meanwhile."""
        waiting = sum(not place.done() for place in self._places)
        surplus = [self._stock.pop() for _ in range(len(self._stock) - waiting)]
        if surplus:
            await self._return(surplus)

    def _hand_out(self) -> None:
        """A few at a time: between them the loop hears the database, which meanwhile takes the next."""
        for _ in range(_HANDED_OUT_TOGETHER):
            while self._places and self._places[0].done():
                self._places.popleft()
            if not self._stock or not self._places or self._is_stopping:
                break
            self._places.popleft().set_result(self._stock.popleft())
        self._is_handing_out = bool(self._stock and self._places and not self._is_stopping)
        if self._is_handing_out:
            asyncio.get_running_loop().call_soon(self._hand_out)

    async def _return(self, runs: Sequence[ClaimedRun]) -> None:
        try:
            await self._give_back(runs)
        except Exception as error:  # noqa: BLE001 - they are free when their lease runs out
            logger.warning("runs_not_given_back", runs=len(runs), error=type(error).__name__)


async def _first_of(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass


def _claimed(row: Any) -> ClaimedRun:
    return ClaimedRun(
        lease=Lease(row["id"], row["team_id"], row["attempt"]),
        task=row["task"],
        arguments=decode_json(row["arguments"]),
        max_attempts=row["max_attempts"],
        trace_id=row["trace_id"],
        traceparent=row["traceparent"],
        priority=row["priority"],
        heartbeat_seconds=row["heartbeat_seconds"],
        timeout_seconds=row["timeout_seconds"],
        wait_seconds=row["wait_seconds"],
    )
