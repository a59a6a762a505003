from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar.params import Parameter
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.repositories import AuditRepository
from app.audit.schemas import AuditChange, AuditFilters
from app.audit.services import AuditService
from app.auth.caller import AnyPrincipal, Caller


def provide_team_audit(session: AsyncSession, caller: Caller) -> AuditService:
    return AuditService(AuditRepository.of_team(session, caller.team_id), "team")


def provide_account_audit(session: AsyncSession, principal: AnyPrincipal) -> AuditService:
    return AuditService(AuditRepository.of_account(session, principal.user_id), "account")


def provide_audit_filters(
    actor_id: UUID | None = None,
    action: Annotated[str | None, Parameter(min_length=1, max_length=80)] = None,
    target_type: Annotated[str | None, Parameter(min_length=1, max_length=40)] = None,
    target_id: UUID | None = None,
    change: AuditChange | None = None,
    occurred_from: datetime | None = None,
    occurred_until: datetime | None = None,
    search: Annotated[str | None, Parameter(max_length=120)] = None,
) -> AuditFilters:
    return AuditFilters(
        actor_id=actor_id,
        action=action,
        target_type=target_type,
        target_id=target_id,
        change=change,
        occurred_from=occurred_from,
        occurred_until=occurred_until,
        search=search,
    )
