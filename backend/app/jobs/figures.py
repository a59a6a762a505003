"""Jobs in figures: how things stand, and what ended when."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from app.jobs.repositories import COUNTED_UP_TO, ControlRepository, FigureRepository, NameRepository
from app.jobs.schemas import (
    JobPauseEntry,
    JobStatistics,
    JobStatisticsBucket,
    JobSummary,
    JobTaskStatistics,
    StatisticsRange,
)
from app.lib import clock
from app.queue.registry import registry


class Buckets(msgspec.Struct, frozen=True):
    """Into how many stretches of which length a range is cut."""

    length: timedelta
    count: int

    def starts(self, now: datetime) -> list[datetime]:
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        last = epoch + (now - epoch) // self.length * self.length
        return [last - self.length * back for back in range(self.count - 1, -1, -1)]


BUCKETS: dict[StatisticsRange, Buckets] = {
    "1h": Buckets(timedelta(minutes=1), 60),
    "24h": Buckets(timedelta(minutes=5), 288),
    "7d": Buckets(timedelta(hours=1), 168),
}


class FigureService:
    def __init__(self, figures: FigureRepository, controls: ControlRepository, names: NameRepository) -> None:
        self._figures = figures
        self._controls = controls
        self._names = names

    async def summary(self) -> JobSummary:
        waiting_count, oldest_waiting_since = await self._figures.waiting(now=clock.now())
        return JobSummary(
            waiting_count=waiting_count,
            running_count=await self._figures.running_count(),
            dead_count=await self._figures.dead_count(),
            counted_up_to=COUNTED_UP_TO,
            oldest_waiting_since=oldest_waiting_since,
            pauses=await list_pauses(self._controls, self._names),
            tasks=sorted(task.name for task in registry),
        )

    async def statistics(self, range_: StatisticsRange) -> JobStatistics:
        """Add up what the workers counted in each minute."""
        buckets = BUCKETS[range_]
        starts = buckets.starts(clock.now())
        rows = await self._figures.ended_since(starts[0], bucket=buckets.length)
        by_start = {row.at: row for row in rows if row.at is not None}
        return JobStatistics(
            bucket_seconds=int(buckets.length.total_seconds()),
            buckets=[JobStatisticsBucket(at=start, **_figures(by_start.get(start))) for start in starts],
            tasks=[JobTaskStatistics(task=row.task, **_figures(row)) for row in _most_first(rows)],
        )


async def list_pauses(controls: ControlRepository, names: NameRepository) -> list[JobPauseEntry]:
    pauses = await controls.pauses()
    people = await names.of_people(pause.paused_by_id for pause in pauses)
    return [
        JobPauseEntry(
            queue=pause.queue,
            task=pause.task or None,
            paused_at=pause.paused_at,
            paused_by=None if pause.paused_by_id is None else people.get(pause.paused_by_id),
        )
        for pause in pauses
    ]


def _most_first(rows: Sequence[Any]) -> list[Any]:
    of_tasks = [row for row in rows if row.task is not None]
    return sorted(of_tasks, key=lambda row: (-(row.succeeded + row.failed + row.dead), row.task))


def _figures(row: Any | None) -> dict[str, Any]:
    ended = 0 if row is None else row.succeeded + row.failed + row.dead
    if row is None or not ended:
        means = dict.fromkeys(
            ("failure_share", "wait_seconds_mean", "wait_seconds_max", "run_seconds_mean", "run_seconds_max")
        )
        return {"succeeded": 0, "failed": 0, "dead": 0, **means}
    return {
        "succeeded": row.succeeded,
        "failed": row.failed,
        "dead": row.dead,
        "failure_share": round((row.failed + row.dead) / ended, 4),
        "wait_seconds_mean": round(row.wait_seconds_sum / ended, 3),
        "wait_seconds_max": round(row.wait_seconds_max, 3),
        "run_seconds_mean": round(row.run_seconds_sum / ended, 3),
        "run_seconds_max": round(row.run_seconds_max, 3),
    }
