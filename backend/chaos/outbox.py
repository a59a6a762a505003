"""Runs are what was committed, whatever became of whoever committed it; and no row keeps the others from running."""

import os
import subprocess
import sys
from pathlib import Path

from app.lib.ids import new_id
from chaos.committing import commit_every_second_one
from chaos.stand import Stand, require

_BACKEND_DIR = Path(__file__).resolve().parents[1]
_COMMITTED = "SELECT count(*) FROM chaos_committed"
# Runs that nobody committed, and commits that have no run.
_STRAY = """
    SELECT count(*) FROM job_runs AS run FULL JOIN chaos_committed ON run_id = run.id
     WHERE run_id IS NULL AND run.task LIKE 'chaos%' OR run.id IS NULL
"""
# One of each: a payload that SAQ could not read (it does not matter here), arguments that no longer fit, a row whose run is gone, and
# rows that some other program left.
_POISON = """
    UPDATE saq_jobs SET rank = rank - 1000, job = '\\xff00' WHERE key = '{unreadable}';
    UPDATE saq_jobs SET rank = rank - 1000 WHERE key IN ('{misfit}', '{unknown}');
    UPDATE job_runs SET arguments = '{{"seconds": "soon"}}' WHERE id = '{misfit}';
    UPDATE job_runs SET arguments = '{{"since": 1}}', max_attempts = 2 WHERE id = '{unknown}';
    INSERT INTO saq_jobs (key, job, queue, status, task, rank) VALUES ('{nobodys}', '\\x00', 'default', 'queued', 'chaos_work', 0);
    INSERT INTO saq_jobs (key, job, queue, status, task, rank) VALUES ('a key of SAQ', '\\x00', 'default', 'queued', 'chaos_work', 0);
    INSERT INTO saq_jobs (key, job, queue, status, task, lease_expires_at)
    VALUES ('another key of SAQ', '\\x00', 'default', 'active', 'chaos_work', now());
    DELETE FROM chaos_committed WHERE run_id IN ('{misfit}', '{unknown}');
"""


async def outbox(stand: Stand) -> str:
    """Half of the transactions are rolled back, one process is killed among its commits; then poisonous rows and a storm of failures."""
    transactions = stand.of(quick=1000, long=10_000)
    with stand.worker(WORKER_CONCURRENCY="16"):
        await stand.until_working(1)
        await _kill_among_commits(stand, transactions)
        await commit_every_second_one(stand.sessions, transactions // 2)
        await stand.until_quiet(within=120)
        committed = await stand.value(_COMMITTED)
        stray = await stand.value(_STRAY)
        require(stray == 0, f"{stray} runs were not committed, or their commits have no run")
        require(await stand.effects() == committed, "not every commit left its effect")
        dead = await _poison(stand)
        await stand.enqueue("chaos_failing", 500, succeeds_at=2)
        storm_seconds = await stand.until_quiet(within=60)
    require(dead == 2, f"{dead} of 2 runs whose arguments do not fit are dead")
    return f"transactions={transactions} committed={committed} poisonous_rows=6 storm=500 storm_seconds={storm_seconds:.1f}"


async def _kill_among_commits(stand: Stand, transactions: int) -> None:
    command = [sys.executable, "-m", "chaos.committing", str(transactions)]
    process = subprocess.Popen(command, cwd=_BACKEND_DIR, env=os.environ | stand.environment)

    async def are_half_committed() -> bool:
        return await stand.value(_COMMITTED) >= transactions // 4

    await stand.until(are_half_committed, within=60, what="a process to commit")
    process.kill()
    process.wait()


async def _poison(stand: Stand) -> int:
    """Put rows that nobody can run before ten good ones; return how many runs died of it."""
    async with stand.open_transaction(
        "LOCK TABLE job_pauses IN ACCESS EXCLUSIVE MODE"
    ):  # nobody takes until all are there
        rotten = await stand.enqueue("chaos_work", 3)
        names = dict(zip(("unreadable", "misfit", "unknown"), rotten, strict=True))
        await stand.execute(_POISON.format(**names, nobodys=new_id()))
        await stand.enqueue("chaos_work", 10)
    await stand.until_quiet(within=30)
    return await stand.count("dead")
