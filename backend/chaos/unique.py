"""One key, one run, whoever asks; one tick, one run, however many workers look at the clock."""

import asyncio
from contextlib import ExitStack
from itertools import pairwise
from uuid import UUID

from app.db.session import transaction
from app.db.tenancy import TenantScope
from app.queue.enqueue import enqueue
from app.queue.schedules import edit
from chaos.stand import Stand, require

_RACERS = 20
_TICKS = "SELECT scheduled_at, count(*) AS runs FROM job_runs WHERE task = 'chaos_tick' AND state = 'succeeded' GROUP BY 1 ORDER BY 1"


_MISS_TWELVE = """
    UPDATE job_schedules SET next_run_at = date_trunc('day', now() - interval '1 minute') - interval '11 days'
     WHERE task IN ('chaos_skip', 'chaos_once', 'chaos_all')
"""
_OF_TASK = "SELECT count(*) FROM job_runs WHERE task = $1 AND state = 'succeeded'"
_CAUGHT_UP = {"chaos_skip": 0, "chaos_once": 1, "chaos_all": 10}


async def unique(stand: Stand) -> str:
    rounds, seconds = stand.of(quick=(10, 6), long=(100, 60))
    with ExitStack() as processes:
        for _ in range(4):
            processes.enter_context(stand.worker(CHAOS_TICKS="1"))
        await stand.until_working(4)
        for number in range(rounds):
            run_ids = await asyncio.gather(*(_ask(stand, f"round {number}") for _ in range(_RACERS)))
            require(len(set(run_ids)) == 1, f"{_RACERS} who asked for one key got {len(set(run_ids))} runs")
        await asyncio.sleep(seconds)
        caught_up = await _catch_up(stand)
        await _edit(stand)
        await stand.until_quiet(within=20)
    keyed = await stand.value("SELECT count(*) FROM job_runs WHERE task = 'chaos_work'")
    ticks = await stand.fetch(_TICKS)
    spans = [(later["scheduled_at"] - earlier["scheduled_at"]).total_seconds() for earlier, later in pairwise(ticks)]
    require(keyed == rounds, f"{keyed} runs of {rounds} keys")
    require(len(ticks) >= seconds - 2, f"{len(ticks)} ticks in {seconds} s")
    require(all(tick["runs"] == 1 for tick in ticks), "a tick ran twice")
    raced = f"racers={_RACERS} keys={rounds} runs={keyed}"
    return f"{raced} workers=4 ticks={len(ticks)} longest_gap_seconds={max(spans):g} caught_up={caught_up}"


async def _ask(stand: Stand, key: str) -> UUID:
    async with transaction(stand.sessions, TenantScope()) as session:
        return await enqueue(session, "chaos_work", key=key, seconds=1)


async def _catch_up(stand: Stand) -> dict[str, int]:
    """Let four workers find twelve missed ticks of each policy."""
    await stand.execute(_MISS_TWELVE)
    await asyncio.sleep(3)
    await stand.until_quiet(within=20)
    return {task: await stand.value(_OF_TASK, task) for task in _CAUGHT_UP}


async def _edit(stand: Stand) -> None:
    async with transaction(stand.sessions, TenantScope()) as session:
        await edit(session, "chaos_edited", cron="* * * * * *")

    async def has_run() -> bool:
        return await stand.value(_OF_TASK, "chaos_edited") >= 2

    await stand.until(has_run, within=10, what="the edited schedule to run each second")
