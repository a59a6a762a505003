"""What people do to jobs. Each deed leaves a row in `job_actions`, from which a trigger writes the audit log."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.caller import Principal
from app.db.session import enter_scope
from app.db.tenancy import TenantScope
from app.jobs.errors import (
    ArgumentsDoNotFit,
    JobIsBeingReplayed,
    JobIsLive,
    JobIsNotWaitingForItsTime,
    JobIsOver,
    JobKeyIsTaken,
    JobNotFound,
    TaskIsGone,
)
from app.jobs.listing import in_utc
from app.jobs.repositories import ActionRepository, RunRepository
from app.jobs.schemas import MOST_AT_ONCE, AdminJobSelection, Job, JobBulkResult, JobSelection, JobSkipped, SkipReason
from app.jobs.services import JobService
from app.lib.problems import AppError, InvalidInput
from app.models import JobRun, JobState
from app.queue.enqueue import JobOptions, record_run
from app.queue.errors import InvalidArguments, UnknownTask
from app.queue.registry import registry
from app.queue.steering import SteeringRepository

LIVE = frozenset({JobState.QUEUED, JobState.RUNNING})
_SKIPS: dict[type[AppError], SkipReason] = {
    JobIsLive: "is_live",
    JobKeyIsTaken: "key_is_taken",
    JobIsBeingReplayed: "is_being_replayed",
    TaskIsGone: "task_is_gone",
    ArgumentsDoNotFit: "arguments_do_not_fit",
}


class Actor:
    """Who acts, and in which transaction: a member in their team's, an administrator in that of each run's team."""

    def __init__(self, session: AsyncSession, principal: Principal, *, is_of_platform: bool) -> None:
        self.session = session
        self.principal = principal
        self._is_of_platform = is_of_platform

    @property
    def reason(self) -> str:
        who = self.principal.user_name
        return f"Cancelled by {who}." if self.principal.impersonator_id is None else f"Cancelled in the name of {who}."

    @asynccontextmanager
    async def in_team(self, team_id: UUID | None) -> AsyncGenerator[None]:
        """Write as a member of the team could; the audit log names the person who does."""
        own = TenantScope(user_id=self.principal.user_id, actor=self.principal.actor)
        if self._is_of_platform:
            await enter_scope(self.session, TenantScope(team_id=team_id, user_id=own.user_id, actor=own.actor))
        yield
        await self.session.flush()
        if self._is_of_platform:
            platform = TenantScope(user_id=own.user_id, actor=own.actor, is_platform_wide=True)
            await enter_scope(self.session, platform)


class JobActionService:
    def __init__(self, actor: Actor, runs: RunRepository, jobs: JobService) -> None:
        self._actor = actor
        self._runs = runs
        self._jobs = jobs
        self._steering = SteeringRepository(actor.session)
        self._actions = ActionRepository(actor.session, actor.principal)

    async def cancel(self, run_id: UUID) -> Job:
        """End a job that waits or works, for good."""
        run = await self._jobs.find(run_id)
        async with self._actor.in_team(run.team_id):
            if not await self._steering.cancel([run_id], reason=self._actor.reason):
                raise JobIsOver(f"There is nothing to cancel: {_told(await self._jobs.find(run_id))}.")
            self._actions.note("cancel", team_id=run.team_id, run_id=run_id, subject=run.task)
            await self._steering.announce(run.team_id)
        return await self._shown(run_id)

    async def start_now(self, run_id: UUID) -> Job:
        """Have a job that waits for a later moment start as soon as a worker is free."""
        run = await self._jobs.find(run_id)
        async with self._actor.in_team(run.team_id):
            if not await self._steering.start_now(run_id):
                raise JobIsNotWaitingForItsTime(f"There is nothing to bring forward: {_told(run)}.")
            self._actions.note("start_now", team_id=run.team_id, run_id=run_id, subject=run.task)
            await self._steering.announce(run.team_id)
        return await self._shown(run_id)

    async def replay(self, run_id: UUID) -> Job:
        """Do the work of a job that is over once more, in a job of its own."""
        run = await self._jobs.find(run_id)
        async with self._actor.in_team(run.team_id):
            outcome = (await self._replay([run_id])).get(run_id, JobNotFound())
            if isinstance(outcome, AppError):
                raise outcome
            await self._steering.announce(run.team_id)
        return await self._shown(outcome)

    async def cancel_selected(self, selection: JobSelection | AdminJobSelection) -> JobBulkResult:
        """Cancel up to a thousand, those that wait or work unless the filters say otherwise."""
        found, skipped, has_more = await self._selected(selection, LIVE, unless_said=LIVE)
        done: set[UUID] = set()
        for team_id, run_ids in _by_team(found):
            async with self._actor.in_team(team_id):
                cancelled = await self._steering.cancel(run_ids, reason=self._actor.reason)
                for run in found:
                    if run.id in cancelled:
                        self._actions.note("cancel", team_id=team_id, run_id=run.id, subject=run.task, is_bulk=True)
                await self._steering.announce(team_id)
            done |= cancelled
        skipped += [JobSkipped(id=run.id, reason="is_over") for run in found if run.id not in done]
        return JobBulkResult(done_count=len(done), skipped=skipped, has_more=has_more)

    async def replay_selected(self, selection: JobSelection | AdminJobSelection) -> JobBulkResult:
        """Replay up to a thousand, the dead ones unless the filters say otherwise."""
        over = frozenset(JobState) - LIVE
        found, skipped, has_more = await self._selected(selection, over, unless_said=frozenset({JobState.DEAD}))
        done_count = 0
        for team_id, run_ids in _by_team(found):
            async with self._actor.in_team(team_id):
                outcomes = await self._replay(run_ids, is_bulk=True)
                await self._steering.announce(team_id)
            refusals = {run_id: why for run_id, why in outcomes.items() if isinstance(why, AppError)}
            skipped += [JobSkipped(id=run_id, reason=_SKIPS[type(why)]) for run_id, why in refusals.items()]
            done_count += len(outcomes) - len(refusals)
        return JobBulkResult(done_count=done_count, skipped=skipped, has_more=has_more)

    async def _replay(self, run_ids: Sequence[UUID], *, is_bulk: bool = False) -> dict[UUID, UUID | AppError]:
        """Record each anew; return by which job, or why not."""
        runs = await self._runs.list_locked(run_ids)
        replayed = await self._runs.ids_with_live_replay(run_ids)
        outcomes: dict[UUID, UUID | AppError] = {}
        for run in runs:
            try:
                outcomes[run.id] = await self._record_again(run, is_being_replayed=run.id in replayed)
            except tuple(_SKIPS) as refusal:
                outcomes[run.id] = refusal
        # After all of them: each row that waits to be written would be written by the next run that is recorded.
        for run in runs:
            if isinstance(replay_id := outcomes[run.id], UUID):
                known: dict[str, Any] = {"replay_id": replay_id} | ({"is_bulk": True} if is_bulk else {})
                self._actions.note("replay", team_id=run.team_id, run_id=run.id, subject=run.task, **known)
        return outcomes

    async def _record_again(self, run: JobRun, *, is_being_replayed: bool) -> UUID:
        if run.state in LIVE:
            raise JobIsLive(f"It can be replayed when it is over: {_told(run)}.")
        if is_being_replayed:
            raise JobIsBeingReplayed
        options = JobOptions(
            unique_key=run.unique_key, retries=run.max_attempts, priority=run.priority, replay_of_id=run.id
        )
        try:
            replay_id, is_new = await record_run(
                self._actor.session,
                registry.get(run.task),
                run.arguments,
                team_id=run.team_id,
                options=options,
                queue=run.queue,
            )
        except UnknownTask:
            raise TaskIsGone(f"No task is named {run.task} any more.") from None
        except InvalidArguments:
            raise ArgumentsDoNotFit from None
        if not is_new:
            raise JobKeyIsTaken(f"Another job with the key {run.unique_key} waits or works.")
        return replay_id

    async def _selected(
        self,
        selection: JobSelection | AdminJobSelection,
        possible: frozenset[JobState],
        *,
        unless_said: frozenset[JobState],
    ) -> tuple[Sequence[Any], list[JobSkipped], bool]:
        """Return the runs, the ids that are nobody's, and whether more may match."""
        filters = None if selection.filters is None else in_utc(selection.filters, "filters.")
        if selection.ids is not None:
            found = await self._runs.list_by_id(selection.ids, filters)
            known = {run.id for run in found}
            if not known:
                raise JobNotFound("None of these jobs exists.")
            unknown = [run_id for run_id in dict.fromkeys(selection.ids) if run_id not in known]
            return found, [JobSkipped(id=run_id, reason="not_found") for run_id in unknown], False
        if filters is None:
            raise InvalidInput("ids", "Say which: by ids, by filters, or by both.")
        states = frozenset(filters.states) & possible if filters.states else unless_said
        if not states:
            raise InvalidInput("filters.states", f"This is done to jobs that are {' or '.join(sorted(possible))}.")
        rows, looked_until = await self._runs.list_matching(
            filters, states=states, before_id=None, limit=MOST_AT_ONCE + 1
        )
        return rows[:MOST_AT_ONCE], [], len(rows) > MOST_AT_ONCE or looked_until is not None

    async def _shown(self, run_id: UUID) -> Job:
        [job] = await self._jobs.present([await self._jobs.find(run_id)])
        return job


def _by_team(runs: Iterable[Any]) -> list[tuple[UUID | None, list[UUID]]]:
    """The ids of each team's runs, in an order that is everybody's: two administrators never wait for each other."""
    found: dict[UUID | None, list[UUID]] = {}
    for run in sorted(runs, key=lambda run: run.id):
        found.setdefault(run.team_id, []).append(run.id)
    return sorted(found.items(), key=lambda entry: str(entry[0]))


def _told(run: JobRun) -> str:
    match run.state:
        case JobState.QUEUED:
            return "the job waits for a free worker"
        case JobState.RUNNING:
            return "the job is running"
        case JobState.DEAD:
            return "the job has failed for good"
        case _:
            return f"the job has {'succeeded' if run.state is JobState.SUCCEEDED else 'been cancelled'}"
