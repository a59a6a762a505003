"""The figures as Prometheus reads them."""

from collections.abc import Iterable, Sequence
from typing import override

import structlog
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError

from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.lib import clock
from app.observing.repositories import DatabaseState, EndedAttempts, LiveRuns, QueueFigures
from app.observing.request_metrics import RequestMetrics
from app.queue.registry import registry

log = structlog.get_logger()


class MetricsService:
    def __init__(self, sessions: SessionFactory, requests: RequestMetrics) -> None:
        self._sessions = sessions
        self._requests = requests

    async def expose(self) -> bytes:
        """Jobs of all workers, from the database, then this process's own; while the database is away, its own alone."""
        try:
            families = await self._job_families()
            is_database_up = True
        except ProgrammingError:
            raise  # a statement of ours is wrong: that must not look like a database that is away
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            log.warning("jobs not measured", error=type(error).__name__)
            families, is_database_up = [], False
        up = GaugeMetricFamily("quittance_database_up", "Whether the figures of jobs could be read from the database.")
        up.add_metric([], is_database_up)
        jobs = CollectorRegistry()
        jobs.register(_Measured([up, *families]))
        return generate_latest(jobs) + generate_latest(self._requests.registry)

    async def _job_families(self) -> list[Metric]:
        now = clock.now()
        # Counters begin anew at midnight, everywhere at once: what is older may be deleted meanwhile, and a counter must not shrink.
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        async with transaction(self._sessions, TenantScope(is_platform_wide=True)) as session:
            figures = QueueFigures(session)
            ended = await figures.list_ended_since(midnight)
            live = await figures.list_live(now)
            database = await figures.database()
        return [*_of_ended(ended), *_of_live(live), *_of_database(database)]


class _Measured(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    @override
    def collect(self) -> Iterable[Metric]:
        return self._families


def _of_ended(ended: Sequence[EndedAttempts]) -> list[Metric]:
    runs = CounterMetricFamily(
        "quittance_job_runs",
        "Attempts that ended since midnight UTC: succeeded, failed (there will be another), or dead (there will not).",
        labels=("task", "outcome"),
    )
    waits = SummaryMetricFamily(
        "quittance_job_wait_seconds", "From when a run became due to the start of its attempt.", labels=("task",)
    )
    durations = SummaryMetricFamily("quittance_job_run_seconds", "How long an attempt took.", labels=("task",))
    for each in _with_all_tasks(ended, EndedAttempts):
        for outcome in ("succeeded", "failed", "dead"):
            runs.add_metric((each.task, outcome), getattr(each, outcome))
        waits.add_metric((each.task,), each.attempts, each.wait_seconds)
        durations.add_metric((each.task,), each.attempts, each.run_seconds)
    return [runs, waits, durations]


def _of_live(live: Sequence[LiveRuns]) -> list[Metric]:
    families = {
        "waiting": GaugeMetricFamily(
            "quittance_jobs_waiting",
            "Runs that are due and not begun, those of paused tasks included.",
            labels=("task",),
        ),
        "oldest_waiting_seconds": GaugeMetricFamily(
            "quittance_jobs_oldest_waiting_seconds", "How long the oldest of them has been due.", labels=("task",)
        ),
        "due_later": GaugeMetricFamily(
            "quittance_jobs_due_later", "Runs whose time has not come, next attempts included.", labels=("task",)
        ),
        "running": GaugeMetricFamily("quittance_jobs_running", "Attempts under way.", labels=("task",)),
    }
    for each in _with_all_tasks(live, LiveRuns):
        for name, family in families.items():
            family.add_metric((each.task,), getattr(each, name))
    return list(families.values())


def _of_database(state: DatabaseState) -> list[Metric]:
    documentation = {
        "size_bytes": "Size of the database, indexes included.",
        "connections": "Connections to the server, from whomever.",
        "connections_limit": "How many the server takes.",
        "oldest_transaction_seconds": "How long the application's oldest open transaction has been open.",
    }
    families = {
        name: GaugeMetricFamily(f"quittance_database_{name}", meaning) for name, meaning in documentation.items()
    }
    for name, family in families.items():
        family.add_metric([], getattr(state, name))
    return list(families.values())


def _with_all_tasks[T: (EndedAttempts, LiveRuns)](found: Sequence[T], kind: type[T]) -> list[T]:
    """A task without a row stands at nought: a series that only appears with its first run hides that run from `rate`."""
    by_task = {task.name: kind(task=task.name) for task in registry} | {each.task: each for each in found}
    return [by_task[task] for task in sorted(by_task)]
