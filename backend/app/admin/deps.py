from typing import Annotated
from uuid import UUID

from litestar.params import Parameter
from sqlalchemy.ext.asyncio import AsyncSession

from app.admin.impersonating import ImpersonationService
from app.admin.schemas import AdminListQuery
from app.admin.services import AdminTeamService, AdminUserService
from app.audit.repositories import AuditRepository
from app.audit.services import AuditService
from app.auth.caller import AnyPrincipal
from app.auth.services import SessionService
from app.config import Settings
from app.db.session import enter_scope
from app.db.tenancy import TenantScope
from app.lib.pagination import DEFAULT_LIMIT, MAX_LIMIT


async def provide_platform_session(session: AsyncSession, principal: AnyPrincipal) -> AsyncSession:
    """The request's transaction, out of the administrator's own team and reading who belongs where in all of them."""
    await enter_scope(session, TenantScope(user_id=principal.user_id, actor=principal.actor, is_platform_wide=True))
    return session


def provide_admin_user_service(
    platform_session: AsyncSession, principal: AnyPrincipal, settings: Settings
) -> AdminUserService:
    return AdminUserService(platform_session, SessionService(platform_session, settings), principal.user_id)


def provide_admin_team_service(platform_session: AsyncSession) -> AdminTeamService:
    return AdminTeamService(platform_session)


def provide_starting(platform_session: AsyncSession, settings: Settings) -> ImpersonationService:
    return ImpersonationService(platform_session, SessionService(platform_session, settings))


def provide_ending(session: AsyncSession, settings: Settings) -> ImpersonationService:
    """In the impersonated person's own scope: ending needs no wider one."""
    return ImpersonationService(session, SessionService(session, settings))


def provide_platform_audit(
    platform_session: AsyncSession, team_id: UUID | None = None, user_id: UUID | None = None
) -> AuditService:
    return AuditService(AuditRepository.of_all(platform_session, team_id=team_id, user_id=user_id), "administration")


def provide_list_query(
    search: Annotated[str | None, Parameter(max_length=120)] = None,
    cursor: Annotated[str | None, Parameter(max_length=2000)] = None,
    limit: Annotated[int, Parameter(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
) -> AdminListQuery:
    return AdminListQuery(search=search, cursor=cursor, limit=limit)
