"""The parts of a worker while its connections die under it: nothing that ended is forgotten, and no part of it ends for good."""

import asyncio
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

import asyncpg
import psycopg
import pytest

from app.config import Settings
from app.lib.ids import new_id
from app.queue.claiming import Claimer
from app.queue.connection import AWAY, QueueConnection
from app.queue.endings import Ending, Endings
from app.queue.leases import HeldRuns
from app.queue.notes import Notes
from app.queue.repositories import ClaimedRun, Lease
from tests.queue.workers import wait_until

SHUT_DOWN = asyncpg.AdminShutdownError("terminating connection due to administrator command")


def claimed_run() -> ClaimedRun:
    return ClaimedRun(
        lease=Lease(new_id(), None, 1), task="my_task", arguments={}, max_attempts=5, trace_id=None, traceparent=None,
        priority=0, wait_seconds=0.0, heartbeat_seconds=12, timeout_seconds=60,
    )  # fmt: skip


@pytest.mark.parametrize(
    "error",
    [
        SHUT_DOWN,
        asyncpg.CrashShutdownError("terminating connection because of crash of another server process"),
        asyncpg.TooManyConnectionsError("sorry, too many clients already"),
        asyncpg.ReadOnlySQLTransactionError("cannot execute UPDATE in a read-only transaction"),
        asyncpg.IdleInTransactionSessionTimeoutError("terminating connection due to idle-in-transaction timeout"),
        asyncpg.QueryCanceledError("canceling statement due to statement timeout"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_an_ending_waits_until_the_database_is_back(error: Exception) -> None:
    written: list[UUID] = []
    answers = [error] * 2

    async def write(endings: Sequence[Ending]) -> None:
        if answers:
            raise answers.pop()
        written.extend(ending.lease.run_id for ending in endings)

    endings = Endings(write)
    endings.start()
    lease = Lease(new_id(), None, 1)
    await endings.add(Ending(lease=lease, is_success=True))
    async with asyncio.timeout(6):
        while not written:  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0.02)
    await endings.stop()
    assert isinstance(error, AWAY)
    assert written == [lease.run_id]


async def test_a_refused_giving_back_does_not_end_the_taking() -> None:
    waiting, asked = [claimed_run(), claimed_run()], 0

    async def take(places: int) -> list[ClaimedRun]:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.05)
        return [waiting.pop()] if waiting else []

    async def give_back(runs: Sequence[ClaimedRun]) -> None:
        raise SHUT_DOWN

    claimer = Claimer(take, give_back)
    impatient = asyncio.create_task(claimer.next(0))
    await asyncio.sleep(0.01)
    impatient.cancel()  # it leaves while its run is being taken, so that this one has to go back
    with suppress(asyncio.CancelledError):
        await impatient
    await asyncio.sleep(0.1)
    run = await claimer.next(5)
    await claimer.stop()
    assert run is not None
    assert asked == 2


async def test_places_that_were_given_up_are_not_kept_while_there_is_nothing_to_do() -> None:
    async def take(places: int) -> list[ClaimedRun]:
        return []

    async def give_back(runs: Sequence[ClaimedRun]) -> None:
        raise AssertionError("there was nothing")

    claimer = Claimer(take, give_back)
    for _ in range(20):
        assert await claimer.next(0.005) is None
        claimer.wake()
    await asyncio.sleep(0.01)
    assert len(claimer._places) <= 1
    await claimer.stop()


async def test_a_heartbeat_that_hangs_is_given_up_and_sent_again() -> None:
    beats = 0

    async def beat(leases: Sequence[Lease]) -> set[UUID]:
        nonlocal beats
        beats += 1
        if beats == 1:
            await asyncio.Event().wait()  # a connection whose other end is gone says nothing
        return {lease.run_id for lease in leases}

    held = HeldRuns(beat)
    run = held.add(claimed_run(), Notes(lambda: None))
    held.start()

    async def has_beaten_again() -> bool:
        return beats >= 2

    await wait_until(has_beaten_again, within_seconds=run.run.heartbeat_seconds)
    await held.stop()
    assert not run.is_lost


@pytest.mark.slow
async def test_a_listener_whose_connection_went_silent_listens_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.queue.connection._PROBE_SECONDS", 0.5)
    connection = QueueConnection(settings.database, "saq:default")
    heard = asyncio.Event()
    connection.listen(heard.set)
    await asyncio.wait_for(heard.wait(), 5)
    heard.clear()
    [frozen] = listeners(settings)
    os.kill(frozen, signal.SIGSTOP)  # its socket stays open, as when a machine between the two is gone
    try:
        await asyncio.wait_for(heard.wait(), 10)
    finally:
        os.kill(frozen, signal.SIGCONT)
        await connection.close()


def listeners(settings: Settings) -> list[int]:
    with psycopg.connect(settings.database.url) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'quittance-queue-listener'"
        )
        return [pid for (pid,) in rows]
