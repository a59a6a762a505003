"""PostgreSQL itself: restarted as by a crash, gone for a while, and ending the workers' connections one second after the other."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from app.db.embedded import EmbeddedPostgres
from chaos.stand import Stand, percentile, require

_CONNECTIONS_OF_WORKERS = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name LIKE 'quittance%'
"""
_WAITS = "SELECT extract(epoch FROM started_at - queued_at)::float FROM job_runs WHERE id = ANY($1)"


async def database_away(stand: Stand) -> str:
    """It crashes and comes back at once, then stays away, both times while jobs finish."""
    away_seconds = stand.of(quick=10.0, long=60.0)
    with stand.worker() as first, stand.worker() as second:
        await stand.until_working(2)
        for seconds in (0.0, away_seconds):
            await stand.enqueue("chaos_work", 10, seconds=1)
            await stand.enqueue("chaos_work", 100, seconds=0.1)
            await stand.until_state(10, "running", within=10)
            await _crash(stand.server, seconds)
            await stand.until_quiet(within=60)
        await stand.until_working(2)
        waits = [await _wait(stand) for _ in range(20)]
        require(first.process.poll() is None and second.process.poll() is None, "a worker ended")
    p50 = percentile(waits, 50) * 1000
    again = await stand.value("SELECT count(*) FROM job_runs WHERE attempt > 1")
    require(p50 < 200, f"jobs start after {p50:.0f} ms since then")
    return f"away_seconds={away_seconds:g} tried_again={again} start_p50_ms={p50:.0f}"


async def connections_ended(stand: Stand) -> str:
    """All connections are ended each second; then few connections serve many places."""
    seconds = stand.of(quick=15, long=300)
    few = {"DATABASE_POOL_SIZE": "5", "DATABASE_POOL_OVERFLOW": "0", "DATABASE_POOL_TIMEOUT_SECONDS": "20"}
    with stand.worker(CHAOS_TICKS="1"), stand.worker(WORKER_CONCURRENCY="50", CHAOS_TICKS="1", **few):
        await stand.until_working(2)
        async with _each_second(stand, seconds) as ended:
            for _ in range(seconds):
                await stand.enqueue("chaos_work", 10, seconds=0.2)
                await asyncio.sleep(1)
        await stand.until_quiet(within=60)
        again = await stand.value("SELECT count(*) FROM job_runs WHERE attempt > 1")
        await stand.enqueue("chaos_work", stand.of(quick=150, long=500), seconds=0.5)
        await stand.until_quiet(within=120)
    reaped = await stand.value("SELECT count(*) FROM job_runs WHERE failures::text LIKE '%stopped answering%'")
    ticks = await stand.fetch("SELECT count(*) AS runs FROM job_runs WHERE task = 'chaos_tick' GROUP BY scheduled_at")
    require(reaped == 0, f"{reaped} attempts were taken from workers that live")
    require(all(tick["runs"] == 1 for tick in ticks), "a tick ran twice")
    return f"connections_ended={ended[0]} tried_again={again} taken_away={reaped} ticks={len(ticks)}"


async def _crash(server: EmbeddedPostgres, seconds: float) -> None:
    """Stop it at once ("immediate"), with nothing written down: the next start recovers."""
    pid_file = server.data_dir / "postmaster.pid"
    os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGQUIT)
    while pid_file.exists():
        await asyncio.sleep(0.05)
    await asyncio.to_thread(server.stop)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(server.start, ends_with_process=True)


async def _wait(stand: Stand) -> float:
    """How long one job of an idle worker waited for its start."""
    run_ids = await stand.enqueue("chaos_work")
    await stand.until_quiet(within=10)
    return (await stand.fetch(_WAITS, run_ids))[0][0]


@asynccontextmanager
async def _each_second(stand: Stand, seconds: int) -> AsyncGenerator[list[int]]:
    ended = [0]

    async def end() -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            ended[0] += await stand.value(_CONNECTIONS_OF_WORKERS)
            await asyncio.sleep(1)

    ending = asyncio.create_task(end())
    yield ended
    await ending
