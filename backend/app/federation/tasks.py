from datetime import timedelta

from app.federation.repositories import AttemptRepository
from app.lib import clock
from app.queue.registry import TaskContext, scheduled_task

_KEEP = timedelta(days=1)


@scheduled_task(cron="20 2 * * *", timeout=600)
async def delete_federation_attempts(ctx: TaskContext) -> None:
    """Delete what browsers left behind on their way to a provider, every night at 02:20 UTC."""
    async with ctx.session() as session:
        await AttemptRepository(session).delete_expired_before(clock.now() - _KEEP)
