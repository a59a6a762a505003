"""PgQueuer on asyncpg and uvloop, as its own command runs it; BENCH_BATCH is the batch of its dequeue and of its finish."""
# Installed in .venv-bench only, where the type checker does not look.
# pyright: basic, reportMissingImports=false

import os
from importlib.metadata import version

import asyncpg
import uvloop
from pgqueuer import PgQueuer
from pgqueuer.models import Job
from pgqueuer.queries import Queries

from benchmarks.queue.process import ENQUEUERS, TASK, URL, Marks, enqueue_together, play


async def prepare() -> str:
    connection = await asyncpg.connect(URL)
    await Queries.from_asyncpg_connection(connection).install()
    await connection.close()
    return version("pgqueuer")


async def enqueue() -> float:
    async with asyncpg.create_pool(URL, min_size=ENQUEUERS, max_size=ENQUEUERS) as pool:
        queries = Queries.from_asyncpg_pool(pool)
        return await enqueue_together(lambda: queries.enqueue(TASK, None))


async def work() -> None:
    marks = Marks()
    worker = PgQueuer.from_asyncpg_connection(await asyncpg.connect(URL))

    @worker.entrypoint(TASK)
    async def _(_job: Job) -> None:
        marks.ran()

    await worker.run(batch_size=int(os.environ["BENCH_BATCH"]))


if __name__ == "__main__":
    play(prepare=prepare, enqueue=enqueue, work=work, run_worker=uvloop.run)
