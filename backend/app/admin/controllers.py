"""HTTP for those who run the installation."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import Provide
from litestar.params import Parameter, QueryParameter
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT

from app.admin.deps import (
    provide_admin_team_service,
    provide_admin_user_service,
    provide_ending,
    provide_list_query,
    provide_platform_audit,
    provide_platform_session,
    provide_starting,
)
from app.admin.impersonating import ImpersonationService
from app.admin.schemas import (
    AdminListQuery,
    AdminOverview,
    AdminTeamDetail,
    AdminTeamPage,
    AdminUserDetail,
    AdminUserPage,
    ImpersonationStart,
    ImpersonationStarted,
    UserDisable,
    UserState,
)
from app.admin.services import AdminTeamService, AdminUserService
from app.audit.deps import provide_audit_filters
from app.audit.schemas import AuditFilters, AuditPage, AuditQuery
from app.audit.services import AuditService
from app.auth.caller import AnyPrincipal
from app.auth.client import ClientInfo
from app.auth.cookies import expired_session_cookie, session_cookie
from app.auth.guards import PlatformAdmin, identified, platform_admin
from app.config import Settings
from app.lib.pagination import DEFAULT_LIMIT, MAX_LIMIT

platform_admin_recently = PlatformAdmin(is_fresh=True)


class AdminController(Controller):
    path = "/admin"
    tags = ("Administration",)
    guards = (platform_admin,)
    dependencies = {
        "platform_session": Provide(provide_platform_session),
        "users": Provide(provide_admin_user_service, sync_to_thread=False),
        "teams": Provide(provide_admin_team_service, sync_to_thread=False),
        "audit": Provide(provide_platform_audit, sync_to_thread=False),
        "filters": Provide(provide_audit_filters, sync_to_thread=False),
        "listing": Provide(provide_list_query, sync_to_thread=False),
    }

    @get("/overview")
    async def get_admin_overview(self, users: AdminUserService) -> AdminOverview:
        """How many people, teams and sessions there are."""
        return await users.overview()

    @get("/users")
    async def list_users(
        self,
        users: AdminUserService,
        listing: AdminListQuery,
        *,
        # Litestar keeps the name `state` for the application's own state.
        user_state: Annotated[UserState, QueryParameter(name="state")] = "all",
    ) -> AdminUserPage:
        """Everybody with an account, the newest first, searched by name or e-mail address."""
        return await users.list_page(listing, user_state)

    @get("/users/{user_id:uuid}")
    async def get_user(self, users: AdminUserService, user_id: UUID) -> AdminUserDetail:
        """One account, the teams it is in, and who looked into it."""
        return await users.get(user_id)

    @post("/users/{user_id:uuid}/enable", status_code=HTTP_204_NO_CONTENT)
    async def enable_user(self, users: AdminUserService, user_id: UUID) -> None:
        """Let somebody sign in again."""
        await users.enable(user_id)

    @post("/users/{user_id:uuid}/end-sessions", status_code=HTTP_204_NO_CONTENT)
    async def end_user_sessions(self, users: AdminUserService, user_id: UUID) -> None:
        """Sign somebody out everywhere, at once."""
        await users.end_sessions(user_id)

    @post("/users/{user_id:uuid}/send-verification", status_code=HTTP_204_NO_CONTENT)
    async def send_user_verification(self, users: AdminUserService, user_id: UUID) -> None:
        """Mail the link that confirms the address once more."""
        await users.send_verification(user_id)

    @get("/teams")
    async def list_teams(self, teams: AdminTeamService, listing: AdminListQuery) -> AdminTeamPage:
        """Every team, the newest first, searched by name."""
        return await teams.list_page(listing)

    @get("/teams/{team_id:uuid}")
    async def get_team_members(self, teams: AdminTeamService, team_id: UUID) -> AdminTeamDetail:
        """One team and its members; what it works on is not shown."""
        return await teams.get(team_id)

    @get("/audit-log")
    async def list_all_audit_entries(
        self,
        audit: AuditService,
        filters: AuditFilters,
        *,
        cursor: Annotated[str | None, Parameter(max_length=2000)] = None,
        limit: Annotated[int, Parameter(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    ) -> AuditPage:
        """Every change in every team and account, newest first; what teams work on without its content."""
        return await audit.list_page(AuditQuery(filters=filters, cursor=cursor, limit=limit))


class AdminActionController(Controller):
    """What asks for a proof of identity within the last ten minutes."""

    path = "/admin/users/{user_id:uuid}"
    tags = ("Administration",)
    guards = (platform_admin_recently,)
    dependencies = {
        "platform_session": Provide(provide_platform_session),
        "users": Provide(provide_admin_user_service, sync_to_thread=False),
        "impersonations": Provide(provide_starting, sync_to_thread=False),
    }

    @post("/disable", status_code=HTTP_204_NO_CONTENT)
    async def disable_user(self, users: AdminUserService, user_id: UUID, data: UserDisable) -> None:
        """Shut an account at once; nothing of it is deleted."""
        await users.disable(user_id, data.reason)

    @post("/make-administrator", status_code=HTTP_204_NO_CONTENT)
    async def make_administrator(self, users: AdminUserService, user_id: UUID) -> None:
        """Let somebody run the installation, once they sign in with two factors."""
        await users.make_administrator(user_id)

    @post("/remove-administrator", status_code=HTTP_204_NO_CONTENT)
    async def remove_administrator(self, users: AdminUserService, user_id: UUID) -> None:
        """Take the installation out of somebody's hands."""
        await users.remove_administrator(user_id)

    @post("/impersonate", status_code=HTTP_200_OK)
    async def start_impersonation(
        self,
        impersonations: ImpersonationService,
        principal: AnyPrincipal,
        client: ClientInfo,
        settings: Settings,
        user_id: UUID,
        data: ImpersonationStart,
    ) -> Response[ImpersonationStarted]:
        """Look through somebody's eyes for an hour at most; your own session ends."""
        impersonation, token = await impersonations.start(principal, user_id, data, client)
        return Response(
            ImpersonationStarted(expires_at=impersonation.expires_at), cookies=[session_cookie(token, settings)]
        )


class ImpersonationController(Controller):
    path = "/auth/impersonation"
    tags = ("Access",)
    dependencies = {"impersonations": Provide(provide_ending, sync_to_thread=False)}

    @post("/end", guards=[identified], status_code=HTTP_204_NO_CONTENT)
    async def end_impersonation(
        self, impersonations: ImpersonationService, principal: AnyPrincipal, settings: Settings
    ) -> Response[None]:
        """Stop looking through somebody's eyes; sign in again to be yourself."""
        await impersonations.end(principal)
        return Response(None, status_code=HTTP_204_NO_CONTENT, cookies=[expired_session_cookie(settings)])
