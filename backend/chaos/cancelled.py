"""Cancellations that race the start and the end of their run, and the death of the worker."""

import asyncio
import random
from uuid import UUID

from app.db.session import transaction
from app.db.tenancy import TenantScope
from app.queue.repositories import JobRunRepository
from chaos.stand import Stand, require
from chaos.tasks import HEARTBEAT_SECONDS

_TOGETHER = 8
_WRONG = """
    SELECT count(*) FROM job_runs AS run LEFT JOIN chaos_effects AS effect ON effect.run_id = run.id
     WHERE run.task = 'chaos_work' AND (run.state <> CASE WHEN run.id = ANY($1) THEN 'cancelled' ELSE 'succeeded' END
        OR (run.state = 'cancelled') = (effect.run_id IS NOT NULL))
"""


async def cancelled(stand: Stand) -> str:
    """What was cancelled leaves no effect and stays cancelled; what was not, succeeds."""
    races = stand.of(quick=200, long=1000)
    won: list[UUID] = []
    numbers = iter(range(races))
    with stand.worker() as victim, stand.worker():
        await stand.until_working(2)

        async def race() -> None:
            for _ in numbers:
                [run_id] = await stand.enqueue("chaos_work", seconds=random.uniform(0, 0.04))
                await asyncio.sleep(random.uniform(0, 0.05))
                if await _cancel(stand, run_id):
                    won.append(run_id)

        async with asyncio.TaskGroup() as racers:
            for _ in range(_TOGETHER):
                racers.create_task(race())
        await stand.until_quiet(within=20)
        in_races = len(won)
        run_ids = await stand.enqueue("chaos_work", 10, seconds=1)
        await stand.until_state(10, "running", within=10)
        won += [run_id for run_id in run_ids if await _cancel(stand, run_id)]
        victim.kill()
        await asyncio.sleep(HEARTBEAT_SECONDS + 3)  # long enough for a sweep to give back what it should not
        await stand.until_quiet(within=20)
    wrong = await stand.value(_WRONG, won)
    require(wrong == 0, f"{wrong} runs ended otherwise than their cancellation was answered, or left an effect")
    require(0 < in_races < races, f"{in_races} of {races} cancellations won: that is no race")
    return f"races={races} cancelled={in_races} too_late={races - in_races} cancelled_then_killed={len(won) - in_races}"


async def _cancel(stand: Stand, run_id: UUID) -> bool:
    async with transaction(stand.sessions, TenantScope()) as session:
        return await JobRunRepository(session).cancel(run_id, reason="cancelled by chaos")
