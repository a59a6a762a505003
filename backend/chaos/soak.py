"""A backlog of one team, in whose shadow two small teams work; for part of it somebody leaves a transaction open."""

import asyncio
import time
from contextlib import AsyncExitStack
from uuid import UUID

from chaos.stand import Stand, percentile, require

_FILL = """
    WITH run AS (
        INSERT INTO job_runs (id, team_id, queue, task, arguments, priority, state, attempt, max_attempts, progress,
                              scheduled_at, queued_at)
        SELECT uuidv7(), $1, 'default', 'chaos_step', '{}', 0, 'queued', 0, 5, 0, now(), now() FROM generate_series(1, $2)
        RETURNING id
    ), job AS (
        INSERT INTO saq_jobs (key, job, queue, status, priority, scheduled, task, team_id, rank, heartbeat_seconds, timeout_seconds)
        SELECT id::text, '', 'default', 'queued', 0, extract(epoch FROM now()), 'chaos_step', $1, extract(epoch FROM now()), 12, 60 FROM run
    )
    INSERT INTO chaos_committed (run_id) SELECT id FROM run
"""
_WAITS = "SELECT extract(epoch FROM started_at - queued_at)::float FROM job_runs WHERE team_id = $1 AND started_at IS NOT NULL"
_SCANS = "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE relname IN ('job_runs', 'saq_jobs')"
_DEAD = "SELECT coalesce(sum(n_dead_tup), 0)::int FROM pg_stat_user_tables WHERE relname = 'saq_jobs'"
_IS_WAITING = """
    SELECT EXISTS (SELECT FROM saq_jobs WHERE queue = 'default' AND team_id = $1 AND task = 'chaos_step' AND status = 'queued')
"""
_DONE = "SELECT coalesce(sum(succeeded), 0)::int FROM job_statistics WHERE task = 'chaos_step'"


async def soak(stand: Stand) -> str:
    """100 : 1 : 1, and the small teams' jobs start within a second while the big backlog drains."""
    big, small, idle_seconds = stand.of(quick=(20_000, 200, 5), long=(500_000, 5_000, 600))
    teams = [await stand.team() for _ in range(3)]
    await stand.fetch(_FILL, teams[0], big)
    await stand.execute("ANALYZE job_runs, saq_jobs")
    with stand.worker(WORKER_CONCURRENCY="16"):
        await stand.until_working(1)
        scans = dict(await stand.fetch(_SCANS))
        started_at = time.monotonic()
        feeding = asyncio.create_task(_feed(stand, teams[1:], small))
        most_dead = await _drain(stand, teams[0], idle_seconds)
        drained_seconds = time.monotonic() - started_at
        feeding.cancel()
        await asyncio.wait([feeding])
        await asyncio.sleep(1.5)  # until the figures of all connections are in
        scanned = {name: count - scans[name] for name, count in await stand.fetch(_SCANS)}
        await stand.until_quiet(within=60)
    waits = [row[0] for team_id in teams[1:] for row in await stand.fetch(_WAITS, team_id)]
    p95 = percentile(waits, 95)
    done = await stand.value(_DONE)
    require(done == big + len(waits), f"{done} ends of {big + len(waits)} jobs")
    require(p95 < 1, f"small teams' jobs start after {p95:.2f} s")
    require(not any(scanned.values()), f"tables were read from end to end: {scanned}")
    dead = await stand.value(_DEAD)
    return (
        f"backlog={big} small_jobs={len(waits)} small_start_p50={percentile(waits, 50):.3f} small_start_p95={p95:.3f} "
        f"per_second={big / drained_seconds:.0f} seq_scans=0 "
        f"idle_transaction_seconds={idle_seconds} dead_rows_most={most_dead} dead_rows_after={dead}"
    )


async def _feed(stand: Stand, team_ids: list[UUID], count: int) -> None:
    """Let each small team enqueue one job after the other, ten a second."""
    for _ in range(count):
        for team_id in team_ids:
            await stand.enqueue("chaos_step", team_id=team_id)
        await asyncio.sleep(0.1)


async def _drain(stand: Stand, team_id: UUID, idle_seconds: float) -> int:
    """Wait until the big team's backlog is gone; return how many dead rows there were at most."""
    most_dead, started_at = 0, time.monotonic()
    async with AsyncExitStack() as idle:
        await idle.enter_async_context(stand.open_transaction("SELECT pg_current_xact_id(); SELECT FROM teams"))
        while await stand.value(_IS_WAITING, team_id):
            most_dead = max(most_dead, await stand.value(_DEAD))
            if time.monotonic() - started_at > idle_seconds:
                await idle.aclose()
            await asyncio.sleep(0.5)
    return most_dead
