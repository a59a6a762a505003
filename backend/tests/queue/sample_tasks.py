"""Tasks that only tests enqueue; importing this module registers them."""

import asyncio
import logging
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import structlog
from saq.types import Context

from app.events.services import record_event
from app.queue.registry import PermanentFailure, TaskContext, scheduled_task, task

structlog_logger = structlog.stdlib.get_logger(__name__)

# What in-process workers saw, in order.
seen: list[tuple[str, Any]] = []
# Runs of `sample_counting` that work at this moment.
counting: set[UUID] = set()


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


# How many attempts of each task and team run, and the most there ever were.
running: Counter[tuple[str, UUID | None]] = Counter()
most_running: Counter[str] = Counter()
most_running_of_team: Counter[str] = Counter()


async def _work(ctx: TaskContext, name: str, seconds: float) -> None:
    running[name, ctx.team_id] += 1
    of_task = sum(count for (task_name, _), count in running.items() if task_name == name)
    most_running[name] = max(most_running[name], of_task)
    most_running_of_team[name] = max(most_running_of_team[name], running[name, ctx.team_id])
    seen.append((name, ctx.team_id))
    await asyncio.sleep(seconds)
    running[name, ctx.team_id] -= 1


@task(max_running=2)
async def sample_at_most_two(ctx: TaskContext) -> None:
    await _work(ctx, "sample_at_most_two", 0.1)


@task(max_running_per_team=1)
async def sample_one_per_team(ctx: TaskContext) -> None:
    await _work(ctx, "sample_one_per_team", 0.1)


@task(rate=(3, 1.0))
async def sample_three_a_second(ctx: TaskContext) -> None:
    await _work(ctx, "sample_three_a_second", 0)


@task(unique_while="waiting")
async def sample_unique_while_waiting(ctx: TaskContext) -> None:
    await _work(ctx, "sample_unique_while_waiting", 0.5)


@task(unique_seconds=2)
async def sample_unique_for_seconds(ctx: TaskContext) -> None:
    await _work(ctx, "sample_unique_for_seconds", 0)


@task
async def sample_numbered(ctx: TaskContext, *, number: int) -> None:
    seen.append(("sample_numbered", number))


@task
async def sample_unstorable(ctx: TaskContext) -> str:
    return "a\x00b"


@task(heartbeat=12, retries=1)
async def sample_counting(ctx: TaskContext, *, steps: int, seconds: float = 0, fails: bool = False) -> None:
    counting.add(ctx.run_id)
    try:
        for step in range(1, steps + 1):
            await ctx.progress(step, steps, f"step {step}")
            await asyncio.sleep(seconds / steps)
    finally:
        counting.discard(ctx.run_id)
    if fails:
        raise RuntimeError("not the whole way")


@task(retries=2, retry_delay=0.1, retry_backoff=False)
async def sample_talking(ctx: TaskContext, *, lines: int = 0, seconds: float = 0, fails: bool = False) -> None:
    """Say what the tests of log lines look for, by both ways of logging."""
    structlog_logger.debug("too quiet")
    structlog_logger.info("letter_written", to="Ada", password="hunter2", url="https://example.com/?token=abc123")
    await asyncio.to_thread(logging.getLogger("app.some.library").warning, "half %d of it", 1)
    structlog_logger.info("unstorable \x00 \ud800", value="\x00\ud800", thing=object, deep={"a": {"b": [float("nan")]}})
    for number in range(lines):
        structlog_logger.info("line", number=number)
    if seconds:
        await asyncio.sleep(seconds)
    if fails:
        try:
            raise RuntimeError("no wax left")
        except RuntimeError:
            structlog_logger.exception("not_sealed")
        raise RuntimeError("not sealed")


@task
async def sample_report(ctx: Context, *, report_type: str) -> str:
    seen.append(("sample_report", report_type))
    return report_type


@task(retries=1, timeout=1, on_death="sample_mourning")
async def sample_fragile(ctx: TaskContext, *, subject: str, seconds: float = 0) -> None:
    await asyncio.sleep(seconds)
    raise RuntimeError("seen")


@task
async def sample_mourning(ctx: TaskContext, *, subject: str, seconds: float = 0) -> None:
    seen.append(("sample_mourning", (subject, ctx.team_id)))
