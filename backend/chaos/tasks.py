"""Tasks whose effect is one row for each time it was committed: a second one shows."""

import asyncio
import os

from sqlalchemy import text

from app.queue.registry import TaskContext, scheduled_task, task

# Nothing here forbids a second row: whether there is one is what the scenarios ask.
_EFFECT = text("INSERT INTO chaos_effects (run_id, attempt, at) VALUES (:run_id, :attempt, clock_timestamp())")
HEARTBEAT_SECONDS = 4


@task(heartbeat=HEARTBEAT_SECONDS, retries=50, retry_delay=0.1, retry_backoff=1)
async def chaos_work(ctx: TaskContext, *, seconds: float = 0) -> None:
    await asyncio.sleep(seconds)
    await leave_effect(ctx)


@task(heartbeat=HEARTBEAT_SECONDS, retries=50)
async def chaos_exit(ctx: TaskContext, *, survives_from: int) -> None:
    """Take the whole process down in the first attempts."""
    if ctx.attempt < survives_from:
        os._exit(1)
    await leave_effect(ctx)


@task(heartbeat=HEARTBEAT_SECONDS, retries=5, retry_delay=0.5)
async def chaos_failing(ctx: TaskContext, *, succeeds_at: int) -> None:
    if ctx.attempt < succeeds_at:
        raise RuntimeError(f"attempt {ctx.attempt} fails")
    await leave_effect(ctx)


@task
async def chaos_step(ctx: TaskContext) -> None:
    """One of very many: its end is counted, it leaves no row of its own."""
    assert ctx.attempt == 1
    await asyncio.sleep(0.005)


if os.environ.get("CHAOS_TICKS"):  # only where they are counted

    @scheduled_task(cron="* * * * * *")
    async def chaos_tick(ctx: TaskContext) -> None:
        await leave_effect(ctx)


async def leave_effect(ctx: TaskContext) -> None:
    async with ctx.session(ends_run=True) as session:
        await session.execute(_EFFECT, {"run_id": ctx.run_id, "attempt": ctx.attempt})
