"""From the registry to SAQ. A domain's tasks take part by one import line here."""
# pyright: reportUnusedImport=false

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC
from typing import Any

from litestar_saq import CronJob, QueueConfig, SAQConfig, SAQPlugin
from saq.types import Context, PartialTimersDict
from sqlalchemy.ext.asyncio import AsyncEngine

from app.accounts import tasks as accounts_tasks  # noqa: F401
from app.admin import tasks as admin_tasks  # noqa: F401
from app.config import Settings
from app.db.engine import create_engine
from app.db.roles import refuse_unsafe_role
from app.db.session import SessionFactory, create_session_factory
from app.invoices import tasks as invoices_tasks  # noqa: F401
from app.observing.exporting import exporting_traces
from app.payments import tasks as payments_tasks  # noqa: F401
from app.queue import tasks as queue_tasks  # noqa: F401
from app.queue.enqueue import DEFAULT_QUEUE
from app.queue.errors import InvalidTask
from app.queue.postgres import LedgerQueue
from app.queue.registry import registry
from app.queue.runner import Runner
from app.teams import tasks as teams_tasks  # noqa: F401
from app.users import tasks as users_tasks  # noqa: F401

# A worker waits for its timers before it stops: two seconds keep an idle stop under three.
_TIMERS: PartialTimersDict = {"schedule": 1, "sweep": 2, "worker_info": 2, "abort": 1}


def build_queue_config(
    settings: Settings,
    sessions: SessionFactory | None = None,
    *,
    web_guards: list[Any] | None = None,
    cron_jobs: Sequence[CronJob] = (),
) -> SAQConfig:
    """One queue on the application's database, with every registered task.

    `sessions` is the application's own factory, so that a process has one pool. `cron_jobs` are explicit ones beside `@scheduled_task`.
    The web UI at /saq exists only in development, and only behind the guards given here.
    """
    factory = sessions or create_session_factory(create_engine(settings.database))
    runner = Runner(settings, factory)
    explicit = [_adopt(cron_job) for cron_job in cron_jobs]
    queue = LedgerQueue(settings.database.url, factory, name=DEFAULT_QUEUE)
    functions = {task.name: runner.entry_point(task) for task in registry}

    engine = factory.kw.get("bind")
    stopping: list[asyncio.Task[None]] = []  # the loop itself holds tasks only weakly
    observing = AsyncExitStack()

    async def check_role(_: Context) -> None:
        if isinstance(engine, AsyncEngine):
            await refuse_unsafe_role(engine, settings)

    async def begin_work(ctx: Any) -> None:
        await observing.enter_async_context(exporting_traces(settings.observing, "quittance-worker"))
        worker = ctx["worker"]
        stopping.append(queue.begin_work(str(worker.id), worker.event))

    async def end_work(_: Context) -> None:
        await queue.end_work()
        await observing.aclose()
        if isinstance(engine, AsyncEngine):
            await engine.dispose()

    return SAQConfig(
        queue_instances={DEFAULT_QUEUE: queue},
        queue_configs=[
            QueueConfig(
                name=DEFAULT_QUEUE,
                dsn=settings.database.url,
                tasks=list(functions.values()),
                scheduled_tasks=[
                    *(
                        CronJob(function=functions[task.name], cron=task.cron)
                        for task in registry
                        if task.cron is not None
                    ),
                    *(_with_function(cron_job, functions[name]) for name, cron_job in explicit),
                ],
                cron_tz=UTC,
                concurrency=settings.worker.concurrency,
                timers=_TIMERS,
                shutdown_grace_period_s=settings.worker.shutdown_grace_seconds,
                startup=[check_role, begin_work],
                shutdown=end_work,
            )
        ],
        web_enabled=settings.is_development and bool(web_guards),
        web_guards=web_guards,
        web_include_in_schema=False,
        enable_otel=False,
    )


def build_queue_plugin(config: SAQConfig) -> SAQPlugin:
    """SAQ's plugin: the `workers` command, `TaskQueues` in routes, and /saq."""
    plugin = SAQPlugin(config=config)
    for worker in plugin.get_workers().values():
        # It would start a thread in every API process, for jobs that never run there; our runner keeps its own heartbeat.
        worker._enable_heartbeat_manager = False  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        # The plugin leaves the queue's connections open when the application stops.
        worker.on_app_shutdown = worker.queue.disconnect
    return plugin


def _adopt(cron_job: CronJob) -> tuple[str, CronJob]:
    """Return the name of the task that the explicit cron job runs; register its function if nobody has."""
    if not cron_job.unique:
        raise InvalidTask(f"CronJob {cron_job.cron!r}: unique=False makes SAQ add a job every second; leave it out")
    function: Any = cron_job.function
    task = registry.find(function) or registry.add(function)
    task.to_stored(cron_job.kwargs or {})
    return task.name, cron_job


def _with_function(cron_job: CronJob, function: Any) -> CronJob:
    return CronJob(
        function=function,
        cron=cron_job.cron,
        timeout=cron_job.timeout,
        heartbeat=cron_job.heartbeat,
        retries=cron_job.retries,
        ttl=cron_job.ttl,
        kwargs=cron_job.kwargs,
        meta=cron_job.meta,
    )
