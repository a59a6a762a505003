"""HTTP for background jobs: a team's own, and all of them for those who run the installation."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, get, patch, post
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter, QueryParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage
from litestar.status_codes import HTTP_200_OK

from app.auth.caller import AnyPrincipal, Principal
from app.auth.credentials import CredentialRepository
from app.auth.guards import platform_admin, requires
from app.auth.permissions import Permission
from app.db.session import SessionFactory, transaction
from app.events.hub import EventHub, JobsChange
from app.events.schemas import TeamEvent
from app.jobs.actions import JobActionService
from app.jobs.deps import (
    provide_admin_job_filters,
    provide_job_filters,
    provide_operating,
    provide_platform_actions,
    provide_platform_figures,
    provide_platform_jobs,
    provide_platform_session,
    provide_team_actions,
    provide_team_figures,
    provide_team_jobs,
)
from app.jobs.figures import FigureService
from app.jobs.operating import OperatingService
from app.jobs.schemas import (
    AdminJobFilters,
    AdminJobSelection,
    Job,
    JobBulkResult,
    JobDetail,
    JobFilters,
    JobLogPage,
    JobPage,
    JobPauseChange,
    JobPauseList,
    JobQuery,
    JobsChanged,
    JobScheduleEntry,
    JobScheduleList,
    JobScheduleUpdate,
    JobSelection,
    JobStatistics,
    JobSummary,
    JobWorkerList,
    StatisticsRange,
)
from app.jobs.services import JobService
from app.lib import clock
from app.lib.pagination import DEFAULT_LIMIT, MAX_LIMIT

# Plain names: Litestar does not look for a parameter's limits behind a `type` statement.
CursorParameter = Annotated[str | None, Parameter(max_length=2000)]
LimitParameter = Annotated[int, Parameter(ge=1, le=MAX_LIMIT)]
AfterParameter = Annotated[
    str | None, Parameter(max_length=21, description="Attempt and number of the last line known, e.g. 1.42")
]
LogLimitParameter = Annotated[int, Parameter(ge=1, le=500)]
RangeParameter = Annotated[StatisticsRange, QueryParameter(name="range")]
LOG_LIMIT = 200
# As in events/controllers.py, and for the same reasons.
STREAM_SECONDS = 100.0
HEARTBEAT_SECONDS = 15.0
RECONNECT_MILLISECONDS = 1000
GATHER_SECONDS = 0.25


class JobController(Controller):
    path = "/jobs"
    tags = ("Jobs",)
    dependencies = {
        "jobs": Provide(provide_team_jobs, sync_to_thread=False),
        "actions": Provide(provide_team_actions, sync_to_thread=False),
        "figures": Provide(provide_team_figures, sync_to_thread=False),
        "wanted": Provide(provide_job_filters, sync_to_thread=False),
    }

    @get("/", guards=[requires(Permission.JOBS_READ)])
    async def list_jobs(
        self,
        jobs: JobService,
        wanted: JobFilters,
        *,
        cursor: CursorParameter = None,
        limit: LimitParameter = DEFAULT_LIMIT,
    ) -> JobPage:
        """Your team's jobs, newest first; `search` is an id, or words of an argument or error."""
        return await jobs.list_page(JobQuery(filters=wanted, cursor=cursor, limit=limit))

    @get("/{job_id:uuid}", guards=[requires(Permission.JOBS_READ)])
    async def get_job(self, jobs: JobService, job_id: UUID) -> JobDetail:
        """One job, whole, with secrets masked."""
        return await jobs.get(job_id)

    @get("/{job_id:uuid}/logs", guards=[requires(Permission.JOBS_READ)])
    async def list_job_logs(
        self, jobs: JobService, job_id: UUID, after: AfterParameter = None, limit: LogLimitParameter = LOG_LIMIT
    ) -> JobLogPage:
        """What the task logged, oldest first, after a line that is known already."""
        return await jobs.list_log_lines(job_id, after=after, limit=limit)

    @get("/summary", guards=[requires(Permission.JOBS_READ)])
    async def get_job_summary(self, figures: FigureService) -> JobSummary:
        """How many of your team's jobs wait, run and have died, and what is paused."""
        return await figures.summary()

    @get("/statistics", guards=[requires(Permission.JOBS_READ)])
    async def get_job_statistics(
        self, figures: FigureService, statistics_range: RangeParameter = "24h"
    ) -> JobStatistics:
        """What of your team's jobs ended when, and how long it waited and took."""
        return await figures.statistics(statistics_range)

    @post("/cancel", guards=[requires(Permission.JOBS_MANAGE)], status_code=HTTP_200_OK)
    async def cancel_jobs(self, actions: JobActionService, data: JobSelection) -> JobBulkResult:
        """Cancel many jobs at once: by ids, or those that match and still wait or work."""
        return await actions.cancel_selected(data)

    @post("/replay", guards=[requires(Permission.JOBS_MANAGE)], status_code=HTTP_200_OK)
    async def replay_jobs(self, actions: JobActionService, data: JobSelection) -> JobBulkResult:
        """Replay many jobs at once: by ids, or those that match; without states, the dead ones."""
        return await actions.replay_selected(data)

    @post("/{job_id:uuid}/cancel", guards=[requires(Permission.JOBS_MANAGE)], status_code=HTTP_200_OK)
    async def cancel_job(self, actions: JobActionService, job_id: UUID) -> Job:
        """End a job that waits or runs, for good."""
        return await actions.cancel(job_id)

    @post("/{job_id:uuid}/start-now", guards=[requires(Permission.JOBS_MANAGE)], status_code=HTTP_200_OK)
    async def start_job_now(self, actions: JobActionService, job_id: UUID) -> Job:
        """Do not wait any longer: for the moment it was put off to, or for its next attempt."""
        return await actions.start_now(job_id)

    @post("/{job_id:uuid}/replay", guards=[requires(Permission.JOBS_MANAGE)], status_code=HTTP_200_OK)
    async def replay_job(self, actions: JobActionService, job_id: UUID) -> Job:
        """Do the work of a job that is over again, in a new job; answers with that."""
        return await actions.replay(job_id)


class AdminJobController(Controller):
    path = "/admin/jobs"
    tags = ("Administration of jobs",)
    guards = (platform_admin,)
    dependencies = {
        "platform_session": Provide(provide_platform_session),
        "jobs": Provide(provide_platform_jobs, sync_to_thread=False),
        "actions": Provide(provide_platform_actions, sync_to_thread=False),
        "figures": Provide(provide_platform_figures, sync_to_thread=False),
        # Not "filters", as a body has it: Litestar would take that for ours, and answer 500 for what is wrong in it.
        "wanted_of_team": Provide(provide_job_filters, sync_to_thread=False),
        "wanted": Provide(provide_admin_job_filters, sync_to_thread=False),
    }

    @get("/")
    async def list_all_jobs(
        self,
        jobs: JobService,
        wanted: AdminJobFilters,
        *,
        cursor: CursorParameter = None,
        limit: LimitParameter = DEFAULT_LIMIT,
    ) -> JobPage:
        """The jobs of all teams and of the system, newest first."""
        return await jobs.list_page(JobQuery(filters=wanted, cursor=cursor, limit=limit))

    @get("/{job_id:uuid}")
    async def get_any_job(self, jobs: JobService, job_id: UUID) -> JobDetail:
        """One job of any team, whole, with secrets masked."""
        return await jobs.get(job_id)

    @get("/{job_id:uuid}/logs")
    async def list_any_job_logs(
        self, jobs: JobService, job_id: UUID, after: AfterParameter = None, limit: LogLimitParameter = LOG_LIMIT
    ) -> JobLogPage:
        """What the task of any team logged, oldest first, after a line that is known already."""
        return await jobs.list_log_lines(job_id, after=after, limit=limit)

    @get("/summary")
    async def get_summary_of_all_jobs(self, figures: FigureService) -> JobSummary:
        """How many jobs of all teams and of the system wait, run and have died, and what is paused."""
        return await figures.summary()

    @get("/statistics")
    async def get_statistics_of_all_jobs(
        self, figures: FigureService, statistics_range: RangeParameter = "24h"
    ) -> JobStatistics:
        """What of all jobs ended when, and how long it waited and took."""
        return await figures.statistics(statistics_range)

    @post("/cancel", status_code=HTTP_200_OK)
    async def cancel_any_jobs(self, actions: JobActionService, data: AdminJobSelection) -> JobBulkResult:
        """Cancel many jobs of any teams at once: by ids, or those that match and still wait or work."""
        return await actions.cancel_selected(data)

    @post("/replay", status_code=HTTP_200_OK)
    async def replay_any_jobs(self, actions: JobActionService, data: AdminJobSelection) -> JobBulkResult:
        """Replay many jobs of any teams at once: by ids, or those that match; without states, the dead ones."""
        return await actions.replay_selected(data)

    @post("/{job_id:uuid}/cancel", status_code=HTTP_200_OK)
    async def cancel_any_job(self, actions: JobActionService, job_id: UUID) -> Job:
        """End a job of any team that waits or runs, for good."""
        return await actions.cancel(job_id)

    @post("/{job_id:uuid}/start-now", status_code=HTTP_200_OK)
    async def start_any_job_now(self, actions: JobActionService, job_id: UUID) -> Job:
        """Have a job of any team not wait any longer."""
        return await actions.start_now(job_id)

    @post("/{job_id:uuid}/replay", status_code=HTTP_200_OK)
    async def replay_any_job(self, actions: JobActionService, job_id: UUID) -> Job:
        """Do the work of any team's job that is over again, in a new job; answers with that."""
        return await actions.replay(job_id)

    @get(
        "/events",
        media_type="text/event-stream",
        responses={
            200: ResponseSpec(
                JobsChanged, generate_examples=False, description="A stream of events", media_type="text/event-stream"
            )
        },
    )
    async def stream_job_changes(self, principal: AnyPrincipal, state: State) -> ServerSentEvent:
        """Whose jobs changed, as they change, by events named `jobs.changed`."""
        hub: EventHub = state.event_hub
        hub.refuse_one_too_many(principal.credential_id)
        changes = _changes(hub, state.sessions, principal)
        return ServerSentEvent(changes, headers={"Cache-Control": "no-cache, no-transform"})


class QueueController(Controller):
    """What holds for all teams: pauses, schedules, workers."""

    path = "/admin/jobs"
    tags = ("Administration of jobs",)
    guards = (platform_admin,)
    dependencies = {
        "platform_session": Provide(provide_platform_session),
        "operating": Provide(provide_operating, sync_to_thread=False),
    }

    @get("/pauses")
    async def list_job_pauses(self, operating: OperatingService) -> JobPauseList:
        """Which tasks and queues are paused, by whom and since when."""
        return await operating.list_pauses()

    @post("/pause", status_code=HTTP_200_OK)
    async def pause_jobs(self, operating: OperatingService, data: JobPauseChange) -> JobPauseList:
        """Let no worker start a task, or anything of a queue; what runs ends as usual."""
        return await operating.pause(data)

    @post("/resume", status_code=HTTP_200_OK)
    async def resume_jobs(self, operating: OperatingService, data: JobPauseChange) -> JobPauseList:
        """Let workers start it again."""
        return await operating.resume(data)

    @get("/schedules")
    async def list_schedules(self, operating: OperatingService) -> JobScheduleList:
        """Which tasks start by themselves, when next, and what became of them last."""
        return await operating.list_schedules()

    @patch("/schedules/{schedule_name:str}")
    async def update_schedule(
        self, operating: OperatingService, schedule_name: str, data: JobScheduleUpdate
    ) -> JobScheduleEntry:
        """Enable or disable a schedule, or change its times and what becomes of missed ones; at once."""
        return await operating.update_schedule(schedule_name, data)

    @post("/schedules/{schedule_name:str}/run", status_code=HTTP_200_OK)
    async def run_schedule(self, operating: OperatingService, schedule_name: str) -> Job:
        """Start a scheduled task once, now; answers with its job."""
        return await operating.run_schedule(schedule_name)

    @get("/workers")
    async def list_workers(self, operating: OperatingService) -> JobWorkerList:
        """Which workers there are, when each was last heard of, and what it is doing."""
        return await operating.list_workers()


async def _changes(
    hub: EventHub, sessions: SessionFactory, principal: Principal
) -> AsyncGenerator[ServerSentEventMessage]:
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + STREAM_SECONDS
    subscription = hub.subscribe(None, principal.credential_id, principal.user_id, sees_jobs=True)
    try:
        async with transaction(sessions, principal.scope) as session:
            if not await CredentialRepository(session).is_live(principal, now=clock.now()):
                return  # signed out, or revoked, while the stream was opening
        yield ServerSentEventMessage(data=None, comment="open", retry=RECONNECT_MILLISECONDS)
        while (remaining := ends_at - loop.time()) > 0:
            try:
                change = await asyncio.wait_for(subscription.queue.get(), timeout=min(HEARTBEAT_SECONDS, remaining))
            except TimeoutError:
                yield ServerSentEventMessage(data=None, comment="heartbeat")
                continue
            # Many teams' workers say so many times a second: what comes within a moment is told at once.
            await asyncio.sleep(GATHER_SECONDS)
            changes = {change}
            while not subscription.queue.empty():
                changes.add(subscription.queue.get_nowait())
            if None in changes:
                return
            yield ServerSentEventMessage(event="jobs.changed", data=_told(changes))
    finally:
        hub.unsubscribe(subscription)


def _told(changes: set[TeamEvent | JobsChange | None]) -> str:
    teams = {change.team_id for change in changes if isinstance(change, JobsChange)}
    changed = JobsChanged(team_ids=sorted(team_id for team_id in teams if team_id), is_of_system=None in teams)
    return msgspec.json.encode(changed).decode()
