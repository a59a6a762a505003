"""The task that does nothing, registered as every task is."""

import functools

from app.queue.registry import TaskContext, task
from benchmarks.queue.process import Marks

marks = functools.cache(Marks)


@task
async def no_op(ctx: TaskContext) -> None:
    marks().ran(ctx.run_id)
