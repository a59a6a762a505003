"""From the registry to SAQ. A domain's tasks take part by one import line here."""
# pyright: reportUnusedImport=false

import asyncio
import hashlib
from collections.abc import Sequence, Set
from contextlib import AsyncExitStack
from typing import Any

import msgspec
from litestar_saq import CronJob, QueueConfig, SAQConfig, Worker
from saq.types import Context, PartialTimersDict
from sqlalchemy.ext.asyncio import AsyncEngine

from app.accounts import tasks as accounts_tasks  # noqa: F401
from app.admin import tasks as admin_tasks  # noqa: F401
from app.config import VERSION, Settings
from app.db.engine import create_engine
from app.db.roles import refuse_unsafe_role
from app.db.session import SessionFactory, create_session_factory, transaction
from app.invoices import tasks as invoices_tasks  # noqa: F401
from app.observing.exporting import exporting_traces
from app.observing.queue_figures import keep_saying_queue_figures
from app.payments import tasks as payments_tasks  # noqa: F401
from app.queue import tasks as queue_tasks  # noqa: F401
from app.queue.cron import Cron
from app.queue.enqueue import DEFAULT_QUEUE
from app.queue.errors import InvalidSchedule, InvalidTask
from app.queue.postgres import LedgerQueue
from app.queue.registry import registry
from app.queue.runner import Runner
from app.queue.schedules import Declaration, DeclaredSchedule, declare
from app.queue.workers import WorkerFacts
from app.teams import tasks as teams_tasks  # noqa: F401
from app.users import tasks as users_tasks  # noqa: F401

_TIMERS: PartialTimersDict = {"schedule": 1, "sweep": 2, "worker_info": 2, "abort": 1}


def build_queue_config(
    settings: Settings,
    sessions: SessionFactory | None = None,
    *,
    web_guards: list[Any] | None = None,
    cron_jobs: Sequence[CronJob] = (),
) -> SAQConfig:
    """One queue on the application's database, with every registered task.

    `sessions` is the application's own factory, so that a process has one pool. `cron_jobs` are explicit ones beside `@scheduled_task`;
    our own scheduler starts both, not SAQ's.
    The web UI at /saq exists only in development, and only behind the guards given here.
    """
    factory = sessions or create_session_factory(create_engine(settings.database))
    runner = Runner(settings, factory)
    schedules = _declared(cron_jobs)
    registry.check_deaths()
    queue = LedgerQueue(settings.database.url, factory, name=DEFAULT_QUEUE)
    functions = {task.name: runner.entry_point(task) for task in registry}

    engine = factory.kw.get("bind")
    stopping: list[asyncio.Task[None]] = []  # the loop itself holds tasks only weakly
    observing = AsyncExitStack()

    async def check_role(_: Context) -> None:
        if isinstance(engine, AsyncEngine):
            await refuse_unsafe_role(engine, settings)

    async def declare_schedules(_: Context) -> None:
        async with transaction(factory) as session:
            await declare(session, schedules)

    async def begin_work(ctx: Any) -> None:
        await observing.enter_async_context(exporting_traces(settings.observing, "quittance-worker"))
        worker = ctx["worker"]
        facts = WorkerFacts(
            id=str(worker.id), version=VERSION, concurrency=settings.worker.concurrency, tasks=list(functions)
        )
        stopping.append(await queue.begin_work(facts, worker.event))
        stopping.append(asyncio.create_task(keep_saying_queue_figures(factory, worker.event)))
        stopping.append(asyncio.create_task(_end_upkeep(worker)))

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
                concurrency=settings.worker.concurrency,
                timers=_TIMERS,
                shutdown_grace_period_s=settings.worker.shutdown_grace_seconds,
                startup=[check_role, declare_schedules, begin_work],
                shutdown=end_work,
            )
        ],
        web_enabled=settings.is_development and bool(web_guards),
        web_guards=web_guards,
        web_include_in_schema=False,
        enable_otel=False,
    )


async def _end_upkeep(worker: Worker) -> None:
    """SAQ lets its timers sleep on before it stops: seconds in which an idle worker does nothing."""
    upkeep = [task for task in worker.tasks if task.get_name() != "process"]
    await worker.event.wait()
    for task in upkeep:
        task.cancel()


def _declared(cron_jobs: Sequence[CronJob]) -> list[DeclaredSchedule]:
    """The schedules of `@scheduled_task` and of explicit cron jobs; the functions of the latter become tasks if they are none yet."""
    declared = {
        task.name: DeclaredSchedule(
            name=task.name,
            task=task.name,
            declaration=Declaration(
                cron=task.cron,
                time_zone=task.time_zone,
                catch_up=task.catch_up,
                most_caught_up=task.most_caught_up,
            ),
        )
        for task in registry
        if task.cron is not None
    }
    for cron_job in cron_jobs:
        schedule = _adopt(cron_job, taken=declared.keys())
        declared[schedule.name] = schedule
    return list(declared.values())


def _adopt(cron_job: CronJob, *, taken: Set[str]) -> DeclaredSchedule:
    where = f"CronJob {cron_job.cron!r}"
    if not cron_job.unique:
        raise InvalidTask(f"{where}: a tick always runs once; leave unique=False out")
    if cron_job.meta:
        raise InvalidTask(f"{where}: what a clock starts belongs to no team and has no meta; leave it out")
    function: Any = cron_job.function
    task = registry.find(function) or registry.add(function)
    try:
        Cron(cron_job.cron)
    except InvalidSchedule as error:
        raise InvalidTask(f"{where}: {error}") from None
    arguments = task.to_stored(cron_job.kwargs or {})
    # One function may have several: told apart by their arguments, and where these are the same by their times.
    names = [
        task.name if not arguments else f"{task.name}:{_short_hash(arguments)}",
        f"{task.name}:{_short_hash([arguments, cron_job.cron])}",
    ]
    name = next((name for name in names if name not in taken), None)
    if name is None:
        raise InvalidTask(f"{where}: {task.name!r} has it twice with the same arguments")
    return DeclaredSchedule(
        name=name,
        task=task.name,
        arguments=arguments,
        declaration=Declaration(
            cron=cron_job.cron, retries=cron_job.retries, timeout=cron_job.timeout, heartbeat=cron_job.heartbeat
        ),
    )


def _short_hash(value: object) -> str:
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()[:8]
