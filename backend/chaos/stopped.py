"""SIGTERM, as a deployment sends it: to idle workers, to busy ones, five times, and to the parent of several."""

import asyncio
import signal
import time

import psutil

from chaos.stand import Stand, require
from tests.queue.workers import WorkerProcess

_GRACE_SECONDS = 4


async def stopped(stand: Stand) -> str:
    grace = {"WORKER_SHUTDOWN_GRACE_SECONDS": str(_GRACE_SECONDS)}
    with stand.worker() as idle, stand.worker(**grace) as busy:
        await stand.until_working(2)
        idle_seconds = await _terminate(stand, idle)
        [long] = await stand.enqueue("chaos_work", seconds=120)
        short = await stand.enqueue("chaos_work", 5, seconds=1.5)
        await stand.until_state(6, "running", within=10)
        busy.signal(signal.SIGTERM)
        await asyncio.sleep(0.1)
        late = await stand.enqueue("chaos_work", 5)
        busy_seconds = await _terminate(stand, busy, signals=4)
    states = dict(await stand.fetch("SELECT id, state FROM job_runs"))
    require(idle_seconds < 3, f"an idle worker took {idle_seconds:.1f} s to stop")
    require(all(states[each] == "succeeded" for each in short), "a short job did not finish within the grace")
    require(states[long] == "queued", f"the long job is {states[long]}")
    require(all(states[each] == "queued" for each in late), "a job began after the signal")
    require((idle.process.returncode, busy.process.returncode) == (0, 0), "a worker ended with an error")
    orphans, parent_seconds = await _parent_of_two(stand)
    require(orphans == 0, f"{orphans} processes were left behind")
    return (
        f"idle_seconds={idle_seconds:.1f} grace_seconds={_GRACE_SECONDS} busy_seconds={busy_seconds:.1f} "
        f"began_after_signal=0 parent_seconds={parent_seconds:.1f} orphans={orphans}"
    )


async def _terminate(stand: Stand, worker: WorkerProcess, *, signals: int = 1) -> float:
    async def has_ended() -> bool:
        return worker.process.poll() is not None

    started_at = time.monotonic()
    for _ in range(signals):
        worker.signal(signal.SIGTERM)
        await asyncio.sleep(0.05)
    await stand.until(has_ended, within=_GRACE_SECONDS + 8, what=f"a worker to stop:\n{worker.output}")
    return time.monotonic() - started_at


async def _parent_of_two(stand: Stand) -> tuple[int, float]:
    """Stop one `workers run --workers 2` by its parent alone and kill another one's; return how many processes live on."""
    grace = {"WORKER_SHUTDOWN_GRACE_SECONDS": "1"}  # the long job is theirs now
    with (
        stand.worker("--workers", "2", **grace) as parent,
        stand.worker("--workers", "2", **grace) as killed,
    ):
        await stand.until_working(4)
        families = [psutil.Process(each.process.pid).children(recursive=True) for each in (parent, killed)]
        killed.kill()
        seconds = await _terminate(stand, parent)
        require(parent.process.returncode == 0, f"the parent ended with {parent.process.returncode}:\n{parent.output}")
        _, left = await asyncio.to_thread(psutil.wait_procs, [*families[0], *families[1]], timeout=10)
        for each in left:
            each.kill()
    return len(left), seconds
