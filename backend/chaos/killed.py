"""Workers that end without a word: kill -9, `os._exit` in a task, again and again under load."""

import asyncio
import signal
import time
from contextlib import ExitStack

from chaos.stand import Stand, require
from chaos.tasks import HEARTBEAT_SECONDS

_JOBS = 20
_LAST_SECOND_START = "SELECT extract(epoch FROM max(started_at) - $1)::float FROM job_runs WHERE attempt > 1"
_EXITED_AT = "SELECT max((failures -> 0 ->> 'started_at')::timestamptz) FROM job_runs WHERE task = 'chaos_exit'"


async def killed(stand: Stand) -> str:
    """SIGKILL in the middle of twenty jobs, and `os._exit` in a task: all finish, one effect each, soon enough."""
    seconds = stand.of(quick=3.0, long=30.0)
    with ExitStack() as processes:
        victim, *heirs = (processes.enter_context(stand.worker(WORKER_CONCURRENCY="20")) for _ in range(3))
        await stand.until_working(3)
        for heir in heirs:
            heir.signal(signal.SIGSTOP)  # so that the victim has them all
        await stand.enqueue("chaos_work", _JOBS, seconds=seconds)
        await stand.until_state(_JOBS, "running", within=10)
        killed_at = await stand.value("SELECT clock_timestamp()")
        victim.kill()
        for heir in heirs:
            heir.signal(signal.SIGCONT)
        await stand.until_quiet(within=seconds + HEARTBEAT_SECONDS + 20)
        after_kill = await stand.value(_LAST_SECOND_START, killed_at)
        await stand.enqueue("chaos_exit", survives_from=2)
        await stand.until_quiet(within=HEARTBEAT_SECONDS + 20)
        after_exit = await stand.value(_LAST_SECOND_START, await stand.value(_EXITED_AT))
    effects = await stand.effects()
    require(effects == _JOBS + 1, f"{effects} effects of {_JOBS + 1} jobs")
    for recovery in (after_kill, after_exit):
        require(recovery <= HEARTBEAT_SECONDS + 10, f"begun again after {recovery:.1f} s only")
    return f"jobs={_JOBS + 1} heartbeat_seconds={HEARTBEAT_SECONDS} recovery_seconds={after_kill:.1f} after_exit={after_exit:.1f}"


async def killed_at_load(stand: Stand) -> str:
    """Two workers under a steady load, one of them killed every few seconds: nothing lost, and the pace comes back."""
    jobs_per_second = 50
    phase_seconds, kills, pause_seconds = stand.of(quick=(3, 4, 2.0), long=(30, 15, 20.0))
    with ExitStack() as processes:
        workers = [processes.enter_context(stand.worker()) for _ in range(2)]
        await stand.until_working(2)
        before = await _pace(stand, jobs_per_second, phase_seconds)
        load = asyncio.create_task(_enqueue_steadily(stand, jobs_per_second, kills * pause_seconds))
        for turn in range(kills):
            await asyncio.sleep(pause_seconds)
            workers[turn % 2].kill()
            workers[turn % 2] = processes.enter_context(stand.worker())
        enqueued = await load
        await stand.until_quiet(within=HEARTBEAT_SECONDS + 30)
        after = await _pace(stand, jobs_per_second, phase_seconds)
        await stand.until_quiet(within=20)
    again = await stand.value("SELECT count(*) FROM job_runs WHERE attempt > 1")
    require(after >= before * 0.9, f"{before:.0f} jobs/s before, {after:.0f} afterwards")
    return (
        f"kills={kills} jobs={enqueued} tried_again={again} before_per_second={before:.0f} after_per_second={after:.0f}"
    )


async def _pace(stand: Stand, jobs_per_second: int, seconds: float) -> float:
    """How many of the jobs that come in these seconds are done when they are over."""
    before, started_at = await stand.effects(), time.monotonic()
    await _enqueue_steadily(stand, jobs_per_second, seconds)
    return (await stand.effects() - before) / (time.monotonic() - started_at)


async def _enqueue_steadily(stand: Stand, jobs_per_second: int, seconds: float) -> int:
    started_at, enqueued = time.monotonic(), 0
    while (elapsed := time.monotonic() - started_at) < seconds:
        due = int(elapsed * jobs_per_second) - enqueued
        if due:
            await stand.enqueue("chaos_work", due, seconds=0.02)
            enqueued += due
        await asyncio.sleep(0.05)
    return enqueued
