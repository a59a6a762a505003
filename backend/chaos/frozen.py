"""Workers that stop and come back: SIGSTOP past the heartbeat, and in the middle of taking jobs."""

import asyncio
import signal
from uuid import UUID

from chaos.stand import Stand, require
from chaos.tasks import HEARTBEAT_SECONDS
from tests.queue.workers import WorkerProcess

_IS_TAKING = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted)"
_LEDGER = "SELECT id, state, attempt, worker, finished_at, error FROM job_runs WHERE id = ANY($1) ORDER BY id"
_WAITED = "SELECT extract(epoch FROM min(started_at) - $1)::float FROM job_runs WHERE id = ANY($2)"


async def frozen(stand: Stand) -> str:
    """What a zombie writes when it wakes hits no rows, and nobody waits long for one that was taking jobs."""
    jobs = 8
    with stand.worker() as zombie, stand.worker() as heir:
        await stand.until_working(2)
        heir.signal(signal.SIGSTOP)  # so that the zombie has them all
        run_ids = await stand.enqueue("chaos_work", jobs, seconds=2)
        await stand.until_state(jobs, "running", within=10)
        zombie.signal(signal.SIGSTOP)
        heir.signal(signal.SIGCONT)
        taken_over = await stand.until_quiet(within=HEARTBEAT_SECONDS + 25)
        before = await _ledger(stand, run_ids)
        zombie.signal(signal.SIGCONT)
        await asyncio.sleep(3)
        require(await _ledger(stand, run_ids) == before, "the zombie changed the ledger")
        refused = zombie.output.count("lease_lost")
        require(refused == jobs, f"the zombie noticed the loss of {refused} jobs")
        waited = await _frozen_while_taking(stand, zombie, heir)
        await stand.enqueue("chaos_work", 50)
        await stand.until_quiet(within=20)
    require(waited <= 6.5, f"the other worker waited {waited:.1f} s for the one that was taking jobs")
    return f"jobs={jobs} taken_over_seconds={taken_over:.1f} leases_lost={refused} waited_for_frozen_taker_seconds={waited:.1f}"


async def _ledger(stand: Stand, run_ids: list[UUID]) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await stand.fetch(_LEDGER, run_ids)]


async def _frozen_while_taking(stand: Stand, victim: WorkerProcess, other: WorkerProcess) -> float:
    """Freeze a worker that holds the turn to take jobs; return how long another one waits for its first."""

    async def is_taking() -> bool:
        return await stand.value(_IS_TAKING)

    other.signal(signal.SIGSTOP)
    async with stand.open_transaction("LOCK TABLE job_pauses IN ACCESS EXCLUSIVE MODE"):  # taking reads it, and waits
        run_ids = await stand.enqueue("chaos_work", 4)
        await stand.until(is_taking, within=5, what="a worker to take jobs")
        victim.signal(signal.SIGSTOP)
        other.signal(signal.SIGCONT)
        frozen_at = await stand.value("SELECT clock_timestamp()")
    await stand.until_quiet(within=20)
    victim.signal(signal.SIGCONT)
    return await stand.value(_WAITED, frozen_at, run_ids)
