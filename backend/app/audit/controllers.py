"""HTTP for the audit log, of a team and of one's own account."""

from typing import Annotated

from litestar import Controller, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter
from litestar.response import Stream

from app.audit.deps import provide_account_audit, provide_audit_filters, provide_team_audit
from app.audit.schemas import AuditFilters, AuditPage, AuditQuery
from app.audit.services import AuditService, export_team_log
from app.auth.caller import Caller
from app.auth.guards import requires, signed_in
from app.auth.permissions import Permission
from app.lib.pagination import DEFAULT_LIMIT, MAX_LIMIT

# Plain names: Litestar does not look for a parameter's limits behind a `type` statement.
CursorParameter = Annotated[str | None, Parameter(max_length=2000)]
LimitParameter = Annotated[int, Parameter(ge=1, le=MAX_LIMIT)]


class AuditController(Controller):
    path = "/audit-log"
    tags = ("Audit log",)
    dependencies = {
        "audit": Provide(provide_team_audit, sync_to_thread=False),
        "filters": Provide(provide_audit_filters, sync_to_thread=False),
    }

    @get("/", guards=[requires(Permission.AUDIT_READ)])
    async def list_audit_entries(
        self,
        audit: AuditService,
        filters: AuditFilters,
        *,
        cursor: CursorParameter = None,
        limit: LimitParameter = DEFAULT_LIMIT,
    ) -> AuditPage:
        """Every change in your team, newest first: who, what, and how it was before."""
        return await audit.list_page(AuditQuery(filters=filters, cursor=cursor, limit=limit))

    @get(
        "/export",
        guards=[requires(Permission.AUDIT_READ)],
        media_type="text/csv",
        responses={200: ResponseSpec(str, generate_examples=False, description="CSV", media_type="text/csv")},
    )
    async def export_audit_entries(
        self, audit: AuditService, filters: AuditFilters, caller: Caller, state: State
    ) -> Stream:
        """The same entries as a file of comma-separated values."""
        await audit.refuse_long_export(filters)
        lines = export_team_log(state.sessions, caller.scope, caller.team_id, filters)
        headers = {"Content-Disposition": 'attachment; filename="audit-log.csv"'}
        return Stream(lines, media_type="text/csv; charset=utf-8", headers=headers)


class MyAuditController(Controller):
    path = "/me/audit-log"
    tags = ("Audit log",)
    dependencies = {
        "audit": Provide(provide_account_audit, sync_to_thread=False),
        "filters": Provide(provide_audit_filters, sync_to_thread=False),
    }

    @get("/", guards=[signed_in])
    async def list_my_audit_entries(
        self,
        audit: AuditService,
        filters: AuditFilters,
        *,
        cursor: CursorParameter = None,
        limit: LimitParameter = DEFAULT_LIMIT,
    ) -> AuditPage:
        """Every change of your own account, newest first, including those that an administrator made."""
        return await audit.list_page(AuditQuery(filters=filters, cursor=cursor, limit=limit))
