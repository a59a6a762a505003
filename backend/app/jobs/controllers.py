"""HTTP for background jobs: a team's own, and all of them for those who run the installation."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get
from litestar.di import Provide
from litestar.params import Parameter

from app.auth.guards import platform_admin, requires
from app.auth.permissions import Permission
from app.jobs.deps import (
    provide_admin_job_filters,
    provide_job_filters,
    provide_platform_jobs,
    provide_platform_session,
    provide_team_jobs,
)
from app.jobs.schemas import AdminJobFilters, JobDetail, JobFilters, JobLogPage, JobPage, JobQuery
from app.jobs.services import JobService
from app.lib.pagination import DEFAULT_LIMIT, MAX_LIMIT

# Plain names: Litestar does not look for a parameter's limits behind a `type` statement.
CursorParameter = Annotated[str | None, Parameter(max_length=2000)]
LimitParameter = Annotated[int, Parameter(ge=1, le=MAX_LIMIT)]
AfterParameter = Annotated[
    str | None, Parameter(max_length=21, description="Attempt and number of the last line known, e.g. 1.42")
]
LogLimitParameter = Annotated[int, Parameter(ge=1, le=500)]
LOG_LIMIT = 200


class JobController(Controller):
    path = "/jobs"
    tags = ("Jobs",)
    dependencies = {
        "jobs": Provide(provide_team_jobs, sync_to_thread=False),
        "filters": Provide(provide_job_filters, sync_to_thread=False),
    }

    @get("/", guards=[requires(Permission.JOBS_READ)])
    async def list_jobs(
        self,
        jobs: JobService,
        filters: JobFilters,
        *,
        cursor: CursorParameter = None,
        limit: LimitParameter = DEFAULT_LIMIT,
    ) -> JobPage:
        """Your team's jobs, newest first; `search` is an id, or words of an argument or error."""
        return await jobs.list_page(JobQuery(filters=filters, cursor=cursor, limit=limit))

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


class AdminJobController(Controller):
    path = "/admin/jobs"
    tags = ("Administration of jobs",)
    guards = (platform_admin,)
    dependencies = {
        "platform_session": Provide(provide_platform_session),
        "jobs": Provide(provide_platform_jobs, sync_to_thread=False),
        "filters": Provide(provide_admin_job_filters, sync_to_thread=False),
    }

    @get("/")
    async def list_all_jobs(
        self,
        jobs: JobService,
        filters: AdminJobFilters,
        *,
        cursor: CursorParameter = None,
        limit: LimitParameter = DEFAULT_LIMIT,
    ) -> JobPage:
        """The jobs of all teams and of the system, newest first."""
        return await jobs.list_page(JobQuery(filters=filters, cursor=cursor, limit=limit))

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
