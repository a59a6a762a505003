"""What those who run the installation see and do to the queue as a whole: pauses, schedules, workers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import UNSET

from app.jobs.actions import Actor
from app.jobs.errors import ArgumentsDoNotFit, ScheduleNotFound, TaskIsGone
from app.jobs.figures import list_pauses
from app.jobs.presenting import Names, duration_seconds, present_job, present_progress, present_reference
from app.jobs.repositories import ActionRepository, ControlRepository, NameRepository, RunRepository
from app.jobs.schemas import (
    Job,
    JobPauseChange,
    JobPauseList,
    JobScheduleEntry,
    JobScheduleList,
    JobScheduleUpdate,
    JobWorkerEntry,
    JobWorkerList,
    JobWorkerRun,
)
from app.lib import clock
from app.lib.problems import InvalidInput
from app.models import JobSchedule, JobWorker
from app.queue import schedules
from app.queue.enqueue import DEFAULT_QUEUE
from app.queue.errors import InvalidArguments, InvalidSchedule, UnknownSchedule, UnknownTask
from app.queue.registry import registry
from app.queue.steering import SteeringRepository

# A worker writes that it lives every few seconds.
ALIVE_FOR = timedelta(seconds=30)
_SHOWN_FOR = timedelta(minutes=15)


class OperatingService:
    def __init__(self, actor: Actor, runs: RunRepository) -> None:
        self._actor = actor
        self._runs = runs
        self._controls = ControlRepository(actor.session)
        self._names = NameRepository(actor.session)
        self._steering = SteeringRepository(actor.session)
        self._actions = ActionRepository(actor.session, actor.principal)

    # --- pauses

    async def list_pauses(self) -> JobPauseList:
        return JobPauseList(items=await list_pauses(self._controls, self._names))

    async def pause(self, change: JobPauseChange) -> JobPauseList:
        """Let no worker start it from here on; what is running ends as usual. A repeat changes nothing."""
        _refuse_unknown(change)
        async with self._actor.in_team(None):
            if await self._controls.pause(change.queue, change.task or "", by_id=self._actor.principal.user_id):
                self._actions.note("pause", subject=_subject(change))
                await self._steering.announce(None)
        return await self.list_pauses()

    async def resume(self, change: JobPauseChange) -> JobPauseList:
        """Let workers start it again."""
        async with self._actor.in_team(None):
            if await self._controls.resume(change.queue, change.task or ""):
                self._actions.note("resume", subject=_subject(change))
                self._steering.wake(change.queue)
                await self._steering.announce(None)
        return await self.list_pauses()

    # --- schedules

    async def list_schedules(self) -> JobScheduleList:
        return JobScheduleList(items=await self._presented(await self._controls.schedules()))

    async def run_schedule(self, name: str) -> Job:
        """Start a scheduled task once, now, whether or not its schedule is enabled."""
        async with self._actor.in_team(None):
            try:
                run_id = await schedules.run_now(self._actor.session, name)
            except UnknownSchedule:
                raise ScheduleNotFound from None
            except UnknownTask:
                raise TaskIsGone from None
            except InvalidArguments:
                raise ArgumentsDoNotFit from None
            self._actions.note("run_schedule", run_id=run_id, subject=name)
            await self._steering.announce(None)
        run = await self._runs.get(run_id)
        people = await self._names.of_people([self._actor.principal.user_id])
        return present_job(run, Names(people, {}), now=clock.now())

    async def update_schedule(self, name: str, data: JobScheduleUpdate) -> JobScheduleEntry:
        """Change when a task starts by itself; it takes effect at once, until the code declares something else."""
        schedule = await self._controls.schedule(name)
        if schedule is None:
            raise ScheduleNotFound
        asked = {field: value for field, value in msgspec.structs.asdict(data).items() if value is not UNSET}
        before = {
            field: getattr(schedule, field) for field, value in asked.items() if getattr(schedule, field) != value
        }
        if before:
            changes = {field: asked[field] for field in before}
            async with self._actor.in_team(None):
                await self._change(name, changes)
                self._actions.note("edit_schedule", subject=name, before=before, after=changes)
                self._steering.wake(schedule.queue)
                await self._steering.announce(None)
        [entry] = await self._presented([schedule])
        return entry

    async def _change(self, name: str, changes: dict[str, Any]) -> None:
        timing = {field: value for field, value in changes.items() if field != "is_enabled"}
        try:
            if timing:
                await schedules.edit(self._actor.session, name, **timing)
            if "is_enabled" in changes:
                await schedules.set_enabled(self._actor.session, name, is_enabled=changes["is_enabled"])
        except InvalidSchedule as error:
            raise InvalidInput(error.field, f"{error}.") from None

    async def _presented(self, shown: Sequence[JobSchedule]) -> list[JobScheduleEntry]:
        last_runs = await self._runs.references([each.last_run_id for each in shown if each.last_run_id])
        by_id = {row.id: present_reference(row) for row in last_runs}
        return [
            JobScheduleEntry(
                name=schedule.name,
                queue=schedule.queue,
                task=schedule.task,
                cron=schedule.cron,
                time_zone=schedule.time_zone,
                catch_up=schedule.catch_up,
                most_caught_up=schedule.most_caught_up,
                is_enabled=schedule.is_enabled,
                is_edited=schedule.edited_at is not None,
                next_run_at=schedule.next_run_at if schedule.is_enabled else None,
                last_tick_at=schedule.last_tick_at,
                last_run=None if schedule.last_run_id is None else by_id.get(schedule.last_run_id),
            )
            for schedule in shown
        ]

    # --- workers

    async def list_workers(self) -> JobWorkerList:
        """Show every worker that was heard of lately, and what it is doing."""
        now = clock.now()
        workers = await self._controls.workers(heard_after=now - _SHOWN_FOR)
        running = await self._runs.list_running()
        teams = await self._names.of_teams(run.team_id for run in running)
        names = Names({}, teams)
        by_worker: dict[str, list[JobWorkerRun]] = {}
        for run in running:
            by_worker.setdefault(run.worker or "", []).append(_worker_run(run, names, now))
        return JobWorkerList(items=[_worker(worker, by_worker.get(worker.id, []), now) for worker in workers])


def _worker(worker: JobWorker, running: list[JobWorkerRun], now: datetime) -> JobWorkerEntry:
    age = max(now - worker.heartbeat_at, timedelta())
    return JobWorkerEntry(
        id=worker.id,
        queue=worker.queue,
        hostname=worker.hostname,
        pid=worker.pid,
        version=worker.version,
        concurrency=worker.concurrency,
        started_at=worker.started_at,
        heartbeat_age_seconds=round(age.total_seconds(), 1),
        is_alive=age <= ALIVE_FOR,
        is_stopping=worker.stopping_at is not None,
        running=running,
    )


def _worker_run(run: Any, names: Names, now: datetime) -> JobWorkerRun:
    return JobWorkerRun(
        id=run.id,
        task=run.task,
        team=names.team(run.team_id),
        attempt=run.attempt,
        duration_seconds=duration_seconds(run, now) or 0.0,
        progress=present_progress(run),
    )


def _subject(change: JobPauseChange) -> str:
    return f"{change.queue}/{change.task}" if change.task else change.queue


def _refuse_unknown(change: JobPauseChange) -> None:
    """A pause of what does not exist would look like a brake and hold nothing."""
    if change.queue != DEFAULT_QUEUE:
        raise InvalidInput("queue", "There is no such queue.")
    if change.task is not None and change.task not in registry:
        raise InvalidInput("task", "There is no such task.")
