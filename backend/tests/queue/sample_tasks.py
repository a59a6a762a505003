"""Tasks that only tests enqueue; importing this module registers them."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from saq.types import Context

from app.events.services import record_event
from app.queue.registry import PermanentFailure, TaskContext, scheduled_task, task

# What in-process workers saw, in order.
seen: list[tuple[str, Any]] = []


@task
async def my_task(ctx: Context, *, arg1: str, arg2: int) -> dict[str, str]:
    """The example of the brief."""
    seen.append(("my_task", (arg1, arg2)))
    return {"status": "success"}


@task
async def sample_without_annotation(ctx, *, invoice_id: int):  # pyright: ignore[reportUnknownParameterType, reportMissingParameterType]
    return {"status": "processed"}


# 29 February: no test lives through it.
@scheduled_task(cron="0 2 29 2 *", timeout=600)
async def sample_yearly(ctx: Context) -> dict[str, str]:
    return {"status": "cleaned"}


@task
async def sample_typed(
    ctx: TaskContext, *, invoice_id: UUID, due: date, amount: Decimal, tags: list[str], note: str | None = None
) -> None:
    seen.append(("sample_typed", (invoice_id, due, amount, tags, note)))


@task(retries=3, retry_delay=0.1, retry_backoff=False)
async def sample_failing(ctx: TaskContext, *, succeeds_at: int) -> str:
    seen.append(("sample_failing", (ctx.attempt, ctx.is_last_attempt)))
    if ctx.attempt < succeeds_at:
        raise RuntimeError(f"attempt {ctx.attempt} fails")
    return "done"


@task
async def sample_hopeless(ctx: TaskContext) -> None:
    raise PermanentFailure("the address does not exist")


@task(timeout=1, retries=1)
async def sample_endless(ctx: TaskContext) -> None:
    await asyncio.sleep(60)


@task
async def sample_scope(ctx: TaskContext) -> None:
    seen.append(("sample_scope", ctx.team_id))


@task(heartbeat=3)
async def sample_slow_effect(ctx: TaskContext, *, subject_id: UUID, seconds: float) -> None:
    """Work for a while, then leave exactly one event."""
    assert ctx.team_id is not None
    await ctx.progress(0.5)
    await asyncio.sleep(seconds)
    async with ctx.session() as session:
        record_event(session, "customer.created", team_id=ctx.team_id, subject_type="customer", subject_id=subject_id)
    seen.append(("sample_slow_effect", timedelta(seconds=seconds)))


@task
async def sample_effect_that_ends_it(ctx: TaskContext, *, subject_id: UUID, seconds_before: float = 0) -> str:
    """Leave an event with the end of the run, then fail."""
    assert ctx.team_id is not None
    await asyncio.sleep(seconds_before)
    async with ctx.session(ends_run=True) as session:
        record_event(session, "customer.created", team_id=ctx.team_id, subject_type="customer", subject_id=subject_id)
    raise RuntimeError("too late to matter")


@task
async def sample_unstorable(ctx: TaskContext) -> str:
    return "a\x00b"


@task
async def sample_report(ctx: Context, *, report_type: str) -> str:
    seen.append(("sample_report", report_type))
    return report_type
