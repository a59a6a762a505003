from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar.params import Parameter, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.caller import AnyPrincipal, Caller
from app.db.session import enter_scope
from app.db.tenancy import TenantScope
from app.jobs.actions import Actor, JobActionService
from app.jobs.figures import FigureService
from app.jobs.operating import OperatingService
from app.jobs.repositories import ControlRepository, FigureRepository, NameRepository, RunRepository
from app.jobs.schemas import AdminJobFilters, JobFilters
from app.jobs.services import JobService
from app.models import JobState

ShortParameter = Annotated[str | None, Parameter(min_length=1, max_length=120)]
# Litestar keeps the name `state` for the application's own state.
StatesParameter = Annotated[list[JobState] | None, QueryParameter(name="state", max_items=5)]


async def provide_platform_session(session: AsyncSession, principal: AnyPrincipal) -> AsyncSession:
    """The request's transaction, out of the administrator's own team and reading the jobs of all of them."""
    await enter_scope(session, TenantScope(user_id=principal.user_id, actor=principal.actor, is_platform_wide=True))
    return session


def provide_team_jobs(session: AsyncSession, caller: Caller) -> JobService:
    return JobService(RunRepository.of_team(session, caller.team_id), NameRepository(session), shows_teams=False)


def provide_team_actions(session: AsyncSession, caller: Caller, jobs: JobService) -> JobActionService:
    actor = Actor(session, caller, is_of_platform=False)
    return JobActionService(actor, RunRepository.of_team(session, caller.team_id), jobs)


def provide_team_figures(session: AsyncSession, caller: Caller) -> FigureService:
    figures = FigureRepository(session, caller.team_id)
    return FigureService(figures, ControlRepository(session), NameRepository(session))


def provide_platform_jobs(platform_session: AsyncSession) -> JobService:
    return JobService(RunRepository.of_all(platform_session), NameRepository(platform_session), shows_teams=True)


def provide_platform_actions(
    platform_session: AsyncSession, principal: AnyPrincipal, jobs: JobService
) -> JobActionService:
    actor = Actor(platform_session, principal, is_of_platform=True)
    return JobActionService(actor, RunRepository.of_all(platform_session), jobs)


def provide_platform_figures(platform_session: AsyncSession) -> FigureService:
    figures = FigureRepository(platform_session, None)
    return FigureService(figures, ControlRepository(platform_session), NameRepository(platform_session))


def provide_operating(platform_session: AsyncSession, principal: AnyPrincipal) -> OperatingService:
    actor = Actor(platform_session, principal, is_of_platform=True)
    return OperatingService(actor, RunRepository.of_all(platform_session))


def provide_job_filters(
    job_states: StatesParameter = None,
    task: ShortParameter = None,
    queue: ShortParameter = None,
    worker: ShortParameter = None,
    queued_since: datetime | None = None,
    queued_until: datetime | None = None,
    search: ShortParameter = None,
) -> JobFilters:
    return JobFilters(
        states=job_states or [],
        task=task,
        queue=queue,
        worker=worker,
        queued_since=queued_since,
        queued_until=queued_until,
        search=search,
    )


def provide_admin_job_filters(
    wanted_of_team: JobFilters, team_id: UUID | None = None, is_of_system: bool = False
) -> AdminJobFilters:
    return AdminJobFilters(**msgspec.structs.asdict(wanted_of_team), team_id=team_id, is_of_system=is_of_system)
