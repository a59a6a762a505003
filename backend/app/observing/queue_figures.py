"""How the queue is, as a line in each worker's log every minute: for alarms where nobody scrapes /metrics."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.lib import clock
from app.observing.repositories import QueueFigures

log = structlog.get_logger()

_EVERY_SECONDS = 60.0
_DEAD_WITHIN = timedelta(minutes=15)


async def say_queue_figures(sessions: SessionFactory) -> None:
    """Alarms read these names from the log (infra/modules/alarms)."""
    now = clock.now()
    async with transaction(sessions, TenantScope(is_platform_wide=True)) as session:
        figures = QueueFigures(session)
        live = await figures.list_live(now)
        ended = await figures.list_ended_since(now - _DEAD_WITHIN)
    log.info(
        "queue_figures",
        waiting=sum(each.waiting for each in live),
        oldest_waiting_seconds=round(max((each.oldest_waiting_seconds for each in live), default=0.0), 1),
        running=sum(each.running for each in live),
        dead=sum(each.dead for each in ended),
    )


async def keep_saying_queue_figures(
    sessions: SessionFactory, stopping: asyncio.Event, *, every_seconds: float = _EVERY_SECONDS
) -> None:
    """Until the worker stops; while the database is away there is no line, and that is an alarm, too."""
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), every_seconds)
            return
        try:
            await say_queue_figures(sessions)
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            log.warning("queue_figures_unknown", error=type(error).__name__)
